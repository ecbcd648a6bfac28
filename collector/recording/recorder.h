// Writes what the hooks report: one recording at a time, from start() to stop().
#pragma once

#include <Python.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

#include "collector/memory/block_table.h"
#include "collector/memory/mapped_ranges.h"
#include "collector/recording/recording_plan.h"
#include "collector/resident/resident_readings.h"
#include "core/capture/metadata_writer.h"
#include "core/capture/sampling.h"

namespace heapprof::recorder {

/// Outcome of stop(): whether the recording is complete.
struct Outcome {
    bool wasRecording = false;
    int error = 0;  ///< the errno of the write that failed (disk full, file truncated); 0: the recording is complete
    std::uint64_t lost = 0;  ///< events after the failure
    bool isSaid = false;     ///< the failure has been said to standard error when it happened

    /// The errno that says why something is missing: without one of the files it was the tables that cannot grow.
    int reason() const { return error != 0 ? error : ENOMEM; }
};

/// Called when a recording ends by itself, because its files have reached their limit: in a hook of any thread, which
/// holds the collector's lock. It must not allocate, wait, or call a function of this header.
using AtLimit = void (*)() noexcept;

/// Creates FILEBASE.hpm and FILEBASE.hpd and starts recording. Files that are named by the process are created with the
/// first event, and their errors are said to standard error.
///
/// Requires: the caller holds the GIL and has called process::enter(); nothing is being recorded; `sampling` has no
/// problem(). Throws std::filesystem::filesystem_error with the file and its error, or std::bad_alloc; nothing is being
/// recorded then.
void start(const std::string& filebase, const Sampling& sampling, const ProcessInfo& process,
           const RecordingOptions& options, AtLimit atLimit);

/// Ends the recording, if there is one, and closes the files. Requires the GIL.
Outcome stop(EndReason reason) noexcept;

bool isRecording() noexcept;

/// The filebase of the last capture of this process; empty: it has had no event, or there was none. Requires the GIL.
std::string capturePath();

/// The uuid of the last recording that began in this process or in the one it was forked from. Requires the GIL.
Uuid identity() noexcept;

// For the hooks. None of these allocates, takes the GIL, changes errno or throws. Requests that the calling thread
// makes meanwhile are not recorded.

/// Records an allocation of `size` bytes at `address`. `holdsGil`: the caller certainly holds the GIL.
void allocated(void* address, std::size_t size, bool holdsGil, Domain domain) noexcept;

/// To be called before the block at `address` is freed. If the block is recorded, records the free, fills `block` and
/// returns true.
bool freed(void* address, RecordedBlock& block) noexcept;

/// To be called after a block or mapping that freed() or unmapped() returned has been freed, with its size; `holdsGil`
/// as for allocated().
void largeGivenBack(std::uint64_t size, bool holdsGil) noexcept;
inline void givenBack(std::uint64_t size, bool holdsGil) noexcept {
    if (size >= ResidentReadings::kLarge) [[unlikely]]
        largeGivenBack(size, holdsGil);
}

/// Undoes freed(): the block still exists, because realloc failed.
void restored(const RecordedBlock& block) noexcept;

/// The system mapped [address, address + size), in place of all that was mapped there. `counts`: the mapping is
/// remembered; `record`: and recorded.
void mapped(void* address, std::size_t size, Domain domain, bool counts, bool record) noexcept;

/// To be called before [address, address + size) is unmapped. Ends the mappings in it. What remains of a mapping that
/// the range covers in part is recorded as an allocation of its own with the same trace. Returns true when the range is
/// exactly one mapping, in `mapping`.
bool unmapped(void* address, std::size_t size, Mapping& mapping) noexcept;

/// Undoes unmapped(): the mapping still exists, because munmap or mremap failed.
void stillMapped(const Mapping& mapping) noexcept;

/// To be called before a code object dies, as its address may be used for another one.
void forget(PyCodeObject* code) noexcept;

/// To be called before Python's allocator of arenas, which also has threads' stacks, gives memory back.
void givesBack(const void* memory) noexcept;

// For Python. Each does nothing while nothing is being recorded.

/// Records a mark that the program made; `text` is UTF-8.
void mark(records::MarkKind kind, std::string_view text) noexcept;

/// Records a garbage collection that has just ended.
void collection(unsigned generation, Micros duration) noexcept;

/// While paused, frees of recorded blocks are recorded and allocations are not. If this changes that, calls
/// `tell(paused)` before anything else is recorded. Requires the GIL.
void setPaused(bool paused, void (*tell)(bool)) noexcept;

/// Where a switch of the sampling rule was refused.
enum class Refusal { None, NotRecording, TooMany, Forbidden };
/// Whether a switch to that rule is possible, and nothing else; None also where it is in force. Requires the GIL.
Refusal refusalOf(const Sampling& sampling);
/// How the hooks go along.
struct HookSwitch {
    void (*put)(const Sampling& sampling);  ///< puts those for the rule in place, which count nothing yet
    void (*setPaused)(bool paused);         ///< whether these, or for the time being any, report allocations
};
/// What is allocated from here on is recorded by this rule, in all threads; a mark says so. Requires the GIL, and that
/// refusalOf() has just returned None. Throws std::bad_alloc, before anything has changed.
void switchSampling(const Sampling& sampling, const HookSwitch& hooks);
/// The rule in force. Requires that something is being recorded, and the GIL.
const Sampling& sampling() noexcept;

/// Whether the last recording ended because its files had reached their limit.
bool reachedLimit() noexcept;

/// Whether the limit was reached by then by any of the processes that share it.
bool runReachedLimit() noexcept;

/// Whether the process had forbidden itself system calls when the last recording ended: what opens a file now may be
/// killed for it.
bool hasForbiddenItself() noexcept;

/// How far the process's memory was above what was recorded, in the last recording that has ended.
ResidentReadings::Excess excess() noexcept;

/// Writes the Python names of threads that have appeared since the last call. Requires the GIL.
void nameThreads() noexcept;

/// Writes the text of code that came from no file, as far as the program keeps it. Requires the GIL, and that Python
/// code could run.
void keepSources() noexcept;

/// This process is to share what a run has in common with others. Throws std::bad_alloc.
void enterRun(const RecordingOptions& options);
/// Makes `options` those of interpreters that this process starts.
void handOnRun(RecordingOptions& options) noexcept;

/// See StackTable::hideRoot(). For recordings that begin later.
void hideRoot(const PyCodeObject* const* codes, std::size_t count) noexcept;

/// Called in a child that fork() has made. Its thread holds the collector's lock if a signal handler called fork()
/// while the thread held it.
void afterForkInChild() noexcept;

}  // namespace heapprof::recorder
