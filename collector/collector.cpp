#include "collector/collector.h"

#include <array>
#include <stdexcept>

#include "collector/cpython/python_frames.h"
#include "collector/hooks/allocator_hooks.h"
#include "collector/hooks/collection_callback.h"
#include "collector/hooks/native_hooks.h"
#include "collector/locking/collector_lock.h"
#include "collector/resident/watcher.h"
#include "collector/system/process.h"

namespace heapprof::collector {
namespace {

/// The order is that of the calls: a child's lock is free before anything else that is done in it.
constexpr std::array<process::ForkHandlers, 4> kForkHandlers{{
    {CollectorLock::beforeFork, CollectorLock::afterForkInParent, CollectorLock::afterForkInChild},
    {nullptr, nullptr, recorder::afterForkInChild},
    {nullptr, nullptr, statistics::afterForkInChild},
    {nullptr, nullptr, native::afterForkInChild},
}};

void refuseTwice() {
    if (isProfiling()) throw std::runtime_error("heapprof is profiling already; call heapprof.stop() first");
}

/// Takes away what the program would still notice of a recording that has ended.
void takeHooksAway() {
    hooks::uninstall();
    native::uninstall();
    ignoreCollections();
}

/// Hooks can be taken away with the GIL only; until that happens they are as good as not there.
void atLimit() noexcept {
    Py_AddPendingCall(
        [](void*) {
            if (!recorder::isRecording()) takeHooksAway();
            return 0;
        },
        nullptr);
}

}  // namespace

void start(const std::string& filebase, const Sampling& sampling, const ProcessInfo& process,
           const RecordingOptions& options) {
    refuseTwice();
    if (const std::string problem = sampling.problem(); !problem.empty()) throw std::invalid_argument(problem);
    hooks::watchCode();
    watchCollections();
    if (options.native) native::install(sampling);
    hooks::install(sampling);
    try {
        process::enter(kForkHandlers);
        recorder::start(filebase, sampling, process, options, atLimit);
    } catch (...) {
        takeHooksAway();
        throw;
    }
}

recorder::Outcome stop(EndReason reason) {
    recorder::nameThreads();
    const recorder::Outcome outcome = recorder::stop(reason);
    takeHooksAway();
    return outcome;
}

void setPaused(bool paused) noexcept { recorder::setPaused(paused, hooks::setPaused); }

void mark(row::MarkKind kind, std::string_view text) noexcept {
    recorder::mark(kind, text);
    recorder::nameThreads();
}

void gatherStatistics() {
    refuseTwice();
    process::enter(kForkHandlers);
    if (!statistics::start()) throw std::bad_alloc();
}

bool endStatistics() noexcept { return statistics::stop(); }

statistics::Statistics gathered() noexcept { return statistics::gathered(); }

bool isProfiling() noexcept { return recorder::isRecording() || statistics::isGathering(); }

bool reachedLimit() noexcept { return recorder::reachedLimit(); }

std::optional<ResidentReadings::Excess> unrecorded() noexcept {
    const ResidentReadings::Excess excess = recorder::excess();
    return excess.isLarge() ? std::optional(excess) : std::nullopt;
}

Uuid identity() noexcept { return recorder::identity(); }

std::uint32_t watcherNumber() noexcept { return watcher::number(); }

std::size_t hookedSlots() { return native::count(); }

std::string checkStacks() { return checkFrames(); }

void hideRoot(const PyCodeObject* const* codes, std::size_t count) noexcept { recorder::hideRoot(codes, count); }

}  // namespace heapprof::collector
