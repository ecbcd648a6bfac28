// The text of labels that a context of the program carries, in a context variable of ours.
#pragma once

#include <Python.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace heapprof::context_labels {

struct Labels {
    std::string_view text;   ///< empty: none
    std::uint64_t hash = 0;  ///< the interpreter's, keyed: other texts have another
};

/// The text in the current context. Requires the GIL. Throws std::bad_alloc.
std::string current();
/// Sets the variable in the current context. Returns the token for leave(); nullptr with Python's error. Requires the
/// GIL.
PyObject* enter(std::string_view text) noexcept;
/// Makes it what it was before enter(). False, and nothing has changed, in a context other than that of enter(), whose
/// labels are its own. Requires the GIL.
bool leave(PyObject* token) noexcept;

/// What `context` carries, valid until its thread changes it. For hooks: calls nothing of the interpreter's that does
/// more than look, and changes nothing. Requires that the context is the calling thread's current one; the GIL is not
/// needed.
Labels in(PyObject* context) noexcept;

}  // namespace heapprof::context_labels
