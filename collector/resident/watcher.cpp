#include "collector/resident/watcher.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>

#include "collector/system/clock.h"

namespace heapprof::watcher {
namespace {

constinit Watched* s_watched = nullptr;
constinit WatchedProcess* s_slot = nullptr;
bool s_isForbidden = false;  // by an ancestor

constexpr std::int64_t kSecond = 1'000'000'000;
/// How long a watcher without a process waits: for the process that started it to enter, and for a child or a started
/// interpreter to come to its first event.
constexpr std::int64_t kFirstPatience = kSecond / 5, kPatience = 2 * kSecond;

std::int64_t now() { return static_cast<std::int64_t>(nanoseconds(CLOCK_MONOTONIC)); }

void stayAliveUntil(std::int64_t time) { __atomic_store_n(&s_watched->aliveUntil, time, __ATOMIC_RELAXED); }

std::uint64_t pidNamespace() {
    struct stat status;
    return stat("/proc/self/ns/pid", &status) == 0 ? status.st_ino : 0;
}

/// A number in /proc/PROCESS/status.
std::optional<int> statusOf(const char* process, std::string_view name) {
    char text[4096];
    std::snprintf(text, sizeof text, "/proc/%s/status", process);
    const int file = open(text, O_RDONLY | O_CLOEXEC);
    if (file < 0) return std::nullopt;
    const ssize_t length = read(file, text, sizeof text);
    close(file);
    const std::string_view lines(text, length > 0 ? static_cast<std::size_t>(length) : 0);
    const std::size_t line = lines.find(name);
    if (line == std::string_view::npos) return std::nullopt;
    const std::size_t digits = lines.find_first_of("0123456789", line + name.size());
    int value = 0;
    if (digits == std::string_view::npos ||
        std::from_chars(lines.data() + digits, lines.data() + lines.size(), value).ec != std::errc())
        return std::nullopt;
    return value;
}

/// A seccomp filter may kill a process that starts a program. One that the parent has as well let it start us.
bool mayStartPrograms() {
    const auto mode = statusOf("self", "\nSeccomp:");
    if (!mode) return false;
    if (*mode == 0) return true;
    const auto filters = statusOf("self", "\nSeccomp_filters:");
    char parent[16];
    std::snprintf(parent, sizeof parent, "%ld", static_cast<long>(getppid()));
    return filters && filters == statusOf(parent, "\nSeccomp_filters:");
}

/// This process, or the one that started it.
bool adoptsOrphans() {
    int isSubreaper = 0;
    return s_isForbidden || getpid() == 1 || (prctl(PR_GET_CHILD_SUBREAPER, &isSubreaper) == 0 && isSubreaper != 0);
}

/// The memory file that becomes the watcher's descriptor 0.
int makeFile() {
    rlimit limit;  // growing a file beyond it raises a signal
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur < sizeof(Watched)) return -1;
    const auto file = static_cast<int>(syscall(SYS_memfd_create, "heapprof", 1u /* MFD_CLOEXEC */));
    if (file >= 0 && ftruncate(file, sizeof(Watched)) == 0) return file;
    if (file >= 0) close(file);
    return -1;
}

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

void leave() {
    if (s_slot) {
        std::uint32_t own = static_cast<std::uint32_t>(getpid());
        __atomic_compare_exchange_n(&s_slot->pid, &own, WatchedProcess::kReleased, false, __ATOMIC_RELEASE,
                                    __ATOMIC_RELAXED);
    }
    s_slot = nullptr;
}

}  // namespace

bool start(const char* program, std::int64_t every) noexcept {
    if (every <= 0 || access(program, X_OK) != 0 || adoptsOrphans() || !mayStartPrograms()) return false;
    const int file = makeFile();
    if (file < 0) return false;
    void* const memory = mmap(nullptr, sizeof(Watched), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory != MAP_FAILED) {
        s_watched = static_cast<Watched*>(memory);
        s_watched->every = every;
        s_watched->pidNamespace = pidNamespace();
        stayAliveUntil(now() + kFirstPatience);
        s_watched->watcher = static_cast<std::uint32_t>(std::max(launch(program, file), 0));
    }
    close(file);
    return memory != MAP_FAILED;
}

std::uint32_t number() noexcept {
    if (s_watched) return s_watched->watcher;
    return adoptsOrphans() ? kNone : 0;
}

bool join(std::uint32_t number) noexcept {
    s_isForbidden = number == kNone;
    if (s_isForbidden) return false;
    char path[64], target[64];
    std::snprintf(path, sizeof path, "/proc/%u/fd/0", number);
    constexpr std::string_view kMemoryFile = "/memfd:heapprof (deleted)";
    const ssize_t length = readlink(path, target, sizeof target);
    if (number == 0 || length < 0 || std::string_view(target, static_cast<std::size_t>(length)) != kMemoryFile)
        return false;
    const int file = open(path, O_RDWR | O_CLOEXEC);
    struct stat status;
    void* memory = MAP_FAILED;
    if (file >= 0 && fstat(file, &status) == 0 && status.st_size == sizeof(Watched))
        memory = mmap(nullptr, sizeof(Watched), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file >= 0) close(file);
    if (memory == MAP_FAILED) return false;
    s_watched = static_cast<Watched*>(memory);
    stayAliveUntil(now() + kPatience);
    return true;
}

void stop() noexcept {
    if (!s_watched) return;
    leave();
    munmap(s_watched, sizeof(Watched));
    s_watched = nullptr;
}

ByteBudget* budget() noexcept { return s_watched ? &s_watched->budget : nullptr; }

WatchedProcess* enter() noexcept {
    leave();
    if (!s_watched || s_watched->pidNamespace == 0 || s_watched->pidNamespace != pidNamespace()) return nullptr;
    for (WatchedProcess& slot : s_watched->processes) {
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
    if (s_watched) stayAliveUntil(now() + kPatience);
}

}  // namespace heapprof::watcher
