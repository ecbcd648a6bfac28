#include "collector/recording/recorder_errands.h"

#include <optional>

#include "collector/cpython/own_thread.h"
#include "collector/memory/forever.h"
#include "collector/recording/known_arenas.h"
#include "collector/recording/recorder_state.h"
#include "collector/sampling/thread_state.h"
#include "collector/system/blocked_signals.h"

namespace heapprof::recorder {
namespace {

/// A thread reads where the process has its memory.
constinit bool s_isReading = false;
constinit Forever<RecordingPlan::NextFiles> s_foreverNextFiles;
std::optional<RecordingPlan::NextFiles>& s_nextFiles = s_foreverNextFiles.value;

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
    planRotation(session);         // the next one, whatever comes of this
    if (hasMoreFilters()) return;  // see hasForbiddenItself()
    session.beginInstant();
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

}  // namespace

[[gnu::noinline]] void readMemory(Reason reason) {
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
        PythonMemory* const python = known_arenas::memory(areTold);
        if (scope && !losing(*s_session)) s_session->readMemory(reason == Reason::Certain, allocator, python);
    }
    __atomic_store_n(&s_isReading, false, __ATOMIC_RELEASE);
}

void readingsAfterForkInChild() { s_isReading = false; }

[[gnu::noinline]] void runErrands(bool holdsGil, bool isLarge) {
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
    // Another interpreter has another module threading: what this one calls the thread is asked when it is back.
    if (!(t_state.errands & Errands::kNamings) || !isInMainInterpreter()) return;
    const RecordingScope scope;
    if (scope) s_session->askForOwnName();
}

}  // namespace heapprof::recorder
