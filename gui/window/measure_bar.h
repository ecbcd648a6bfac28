// What all views count memory in: bytes or blocks.
#pragma once

#include "gui/common/segmented_control.h"
#include "gui/state/view_state_store.h"

namespace heapprof::gui {

class MeasureBar : public SegmentedControl {
    Q_OBJECT

public:
    explicit MeasureBar(ViewStateStore& store, QWidget* parent = nullptr);
};

}  // namespace heapprof::gui
