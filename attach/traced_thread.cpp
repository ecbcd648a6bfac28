#include "attach/traced_thread.h"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <string>

namespace heapprof {
namespace {

constexpr std::uint64_t kReturnAddress = 0;  // nothing is there: to return to it stops the thread
constexpr std::uint64_t kAllButFaults = ~(std::uint64_t{1} << (SIGSEGV - 1) | std::uint64_t{1} << (SIGBUS - 1) |
                                          std::uint64_t{1} << (SIGILL - 1) | std::uint64_t{1} << (SIGFPE - 1));
bool isFault(int signal) { return signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE; }

[[noreturn]] void fail(const char* what) {
    if (errno == ESRCH) throw ThreadHasEnded();
    throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

/// What the kernel returns from a call that a stop has interrupted, before it begins it anew.
bool isInterruption(long result) {
    constexpr long kRestartSys = -512, kRestartNoIntr = -513, kRestartNoHandler = -514, kRestartBlock = -516;
    return result == -EINTR || result == kRestartSys || result == kRestartNoIntr || result == kRestartNoHandler ||
           result == kRestartBlock;
}

/// As /proc has it: one that waits uninterruptibly would be stopped when nobody needs it any more.
bool canBeStopped(pid_t thread) {
    std::ifstream file("/proc/" + std::to_string(thread) + "/stat");
    std::string text;
    std::getline(file, text);
    const std::size_t name = text.rfind(") ");
    return name != std::string::npos && text.find_first_of("RS", name + 2) == name + 2;
}

}  // namespace

TracedThread::TracedThread(pid_t thread) : m_thread(thread) {
    if (!canBeStopped(m_thread)) throw ThreadHasEnded();
    if (ptrace(PTRACE_SEIZE, m_thread, nullptr, nullptr) != 0) fail("cannot stop it");
    try {
        stop();
        keepRegisters();
    } catch (...) {
        ptrace(PTRACE_DETACH, m_thread, nullptr, nullptr);
        throw;
    }
}

TracedThread::~TracedThread() { ptrace(PTRACE_DETACH, m_thread, nullptr, nullptr); }

TracedThread::Event TracedThread::wait() {
    int status = 0;
    pid_t found;
    do found = waitpid(m_thread, &status, __WALL);
    while (found < 0 && errno == EINTR);
    if (found < 0 || !WIFSTOPPED(status)) throw ThreadHasEnded();
    m_signal = WSTOPSIG(status);
    if (status >> 16 == PTRACE_EVENT_STOP) return m_signal == SIGTRAP ? Event::Stopped : Event::GroupStopped;
    return Event::Signal;
}

void TracedThread::goOn(int request, int signal) {
    if (ptrace(static_cast<__ptrace_request>(request), m_thread, nullptr,
               reinterpret_cast<void*>(static_cast<std::intptr_t>(signal))) != 0)
        fail("cannot let it go on");
}

void TracedThread::stop() {
    if (ptrace(PTRACE_INTERRUPT, m_thread, nullptr, nullptr) != 0) fail("cannot stop it");
    for (;;) {
        const Event event = wait();
        if (event == Event::Stopped) return;
        if (event == Event::GroupStopped) throw std::runtime_error("it is stopped, as by SIGSTOP: let it go on first");
        goOn(PTRACE_CONT, m_signal);  // which it gets with all that belongs to it
    }
}

void TracedThread::keepRegisters() {
    if (ptrace(PTRACE_GETREGS, m_thread, nullptr, &m_registers) != 0) fail("cannot read its registers");
    m_extended.resize(1 << 16);
    iovec extended{m_extended.data(), m_extended.size()};
    if (ptrace(PTRACE_GETREGSET, m_thread, NT_X86_XSTATE, &extended) != 0) fail("cannot read its registers");
    m_extended.resize(extended.iov_len);
    if (ptrace(PTRACE_GETSIGMASK, m_thread, sizeof m_mask, &m_mask) != 0) fail("cannot read its signal mask");
}

void TracedThread::restoreRegisters() {
    iovec extended{m_extended.data(), m_extended.size()};
    if (ptrace(PTRACE_SETREGS, m_thread, nullptr, &m_registers) != 0 ||
        ptrace(PTRACE_SETREGSET, m_thread, NT_X86_XSTATE, &extended) != 0 ||
        ptrace(PTRACE_SETSIGMASK, m_thread, sizeof m_mask, &m_mask) != 0)
        fail("cannot restore its registers");
}

long TracedThread::waitsIn() const {
    const auto call = static_cast<long>(m_registers.orig_rax);
    return call >= 0 && isInterruption(static_cast<long>(m_registers.rax)) ? call : -1;
}

std::uint64_t TracedThread::argument(unsigned n) const {
    return std::array{m_registers.rdi, m_registers.rsi, m_registers.rdx, m_registers.r10}.at(n);
}

std::uint64_t TracedThread::call(std::uint64_t function, const Arguments& arguments) {
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
    if (ptrace(PTRACE_POKEDATA, m_thread, registers.rsp, kReturnAddress) != 0) fail("cannot write to its stack");
    if (ptrace(PTRACE_SETSIGMASK, m_thread, sizeof kAllButFaults, &kAllButFaults) != 0) fail("cannot mask its signals");
    if (ptrace(PTRACE_SETREGS, m_thread, nullptr, &registers) != 0) {
        restoreRegisters();
        fail("cannot set its registers");
    }
    int signal = 0;
    for (int next = PTRACE_CONT; !isFault(signal);) {
        goOn(next, signal);
        const Event event = wait();
        // SIGSTOP cannot be masked: then it is stopped until it gets SIGCONT, and goes on where it was.
        signal = event == Event::Signal ? m_signal : 0;
        next = event == Event::GroupStopped ? PTRACE_LISTEN : PTRACE_CONT;
    }
    if (ptrace(PTRACE_GETREGS, m_thread, nullptr, &registers) != 0) fail("cannot read its registers");
    restoreRegisters();
    if (registers.rip != kReturnAddress) throw std::runtime_error(std::string("it failed by ") + strsignal(signal));
    return registers.rax;
}

}  // namespace heapprof
