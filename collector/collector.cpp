#include "collector/collector.h"

#include <array>
#include <stdexcept>
#include <string>

#include "collector/cpython/context_labels.h"
#include "collector/cpython/own_thread.h"
#include "collector/cpython/python_frames.h"
#include "collector/cpython/reference.h"
#include "collector/cpython/running_task.h"
#include "collector/cpython/thread_names.h"
#include "collector/elf/loader_look.h"
#include "collector/hooks/allocator_hooks.h"
#include "collector/hooks/arena_hook.h"
#include "collector/hooks/collection_callback.h"
#include "collector/hooks/native_hooks.h"
#include "collector/locking/collector_lock.h"
#include "collector/resident/c_allocator.h"
#include "collector/resident/watcher.h"
#include "collector/system/few_descriptors.h"
#include "collector/system/process.h"

namespace heapprof::collector {
namespace {

/// In the order of the calls: a child's locks are released first.
constexpr std::array<process::ForkHandlers, 5> kForkHandlers{{
    {LoaderLook::beforeFork, LoaderLook::afterForkInParent, LoaderLook::afterForkInChild},
    {CollectorLock::beforeFork, CollectorLock::afterForkInParent, CollectorLock::afterForkInChild},
    {nullptr, nullptr, recorder::afterForkInChild},
    {nullptr, nullptr, statistics::afterForkInChild},
    {nullptr, nullptr, native::afterForkInChild},
}};

void refuseTwice() {
    if (isProfiling()) throw std::runtime_error("heapprof is profiling already; call heapprof.stop() first");
}

void refuse(const Sampling& sampling) {
    if (const std::string problem = sampling.problem(); !problem.empty()) throw std::invalid_argument(problem);
}

/// Takes away everything that the program would still notice after a recording has ended. Native hooks stay, and do
/// nothing, where the program has forbidden itself system calls: what takes them away might be among these.
void takeHooksAway() {
    hooks::uninstall();
    if (recorder::hasForbiddenItself())
        native::leave();
    else
        native::uninstall();
    arenas::uninstall();
    ignoreCollections();
}

/// Hooks can only be taken away with the GIL, so Python is asked to do it later; until then the recorder ignores them.
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
    refuse(sampling);
    if (hasFewDescriptors()) throw std::runtime_error(kFewDescriptors);
    hooks::watchCode();
    watchCollections();
    prepareThreadNames();
    running_task::prepare();
    c_allocator::find();
    arenas::install();
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
    recorder::keepSources();
    const recorder::Outcome outcome = recorder::stop(reason);
    takeHooksAway();
    return outcome;
}

void setPaused(bool paused) noexcept { recorder::setPaused(paused, hooks::setPaused); }

void switchSampling(const Sampling& sampling) {
    refuse(sampling);
    switch (recorder::refusalOf(sampling)) {
        case recorder::Refusal::NotRecording:
            throw std::runtime_error("nothing is being recorded: there is no sampling rule to switch");
        case recorder::Refusal::TooMany:
            throw std::runtime_error("one recording has at most " + std::to_string(SamplingRules::kMaxDifferent) +
                                     " different sampling rules, and " + std::to_string(SamplingRules::kMaxSwitches) +
                                     " switches");
        case recorder::Refusal::Forbidden:
            throw std::runtime_error("the process has forbidden itself system calls, and might be killed for ours");
        case recorder::Refusal::None:
            break;
    }
    if (sampling == recorder::sampling()) return;
    const bool isNativeToo = !native::suit(sampling);
    const auto putHooks = [](const Sampling& next) {
        if (!native::suit(next)) native::leave();
        hooks::installFurther(next);
    };
    recorder::switchSampling(sampling, {putHooks, hooks::setPaused});
    hooks::settle();
    if (isNativeToo) native::install(sampling);
}

void mark(records::MarkKind kind, std::string_view text) noexcept {
    recorder::mark(kind, text);
    recorder::nameThreads();
}

PyObject* enterLabels(const packed_labels::Labels& labels) {
    if (!isInMainInterpreter()) return held(Py_None).release();  // others have variables of their own
    return context_labels::enter(packed_labels::with(context_labels::current(), labels));
}

bool leaveLabels(PyObject* token) noexcept { return token == Py_None || context_labels::leave(token); }

void gatherStatistics() {
    refuseTwice();
    process::enter(kForkHandlers);
    if (!statistics::start()) throw std::bad_alloc();
}

bool endStatistics() noexcept { return statistics::stop(); }

statistics::Statistics gathered() noexcept { return statistics::gathered(); }

bool isProfiling() noexcept { return recorder::isRecording() || statistics::isGathering(); }

bool reachedLimit() noexcept { return recorder::reachedLimit(); }

bool runReachedLimit() noexcept { return recorder::runReachedLimit(); }

bool hasForbiddenItself() noexcept { return recorder::hasForbiddenItself(); }

std::optional<ResidentReadings::Excess> unrecorded() noexcept {
    const ResidentReadings::Excess excess = recorder::excess();
    return excess.isLarge() ? std::optional(excess) : std::nullopt;
}

std::string capturePath() { return recorder::capturePath(); }

Uuid identity() noexcept { return recorder::identity(); }

void enterRun(const RecordingOptions& options) { recorder::enterRun(options); }

void handOnRun(RecordingOptions& options) noexcept { recorder::handOnRun(options); }

void noteOrphans() noexcept { watcher::noteOrphans(); }

std::size_t hookedSlots() { return native::count(); }

std::string checkFrames() { return heapprof::checkFrames(); }

void hideRoot(const PyCodeObject* const* codes, std::size_t count) noexcept { recorder::hideRoot(codes, count); }

}  // namespace heapprof::collector
