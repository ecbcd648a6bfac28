// Reads the Python stack of the calling thread without asking Python: no call here allocates, takes a reference or runs
// Python code. How frames lie in memory is in frame_layout_*.h, one header for each family of CPython versions;
// from 3.15 on the interpreter describes it.
#pragma once

#include <Python.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "collector/memory/mapped_array.h"

namespace heapprof {

/// A frame as the walk finds it, with borrowed pointers: the code that runs in it, and where.
struct FrameMark {
    PyCodeObject* code;
    /// Grows with the instructions of one code object, and may be equal for two: their address from 3.11 on. The
    /// lowest bit says that a generator owns the frame.
    std::uintptr_t place;

    bool operator==(const FrameMark&) const = default;
};

/// Whether this interpreter's frames are understood: known at build time, then checked by checkFrames().
bool framesUnderstood();

/// Compares our own walk with the frame objects of the calling thread's stack, which must be several calls deep, and
/// remembers the answer. Returns what differs, nothing when all is well. Needs the GIL; allocates: for the time of
/// import.
std::string checkFrames();

/// Writes the thread's frames into `marks`, innermost first, and returns how many; 0 when there is no memory for them.
std::size_t gatherFrames(PyThreadState* thread, MappedArray<FrameMark>& marks);

/// Whether the thread's frames are `last`, innermost first, but for the innermost, which goes into `innermost`. That is
/// so nearly always, and found out without writing anything.
bool callersAreAsBefore(PyThreadState* thread, std::span<const FrameMark> last, FrameMark& innermost);

/// Whether the frame has started to run Python code; one that is still being set up is left out of stacks.
bool isComplete(const FrameMark& mark);

/// Whether the code object is being deallocated: its fields may be gone.
bool isDying(const PyCodeObject* code);

/// The function's qualified name, before 3.11 its plain one; a borrowed reference.
PyObject* nameOf(const PyCodeObject* code);

/// The source line of the frame; 0 when the instruction has none.
std::uint32_t lineOf(const FrameMark& mark);

inline constexpr std::size_t kMaxEncoded = 32768;
/// Encodes at most kMaxEncoded bytes of a str as UTF-8 at `out`; a lone surrogate becomes its three bytes.
std::string_view encode(PyObject* text, char* out);

}  // namespace heapprof
