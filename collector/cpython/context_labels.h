// The number of labels that a context of the program carries, in a context variable of ours.
#pragma once

#include <Python.h>

#include <cstdint>

namespace heapprof::context_labels {

/// The number in the current context; 0: it has none. Requires the GIL.
std::uint32_t current() noexcept;
/// Sets the variable in the current context. Returns the token for leave(); nullptr with Python's error. Requires the
/// GIL.
PyObject* enter(std::uint32_t labels) noexcept;
/// Makes it what it was before enter(). False, and nothing has changed, in a context other than that of enter(), whose
/// labels are its own. Requires the GIL.
bool leave(PyObject* token) noexcept;

/// The number in `context`; 0: it has none. For hooks: calls nothing of the interpreter's and changes nothing. Requires
/// that the context is the calling thread's current one; the GIL is not needed.
std::uint32_t numberIn(PyObject* context) noexcept;

}  // namespace heapprof::context_labels
