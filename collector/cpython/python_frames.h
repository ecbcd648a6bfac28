// Reads the Python stack of the calling thread from memory: no function here allocates, takes a reference or runs
// Python code. The layout of frames is in frame_layout_*.h, one header for each family of CPython versions; from 3.15
// on the interpreter describes it.
#pragma once

#include <Python.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "collector/cpython/stack_chunks.h"
#include "collector/memory/mapped_array.h"

namespace heapprof {

/// A frame: its code object (borrowed) and where it is in that.
struct FrameMark {
    PyCodeObject* code;
    /// Increases with the instructions of one code object, and may be equal for two of them. From 3.11 on, the address
    /// of the instruction. The lowest bit is set if a generator owns the frame.
    std::uintptr_t location;

    bool operator==(const FrameMark&) const = default;
};

/// Whether this interpreter's frames can be read: false until checkFrames() has found no difference.
bool framesUnderstood();

/// Compares our walk with the frame objects of the calling thread's stack, which must be several calls deep, and keeps
/// the result for framesUnderstood(). Returns what differs, or an empty string. Requires the GIL. Allocates: for import
/// time only.
std::string checkFrames();

/// What a walk has found, innermost first.
struct GatheredFrames {
    MappedArray<FrameMark> marks;
    std::size_t depth = 0;           ///< of the stack; 0: there is no frame, or no memory
    std::size_t known = 0;           ///< so many of the outermost frames are not in `marks`
    MappedArray<StackChunk> chunks;  ///< in which the frames of `marks` are
    std::size_t chunkCount = 0;

    void clear() { depth = known = chunkCount = 0; }
};

/// Gathers the thread's frames, without `running`, if it is one, and those below it.
void gatherFrames(PyThreadState* thread, const RunningFrame& running, GatheredFrames& found);

/// Whether the thread's frames, except the innermost, are those of `last` (outermost first), of which `running`, if it
/// is given, and what is below it need no look. Stores the innermost in `innermost`. Nearly always true, and decided
/// without writing the other frames.
bool callersAreAsBefore(PyThreadState* thread, std::span<const FrameMark> last, const RunningFrame& running,
                        FrameMark& innermost);

/// Calls `each` with the address and the bytes of every chunk of memory that has frames of this interpreter's threads.
/// None are known before CPython 3.11, where frames are objects, and in free-threaded builds. Requires the GIL.
void forEachFrameChunk(void (*each)(const void* address, std::size_t bytes) noexcept);

/// Whether the frame has started to run Python code. Frames that are still being set up are left out of stacks.
bool isComplete(const FrameMark& mark);

/// Whether the code object is being deallocated: its fields may be invalid.
bool isDying(const PyCodeObject* code);

/// The function's qualified name, before 3.11 its plain one; a borrowed reference.
PyObject* nameOf(const PyCodeObject* code);

/// The source line of the frame; 0 when the instruction has none.
std::uint32_t lineOf(const FrameMark& mark);

inline constexpr std::size_t kMaxEncoded = 32768;
/// Encodes a str as UTF-8 at `out`, at most `most` bytes. A lone surrogate becomes three bytes.
std::string_view encode(PyObject* text, char* out, std::size_t most = kMaxEncoded);

}  // namespace heapprof
