#include "core/state/composition.h"

#include <algorithm>
#include <array>

#include "core/state/domains.h"

namespace heapprof {
namespace {

using Kind = CompositionKind;

/// The last one at `time` or before it; else the first.
template <typename Reading>
const Reading& readingAt(const std::vector<Reading>& readings, Micros time) {
    const auto after = std::ranges::upper_bound(readings, time, {}, &Reading::time);
    return after == readings.begin() ? *after : after[-1];
}

std::int64_t of(const DomainUsages& usages, Domain domain) {
    return std::max<std::int64_t>(usages[static_cast<std::size_t>(domain)].bytes, 0);
}

DomainUsages usagesAt(const Recording& recording, Instant instant, std::stop_token stop) {
    return usageByDomain(snapshotAt(recording, instant, std::move(stop)), recording.traces());
}

/// What the allocators had in use when that was read, and of which nothing is recorded.
std::int64_t notRecordedAt(const Recording& recording, const Timeline::MemoryReading& reading, std::stop_token stop) {
    const DomainUsages live = usagesAt(recording, reading.time, std::move(stop));
    const std::int64_t inUse =
        reading[MemoryPart::PoolsInUse].value_or(0) + reading[MemoryPart::MallocInUse].value_or(0);
    return std::max<std::int64_t>(inUse - of(live, Domain::Python) - of(live, Domain::Native), 0);
}

}  // namespace

std::string_view nameOf(CompositionKind kind) {
    static constexpr std::array<std::string_view, 14> kNames{
        "python", "native", "mapped", "before", "not recorded", "pymalloc free", "malloc free",
        "stacks", "data",   "files",  "shared", "heapprof",     "not in RAM",    "unexplained"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::int64_t Composition::bytesOf(CompositionKind kind) const {
    const auto part = std::ranges::find(parts, kind, &Part::kind);
    return part == parts.end() ? 0 : part->bytes;
}

std::optional<Composition> compositionAt(const Recording& recording, const Timeline& timeline, Instant instant,
                                         std::stop_token stop) {
    if (!recording.hasEvents() || timeline.resident.empty() || timeline.memory.empty()) return std::nullopt;
    const Timeline::Resident& resident = readingAt(timeline.resident, instant.time);
    const Timeline::MemoryReading& memory = readingAt(timeline.memory, instant.time);
    if (!resident.kinds) return std::nullopt;

    Composition result;
    result.instant = instant;
    result.readAt = resident.time;
    result.measuredAt = memory.time;
    result.resident = resident.bytes + resident.ofProfiler;
    result.file = static_cast<std::int64_t>(resident.kinds->file);
    result.shared = static_cast<std::int64_t>(resident.kinds->shared);
    result.anonymous = result.resident - result.file - result.shared;

    std::int64_t left = result.resident;
    const auto add = [&](Kind kind, std::int64_t bytes, double error = 0) {
        result.parts.push_back({kind, bytes, error});
        left -= bytes;
    };
    const DomainUsages live = usagesAt(recording, instant, stop);
    const DomainSet recorded = recording.metadata().domains;
    constexpr std::array<std::pair<Kind, Domain>, 3> kLive{
        {{Kind::Python, Domain::Python}, {Kind::Native, Domain::Native}, {Kind::Mapped, Domain::Mapped}}};
    for (const auto& [kind, domain] : kLive)
        if (recorded.has(domain)) add(kind, of(live, domain), live[static_cast<std::size_t>(domain)].bytesError());

    const auto first = std::ranges::find(timeline.memory, true, &Timeline::MemoryReading::hasInUse);
    if (first != timeline.memory.end()) {
        const auto* latest = &memory;
        while (latest > &*first && !latest->hasInUse) --latest;
        const std::int64_t notRecorded = notRecordedAt(recording, latest->hasInUse ? *latest : *first, stop);
        const std::int64_t before = std::min(notRecordedAt(recording, *first, stop), notRecorded);
        add(Kind::Before, before);
        add(Kind::NotRecorded, notRecorded - before);
    }
    if (const auto pools = memory[MemoryPart::Pools])
        add(Kind::PoolsFree, std::max<std::int64_t>(*pools - memory[MemoryPart::PoolsInUse].value_or(0), 0));
    if (const auto free = memory[MemoryPart::MallocFree]) add(Kind::MallocFree, *free);
    if (const auto stacks = memory[MemoryPart::Stacks]) add(Kind::Stacks, *stacks);
    if (const auto data = memory[MemoryPart::Data]) add(Kind::Data, *data);

    // The profiler has its tables, and of its files what is mapped.
    const std::int64_t own = resident.ofProfiler;
    const std::int64_t ownShared = std::min({memory[MemoryPart::ProfilerShared].value_or(0), result.shared, own});
    const std::int64_t ownTables = std::min(memory[MemoryPart::ProfilerAnonymous].value_or(own), own - ownShared);
    const std::int64_t ownFiles = std::min(own - ownShared - ownTables, result.file);
    add(Kind::Files, result.file - ownFiles);
    add(Kind::Shared, result.shared - ownShared);
    add(Kind::Profiler, own);
    add(Kind::NotInRam, std::min<std::int64_t>(left, 0));
    add(Kind::Unexplained, left);
    return result;
}

}  // namespace heapprof
