#include "collector/locking/lock.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace heapprof {
namespace {

bool membarrier(int command) { return syscall(SYS_membarrier, command, 0, 0) == 0; }

void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/// Until `word` is 0.
void waitFor(const std::uint32_t& word) {
    constexpr int kLooks = 200;
    constexpr timespec kPause{0, 20'000};
    for (int i = 0; i < kLooks && __atomic_load_n(&word, __ATOMIC_ACQUIRE); ++i) pause();
    while (__atomic_load_n(&word, __ATOMIC_ACQUIRE)) nanosleep(&kPause, nullptr);
}

}  // namespace

constinit std::uint32_t Lock::s_inside[kThreads]{};
constinit thread_local std::uint32_t* Lock::t_inside = &s_inside[0];

void Lock::allowPreference() noexcept { m_mayPrefer = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED); }

[[gnu::noinline]] void Lock::lockAsOneOfMany() noexcept {
    while (!take()) waitFor(m_held);
    if (m_preferred) endPreference();
    m_timesInARow = m_latest == &t_inside ? m_timesInARow + 1 : 0;
    m_latest = &t_inside;
}

[[gnu::noinline]] void Lock::unlockAsOneOfMany() noexcept {
    if (m_timesInARow >= kPreferredAfter && m_mayPrefer) preferThisThread();
    __atomic_store_n(&m_held, 0, __ATOMIC_RELEASE);
}

void Lock::endPreference() noexcept {
    const std::uint32_t& inside = *m_preferred;
    __atomic_store_n(&m_preferred, nullptr, __ATOMIC_RELAXED);
    if (!membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)) {  // forbidden since it was allowed
        m_mayPrefer = false;
        constexpr timespec kLongerThanAnyStoreWaits{0, 10'000'000};
        nanosleep(&kLongerThanAnyStoreWaits, nullptr);
    }
    waitFor(inside);
}

void Lock::preferThisThread() noexcept {
    m_timesInARow = 0;
    if (t_inside == &s_inside[0]) {
        if (m_everPreferred + 1 == kThreads) return;
        t_inside = &s_inside[++m_everPreferred];
    }
    __atomic_store_n(&m_preferred, t_inside, __ATOMIC_RELEASE);
}

void Lock::reset() noexcept {
    *t_inside = 0;
    m_held = 0;
    m_preferred = nullptr;
    m_latest = nullptr;
    m_timesInARow = 0;
}

}  // namespace heapprof
