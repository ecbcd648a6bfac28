// Which allocations a capture holds: the rule by which blocks were chosen, and its validation.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace heapprof {

/// A rule p(size): the probability with which an allocation of `size` bytes was recorded.
struct Sampling {
    enum class Mode : std::uint8_t {
        Everything = 0,  ///< p = 1
        ByBytes = 1,     ///< p = 1 - exp(-size / meanBytes)
        ByRanges = 2,    ///< p of the first range whose bound is above the size; 1 beyond the last
    };
    struct Range {
        std::uint64_t bound = 0;  ///< exclusive upper bound, bytes
        double probability = 1;   ///< in [0, 1]; 0: never recorded

        bool operator==(const Range&) const = default;
    };
    static constexpr std::size_t kMaxRanges = 64;
    static constexpr double kDefaultMeanBytes = 65536;

    Mode mode = Mode::Everything;
    double meanBytes = 0;       ///< ByBytes only, >= 1
    std::vector<Range> ranges;  ///< ByRanges only, ascending bounds

    static Sampling everything() { return {}; }
    static Sampling byBytes(double meanBytes) { return {Mode::ByBytes, meanBytes, {}}; }
    /// An empty table is everything.
    static Sampling byRanges(std::vector<Range> ranges);

    double probability(std::uint64_t size) const;
    /// Empty when the rule is usable, else what is wrong with it, for people.
    std::string problem() const;

    bool operator==(const Sampling&) const = default;
};

/// For people: "everything", "by bytes, one record per 64 KiB on average", "by size: < 128 B: 0.0001, ...".
std::string describe(const Sampling& sampling);

}  // namespace heapprof
