// Writes what the hooks report: one recording at a time, from start() to stop().
#pragma once

#include <Python.h>

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

/// How a recording ended that could not go on to its end.
struct Outcome {
    bool wasRecording = false;
    int error = 0;           ///< an errno: the disk was full, the file was cut; 0: all is in the files
    std::uint64_t lost = 0;  ///< events that came after that
};

/// What is called when a recording ends by itself, because its files are as large as they may be: in a hook of any
/// thread, which is inside. It must not allocate, wait, or call anything here.
using AtLimit = void (*)() noexcept;

/// Creates FILEBASE.hpm and FILEBASE.hpd and records from now on. Throws std::filesystem::filesystem_error
/// with the file and its error, or std::bad_alloc; nothing is being recorded then. The caller holds the GIL, has seen
/// that nothing is being recorded and that `sampling` is usable, and has called process::enter(). With an ancestor, the
/// files are created when there is something to record, and nothing is thrown for them.
void start(const std::string& filebase, const Sampling& sampling, const ProcessInfo& process,
           const RecordingOptions& options, AtLimit atLimit);

/// Ends the recording, if there is one, and closes the files. The caller holds the GIL.
Outcome stop(EndReason reason) noexcept;

bool isRecording() noexcept;

/// The uuid of the recording that began last in this process or the one it was forked from. The caller holds the GIL.
Uuid identity() noexcept;

// For the hooks. None of these allocates, takes the GIL, changes errno or throws. Requests of one's own thread made
// while it is in here are not recorded.

/// `size` bytes were given out at `address`; `holdsGil`: the caller certainly holds it.
void allocated(void* address, std::size_t size, bool holdsGil, Domain domain) noexcept;

/// The block at `address` is about to be given back: records that if the block is known, and says so in `block`.
bool freed(void* address, RecordedBlock& block) noexcept;

/// A block or mapping of this size, of which freed() or unmapped() told, has been given back; 0: of none.
void largeGivenBack(std::uint64_t size) noexcept;
inline void givenBack(std::uint64_t size) noexcept {
    if (size >= ResidentReadings::kLarge) [[unlikely]]
        largeGivenBack(size);
}

/// The block that freed() told of was not given back after all: a realloc failed.
void restored(const RecordedBlock& block) noexcept;

/// The system mapped [address, address + size), so that whatever was known of these addresses is gone. `counts`: it is
/// to be remembered; `record`: and recorded.
void mapped(void* address, std::size_t size, bool counts, bool record) noexcept;

/// [address, address + size) is about to be unmapped. Mappings in it end; of one that it covers in part, what remains
/// is recorded as allocations of their own with the same trace. True when it covers just one, and all of that:
/// `mapping`.
bool unmapped(void* address, std::size_t size, Mapping& mapping) noexcept;

/// The mapping that unmapped() told of is still there: munmap or mremap failed.
void stillMapped(const Mapping& mapping) noexcept;

/// A code object is about to die: its address may come to mean another one.
void forget(PyCodeObject* code) noexcept;

// For Python. Each does nothing while nothing is being recorded.

/// The program says something of its own; `text` is UTF-8.
void mark(row::MarkKind kind, std::string_view text) noexcept;

/// A garbage collection has just ended.
void collection(unsigned generation, Micros duration) noexcept;

/// While paused, frees of recorded blocks are recorded and allocations are not. When that changes, `tell` is called
/// with `paused`, before anything else is recorded. The caller holds the GIL.
void setPaused(bool paused, void (*tell)(bool)) noexcept;

/// Whether the last recording ended because its files had reached their limit.
bool reachedLimit() noexcept;

/// Where the memory of the last recording that has ended was farthest above what was recorded of it.
ResidentReadings::Excess excess() noexcept;

/// Writes the Python names of threads that have appeared since the last call. The caller holds the GIL.
void nameThreads() noexcept;

/// See StackTable::hideRoot(). For recordings that begin later.
void hideRoot(const PyCodeObject* const* codes, std::size_t count) noexcept;

/// This is a child that fork() has made; its thread is inside when fork() was called in there, by a signal handler.
void afterForkInChild() noexcept;

}  // namespace heapprof::recorder
