// The lock of everything that is recorded.
#pragma once

#include <time.h>

#include <cstdint>

namespace heapprof {

/// Taken millions of times a second and next to never contended: those who record hold the GIL, but for the requests of
/// the RAW domain. So it costs one locked instruction to take and a plain store to give back, and whoever finds it
/// taken looks again, soon at first, then after short sleeps. Not recursive, not fair.
class Lock {
public:
    void lock() noexcept {
        if (!take()) [[unlikely]]
            wait();
    }
    void unlock() noexcept { __atomic_store_n(&m_held, 0, __ATOMIC_RELEASE); }

private:
    bool take() noexcept { return __atomic_exchange_n(&m_held, 1, __ATOMIC_ACQUIRE) == 0; }

    [[gnu::noinline, gnu::cold]] void wait() noexcept {
        constexpr int kLooks = 200;
        constexpr timespec kPause{0, 20'000};
        do {
            for (int i = 0; i < kLooks && __atomic_load_n(&m_held, __ATOMIC_RELAXED); ++i) {
#if defined(__x86_64__)
                __builtin_ia32_pause();
#endif
            }
            if (__atomic_load_n(&m_held, __ATOMIC_RELAXED)) nanosleep(&kPause, nullptr);
        } while (!take());
    }

    std::uint32_t m_held = 0;
};

}  // namespace heapprof
