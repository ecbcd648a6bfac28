// What Python takes from the system as arenas.
#pragma once

#include "collector/resident/frame_chunks.h"
#include "collector/resident/python_pools.h"

namespace heapprof {

struct PythonMemory {
    PythonPools pools;
    FrameChunks frames;
};

}  // namespace heapprof
