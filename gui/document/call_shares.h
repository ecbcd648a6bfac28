// Who calls a line of code and whom it calls, with the memory that flows through the calls.
#pragma once

#include <cstdint>
#include <vector>

#include "gui/document/instant_result.h"

namespace heapprof::gui {

struct CallShare {
    LineIndex line;
    std::int64_t amount = 0;  ///< in a difference what they grew or shrank by
};

/// Descending by |amount|. Make the result's flow graph when nobody has: not for the GUI thread.
std::vector<CallShare> callersOf(const InstantResult& result, LineIndex line);
std::vector<CallShare> calleesOf(const InstantResult& result, LineIndex line);

}  // namespace heapprof::gui
