#include "collector/hooks/arena_hook.h"

#include <Python.h>

#include <array>

#include "collector/cpython/python_frames.h"
#include "collector/recording/known_arenas.h"
#include "collector/recording/recorder.h"
#include "collector/sampling/thread_state.h"

namespace heapprof {
namespace {

constinit PyObjectArenaAllocator s_original{};
constinit bool s_isReached = false;

void* mapArena(void*, std::size_t size) {
    const SuppressHooks suppress;
    s_isReached = true;
    void* const arena = s_original.alloc(s_original.ctx, size);
    if (arena) known_arenas::mapped(arena, size);
    return arena;
}

void unmapArena(void*, void* arena, std::size_t size) {
    known_arenas::goes(arena, size);
    recorder::givesBack(arena);
    s_original.free(s_original.ctx, arena, size);
}

bool isOutermost() {
    PyObjectArenaAllocator current;
    PyObject_GetArenaAllocator(&current);
    return current.alloc == mapArena;
}

/// Whether ours is there still, if only below another tool's.
bool isInPlace() {
    constexpr std::size_t kSize = 65536;
    PyObjectArenaAllocator current;
    PyObject_GetArenaAllocator(&current);
    s_isReached = false;
    void* const arena = current.alloc(current.ctx, kSize);
    if (arena) current.free(current.ctx, arena, kSize);
    return s_isReached;
}

}  // namespace

void arenas::install() {
#ifndef Py_GIL_DISABLED                                              // which allocates otherwise, and without a lock
    constexpr std::array<std::size_t, 4> kSizes{24, 100, 250, 400};  // debug hooks ask for some more
    std::array<known_arenas::SmallBlock, kSizes.size()> blocks{};
    for (std::size_t i = 0; i < kSizes.size(); ++i) blocks[i] = {PyObject_Malloc(kSizes[i]), kSizes[i]};
    known_arenas::begin(blocks, isOutermost);
    for (const known_arenas::SmallBlock& block : blocks) PyObject_Free(const_cast<void*>(block.address));
    forEachFrameChunk(known_arenas::mapped);
#endif
    if (s_original.alloc && isInPlace()) return;
    PyObject_GetArenaAllocator(&s_original);
    PyObjectArenaAllocator ours{s_original.ctx, mapArena, unmapArena};
    PyObject_SetArenaAllocator(&ours);
}

void arenas::uninstall() {
    known_arenas::end();
    if (isOutermost()) PyObject_SetArenaAllocator(&s_original);
}

}  // namespace heapprof
