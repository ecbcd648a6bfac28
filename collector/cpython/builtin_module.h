// A module of the interpreter's own, for a moment.
#pragma once

#include "collector/cpython/reference.h"

namespace heapprof {

/// Imports a built-in module and, when nobody had before, takes it away again at the end: a program finds those modules
/// that it imports itself. Requires the GIL. Python's error is as it was.
class BuiltinModule {
public:
    explicit BuiltinModule(const char* name)
        : m_name(name), m_wasThere(PyDict_GetItemString(PyImport_GetModuleDict(), name) != nullptr) {
        m_module.reset(PyImport_ImportModule(name));
    }
    BuiltinModule(const BuiltinModule&) = delete;
    BuiltinModule& operator=(const BuiltinModule&) = delete;
    ~BuiltinModule() {
        if (m_wasThere || !m_module) return;
        PyObject *kind = nullptr, *value = nullptr, *traceback = nullptr;
        PyErr_Fetch(&kind, &value, &traceback);
        PyDict_DelItemString(PyImport_GetModuleDict(), m_name);
        // Its functions have it, and it them: it would be garbage that the program's collection finds.
        PyDict_Clear(PyModule_GetDict(m_module.get()));
        PyErr_Clear();
        PyErr_Restore(kind, value, traceback);
    }
    /// Null when it could not be imported.
    PyObject* get() const { return m_module.get(); }

private:
    const char* m_name;
    bool m_wasThere;
    Reference m_module;
};

}  // namespace heapprof
