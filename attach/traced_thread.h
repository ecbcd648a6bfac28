// One thread of another process, stopped by ptrace(2), that can be made to call functions of its process.
#pragma once

#include <sys/types.h>
#include <sys/user.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

namespace heapprof {

/// Stopped as long as this lives; then it goes on as if nothing had happened. Other threads are not stopped: a function
/// that it calls may wait for them.
class TracedThread {
public:
    using Arguments = std::array<std::uint64_t, 6>;

    /// Throws std::runtime_error with the reason for people when the thread cannot be stopped.
    explicit TracedThread(pid_t thread);
    ~TracedThread();
    TracedThread(const TracedThread&) = delete;
    TracedThread& operator=(const TracedThread&) = delete;

    /// Where its next instruction is.
    std::uint64_t instruction() const;
    /// The system call that it waits in; -1: none.
    long waitsIn() const;
    /// The n-th argument of that call, from 0 to 3.
    std::uint64_t argument(unsigned n) const;

    /// Calls the function at this address and returns what it returns. When it does not return in time, or fails by a
    /// signal, the thread is brought back to where it was and std::runtime_error is thrown.
    std::uint64_t call(std::uint64_t function, const Arguments& arguments, std::chrono::milliseconds patience);

private:
    enum class Event { Stopped, Signal, Gone, TimedOut };
    Event wait(std::chrono::steady_clock::time_point until);
    void stop();
    void keepRegisters();
    void restoreRegisters();

    pid_t m_thread;
    int m_signal = 0;  // that it has been stopped by, and is to get
    user_regs_struct m_registers{};
    std::vector<std::uint8_t> m_extended;  // registers of floating point and vectors
};

}  // namespace heapprof
