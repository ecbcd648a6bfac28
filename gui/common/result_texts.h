// What a result is about, in words: the same in headings, exported pictures and empty views.
#pragma once

#include <QString>

#include "gui/document/instant_result.h"

namespace heapprof::gui {

/// "Live memory at 17.230 s", "Live memory at 17.230 s minus that at 1.000 s", "Allocated from 1.000 s to 17.230 s, and
/// still alive then".
QString subjectOf(const InstantResult& result);
/// The same within a sentence: "live memory at 17.230 s".
QString subjectWithin(const InstantResult& result);
/// The times alone: "17.230 s", "from 1.000 s to 17.230 s".
QString timesOf(const InstantResult& result);
/// An amount in what the result is counted in; with a sign in a difference. As a number, and as in a sentence.
QString amountText(const InstantResult& result, std::int64_t amount);
QString amountWithUnit(const InstantResult& result, std::int64_t amount);
/// What amounts are called: "Bytes", "Blocks".
QString titleOf(Measure measure);
/// Why nothing is known of what became of blocks.
QString outcomesUnknownText();
/// Why a view of it has nothing to show.
QString emptyTextOf(const InstantResult& result);

}  // namespace heapprof::gui
