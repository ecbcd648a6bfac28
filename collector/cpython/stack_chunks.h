// Which of a thread's calls have gone on since they were last looked at.
#pragma once

#include <cstddef>

#include "collector/memory/mapped_array.h"

namespace heapprof {

/// A frame that runs, and how many there are from the outermost one to it.
struct RunningFrame {
    const void* frame = nullptr;  ///< nullptr: none is known to run
    std::size_t depth = 0;
};

/// A piece of the memory that a thread's frames are in.
struct StackChunk {
    const void* address;
    RunningFrame first;  ///< in it
};

/// The chunks of a thread, since CPython 3.11, without the outermost one. The interpreter gives a chunk back when the
/// first frame in it returns. While it has not, that frame's callers wait where they were, so that a walk may stop
/// there.
class StackChunks {
public:
    /// The innermost frame that has run since it was added. Since 3.13 the interpreter may keep a chunk instead of
    /// giving it back, and use it again: those in the last chunks are not relied on.
    const RunningFrame& running() const { return m_running; }

    /// To be called when the interpreter gives memory back, which may be a chunk.
    void goes(const void* memory) noexcept {
        for (std::size_t i = m_count; i-- > 0;)
            if (m_chunks[i].address == memory) setCount(i);
    }
    /// Leaves those out that are not within the `depth` outermost frames.
    void cutAt(std::size_t depth) noexcept {
        std::size_t count = m_count;
        while (count > 0 && m_chunks[count - 1].first.depth > depth) --count;
        setCount(count);
    }
    /// Adds the next inner chunk; forgets all when there is no memory.
    void add(const StackChunk& chunk) noexcept {
        const bool hasRoom = m_chunks.reserve(m_count + 1);
        if (hasRoom) m_chunks[m_count] = chunk;
        setCount(hasRoom ? m_count + 1 : 0);
    }

private:
    static constexpr std::size_t kUnsure = 2;

    void setCount(std::size_t count) noexcept {
        m_count = count;
        m_running = count > kUnsure ? m_chunks[count - 1 - kUnsure].first : RunningFrame();
    }

    MappedArray<StackChunk> m_chunks;  // outermost first
    std::size_t m_count = 0;
    RunningFrame m_running;
};

}  // namespace heapprof
