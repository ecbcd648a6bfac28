// What domains of memory are called in the window.
#pragma once

#include <QString>

#include "core/capture/domain_set.h"

namespace heapprof::gui {

/// "Python", "Native", "Mapped".
QString titleOf(Domain domain);
/// "Python and native".
QString titleOf(DomainSet domains);

}  // namespace heapprof::gui
