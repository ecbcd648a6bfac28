#include "collector/recording/recorder.h"

#include <cstring>

#include "collector/cpython/own_thread.h"
#include "collector/cpython/running_task.h"
#include "collector/cpython/thread_names.h"
#include "collector/recording/recorder_errands.h"
#include "collector/recording/recorder_state.h"
#include "collector/sampling/thread_state.h"

namespace heapprof::recorder {
namespace {

[[gnu::noinline, gnu::cold]] void rememberAgain(Session& session, const RecordedBlock& block) {
    // A block may vanish without a free: another profiler took our hooks away for a while.
    RecordedBlock vanished;
    if (session.blocks.remove(reinterpret_cast<void*>(block.address), vanished)) {
        session.events.free(vanished.ordinal, vanished.trace, vanished.size);
        if (session.blocks.insert(block.address, block.size, block.ordinal, block.trace)) return;
    }
    session.events.free(block.ordinal, block.trace, block.size);
    session.events.lose();
}

/// Puts the block of an allocation that is in the log into the table.
[[gnu::always_inline]] inline void remember(Session& session, std::uintptr_t address, std::uint64_t size,
                                            std::uint64_t ordinal, TraceIndex trace) {
    if (!session.blocks.insert(address, size, ordinal, trace)) [[unlikely]]
        rememberAgain(session, {address, size, ordinal, trace});
}

/// allocated(), for the holder of the lock. False, and nothing has been done, when `mayAsk` and it is to be asked first
/// which task the thread runs.
template <bool mayAsk>
[[gnu::always_inline]] inline bool record(void* address, std::size_t size, bool holdsGil, Domain domain) {
    if (s_paused || (!s_session && !begin()) || t_state.epoch != currentEpoch()) [[unlikely]]
        return true;
    Session& session = *s_session;
    if (losing(session)) return true;
    PyThreadState* const python = ownThreadState(holdsGil);
    if constexpr (mayAsk)
        if (python && python->context && session.labels.isTaskUnknown(session.ownThread(), python) &&
            isAttached(python)) [[unlikely]]
            return false;
    session.passTime();
    const TraceIndex trace = session.currentTrace(domain, python);
    if (session.metadata.error() != 0 && losing(session)) [[unlikely]]
        return true;
    session.blockChanges(size);
    const std::uint64_t ordinal = session.events.allocation(trace, size);
    if (session.events.lost() > 0) [[unlikely]] {
        endsAtLimit(session);
        return true;
    }
    remember(session, reinterpret_cast<std::uintptr_t>(address), size, ordinal, trace);
    return true;
}

/// Tells the session which task the calling thread runs.
void tellTask(std::string_view task) {
    const RecordingScope scope;
    const PyThreadState* const python = ownThreadState(false);
    if (scope && python) s_session->labels.runs(s_session->ownThread(), python, task, s_session->metadata);
}

/// Asks which task the calling thread, which has the GIL, runs, and records the allocation.
[[gnu::noinline, gnu::cold]] void recordInTask(void* address, std::size_t size, bool holdsGil, Domain domain) {
    tellTask({});  // should asking allocate, nobody asks again within it
    char name[running_task::kMaxName];
    if (const std::string_view found = running_task::nameOf(name); !found.empty()) tellTask(found);
    const TryCollectorLock lock;
    if (lock) record<false>(address, size, holdsGil, domain);
}

/// freed(), for the holder of the lock.
[[gnu::always_inline]] inline bool recordFree(void* address, RecordedBlock& block) {
    if (!s_session || !s_session->blocks.remove(address, block)) return false;
    s_session->passTime();
    s_session->blockChanges(block.size);
    s_session->events.free(block.ordinal, block.trace, block.size);
    return true;
}

}  // namespace

bool isRecording() noexcept { return __atomic_load_n(&s_recording, __ATOMIC_RELAXED) && process::isOurs(); }

std::string capturePath() {
    std::string path = s_plan ? s_plan->metadataPath() : "";
    if (!path.empty()) path.resize(path.size() - std::strlen(".hpm"));
    return path;
}

Uuid identity() noexcept { return s_plan ? s_plan->identity() : Uuid{}; }

void allocated(void* address, std::size_t size, bool holdsGil, Domain domain) noexcept {
    if (!isWanted() || !CollectorLock::isAvailable()) return;
    bool isDone = false;
    {
        const CollectorLock lock;
        isDone = record<true>(address, size, holdsGil, domain);
    }
    if (!isDone) [[unlikely]]
        recordInTask(address, size, holdsGil, domain);
    if (t_state.errands != 0) [[unlikely]]
        runErrands(holdsGil, domain == Domain::Python && size >= ResidentReadings::kLarge);
}

bool freed(void* address, RecordedBlock& block) noexcept {
    if (!isWanted() || !CollectorLock::isAvailable()) return false;
    const CollectorLock lock;
    return recordFree(address, block);
}

void largeGivenBack(std::uint64_t size, bool holdsGil) noexcept {
    {
        const RecordingScope scope;
        if (!scope) return;
        s_session->passTime();
        s_session->blockChanges(size);
    }
    if (holdsGil && t_state.errands != 0) runErrands(true, true);
}

void restored(const RecordedBlock& block) noexcept {
    const RecordingScope scope;
    if (!scope || losing(*s_session)) return;
    const std::uint64_t ordinal = s_session->events.allocation(block.trace, block.size);
    if (s_session->events.lost() == 0) remember(*s_session, block.address, block.size, ordinal, block.trace);
}

void mapped(void* address, std::size_t size, Domain domain, bool counts, bool record) noexcept {
    const RecordingScope scope;
    if ((!scope && !(record && scope.begins())) || losing(*s_session)) return;
    Session& session = *s_session;
    session.passTime();
    Mapping last;
    session.endMappings(address, size, false, last);
    if (!counts) return;
    record = record && !s_paused && t_state.epoch == currentEpoch();
    TraceIndex trace;
    if (record) trace = session.currentTrace(domain, ownThreadState(false));
    if (losing(session)) return;
    Mapping mapping;
    mapping.address = reinterpret_cast<std::uintptr_t>(address);
    mapping.size = size;
    mapping.trace = trace;
    mapping.isShared = domain == Domain::Shared;
    mapping.isRecorded = record;
    session.addMapping(mapping);
}

bool unmapped(void* address, std::size_t size, Mapping& mapping) noexcept {
    const RecordingScope scope;
    if (!scope) return false;
    s_session->passTime();
    return s_session->endMappings(address, size, true, mapping) == 1 &&
           MappedRanges::rangeOf(mapping) == MappedRanges::rangeOf(address, size);
}

void stillMapped(const Mapping& mapping) noexcept {
    const RecordingScope scope;
    if (scope && !losing(*s_session)) s_session->addMapping(mapping);
}

void forget(PyCodeObject* code) noexcept {
    const RecordingScope scope;
    if (scope) s_session->stacks.forget(code);
}

void givesBack(const void* memory) noexcept {
    const RecordingScope scope;
    if (scope) s_session->stacks.givesBack(memory);
}

void mark(records::MarkKind kind, std::string_view text) noexcept {
    readMemory(Reason::Mark);
    const RecordingScope scope;
    const bool first = !scope;
    if ((first && !scope.begins()) || losing(*s_session)) return;
    Session& session = *s_session;
    session.passTime();
    if (first && s_paused) markPause(session);
    const StringIndex string = session.texts.intern(text.substr(0, MetadataWriter::kMaxText), session.metadata);
    // The mark has an instant of its own: events before it are earlier, events after it later, also within a tick.
    session.beginInstant();
    const ThreadIndex thread = joinedThread(session);
    session.events.mark(kind, string, thread);
    session.phases.note(kind, string, thread);
    session.events.setTime(session.events.time() + Micros(1));
}

void collection(unsigned generation, Micros duration) noexcept {
    const RecordingScope scope;
    if (!scope || losing(*s_session)) return;
    s_session->passTime();
    s_session->events.collection(generation, duration);
}

void setPaused(bool paused, void (*tell)(bool)) noexcept {
    const RecordingScope scope;
    if (!scope.isLocked() || s_paused == paused) return;
    s_paused = paused;
    tell(paused);
    if (!scope || losing(*s_session)) return;
    s_session->passTime();
    markPause(*s_session);
}

const Sampling& sampling() noexcept { return s_plan->sampling(); }

bool reachedLimit() noexcept { return s_reachedLimit; }

bool runReachedLimit() noexcept { return s_runReachedLimit; }

bool hasForbiddenItself() noexcept { return s_hasForbiddenItself; }

ResidentReadings::Excess excess() noexcept { return s_excess; }

void nameThreads() noexcept {
    {
        const RecordingScope scope;
        if (!scope) return;
        if (t_state.epoch == currentEpoch() && t_state.thread != 0) s_session->askForOwnName();
        if (s_session->unnamed.isEmpty()) return;
    }
    forEachPythonThread([](std::uint64_t ident, std::string_view name) {
        const RecordingScope scope;
        if (!scope) return;
        if (const auto thread = s_session->unnamed.take(ident))
            s_session->metadata.thread(thread->index, thread->nativeId, name, thread->firstEvent);
    });
    const RecordingScope scope;
    if (scope) s_session->unnamed.asked(s_session->events.time());
}

void keepSources() noexcept {
    const SuppressHooks suppressed;  // what is made to read them is not the program's
    forEachRegisteredSource(
        [](std::string_view name) {
            const RecordingScope scope;
            return scope && !s_session->isBroken() && s_session->wantsSource(name);
        },
        [](const SourcePart& part) {
            const RecordingScope scope;
            if (scope && !losing(*s_session)) s_session->writeSource(part);
        });
}

}  // namespace heapprof::recorder
