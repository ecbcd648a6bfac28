// Where CPython 3.7 to 3.10 keep their frames: in objects, which the public header frameobject.h describes.
#pragma once

#include <Python.h>
#include <frameobject.h>

#include <cstdint>

#include "collector/cpython/line_table.h"

namespace heapprof::frame_layout {

using Frame = PyFrameObject;

/// Why frames cannot be read; nullptr: they can.
inline const char* problem() { return nullptr; }

inline const Frame* top(PyThreadState* thread) { return thread->frame; }
inline const Frame* caller(const Frame* frame) { return frame->f_back; }
/// Frames that stand for no Python code: none in these versions.
inline bool isShim(const Frame*) { return false; }
inline PyCodeObject* code(const Frame* frame) { return frame->f_code; }
inline bool belongsToGenerator(const Frame*) { return false; }

/// Instructions are in a bytes object that several code objects may share. So locations are counted from the address of
/// the code object, in bytes of instructions; that address itself is before the first instruction.
inline std::uintptr_t firstInstruction(const PyCodeObject* code) { return reinterpret_cast<std::uintptr_t>(code) + 2; }
inline std::uintptr_t instruction(const Frame* frame) {
#if PY_VERSION_HEX >= 0x030A0000
    const int executed = frame->f_lasti + 1;  // in instructions
#else
    const int executed = (frame->f_lasti + 2) / 2;  // f_lasti is in bytes, and -1 before the first instruction
#endif
    return reinterpret_cast<std::uintptr_t>(frame->f_code) + static_cast<std::uintptr_t>(executed) * 2;
}
/// Frames are put on the stack when all is ready.
inline std::uintptr_t firstTraceable(const PyCodeObject*) { return 0; }

inline PyObject* name(const PyCodeObject* code) { return code->co_name; }

#if PY_VERSION_HEX >= 0x030A0000
inline constexpr LineEncoding kLineEncoding = LineEncoding::Ranges;
inline PyObject* lineTable(const PyCodeObject* code) { return code->co_linetable; }
#else
inline constexpr LineEncoding kLineEncoding = LineEncoding::Increments;
inline PyObject* lineTable(const PyCodeObject* code) { return code->co_lnotab; }
#endif

}  // namespace heapprof::frame_layout
