#include "collector/resident/memory_readings.h"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>

#include "collector/system/clock.h"
#include "collector/system/own_proc.h"

namespace heapprof {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kFirst = 5 * kMillisecond;
constexpr std::uint64_t kEvery = 40 * kMillisecond, kShare = 200, kMarkShare = 20;
constexpr std::uint64_t kMapEvery = 1000 * kMillisecond, kWalkShare = 500;
/// Mappings are read again when memory has changed by so much of it.
constexpr std::uint64_t kMovedPart = 32;
/// A walk that takes longer is noticed by other threads.
constexpr std::uint64_t kLong = 10 * kMillisecond, kLongShare = 5000;

std::uint64_t cpuTime() { return nanoseconds(CLOCK_THREAD_CPUTIME_ID); }

}  // namespace

void MemoryReadings::begin(const char* file) noexcept {
    m_map.open();
    m_memory.close();
    m_memory.take(own_proc::open("mem"));
    struct statfs system{};
    m_isLogInMemory = statfs(file, &system) == 0 && system.f_type == TMPFS_MAGIC;
    m_next = nanoseconds(CLOCK_MONOTONIC) + kFirst;
    m_nextAtMark = m_nextMap = m_nextMalloc = m_residentAtMap = 0;
}

MemoryReadings::~MemoryReadings() {
    m_map.close();
    m_memory.close();
}

MemoryReadings::OfAllocator MemoryReadings::readAllocator(bool isDue) noexcept {
    OfAllocator result;
    const std::uint64_t begin = cpuTime();
    if (isDue) result.amounts = c_allocator::read();
    result.took = cpuTime() - begin;
    return result;
}

void MemoryReadings::write(bool isCertain, std::uint64_t resident, const OfAllocator& allocator, PythonMemory* python,
                           std::uint64_t ownTables, std::uint64_t ownLog, EventsV2Writer& events) noexcept {
    const std::uint64_t now = nanoseconds(CLOCK_MONOTONIC), begin = cpuTime();
    if (allocator.amounts) {
        events.memoryPart(MemoryPart::MallocInUse, allocator.amounts->inUse);
        events.memoryPart(MemoryPart::MallocFree, allocator.amounts->free);
        m_nextMalloc = now + allocator.took * (allocator.took > kLong ? kLongShare : kWalkShare);
    }
    if (python) {
        const PythonPools::Amounts amounts = python->pools.count(m_memory.isOurs() ? m_memory.number() : -1);
        events.memoryPart(MemoryPart::PoolsInUse, amounts.inUse);
        events.memoryPart(MemoryPart::Pools, amounts.held);
        if (!python->frames.isEmpty()) events.memoryPart(MemoryPart::Frames, python->frames.count());
    }
    const std::uint64_t moved = std::max(resident, m_residentAtMap) - std::min(resident, m_residentAtMap);
    if (isCertain || now >= m_nextMap || moved > m_residentAtMap / kMovedPart) {
        const std::uint64_t beginMap = cpuTime();
        if (const auto amounts = m_map.read()) {
            events.memoryPart(MemoryPart::Stacks, amounts->stacks);
            events.memoryPart(MemoryPart::Data, amounts->data);
        }
        m_residentAtMap = resident;
        m_nextMap = now + std::max(kMapEvery, (cpuTime() - beginMap) * kWalkShare);
    }
    events.memoryPart(MemoryPart::ProfilerAnonymous, ownTables);
    events.memoryPart(MemoryPart::ProfilerShared, m_isLogInMemory ? ownLog : 0);
    events.memoryPart(MemoryPart::Complete, 0);
    const std::uint64_t took = cpuTime() - begin;
    m_next = now + std::max(kEvery, took * kShare);
    m_nextAtMark = now + took * kMarkShare;
}

}  // namespace heapprof
