// What core/ says to people, which is English, in the language of the window.
#pragma once

#include <QString>
#include <string>

#include "core/bytes/error.h"
#include "core/capture/sampling.h"

namespace heapprof::gui {

/// A reason, a warning or an error of core/, as `printable`; what is not known to be one stays as it is.
QString fromCore(const std::string& english);
/// As describe() says it.
QString textOf(const Damage& damage);
QString textOf(const Sampling& sampling);
/// With the times of the switches.
QString textOf(const SamplingRules& rules);

}  // namespace heapprof::gui
