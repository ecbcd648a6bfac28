// What the parts of the recorder share, and nobody else: recorder.cpp, recorder_errands.cpp and recorder_life.cpp.
#pragma once

#include <optional>

#include "collector/locking/collector_lock.h"
#include "collector/memory/forever.h"
#include "collector/recording/recorder.h"
#include "collector/recording/session.h"
#include "collector/system/process.h"
#include "collector/system/process_memory.h"

namespace heapprof::recorder {

// All of this belongs to the holder of the collector's lock.
inline constinit bool s_recording = false;  // read without the lock as a hint
inline constinit Forever<Session> s_foreverSession;
inline std::optional<Session>& s_session = s_foreverSession.value;
inline constinit Forever<RecordingPlan> s_foreverPlan;
inline std::optional<RecordingPlan>& s_plan = s_foreverPlan.value;
inline constinit bool s_paused = false;
inline constinit bool s_reachedLimit = false, s_runReachedLimit = false;
inline constinit AtLimit s_atLimit = nullptr;
inline constinit ResidentReadings::Excess s_excess{};
/// Of system calls, when recording began; and whether there were more when it ended.
inline constinit std::uint64_t s_filters = 0;
inline constinit bool s_hasForbiddenItself = false;
/// Of a child that has no files yet.
inline constinit Forever<ProcessMemory> s_foreverMemory;
inline std::optional<ProcessMemory>& s_childMemory = s_foreverMemory.value;
/// Recording, but without files yet. A descendant creates them with its first event, as most children only exec.
inline constinit bool s_awaitsEvent = false;

/// Whether the process has forbidden itself system calls since recording began.
bool hasMoreFilters();
/// The next rotation; to be called when a recording begins, and with each one.
void planRotation(Session& session);
/// Ends the recording and closes the files.
void finish(EndReason reason);
/// Begins the session of a descendant that awaits its first event. False when this is none, or has no files.
[[gnu::cold]] bool begin();
/// In a child of the bare system call.
[[gnu::cold]] void abandonBareChild();
/// After something could not be recorded: ends the recording if its files have reached their limit, and returns whether
/// it did.
[[gnu::cold]] bool endsAtLimit(Session& session);
/// Counts an event as lost, unless the recording ends at its limit. The first time, unless the files have been cut off,
/// the capture's metadata says so if there is room for that, and a descendant, which may never come to an end that says
/// it, says it to standard error.
[[gnu::cold]] void lose(Session& session);
/// For events that come from no hook: the thread may not have joined the recording yet.
ThreadIndex joinedThread(Session& session);
void markPause(Session& session);

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

/// True when nothing more can be recorded: counts the event as lost.
[[gnu::always_inline]] inline bool losing(Session& session) {
    if (!session.isBroken()) return false;
    lose(session);
    return true;
}

}  // namespace heapprof::recorder
