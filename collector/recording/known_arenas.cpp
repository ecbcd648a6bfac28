#include "collector/recording/known_arenas.h"

#include <optional>

#include "collector/locking/collector_lock.h"
#include "collector/memory/forever.h"
#include "collector/resident/page_map.h"
#include "collector/system/own_proc.h"

namespace heapprof::known_arenas {
namespace {

// Belongs to the holder of the collector's lock.
constinit Forever<PythonPools> s_foreverPools;
std::optional<PythonPools>& s_pools = s_foreverPools.value;
/// Whether the hook is in place. Requires the GIL.
bool (*s_isHooked)() = nullptr;

}  // namespace

void begin(std::span<const SmallBlock> blocks, bool (*isHooked)()) noexcept {
    const TryCollectorLock lock;
    s_isHooked = isHooked;
    PythonPools& pools = s_pools.emplace();
    own_proc::prepare();
    PageMap map;
    map.open();
    bool isKnown = true;
    for (const SmallBlock& block : blocks) isKnown = isKnown && block.address && pools.learn(block.address, block.size);
    if (!isKnown)
        pools.clear();
    else
        map.forEachAnonymous([&](std::uintptr_t begin, std::uintptr_t end) { pools.addOlder(begin, end); });
    map.close();
}

void end() noexcept {
    const TryCollectorLock lock;
    s_isHooked = nullptr;
    s_pools.reset();
}

void mapped(const void* address, std::size_t size) noexcept {
    const TryCollectorLock lock;  // or this thread holds it, and Python allocates for us
    if (s_pools) s_pools->addArena(reinterpret_cast<std::uintptr_t>(address), size);
}

void goes(const void* address, std::size_t size) noexcept {
    const TryCollectorLock lock;
    if (s_pools) s_pools->removeArena(reinterpret_cast<std::uintptr_t>(address), size);
}

bool areTold() noexcept { return s_isHooked && s_isHooked(); }

PythonPools* pools(bool areAllTold) noexcept {
    if (!areAllTold) s_pools.reset();
    return s_pools ? &*s_pools : nullptr;
}

}  // namespace heapprof::known_arenas
