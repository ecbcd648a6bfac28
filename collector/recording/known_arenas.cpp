#include "collector/recording/known_arenas.h"

#include <optional>

#include "collector/locking/collector_lock.h"
#include "collector/memory/forever.h"
#include "collector/resident/page_map.h"
#include "collector/system/own_proc.h"

namespace heapprof::known_arenas {
namespace {

// Belongs to the holder of the collector's lock.
constinit Forever<PythonMemory> s_foreverMemory;
std::optional<PythonMemory>& s_memory = s_foreverMemory.value;
/// Whether the hook is in place. Requires the GIL.
bool (*s_isHooked)() = nullptr;

/// The small-object allocator's arenas have this size or a larger one, as CPython is built. Smaller are the chunks of
/// frames, but for those of a function with tens of thousands of variables.
constexpr std::size_t kSmallestArena = std::size_t{256} << 10;

}  // namespace

void begin(std::span<const SmallBlock> blocks, bool (*isHooked)()) noexcept {
    const TryCollectorLock lock;
    s_isHooked = isHooked;
    PythonPools& pools = s_memory.emplace().pools;
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
    s_memory.reset();
}

void mapped(const void* address, std::size_t size) noexcept {
    const TryCollectorLock lock;  // or this thread holds it, and Python allocates for us
    if (!s_memory) return;
    const auto begin = reinterpret_cast<std::uintptr_t>(address);
    if (size < kSmallestArena)
        s_memory->frames.add(begin, size);
    else
        s_memory->pools.addArena(begin, size);
}

void goes(const void* address, std::size_t size) noexcept {
    const TryCollectorLock lock;
    if (!s_memory) return;
    const auto begin = reinterpret_cast<std::uintptr_t>(address);
    if (size < kSmallestArena)
        s_memory->frames.remove(begin);
    else
        s_memory->pools.removeArena(begin, size);
}

bool areTold() noexcept { return s_isHooked && s_isHooked(); }

PythonMemory* memory(bool areAllTold) noexcept {
    if (!areAllTold) s_memory.reset();
    return s_memory ? &*s_memory : nullptr;
}

}  // namespace heapprof::known_arenas
