// The time plot with its overview below it.
#pragma once

#include <QWidget>

#include "gui/state/view_state_store.h"

namespace heapprof::gui {

class PlotOverview;
class TimePlot;

/// Where there is little room it is the curves': the overview is folded away.
class PlotPane : public QWidget {
    Q_OBJECT

public:
    explicit PlotPane(ViewStateStore& store, QWidget* parent = nullptr);

    TimePlot& plot() const { return *m_plot; }
    const PlotOverview& overview() const { return *m_overview; }

    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    TimePlot* m_plot;
    PlotOverview* m_overview;
};

}  // namespace heapprof::gui
