#include "collector/hooks/collection_callback.h"

#include "collector/cpython/builtin_module.h"
#include "collector/recording/recorder.h"
#include "collector/system/clock.h"

namespace heapprof {
namespace {

/// The collection that began last: by which thread, and when. Collections do not nest. (Where interpreters have GILs of
/// their own, two may overlap: then the duration of one is not known.)
struct Collection {
    void* thread = nullptr;  ///< its thread pointer
    std::int64_t started = 0;
};
constinit Collection s_collection{};
constinit PyObject* s_start = nullptr;       // interned, as what the interpreter passes is
constinit PyObject* s_generation = nullptr;  // key in the information it passes

std::int64_t microseconds() { return static_cast<std::int64_t>(nanoseconds(CLOCK_MONOTONIC) / 1000); }

/// At most once a second: collections may be many, and texts too.
bool isTimeForSources() {
    constexpr std::int64_t kPause = 1'000'000;
    static std::int64_t s_next = 0;
    const std::int64_t now = microseconds();
    if (now < s_next) return false;
    s_next = now + kPause;
    return true;
}

PyObject* noteCollection(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
    if (count != 2 || !PyUnicode_Check(arguments[0]) || !PyDict_Check(arguments[1])) Py_RETURN_NONE;
    if (PyUnicode_Compare(arguments[0], s_start) == 0) {
        s_collection = {__builtin_thread_pointer(), microseconds()};
    } else if (s_collection.thread == __builtin_thread_pointer()) {
        PyObject* const value = PyDict_GetItemWithError(arguments[1], s_generation);
        const long generation = value && PyLong_Check(value) ? PyLong_AsLong(value) : 0;
        recorder::collection(static_cast<unsigned>(generation), Micros(microseconds() - s_collection.started));
        s_collection = {};
        recorder::nameThreads();
        if (isTimeForSources()) recorder::keepSources();
    }
    PyErr_Clear();
    Py_RETURN_NONE;
}

PyMethodDef s_method{"collectionCallback",
                     reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(
                         static_cast<PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t)>(noteCollection))),
                     METH_FASTCALL, "Records garbage collections for heapprof."};

constinit PyObject* s_callback = nullptr;

/// gc.callbacks; null when that is not a list.
Reference callbacks() {
    const BuiltinModule module("gc");
    Reference list(module.get() ? PyObject_GetAttrString(module.get(), "callbacks") : nullptr);
    if (list && !PyList_Check(list.get())) list.reset();
    return list;
}

/// The position of our function in the list; the list's length when it is not there.
Py_ssize_t find(PyObject* list) {
    Py_ssize_t i = 0;
    while (i < PyList_GET_SIZE(list) && PyList_GET_ITEM(list, i) != s_callback) ++i;
    return i;
}

}  // namespace

void watchCollections() {
    if (!s_start) s_start = PyUnicode_InternFromString("start");
    if (!s_generation) s_generation = PyUnicode_InternFromString("generation");
    if (!s_callback && s_start && s_generation) s_callback = PyCFunction_New(&s_method, nullptr);
    const Reference list = s_callback ? callbacks() : nullptr;
    if (list && find(list.get()) == PyList_GET_SIZE(list.get())) PyList_Append(list.get(), s_callback);
    PyErr_Clear();
}

void ignoreCollections() {
    const Reference list = s_callback ? callbacks() : nullptr;
    if (list && find(list.get()) < PyList_GET_SIZE(list.get())) PySequence_DelItem(list.get(), find(list.get()));
    PyErr_Clear();
}

}  // namespace heapprof
