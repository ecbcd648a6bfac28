// Which allocations a capture holds: the rules by which blocks were chosen, and their validation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/units.h"

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

/// The rules of one capture, which may have been switched while it was recorded. The rule belongs to the trace, so that
/// a block that lives through a switch keeps what it stands for, and its free takes that away.
struct SamplingRules {
    /// What holds for the traces from number `firstTrace` on, up to the next switch.
    struct Switch {
        TraceIndex firstTrace;
        Micros time;  ///< when it was made; 0 for one made before the capture began
        Sampling sampling;

        bool operator==(const Switch&) const = default;
    };
    static constexpr std::size_t kMaxDifferent = 8;
    static constexpr std::size_t kMaxSwitches = 4095;

    Sampling first;
    std::vector<Switch> switches;  ///< by ascending traces

    SamplingRules() = default;
    SamplingRules(Sampling only) : first(std::move(only)) {}

    const Sampling& of(TraceIndex trace) const;
    const Sampling& last() const { return switches.empty() ? first : switches.back().sampling; }
    /// Those that differ, in the order of their first use.
    std::vector<Sampling> different() const;
    /// Whether a switch to that rule is possible.
    bool hasRoomFor(const Sampling& next) const;

    bool operator==(const SamplingRules&) const = default;
};

/// For people: "everything", "by bytes, one record per 64 KiB on average", "by size: < 128 B: 0.0001, ...".
std::string describe(const Sampling& sampling);

}  // namespace heapprof
