// What the commands that need no window have in common.
#pragma once

#include <QString>
#include <memory>

#include "core/recording/recording.h"

namespace heapprof::gui {

/// Says on stderr why a command failed, and returns `code`.
int fail(const QString& reason, int code = 1);

/// Digests the capture, with its progress, damage and warnings on stderr. Throws as Capture does.
Recording digested(const std::shared_ptr<Capture>& capture);

}  // namespace heapprof::gui
