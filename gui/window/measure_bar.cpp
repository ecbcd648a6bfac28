#include "gui/window/measure_bar.h"

#include "gui/common/result_texts.h"

namespace heapprof::gui {

MeasureBar::MeasureBar(ViewStateStore& store, QWidget* parent)
    : SegmentedControl(tr("What memory is counted in"), parent) {
    const auto add = [this](Measure measure, const char* name, const QString& toolTip) {
        addSegment(static_cast<int>(measure), QLatin1String(name), titleOf(measure), toolTip);
    };
    add(Measure::ByteCount, "measureBytes", tr("How much memory: every view counts bytes"));
    add(Measure::BlockCount, "measureBlocks",
        tr("How many allocations, whatever their sizes: every view counts blocks"));
    connect(this, &SegmentedControl::chosen, &store,
            [&store](int id) { store.change([id](ViewState& state) { state.measure = static_cast<Measure>(id); }); });
    const auto update = [this](const ViewState& state) { setCurrent(static_cast<int>(state.measure)); };
    connect(&store, &ViewStateStore::changed, this, update);
    update(store.state());
}

}  // namespace heapprof::gui
