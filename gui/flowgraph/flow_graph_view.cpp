#include "gui/flowgraph/flow_graph_view.h"

#include <QEvent>
#include <QShortcut>
#include <QVBoxLayout>
#include <algorithm>

#include "gui/flowgraph/flow_text.h"
#include "gui/flowgraph/overview.h"
#include "gui/flowgraph/veil.h"

namespace heapprof::gui {
namespace {

constexpr int kVeilDelayMs = 150;
constexpr double kReadableZoom = 0.5, kRevealZoom = 0.8;
constexpr double kPageMargin = 20;
constexpr QSizeF kSmallestPage(560, 160);

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

void FlowGraphView::changeEvent(QEvent* event) {
    InstantView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        m_scene.setPalette(palette());
        m_scene.update();
    } else if (event->type() == QEvent::FontChange && m_result) {
        prepare();
    }
}

void FlowGraphView::updateNote() {
    if (!m_scene.picture() || m_pages->currentWidget() != m_canvas) {
        m_note->clear();
        return;
    }
    QStringList parts{titleText(*m_scene.picture())};
    if (const QString hidden = hiddenText(*m_scene.picture()); !hidden.isEmpty()) parts << hidden + u'.';
    if (state().selectedLine && !m_scene.boxOf(*state().selectedLine))
        parts << tr("The selected line is not among those shown.");
    if (m_scene.isFocused()) parts << tr("Escape ends the focus.");
    m_note->setText(parts.join(QStringLiteral("  ")));
}

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
    caption(titleText(*m_scene.picture()), kPageMargin / 2);
    caption(hiddenText(*m_scene.picture()), kPageMargin / 2 + line);
    const QRectF graph = m_scene.graphRect();
    const double spare = std::max(0.0, size.height() / scale - page.height());
    painter.translate((page.width() - graph.width()) / 2 - graph.left(),
                      kPageMargin * 1.5 + 2 * line + spare / 2 - graph.top());
    m_scene.draw(painter, palette());
    painter.restore();
}

}  // namespace heapprof::gui
