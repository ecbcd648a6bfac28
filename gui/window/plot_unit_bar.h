// Whether the plot has pinned lines as amounts, with the total, or as shares of it.
#pragma once

#include "gui/common/segmented_control.h"
#include "gui/state/view_state_store.h"

namespace heapprof::gui {

/// In sight while lines are pinned.
class PlotUnitBar : public SegmentedControl {
    Q_OBJECT

public:
    explicit PlotUnitBar(ViewStateStore& store, QWidget* parent = nullptr);

private:
    void update(const ViewState& state);
};

}  // namespace heapprof::gui
