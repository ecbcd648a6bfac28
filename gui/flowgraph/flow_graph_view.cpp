#include "gui/flowgraph/flow_graph_view.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QShortcut>
#include <QVBoxLayout>
#include <algorithm>

#include "core/output/text.h"
#include "gui/flowgraph/overview.h"

namespace heapprof::gui {
namespace {

constexpr int kVeilDelayMs = 150;
constexpr double kReadableZoom = 0.5, kRevealZoom = 0.8;
constexpr double kPageMargin = 20;
constexpr QSizeF kSmallestPage(560, 160);

/// Lies over the old picture while the next one is made. Lets the mouse through.
class Veil : public QWidget {
public:
    Veil(const QString& text, QWidget* parent) : QWidget(parent), m_text(text) {
        setObjectName(QStringLiteral("flowVeil"));
        setAttribute(Qt::WA_TransparentForMouseEvents);
        parent->installEventFilter(this);
        hide();
    }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (watched == parent() && event->type() == QEvent::Resize) resize(parentWidget()->size());
        return QWidget::eventFilter(watched, event);
    }
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        QColor colour = palette().color(QPalette::Window);
        colour.setAlphaF(0.6F);
        painter.fillRect(rect(), colour);
        QRectF plate = QFontMetricsF(font()).boundingRect(m_text).adjusted(-16, -8, 16, 8);
        plate.moveCenter(QPointF(width() / 2.0, height() / 2.0));
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(palette().color(QPalette::Mid));
        painter.setBrush(palette().color(QPalette::Base));
        painter.drawRoundedRect(plate, 4, 4);
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(plate, Qt::AlignCenter, m_text);
    }

private:
    QString m_text;
};

}  // namespace

FlowGraphView::FlowGraphView(ViewStateStore& store, QWidget* parent)
    : InstantView(store, parent),
      m_controls(new FlowControls(this)),
      m_canvas(new FlowCanvas(m_scene, this)),
      m_veil(new Veil(tr("Laying out \u2026"), m_canvas)),
      m_messagePage(new QWidget(this)),
      m_message(new QLabel(m_messagePage)),
      m_retry(new QPushButton(tr("Try again"), m_messagePage)),
      m_pages(new QStackedLayout),
      m_note(new QLabel(this)) {
    setObjectName(QStringLiteral("flowGraphView"));
    new Overview(m_scene, *m_canvas);
    m_veil->raise();
    m_message->setObjectName(QStringLiteral("flowMessage"));
    m_message->setTextFormat(Qt::PlainText);
    m_message->setAlignment(Qt::AlignCenter);
    m_message->setWordWrap(true);
    m_retry->setObjectName(QStringLiteral("flowRetry"));
    auto* messageRows = new QVBoxLayout(m_messagePage);
    messageRows->addStretch(1);
    messageRows->addWidget(m_message);
    messageRows->addWidget(m_retry, 0, Qt::AlignHCenter);
    messageRows->addStretch(1);
    m_note->setObjectName(QStringLiteral("flowNote"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_note->setContentsMargins(8, 3, 8, 3);

    m_pages->addWidget(m_messagePage);
    m_pages->addWidget(m_canvas);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(m_controls);
    rows->addLayout(m_pages, 1);
    rows->addWidget(m_note);
    setFocusProxy(m_canvas);
    m_canvas->installEventFilter(this);
    m_scene.setPalette(palette());
    m_controls->setOptions(state().flow);
    m_scene.setSelectedLine(state().selectedLine);
    m_veilTimer.setSingleShot(true);
    m_veilTimer.setInterval(kVeilDelayMs);

    connect(&m_veilTimer, &QTimer::timeout, m_veil, &QWidget::show);
    connect(&store, &ViewStateStore::changed, this, &FlowGraphView::follow);
    connect(&m_layout, &LayoutProcess::finished, this, &FlowGraphView::showPicture);
    connect(&m_layout, &LayoutProcess::failed, this, [this](const QString& reason) {
        showMessage(tr("The flow graph could not be laid out.\n%1").arg(reason), true);
        setBusy(false);
    });
    connect(m_retry, &QPushButton::clicked, this, &FlowGraphView::prepare);
    connect(m_controls, &FlowControls::edited, this,
            [this](const std::function<void(FlowGraphOptions&)>& edit, bool continues) {
                const auto apply = [&](ViewState& next) { edit(next.flow); };
                continues ? this->store().adjust(apply) : this->store().change(apply);
            });
    connect(m_controls, &FlowControls::searchChanged, this, &FlowGraphView::search);
    connect(m_controls, &FlowControls::searchNext, this, &FlowGraphView::nextMatch);
    connect(m_controls, &FlowControls::fitRequested, m_canvas, &FlowCanvas::fitAll);
    connect(m_canvas, &FlowCanvas::clicked, this, [this](const QPointF& at) {
        if (const auto hit = m_scene.boxAt(at); hit && hit->line) select(hit->line);
    });
    connect(m_canvas, &FlowCanvas::doubleClicked, this, [this](const QPointF& at) {
        if (const auto hit = m_scene.boxAt(at))
            focusOn(hit->line.value_or(m_scene.picture()->diagram.boxes[hit->box].lines.front()));
        else
            m_canvas->fitAll();
    });
    connect(m_canvas, &FlowCanvas::menuRequested, this, &FlowGraphView::showMenu);
    connect(new QShortcut(QKeySequence::Find, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut),
            &QShortcut::activated, m_controls, &FlowControls::focusSearch);
    showResult(nullptr);
}

// ------------------------------------------------------------------------------------------------ from result to
// picture

void FlowGraphView::showResult(std::shared_ptr<const InstantResult> result) {
    if (result && result == m_result) return;
    m_result = std::move(result);
    prepare();
}

void FlowGraphView::prepare() {
    m_layout.cancel();
    m_pending.reset();
    if (!m_result) {
        m_task.cancel();
        showMessage(tr("Nothing to show yet."));
        setBusy(false);
        return;
    }
    setBusy(true);
    m_task.start(
        [result = m_result, options = state().flow](std::stop_token) { return makeFlowPicture(result, options); },
        [this](FlowPicture picture) { layOut(std::move(picture)); });
}

void FlowGraphView::layOut(FlowPicture picture) {
    if (picture.diagram.boxes.empty()) {
        showMessage(emptyText(picture));
        setBusy(false);
        return;
    }
    m_pendingContent = makeContent(picture, font());
    m_pending = std::make_shared<const FlowPicture>(std::move(picture));
    m_layout.start(m_pendingContent.request(m_pending->diagram));
}

void FlowGraphView::showPicture(const GraphLayout& layout) {
    if (m_scene.picture() && m_scene.picture()->result->info->metadata.uuid != m_pending->result->info->metadata.uuid) {
        // Another capture: lines have other numbers there.
        m_scene.setFocus({});
        m_beforeFocus.reset();
        m_canvas->setFitting(true);
    }
    const std::optional<LineIndex> anchor = anchorLine(*m_pending);
    const QPointF was = anchor ? m_scene.boxRect(*m_scene.boxOf(*anchor)).center() : QPointF();
    m_scene.setPicture(std::move(m_pending), std::move(m_pendingContent), layout);
    m_pages->setCurrentWidget(m_canvas);
    if (m_beforeFocus && !m_scene.isFocused()) leaveFocus();
    if (!m_canvas->isFitting() && anchor)
        m_canvas->keepInPlace(was, m_scene.boxRect(*m_scene.boxOf(*anchor)).center());
    else
        m_canvas->fitAll();
    m_match = 0;
    showMatches();
    setBusy(false);
}

void FlowGraphView::showMessage(const QString& text, bool canRetry) {
    m_message->setText(text);
    m_retry->setVisible(canRetry);
    m_pages->setCurrentWidget(m_messagePage);
}

void FlowGraphView::setBusy(bool busy) {
    const bool wasBusy = std::exchange(m_busy, busy);
    if (busy) {
        if (!wasBusy) m_veilTimer.start();
        return;
    }
    m_veilTimer.stop();
    m_veil->hide();
    updateNote();
    if (wasBusy) emit settled();
}

std::optional<LineIndex> FlowGraphView::anchorLine(const FlowPicture& next) const {
    if (!m_scene.picture() || m_pages->currentWidget() != m_canvas) return {};
    std::unordered_map<LineIndex, bool> present;
    for (const FlowDiagram::Box& box : next.diagram.boxes)
        for (const LineIndex line : box.lines) present[line] = true;
    const auto usable = [&](LineIndex line) { return present.contains(line) && m_scene.boxOf(line); };
    if (state().selectedLine && usable(*state().selectedLine)) return state().selectedLine;
    std::optional<LineIndex> nearest;
    double least = 0;
    const QPointF centre = m_canvas->visibleRect().center();
    for (std::size_t b = 0; b < m_scene.boxCount(); ++b) {
        const double distance = (m_scene.boxRect(b).center() - centre).manhattanLength();
        const LineIndex line = m_scene.picture()->diagram.boxes[b].lines.front();
        if ((nearest && distance >= least) || !usable(line)) continue;
        nearest = line;
        least = distance;
    }
    return nearest;
}

// ----------------------------------------------------------------------------------------------------------------
// state

void FlowGraphView::follow(const ViewState& now, const ViewState& before) {
    if (now.flow != before.flow) {
        m_controls->setOptions(now.flow);
        if (m_result) prepare();
    }
    if (now.selectedLine == before.selectedLine) return;
    m_scene.setSelectedLine(now.selectedLine);
    updateNote();
    if (!m_selecting && now.selectedLine) reveal(*now.selectedLine);
}

void FlowGraphView::select(std::optional<LineIndex> line) {
    m_selecting = true;
    store().change([&](ViewState& next) { next.selectedLine = line; });
    m_selecting = false;
}

void FlowGraphView::reveal(LineIndex line) {
    const auto box = m_scene.boxOf(line);
    if (!box) return;
    const double zoom = m_canvas->zoom() < kReadableZoom ? kRevealZoom : m_canvas->zoom();
    m_canvas->setFitting(false);
    m_canvas->show(zoom, m_scene.boxRect(*box).center(), QRectF(m_canvas->viewport()->rect()).center());
}

void FlowGraphView::focusOn(LineIndex line) {
    if (!m_beforeFocus)
        m_beforeFocus = Place{m_canvas->zoom(), m_canvas->visibleRect().center(), m_canvas->isFitting()};
    m_scene.setFocus(line);
    m_canvas->setFitting(false);
    m_canvas->fit(m_scene.focusRect());
    updateNote();
}

bool FlowGraphView::leaveFocus() {
    if (!m_beforeFocus) return false;
    m_scene.setFocus({});
    const Place place = *std::exchange(m_beforeFocus, std::nullopt);
    if (place.fitting) {
        m_canvas->fitAll();
    } else {
        m_canvas->show(place.zoom, place.centre, QRectF(m_canvas->viewport()->rect()).center());
    }
    updateNote();
    return true;
}

void FlowGraphView::search(const QString& text) {
    m_scene.setSearch(text.trimmed());
    m_match = 0;
    showMatches();
}

void FlowGraphView::nextMatch(bool backwards) {
    const auto& matches = m_scene.matches();
    if (matches.empty()) return;
    if (backwards)
        m_match = m_match <= 1 ? matches.size() : m_match - 1;
    else
        m_match = m_match % matches.size() + 1;
    const std::size_t box = matches[m_match - 1];
    m_scene.setCurrentMatch(box);
    reveal(m_scene.picture()->diagram.boxes[box].lines.front());
    showMatches();
}

void FlowGraphView::showMatches() {
    m_controls->setMatches(!m_controls->search()->text().trimmed().isEmpty(), m_match, m_scene.matches().size());
}

// -------------------------------------------------------------------------------------------------------------
// keyboard

bool FlowGraphView::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_canvas || event->type() != QEvent::KeyPress) return InstantView::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const QPointF middle = QRectF(m_canvas->viewport()->rect()).center();
    switch (key->key()) {
        case Qt::Key_Up:
            return moveSelection(FlowScene::Direction::Up);
        case Qt::Key_Down:
            return moveSelection(FlowScene::Direction::Down);
        case Qt::Key_Left:
        case Qt::Key_Right:
            if (key->modifiers() != Qt::NoModifier && key->modifiers() != Qt::KeypadModifier)
                return false;  // Alt: history
            return moveSelection(key->key() == Qt::Key_Left ? FlowScene::Direction::Left : FlowScene::Direction::Right);
        case Qt::Key_Plus:
            m_canvas->zoomAbout(1.25, middle);
            return true;
        case Qt::Key_Minus:
            m_canvas->zoomAbout(0.8, middle);
            return true;
        case Qt::Key_0:
            m_canvas->fitAll();
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (!state().selectedLine || !m_scene.boxOf(*state().selectedLine)) return false;
            focusOn(*state().selectedLine);
            return true;
        default:
            return InstantView::eventFilter(watched, event);
    }
}

void FlowGraphView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && leaveFocus()) return;
    InstantView::keyPressEvent(event);
}

bool FlowGraphView::moveSelection(FlowScene::Direction direction) {
    if (!m_scene.picture()) return false;
    const auto box = state().selectedLine ? m_scene.boxOf(*state().selectedLine) : std::nullopt;
    // Without a selection the first key goes to the greatest box.
    const auto& boxes = m_scene.picture()->diagram.boxes;
    const auto greatest = std::max_element(boxes.begin(), boxes.end(), [](const auto& a, const auto& b) {
        return a.cumulative.back().bytes < b.cumulative.back().bytes;
    });
    const auto next =
        box ? m_scene.neighbour(*box, direction) : std::optional(static_cast<std::size_t>(greatest - boxes.begin()));
    if (!next) return true;
    select(boxes[*next].lines.front());
    if (!m_canvas->visibleRect().contains(m_scene.boxRect(*next))) reveal(boxes[*next].lines.front());
    return true;
}

void FlowGraphView::showMenu(const QPointF& at, const QPoint& global) {
    const auto hit = m_scene.boxAt(at);
    if (!hit || !hit->line) return;
    const LineIndex line = *hit->line;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Focus on Callers and Callees"), this, [this, line] { focusOn(line); });
    const auto& pinned = state().pinnedLines;
    QAction* plot = menu->addAction(tr("Plot This Line"), this, [this, line](bool on) {
        store().change([&](ViewState& next) {
            std::erase(next.pinnedLines, line);
            if (on) next.pinnedLines.push_back(line);
        });
    });
    plot->setCheckable(true);
    plot->setChecked(std::find(pinned.begin(), pinned.end(), line) != pinned.end());
    const QString place = QString::fromStdString(lineText(m_scene.picture()->traces(), line));
    menu->addAction(tr("Copy Location"), this, [place] { QApplication::clipboard()->setText(place); });
    menu->popup(global);
}

void FlowGraphView::changeEvent(QEvent* event) {
    InstantView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        m_scene.setPalette(palette());
        m_scene.update();
    } else if (event->type() == QEvent::FontChange && m_result) {
        prepare();
    }
}

// ----------------------------------------------------------------------------------------------------------------
// texts

QString FlowGraphView::emptyText(const FlowPicture& picture) const {
    const bool noMemory = std::all_of(picture.diagram.total.begin(), picture.diagram.total.end(),
                                      [](const Usage& total) { return total.bytes == 0; });
    if (noMemory) return tr("No recorded memory is alive at this instant.");
    if (picture.knownLines == 0) return tr("No Python stack is known for the memory alive at this instant.");
    return tr("All %1 lines are smaller than %2 of the total. Move \u201cSmallest line\u201d to the left to see them.")
        .arg(picture.knownLines)
        .arg(QString::fromStdString(
            formatShare(static_cast<std::int64_t>(picture.options.minNodeFraction * 1e6), 1'000'000)));
}

QString FlowGraphView::titleText() const {
    const FlowDiagram& diagram = m_scene.picture()->diagram;
    const auto at = [&](std::size_t t) {
        return std::pair(QString::fromStdString(formatTime(diagram.times[t])),
                         QString::fromStdString(formatBytes(diagram.total[t].bytes)));
    };
    if (!m_scene.picture()->isDifference())
        return tr("At %1: %2. Coloured field: local / cumulative = share of the total.").arg(at(0).first, at(0).second);
    return tr("Left field: at %1 (%2). Right field: at %3 (%4). Each: local / cumulative = share of the total; below: "
              "growth.")
        .arg(at(0).first, at(0).second, at(1).first, at(1).second);
}

QString FlowGraphView::hiddenText() const {
    const FlowDiagram& diagram = m_scene.picture()->diagram;
    QStringList parts;
    if (diagram.hiddenNodes == 1) parts << tr("1 smaller line hidden");
    if (diagram.hiddenNodes > 1) parts << tr("%1 smaller lines hidden").arg(diagram.hiddenNodes);
    if (diagram.hiddenEdges == 1) parts << tr("1 smaller call hidden");
    if (diagram.hiddenEdges > 1) parts << tr("%1 smaller calls hidden").arg(diagram.hiddenEdges);
    return parts.join(tr(", "));
}

void FlowGraphView::updateNote() {
    if (!m_scene.picture() || m_pages->currentWidget() != m_canvas) {
        m_note->clear();
        return;
    }
    QStringList parts{titleText()};
    if (const QString hidden = hiddenText(); !hidden.isEmpty()) parts << hidden + u'.';
    if (state().selectedLine && !m_scene.boxOf(*state().selectedLine))
        parts << tr("The selected line is not among those shown.");
    if (m_scene.isFocused()) parts << tr("Escape ends the focus.");
    m_note->setText(parts.join(QStringLiteral("  ")));
}

// -----------------------------------------------------------------------------------------------------------------
// page

QSizeF FlowGraphView::pageSize() const {
    if (!m_scene.picture() || m_pages->currentWidget() != m_canvas) return kSmallestPage;
    const double captions = 2 * QFontMetricsF(font()).height() + kPageMargin / 2;
    return (m_scene.graphRect().size() + QSizeF(2 * kPageMargin, 2 * kPageMargin + captions)).expandedTo(kSmallestPage);
}

void FlowGraphView::drawPage(QPainter& painter, const QSizeF& size) {
    painter.save();
    painter.fillRect(QRectF(QPointF(), size), palette().color(QPalette::Window));
    const QSizeF page = pageSize();
    const double scale = std::min(size.width() / page.width(), size.height() / page.height());
    painter.translate((size.width() - page.width() * scale) / 2, 0);
    painter.scale(scale, scale);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont captionFont = font();
    captionFont.setPixelSize(
        std::max(1, QFontInfo(font()).pixelSize()));  // points would depend on the page's resolution
    painter.setFont(captionFont);
    painter.setPen(palette().color(QPalette::WindowText));
    if (!m_scene.picture() || m_pages->currentWidget() != m_canvas) {
        painter.drawText(QRectF(QPointF(), page), Qt::AlignCenter | Qt::TextWordWrap, m_message->text());
        painter.restore();
        return;
    }
    const double line = QFontMetricsF(captionFont).height();
    const auto caption = [&](const QString& text, double y) {
        painter.drawText(QRectF(kPageMargin, y, page.width() - 2 * kPageMargin, line),
                         Qt::AlignLeft | Qt::TextSingleLine,
                         QFontMetricsF(captionFont).elidedText(text, Qt::ElideRight, page.width() - 2 * kPageMargin));
    };
    caption(titleText(), kPageMargin / 2);
    caption(hiddenText(), kPageMargin / 2 + line);
    const QRectF graph = m_scene.graphRect();
    const double spare = std::max(0.0, size.height() / scale - page.height());
    painter.translate((page.width() - graph.width()) / 2 - graph.left(),
                      kPageMargin * 1.5 + 2 * line + spare / 2 - graph.top());
    m_scene.draw(painter, palette());
    painter.restore();
}

}  // namespace heapprof::gui
