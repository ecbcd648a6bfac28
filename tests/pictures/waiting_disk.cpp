#include "tests/pictures/waiting_disk.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>

namespace heapprof::test::waitingDisk {
namespace {

std::mutex s_mutex;
std::condition_variable s_changed;
std::string s_ending;  // empty: of no file
int s_writes = 0;
int s_waiting = 0;

void pass(int descriptor) {
    std::unique_lock lock(s_mutex);
    if (s_ending.empty()) return;
    std::error_code isGone;
    const auto path = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), isGone);
    if (!path.string().ends_with(s_ending)) return;
    ++s_waiting;
    s_changed.wait(lock, [] { return s_ending.empty() || s_writes > 0; });
    --s_waiting;
    --s_writes;
}

}  // namespace

void letThrough(const std::string& ending, int writes) {
    const std::lock_guard lock(s_mutex);
    s_ending = ending;
    s_writes = writes;
    s_changed.notify_all();
}

bool isWaiting() {
    const std::lock_guard lock(s_mutex);
    return s_waiting > 0;
}

void open() { letThrough({}, 0); }

}  // namespace heapprof::test::waitingDisk

/// In the place of the C library's.
extern "C" ssize_t pwrite(int descriptor, const void* data, size_t length, off_t offset) {
    heapprof::test::waitingDisk::pass(descriptor);
    return syscall(SYS_pwrite64, descriptor, data, length, offset);
}
