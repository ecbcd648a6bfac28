// The kinds of resident memory in the time plot: what they are called, and what colours they have.
#pragma once

#include <QColor>
#include <QString>
#include <array>

#include "core/state/timeline.h"

namespace heapprof::gui {

struct ResidentKind {
    QString title;       ///< in the legend
    QString amountText;  ///< with a place for the amount
    QColor colour;
    std::int64_t ResidentAccount::* bytes;

    std::int64_t of(const ResidentAccount& account) const { return account.*bytes; }
};
/// As they are shown. Files and shared memory have the colours that CompositionView gives them.
std::array<ResidentKind, 3> residentKinds();

}  // namespace heapprof::gui
