// One file out of a ZIP archive: an egg, a wheel, a zipapp. No Qt.
#pragma once

#include <string>

#include "gui/source/source_bytes.h"

namespace heapprof::gui {

/// Puts into `result` the bytes of `member`, or why there are none. Programs may stand before the archive, as in
/// zipapps.
void readArchiveMember(const std::string& archive, const std::string& member, SourceBytes& result);

}  // namespace heapprof::gui
