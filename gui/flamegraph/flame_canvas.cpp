#include "gui/flamegraph/flame_canvas.h"

#include <QAccessible>
#include <QGuiApplication>
#include <QPaintEvent>
#include <QStyle>
#include <cmath>

namespace heapprof::gui {
namespace {
constexpr double kNarrowest = 16;  // bytes in sight at the deepest zoom
constexpr double kZoomIntoBand = 8;
constexpr int kAnimationMs = 160;
}  // namespace

FlameCanvas::FlameCanvas(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("flameCanvas"));
    setAccessibleName(tr("Flame graph"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    grabGesture(Qt::PinchGesture);
    m_animation.setStartValue(0.0);
    m_animation.setEndValue(1.0);
    m_animation.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_animation, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        const double t = value.toDouble();
        setStretch(m_fromLeft + (m_toLeft - m_fromLeft) * t, m_fromWidth + (m_toWidth - m_fromWidth) * t);
    });
}

void FlameCanvas::setScene(std::shared_ptr<const FlameScene> scene, std::uint32_t focus,
                           std::optional<std::uint32_t> current) {
    const double skipped = (m_left - homeLeft()) / homeWidth();
    const double share = m_width / homeWidth();
    const bool keepsZoom = m_scene && isZoomed();
    const int belowSight = maxScroll() - m_scroll;
    m_animation.stop();
    m_press = Press::None;
    m_scene = std::move(scene);
    m_focus = focus;
    m_matches.clear();
    m_selected.clear();
    makePainter();
    setHovered(std::nullopt);
    setCurrent(current);
    if (keepsZoom) {
        moveTo(homeLeft() + skipped * homeWidth(), share * homeWidth(), false);
    } else {
        moveTo(homeLeft(), homeWidth(), false);
    }
    setScroll(m_rootAtTop ? m_scroll : maxScroll() - belowSight);
    invalidate();
    emit contentChanged();
    emit moved();
}

void FlameCanvas::setFocusNode(std::uint32_t focus) {
    if (!m_scene || focus == m_focus) return;
    m_focus = focus;
    showHome();
    showRow(m_scene->tree().nodes[focus].depth);
}

void FlameCanvas::setMatches(std::vector<std::uint32_t> nodes) {
    m_matches = std::move(nodes);
    update();
    emit contentChanged();
}

void FlameCanvas::setSelected(std::vector<std::uint32_t> nodes) {
    m_selected = std::move(nodes);
    update();
    emit contentChanged();
}

void FlameCanvas::setRootAtTop(bool rootAtTop) {
    if (rootAtTop == m_rootAtTop) return;
    m_rootAtTop = rootAtTop;
    setScroll(maxScroll() - m_scroll);
    invalidate();
    emit contentChanged();
    emit moved();
}

void FlameCanvas::setEmptyText(const QString& text) {
    m_emptyText = text;
    update();
}

FlameWindow FlameCanvas::window() const {
    FlameWindow window;
    window.ratio = devicePixelRatioF();
    window.x = {m_left, m_width, std::max(1, static_cast<int>(std::lround(QWidget::width() * window.ratio)))};
    window.height = static_cast<int>(std::lround(height() * window.ratio));
    window.rowHeight = static_cast<int>(std::lround(rowHeight() * window.ratio));
    window.scroll = static_cast<int>(std::lround(m_scroll * window.ratio));
    window.rows = m_scene ? m_scene->layout.rowCount() : 0;
    window.rootAtTop = m_rootAtTop;
    return window;
}

int FlameCanvas::rowHeight() const { return fontMetrics().height() + 8; }

double FlameCanvas::homeLeft() const {
    return m_scene && m_scene->layout.rowCount() ? static_cast<double>(m_scene->layout.start(m_focus)) : 0;
}

double FlameCanvas::homeWidth() const {
    if (!m_scene || !m_scene->layout.rowCount()) return 1;
    return std::max(1.0, static_cast<double>(m_scene->layout.end(m_focus) - m_scene->layout.start(m_focus)));
}

bool FlameCanvas::isZoomed() const { return m_width < homeWidth() * (1 - 1e-9); }

int FlameCanvas::maxScroll() const {
    const std::int64_t content = m_scene ? std::int64_t{m_scene->layout.rowCount()} * rowHeight() : 0;
    return static_cast<int>(std::clamp<std::int64_t>(content - height(), 0, 1 << 30));
}

void FlameCanvas::setScroll(int scroll) {
    scroll = std::clamp(scroll, 0, maxScroll());
    if (scroll == m_scroll) return;
    m_scroll = scroll;
    invalidate();
    emit moved();
}

void FlameCanvas::setLeft(double left) { moveTo(left, m_width, false); }

void FlameCanvas::showHome() { moveTo(homeLeft(), homeWidth(), true); }

void FlameCanvas::zoom(double factor, double x) {
    const double narrowest = std::min(kNarrowest, homeWidth());
    const double width = std::clamp(m_width / factor, narrowest, homeWidth());
    const double share = x / std::max(1, QWidget::width());
    moveTo(m_left + share * (m_width - width), width, false);
}

void FlameCanvas::open(const FlameBand& band, double x) {
    const auto start = static_cast<double>(m_scene->layout.start(band.first));
    const double width = static_cast<double>(m_scene->layout.end(band.end - 1)) - start;
    if (width > m_width / 2)
        zoom(kZoomIntoBand, x);
    else
        moveTo(start, std::max(width, std::min(kNarrowest, homeWidth())), true);
}

void FlameCanvas::moveTo(double left, double width, bool animated) {
    width = std::min(width, homeWidth());
    left = std::clamp(left, homeLeft(), std::max(homeLeft(), homeLeft() + homeWidth() - width));
    m_animation.stop();
    const bool mayAnimate = animated && isVisible() && QGuiApplication::platformName() != QStringLiteral("offscreen") &&
                            style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, this) > 0;
    if (!mayAnimate) {
        setStretch(left, width);
        return;
    }
    m_fromLeft = m_left;
    m_fromWidth = m_width;
    m_toLeft = left;
    m_toWidth = width;
    m_animation.setDuration(kAnimationMs);
    m_animation.start();
}

void FlameCanvas::setStretch(double left, double width) {
    if (left == m_left && width == m_width) return;
    m_left = left;
    m_width = width;
    invalidate();
    emit moved();
}

void FlameCanvas::goTo(std::uint32_t node) {
    if (!m_scene || node >= m_scene->tree().nodes.size()) return;
    setCurrent(node);
    showRow(m_scene->tree().nodes[node].depth);
    const auto start = static_cast<double>(m_scene->layout.start(node));
    const auto end = static_cast<double>(m_scene->layout.end(node));
    double width = m_width;
    if (const double scale = QWidget::width() / m_width; (end - start) * scale < 4) {
        width = std::max(std::min(kNarrowest, homeWidth()), (end - start) * QWidget::width() / 60);
    } else if (start < m_left + m_width && end > m_left) {
        return;
    }
    moveTo((start + end - width) / 2, width, true);
}

void FlameCanvas::reveal(const std::vector<std::uint32_t>& nodes) {
    const auto isSeen = [&](std::uint32_t node) {
        const QRectF rectangle = nodeRectangle(node);
        return rectangle.width() >= 1 && rectangle.top() >= 0 && rectangle.bottom() <= height();
    };
    if (std::ranges::any_of(nodes, isSeen)) return;
    const auto widthOf = [&](std::uint32_t node) { return m_scene->layout.end(node) - m_scene->layout.start(node); };
    const std::uint32_t widest = *std::ranges::max_element(nodes, {}, widthOf);
    if (!isInHome(widest)) return;
    // Callers above it and callees below.
    const QRectF row = nodeRectangle(widest);
    if (row.top() < 0 || row.bottom() > height())
        setScroll(m_scroll + static_cast<int>(std::lround(row.center().y())) - height() / 2);
    const auto start = static_cast<double>(m_scene->layout.start(widest));
    const auto end = static_cast<double>(m_scene->layout.end(widest));
    if (start >= m_left + m_width || end <= m_left) moveTo((start + end - m_width) / 2, m_width, true);
}

void FlameCanvas::showRow(std::uint32_t depth) {
    const FlameWindow shown = window();
    const auto top = static_cast<int>(static_cast<double>(shown.rowTop(depth)) / shown.ratio);
    if (top < 0) {
        setScroll(m_scroll + top);
    } else if (top + rowHeight() > height()) {
        setScroll(m_scroll + top + rowHeight() - height());
    }
}

std::optional<std::uint32_t> FlameCanvas::nodeAt(QPointF position) const {
    if (!m_scene || m_scene->layout.total() == 0) return std::nullopt;
    const FlameWindow shown = window();
    const auto depth = shown.depthAt(static_cast<int>(std::floor(position.y() * shown.ratio)));
    if (!depth || position.x() < 0 || position.x() >= QWidget::width()) return std::nullopt;
    // The pixel's centre decides, as it does in painting.
    const double pixel = std::floor(position.x() * shown.ratio) + 0.5;
    return m_scene->layout.nodeAt(*depth, shown.x.toPosition(pixel));
}

std::optional<FlameBand> FlameCanvas::bandAt(std::uint32_t node) const {
    return m_scene ? bandOf(*m_scene, node, window().x) : std::nullopt;
}

QRectF FlameCanvas::nodeRectangle(std::uint32_t node) const {
    return m_painter && node < m_scene->tree().nodes.size() ? m_painter->rectangle(window(), node) : QRectF();
}

void FlameCanvas::setHovered(std::optional<std::uint32_t> node) {
    if (node == m_hovered) return;
    m_hovered = node;
    update();
    emit hoverChanged();
}

void FlameCanvas::setCurrent(std::optional<std::uint32_t> node) {
    if (node == m_current) return;
    m_current = node;
    setAccessibleDescription(node ? m_scene->details(*node, QStringLiteral(", ")) : QString());
    QAccessibleEvent accessible(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&accessible);
    update();
    emit hoverChanged();
}

void FlameCanvas::makePainter() {
    m_painter = m_scene ? std::make_unique<FlamePainter>(m_scene, palette(), font()) : nullptr;
    invalidate();
}

void FlameCanvas::invalidate() {
    m_imageIsValid = false;
    update();
}

void FlameCanvas::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    if (!m_scene || m_scene->layout.total() == 0) {
        painter.fillRect(event->rect(), palette().base());
        QColor colour = palette().color(QPalette::Text);
        colour.setAlphaF(0.65F);
        painter.setPen(colour);
        painter.drawText(rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const FlameWindow shown = window();
    const QSize size(shown.x.pixels, shown.height);
    if (m_image.size() != size || m_image.devicePixelRatio() != shown.ratio) {
        m_image = QImage(size, QImage::Format_RGB32);
        m_image.setDevicePixelRatio(shown.ratio);
        m_imageIsValid = false;
    }
    if (!m_imageIsValid) {
        m_painter->paintImage(m_image, shown);
        m_imageIsValid = true;
    }
    painter.drawImage(0, 0, m_image);
    paintOverlay(painter, shown);
}

void FlameCanvas::paintOverlay(QPainter& painter, const FlameWindow& shown) {
    m_painter->paintMarked(painter, shown, m_matches, m_painter->palette().match());
    const QColor ink(m_painter->palette().selection());
    if (m_hovered) {  // its callers, all the way to the root
        QColor light = ink;
        light.setAlphaF(0.16F);
        for (std::uint32_t node = *m_hovered;; node = m_scene->tree().nodes[node].parent) {
            painter.fillRect(m_painter->rectangle(shown, node), light);
            if (node == 0) break;
        }
    }
    m_painter->outlineMarked(painter, shown, m_selected, QPen(ink, 1.5, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    if (m_current) {
        const QRectF outer = m_painter->rectangle(shown, *m_current);
        if (!outer.isNull()) {
            const QColor colour = hasFocus() ? palette().color(QPalette::Highlight) : ink;
            painter.setPen(QPen(colour, 3, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(outer.adjusted(1, 1, -1, -1));
        }
    }
}

void FlameCanvas::resizeEvent(QResizeEvent* event) {
    // The end where the root is keeps its place.
    setScroll(m_rootAtTop ? m_scroll : m_scroll + event->oldSize().height() - event->size().height());
    invalidate();
    emit moved();
}

void FlameCanvas::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        makePainter();
        emit contentChanged();
    }
    QWidget::changeEvent(event);
}

}  // namespace heapprof::gui
