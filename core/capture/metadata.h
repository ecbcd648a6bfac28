// What a capture says of itself and of the program it was taken from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/capture/chunk.h"
#include "core/capture/domain_set.h"
#include "core/capture/process_info.h"
#include "core/capture/sampling.h"
#include "core/units.h"

namespace heapprof {

/// The resolution of a version 2 capture that does not tell: what it is on most machines.
inline constexpr Micros kUsualResolution{4000};

struct Metadata {
    std::uint32_t version = 0;
    Uuid uuid{};                        ///< of version 1: made from the first bytes of both files
    std::int64_t wallStart = 0;         ///< ns since 1970
    std::uint64_t monotonicStart = 0;   ///< ns of a clock that nobody sets, the same for all processes until a restart
    Sampling recordedSampling;          ///< as the file claims at its beginning
    SamplingRules sampling;             ///< as the analyses use it; differs in a version 1 capture that did not sample
    DomainSet domains{Domain::Python};  ///< whose memory was recorded
    /// How precise the times of allocations and frees are: each happened at its time or less than so much later. A tick
    /// of the recorder's clock, at least 1 us. Version 1 does not tell: the unit.
    Micros resolution{1};
    std::optional<ProcessInfo> process;
    std::optional<Ancestor> ancestor;
    std::optional<Continued> continues;
    /// The filebase under which further captures of the run may be; empty: nowhere else.
    std::filesystem::path elsewhere;
    std::optional<Micros> cleanEnd;            ///< when recording ended in an orderly way
    EndReason endReason = EndReason::Stopped;  ///< why it did
    /// The text of code that came from no file, by what it calls its file; UTF-8.
    std::map<std::string, std::string> sources;
    std::vector<std::string> warnings;  ///< for people; each is one sentence or two

    /// By which captures of descendants name this one: that of the first, where one continues another.
    const Uuid& identity() const { return continues ? continues->uuid : uuid; }
};

}  // namespace heapprof
