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

void Lock::allowBias() noexcept { m_mayBias = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED); }

[[gnu::noinline]] void Lock::lockSlow() noexcept {
    while (!take()) waitFor(m_held);
    if (m_biasOwner) revokeBias();
    m_timesInARow = m_latest == &t_state ? m_timesInARow + 1 : 0;
    m_latest = &t_state;
}

[[gnu::noinline]] void Lock::unlockSlow() noexcept {
    if (m_timesInARow >= kBiasAfter && m_mayBias) biasToThisThread();
    __atomic_store_n(&m_held, 0, __ATOMIC_RELEASE);
}

void Lock::revokeBias() noexcept {
    const std::uint32_t& inside = *m_biasOwner;
    __atomic_store_n(&m_biasOwner, nullptr, __ATOMIC_RELAXED);
    if (!membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)) {  // forbidden since it was allowed
        m_mayBias = false;
        constexpr timespec kLongerThanAnyStoreWaits{0, 10'000'000};
        nanosleep(&kLongerThanAnyStoreWaits, nullptr);
    }
    waitFor(inside);
}

void Lock::biasToThisThread() noexcept {
    m_timesInARow = 0;
    if (t_state.lockNumber == 0) {
        if (m_biasOwners + 1 == kThreads) return;
        t_state.lockNumber = static_cast<std::uint16_t>(++m_biasOwners);
    }
    __atomic_store_n(&m_biasOwner, &s_inside[t_state.lockNumber], __ATOMIC_RELEASE);
}

void Lock::reset() noexcept {
    s_inside[t_state.lockNumber] = 0;
    m_held = 0;
    m_biasOwner = nullptr;
    m_latest = nullptr;
    m_timesInARow = 0;
}

}  // namespace heapprof
