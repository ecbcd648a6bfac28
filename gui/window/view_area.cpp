#include "gui/window/view_area.h"

#include <QApplication>
#include <QDockWidget>
#include <QScopedValueRollback>
#include <utility>

#include "core/text/text.h"
#include "gui/common/busy_overlay.h"
#include "gui/flamegraph/flame_graph_view.h"
#include "gui/flowgraph/flow_graph_view.h"
#include "gui/timeplot/time_plot.h"
#include "gui/traces/trace_browser.h"

namespace heapprof::gui {
namespace {

constexpr std::array kDockViews{ExportView::Flow, ExportView::Flame, ExportView::Traces};

/// Views that follow a drag are not covered in between.
constexpr int kOverlayDelayMs = 150;

std::size_t positionOf(ExportView view) { return static_cast<std::size_t>(view) - 1; }

}  // namespace

ViewArea::ViewArea(ViewStateStore& store, QWidget* parent)
    : QMainWindow(parent), m_timePlot(new TimePlot(store)), m_store(store) {
    setObjectName(QStringLiteral("viewArea"));
    setWindowFlags(Qt::Widget);
    setDockOptions(AllowNestedDocks | AllowTabbedDocks | AnimatedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setCentralWidget(m_timePlot);
    addDock(0, ExportView::Flow, new FlowGraphView(store), tr("Flow Graph"));
    addDock(1, ExportView::Flame, new FlameGraphView(store), tr("Flame Graph"));
    addDock(2, ExportView::Traces, new TraceBrowser(store), tr("Traces"));
    addDockWidget(Qt::BottomDockWidgetArea, m_docks[0]);
    tabifyDockWidget(m_docks[0], m_docks[1]);
    tabifyDockWidget(m_docks[1], m_docks[2]);
    m_docks[0]->raise();
    m_firstArrangement = saveState();
    m_staleTimer.setSingleShot(true);
    m_staleTimer.setInterval(kOverlayDelayMs);
    connect(&m_staleTimer, &QTimer::timeout, this, [this] { setStale(true); });
    connect(&store, &ViewStateStore::changed, this, &ViewArea::updateStale);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (!now) return;
        if (now == m_timePlot || m_timePlot->isAncestorOf(now)) setCurrent(ExportView::Time);
        for (const ExportView which : kDockViews)
            if (QDockWidget* dock = m_docks[positionOf(which)]; dock == now || dock->isAncestorOf(now))
                setCurrent(which);
    });
}

InstantView* ViewArea::view(ExportView which) const {
    return which == ExportView::Time ? nullptr : m_views[positionOf(which)];
}

void ViewArea::addDock(std::size_t position, ExportView which, InstantView* view, const QString& title) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(QStringLiteral("dock-") + nameOf(which));
    dock->setWidget(view);
    m_docks[position] = dock;
    m_views[position] = view;
    m_overlays[position] = new BusyOverlay(view);
    m_overlays[position]->setObjectName(QStringLiteral("overlay-") + nameOf(which));
    QTimer& timer = m_preparingTimers[position];
    timer.setSingleShot(true);
    timer.setInterval(kOverlayDelayMs);
    connect(&timer, &QTimer::timeout, this, [this, position] { updateVeil(position); });
    connect(view, &InstantView::preparing, &timer, [&timer] {
        if (!timer.isActive()) timer.start();
    });
    connect(view, &InstantView::settled, this, [this, position] {
        m_preparingTimers[position].stop();
        updateVeil(position);
    });
    // Behind another tab a dock is not hidden, as isVisible() has it, but moved out of sight.
    connect(dock, &QDockWidget::visibilityChanged, this, [this, position, which](bool isInSight) {
        m_isInSight[position] = isInSight;
        if (isInSight)
            updateView(position);
        else if (m_current == which)
            setCurrent(ExportView::Time);
    });
    connect(this, &QMainWindow::tabifiedDockWidgetActivated, dock, [this, which, dock](const QDockWidget* activated) {
        if (activated == dock && !m_isArranging) setCurrent(which);
    });
}

void ViewArea::showInstant(std::shared_ptr<const InstantResult> result) {
    m_result = std::move(result);
    m_timePlot->showInstant(m_result);
    m_isOutdated.fill(true);
    for (std::size_t position = 0; position < m_views.size(); ++position)
        if (m_isInSight[position] || !m_result) updateView(position);
    updateStale();
}

void ViewArea::updateStale() {
    const ViewState& state = m_store.state();
    if (!m_result || m_result->isOf(state.time, state.compareTime, state.domains)) {
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
    for (std::size_t position = 0; position < m_overlays.size(); ++position) updateVeil(position);
    if (was != isStale) emit staleChanged(isStale);
}

void ViewArea::updateVeil(std::size_t position) {
    const InstantResult* outdated = m_preparingTimers[position].isActive() ? nullptr : m_views[position]->outdated();
    const InstantResult* shown = outdated ? outdated : m_isStale ? m_result.get() : nullptr;
    BusyOverlay& overlay = *m_overlays[position];
    if (shown) {
        const QString time = QString::fromStdString(formatTime(shown->snapshot().time));
        overlay.setText(outdated || m_result->isReached ? tr("Still showing %1").arg(time)
                                                        : tr("Showing %1: what follows is not read yet").arg(time));
        overlay.raise();
    }
    overlay.setVisible(shown);
}

void ViewArea::updateView(std::size_t position) {
    if (std::exchange(m_isOutdated[position], false)) m_views[position]->showResult(m_result);
}

void ViewArea::arrange() {
    const QScopedValueRollback arranging(m_isArranging, true);
    restoreState(m_firstArrangement);  // all at once: no state between that needs a wider window
    for (QDockWidget* dock : m_docks) dock->show();
    m_docks[0]->raise();
    resizeDocks({m_docks[0]}, {height() * 62 / 100}, Qt::Vertical);
}

void ViewArea::setCurrent(ExportView view) {
    if (view == m_current) return;
    m_current = view;
    emit currentChanged(view);
}

}  // namespace heapprof::gui
