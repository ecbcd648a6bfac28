// One thread of another process, stopped by ptrace(2), that can be made to call functions of its process.
#pragma once

#include <sys/types.h>
#include <sys/user.h>

#include <array>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace heapprof {

struct ThreadHasEnded : std::runtime_error {
    ThreadHasEnded() : std::runtime_error("it has ended") {}
};

/// Stopped as long as this lives; then it goes on as if nothing had happened: what system call it waits in begins anew,
/// and signals that came meanwhile come then. Other threads are not stopped: a function that it calls may wait for
/// them.
class TracedThread {
public:
    using Arguments = std::array<std::uint64_t, 6>;

    /// Throws ThreadHasEnded, also for a thread that waits where the kernel does not stop it; and std::runtime_error
    /// with the reason for people when the thread may not be stopped.
    explicit TracedThread(pid_t thread);
    ~TracedThread();
    TracedThread(const TracedThread&) = delete;
    TracedThread& operator=(const TracedThread&) = delete;

    /// Where its next instruction is.
    std::uint64_t instruction() const { return m_registers.rip; }
    /// The system call that it waits in; -1: none.
    long waitsIn() const;
    /// The n-th argument of that call, from 0 to 3.
    std::uint64_t argument(unsigned n) const;

    /// Calls the function at this address and returns what it returns, however long that takes: a thread cannot be
    /// taken out of what holds or awaits a lock. Throws std::runtime_error when it fails by a signal.
    std::uint64_t call(std::uint64_t function, const Arguments& arguments);

private:
    enum class Event { Stopped, GroupStopped, Signal };
    Event wait();
    void goOn(int request, int signal);
    void stop();
    void keepRegisters();
    void restoreRegisters();

    pid_t m_thread;
    int m_signal = 0;  // of the last event
    std::uint64_t m_mask = 0;
    user_regs_struct m_registers{};
    std::vector<std::uint8_t> m_extended;  // registers of floating point and vectors
};

}  // namespace heapprof
