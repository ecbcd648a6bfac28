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
    unsigned reached = 0;        // a bit for each Python hook that saw the request: family * 3 + domain
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
    /// The request that the RAW hook passed on last, and the budget it left; see wasPassedOn().
    std::int64_t passedBudget = 0;
    std::size_t passedSize = 0;
    int* errnoPlace = nullptr;
    /// Inside a request that an outer hook counts.
    bool nested = false;
    /// See Inside: a signal handler that allocates meanwhile must not wait for the lock that its own thread holds.
    bool inside = false;
    /// fork() was called in there, by a signal handler.
    bool forksInside = false;

    /// errno without the call that finds it.
    int& programsErrno() {
        if (!errnoPlace) [[unlikely]]
            errnoPlace = &errno;
        return *errnoPlace;
    }

    /// Notes a request that was paid for and goes on to the C allocator.
    void passOn(std::size_t size, std::int64_t budgetLeft) {
        passedBudget = budgetLeft;
        passedSize = size;
    }
    /// Whether a request that could not pay with `budget` is the one passed on. Any other since then would have made
    /// the budget smaller, or costs nothing and so can always pay. (For a request of 0 bytes Python asks for 1.)
    bool wasPassedOn(std::size_t size, std::int64_t budget) const {
        return budget == passedBudget && (size == passedSize || (passedSize == 0 && size == 1));
    }
};

// Initial-exec: one instruction reaches it, and no first use allocates.
extern constinit thread_local ThreadState t_state __attribute__((tls_model("initial-exec")));

/// While it exists, the thread's requests belong to one that is counted already, or are not to be counted.
class Nested {
public:
    Nested() : m_before(std::exchange(t_state.nested, true)) {}
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    ~Nested() { t_state.nested = m_before; }

private:
    bool m_before;
};

/// Changes whenever a recording begins or ends; a thread whose epoch differs starts afresh.
extern constinit std::uint32_t g_epoch;

inline std::uint32_t currentEpoch() { return __atomic_load_n(&g_epoch, __ATOMIC_RELAXED); }

}  // namespace heapprof
