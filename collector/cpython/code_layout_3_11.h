// What a walk needs of the code objects of CPython 3.11 and later: Include/cpython/code.h.
#pragma once

#include <Python.h>

#include <cstdint>

#include "collector/cpython/line_table.h"

namespace heapprof::frame_layout {

inline std::uintptr_t firstInstruction(const PyCodeObject* code) {
    return reinterpret_cast<std::uintptr_t>(code->co_code_adaptive);
}
/// Before it a frame is still being set up.
inline std::uintptr_t firstTraceable(const PyCodeObject* code) {
    return firstInstruction(code) + static_cast<std::uintptr_t>(code->_co_firsttraceable) * 2;
}

inline PyObject* name(const PyCodeObject* code) { return code->co_qualname; }
inline constexpr LineEncoding kLineEncoding = LineEncoding::Locations;
inline PyObject* lineTable(const PyCodeObject* code) { return code->co_linetable; }

}  // namespace heapprof::frame_layout
