// The collector's front door: everything that the Python package calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collector/recording/packed_labels.h"
#include "collector/recording/recorder.h"
#include "collector/statistics/size_statistics.h"

/// Starts, controls and ends what goes on in this process: one recording, or one gathering of statistics. All functions
/// require the GIL.
namespace heapprof::collector {

/// Puts the hooks in place and starts recording into FILEBASE.hpm and FILEBASE.hpd. The process numbers in `process`
/// are filled in. Throws std::runtime_error while something is being recorded or gathered, and on a machine where
/// native allocations cannot be recorded; std::invalid_argument with sampling.problem(); and what recorder::start()
/// throws. When it throws, nothing is being recorded and no allocator hook is left.
void start(const std::string& filebase, const Sampling& sampling, const ProcessInfo& process,
           const RecordingOptions& options);

/// Ends the recording, if there is one, closes the files and takes the hooks away.
recorder::Outcome stop(EndReason reason);

/// While paused, frees of recorded blocks are recorded and allocations are not. Does nothing while nothing is being
/// recorded.
void setPaused(bool paused) noexcept;

/// What is allocated from now on is recorded by this rule; what is alive keeps what it stands for. Throws
/// std::runtime_error while nothing is being recorded, and when the recording has had too many rules or switches;
/// std::invalid_argument with sampling.problem(); std::bad_alloc.
void switchSampling(const Sampling& sampling);

/// Records a mark of the program's own; `text` is UTF-8. Does nothing while nothing is being recorded.
void mark(records::MarkKind kind, std::string_view text) noexcept;

/// From now on the current context, and what is copied from it, has these labels, in place of earlier ones of the same
/// names. Returns the token for leaveLabels(); nullptr with Python's error. In the main interpreter alone; others get a
/// token that does nothing. Throws std::bad_alloc.
PyObject* enterLabels(const packed_labels::Labels& labels);
/// Undoes enterLabels(). False, and nothing has changed, when this is not the context in which it was called.
bool leaveLabels(PyObject* token) noexcept;

/// Starts counting requests by size, recording nothing. Throws std::runtime_error as start() does, and
/// std::bad_alloc.
void gatherStatistics();
/// Ends gathering; false when nothing is being gathered.
bool endStatistics() noexcept;
/// What has been gathered so far, or in the last gathering.
statistics::Statistics gathered() noexcept;

/// Whether something is being recorded or gathered in this process.
bool isProfiling() noexcept;

/// Whether the last recording ended because its files had reached their limit.
bool reachedLimit() noexcept;

/// Whether the limit was reached by then by any of the processes that share it.
bool runReachedLimit() noexcept;

/// Whether the process had forbidden itself system calls when the last recording ended: what opens a file now may be
/// killed for it.
bool hasForbiddenItself() noexcept;

/// How far the process's memory was above what was recorded, in the last recording that has ended; nothing when that is
/// not much.
std::optional<ResidentReadings::Excess> unrecorded() noexcept;

/// The filebase of the last capture of this process; empty: it has had no event, or there was none.
std::string capturePath();

/// The uuid of the last recording that began in this process or in the one it was forked from.
Uuid identity() noexcept;

/// Before others than this process record as `options` say: this process shares with them what a run has in common.
/// Throws std::bad_alloc.
void enterRun(const RecordingOptions& options);
/// Makes `options` those of another process of this one's run: the interpreters that it starts.
void handOnRun(RecordingOptions& options) noexcept;
/// See watcher::noteOrphans().
void noteOrphans() noexcept;

/// The number of slots of loaded objects that lead to our hooks.
std::size_t hookedSlots();

/// Compares our own walk of the stack with Python's: see checkFrames() in cpython/python_frames.h.
std::string checkFrames();

/// Recordings that begin later show stacks without these outermost functions, which the caller keeps alive.
void hideRoot(const PyCodeObject* const* codes, std::size_t count) noexcept;

}  // namespace heapprof::collector
