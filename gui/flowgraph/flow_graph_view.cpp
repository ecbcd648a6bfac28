#include "gui/flowgraph/flow_graph_view.h"

#include <QEvent>
#include <QVBoxLayout>
#include <algorithm>

#include "core/text/text.h"
#include "gui/common/fitted_page.h"
#include "gui/common/result_texts.h"
#include "gui/flowgraph/flow_text.h"
#include "gui/flowgraph/overview.h"

namespace heapprof::gui {
namespace {

constexpr int kRoomBesideControls = 180, kRoomBesideNote = 120;  // that the graph has, in pixels
constexpr int kOverlayDelayMs = 150, kLayoutDelayMs = 1000;
constexpr double kPageMargin = 20;
constexpr QSizeF kSmallestPage(560, 160);

}  // namespace

FlowGraphView::FlowGraphView(ViewStateStore& store, QWidget* parent)
    : InstantView(store, parent),
      m_controls(new FlowControls(this)),
      m_canvas(new FlowCanvas(m_scene, this)),
      m_area(new QWidget(this)),
      m_overlay(new BusyOverlay(m_area)),
      m_messagePage(new QWidget(this)),
      m_message(new QLabel(m_messagePage)),
      m_retry(new QPushButton(tr("Try again"), m_messagePage)),
      m_pages(new QStackedLayout(m_area)),
      m_note(new QLabel(this)) {
    setObjectName(QStringLiteral("flowGraphView"));
    new Overview(m_scene, *m_canvas);
    m_overlay->setObjectName(QStringLiteral("flowOverlay"));
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
    m_overlay->raise();
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(m_controls);
    rows->addWidget(m_area, 1);
    rows->addWidget(m_note);
    setFocusProxy(m_canvas);
    m_canvas->installEventFilter(this);
    m_scene.setPalette(palette());
    m_controls->setOptions(state().flow);
    m_scene.setSelectedLine(state().selectedLine);
    m_overlayTimer.setSingleShot(true);
    m_overlayTimer.setInterval(kOverlayDelayMs);
    m_layoutTimer.setSingleShot(true);
    m_layoutTimer.setInterval(kLayoutDelayMs);

    connect(&m_overlayTimer, &QTimer::timeout, m_overlay, &QWidget::show);
    connect(&m_layoutTimer, &QTimer::timeout, this, [this] {
        m_isLayoutDue = true;
        if (isVisible()) prepare();
    });
    connect(&store, &ViewStateStore::changed, this, &FlowGraphView::follow);
    connect(&m_layouter, &GraphLayouter::finished, this, &FlowGraphView::showPicture);
    connect(m_retry, &QPushButton::clicked, this, &FlowGraphView::prepare);
    connect(m_controls, &FlowControls::edited, this,
            [this](const std::function<void(FlowGraphOptions&)>& edit, bool continues) {
                const auto apply = [&](ViewState& next) { edit(next.flow); };
                continues ? this->store().adjust(apply) : this->store().change(apply);
            });
    connect(m_controls, &FlowControls::fitRequested, m_canvas, &FlowCanvas::fitAll);
    connect(m_controls, &FlowControls::heaviestPathRequested, this, &FlowGraphView::showHeaviestPath);
    connect(m_canvas, &FlowCanvas::clicked, this, &FlowGraphView::click);
    connect(m_canvas, &FlowCanvas::doubleClicked, this, &FlowGraphView::doubleClick);
    connect(m_canvas, &FlowCanvas::menuRequested, this, &FlowGraphView::showMenu);
    showResult(nullptr);
}

void FlowGraphView::showResult(std::shared_ptr<const InstantResult> result) {
    if (result && result == m_result) return;
    m_result = std::move(result);
    prepare();
}

void FlowGraphView::prepare() {
    if (!m_result) {
        m_task.cancel();
        m_layouter.cancel();
        m_pending.reset();
        m_shown.reset();
        m_isWaiting = false;
        showMessage(tr("Nothing to show yet."));
        m_canvas->startOver();
        setBusy(false);
        return;
    }
    if (!m_shown) showMessage(QString());
    setBusy(true);
    m_isWaiting = m_task.isRunning() || m_layouter.isRunning();
    if (m_isWaiting) return;
    m_task.start(
        [result = m_result, options = state().flow](std::stop_token) { return makeFlowPicture(result, options); },
        [this](FlowPicture picture) { layOut(std::move(picture)); },
        [this, result = m_result](const std::string& reason) {
            const QString text = QString::fromStdString(printable(reason));
            showMessage(tr("The flow graph could not be drawn.\n%1").arg(text), true);
            goOn(result, tr("The flow graph could not be drawn: %1").arg(text));
        });
}

void FlowGraphView::layOut(FlowPicture picture) {
    if (picture.diagram.boxes.empty()) {
        showMessage(emptyText(picture));
        return goOn(picture.result);
    }
    DiagramContent content = makeContent(picture, font());
    if (!m_isLayoutDue)
        if (const auto known = m_kept.of(picture, content))
            return showAmounts(std::move(picture), std::move(content), *known);
    m_isLayoutDue = false;
    m_layoutTimer.stop();
    m_pendingContent = std::move(content);
    m_pending = std::make_shared<const FlowPicture>(std::move(picture));
    m_layouter.start(m_pendingContent.request(m_pending->diagram));
}

void FlowGraphView::showAmounts(FlowPicture picture, DiagramContent content, const KeptLayout::Known& known) {
    if (known.isWorn || !m_excuse.isEmpty())
        m_layoutTimer.start();  // again: not as long as instants keep changing
    else
        m_layoutTimer.stop();
    const auto shown = picture.result;
    m_scene.setAmounts(std::make_shared<const FlowPicture>(std::move(picture)), std::move(content), known.layout);
    m_pages->setCurrentWidget(m_canvas);
    afterPicture();
    goOn(shown);
}

void FlowGraphView::showPicture(const GraphLayout& layout, const QString& excuse) {
    const bool isFirst = !isPictureShown();
    if (m_scene.picture() && m_scene.picture()->result->info->metadata.uuid != m_pending->result->info->metadata.uuid) {
        // Another capture: lines have other numbers there.
        m_scene.setFocus({});
        m_scene.setPathLit(false);
        m_scene.setMatches(nullptr);
        m_beforeFocus.reset();
        m_canvas->setFitting(true);
    }
    const std::optional<LineIndex> anchor = anchorLine(*m_pending);
    const QPointF was = anchor ? m_scene.boxRect(*m_scene.boxOf(*anchor)).center() : QPointF();
    const QPointF where = m_canvas->viewportTransform().map(was);
    const double zoom = m_canvas->zoom();
    const auto shown = m_pending->result;
    m_kept.keep(m_pending, m_pendingContent, layout);
    m_scene.setPicture(std::move(m_pending), std::move(m_pendingContent), layout);
    m_excuse = excuse.isEmpty() ? QString() : tr("A simpler layout than usual: %1").arg(excuse);
    m_pages->setCurrentWidget(m_canvas);
    const bool isMoved = !m_canvas->isFitting();
    if (!isMoved || !anchor) m_canvas->fitReadably();
    // What was selected elsewhere before there was a picture is where a look at it begins.
    if (isFirst && state().selectedLine) {
        const auto box = m_scene.boxOf(*state().selectedLine);
        if (box && !m_canvas->visibleRect().contains(m_scene.boxRect(*box))) reveal(*state().selectedLine);
    }
    // What the user has selected stays under their eyes, unless all of the picture can be seen anyway.
    const bool isInSight = anchor && anchor == state().selectedLine && m_canvas->zoom() == zoom &&
                           QRectF(m_canvas->viewport()->rect()).contains(where) &&
                           !m_canvas->visibleRect().contains(m_scene.graphRect());
    if (anchor && (isMoved || isInSight))
        m_canvas->show(zoom, m_scene.boxRect(*m_scene.boxOf(*anchor)).center(), where);
    afterPicture();
    goOn(shown);
}

void FlowGraphView::afterPicture() {
    if (m_beforeFocus && !m_scene.isFocused()) leaveFocus();
    updateSearch();
}

void FlowGraphView::showMessage(const QString& text, bool canRetry) {
    m_message->setText(text);
    m_retry->setVisible(canRetry);
    m_pages->setCurrentWidget(m_messagePage);
}

void FlowGraphView::goOn(std::shared_ptr<const InstantResult> shown, const QString& problem) {
    m_shown = std::move(shown);
    m_problem = problem;
    m_overlay->raise();  // above a page that has come to the front
    if (!m_isWaiting) return setBusy(false);
    updateNote();
    if (m_overlay->isHidden()) m_overlayTimer.start();  // what is shown has only just begun to be old
    prepare();
}

void FlowGraphView::setBusy(bool busy) {
    const bool wasBusy = std::exchange(m_busy, busy);
    if (busy) {
        QStringList lines;
        if (m_shown && timesOf(*m_shown) != timesOf(*m_result)) lines << tr("This is %1.").arg(timesOf(*m_shown));
        m_overlay->setText((lines << tr("Laying out %1 \u2026").arg(timesOf(*m_result))).join(u'\n'));
        if (!wasBusy) m_overlayTimer.start();
        return;
    }
    m_overlayTimer.stop();
    m_overlay->hide();
    updateNote();
    if (wasBusy) emit settled();
}

std::optional<LineIndex> FlowGraphView::anchorLine(const FlowPicture& next) const {
    if (!isPictureShown()) return {};
    std::unordered_map<LineIndex, bool> present;
    for (const FlowDiagram::Box& box : next.diagram.boxes)
        for (const LineIndex line : box.lines) present[line] = true;
    const auto usable = [&](LineIndex line) { return present.contains(line) && m_scene.boxOf(line); };
    if (state().selectedLine && usable(*state().selectedLine)) return state().selectedLine;
    std::optional<LineIndex> nearest;
    double min = 0;
    const QPointF centre = m_canvas->visibleRect().center();
    for (std::size_t b = 0; b < m_scene.boxCount(); ++b) {
        const double distance = (m_scene.boxRect(b).center() - centre).manhattanLength();
        if (!m_scene.isOfLines(b)) continue;
        const LineIndex line = m_scene.picture()->diagram.boxes[b].lines.front();
        if ((nearest && distance >= min) || !usable(line)) continue;
        nearest = line;
        min = distance;
    }
    return nearest;
}

void FlowGraphView::follow(const ViewState& now, const ViewState& before) {
    if (now.flow != before.flow) {
        m_controls->setOptions(now.flow);
        if (m_result) prepare();
    }
    if (now.search.text != before.search.text) {
        m_isSearchNew = true;
        updateSearch();
    }
    if (now.search.at != before.search.at) goToMatch();
    if (now.selectedLine == before.selectedLine) return;
    m_scene.setPathLit(false);
    m_scene.setSelectedLine(now.selectedLine);
    updateNote();
    if (!m_selecting && now.selectedLine) reveal(*now.selectedLine);
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

/// A low view is for the graph: then its controls are one row, and what is said of it stands in none.
void FlowGraphView::resizeEvent(QResizeEvent* event) {
    InstantView::resizeEvent(event);
    const int row = m_controls->wholeHeight(QWIDGETSIZE_MAX), rows = m_controls->wholeHeight(width());
    const int spare = height() - m_note->heightForWidth(width());
    const bool isCompact = rows > row && spare - rows < kRoomBesideControls;
    m_controls->setCompact(isCompact);
    m_note->setVisible(spare - (isCompact ? row : rows) >= kRoomBesideNote);
}

void FlowGraphView::showEvent(QShowEvent* event) {
    InstantView::showEvent(event);
    if (m_isLayoutDue) prepare();
}

void FlowGraphView::updateNote() {
    if (!isPictureShown()) {
        m_note->clear();
        return;
    }
    QStringList parts{titleText(*m_scene.picture())};
    if (const QString hidden = hiddenText(*m_scene.picture()); !hidden.isEmpty()) parts << hidden + u'.';
    if (!m_excuse.isEmpty()) parts << m_excuse;
    if (state().selectedLine && !m_scene.boxOf(*state().selectedLine))
        parts << tr("The selected line is not among those shown.");
    if (state().search.at && !m_scene.boxOf(*state().search.at)) parts << tr("The match is not among those shown.");
    if (m_scene.isFocused()) parts << tr("Escape ends the focus.");
    if (m_scene.isPathLit()) parts << tr("The heaviest path is lit.");
    m_note->setText(parts.join(QStringLiteral("  ")));
}

QSizeF FlowGraphView::pageSize() const {
    if (!isPictureShown()) return kSmallestPage;
    const double captions = 2 * QFontMetricsF(font()).height() + kPageMargin / 2;
    return (m_scene.graphRect().size() + QSizeF(2 * kPageMargin, 2 * kPageMargin + captions)).expandedTo(kSmallestPage);
}

void FlowGraphView::drawPage(QPainter& painter, const QSizeF& size) {
    const QSizeF page = pageSize();
    const FittedPage fitted(painter, size, page, palette().color(QPalette::Window), FittedPage::Place::Centre);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont captionFont = font();
    captionFont.setPixelSize(
        std::max(1, QFontInfo(font()).pixelSize()));  // points would depend on the page's resolution
    painter.setFont(captionFont);
    painter.setPen(palette().color(QPalette::WindowText));
    if (!isPictureShown()) {
        painter.drawText(QRectF(QPointF(), page), Qt::AlignCenter | Qt::TextWordWrap, m_message->text());
        return;
    }
    const double line = QFontMetricsF(captionFont).height();
    const auto caption = [&](const QString& text, double y) {
        painter.drawText(QRectF(kPageMargin, y, page.width() - 2 * kPageMargin, line),
                         Qt::AlignLeft | Qt::TextSingleLine,
                         QFontMetricsF(captionFont).elidedText(text, Qt::ElideRight, page.width() - 2 * kPageMargin));
    };
    caption(titleText(*m_scene.picture()), kPageMargin / 2);
    QStringList remarks{hiddenText(*m_scene.picture()), m_excuse};
    remarks.removeAll(QString());
    caption(remarks.join(QStringLiteral(".  ")), kPageMargin / 2 + line);
    const QRectF graph = m_scene.graphRect();
    const double spare = std::max(0.0, size.height() / fitted.scale() - page.height());
    painter.translate((page.width() - graph.width()) / 2 - graph.left(),
                      kPageMargin * 1.5 + 2 * line + spare / 2 - graph.top());
    m_scene.draw(painter, palette());
}

}  // namespace heapprof::gui
