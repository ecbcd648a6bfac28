// Where CPython 3.14 keeps its frames: Include/internal/pycore_interpframe_structs.h, as far as a walk needs it.
#pragma once

#include <Python.h>

#include <cstdint>

#include "collector/cpython/code_layout_3_11.h"

namespace heapprof::frame_layout {

struct Frame {
    std::uintptr_t executable;  // a tagged reference to the code object; None in a shim
    Frame* previous;
    PyObject* function;
    PyObject* globals;
    PyObject* builtins;
    PyObject* locals;
    PyObject* frameObject;
    std::uintptr_t instruction;  // the one being executed: the call itself, for callers
    void* stackPointer;
    std::uint16_t returnOffset;
    char owner;
};

/// Why frames cannot be read; nullptr: they can.
inline const char* problem() { return nullptr; }

inline const Frame* top(PyThreadState* thread) { return reinterpret_cast<const Frame*>(thread->current_frame); }
inline const Frame* caller(const Frame* frame) { return frame->previous; }
/// Frames that C code puts under the Python frames it enters: the interpreter's (3), the C stack's (4).
inline bool isShim(const Frame* frame) { return frame->owner >= 3; }
inline PyCodeObject* code(const Frame* frame) {
    return reinterpret_cast<PyCodeObject*>(frame->executable & ~std::uintptr_t{3});
}
inline bool belongsToGenerator(const Frame* frame) { return frame->owner == 1; }
inline std::uintptr_t instruction(const Frame* frame) { return frame->instruction; }

}  // namespace heapprof::frame_layout
