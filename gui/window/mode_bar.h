// Which question the views answer: what is alive at the instant, or one of those about an interval.
#pragma once

#include "gui/common/segmented_control.h"
#include "gui/state/view_state_store.h"

namespace heapprof::gui {

/// A question about an interval, chosen without one, is asked from the recording's beginning to the instant shown.
class ModeBar : public SegmentedControl {
    Q_OBJECT

public:
    explicit ModeBar(ViewStateStore& store, QWidget* parent = nullptr);

private:
    void choose(int segment);
    void update(const ViewState& state);

    ViewStateStore& m_store;
};

}  // namespace heapprof::gui
