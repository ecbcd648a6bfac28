// The state of each thread: the hooks of a request that is not recorded touch no shared cache line.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace heapprof {

/// What the hooks saw of a probing request of this thread; see hooks/allocator_hooks.cpp.
struct HookProbe {
    std::size_t size = 0;        // requested
    unsigned reached = 0;        // a bit for each Python hook that saw the request: hook set * 3 + domain
    std::size_t rawSize = 0;     // requested of RAW for it; 0: nothing
    std::size_t nativeSize = 0;  // requested of the C allocator for it; 0: nothing, or not hooked
};

/// The lower bits: how often the module threading is still asked for this thread's name, at each of its next events in
/// the main interpreter.
struct Errands {
    static constexpr std::uint16_t kNamings = 0xff;
    static constexpr std::uint16_t kReading = 0x100;   ///< reading where the process has its memory
    static constexpr std::uint16_t kRotation = 0x200;  ///< going on in new files
};

/// Together with the countdowns 64 bytes, as the loader has little room for variables of this kind: some libraries
/// before us, and there is none left.
struct ThreadState {
    /// State of the random number generator; 0: not seeded.
    std::uint64_t random = 0;
    /// The recording that the thread number and the random numbers belong to, and its rule: see g_epoch.
    std::uint32_t epoch = 0;
    /// This thread's number in the recording; 0 as long as it has recorded nothing.
    std::uint32_t thread = 0;
    /// The request that the RAW hook passed on last, and the countdown after it, modulo 2^32; see wasPassedOn().
    std::uint32_t passedCountdown = 0;
    std::uint32_t passedSize = 0;
    /// See Lock: 0 for a thread that has not been the bias owner.
    std::uint16_t lockNumber = 0;
    /// See SuppressHooks.
    bool hooksSuppressed = false;
    /// The thread holds the collector's lock: a signal handler that allocates meanwhile must not wait for it.
    bool inside = false;
    /// A signal handler called fork() while the thread was inside.
    bool forksInside = false;
    /// What the thread is to do after its next event with the GIL: see Errands.
    std::uint16_t errands = 0;

    /// Notes a request that is not recorded and goes on to the C allocator, and the countdown after it.
    void notePassedOn(std::size_t size, std::int64_t countdown) {
        passedCountdown = static_cast<std::uint32_t>(countdown);
        passedSize = static_cast<std::uint32_t>(size);
    }
    /// Whether a request that ended the countdown, which was at `countdown` before, is the one passed on. Any request
    /// in between would have lowered the countdown; one that costs nothing never ends it. (For a request of 0 bytes
    /// Python asks for 1.)
    bool wasPassedOn(std::size_t size, std::int64_t countdown) const {
        return static_cast<std::uint32_t>(countdown) == passedCountdown &&
               (static_cast<std::uint32_t>(size) == passedSize || (passedSize == 0 && size == 1));
    }
};
static_assert(sizeof(ThreadState) <= 32);

// Initial-exec: one instruction reaches it, and no first use allocates.
extern constinit thread_local ThreadState t_state __attribute__((tls_model("initial-exec"), visibility("hidden")));

/// The distance of errno from the thread pointer, which is the same in all threads.
[[gnu::visibility("hidden")]] extern std::ptrdiff_t g_errnoDistance;
/// errno, without the function call for its address.
inline int& programsErrno() {
    return *reinterpret_cast<int*>(static_cast<char*>(__builtin_thread_pointer()) + g_errnoDistance);
}

/// Set while the layering of the hooks is probed, by the thread that does.
struct Prober {
    HookProbe* probe = nullptr;
    void* thread = nullptr;  ///< its thread pointer
};
[[gnu::visibility("hidden")]] extern constinit Prober g_prober;
inline HookProbe* ownProbe() {
    return g_prober.probe && g_prober.thread == __builtin_thread_pointer() ? g_prober.probe : nullptr;
}

/// While it exists, hooks do not count the thread's requests: they belong to one that is counted, or must not count.
class SuppressHooks {
public:
    SuppressHooks() : m_before(std::exchange(t_state.hooksSuppressed, true)) {}
    SuppressHooks(const SuppressHooks&) = delete;
    SuppressHooks& operator=(const SuppressHooks&) = delete;
    ~SuppressHooks() { t_state.hooksSuppressed = m_before; }

private:
    bool m_before;
};

/// Changes whenever a recording begins or ends, and when its sampling rule is switched, by one of its lowest bits then.
/// A thread with another epoch must join the recording, or draw by the new rule.
[[gnu::visibility("hidden")]] extern constinit std::uint32_t g_epoch;

namespace epochs {
inline constexpr std::uint32_t kSwitches = 4096;  // of one recording, less one

inline bool isSameRecording(std::uint32_t a, std::uint32_t b) { return a / kSwitches == b / kSwitches; }
}  // namespace epochs

inline std::uint32_t currentEpoch() { return __atomic_load_n(&g_epoch, __ATOMIC_RELAXED); }

}  // namespace heapprof
