// Where CPython 3.11 keeps its frames: Include/internal/pycore_frame.h, as far as a walk needs it.
#pragma once

#include <Python.h>

#include <cstdint>

#include "collector/cpython/code_layout_3_11.h"

namespace heapprof::frame_layout {

struct Frame {
    PyObject* function;
    PyObject* globals;
    PyObject* builtins;
    PyObject* locals;
    PyCodeObject* code;
    PyObject* frameObject;
    Frame* previous;
    std::uintptr_t instruction;  // the code unit before the next one: a cache entry of the call, for callers
    int stackTop;
    bool isEntry;
    char owner;
};

/// Why frames cannot be read; nullptr: they can.
inline const char* problem() { return nullptr; }

inline const Frame* top(PyThreadState* thread) { return reinterpret_cast<const Frame*>(thread->cframe->current_frame); }
inline const Frame* caller(const Frame* frame) { return frame->previous; }
/// Frames that stand for no Python code: none in this version.
inline bool isShim(const Frame*) { return false; }
inline PyCodeObject* code(const Frame* frame) { return frame->code; }
inline bool belongsToGenerator(const Frame* frame) { return frame->owner == 1; }
inline std::uintptr_t instruction(const Frame* frame) { return frame->instruction; }

}  // namespace heapprof::frame_layout
