#include "collector/statistics/size_statistics.h"

#include <Python.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "collector/cpython/domain_hook.h"
#include "collector/locking/collector_lock.h"
#include "collector/memory/block_table.h"
#include "collector/memory/forever.h"
#include "collector/sampling/thread_state.h"
#include "collector/system/clock.h"
#include "collector/system/process.h"

namespace heapprof::statistics {
namespace {

// All of this belongs to the holder of the collector's lock.
constinit Forever<BlockTable> s_foreverBlocks;
std::optional<BlockTable>& s_blocks = s_foreverBlocks.value;  // of a block only its size is of interest
constinit Statistics s_statistics{};
constinit double s_started = 0;
constinit bool s_gathering = false;  // read without the lock as a hint
double now() { return static_cast<double>(nanoseconds(CLOCK_MONOTONIC)) * 1e-9; }

/// Holds the collector's lock, unless its thread does already. True while statistics are gathered.
class GatheringScope {
public:
    explicit operator bool() const { return m_lock && s_gathering; }

private:
    TryCollectorLock m_lock;
};

bool counts() {
    return __atomic_load_n(&s_gathering, __ATOMIC_RELAXED) && !t_state.hooksSuppressed && !t_state.inside &&
           process::isOurs();
}

void addLive(void* address, std::uint64_t size) {
    const auto start = reinterpret_cast<std::uintptr_t>(address);
    if (!s_blocks->insert(start, size, 0, {})) {
        RecordedBlock vanished;  // without a free
        if (!s_blocks->remove(address, vanished)) return;
        --s_statistics.liveBlocks;
        s_statistics.liveBytes -= vanished.size;
        if (!s_blocks->insert(start, size, 0, {})) return;
    }
    ++s_statistics.liveBlocks;
    s_statistics.liveBytes += size;
    s_statistics.peakBytes = std::max(s_statistics.peakBytes, s_statistics.liveBytes);
}

/// Its size, if the block is known.
std::optional<std::uint64_t> takeLive(void* address) {
    RecordedBlock block;
    if (!s_blocks->remove(address, block)) return std::nullopt;
    --s_statistics.liveBlocks;
    s_statistics.liveBytes -= block.size;
    return block.size;
}

void* allocated(void* block, std::size_t size) {
    if (!block) return block;
    const GatheringScope scope;
    if (!scope) return block;
    SizeClass& sizes = s_statistics.classes[classOf(size)];
    ++sizes.allocations;
    sizes.bytes += size;
    addLive(block, size);
    return block;
}

void freed(void* block) {
    const GatheringScope scope;
    if (!scope) return;
    if (const auto size = takeLive(block)) ++s_statistics.classes[classOf(*size)].frees;
}

/// Before the base call: another thread may be given the address as soon as it is free.
std::optional<std::uint64_t> leaving(void* block) {
    if (!g_filter.mayContain(block)) return std::nullopt;
    const GatheringScope scope;
    return scope ? takeLive(block) : std::nullopt;
}

void moved(void* block, void* to, std::size_t size, std::optional<std::uint64_t> before) {
    const GatheringScope scope;
    if (!scope) return;
    if (!to) {
        if (before) addLive(block, *before);
        return;
    }
    SizeClass& sizes = s_statistics.classes[classOf(size)];
    ++(block ? sizes.reallocations : sizes.allocations);
    sizes.bytes += size;
    addLive(to, size);
}

template <PyMemAllocatorDomain domain>
struct Hook : DomainHook<Hook<domain>, domain> {
    using DomainHook<Hook, domain>::original;
    static inline constinit bool installed = false;

    static void* malloc(void*, std::size_t size) {
        if (!counts()) return original.malloc(original.ctx, size);
        const SuppressHooks suppress;
        return allocated(original.malloc(original.ctx, size), size);
    }
    static void* calloc(void*, std::size_t count, std::size_t each) {
        if (!counts()) return original.calloc(original.ctx, count, each);
        const SuppressHooks suppress;
        return allocated(original.calloc(original.ctx, count, each), count * each);
    }
    static void* realloc(void*, void* block, std::size_t size) {
        if (!counts()) return original.realloc(original.ctx, block, size);
        const SuppressHooks suppress;
        const auto before = leaving(block);
        void* const to = original.realloc(original.ctx, block, size);
        moved(block, to, size, before);
        return to;
    }
    static void free(void*, void* block) {
        if (g_filter.mayContain(block) && counts()) freed(block);
        const SuppressHooks suppress;
        original.free(original.ctx, block);
    }

    /// Hooks that stay below somebody else's are still in place the next time.
    static void putInPlace() {
        if (!std::exchange(installed, true)) Hook::install();
    }
    static void takeAway() {
        if (Hook::uninstall()) installed = false;
    }
};

}  // namespace

bool start() {
    {
        const TryCollectorLock lock;
        CollectorLock::allowBias();
        s_blocks.reset();  // the filter serves one table
        if (!s_blocks.emplace().create(BlockTable::Expected::All)) {
            s_blocks.reset();
            return false;
        }
        s_statistics = {};
        s_started = now();
        __atomic_store_n(&s_gathering, true, __ATOMIC_RELAXED);
    }
    Hook<PYMEM_DOMAIN_RAW>::putInPlace();
    Hook<PYMEM_DOMAIN_MEM>::putInPlace();
    Hook<PYMEM_DOMAIN_OBJ>::putInPlace();
    return true;
}

bool stop() noexcept {
    if (!isGathering()) return false;
    {
        const TryCollectorLock lock;
        s_statistics.seconds = now() - s_started;
        __atomic_store_n(&s_gathering, false, __ATOMIC_RELAXED);
        s_blocks.reset();
    }
    Hook<PYMEM_DOMAIN_RAW>::takeAway();
    Hook<PYMEM_DOMAIN_MEM>::takeAway();
    Hook<PYMEM_DOMAIN_OBJ>::takeAway();
    return true;
}

bool isGathering() noexcept { return __atomic_load_n(&s_gathering, __ATOMIC_RELAXED) && process::isOurs(); }

void afterForkInChild() noexcept { __atomic_store_n(&s_gathering, false, __ATOMIC_RELAXED); }

Statistics gathered() noexcept {
    const TryCollectorLock lock;
    Statistics copy = s_statistics;
    if (s_gathering) copy.seconds = now() - s_started;
    return copy;
}

}  // namespace heapprof::statistics
