#include "collector/recording/recorder.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>

#include "collector/cpython/own_thread.h"
#include "collector/cpython/running_task.h"
#include "collector/cpython/thread_names.h"
#include "collector/locking/collector_lock.h"
#include "collector/memory/forever.h"
#include "collector/recording/known_arenas.h"
#include "collector/recording/session.h"
#include "collector/resident/watcher.h"
#include "collector/sampling/sampler.h"
#include "collector/sampling/thread_state.h"
#include "collector/system/blocked_signals.h"
#include "collector/system/process.h"
#include "collector/system/process_memory.h"
#include "core/bytes/append_file.h"

namespace heapprof::recorder {
namespace {

// All of this belongs to the holder of the collector's lock.
constinit bool s_recording = false;  // read without the lock as a hint
constinit Forever<Session> s_foreverSession;
std::optional<Session>& s_session = s_foreverSession.value;
constinit Forever<RecordingPlan> s_foreverPlan;
std::optional<RecordingPlan>& s_plan = s_foreverPlan.value;
constinit Forever<RecordingPlan::NextFiles> s_foreverNextFiles;
std::optional<RecordingPlan::NextFiles>& s_nextFiles = s_foreverNextFiles.value;
constinit bool s_paused = false;
constinit bool s_reachedLimit = false, s_runReachedLimit = false;
constinit AtLimit s_atLimit = nullptr;
constinit ResidentReadings::Excess s_excess{};
/// Of system calls, when recording began; and whether there were more when it ended.
constinit std::uint64_t s_filters = 0;
constinit bool s_hasForbiddenItself = false;
/// Of a child that has no files yet.
constinit Forever<ProcessMemory> s_foreverMemory;
std::optional<ProcessMemory>& s_childMemory = s_foreverMemory.value;
/// Recording, but without files yet. A descendant creates them with its first event, as most children only exec.
constinit bool s_awaitsEvent = false;
/// A thread reads where the process has its memory.
constinit bool s_isReading = false;
constinit const PyCodeObject* s_hidden[StackTable::kMaxHidden]{};
constinit std::size_t s_hiddenCount = 0;

void setRecording(bool recording) {
    __atomic_store_n(&s_recording, recording, __ATOMIC_RELAXED);
    sampler::beginEpoch();
}

BlockTable::Expected blocksBy(const Sampling& sampling) {
    return sampling.mode == Sampling::Mode::Everything ? BlockTable::Expected::All : BlockTable::Expected::Few;
}

bool createTable(Session& session) { return session.blocks.create(blocksBy(s_plan->sampling())); }

void planRotation(Session& session) {
    const std::uint64_t keep = s_plan->options().keep;
    session.rotation = keep != 0 ? nanoseconds(CLOCK_MONOTONIC) + keep : 0;
}

/// Requires that the session's files have been created.
void prepare(Session& session) {
    session.monotonicStart = s_plan->header().monotonicStart;
    session.rules = &s_plan->rules();
    session.stacks.hideRoot(s_hidden, s_hiddenCount);
    session.stacks.limitTo(s_plan->options().maxTraces);
    session.resident.begin(session.events, session.monotonicStart, watcher::enter());
    session.memory.begin(s_plan->metadataPath());
    planRotation(session);
}

/// Whether the process has forbidden itself system calls since recording began.
bool hasMoreFilters() {
    const std::uint64_t filters = s_session       ? s_session->resident.filters()
                                  : s_childMemory ? s_childMemory->filters()
                                                  : 0;
    return filters > s_filters;
}

/// Drops the parent's recording: closes its files without changing them. They are not mapped in this process.
void forgetSession() {
    if (!s_session) return;
    s_session->events.abandon();
    s_session->metadata.abandon();
    s_session.reset();
}

/// Ends recording in this child.
void abandon() {
    sampler::switchOff();
    setRecording(false);
    s_awaitsEvent = false;
    s_childMemory.reset();
    forgetSession();
}

/// This child records into files of its own. Its block table starts empty: what its parent had allocated is in the
/// parent's recording.
void follow() {
    s_hasForbiddenItself =
        hasMoreFilters();  // the parent's descriptors show what it had forbidden itself, and its child
    if (s_hasForbiddenItself) return abandon();
    process::adopt();
    watcher::afterForkInChild();
    s_plan->inherit(s_session.has_value());
    forgetSession();
    s_awaitsEvent = true;
    s_childMemory.emplace().open();
    sampler::seed();  // with random numbers other than its parent's
    sampler::configure(s_plan->sampling());
    setRecording(true);
    sampler::switchOn(s_plan->sampling());
}

/// Ends the recording and closes the files.
void finish(EndReason reason) {
    Session& session = *s_session;
    s_excess = session.resident.excess();
    s_hasForbiddenItself = session.resident.filters() > s_filters;
    s_runReachedLimit = s_plan->reachedLimit();
    const bool isIncomplete = session.isBroken() && reason != EndReason::LimitReached;
    session.metadata.end(session.events.time(), isIncomplete ? EndReason::Incomplete : reason);
    sampler::switchOff();
    setRecording(false);
    session.events.close();
    session.metadata.close();
    s_session.reset();
    watcher::stop();
}

/// Begins the session of a descendant that awaits its first event. False when this is none, or has no files.
[[gnu::noinline, gnu::cold]] bool begin() {
    if (!s_awaitsEvent) return false;
    s_awaitsEvent = false;
    s_hasForbiddenItself = s_childMemory->filters() > s_filters;
    s_childMemory.reset();
    Session& session = s_session.emplace();
    if (!s_hasForbiddenItself && createTable(session) &&
        s_plan->createOwnFiles(session.metadata, session.events) == 0) {
        prepare(session);
        return true;
    }
    s_session.reset();
    sampler::switchOff();
    setRecording(false);
    return false;
}

/// In a child of the bare system call.
[[gnu::noinline, gnu::cold]] void abandonBareChild() {
    if (t_state.inside) return;
    CollectorLock::afterBareFork();
    const TryCollectorLock lock;
    abandon();
}

/// Whether this process is being recorded.
[[gnu::always_inline]] inline bool isWanted() {
    if (!__atomic_load_n(&s_recording, __ATOMIC_RELAXED)) return false;
    if (process::isOurs()) [[likely]]
        return true;
    abandonBareChild();
    return false;
}

/// Holds the collector's lock, if this process is being recorded and the thread does not hold it already. True when
/// there is a session.
class RecordingScope {
public:
    RecordingScope() : m_lock(isWanted()) {}
    explicit operator bool() const { return m_lock && s_session.has_value(); }
    /// For events that a capture may begin with, when there is no session: true when this has begun it.
    bool begins() const { return m_lock && begin(); }
    bool isLocked() const { return static_cast<bool>(m_lock); }

private:
    TryCollectorLock m_lock;
};

/// For events that come from no hook: the thread may not have joined the recording yet.
ThreadIndex joinedThread(Session& session) {
    if (t_state.epoch != currentEpoch()) sampler::join(t_state);
    return session.ownThread();
}

void markPause(Session& session) {
    session.events.mark(s_paused ? records::Pauses : records::Resumes, {}, joinedThread(session));
}

/// After something could not be recorded: ends the recording if its files have reached their limit, and returns whether
/// it did.
[[gnu::noinline, gnu::cold]] bool endsAtLimit(Session& session) {
    if (session.events.error() != AppendFile::kBudgetSpent && session.metadata.error() != AppendFile::kBudgetSpent)
        return false;
    finish(EndReason::LimitReached);
    s_reachedLimit = true;
    s_atLimit();
    return true;
}

/// True when nothing more can be recorded: counts the event as lost.
[[gnu::always_inline]] inline bool losing(Session& session) {
    if (!session.isBroken()) return false;
    if (!endsAtLimit(session)) session.events.lose();
    return true;
}

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

enum class Reason { Time, Mark, Certain };

/// Reads where the process has its memory, if it is time for that. Requires the GIL, no lock, and that the thread has
/// not interrupted an allocator.
[[gnu::noinline, gnu::cold]] void readMemory(Reason reason) {
    if (__atomic_exchange_n(&s_isReading, true, __ATOMIC_ACQUIRE)) return;
    bool isDue = false, isAllocatorDue = false;
    {
        const RecordingScope scope;
        if (scope && !s_session->isBroken()) {
            const std::uint64_t now = nanoseconds(CLOCK_MONOTONIC);
            isDue = reason == Reason::Certain || (reason == Reason::Mark && s_session->memory.isDueAtMark(now)) ||
                    s_session->memory.isDue(now);
            isAllocatorDue = s_session->memory.mallocIsDue(now);
        }
    }
    if (isDue) {
        const MemoryReadings::OfAllocator allocator = MemoryReadings::readAllocator(isAllocatorDue);
        const bool areTold = known_arenas::areTold();
        const RecordingScope scope;
        PythonPools* const pools = known_arenas::pools(areTold);
        if (scope && !losing(*s_session)) s_session->readMemory(reason == Reason::Certain, allocator, pools);
    }
    __atomic_store_n(&s_isReading, false, __ATOMIC_RELEASE);
}

bool rotationIsDue() {
    const RecordingScope scope;
    return scope && !s_session->isBroken() && s_session->rotation != 0 &&
           nanoseconds(CLOCK_MONOTONIC) >= s_session->rotation;
}

/// Goes on in new files, if it is time for that. Requires as readMemory() does.
[[gnu::noinline, gnu::cold]] void rotate() {
    if (!rotationIsDue()) return;
    readMemory(Reason::Certain);
    if (!rotationIsDue()) return;
    const BlockedSignals blocked(BlockedSignals::Which::Asynchronous);  // a handler may fork, and its child come back
    const RecordingScope scope;
    if (!scope) return;
    Session& session = *s_session;
    planRotation(session);                               // the next one, whatever comes of this
    if (session.resident.filters() > s_filters) return;  // see hasForbiddenItself()
    session.readResident();
    session.events.setTime(session.elapsed(CLOCK_MONOTONIC));
    RecordingPlan::NextFiles& next = s_nextFiles.emplace();
    if (!session.isBroken() && s_plan->createNext(next, session.metadata)) {
        session.recordAgain(next.events);
        if (s_plan->exchange(next, session.metadata, session.events, session.events.time())) {
            session.goOn(s_plan->header().monotonicStart, s_plan->metadataPath());
            planRotation(session);
            if (s_paused) markPause(session);
        }
    }
    s_nextFiles.reset();
}

/// Whether the calling thread has the GIL, though it may have interrupted Python's allocators.
bool hasGil() {
    const PyThreadState* const own = PyGILState_GetThisThreadState();
    // Python does not know it, and perhaps never will.
    if (!own && t_state.errands & Errands::kNamings) --t_state.errands;
    return own && isAttached(own);
}

/// After an event of this thread. Blocks of which the RAW domain does not say whether it `holdsGil` may be all that a
/// program takes, or that is recorded of it. For `isLarge` ones no lock is held, and Python's pools are as they were.
[[gnu::noinline, gnu::cold]] void runErrands(bool holdsGil, bool isLarge) {
    if (!holdsGil) {
        if (!(t_state.errands & Errands::kNamings) && !isLarge) return;
        if (!hasGil()) return;
        holdsGil = isLarge;
    }
    if (holdsGil && t_state.errands & Errands::kRotation) {
        t_state.errands &= static_cast<std::uint16_t>(~Errands::kRotation);
        rotate();
    }
    if (holdsGil && t_state.errands & Errands::kReading) {
        t_state.errands &= static_cast<std::uint16_t>(~Errands::kReading);
        readMemory(Reason::Time);
    }
    if (!(t_state.errands & Errands::kNamings)) return;
    const RecordingScope scope;
    if (scope) s_session->askForOwnName();
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

void start(const std::string& filebase, const Sampling& sampling, const ProcessInfo& process,
           const RecordingOptions& options, AtLimit atLimit) {
    watcher::stop();  // a parent's that did not record us
    if (options.residentEvery > 0 && !watcher::join(options.watcherNumber) &&
        watcher::start(options.watcher.c_str(), options.residentEvery))
        watcher::budget()->set(options.maxBytes);
    const TryCollectorLock lock;
    if (sampling.mode == Sampling::Mode::Everything) CollectorLock::allowBias();
    s_paused = s_reachedLimit = s_runReachedLimit = false;
    s_atLimit = atLimit;
    s_excess = {};
    s_childMemory.emplace().open();
    s_filters = s_childMemory->filters();
    s_hasForbiddenItself = false;
    RecordingPlan& plan = s_plan.emplace(filebase, sampling, process, options, watcher::budget());
    s_awaitsEvent = options.namedByProcess;
    if (!s_awaitsEvent) {
        Session& session = s_session.emplace();
        try {
            if (!createTable(session)) throw std::bad_alloc();
            plan.createFiles(session.metadata, session.events);
        } catch (...) {
            s_childMemory.reset();
            s_session.reset();
            watcher::stop();
            throw;
        }
        prepare(session);
        s_childMemory.reset();
    }
    sampler::seed();
    sampler::configure(sampling);
    setRecording(true);
    sampler::switchOn(sampling);
    readMemory(Reason::Certain);  // what there is before anything is recorded
}

Outcome stop(EndReason reason) noexcept {
    readMemory(Reason::Certain);
    const RecordingScope scope;
    if (scope.isLocked() && s_awaitsEvent) {  // there was none
        s_awaitsEvent = false;
        s_childMemory.reset();
        sampler::switchOff();
        setRecording(false);
        watcher::stop();
        return {true, 0, 0};
    }
    if (!scope) return {};
    Session& session = *s_session;
    session.readResident();
    session.events.setTime(session.elapsed(CLOCK_MONOTONIC));
    if (endsAtLimit(session)) return {};
    const int error = session.events.error() != 0 ? session.events.error() : session.metadata.error();
    const Outcome outcome{true, error, session.events.lost()};
    finish(reason);
    return error == AppendFile::kParents
               ? Outcome{}
               : outcome;  // forked by a signal handler in a hook: the recording is the parent's
}

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
    session.readResident();
    session.events.setTime(session.elapsed(CLOCK_MONOTONIC));
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

Refusal refusalOf(const Sampling& sampling) {
    if (!isRecording()) return Refusal::NotRecording;
    static_assert(SamplingRules::kMaxDifferent <= StackTree::kMaxRules &&
                  SamplingRules::kMaxSwitches < epochs::kSwitches);
    if (sampling == s_plan->sampling()) return Refusal::None;
    const RecordingScope scope;
    if (hasMoreFilters()) return Refusal::Forbidden;
    return scope && !s_plan->rules().hasRoomFor(sampling) ? Refusal::TooMany : Refusal::None;
}

void switchSampling(const Sampling& sampling, const HookSwitch& hooks) {
    RecordingPlan::Switch next(*s_plan, sampling);
    const std::string words = describe(sampling);
    hooks.put(sampling);
    const RecordingScope scope;
    if (!scope.isLocked() || (scope && s_session->isBroken() && endsAtLimit(*s_session))) return;
    Session* const session = scope ? &*s_session : nullptr;
    if (session) {  // an instant of its own, as a mark has
        session->readResident();
        session->events.setTime(session->elapsed(CLOCK_MONOTONIC));
    }
    hooks.setPaused(true);
    s_plan->switchTo(next, session ? &session->metadata : nullptr, session ? &session->events : nullptr);
    if (sampling.mode == Sampling::Mode::Everything) CollectorLock::allowBias();
    sampler::switchTo(sampling);
    sampler::join(t_state);  // hooks have been tried out with its countdown
    if (session) {
        session->stacks.useRule(next.number);
        session->blocks.expect(blocksBy(sampling));
        const StringIndex text = session->texts.intern(words, session->metadata);
        const bool isOwnThread = t_state.hooksSuppressed;  // told from outside
        session->events.mark(records::Switches, text, isOwnThread ? ThreadIndex() : joinedThread(*session));
        session->events.setTime(session->events.time() + Micros(1));
    }
    if (!s_paused) hooks.setPaused(false);
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

void hideRoot(const PyCodeObject* const* codes, std::size_t count) noexcept {
    s_hiddenCount = std::min(count, StackTable::kMaxHidden);
    std::copy_n(codes, s_hiddenCount, s_hidden);
}

void afterForkInChild() noexcept {
    s_isReading = false;
    if (t_state.inside) {  // the interrupted work may continue: keep its state, record nothing after it
        AppendFile::leaveAllToParent();
        sampler::switchOff();
        setRecording(false);
        s_awaitsEvent = false;
        return;
    }
    const TryCollectorLock lock;
    if (s_recording && s_plan->options().followFork)
        follow();
    else
        abandon();
}

}  // namespace heapprof::recorder
