#include "gui/window/mode_bar.h"

namespace heapprof::gui {
namespace {

constexpr int kLive = 0;
int segmentOf(IntervalMode mode) { return 1 + static_cast<int>(mode); }

}  // namespace

ModeBar::ModeBar(ViewStateStore& store, QWidget* parent)
    : SegmentedControl(tr("What the views show"), parent), m_store(store) {
    const auto add = [this](int segment, const char* name, const QString& text, const QString& toolTip) {
        addSegment(segment, QLatin1String(name), text, toolTip);
    };
    add(kLive, "modeLive", tr("Live"), tr("The memory in use at the instant"));
    add(segmentOf(IntervalMode::Change), "modeChange", tr("Change"),
        tr("What the memory in use grew and shrank by between two instants"));
    add(segmentOf(IntervalMode::StillAlive), "modeStillAlive", tr("Still alive"),
        tr("What was allocated in the interval and is in use at its end: what it left behind"));
    add(segmentOf(IntervalMode::Allocated), "modeAllocated", tr("Allocated"),
        tr("All that was allocated in the interval, freed since or not: churn"));
    add(segmentOf(IntervalMode::Temporary), "modeTemporary", tr("Temporary"),
        tr("What was allocated in the interval and freed within 10 ms"));
    connect(this, &SegmentedControl::chosen, this, &ModeBar::choose);
    connect(&store, &ViewStateStore::changed, this, &ModeBar::update);
    update(store.state());
}

void ModeBar::choose(int segment) {
    m_store.change([&](ViewState& state) {
        if (segment == kLive) return state.leaveInterval();
        state.mode = static_cast<IntervalMode>(segment - 1);
        state.showInterval(state.compareTime.value_or(Instant::beginning()), state.time);
    });
}

void ModeBar::update(const ViewState& state) { setCurrent(state.compareTime ? segmentOf(state.mode) : kLive); }

}  // namespace heapprof::gui
