// What memory is counted in.
#pragma once

#include <optional>
#include <string_view>

namespace heapprof {

enum class Measure {
    ByteCount,
    BlockCount  ///< how many allocations are alive, whatever their sizes
};

constexpr Measure otherThan(Measure measure) {
    return measure == Measure::ByteCount ? Measure::BlockCount : Measure::ByteCount;
}

/// "bytes", "blocks", as in options and files.
constexpr std::string_view nameOf(Measure measure) { return measure == Measure::ByteCount ? "bytes" : "blocks"; }
constexpr std::optional<Measure> measureOf(std::string_view name) {
    for (const Measure measure : {Measure::ByteCount, Measure::BlockCount})
        if (name == nameOf(measure)) return measure;
    return std::nullopt;
}

}  // namespace heapprof
