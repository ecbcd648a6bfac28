#include "gui/window/view_area.h"

#include <QApplication>
#include <QDockWidget>
#include <QMenu>
#include <QResizeEvent>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>
#include <utility>

#include "gui/common/busy_overlay.h"
#include "gui/common/result_texts.h"
#include "gui/composition/composition_view.h"
#include "gui/flamegraph/flame_graph_view.h"
#include "gui/flowgraph/flow_graph_view.h"
#include "gui/inspector/inspector.h"
#include "gui/summary/summary_page.h"
#include "gui/timeplot/parts_view.h"
#include "gui/timeplot/plot_pane.h"
#include "gui/timeplot/time_plot.h"
#include "gui/traces/trace_browser.h"
#include "gui/window/headline.h"
#include "gui/window/measure_bar.h"
#include "gui/window/mode_bar.h"
#include "gui/window/picture_pane.h"
#include "gui/window/plot_unit_bar.h"

namespace heapprof::gui {
namespace {

constexpr std::array kBelow{ExportView::Flow, ExportView::Flame, ExportView::Parts, ExportView::Resident,
                            ExportView::Traces};

/// Views that follow a drag are not covered in between.
constexpr int kOverlayDelayMs = 150;

std::size_t positionOf(ExportView view) { return static_cast<std::size_t>(view) - 1; }

}  // namespace

ViewArea::ViewArea(ViewStateStore& store, QWidget* parent)
    : QMainWindow(parent),
      m_headline(new Headline),
      m_plotPane(new PlotPane(store)),
      m_timePlot(&m_plotPane->plot()),
      m_pictures(new PicturePane),
      m_parts(new PartsView(store)),
      m_browser(new TraceBrowser(store)),
      m_summary(new SummaryPage(store)),
      m_inspector(new Inspector(store, m_summary)),
      m_store(store) {
    setObjectName(QStringLiteral("viewArea"));
    setWindowFlags(Qt::Widget);
    setDockOptions(AllowNestedDocks | AllowTabbedDocks | AnimatedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    auto* top = new QWidget;
    auto* layout = new QVBoxLayout(top);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_headline);
    layout->addWidget(m_plotPane, 1);
    setCentralWidget(top);

    addView(ExportView::Flame, new FlameGraphView(store));
    addView(ExportView::Flow, new FlowGraphView(store));
    addView(ExportView::Parts, m_parts);
    addView(ExportView::Resident, new CompositionView(store));
    addView(ExportView::Traces, m_browser);
    m_pictures->addPicture(view(ExportView::Flame), tr("Flame"));
    m_pictures->addPicture(view(ExportView::Flow), tr("Flow"));
    m_pictures->addPicture(m_parts, tr("Over time"));
    m_pictures->addPicture(view(ExportView::Resident), tr("Resident"));
    addDock(Pictures, "dock-pictures", m_pictures, tr("Pictures"));
    addDock(Tables, "dock-tables", m_browser, tr("Tables"));
    addDock(Inspection, "dock-inspector", m_inspector, tr("Inspector"));
    m_headline->addTool(new PlotUnitBar(store));
    m_pictures->addTool(new ModeBar(store));
    m_pictures->addSpareTool(new MeasureBar(store));
    m_pictures->addTool(paneMenu(Pictures));
    m_browser->setCornerWidget(paneMenu(Tables));
    addDockWidget(Qt::BottomDockWidgetArea, m_docks[Pictures]);
    splitDockWidget(m_docks[Pictures], m_docks[Inspection], Qt::Horizontal);
    splitDockWidget(m_docks[Pictures], m_docks[Tables], Qt::Vertical);
    m_firstArrangement = saveState();

    m_staleTimer.setSingleShot(true);
    m_staleTimer.setInterval(kOverlayDelayMs);
    connect(&m_staleTimer, &QTimer::timeout, this, [this] { setStale(true); });
    connect(&store, &ViewStateStore::changed, this, &ViewArea::updateStale);
    connect(m_browser, &TraceBrowser::columnsChanged, this, &ViewArea::columnsChanged);
    connect(m_pictures, &PicturePane::currentChanged, this, [this] {
        updateSight();
        setCurrent(picture());
        view(picture())->setFocus();
    });
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (!now) return;
        if (m_plotPane->isAncestorOf(now)) setCurrent(ExportView::Time);
        for (const ExportView which : kBelow)
            if (view(which) == now || view(which)->isAncestorOf(now)) setCurrent(which);
    });
}

InstantView* ViewArea::view(ExportView which) const {
    return which == ExportView::Time ? nullptr : m_views[positionOf(which)];
}

void ViewArea::addView(ExportView which, InstantView* view) {
    const std::size_t position = positionOf(which);
    m_views[position] = view;
    m_overlays[position] = new BusyOverlay(view);
    m_overlays[position]->setObjectName(QStringLiteral("overlay-") + nameOf(which));
    QTimer& timer = m_preparingTimers[position];
    timer.setSingleShot(true);
    timer.setInterval(kOverlayDelayMs);
    connect(&timer, &QTimer::timeout, this, [this, position] { updateOverlay(position); });
    connect(view, &InstantView::preparing, &timer, [&timer] {
        if (!timer.isActive()) timer.start();
    });
    connect(view, &InstantView::settled, this, [this, position] {
        m_preparingTimers[position].stop();
        updateOverlay(position);
    });
}

void ViewArea::addDock(Pane pane, const char* name, QWidget* content, const QString& title) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(QLatin1String(name));
    dock->setWidget(content);
    // Where it lies in the window the content is title enough; a window of its own needs a frame to move it by.
    const auto updateTitle = [dock](bool isFloating) {
        delete dock->titleBarWidget();
        dock->setTitleBarWidget(isFloating ? nullptr : new QWidget(dock));
    };
    updateTitle(false);
    connect(dock, &QDockWidget::topLevelChanged, this, updateTitle, Qt::QueuedConnection);
    m_docks[pane] = dock;
    dock->installEventFilter(this);
    // Behind another tab a dock is not hidden, as isVisible() has it, but moved out of sight.
    connect(dock, &QDockWidget::visibilityChanged, this, [this, pane](bool isInSight) {
        m_isPaneInSight[pane] = isInSight;
        updateSight();
    });
}

QToolButton* ViewArea::paneMenu(Pane pane) {
    QDockWidget* dock = m_docks[pane];
    auto* button = new QToolButton;
    button->setObjectName(dock->objectName() + QStringLiteral("-menu"));
    button->setText(QStringLiteral("\u22EF"));
    button->setAutoRaise(true);
    button->setToolTip(tr("Float or close this pane"));
    button->setAccessibleName(tr("Pane: %1").arg(dock->windowTitle()));
    button->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(button);
    connect(menu->addAction(tr("&Float, or Put Back")), &QAction::triggered, dock,
            [dock] { dock->setFloating(!dock->isFloating()); });
    connect(menu->addAction(tr("&Close")), &QAction::triggered, dock, &QWidget::close);
    button->setMenu(menu);
    return button;
}

bool ViewArea::isInSight(std::size_t position) const {
    if (m_views[position] == m_browser) return m_isPaneInSight[Tables];
    return m_isPaneInSight[Pictures] && m_pictures->current() == m_views[position];
}

/// Gives what has come into sight the newest result.
void ViewArea::updateSight() {
    for (const ExportView which : kBelow) {
        if (isInSight(positionOf(which)))
            updateView(positionOf(which));
        else if (m_current == which)
            setCurrent(ExportView::Time);
    }
    if (m_isPaneInSight[Inspection] && std::exchange(m_isInspectorOutdated, false)) m_inspector->showResult(m_result);
}

ExportView ViewArea::picture() const {
    for (const ExportView which : {ExportView::Flow, ExportView::Parts, ExportView::Resident})
        if (m_pictures->current() == view(which)) return which;
    return ExportView::Flame;
}

void ViewArea::showPicture(ExportView which) {
    if (which != ExportView::Time && which != ExportView::Traces) m_pictures->show(view(which));
}

QString ViewArea::table() const { return m_browser->currentTab(); }

void ViewArea::showTable(const QString& name) { m_browser->chooseTab(name); }

QJsonObject ViewArea::columns() const { return m_browser->columns(); }

void ViewArea::arrangeColumns(const QJsonObject& columns) { m_browser->arrangeColumns(columns); }

void ViewArea::bringIntoSight(ExportView which) {
    if (which == ExportView::Time) return;
    QDockWidget* dock = m_docks[which == ExportView::Traces ? Tables : Pictures];
    dock->show();
    dock->raise();
    showPicture(which);
    setCurrent(which);
}

void ViewArea::showInstant(std::shared_ptr<const InstantResult> result) {
    m_result = std::move(result);
    m_headline->showInstant(m_result);
    m_timePlot->showInstant(m_result);
    m_isOutdated.fill(true);
    m_isInspectorOutdated = true;
    if (!m_result) {
        for (std::size_t position = 0; position < m_views.size(); ++position) updateView(position);
        m_inspector->showResult(nullptr);
    }
    updateSight();
    updateStale();
}

void ViewArea::showPlot(std::shared_ptr<const PlotResult> result) {
    m_headline->showPlot(result);
    m_inspector->showPlot(result);
    m_parts->showPlot(result.get());
    m_timePlot->showResult(std::move(result));
}

void ViewArea::updateStale() {
    if (!m_result || m_result->isOf(m_store.state())) {
        m_staleTimer.stop();
        setStale(false);
    } else if (m_isStale) {
        setStale(true);
    } else if (!m_staleTimer.isActive()) {
        m_staleTimer.start();
    }
}

void ViewArea::setStale(bool isStale) {
    const bool was = std::exchange(m_isStale, isStale);
    for (std::size_t position = 0; position < m_overlays.size(); ++position) updateOverlay(position);
    m_headline->setStale(isStale);
    m_inspector->setStale(isStale);
    if (was != isStale) emit staleChanged(isStale);
}

void ViewArea::updateOverlay(std::size_t position) {
    const InstantResult* outdated = m_preparingTimers[position].isActive() ? nullptr : m_views[position]->outdated();
    const InstantResult* shown = outdated ? outdated : m_isStale ? m_result.get() : nullptr;
    BusyOverlay& overlay = *m_overlays[position];
    if (shown) {
        const QString time = timesOf(*shown);
        overlay.setText(outdated || m_result->isReached ? tr("Still showing %1").arg(time)
                                                        : tr("Showing %1: what follows is not read yet").arg(time));
        overlay.raise();
    }
    overlay.setVisible(shown);
}

void ViewArea::updateView(std::size_t position) {
    if (std::exchange(m_isOutdated[position], false)) m_views[position]->showResult(m_result);
}

void ViewArea::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    if (event->oldSize().isEmpty() || !isVisible())
        keepShares();
    else
        placeByShares();
    m_placedIn = size();
}

bool ViewArea::eventFilter(QObject* watched, QEvent* event) {
    // In a space that stays as it is, who makes a pane larger chooses.
    if (event->type() == QEvent::Resize && size() == m_placedIn) keepShares();
    return QMainWindow::eventFilter(watched, event);
}

void ViewArea::keepShares() {
    const QSizeF space = size();
    for (std::size_t pane = 0; pane < m_docks.size(); ++pane)
        if (!m_docks[pane]->isFloating() && !m_docks[pane]->isHidden())
            m_shares[pane] = {m_docks[pane]->width() / space.width(), m_docks[pane]->height() / space.height()};
}

void ViewArea::placeByShares() {
    for (std::size_t pane = 0; pane < m_docks.size(); ++pane) {
        QDockWidget* dock = m_docks[pane];
        if (dock->isFloating() || dock->isHidden()) continue;
        resizeDocks({dock}, {static_cast<int>(std::lround(m_shares[pane].height() * height()))}, Qt::Vertical);
        resizeDocks({dock}, {static_cast<int>(std::lround(m_shares[pane].width() * width()))}, Qt::Horizontal);
    }
}

void ViewArea::arrange() {
    restoreState(m_firstArrangement);  // all at once: no state between that needs a wider window
    for (QDockWidget* dock : m_docks) dock->show();
    resizeDocks({m_docks[Pictures], m_docks[Tables]}, {height() * 40 / 100, height() * 31 / 100}, Qt::Vertical);
    resizeDocks({m_docks[Pictures], m_docks[Inspection]}, {width() * 72 / 100, width() * 28 / 100}, Qt::Horizontal);
}

void ViewArea::setCurrent(ExportView view) {
    if (view == m_current) return;
    m_current = view;
    emit currentChanged(view);
}

}  // namespace heapprof::gui
