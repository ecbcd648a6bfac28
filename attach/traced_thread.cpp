#include "attach/traced_thread.h"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace heapprof {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 2s;
constexpr std::uint64_t kReturnAddress = 0;  // nothing is there: to return to it stops the thread

[[noreturn]] void fail(const char* what) { throw std::runtime_error(std::string(what) + ": " + std::strerror(errno)); }

/// What the kernel returns from a call that a stop has interrupted, before it begins it anew.
bool isInterruption(long result) {
    constexpr long kRestartSys = -512, kRestartNoIntr = -513, kRestartNoHandler = -514, kRestartBlock = -516;
    return result == -EINTR || result == kRestartSys || result == kRestartNoIntr || result == kRestartNoHandler ||
           result == kRestartBlock;
}

}  // namespace

TracedThread::TracedThread(pid_t thread) : m_thread(thread) {
    if (ptrace(PTRACE_SEIZE, m_thread, nullptr, nullptr) != 0) fail("cannot stop it");
    try {
        stop();
        keepRegisters();
    } catch (...) {
        ptrace(PTRACE_DETACH, m_thread, nullptr, reinterpret_cast<void*>(static_cast<std::intptr_t>(m_signal)));
        throw;
    }
}

TracedThread::~TracedThread() {
    ptrace(PTRACE_DETACH, m_thread, nullptr, reinterpret_cast<void*>(static_cast<std::intptr_t>(m_signal)));
}

TracedThread::Event TracedThread::wait(std::chrono::steady_clock::time_point until) {
    for (auto pause = 50us;; pause = std::min<std::chrono::microseconds>(pause * 2, 5ms)) {
        int status = 0;
        const pid_t found = waitpid(m_thread, &status, __WALL | WNOHANG);
        if (found < 0 && errno != EINTR) return Event::Gone;
        if (found == m_thread) {
            if (!WIFSTOPPED(status)) return Event::Gone;
            if (status >> 16 == PTRACE_EVENT_STOP) {
                if (WSTOPSIG(status) != SIGTRAP)
                    throw std::runtime_error("it is stopped, as by SIGSTOP: let it go on first");
                return Event::Stopped;
            }
            m_signal = WSTOPSIG(status);
            return Event::Signal;
        }
        if (std::chrono::steady_clock::now() > until) return Event::TimedOut;
        std::this_thread::sleep_for(pause);
    }
}

void TracedThread::stop() {
    if (ptrace(PTRACE_INTERRUPT, m_thread, nullptr, nullptr) != 0) fail("cannot stop it");
    const auto until = std::chrono::steady_clock::now() + kPatience;
    switch (wait(until)) {
        case Event::Stopped:
        case Event::Signal:  // which it gets when it goes on
            return;
        case Event::Gone:
            throw std::runtime_error("the thread has ended");
        case Event::TimedOut:
            throw std::runtime_error("it waits in the kernel, and does not stop");
    }
}

void TracedThread::keepRegisters() {
    if (ptrace(PTRACE_GETREGS, m_thread, nullptr, &m_registers) != 0) fail("cannot read its registers");
    m_extended.resize(1 << 16);
    iovec extended{m_extended.data(), m_extended.size()};
    if (ptrace(PTRACE_GETREGSET, m_thread, NT_X86_XSTATE, &extended) != 0) fail("cannot read its registers");
    m_extended.resize(extended.iov_len);
}

void TracedThread::restoreRegisters() {
    iovec extended{m_extended.data(), m_extended.size()};
    if (ptrace(PTRACE_SETREGS, m_thread, nullptr, &m_registers) != 0 ||
        ptrace(PTRACE_SETREGSET, m_thread, NT_X86_XSTATE, &extended) != 0)
        fail("cannot restore its registers");
}

std::uint64_t TracedThread::instruction() const { return m_registers.rip; }

long TracedThread::waitsIn() const {
    const auto call = static_cast<long>(m_registers.orig_rax);
    return call >= 0 && isInterruption(static_cast<long>(m_registers.rax)) ? call : -1;
}

std::uint64_t TracedThread::argument(unsigned n) const {
    return std::array{m_registers.rdi, m_registers.rsi, m_registers.rdx, m_registers.r10}.at(n);
}

std::uint64_t TracedThread::call(std::uint64_t function, const Arguments& arguments,
                                 std::chrono::milliseconds patience) {
    constexpr std::uint64_t kRedZone = 128, kAlignment = 64, kDirection = 1 << 10;
    user_regs_struct registers = m_registers;
    registers.rip = function;
    registers.rdi = arguments[0];
    registers.rsi = arguments[1];
    registers.rdx = arguments[2];
    registers.rcx = arguments[3];
    registers.r8 = arguments[4];
    registers.r9 = arguments[5];
    registers.rax = 0;
    registers.orig_rax = ~0ull;  // no system call is to begin anew meanwhile
    registers.eflags &= ~kDirection;
    registers.rsp = ((registers.rsp - kRedZone) & ~(kAlignment - 1)) - sizeof(std::uint64_t);
    const int signal = std::exchange(m_signal, 0);
    if (ptrace(PTRACE_POKEDATA, m_thread, registers.rsp, kReturnAddress) != 0) fail("cannot write to its stack");
    if (ptrace(PTRACE_SETREGS, m_thread, nullptr, &registers) != 0) fail("cannot set its registers");
    const auto until = std::chrono::steady_clock::now() + patience;
    std::string problem;
    for (int handed = 0; problem.empty();) {
        if (ptrace(PTRACE_CONT, m_thread, nullptr, reinterpret_cast<void*>(static_cast<std::intptr_t>(handed))) != 0)
            fail("cannot let it go on");
        const Event event = wait(until);
        handed = std::exchange(m_signal, 0);
        if (event == Event::Gone) throw std::runtime_error("it has ended");
        if (event == Event::TimedOut) {
            problem = "it did not come back in time";
            stop();
        }
        if (event != Event::Signal) handed = 0;
        if (event == Event::Signal && (handed == SIGSEGV || handed == SIGBUS || handed == SIGILL)) {
            if (ptrace(PTRACE_GETREGS, m_thread, nullptr, &registers) != 0) fail("cannot read its registers");
            if (registers.rip != kReturnAddress) problem = std::string("it failed by ") + strsignal(handed);
            break;
        }
    }
    restoreRegisters();
    m_signal = signal;
    if (!problem.empty()) throw std::runtime_error(problem);
    return registers.rax;
}

}  // namespace heapprof
