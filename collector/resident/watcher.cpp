#include "collector/resident/watcher.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "collector/system/clock.h"
#include "collector/system/seccomp.h"

namespace heapprof::watcher {
namespace {

constinit WatchedProcess* s_slot = nullptr;

constexpr std::int64_t kSecond = 1'000'000'000;
/// How long a watcher without a process waits: for the process that started it to enter, and for a child or a started
/// interpreter to come to its first event.
constexpr std::int64_t kFirstPatience = kSecond / 5, kPatience = 2 * kSecond;

std::int64_t now() { return static_cast<std::int64_t>(nanoseconds(CLOCK_MONOTONIC)); }

void stayAliveFor(RunMemory& run, std::int64_t patience) {
    __atomic_store_n(&run.aliveUntil, now() + patience, __ATOMIC_RELAXED);
}

bool adoptsOrphans() {
    int isSubreaper = 0;
    return getpid() == 1 || (prctl(PR_GET_CHILD_SUBREAPER, &isSubreaper) == 0 && isSubreaper != 0);
}

bool isWatcher(std::uint32_t number) { return number != 0 && run_memory::isAt({number, 0}); }

void noteOrphans(RunMemory& run) {
    if (adoptsOrphans()) __atomic_store_n(&run.isUnwatched, 1u, __ATOMIC_RELAXED);
}

bool isForbidden(const RunMemory& run) { return __atomic_load_n(&run.isUnwatched, __ATOMIC_RELAXED) != 0; }

// The two functions below run in the program's memory while its thread waits: only system calls, no signal handlers.

constexpr std::size_t kStack = 32768;

struct Launch {
    const char* program;
    int file;
    char* stack;
    int watcher = 0;
};

int becomeWatcher(void* argument) {
    const Launch& launch = *static_cast<const Launch*>(argument);
    setsid();
    if (chdir("/") != 0 || dup2(launch.file, 0) < 0) _exit(127);
    fcntl(0, F_SETFD, 0);                   // when the file has this number already, dup2() leaves the flag
    syscall(SYS_close_range, 1u, ~0u, 0u);  // before Linux 5.9 the watcher closes them
    char name[] = "heapprof-watch";
    char* const arguments[] = {name, nullptr};
    char* const environment[] = {nullptr};
    execve(launch.program, arguments, environment);
    _exit(127);
}

int beItsParent(void* argument) {
    Launch& launch = *static_cast<Launch*>(argument);
    launch.watcher = clone(becomeWatcher, launch.stack + kStack, CLONE_VM | CLONE_VFORK, argument);
    _exit(0);
}

/// Returns its process number; 0 or less: it could not be started.
int launch(const char* program, int file) {
    void* const stacks = mmap(nullptr, 2 * kStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stacks == MAP_FAILED) return 0;
    Launch launch{program, file, static_cast<char*>(stacks), 0};
    const std::uint64_t all = ~std::uint64_t{0};
    std::uint64_t before = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
    // Without an exit signal.
    const int parent = clone(beItsParent, launch.stack + 2 * kStack, CLONE_VM | CLONE_VFORK, &launch);
    if (parent > 0) waitpid(parent, nullptr, __WCLONE);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, nullptr, sizeof all);
    munmap(stacks, 2 * kStack);
    return launch.watcher;
}

}  // namespace

void leave() noexcept {
    if (s_slot) {
        std::uint32_t own = static_cast<std::uint32_t>(getpid());
        __atomic_compare_exchange_n(&s_slot->pid, &own, WatchedProcess::kReleased, false, __ATOMIC_RELEASE,
                                    __ATOMIC_RELAXED);
    }
    s_slot = nullptr;
}

void start(const char* program) noexcept {
    RunMemory* const run = run_memory::get();
    if (!run || run->every <= 0) return;
    stayAliveFor(*run, kPatience);
    std::uint32_t last = __atomic_load_n(&run->watcher, __ATOMIC_ACQUIRE);
    if (last == RunMemory::kBeingStarted || isWatcher(last)) return;
    noteOrphans(*run);
    const int file = run_memory::file();
    if (isForbidden(*run) || file < 0 || access(program, X_OK) != 0 || hasOwnFilter()) return;
    if (!__atomic_compare_exchange_n(&run->watcher, &last, RunMemory::kBeingStarted, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED))
        return;  // by another process of the run
    stayAliveFor(*run, kFirstPatience);
    const int number = std::max(launch(program, file), 0);
    __atomic_store_n(&run->watcher, static_cast<std::uint32_t>(number), __ATOMIC_RELEASE);
}

std::uint32_t number() noexcept {
    const RunMemory* const run = run_memory::get();
    const std::uint32_t number = run ? __atomic_load_n(&run->watcher, __ATOMIC_ACQUIRE) : 0;
    return isWatcher(number) ? number : 0;
}

void noteOrphans() noexcept {
    if (RunMemory* const run = run_memory::told()) noteOrphans(*run);
}

bool isForbidden() noexcept {
    const RunMemory* const run = run_memory::get();
    return run && isForbidden(*run);
}

WatchedProcess* enter() noexcept {
    leave();
    RunMemory* const run = run_memory::get();
    if (!run || __atomic_load_n(&run->watcher, __ATOMIC_ACQUIRE) == 0 || !run_memory::isOfThisPidNamespace())
        return nullptr;
    for (WatchedProcess& slot : run->processes) {
        std::uint32_t free = WatchedProcess::kFree;
        if (!__atomic_compare_exchange_n(&slot.pid, &free, static_cast<std::uint32_t>(getpid()), false,
                                         __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            continue;
        slot.drain([](const ResidentReading&) {});  // an earlier process's
        return s_slot = &slot;
    }
    return nullptr;
}

void afterForkInChild() noexcept {
    s_slot = nullptr;
    if (RunMemory* const run = run_memory::get()) stayAliveFor(*run, kPatience);
}

}  // namespace heapprof::watcher
