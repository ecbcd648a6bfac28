// How memory over time is divided.
#pragma once

#include <string>

#include "core/traces/trace_parts.h"

namespace heapprof::gui {

struct PartsOptions {
    PartsBy by = PartsBy::Line;
    bool isShare = false;    ///< parts of the total at each instant instead of amounts
    std::string label = {};  ///< by label: its name

    bool operator==(const PartsOptions&) const = default;
};

}  // namespace heapprof::gui
