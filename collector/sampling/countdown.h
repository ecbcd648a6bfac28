// How far each thread is from its next sample. A request that is not recorded costs one subtraction: this one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace heapprof {

/// Each thread has several countdowns, and a recording uses one of them, so that a hook need not ask whether what it
/// finds there is an earlier recording's: each countdown starts at -1, so that a thread's first request takes the slow
/// path.
///
/// Two countdowns have one value for good, in all threads: -1 while everything is recorded, kNeverSamples while nothing
/// is. Recordings and rules that sample take one that was drawn with their mean before, or else the others in turn, and
/// a thread that meets a new recording or rule resets them. A thread that slept meanwhile may find an old draw in its
/// countdown. That is as good as a new one, as draws have no memory, if it had the same mean (see
/// sampler::shouldSample()); otherwise, with a third mean in one process, what the thread requests until that draw has
/// ended is not recorded.
namespace countdowns {
inline constexpr std::size_t kEverything = 0, kNothing = 1, kFirstSampled = 2, kSampled = 2;
inline constexpr std::size_t kCount = kFirstSampled + kSampled;
inline constexpr std::int64_t kNeverSamples = INT64_MAX;
}  // namespace countdowns

// Initial-exec: a fixed distance from the thread pointer, in every thread.
extern constinit thread_local std::array<std::int64_t, countdowns::kCount> t_countdowns
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/// The distance of the countdown in use from the thread pointer.
[[gnu::visibility("hidden")]] extern std::ptrdiff_t g_countdownDistance;

inline std::ptrdiff_t distanceOf(std::size_t number) {
    return reinterpret_cast<char*>(&t_countdowns[number]) - static_cast<char*>(__builtin_thread_pointer());
}

inline void useCountdown(std::size_t number) {
    __atomic_store_n(&g_countdownDistance, distanceOf(number), __ATOMIC_RELAXED);
}

/// The calling thread's countdown in use, in units of cost: bytes when sampling is by bytes. See CostRule.
inline std::int64_t& bytesUntilSample() {
    return *reinterpret_cast<std::int64_t*>(static_cast<char*>(__builtin_thread_pointer()) +
                                            __atomic_load_n(&g_countdownDistance, __ATOMIC_RELAXED));
}

/// Takes `cost`, which is not negative, from the countdown in use. False when that ends the countdown: the request must
/// take the slow path.
inline bool consume(std::int64_t cost) {
#if defined(__x86_64__)
    const std::ptrdiff_t distance = __atomic_load_n(&g_countdownDistance, __ATOMIC_RELAXED);
    bool ended;
    asm volatile("subq %[cost], %%fs:(%[distance])"  // one instruction, which no compiler makes of the lines below
                 : "=@ccs"(ended)
                 : [cost] "er"(cost), [distance] "r"(distance)
                 : "memory");
    return !ended;
#else
    return (bytesUntilSample() -= cost) >= 0;
#endif
}

}  // namespace heapprof
