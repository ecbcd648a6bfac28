#include "gui/timeplot/resident_kinds.h"

#include <QCoreApplication>

#include "gui/common/colours.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ResidentKinds)
};

}  // namespace

std::array<ResidentKind, 3> residentKinds() {
    return {{{Words::tr("Anonymous"), Words::tr("%1 anonymous"), seriesColour(9), &ResidentAccount::anonymous},
             {Words::tr("Files"), Words::tr("%1 of files"), seriesColour(4), &ResidentAccount::file},
             {Words::tr("Shared"), Words::tr("%1 shared"), seriesColour(8), &ResidentAccount::shared}}};
}

}  // namespace heapprof::gui
