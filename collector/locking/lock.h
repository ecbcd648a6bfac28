// A biased lock.
#pragma once

#include <cstdint>

#include "collector/sampling/thread_state.h"

namespace heapprof {

/// Taken millions of times a second, nearly always by the same thread: threads that record hold the GIL, except in
/// requests of the RAW domain, of C code, and of interpreters that have a GIL of their own. So a thread that has taken
/// it many times in a row becomes the bias owner, which takes it and gives it back by plain stores, while a locked
/// instruction would wait each time for all that the program has stored before. Any other thread first revokes the
/// bias: it tells the owner to use the slow path, makes sure that the owner has seen that (membarrier(2), some
/// microseconds), and waits until it is outside. (Biased locking; Dice, Huang and Yang, "Asymmetric Dekker
/// synchronization", 2001.) Where the system has no such barrier there is no bias.
///
/// The slow path is one locked instruction, and looking again when it is taken, soon at first, then after short
/// sleeps. Not recursive, not fair. Only one of them may exist, and no thread holds it when it ends.
class Lock {
public:
    /// From here on a thread may become the bias owner. To be called in each process: by the holder of the lock, or
    /// before there are other threads.
    void allowBias() noexcept;

    [[gnu::always_inline]] void lock() noexcept {
        std::uint32_t& inside = s_inside[t_state.lockNumber];
        if (__atomic_load_n(&m_biasOwner, __ATOMIC_RELAXED) == &inside) {
            __atomic_store_n(&inside, 1, __ATOMIC_RELAXED);
            __atomic_signal_fence(__ATOMIC_SEQ_CST);  // the barrier of revokeBias() orders the two for the processor
            if (__atomic_load_n(&m_biasOwner, __ATOMIC_ACQUIRE) == &inside) [[likely]]
                return;
            __atomic_store_n(&inside, 0, __ATOMIC_RELEASE);
        }
        lockSlow();
    }

    [[gnu::always_inline]] void unlock() noexcept {
        std::uint32_t& inside = s_inside[t_state.lockNumber];
        if (inside != 0)
            __atomic_store_n(&inside, 0, __ATOMIC_RELEASE);
        else
            unlockSlow();
    }

    /// Releases it in a child process, which has no other thread.
    void reset() noexcept;

private:
    static constexpr std::uint32_t kBiasAfter = 1000;  // times in a row
    static constexpr std::size_t kThreads = 1024;      // that can ever be bias owners

    bool take() noexcept { return __atomic_exchange_n(&m_held, 1, __ATOMIC_ACQUIRE) == 0; }
    void lockSlow() noexcept;
    void unlockSlow() noexcept;
    void revokeBias() noexcept;
    void biasToThisThread() noexcept;

    /// One for each thread that has been the bias owner: 1 while it holds the lock as such. They outlive their threads,
    /// as others may be looking. The first one belongs to all other threads: ThreadState::lockNumber.
    static std::uint32_t s_inside[kThreads];

    std::uint32_t* m_biasOwner = nullptr;  ///< its s_inside; changed by the holder of m_held
    std::uint32_t m_held = 0;
    // Only for the holder of m_held:
    const void* m_latest = nullptr;  ///< a thread's identity
    std::uint32_t m_timesInARow = 0;
    std::uint32_t m_biasOwners = 0;  ///< threads that have been the bias owner
    bool m_mayBias = false;
};

}  // namespace heapprof
