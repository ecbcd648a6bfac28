#include "collector/resident/run_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <new>
#include <string_view>
#include <utility>

#include "collector/system/kept_descriptor.h"
#include "collector/system/seccomp.h"

namespace heapprof::run_memory {
namespace {

constinit RunMemory* s_memory = nullptr;
KeptDescriptor s_file;
/// What others have been told of, and where.
constinit RunMemory* s_told = nullptr;
RunPlace s_place;

std::uint64_t pidNamespace() {
    struct stat status;
    return stat("/proc/self/ns/pid", &status) == 0 ? status.st_ino : 0;
}

/// -1 where that is dangerous or impossible.
int makeFile() {
    rlimit limit;  // growing a file beyond it raises a signal
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur < sizeof(RunMemory)) return -1;
    if (hasOwnFilter()) return -1;
    const auto file = static_cast<int>(syscall(SYS_memfd_create, "heapprof", 1u /* MFD_CLOEXEC */));
    if (file >= 0 && ftruncate(file, sizeof(RunMemory)) == 0) return file;
    if (file >= 0) close(file);
    return -1;
}

/// Of the file, or, when it is -1, of what only children that are forked share. MAP_FAILED: there is no room.
void* map(int file) {
    const int flags = file >= 0 ? MAP_SHARED : MAP_SHARED | MAP_ANONYMOUS;
    return mmap(nullptr, sizeof(RunMemory), PROT_READ | PROT_WRITE, flags, file, 0);
}

using Path = std::array<char, 64>;

Path pathOf(const RunPlace& place) {
    Path path;
    std::snprintf(path.data(), path.size(), "/proc/%u/fd/%u", place.process, place.descriptor);
    return path;
}

int openFile(const RunPlace& place) {
    if (!isAt(place)) return -1;
    const int file = open(pathOf(place).data(), O_RDWR | O_CLOEXEC);
    struct stat status;
    if (file < 0 || (fstat(file, &status) == 0 && status.st_size == sizeof(RunMemory))) return file;
    close(file);
    return -1;
}

bool join(const RunPlace& place) {
    int file = openFile(place);
    if (file < 0) file = openFile({static_cast<std::uint32_t>(getppid()), place.descriptor});
    if (file < 0) return false;
    void* const memory = map(file);
    s_file.take(file);
    if (memory == MAP_FAILED) {
        s_file.close();
        return false;
    }
    s_memory = static_cast<RunMemory*>(memory);
    return true;
}

void create(const Rules& rules) {
    s_file.take(makeFile());
    void* const memory = map(file());
    if (memory == MAP_FAILED) {
        s_file.close();
        throw std::bad_alloc();
    }
    s_memory = static_cast<RunMemory*>(memory);
    s_memory->every = rules.residentEvery;
    s_memory->isUnwatched = rules.isUnwatched;
    s_memory->pidNamespace = pidNamespace();
    s_memory->budget.set(rules.maxBytes);
}

}  // namespace

void enter(const std::optional<RunPlace>& place, const Rules& rules) {
    leave();
    const bool isTold = s_told && place == s_place && (file() >= 0 || s_told->watcher != 0);
    if (isTold) s_memory = s_told;
    if (isTold || (place && join(*place))) return;
    create(rules);
}

RunMemory* get() noexcept { return s_memory; }

bool isAt(const RunPlace& place) noexcept {
    constexpr std::string_view kMemoryFile = "/memfd:heapprof (deleted)";
    std::array<char, kMemoryFile.size() + 1> target;
    const ssize_t length = readlink(pathOf(place).data(), target.data(), target.size());
    return length >= 0 && std::string_view(target.data(), static_cast<std::size_t>(length)) == kMemoryFile;
}

bool isOfThisPidNamespace() noexcept { return s_memory->pidNamespace != 0 && s_memory->pidNamespace == pidNamespace(); }

int file() noexcept { return s_file.isOurs() ? s_file.number() : -1; }

void closeFile() noexcept {
    if (s_memory != s_told) s_file.close();
}

std::optional<RunPlace> place(std::uint32_t working) noexcept {
    if (working != 0) return RunPlace{working, 0};
    if (!s_memory || file() < 0) return std::nullopt;
    if (s_told != s_memory) s_place = {static_cast<std::uint32_t>(getpid()), static_cast<std::uint32_t>(file())};
    s_told = s_memory;
    return s_place;
}

RunMemory* told() noexcept { return s_told; }

void leave() noexcept {
    RunMemory* const memory = std::exchange(s_memory, nullptr);
    if (!memory || memory == s_told) return;
    munmap(memory, sizeof(RunMemory));
    s_file.close();
}

}  // namespace heapprof::run_memory
