#include "collector/recording/session.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "collector/memory/own_memory.h"
#include "collector/sampling/sampler.h"

namespace heapprof {
namespace {

/// How often a thread is asked for another name, at each of its next events, when it has one.
constexpr std::uint16_t kMoreNamings = 31, kFewNamings = 1;
/// Between further questions, to the thread whose event comes first then.
constexpr Micros kNamingEvery(50'000);

/// Of a thread that has no other. The main one of a child that another thread has forked keeps being called so.
bool isDefaultName(std::string_view name) { return name.starts_with("Thread-") || name.starts_with("Dummy-"); }

}  // namespace

[[gnu::noinline, gnu::cold]] void Session::introduceThread() {
    t_state.thread = ++threads;
    const auto nativeId = static_cast<std::uint64_t>(syscall(SYS_gettid));
    char name[17] = "MainThread";
    if (nativeId != static_cast<std::uint64_t>(getpid())) {
        prctl(PR_GET_NAME, name);
        unnamed.add({pthread_self(), nativeId, ThreadIndex(t_state.thread), events.time()});
    }
    t_state.errands |= Errands::kNamings;
    names.add(ThreadIndex(t_state.thread), nativeId, events.time(), name);
    metadata.thread(ThreadIndex(t_state.thread), nativeId, name, events.time());
}

void Session::askForOwnName() {
    if (t_state.errands & Errands::kNamings) --t_state.errands;
    if (!m_name.reserve(kMaxEncoded)) return;
    const SuppressHooks suppress;
    const std::string_view name = ownThreadName(m_name.data()).substr(0, MetadataWriter::kMaxText);
    if (name.empty()) return;
    // It may get another name in a moment: many begin by that.
    const auto left = static_cast<std::uint16_t>(areManyThreadsListed() ? kFewNamings : kMoreNamings);
    const auto namings = std::min(static_cast<std::uint16_t>(t_state.errands & Errands::kNamings), left);
    t_state.errands = static_cast<std::uint16_t>((t_state.errands & ~Errands::kNamings) | namings);
    const ThreadIndex own(t_state.thread);
    const auto unknown = unnamed.take(pthread_self(), own);
    const KnownNames::Thread* const renamed = names.rename(own, name);
    if (unknown)
        metadata.thread(own, unknown->nativeId, name, unknown->firstEvent);
    else if (renamed && !(isDefaultName(name) && renamed->nativeId == static_cast<std::uint64_t>(getpid())))
        metadata.thread(own, renamed->nativeId, name, renamed->firstEvent);
}

bool Session::wantsSource(std::string_view file) const noexcept {
    const StringIndex index = stacks.numberOf(file);
    return index.value != 0 && m_sourced.find({index}) == 0 && m_sourceBytes < kMostSources;
}

void Session::writeSource(const SourcePart& part) noexcept {
    const StringIndex index = stacks.numberOf(part.name);
    metadata.source(index, part.text);
    m_sourceBytes += part.text.size();
    if (part.isLast) m_sourced.add({index});
}

void Session::beginTick(Micros now) {
    if (!ranges.isEmpty()) {
        // Spend at most a hundredth of the time on this; after a pause in the events, more at once.
        constexpr std::int64_t kShare = 100, kMin = 40'000, kMax = 10'000'000;
        const std::uint64_t begin = nanoseconds(CLOCK_MONOTONIC);
        if (begin >= m_nextLook) {
            lookAround(begin +
                       static_cast<std::uint64_t>(std::clamp((now - events.time()).count * 1000 / kShare, kMin, kMax)));
            m_nextLook = begin + (nanoseconds(CLOCK_MONOTONIC) - begin) * kShare;
        }
    }
    // Mappings that changed while nothing was recorded did so when the process's memory changed.
    resident.drain(now, events, logBytes(), m_found, [this] { writeFound(); });
    resident.passTime(now, events, logBytes());
    if (m_found != 0) writeFound();
    tellReserved(false);
    if (memory.isDue(tick)) t_state.errands |= Errands::kReading;
    if (rotation != 0 && tick >= rotation) t_state.errands |= Errands::kRotation;
    if (now >= m_nextNaming) {
        m_nextNaming = now + kNamingEvery;
        if ((t_state.errands & Errands::kNamings) == 0) ++t_state.errands;
    }
}

void Session::recordAgain(EventsV2Writer& next) {
    const auto record = [&](TraceIndex trace, std::uint64_t size, std::uint64_t&) { next.allocation(trace, size); };
    blocks.forEach(record);
    ranges.forEachPart(record);
    phases.forEach([&](StringIndex text, ThreadIndex thread) { next.mark(records::PhaseBegins, text, thread); });
}

void Session::goOn(std::uint64_t start, const char* file) {
    const Micros later(static_cast<std::int64_t>((start - monotonicStart) / 1000));
    unnamed.moveStart(later);
    names.moveStart(later);
    m_nextNaming = {};
    monotonicStart = start;
    tick = 0;
    std::uint64_t next = 0;
    const auto number = [&](TraceIndex, std::uint64_t, std::uint64_t& ordinal) { ordinal = next++; };
    blocks.forEach(number);
    ranges.forEachPart(number);
    resident.continueIn(events, start);
    memory.begin(file);
    m_reserved = 0;
    tellReserved(true);
}

void Session::beginInstant() {
    constexpr std::uint64_t kPatience = 20'000'000;
    if (!ranges.isEmpty()) lookAround(nanoseconds(CLOCK_MONOTONIC) + kPatience);
    const Micros now = elapsed(CLOCK_MONOTONIC);
    resident.drain(now, events, logBytes(), m_found, [this] { writeFound(); });
    resident.atMark(events, logBytes());
    writeFound();
    tellReserved(true);
    events.setTime(elapsed(CLOCK_MONOTONIC));
}

void Session::readMemory(bool isCertain, const MemoryReadings::OfAllocator& allocator, PythonMemory* python) {
    resident.drain(elapsed(CLOCK_MONOTONIC), events, logBytes(), m_found, [this] { writeFound(); });
    resident.atReading(events, logBytes());
    // An instant of its own, as a mark has.
    events.setTime(elapsed(CLOCK_MONOTONIC));
    memory.write(isCertain, resident.excess().latest, allocator, python, resident.ownTables(), logBytes(), events);
    events.setTime(events.time() + Micros(1));
}

void Session::tellReserved(bool isCertain) {
    const std::uint64_t bytes = ranges.bytes();
    const std::uint64_t change = std::max(bytes, m_reserved) - std::min(bytes, m_reserved);
    if (change == 0 || (change < ResidentReadings::kLarge && !isCertain)) return;
    events.reserved(bytes);
    m_reserved = bytes;
}

/// Measures all of the mapping at once. One that would take more than some milliseconds is left to lookAround().
void Session::look(Mapping& mapping) {
    constexpr std::uint64_t kTooLarge = std::uint64_t{64} << 30;
    if (mapping.size > kTooLarge) return;
    if (mapping.found) m_found -= static_cast<std::int64_t>(*mapping.found - mapping.counted);
    const AddressRange range = MappedRanges::rangeOf(mapping);
    const std::uint64_t bytes =
        own_memory::residentBytes(reinterpret_cast<const void*>(range.begin), range.end - range.begin);
    mapping.found = std::min(bytes, mapping.size);
    m_found += static_cast<std::int64_t>(*mapping.found - mapping.counted);
}

/// Measures one mapping after the other, starting where the last call ended, until the time `until` or until all have
/// been measured.
void Session::lookAround(std::uint64_t until) {
    constexpr std::uint64_t kAtOnce = 16u << 20;
    const std::uintptr_t first = m_lookedAt;
    bool isRound = false;
    while (!ranges.isEmpty()) {
        Mapping* mapping = ranges.from(m_lookedAt);
        if (mapping == ranges.end()) {
            if (isRound) return;
            isRound = true;
            mapping = ranges.begin();
        }
        if (isRound && mapping->address > first) return;
        if (mapping->address != m_lookedAt || m_lookedUpTo >= mapping->size) m_lookedUpTo = m_seen = 0;
        m_lookedAt = mapping->address;
        const AddressRange range = MappedRanges::rangeOf(*mapping);
        const std::uint64_t part = std::min<std::uint64_t>(kAtOnce, range.end - range.begin - m_lookedUpTo);
        m_seen += own_memory::residentBytes(reinterpret_cast<const void*>(range.begin + m_lookedUpTo), part);
        m_lookedUpTo += part;
        if (m_lookedUpTo >= range.end - range.begin) {
            if (mapping->found) m_found -= static_cast<std::int64_t>(*mapping->found - mapping->counted);
            mapping->found = std::min(m_seen, mapping->size);
            m_found += static_cast<std::int64_t>(*mapping->found - mapping->counted);
            m_lookedAt = mapping->address + 1;
            m_lookedUpTo = m_seen = 0;
        }
        if (nanoseconds(CLOCK_MONOTONIC) >= until) return;
    }
}

/// Whether a part of so many bytes is recorded: by the rule by which the whole was, whatever is in force now.
bool Session::keeps(const Mapping& whole, std::uint64_t part) const {
    if (!whole.isRecorded) return false;
    const Sampling& sampling = rules->of(whole.trace);
    return sampler::happens(t_state, sampling.probability(part) / sampling.probability(whole.size));
}

/// Adds and removes parts so that together they have the bytes that were found. Each part is recorded with the
/// probability of an allocation of its size.
void Session::writeFound(Mapping& mapping) {
    if (!mapping.found) return;
    constexpr std::uint32_t kManyParts = 40;
    const std::uint64_t bytes = *mapping.found;
    m_found -= static_cast<std::int64_t>(bytes - mapping.counted);
    mapping.found.reset();
    if (bytes == mapping.counted) return;
    while (mapping.counted > bytes || (mapping.parts >= kManyParts && mapping.last != 0)) {
        const MappedPart part = ranges.pop(mapping);
        if (part.ordinal != MappedPart::kNotRecorded) events.free(part.ordinal, mapping.trace, part.size);
    }
    if (mapping.counted == bytes || isBroken()) return;
    MappedPart part;
    part.size = bytes - mapping.counted;
    const bool record = keeps(mapping, part.size);
    if (record) part.ordinal = events.allocation(mapping.trace, part.size);
    if (events.lost() > 0 || ranges.push(mapping, part) || !record) return;
    events.free(part.ordinal, mapping.trace, part.size);
    events.lose();
}

/// Writes only the mappings that have changed enough.
void Session::writeFound() {
    constexpr std::uint64_t kWorthIt = 8;  // an eighth
    for (Mapping& mapping : ranges) {
        if (!mapping.found) continue;
        const std::uint64_t bytes = *mapping.found;
        const std::uint64_t change = std::max(bytes, mapping.counted) - std::min(bytes, mapping.counted);
        if (bytes == 0 || change >= mapping.counted / kWorthIt || change >= ResidentReadings::kLarge)
            writeFound(mapping);
    }
}

void Session::addMapping(const Mapping& mapping) {
    Mapping* const added = ranges.insert(mapping);
    if (!added) {
        if (mapping.isRecorded) events.lose();
        return;
    }
    look(*added);
    writeFound(*added);
}

void Session::keepPart(const Mapping& whole, std::uintptr_t begin, std::uintptr_t end) {
    if (begin >= end || isBroken()) return;
    Mapping part;
    part.address = begin;
    part.size = end - begin;
    part.trace = whole.trace;
    part.isShared = whole.isShared;
    part.isRecorded = keeps(whole, part.size);
    addMapping(part);
}

std::size_t Session::endMappings(void* address, std::size_t size, bool isStillThere, Mapping& last) {
    const AddressRange gone = MappedRanges::rangeOf(address, size);
    std::size_t met = 0;
    for (; Mapping* const mapping = ranges.overlapping(gone); ++met) {
        // Pages that came into RAM since the last look were allocated, too.
        if (isStillThere) {
            look(*mapping);
            if (!isBroken()) writeFound(*mapping);
        }
        mapping->found = 0;
        m_found -= static_cast<std::int64_t>(mapping->counted);
        writeFound(*mapping);
        last = *mapping;
        ranges.erase(mapping);
        keepPart(last, last.address, gone.begin);
        keepPart(last, gone.end, last.address + last.size);
    }
    return met;
}

}  // namespace heapprof
