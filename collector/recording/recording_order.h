// What is asked of a process: what to record, where, and how. As text it goes from process to process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collector/recording/recording_plan.h"

namespace heapprof {

/// When a process begins to record, and when it ends that, by its resident memory and the time. 0: not at all.
struct RecordingTrigger {
    std::uint64_t resident = 0;  ///< bytes: begin when there are so many
    std::uint64_t growth = 0;    ///< or when there are so many more than at first
    std::uint64_t duration = 0;  ///< ns: end so long after the begin
    std::uint64_t fall = 0;      ///< bytes: or when there are so many less than there were most since

    bool waits() const { return resident != 0 || growth != 0; }
    bool ends() const { return duration != 0 || fall != 0; }
};

/// A process, and the identity of what is recorded of it first. It may become another program by exec.
struct FirstProcess {
    Uuid identity{};
    std::uint64_t pid = 0;
    std::uint64_t began = 0;  ///< see process::whenBegun()
};

struct RecordingOrder {
    std::string filebase;
    Sampling sampling;
    RecordingOptions options;
    /// The process that records into FILEBASE itself. Every other one that gets the order has files of its own name.
    std::uint64_t root = 0;
    /// In an order that the first process has handed on.
    std::optional<FirstProcess> first;
    bool follow = true;  ///< the interpreters that it starts get the order, too
    bool quiet = false;  ///< nothing is said at the end, unless something went wrong
    RecordingTrigger trigger;
    bool statistics = false;  ///< requests are counted by size, and nothing is recorded
};

/// "sample=65536 native=1 root=4711 output=/tmp/out": words in any order, of which all but the output may be missing.
/// Spaces and "%" in values are "%20" and "%25", as in addresses; other bytes are as they are. `sample` is the mean of
/// bytes, "everything", or "128:0.0001,8192:0.1". Throws std::invalid_argument.
RecordingOrder parseOrder(std::string_view text);
std::string textOf(const RecordingOrder& order);
/// As the value of `sample`. Throws std::invalid_argument with what is wrong.
Sampling parseSampling(std::string_view text);

}  // namespace heapprof
