// The views of an open capture: the time plot, and below it docks that can be tabbed, moved and floated.
#pragma once

#include <QMainWindow>
#include <QTimer>
#include <array>
#include <memory>

#include "gui/document/instant_result.h"
#include "gui/exporting/export_format.h"
#include "gui/state/view_state_store.h"

class QDockWidget;

namespace heapprof::gui {

class InstantView;
class TimePlot;
class BusyOverlay;

class ViewArea : public QMainWindow {
    Q_OBJECT

public:
    explicit ViewArea(ViewStateStore& store, QWidget* parent = nullptr);

    TimePlot& timePlot() const { return *m_timePlot; }
    /// Null for ExportView::Time.
    InstantView* view(ExportView which) const;
    const std::array<QDockWidget*, 3>& docks() const { return m_docks; }
    /// The view the user looks at: the one that had the focus last, or the dock raised last.
    ExportView current() const { return m_current; }

    /// Views out of sight get the result when they come into sight.
    void showInstant(std::shared_ptr<const InstantResult> result);
    /// The newest given to showInstant().
    const std::shared_ptr<const InstantResult>& result() const { return m_result; }
    /// The arrangement that a new user meets.
    void arrange();

    /// Whether what the views below the plot show is not what the view state asks for, and the user is told so.
    bool isStale() const { return m_isStale; }

signals:
    void currentChanged(heapprof::gui::ExportView view);
    void staleChanged(bool isStale);

protected:
    QMenu* createPopupMenu() override { return nullptr; }  // the View menu has it

private:
    void addDock(std::size_t position, ExportView which, InstantView* view, const QString& title);
    void setCurrent(ExportView view);
    void updateView(std::size_t position);
    void updateStale();
    void setStale(bool isStale);
    void updateVeil(std::size_t position);

    TimePlot* m_timePlot;
    std::array<QDockWidget*, 3> m_docks{};
    std::array<InstantView*, 3> m_views{};
    std::array<BusyOverlay*, 3> m_overlays{};
    QTimer m_staleTimer;
    std::array<QTimer, 3> m_preparingTimers;
    bool m_isStale = false;
    ViewStateStore& m_store;
    std::shared_ptr<const InstantResult> m_result;
    std::array<bool, 3> m_isInSight{}, m_isOutdated{};
    QByteArray m_firstArrangement;
    bool m_isArranging = false;
    ExportView m_current = ExportView::Time;
};

}  // namespace heapprof::gui
