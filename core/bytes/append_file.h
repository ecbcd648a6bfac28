// A file that grows by appending, written so that what has been stored survives the death of the process.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "core/bytes/byte_budget.h"

namespace heapprof {

/// Stretches of the file are mapped and stored to in place; they are allocated on disk before they are mapped, so that
/// a full disk is an error code and never a signal. Extents begin with a page and grow, so that a short file takes
/// little even if it is never closed. Where the file system refuses that, a private buffer takes the
/// mapping's place and publish() writes what was stored.
///
/// If somebody else cuts the file while it is mapped, the kernel answers the next store with SIGBUS. While any
/// AppendFile is open, a handler chained before the program's own catches that for our mappings alone, puts private
/// memory in their place and marks the file failed; the program goes on.
///
/// If the program closes our descriptor, as those do that turn into daemons, the file is opened again by its name; if
/// it is not there any more, the file has failed. A file of the program's that got our number is never touched.
///
/// Never allocates from any heap. Not thread-safe: the owner locks.
class AppendFile {
public:
    /// What window() promises to be contiguous in the end.
    static constexpr std::size_t kWindow = 65536;
    /// How much of it can be stored to at once.
    static constexpr std::size_t kLeast = 4096;

    AppendFile() = default;
    AppendFile(const AppendFile&) = delete;
    AppendFile& operator=(const AppendFile&) = delete;

    /// Not an errno.
    static constexpr int kBudgetSpent = 0x10000;
    /// The file is the parent's: see leaveAllToParent().
    static constexpr int kParents = ECANCELED;

    /// What to do with a file that lies at the path already.
    enum class Existing { Replaced, Kept };

    /// Creates the file, readable by its owner alone and closed on exec. With `locked`, an open file description write
    /// lock tells others that the writer lives. Returns 0 or an errno: EEXIST when what lies there is to be kept.
    int create(const char* path, bool locked, Existing existing = Existing::Replaced) noexcept;

    /// Whether a living writer holds the lock of the file at `path`.
    static bool isBeingWritten(const char* path) noexcept;

    /// Before the first window: the file grows only as far as `budget`, which outlives it, allows; nullptr: no limit.
    void limitTo(ByteBudget* budget) noexcept { m_budget = budget; }

    bool isOpen() const { return m_isOpen; }
    /// Takes over the file of `other`, which then has none. Requires that this one is closed.
    AppendFile& operator=(AppendFile&& other) noexcept;
    /// Whether the file is still what its path leads to.
    bool hasItsName() const noexcept;
    /// Somebody has renamed the file, whose path is this one now.
    void renamed(const char* path) noexcept;
    /// Reads at most `length` bytes that were published; as pread(), or -1 when the file is not to be had.
    ssize_t read(std::uint8_t* to, std::size_t length, std::uint64_t offset) noexcept;

    /// Makes [offset, offset + kLeast) writable (in the first page of the file: [offset, kLeast)), or more, and says in
    /// `length` how much it is; returns its address, all zeros where nothing was stored yet, valid until the next call.
    /// nullptr when the disk is full or the file has failed: error() tells. Offsets never go back.
    std::uint8_t* window(std::uint64_t offset, std::size_t& length) noexcept;

    /// Makes the window at `offset`, which is the present one, writable up to `length`, at most kWindow (in the first
    /// page: kWindow - offset). Returns how much it is now: less when the disk is full or the file has failed.
    std::size_t extend(std::uint64_t offset, std::size_t length) noexcept;

    /// Whether a window at `offset` can be had: allocates its place on disk, leaves the present window alone.
    bool reserve(std::uint64_t offset) noexcept;

    /// Says that these bytes of the current window, just stored, are to be in the file.
    void publish(const std::uint8_t* from, std::size_t length) noexcept {
        if (!m_mapped) writeOut(from, length);
    }

    /// Bytes of memory that the mapped part takes when everything before `end` has been stored.
    std::uint64_t residentBytes(std::uint64_t end) const {
        return m_address && end > m_start ? std::min<std::uint64_t>(end - m_start, m_length) : 0;
    }

    /// There will be no further window. What is stored in the present one still arrives if the disk is merely full and
    /// the file mapped.
    bool failed() const { return __atomic_load_n(&m_error, __ATOMIC_RELAXED) != 0; }
    /// Why: an errno; EIO when somebody cut the file; kBudgetSpent; kParents.
    int error() const { return __atomic_load_n(&m_error, __ATOMIC_RELAXED); }

    /// Gives the file its true length and closes it.
    void close(std::uint64_t length) noexcept;
    /// Removes the file and closes it.
    void discard() noexcept;

    /// In a forked child, where the mapping does not exist: closes the descriptor and touches nothing of the parent's.
    void abandon() noexcept;
    /// In a forked child that may return into the middle of any call above, made by its parent: whatever it stores goes
    /// to memory of its own, and all files have failed.
    static void leaveAllToParent() noexcept;

private:
    bool isThis(const struct stat& status) const noexcept;
    bool ownsDescriptor() const noexcept;
    bool keepDescriptor() noexcept;
    bool holds(std::uint64_t offset) const;
    std::size_t writableFrom(std::uint64_t offset) const;
    bool allocateUpTo(std::uint64_t min) noexcept;
    bool charge(std::uint64_t end) noexcept;
    bool map(std::uint64_t offset) noexcept;
    bool useBuffer(std::uint64_t offset) noexcept;
    void unmap() noexcept;
    void letGo() noexcept;
    void writeOut(const std::uint8_t* from, std::size_t length) noexcept;
    void fail(int error) noexcept;

    static constexpr std::size_t kMaxPath = 4096;

    int m_descriptor = -1;
    bool m_isOpen = false;
    bool m_locked = false;
    std::array<char, kMaxPath> m_path{};  // absolute
    dev_t m_device = 0;                   // with the inode, what tells our file from others
    ino_t m_inode = 0;
    ByteBudget* m_budget = nullptr;
    std::uint64_t m_charged = 0;  // bytes that the budget has paid for
    int m_error = 0;
    bool m_mapped = true;
    int m_slot = -1;  // in the signal handler's list
    std::uint8_t* m_address = nullptr;
    std::uint64_t m_start = 0;  // file offset of m_address
    std::size_t m_length = 0;
    std::uint64_t m_allocated = 0;  // bytes of the file known to be on disk
    std::uint64_t m_nextExtent = kLeast;
};

}  // namespace heapprof
