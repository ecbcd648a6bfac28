// Counts requests by size, recording nothing: the data from which a sampling rate is recommended.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace heapprof::statistics {

/// Requests of 0 bytes, of 1, of 2, of 3 to 4, of 5 to 8 and so on.
struct SizeClass {
    std::uint64_t allocations = 0;    ///< new blocks
    std::uint64_t reallocations = 0;  ///< blocks resized to this class
    std::uint64_t frees = 0;          ///< blocks freed at a size of this class
    std::uint64_t bytes = 0;          ///< requested by allocations and reallocations
};
inline constexpr std::size_t kClasses = 66;

/// The greatest size of a class is 0 for class 0, else 2^(index - 1).
constexpr std::size_t classOf(std::uint64_t size) {
    return size == 0 ? 0 : 1 + static_cast<std::size_t>(std::bit_width(size - 1));
}

/// Every request counts once, at the size the program asked for. Blocks allocated before gathering began are not known,
/// and their frees do not count.
struct Statistics {
    std::array<SizeClass, kClasses> classes{};
    std::uint64_t liveBlocks = 0;
    std::uint64_t liveBytes = 0;
    std::uint64_t peakBytes = 0;
    double seconds = 0;  ///< since gathering began, until now or its end
};

/// Starts gathering from zero; false when there is no memory. Requires the GIL, that nothing is being gathered or
/// recorded, and that process::enter() has been called. A child made by fork() does not gather.
bool start();
/// Ends gathering; false when nothing is being gathered. Requires the GIL.
bool stop() noexcept;
bool isGathering() noexcept;

/// Called in a child that fork() has made.
void afterForkInChild() noexcept;

/// What has been gathered so far, or in the last gathering.
Statistics gathered() noexcept;

}  // namespace heapprof::statistics
