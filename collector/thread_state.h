// What each thread keeps for itself, so that the hooks of a request that is not recorded touch no shared cache line.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapprof {

/// What the layering probe sees of this thread's requests; see allocator_hooks.cpp.
struct HookProbe;

struct ThreadState {
    /// The recording that the thread number and the random numbers belong to: see g_epoch.
    std::uint32_t epoch = 0;
    /// This thread's number in the recording; 0 as long as it has recorded nothing.
    std::uint32_t thread = 0;
    /// State of the random number generator; 0: not seeded.
    std::uint64_t random = 0;
    HookProbe* probe = nullptr;
    /// Inside a request that an outer hook counts.
    bool nested = false;
    /// Inside the recorder: a signal handler that allocates there must not wait for the lock we hold.
    bool recording = false;
    /// fork() was called in there, by a signal handler.
    bool forksInside = false;
};

// Initial-exec: one instruction reaches it, and no first use allocates.
extern constinit thread_local ThreadState t_state __attribute__((tls_model("initial-exec")));

/// Changes whenever a recording begins or ends; a thread whose epoch differs starts afresh.
extern constinit std::uint32_t g_epoch;

inline std::uint32_t currentEpoch() { return __atomic_load_n(&g_epoch, __ATOMIC_RELAXED); }

}  // namespace heapprof
