#include "gui/window/plot_unit_bar.h"

namespace heapprof::gui {
namespace {
enum { Amount, Share };
}

PlotUnitBar::PlotUnitBar(ViewStateStore& store, QWidget* parent)
    : SegmentedControl(tr("What the plot shows of pinned lines"), parent) {
    addSegment(Amount, QStringLiteral("plotAmount"), tr("Amount"), tr("What pinned lines have, with the total"));
    addSegment(Share, QStringLiteral("plotShares"), tr("Share"), tr("How much of the total pinned lines have"));
    connect(this, &SegmentedControl::chosen, &store,
            [&store](int id) { store.change([id](ViewState& state) { state.plotsShares = id == Share; }); });
    connect(&store, &ViewStateStore::changed, this, &PlotUnitBar::update);
    update(store.state());
}

void PlotUnitBar::update(const ViewState& state) {
    setCurrent(state.plotsShares ? Share : Amount);
    setVisible(!state.pinnedLines.empty());
}

}  // namespace heapprof::gui
