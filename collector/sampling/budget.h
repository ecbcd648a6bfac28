// How much a thread may still request before a request is recorded: all that a request costs that is not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace heapprof {

/// A recording uses one of several budgets of each thread, so that it need not ask whether what it finds there is an
/// earlier recording's: a thread that is new to a budget finds -1, which suffices for nothing.
///
/// Of two budgets only one value is ever used, and no thread keeps another one there: -1 while everything is recorded,
/// kEnough while nothing is. The others take turns, and a thread that meets a new recording clears them. One that
/// sleeps through kSampled recordings finds an old draw in its budget: the first request that should be recorded is
/// not.
namespace budgets {
inline constexpr std::size_t kEverything = 0, kNothing = 1, kFirstSampled = 2, kSampled = 14;
inline constexpr std::size_t kCount = kFirstSampled + kSampled;
inline constexpr std::int64_t kEnough = INT64_MAX;
}  // namespace budgets

// Initial-exec: a fixed distance from the thread pointer, in every thread.
extern constinit thread_local std::array<std::int64_t, budgets::kCount> t_budgets
    __attribute__((tls_model("initial-exec")));

/// The distance of the budget in use from the thread pointer.
extern std::ptrdiff_t g_budgetDistance;

inline std::ptrdiff_t distanceOf(std::size_t number) {
    return reinterpret_cast<char*>(&t_budgets[number]) - static_cast<char*>(__builtin_thread_pointer());
}

inline void useBudget(std::size_t number) { __atomic_store_n(&g_budgetDistance, distanceOf(number), __ATOMIC_RELAXED); }

inline std::int64_t& budgetInUse() {
    return *reinterpret_cast<std::int64_t*>(static_cast<char*>(__builtin_thread_pointer()) +
                                            __atomic_load_n(&g_budgetDistance, __ATOMIC_RELAXED));
}

/// Takes `price` from the budget in use, and says whether it had that much. `price` is not negative.
inline bool pay(std::int64_t price) {
#if defined(__x86_64__)
    const std::ptrdiff_t distance = __atomic_load_n(&g_budgetDistance, __ATOMIC_RELAXED);
    bool overdrawn;
    asm volatile("subq %[price], %%fs:(%[distance])"  // one instruction, which no compiler makes of the lines below
                 : "=@ccs"(overdrawn)
                 : [price] "er"(price), [distance] "r"(distance)
                 : "memory");
    return !overdrawn;
#else
    return (budgetInUse() -= price) >= 0;
#endif
}

}  // namespace heapprof
