// The views of an open capture: memory over time, and below it panes that can be moved, closed and floated.
#pragma once

#include <QJsonObject>
#include <QMainWindow>
#include <QTimer>
#include <array>
#include <memory>

#include "gui/document/instant_result.h"
#include "gui/document/plot_result.h"
#include "gui/exporting/export_format.h"
#include "gui/state/view_state_store.h"

class QDockWidget;
class QToolButton;

namespace heapprof::gui {

class BusyOverlay;
class Headline;
class Inspector;
class InstantView;
class PartsView;
class PicturePane;
class PlotPane;
class SummaryPage;
class TimePlot;
class TraceBrowser;

class ViewArea : public QMainWindow {
    Q_OBJECT

public:
    /// The docks: pictures above tables, and to their right the inspector.
    enum Pane { Pictures, Tables, Inspection, PaneCount };

    explicit ViewArea(ViewStateStore& store, QWidget* parent = nullptr);

    TimePlot& timePlot() const { return *m_timePlot; }
    const Headline& headline() const { return *m_headline; }
    SummaryPage& summary() const { return *m_summary; }
    const Inspector& inspector() const { return *m_inspector; }
    /// Null for ExportView::Time.
    InstantView* view(ExportView which) const;
    const std::array<QDockWidget*, PaneCount>& docks() const { return m_docks; }
    /// The view the user looks at: the one that had the focus last, or was brought into sight last.
    ExportView current() const { return m_current; }
    /// The picture chosen.
    ExportView picture() const;
    /// Chooses a picture; one that is none is left out.
    void showPicture(ExportView which);
    /// The name of the table chosen, its English title, and choosing one; of a name that there is not, the first.
    QString table() const;
    void showTable(const QString& name);
    /// How the user has arranged the columns of the tables.
    QJsonObject columns() const;
    void arrangeColumns(const QJsonObject& columns);
    /// Brings a view into sight.
    void bringIntoSight(ExportView which);

    /// Views out of sight get the result when they come into sight.
    void showInstant(std::shared_ptr<const InstantResult> result);
    void showPlot(std::shared_ptr<const PlotResult> result);
    /// The newest given to showInstant().
    const std::shared_ptr<const InstantResult>& result() const { return m_result; }
    /// The arrangement that a new user meets.
    void arrange();

    /// Whether what the views below the plot show is not what the view state asks for, and the user is told so.
    bool isStale() const { return m_isStale; }

signals:
    void currentChanged(heapprof::gui::ExportView view);
    void staleChanged(bool isStale);
    void columnsChanged();

protected:
    /// Plot and panes keep their shares, also through a window that is too small for them.
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    QMenu* createPopupMenu() override { return nullptr; }  // the View menu has it

private:
    static constexpr std::size_t kViewsBelow = 5;  // all but the plot

    void addDock(Pane pane, const char* name, QWidget* content, const QString& title);
    QToolButton* paneMenu(Pane pane);
    void keepShares();
    void placeByShares();
    void addView(ExportView which, InstantView* view);
    void setCurrent(ExportView view);
    bool isInSight(std::size_t position) const;
    void updateSight();
    void updateView(std::size_t position);
    void updateStale();
    void setStale(bool isStale);
    void updateOverlay(std::size_t position);

    Headline* m_headline;
    PlotPane* m_plotPane;
    TimePlot* m_timePlot;
    PicturePane* m_pictures;
    PartsView* m_parts;
    TraceBrowser* m_browser;
    SummaryPage* m_summary;
    Inspector* m_inspector;
    std::array<QDockWidget*, PaneCount> m_docks{};
    std::array<bool, PaneCount> m_isPaneInSight{};
    std::array<QSizeF, PaneCount> m_shares;  // of the space there is
    QSize m_placedIn;                        // the space they were placed in last
    std::array<InstantView*, kViewsBelow> m_views{};
    std::array<BusyOverlay*, kViewsBelow> m_overlays{};
    QTimer m_staleTimer;
    std::array<QTimer, kViewsBelow> m_preparingTimers;
    bool m_isStale = false;
    ViewStateStore& m_store;
    std::shared_ptr<const InstantResult> m_result;
    std::array<bool, kViewsBelow> m_isOutdated{};
    bool m_isInspectorOutdated = false;
    QByteArray m_firstArrangement;
    ExportView m_current = ExportView::Time;
};

}  // namespace heapprof::gui
