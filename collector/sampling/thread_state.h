// What each thread keeps for itself, so that the hooks of a request that is not recorded touch no shared cache line.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace heapprof {

/// What the layering probe sees of one of this thread's requests; see hooks/allocator_hooks.cpp.
struct HookProbe {
    std::size_t size = 0;        // what is asked for
    unsigned reached = 0;        // a bit for each Python hook that saw the request: hook set * 3 + domain
    std::size_t rawSize = 0;     // what of it arrived at RAW; 0: nothing
    std::size_t nativeSize = 0;  // what of it arrived at the C allocator; 0: nothing, or nobody looked
};

struct ThreadState {
    /// The recording that the thread number and the random numbers belong to: see g_epoch.
    std::uint32_t epoch = 0;
    /// This thread's number in the recording; 0 as long as it has recorded nothing.
    std::uint32_t thread = 0;
    /// State of the random number generator; 0: not seeded.
    std::uint64_t random = 0;
    HookProbe* probe = nullptr;
    /// The request that the RAW hook passed on last, and the countdown after it; see wasPassedOn().
    std::int64_t passedCountdown = 0;
    std::size_t passedSize = 0;
    int* errnoPlace = nullptr;
    /// See SuppressHooks.
    bool hooksSuppressed = false;
    /// See CollectorLock: a signal handler that allocates meanwhile must not wait for the lock that its own thread
    /// holds.
    bool inside = false;
    /// fork() was called in there, by a signal handler.
    bool forksInside = false;

    /// errno without the call that finds it.
    int& programsErrno() {
        if (!errnoPlace) [[unlikely]]
            errnoPlace = &errno;
        return *errnoPlace;
    }

    /// Notes a request that is not recorded and goes on to the C allocator, and the countdown after it.
    void notePassedOn(std::size_t size, std::int64_t countdown) {
        passedCountdown = countdown;
        passedSize = size;
    }
    /// Whether a request that ended the countdown, which was at `countdown` before, is the one passed on. Any request
    /// in between would have lowered the countdown; one that costs nothing never ends it. (For a request of 0 bytes
    /// Python asks for 1.)
    bool wasPassedOn(std::size_t size, std::int64_t countdown) const {
        return countdown == passedCountdown && (size == passedSize || (passedSize == 0 && size == 1));
    }
};

// Initial-exec: one instruction reaches it, and no first use allocates.
extern constinit thread_local ThreadState t_state __attribute__((tls_model("initial-exec")));

/// While it exists, the thread's requests belong to one that is counted already, or are not to be counted.
class SuppressHooks {
public:
    SuppressHooks() : m_before(std::exchange(t_state.hooksSuppressed, true)) {}
    SuppressHooks(const SuppressHooks&) = delete;
    SuppressHooks& operator=(const SuppressHooks&) = delete;
    ~SuppressHooks() { t_state.hooksSuppressed = m_before; }

private:
    bool m_before;
};

/// Changes whenever a recording begins or ends; a thread whose epoch differs starts afresh.
extern constinit std::uint32_t g_epoch;

inline std::uint32_t currentEpoch() { return __atomic_load_n(&g_epoch, __ATOMIC_RELAXED); }

}  // namespace heapprof
