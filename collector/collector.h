// The collector's front door: all that the Python package asks of what runs inside the profiled program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collector/recording/recorder.h"
#include "collector/statistics/size_statistics.h"

/// One recording, or one gathering of statistics, goes on at a time in a process. All callers hold the GIL.
namespace heapprof::collector {

/// Puts the hooks in place and records from now on into FILEBASE.hpm and FILEBASE.hpd. `process` need not know its
/// numbers. Throws std::runtime_error while something is being recorded or gathered, and on a machine where native
/// allocations cannot be recorded; std::invalid_argument when `sampling` cannot be used; and what recorder::start()
/// throws. When it throws, nothing is being recorded and no allocator hook is left.
void start(const std::string& filebase, const Sampling& sampling, const ProcessInfo& process,
           const RecordingOptions& options);

/// Ends the recording, if there is one, closes the files and takes the hooks away.
recorder::Outcome stop(EndReason reason);

/// While paused, frees of recorded blocks are recorded and allocations are not. Does nothing while nothing is being
/// recorded.
void setPaused(bool paused) noexcept;

/// Records a mark of the program's own; `text` is UTF-8. Does nothing while nothing is being recorded.
void mark(row::MarkKind kind, std::string_view text) noexcept;

/// Counts requests by size from now on, recording nothing. Throws std::runtime_error as start() does, and
/// std::bad_alloc.
void gatherStatistics();
/// False when nothing is being gathered.
bool endStatistics() noexcept;
/// What is being gathered, or was at last.
statistics::Statistics gathered() noexcept;

/// Whether something is being recorded or gathered in this process.
bool isProfiling() noexcept;

/// Whether the last recording ended because its files had reached their limit.
bool reachedLimit() noexcept;

/// Where the memory of the last recording that has ended was farthest above what was recorded of it; nothing when that
/// is not far.
std::optional<ResidentReadings::Excess> unrecorded() noexcept;

/// The uuid of the recording that began last in this process or the one it was forked from.
Uuid identity() noexcept;

/// The process number of the program that reads our resident memory; 0: there is none.
std::uint32_t watcherNumber() noexcept;

/// How many slots of loaded objects lead to our hooks.
std::size_t hookedSlots();

/// Compares our own walk of the stack with Python's: see checkFrames() in cpython/python_frames.h.
std::string checkStacks();

/// Recordings that begin later show stacks without these outermost functions, which the caller keeps alive.
void hideRoot(const PyCodeObject* const* codes, std::size_t count) noexcept;

}  // namespace heapprof::collector
