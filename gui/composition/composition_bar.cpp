#include "gui/composition/composition_bar.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

#include "core/text/text.h"
#include "gui/common/style.h"
#include "gui/composition/composition_texts.h"

namespace heapprof::gui {
namespace {

constexpr double kMargin = 3 * kGrid, kBar = 7 * kGrid, kGap = 2 * kGrid;
constexpr double kRadius = 4;

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

}  // namespace

CompositionBar::CompositionBar(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("compositionBar"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setMouseTracking(true);
}

void CompositionBar::setComposition(std::optional<Composition> composition, const QString& emptyText) {
    m_composition = std::move(composition);
    m_emptyText = emptyText;
    setAccessibleName(m_composition ? headlineOf(*m_composition) : m_emptyText);
    setAccessibleDescription(m_composition ? accountOf(*m_composition) : QString());
    update();
}

void CompositionBar::setCurrent(std::optional<CompositionKind> kind) {
    m_current = kind;
    update();
}

double CompositionBar::naturalHeight() const {
    return kMargin + QFontMetricsF(headlineFont(font())).height() + QFontMetricsF(smallFont(font())).height() + kGap +
           kBar + kMargin;
}

QSize CompositionBar::sizeHint() const { return {500, static_cast<int>(naturalHeight())}; }
QSize CompositionBar::minimumSizeHint() const { return {100, static_cast<int>(naturalHeight())}; }

QRectF CompositionBar::barArea(double width) const {
    return {kMargin, naturalHeight() - kMargin - kBar, std::max(width - 2 * kMargin, 1.0), kBar};
}

std::vector<CompositionBar::Segment> CompositionBar::segments(double width) const {
    std::vector<Segment> result;
    if (!m_composition) return result;
    double all = 0;
    for (const Composition::Part& part : m_composition->parts)
        all += static_cast<double>(std::max<std::int64_t>(part.bytes, 0));
    const QRectF bar = barArea(width);
    double left = bar.left();
    for (const Composition::Part& part : m_composition->parts) {
        if (part.bytes <= 0) continue;
        const double share = bar.width() * static_cast<double>(part.bytes) / all;
        result.push_back({part.kind, QRectF(left, bar.top(), share, bar.height())});
        left += share;
    }
    return result;
}

std::optional<CompositionKind> CompositionBar::partAt(const QPointF& position) const {
    for (const Segment& segment : segments(width()))
        if (segment.area.contains(position)) return segment.kind;
    return std::nullopt;
}

double CompositionBar::draw(QPainter& painter, double width) const {
    const Tones tones = tonesOf(palette());
    const double height = naturalHeight();
    if (!m_composition) {
        painter.setFont(font());
        painter.setPen(tones.dim);
        painter.drawText(QRectF(kMargin, 0, width - 2 * kMargin, height), Qt::AlignCenter | Qt::TextWordWrap,
                         m_emptyText);
        return height;
    }
    const auto line = [&](double top, const QFont& lineFont, const QColor& colour, const QString& words) {
        const QFontMetricsF metrics(lineFont);
        painter.setFont(lineFont);
        painter.setPen(colour);
        painter.drawText(QRectF(kMargin, top, width - 2 * kMargin, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(words, Qt::ElideRight, width - 2 * kMargin));
        return top + metrics.height();
    };
    const double below =
        line(kMargin, headlineFont(font()), palette().color(QPalette::Text), headlineOf(*m_composition));
    line(below, smallFont(font()), tones.dim, accountOf(*m_composition));

    const std::vector<Segment> all = segments(width);
    const QRectF bar = barArea(width);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath clip;
    clip.addRoundedRect(bar, kRadius, kRadius);
    painter.setClipPath(clip);
    for (const Segment& segment : all) {
        painter.fillRect(segment.area, colourOf(segment.kind, palette()));
        // A stroke of the ground between two parts that have room for it.
        if (segment.area.width() > 3 && segment.area.right() < bar.right() - 1)
            painter.fillRect(QRectF(segment.area.right() - 1, bar.top(), 1, bar.height()), tones.panel);
        if (segment.kind != m_current) continue;
        painter.setPen(QPen(palette().color(QPalette::Text), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(segment.area.adjusted(1, 1, -1, -1));
    }
    painter.restore();
    if (m_composition->bytesOf(CompositionKind::NotInRam) < 0 && !all.empty()) {
        double sum = 0;
        for (const Composition::Part& part : m_composition->parts)
            sum += static_cast<double>(std::max<std::int64_t>(part.bytes, 0));
        const double at = bar.left() + bar.width() * static_cast<double>(m_composition->resident) / sum;
        painter.fillRect(QRectF(at - 1, bar.top() - kGrid, 2, bar.height() + 2 * kGrid),
                         palette().color(QPalette::Text));
    }
    return height;
}

void CompositionBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    draw(painter, width());
}

void CompositionBar::mousePressEvent(QMouseEvent* event) {
    if (const auto kind = partAt(event->position()); kind && event->button() == Qt::LeftButton) emit picked(*kind);
}

bool CompositionBar::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const auto kind = partAt(help->pos())) {
        const std::int64_t bytes = m_composition->bytesOf(*kind);
        QToolTip::showText(help->globalPos(), tr("%1: %2, %3\n%4")
                                                  .arg(titleOf(*kind), text(formatBytes(bytes)),
                                                       text(formatShare(bytes, m_composition->resident)),
                                                       explanationOf(*kind, *m_composition)));
    } else {
        QToolTip::hideText();
    }
    return true;
}

}  // namespace heapprof::gui
