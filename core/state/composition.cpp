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

/// What is recorded of the allocators.
std::int64_t recordedOf(const DomainUsages& live) { return of(live, Domain::Python) + of(live, Domain::Native); }

/// A reading of what the allocators have in use.
struct InUse {
    std::int64_t recorded = 0, notRecorded = 0;
};
InUse inUseAt(const Recording& recording, const Timeline::MemoryReading& reading, std::stop_token stop) {
    const std::int64_t recorded = recordedOf(usagesAt(recording, reading.time, std::move(stop)));
    const std::int64_t inUse =
        reading[MemoryPart::PoolsInUse].value_or(0) + reading[MemoryPart::MallocInUse].value_or(0);
    return {recorded, std::max<std::int64_t>(inUse - recorded, 0)};
}

}  // namespace

std::string_view nameOf(CompositionKind kind) {
    static constexpr std::array<std::string_view, 15> kNames{
        "python", "native", "mapped", "before", "not recorded", "pymalloc free", "malloc free", "freed since",
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
    const std::optional<ResidentAccount> account = resident.account();
    if (!account) return std::nullopt;

    Composition result;
    result.instant = instant;
    result.readAt = resident.time;
    result.measuredAt = memory.time;
    result.resident = resident.bytes + resident.ofProfiler;
    result.account = *account;

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

    std::int64_t since = 0;  // by which what is recorded of the allocators has grown since they were measured
    const auto first = std::ranges::find(timeline.memory, true, &Timeline::MemoryReading::hasInUse);
    if (first != timeline.memory.end()) {
        const auto* latest = &memory;
        while (latest > &*first && !latest->hasInUse) --latest;
        const InUse inUse = inUseAt(recording, latest->hasInUse ? *latest : *first, stop);
        const std::int64_t before = std::min(inUseAt(recording, *first, stop).notRecorded, inUse.notRecorded);
        add(Kind::Before, before);
        add(Kind::NotRecorded, inUse.notRecorded - before);
        since = recordedOf(live) - inUse.recorded;
    }
    if (const auto pools = memory[MemoryPart::Pools])
        add(Kind::PoolsFree, std::max<std::int64_t>(*pools - memory[MemoryPart::PoolsInUse].value_or(0), 0));
    if (const auto free = memory[MemoryPart::MallocFree]) add(Kind::MallocFree, *free);
    add(Kind::FreedSince, 0);
    const auto stacks = memory[MemoryPart::Stacks], frames = memory[MemoryPart::Frames];
    if (stacks || frames) add(Kind::Stacks, stacks.value_or(0) + frames.value_or(0));
    if (const auto data = memory[MemoryPart::Data]) add(Kind::Data, *data);

    // The profiler has its tables, and of its files what is mapped.
    const std::int64_t own = resident.ofProfiler;
    const std::int64_t ownShared =
        std::min({memory[MemoryPart::ProfilerShared].value_or(0), result.account.shared, own});
    const std::int64_t ownTables = std::min(memory[MemoryPart::ProfilerAnonymous].value_or(own), own - ownShared);
    const std::int64_t ownFiles = std::min(own - ownShared - ownTables, result.account.file);
    add(Kind::Files, result.account.file - ownFiles);
    add(Kind::Shared, result.account.shared - ownShared);
    add(Kind::Profiler, own);
    for (Composition::Part& part : result.parts) {
        std::int64_t more = 0;
        if (part.kind == Kind::PoolsFree) more = -std::clamp<std::int64_t>(std::min(-left, since), 0, part.bytes);
        // Much of what the C allocator has free it may never have touched, or have given back page by page.
        if (part.kind == Kind::MallocFree) more = -std::clamp<std::int64_t>(-left, 0, part.bytes);
        if (part.kind == Kind::FreedSince) more = std::max<std::int64_t>(std::min(left, -since), 0);
        part.bytes += more;
        left -= more;
        if (part.kind != Kind::FreedSince) since += more;
    }
    add(Kind::NotInRam, std::min<std::int64_t>(left, 0));
    add(Kind::Unexplained, left);
    return result;
}

}  // namespace heapprof
