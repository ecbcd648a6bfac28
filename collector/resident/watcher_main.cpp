// The watcher: see collector/resident/watcher.h. A program of its own, with the shared memory as descriptor 0 and
// nothing else.
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

#include "collector/resident/kinds_split.h"
#include "collector/resident/run_memory.h"
#include "collector/system/clock.h"
#include "collector/system/proc_text.h"

namespace heapprof {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinPause = 1'000'000;

std::int64_t now() { return static_cast<std::int64_t>(nanoseconds(CLOCK_MONOTONIC)); }

/// One process, from the moment it enters until it leaves, ends, or becomes another program.
struct Watch {
    std::uint32_t pid = WatchedProcess::kFree;
    int sizes = -1, status = -1, environment = -1;
    bool hasEnvironment = false;
    ReadingFilter filter;
    KindsSplit kinds;
    std::uint64_t before = 0;
    std::int64_t next = 0, nextLook = 0, moved = 0;

    static int openOf(std::uint32_t pid, const char* file) {
        char path[64];
        std::snprintf(path, sizeof path, "/proc/%u/%s", pid, file);
        return ::open(path, O_RDONLY | O_CLOEXEC);
    }

    bool open(std::uint32_t process) {
        pid = process;
        sizes = openOf(pid, "statm");
        status = openOf(pid, "status");
        environment = openOf(pid, "environ");
        hasEnvironment = environment >= 0 && showsEnvironment();
        return sizes >= 0;
    }

    void close() {
        if (sizes >= 0) ::close(sizes);
        if (status >= 0) ::close(status);
        if (environment >= 0) ::close(environment);
        *this = Watch();
    }

    /// The kernel shows it as long as the process runs the same program as when it was opened.
    bool showsEnvironment() const {
        char first;
        return pread(environment, &first, 1, 0) > 0;
    }

    static std::string_view textOf(int file, std::span<char> buffer) {
        const ssize_t length = pread(file, buffer.data(), buffer.size(), 0);
        return {buffer.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
    }

    ResidentReading reading(std::int64_t time) {
        char text[4096];
        const proc_text::Sizes found = proc_text::sizesIn(textOf(sizes, text));
        const auto readShared = [&] { return proc_text::numberIn(textOf(status, text), "\nRssShmem:") << 10; };
        return {time, found.resident, kinds.of(time, found.fileBacked, false, readShared)};
    }

    /// False when the process has ended or runs another program.
    bool read(std::int64_t time, std::int64_t every, WatchedProcess& process) {
        if (time < next) return true;
        if (time >= nextLook) {
            if (hasEnvironment && !showsEnvironment()) return false;
            nextLook = time + kSecond;
        }
        const ResidentReading reading = this->reading(time);
        if (reading.bytes == 0) return false;
        // While the process takes none, readings become rarer, so that there is always room.
        const std::uint32_t room = process.room();
        const std::int64_t patience = WatchedProcess::kReadings / std::max(room, 1u);
        if (room > 2) filter.note(reading, false, patience, [&](const ResidentReading& each) { process.store(each); });
        if (std::max(reading.bytes, before) - std::min(reading.bytes, before) > before / 200) moved = time;
        before = reading.bytes;
        // More often while memory changes: the time of a jump is only known to be between two readings.
        next = time + (time - moved < kSecond ? every / 5 : every) * patience;
        return true;
    }
};

void closeAllButShared() {
    if (syscall(SYS_close_range, 1u, ~0u, 0u) == 0) return;
    DIR* const folder = opendir("/proc/self/fd");
    if (!folder) return;
    while (const dirent* entry = readdir(folder))
        if (const int number = std::atoi(entry->d_name); number > 0 && number != dirfd(folder)) close(number);
    closedir(folder);
}

void watch(RunMemory& shared) {
    std::array<Watch, RunMemory::kProcesses> watches;
    const std::int64_t every = std::clamp(shared.every, kMinPause, 3600 * kSecond);
    for (;;) {
        const std::int64_t time = now();
        std::int64_t next = time + std::min(every, kSecond);
        bool isAnyoneThere = false;
        for (std::size_t i = 0; i < watches.size(); ++i) {
            Watch& watch = watches[i];
            WatchedProcess& process = shared.processes[i];
            std::uint32_t pid = __atomic_load_n(&process.pid, __ATOMIC_ACQUIRE);
            if (pid == WatchedProcess::kFree) continue;
            if (watch.pid != pid) watch.close();
            if (pid != WatchedProcess::kReleased && (watch.pid == pid || watch.open(pid)) &&
                watch.read(time, every, process)) {
                isAnyoneThere = true;
                next = std::min(next, watch.next);
                continue;
            }
            watch.close();
            __atomic_compare_exchange_n(&process.pid, &pid, WatchedProcess::kFree, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_RELAXED);
        }
        if (!isAnyoneThere && time >= __atomic_load_n(&shared.aliveUntil, __ATOMIC_RELAXED)) return;
        const std::int64_t pause = std::max(next - now(), kMinPause);
        const timespec rest{pause / kSecond, pause % kSecond};
        nanosleep(&rest, nullptr);
    }
}

}  // namespace
}  // namespace heapprof

int main() {
    using heapprof::RunMemory;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    heapprof::closeAllButShared();
    struct stat status;
    if (fstat(0, &status) != 0 || status.st_size != sizeof(RunMemory)) return 1;
    void* const memory = mmap(nullptr, sizeof(RunMemory), PROT_READ | PROT_WRITE, MAP_SHARED, 0, 0);
    if (memory == MAP_FAILED) return 1;
    heapprof::watch(*static_cast<RunMemory*>(memory));
    return 0;
}
