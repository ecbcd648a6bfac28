// For versions of CPython whose frames we cannot read: recording works, without stacks.
#pragma once

#include <Python.h>

#include <cstdint>

#include "collector/cpython/line_table.h"

namespace heapprof::frame_layout {

struct Frame;

/// Why frames cannot be read; nullptr: they can.
inline const char* problem() { return "this version of Python is not known"; }

inline const Frame* top(PyThreadState*) { return nullptr; }
inline const Frame* caller(const Frame*) { return nullptr; }
inline bool isShim(const Frame*) { return true; }
inline PyCodeObject* code(const Frame*) { return nullptr; }
inline bool belongsToGenerator(const Frame*) { return false; }
inline std::uintptr_t instruction(const Frame*) { return 0; }

inline std::uintptr_t firstInstruction(const PyCodeObject*) { return 0; }
inline std::uintptr_t firstTraceable(const PyCodeObject*) { return 0; }
inline PyObject* name(const PyCodeObject*) { return nullptr; }
inline constexpr LineEncoding kLineEncoding = LineEncoding::Locations;
inline PyObject* lineTable(const PyCodeObject*) { return nullptr; }

}  // namespace heapprof::frame_layout
