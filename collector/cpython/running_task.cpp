#include "collector/cpython/running_task.h"

#include <unistd.h>

#include <cstring>

#include "collector/cpython/own_thread.h"
#include "collector/cpython/python_frames.h"
#include "collector/cpython/reference.h"

namespace heapprof::running_task {
namespace {

/// Made when recording begins, as in thread_names.cpp: objects that only look up others would die within an allocation.
struct Keys {
    PyObject* module = nullptr;
    PyObject* runningLoop = nullptr;
    PyObject* currentTasks = nullptr;
    PyObject* currentTask = nullptr;
    PyObject* type = nullptr;
    PyObject* coroutine = nullptr;
    PyObject* name = nullptr;
    PyObject* qualifiedName = nullptr;
};
constinit Keys s_keys{};

// What is C's is called as such: a call through the interpreter may reach the limit of recursion, and raise.

Reference attribute(PyTypeObject* type, PyObject* name, PyObject* self) {
    PyObject* const descriptor = _PyType_Lookup(type, name);  // borrowed
    if (!descriptor || Py_TYPE(descriptor) != &PyGetSetDescr_Type) return {};
    const PyGetSetDef* const definition = reinterpret_cast<PyGetSetDescrObject*>(descriptor)->d_getset;
    return Reference(definition->get(self, definition->closure));
}

bool isHashedByAddress(PyObject* object) { return Py_TYPE(object)->tp_hash == PyBaseObject_Type.tp_hash; }

#if PY_VERSION_HEX < 0x030D0000

/// The calling thread's running loop; null: there is none. Not by asyncio's own function: before 3.13 it keeps what it
/// finds, which is wrong in the midst of an allocation that changes it.
Reference runningLoop(PyObject*) {
    PyObject* const own = _PyThreadState_UncheckedGet()->dict;
    PyObject* const found = own ? PyDict_GetItemWithError(own, s_keys.runningLoop) : nullptr;  // borrowed
#if PY_VERSION_HEX < 0x030C0000
    struct Holder {
        PyObject head;
        PyObject* loop;
        pid_t process;
    };
    if (!found || Py_TYPE(found)->tp_basicsize != sizeof(Holder) ||
        std::strcmp(Py_TYPE(found)->tp_name, "_RunningLoopHolder") != 0)
        return {};
    const Holder* const holder = reinterpret_cast<const Holder*>(found);
    return holder->process == getpid() ? held(holder->loop) : Reference();
#else
    return held(found);
#endif
}

#else

/// Calls a module's function without parameters; null without an error when it is not one of C's.
Reference callFunction(PyObject* function) {
    if (!function || Py_TYPE(function) != &PyCFunction_Type || PyCFunction_GET_FLAGS(function) != METH_NOARGS)
        return {};
    return Reference(PyCFunction_GET_FUNCTION(function)(PyCFunction_GET_SELF(function), nullptr));
}

Reference runningLoop(PyObject* attributes) {
    return callFunction(PyDict_GetItemWithError(attributes, s_keys.runningLoop));
}

#endif

#if PY_VERSION_HEX < 0x030E0000

/// The task that the loop runs. The module has a dict of them.
Reference taskOf(PyObject* attributes, PyObject* loop) {
    PyObject* const tasks = PyDict_GetItemWithError(attributes, s_keys.currentTasks);
    return tasks && PyDict_CheckExact(tasks) ? held(PyDict_GetItemWithError(tasks, loop)) : Reference();
}

#else

/// The task that the loop runs, if this thread runs the loop: current_task(loop) reads it from the thread's state.
Reference taskOf(PyObject* attributes, PyObject* loop) {
    PyObject* const function = PyDict_GetItemWithError(attributes, s_keys.currentTask);
    if (!function || Py_TYPE(function) != &PyCFunction_Type ||
        PyCFunction_GET_FLAGS(function) != (METH_FASTCALL | METH_KEYWORDS))
        return {};
    using Fast = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*);
    const auto call = reinterpret_cast<Fast>(reinterpret_cast<void (*)()>(PyCFunction_GET_FUNCTION(function)));
    return Reference(call(PyCFunction_GET_SELF(function), &loop, 1, nullptr));
}

#endif

/// The running task; null: there is none, or asyncio has been replaced by something else.
Reference find(PyObject* attributes) {
    const Reference loop = runningLoop(attributes);
    if (!loop || loop.get() == Py_None || !isHashedByAddress(loop.get())) return {};
    return taskOf(attributes, loop.get());
}

/// What a task keeps as its name, behind its coroutine: a str or, from 3.12 on, a number until somebody asks. Not by
/// get_name(), which makes a str of the number and drops it: it may be in the midst of that. Borrowed, or null.
PyObject* keptName([[maybe_unused]] PyTypeObject* type, [[maybe_unused]] PyObject* task,
                   [[maybe_unused]] PyObject* coroutine) {
#if PY_VERSION_HEX >= 0x03080000
    PyObject* const* const words = reinterpret_cast<PyObject* const*>(task);
    const std::size_t count = static_cast<std::size_t>(type->tp_basicsize) / sizeof(PyObject*);
    for (std::size_t i = sizeof(PyObject) / sizeof(PyObject*); i + 1 < count; ++i)
        if (words[i] == coroutine) return words[i + 1];
#endif
    return nullptr;
}

/// What the object itself has, as asyncio's tasks in Python have all of theirs; null without an error when it has no
/// such thing. A class may have something of that name that runs Python code.
Reference ownAttribute(PyObject* self, PyObject* name) {
    if (_PyType_Lookup(Py_TYPE(self), name)) return {};
    return Reference(_PyObject_GenericGetAttrWithDict(self, name, nullptr, 1));
}

/// Names that asyncio makes: "Task-1".
bool isDefault(std::string_view name) {
    constexpr std::string_view kPrefix = "Task-";
    return name.starts_with(kPrefix) && name.find_first_not_of("0123456789", kPrefix.size()) == std::string_view::npos;
}

/// The name of a task, or of its coroutine. `cType` is the type of asyncio's tasks in C; the task may be one in Python.
std::string_view nameOf(PyObject* task, PyTypeObject* cType, char* buffer) {
    const bool isC = PyObject_TypeCheck(task, cType);
    const Reference coroutine = isC ? attribute(cType, s_keys.coroutine, task) : ownAttribute(task, s_keys.coroutine);
    if (!coroutine || coroutine.get() == Py_None) return {};
    const Reference name = isC ? held(keptName(cType, task, coroutine.get())) : ownAttribute(task, s_keys.name);
    std::string_view found;
    if (name && PyUnicode_CheckExact(name.get())) found = encode(name.get(), buffer, kMaxName);
    if ((found.empty() || isDefault(found)) && PyCoro_CheckExact(coroutine.get()))
        if (const Reference qualified = attribute(&PyCoro_Type, s_keys.qualifiedName, coroutine.get()))
            found = encode(qualified.get(), buffer, kMaxName);
    return found;
}

}  // namespace

void prepare() noexcept {
    if (s_keys.module) return;
#if PY_VERSION_HEX < 0x030D0000
    s_keys.runningLoop = PyUnicode_InternFromString("__asyncio_running_event_loop__");
#else
    s_keys.runningLoop = PyUnicode_InternFromString("_get_running_loop");
#endif
    s_keys.currentTasks = PyUnicode_InternFromString("_current_tasks");
    s_keys.currentTask = PyUnicode_InternFromString("current_task");
    s_keys.type = PyUnicode_InternFromString("Task");
    s_keys.coroutine = PyUnicode_InternFromString("_coro");
    s_keys.name = PyUnicode_InternFromString("_name");
    s_keys.qualifiedName = PyUnicode_InternFromString("__qualname__");
    if (s_keys.runningLoop && s_keys.currentTasks && s_keys.currentTask && s_keys.type && s_keys.coroutine &&
        s_keys.name && s_keys.qualifiedName)
        s_keys.module = PyUnicode_InternFromString("_asyncio");
    PyErr_Clear();
}

std::string_view nameOf(char* buffer) noexcept {
    // As for the names of threads: see ownThreadName().
    if (!s_keys.module || !Py_IsInitialized() || !isInMainInterpreter() || PyErr_Occurred()) return {};
    PyObject* const modules = PyImport_GetModuleDict();  // borrowed, as the module and the type
    PyObject* const module =
        modules && PyDict_CheckExact(modules) ? PyDict_GetItemWithError(modules, s_keys.module) : nullptr;
    if (!module || !PyModule_Check(module)) return {};
    PyObject* const attributes = PyModule_GetDict(module);
    std::string_view found;
    if (const Reference task = find(attributes); task && task.get() != Py_None) {
        PyObject* const type = PyDict_GetItemWithError(attributes, s_keys.type);
        if (!type || !PyType_Check(type)) return {};
        found = nameOf(task.get(), reinterpret_cast<PyTypeObject*>(type), buffer);
    }
    if (PyErr_Occurred()) PyErr_Clear();
    return found;
}

}  // namespace heapprof::running_task
