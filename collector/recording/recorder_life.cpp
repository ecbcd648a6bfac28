#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <utility>

#include "collector/recording/recorder_errands.h"
#include "collector/recording/recorder_state.h"
#include "collector/resident/watcher.h"
#include "collector/sampling/sampler.h"
#include "collector/sampling/thread_state.h"
#include "collector/system/few_descriptors.h"
#include "collector/system/standard_error.h"
#include "core/bytes/append_file.h"

// How a recording begins, goes on by another rule, ends, and what becomes of it in a child.
namespace heapprof::recorder {
namespace {

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
    s_hasForbiddenItself = hasMoreFilters();  // which the parent's descriptors show
    if (s_hasForbiddenItself) return abandon();
    if (hasFewDescriptors()) {
        sayFewDescriptors();
        return abandon();
    }
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

void leaveRun() {
    watcher::leave();
    run_memory::leave();
}

/// As it would be if the recording ended now.
Outcome outcomeOf(const Session& session) {
    const int error = session.events.error() != 0 ? session.events.error() : session.metadata.error();
    return {true, error, session.events.lost(), session.isIncomplete && s_plan->isOfDescendant()};
}

}  // namespace

bool hasMoreFilters() {
    const std::uint64_t filters = s_session       ? s_session->resident.filters()
                                  : s_childMemory ? s_childMemory->filters()
                                                  : 0;
    return filters > s_filters;
}

void planRotation(Session& session) {
    const std::uint64_t keep = s_plan->options().keep;
    session.rotation = keep != 0 ? nanoseconds(CLOCK_MONOTONIC) + keep : 0;
}

void finish(EndReason reason) {
    Session& session = *s_session;
    s_excess = session.resident.excess();
    s_hasForbiddenItself = hasMoreFilters();
    s_runReachedLimit = s_plan->reachedLimit();
    const bool isIncomplete = session.isBroken() && reason != EndReason::LimitReached;
    if (!session.isIncomplete)
        session.metadata.end(session.events.time(), isIncomplete ? EndReason::Incomplete : reason);
    sampler::switchOff();
    setRecording(false);
    session.events.close();
    session.metadata.close();
    s_session.reset();
    leaveRun();
}

[[gnu::noinline]] bool begin() {
    if (!s_awaitsEvent) return false;
    s_awaitsEvent = false;
    s_hasForbiddenItself = hasMoreFilters();
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

[[gnu::noinline]] void abandonBareChild() {
    if (t_state.inside) return;
    CollectorLock::afterBareFork();
    const TryCollectorLock lock;
    abandon();
}

ThreadIndex joinedThread(Session& session) {
    if (t_state.epoch != currentEpoch()) sampler::join(t_state);
    return session.ownThread();
}

void markPause(Session& session) {
    session.events.mark(s_paused ? records::Pauses : records::Resumes, {}, joinedThread(session));
}

[[gnu::noinline]] bool endsAtLimit(Session& session) {
    if (session.events.error() != AppendFile::kBudgetSpent && session.metadata.error() != AppendFile::kBudgetSpent)
        return false;
    finish(EndReason::LimitReached);
    s_reachedLimit = true;
    s_atLimit();
    return true;
}

[[gnu::noinline]] void lose(Session& session) {
    if (endsAtLimit(session)) return;
    session.events.lose();
    const Outcome outcome = outcomeOf(session);
    // Who reads files that somebody has cut off sees that, and keeps what was read of them before.
    if (outcome.error == AppendFile::kParents || outcome.error == EIO) return;
    if (std::exchange(session.isIncomplete, true)) return;
    session.metadata.end(session.events.time(), EndReason::Incomplete);
    if (!s_plan->isOfDescendant()) return;
    std::array<char, 24> number;
    std::snprintf(number.data(), number.size(), "%ld", static_cast<long>(getpid()));
    standard_error::say(
        {"process ", number.data(), " could not record to the end: ", strerrordesc_np(outcome.reason())});
}

void start(const std::string& filebase, const Sampling& sampling, const ProcessInfo& process,
           const RecordingOptions& options, AtLimit atLimit) {
    enterRun(options);
    watcher::start(options.watcher.c_str());
    if (watcher::number() != 0) run_memory::closeFile();  // which the watcher has
    const TryCollectorLock lock;
    if (sampling.mode == Sampling::Mode::Everything) CollectorLock::allowBias();
    s_paused = s_reachedLimit = s_runReachedLimit = false;
    s_atLimit = atLimit;
    s_excess = {};
    s_childMemory.emplace().open();
    s_filters = s_childMemory->filters();
    s_hasForbiddenItself = false;
    RecordingPlan& plan = s_plan.emplace(filebase, sampling, process, options, run_memory::get()->budget);
    s_awaitsEvent = options.namedByProcess;
    if (!s_awaitsEvent) {
        Session& session = s_session.emplace();
        try {
            if (!createTable(session)) throw std::bad_alloc();
            plan.createFiles(session.metadata, session.events);
        } catch (...) {
            s_childMemory.reset();
            s_session.reset();
            leaveRun();
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
        leaveRun();
        return {true, 0, 0};
    }
    if (!scope) return {};
    Session& session = *s_session;
    session.beginInstant();
    if (endsAtLimit(session)) return {};
    const Outcome outcome = outcomeOf(session);
    finish(reason);
    return outcome.error == AppendFile::kParents
               ? Outcome{}
               : outcome;  // forked by a signal handler in a hook: the recording is the parent's
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
    if (session) session->beginInstant();
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

void enterRun(const RecordingOptions& options) {
    run_memory::enter(options.run, {options.maxBytes, options.residentEvery, options.isUnwatched});
}

void handOnRun(RecordingOptions& options) noexcept {
    options.run = run_memory::place(watcher::number());
    options.isUnwatched = watcher::isForbidden();
}

void hideRoot(const PyCodeObject* const* codes, std::size_t count) noexcept {
    s_hiddenCount = std::min(count, StackTable::kMaxHidden);
    std::copy_n(codes, s_hiddenCount, s_hidden);
}

void afterForkInChild() noexcept {
    readingsAfterForkInChild();
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
