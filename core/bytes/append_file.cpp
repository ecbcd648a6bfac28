#include "core/bytes/append_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <type_traits>

#include "core/bytes/bus_guard.h"
#include "core/bytes/descriptor.h"
#include "core/bytes/file_lock.h"

namespace heapprof {
namespace {

constexpr std::uint64_t kMaxExtent = 8u << 20;
constexpr std::uint64_t kPage = 4096;

/// posix_fallocate falls back to writing; the bare call tells us that it cannot. Growing past the resource limit would
/// raise SIGXFSZ, which kills a program that does not ignore it: ask first.
int allocate(int descriptor, std::uint64_t offset, std::uint64_t length) {
    rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && offset + length > limit.rlim_cur)
        return EFBIG;
    while (fallocate(descriptor, 0, static_cast<off_t>(offset), static_cast<off_t>(length)) != 0)
        if (errno != EINTR) return errno;
    return 0;
}

/// The program may change its working folder before the path is needed again. False when it is too long.
template <std::size_t size>
bool absolutePath(const char* path, std::array<char, size>& absolute) {
    std::size_t length = 0;
    if (path[0] != '/' && getcwd(absolute.data(), size - 1)) {
        length = std::strlen(absolute.data());
        absolute[length++] = '/';
    }
    const std::size_t rest = std::strlen(path) + 1;
    if (length + rest > size) return false;
    std::memcpy(absolute.data() + length, path, rest);
    return true;
}

bool outOfRoom(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

}  // namespace

int AppendFile::create(const char* path, bool locked, Existing existing) noexcept {
    if (!absolutePath(path, m_path)) return ENAMETOOLONG;
    if (existing == Existing::Replaced && unlink(path) != 0 && errno != ENOENT)
        return errno == EPERM || errno == EISDIR ? EISDIR : errno;
    m_descriptor = outOfTheWay(open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (m_descriptor < 0) return errno;
    struct stat status;
    if (!statusOf(m_descriptor, status)) {
        const int error = errno;
        ::close(m_descriptor);
        return error;
    }
    m_isOpen = true;
    m_device = status.st_dev;
    m_inode = status.st_ino;
    m_locked = locked;
    if (locked) takeWriteLock(m_descriptor);  // best effort: a file system without locks still takes a capture
    m_error = 0;
    m_start = m_length = m_allocated = m_charged = 0;
    m_nextExtent = kLeast;
    m_slot = bus_guard::enter(m_descriptor, &m_error);
    m_mapped = m_slot >= 0;
    return 0;
}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
    static_assert(std::is_trivially_destructible_v<AppendFile>);
    if (this == &other) return *this;
    std::memcpy(static_cast<void*>(this), static_cast<const void*>(&other), sizeof *this);
    bus_guard::moveError(m_slot, &m_error);
    other.m_descriptor = other.m_slot = -1;
    other.m_isOpen = false;
    other.m_address = nullptr;
    other.m_length = 0;
    return *this;
}

bool AppendFile::isThis(const struct stat& status) const noexcept {
    return status.st_dev == m_device && status.st_ino == m_inode;
}

bool AppendFile::ownsDescriptor() const noexcept {
    struct stat status;
    return m_descriptor >= 0 && statusOf(m_descriptor, status) && isThis(status);
}

bool AppendFile::hasItsName() const noexcept {
    struct stat status;
    return isOpen() && lstat(m_path.data(), &status) == 0 && isThis(status);
}

void AppendFile::renamed(const char* path) noexcept {
    if (std::strlen(path) < m_path.size()) std::strcpy(m_path.data(), path);
}

ssize_t AppendFile::read(std::uint8_t* to, std::size_t length, std::uint64_t offset) noexcept {
    if (!keepDescriptor()) return -1;
    ssize_t got = 0;
    do got = pread(m_descriptor, to, length, static_cast<off_t>(offset));
    while (got < 0 && errno == EINTR);
    return got;
}

/// Before the descriptor is used: the program may have closed it.
bool AppendFile::keepDescriptor() noexcept {
    if (ownsDescriptor()) return true;
    m_descriptor = outOfTheWay(open(m_path.data(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!ownsDescriptor()) {
        if (m_descriptor >= 0) ::close(m_descriptor);
        m_descriptor = -1;
        fail(EBADF);
        return false;
    }
    bus_guard::moveTo(m_slot, m_descriptor);
    if (m_locked) takeWriteLock(m_descriptor);
    return true;
}

bool AppendFile::isBeingWritten(const char* path) noexcept {
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return false;
    const bool isLocked = isWriteLocked(descriptor);
    ::close(descriptor);
    return isLocked;
}

bool AppendFile::holds(std::uint64_t offset) const {
    return m_address && ((offset < kPage && m_start == 0) || offset + kWindow <= m_start + m_length);
}

std::uint8_t* AppendFile::window(std::uint64_t offset, std::size_t& length) noexcept {
    if (!reserve(offset)) return nullptr;
    if (!holds(offset) && !(m_mapped ? map(offset) : useBuffer(offset))) return nullptr;
    length = writableFrom(offset);
    std::uint8_t* address = m_address + (offset - m_start);
    if (!m_mapped) std::memset(address, 0, length);
    return address;
}

/// Of the present window, which begins at `offset`.
std::size_t AppendFile::writableFrom(std::uint64_t offset) const {
    const std::uint64_t end = offset < kPage && m_start == 0 ? kWindow : offset + kWindow;
    return std::min(end, m_mapped ? m_allocated : m_start + m_length) - offset;
}

std::size_t AppendFile::extend(std::uint64_t offset, std::size_t length) noexcept {
    if (m_mapped && !failed() && writableFrom(offset) < length) allocateUpTo(offset + length);
    return writableFrom(offset);
}

bool AppendFile::reserve(std::uint64_t offset) noexcept {
    if (failed()) return false;
    if (!m_mapped) return charge(offset + kWindow);
    return allocateUpTo(offset == 0 ? kLeast : (offset & ~(kPage - 1)) + kPage + kLeast);
}

bool AppendFile::allocateUpTo(std::uint64_t min) noexcept {
    if (m_allocated >= min) return true;
    if (!keepDescriptor()) return false;
    struct stat status;
    if (statusOf(m_descriptor, status) && static_cast<std::uint64_t>(status.st_size) < m_allocated) {
        fail(EIO);
        return false;
    }
    std::uint64_t target = std::max(m_allocated + m_nextExtent, min);
    if (m_budget) {  // what one file has in advance the other one cannot use
        const std::uint64_t share = m_budget->left() / 8 / kPage * kPage;
        target = std::max(min, std::min(target, m_allocated + std::max<std::uint64_t>(share, kLeast)));
    }
    if (!charge(target)) return false;
    int error = allocate(m_descriptor, m_allocated, target - m_allocated);
    while (outOfRoom(error) && target > min) {  // the disk may have room for less
        target = std::max(min, m_allocated + (target - m_allocated) / 2 / kPage * kPage);
        error = allocate(m_descriptor, m_allocated, target - m_allocated);
    }
    if (error == 0) {
        m_allocated = target;
        if (m_address) bus_guard::grow(m_slot, m_allocated);
        m_nextExtent = std::min(m_nextExtent * 2, kMaxExtent);
        return true;
    }
    if (outOfRoom(error)) {
        fail(error);
        return false;
    }
    if (m_allocated > 0) {
        fail(error);
        return false;
    }
    m_mapped = false;  // this file system does not allocate in advance
    return true;
}

bool AppendFile::charge(std::uint64_t end) noexcept {
    if (!m_budget || end <= m_charged) return true;
    if (!m_budget->take(end - m_charged)) {
        fail(kBudgetSpent);
        return false;
    }
    m_charged = end;
    return true;
}

/// In an order that lets fork() come in anywhere: what the child may store to is guarded before it is the file.
bool AppendFile::map(std::uint64_t offset) noexcept {
    unmap();
    if (!keepDescriptor()) return false;
    const std::uint64_t start = offset & ~(kPage - 1);
    // Beyond what is allocated nothing is stored before it is.
    const std::size_t length = std::max(m_allocated, start + kWindow + kPage) - start;
    void* const place = mmap(nullptr, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place != MAP_FAILED) {
        m_address = static_cast<std::uint8_t*>(place);
        m_length = length;
        bus_guard::guard(m_slot, place, length, m_allocated);
        if (mmap(place, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, m_descriptor,
                 static_cast<off_t>(start)) == place) {
            madvise(place, length, MADV_DONTFORK);
            m_start = start;
            if (!failed()) return true;
            unmap();
            return false;
        }
        unmap();
    }
    m_mapped = false;
    return useBuffer(offset);
}

/// Moves the private buffer that stands in for a mapping to `offset`.
bool AppendFile::useBuffer(std::uint64_t offset) noexcept {
    if (!m_address) {
        void* memory = mmap(nullptr, kWindow, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            fail(ENOMEM);
            return false;
        }
        m_address = static_cast<std::uint8_t*>(memory);
        m_length = kWindow;
    }
    m_start = offset;
    return true;
}

void AppendFile::writeOut(const std::uint8_t* from, std::size_t length) noexcept {
    // The last window was paid for.
    if ((failed() && error() != kBudgetSpent) || !keepDescriptor()) return;
    std::uint64_t offset = m_start + static_cast<std::uint64_t>(from - m_address);
    const std::uint64_t end = offset + length;
    while (offset < end) {
        const ssize_t written = pwrite(m_descriptor, from, end - offset, static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            fail(written < 0 ? errno : ENOSPC);
            // Whole records only: what this call managed to append is taken back. If that fails too, readers stop
            // there.
            if (m_allocated <= end - length) [[maybe_unused]]
                const int cut = ftruncate(m_descriptor, static_cast<off_t>(end - length));
            return;
        }
        from += written;
        offset += static_cast<std::uint64_t>(written);
    }
    m_allocated = std::max(m_allocated, end);
}

void AppendFile::close(std::uint64_t length) noexcept {
    if (!isOpen()) return;
    unmap();
    // A file somebody cut stays as they left it: growing it again would give it a hole that reads as an end.
    if (error() != EIO && error() != kParents && keepDescriptor() &&
        ftruncate(m_descriptor, static_cast<off_t>(length)) != 0)
        fail(errno);
    if (m_budget && m_charged > length) m_budget->giveBack(m_charged - length);
    letGo();
}

void AppendFile::discard() noexcept {
    if (!isOpen()) return;
    unmap();
    if (error() != kParents) unlink(m_path.data());
    if (m_budget) m_budget->giveBack(m_charged);
    letGo();
}

void AppendFile::abandon() noexcept {
    if (!isOpen()) return;
    if (!m_mapped) unmap();
    m_address = nullptr;
    m_length = 0;
    letGo();
}

void AppendFile::leaveAllToParent() noexcept { bus_guard::detach(kParents); }

void AppendFile::letGo() noexcept {
    if (ownsDescriptor()) ::close(m_descriptor);
    m_descriptor = -1;
    m_isOpen = false;
    bus_guard::leave(m_slot);
}

void AppendFile::unmap() noexcept {
    if (!m_address) return;
    if (m_mapped) bus_guard::guard(m_slot, nullptr, 0, 0);
    munmap(m_address, m_length);
    m_address = nullptr;
    m_length = 0;
}

void AppendFile::fail(int error) noexcept {
    int none = 0;
    __atomic_compare_exchange_n(&m_error, &none, error, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

}  // namespace heapprof
