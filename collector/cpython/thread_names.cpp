#include "collector/cpython/thread_names.h"

#include <Python.h>
#include <pthread.h>

#include "collector/cpython/own_thread.h"
#include "collector/cpython/python_frames.h"
#include "core/bytes/hash.h"

namespace heapprof {
namespace {

/// Made when recording begins: within an allocation no object may die, as those would that only look up others.
struct Keys {
    PyObject* threading = nullptr;
    PyObject* active = nullptr;
    PyObject* name = nullptr;
};
constinit Keys s_keys{};

/// What the module threading lists, from ident to object; borrowed, or null. Nothing is made or dies.
PyObject* activeThreads() noexcept {
    // Neither at the interpreter's end, nor in another interpreter, whose modules may be gone already, nor in a thread
    // that has no right to ask, nor with an error that what follows would touch.
    if (!Py_IsInitialized() || !isInMainInterpreter() || PyErr_Occurred()) return nullptr;
    PyObject* const modules = PyImport_GetModuleDict();  // borrowed
    PyObject* const threading =
        modules && s_keys.threading ? PyDict_GetItemWithError(modules, s_keys.threading) : nullptr;
    PyObject* const active = threading && PyModule_Check(threading)
                                 ? PyDict_GetItemWithError(PyModule_GetDict(threading), s_keys.active)
                                 : nullptr;
    return active && PyDict_Check(active) ? active : nullptr;
}

}  // namespace

void UnnamedThreads::add(const Thread& thread) noexcept {
    if (m_count < m_waiting.size()) m_waiting[m_count++] = {thread, 0};
}

std::optional<UnnamedThreads::Thread> UnnamedThreads::take(std::uint64_t ident) noexcept {
    // The latest one: the ident of a thread that has ended may be used again.
    for (std::size_t i = m_count; i-- > 0;) {
        if (m_waiting[i].thread.ident != ident) continue;
        const Thread thread = m_waiting[i].thread;
        erase(i);
        return thread;
    }
    return std::nullopt;
}

std::optional<UnnamedThreads::Thread> UnnamedThreads::take(std::uint64_t ident, ThreadIndex index) noexcept {
    std::optional<Thread> found;
    for (std::size_t i = m_count; i-- > 0;) {
        if (m_waiting[i].thread.ident != ident) continue;
        if (m_waiting[i].thread.index == index) found = m_waiting[i].thread;
        erase(i);
    }
    return found;
}

void UnnamedThreads::asked(Micros now) noexcept {
    // While the thread waits for the GIL, others may collect garbage many times; while none does, much time may pass.
    constexpr unsigned kChances = 1000;
    constexpr Micros kPatience(10'000'000);
    for (std::size_t i = m_count; i-- > 0;)
        if (++m_waiting[i].asked >= kChances && now - m_waiting[i].thread.firstEvent > kPatience) erase(i);
}

void UnnamedThreads::erase(std::size_t position) noexcept {
    for (std::size_t i = position + 1; i < m_count; ++i) m_waiting[i - 1] = m_waiting[i];
    --m_count;
}

void KnownNames::add(ThreadIndex index, std::uint64_t nativeId, Micros firstEvent, std::string_view name) noexcept {
    if (index.value < kMost && m_threads.reserve(index.value + 1))
        m_threads[index.value] = {nativeId, firstEvent, hashBytes(name.data(), name.size())};
}

const KnownNames::Thread* KnownNames::rename(ThreadIndex index, std::string_view name) noexcept {
    if (index.value >= m_threads.capacity() || m_threads[index.value].nativeId == 0) return nullptr;
    Thread& thread = m_threads[index.value];
    const std::uint64_t hash = hashBytes(name.data(), name.size());
    if (hash == thread.name) return nullptr;
    thread.name = hash;
    return &thread;
}

void forEachPythonThread(void (*tell)(std::uint64_t ident, std::string_view name)) {
    PyObject* const modules = PyImport_GetModuleDict();  // borrowed, as all below but the copy and the dicts
    PyObject* const threading = modules ? PyDict_GetItemString(modules, "threading") : nullptr;
    if (!threading || !PyModule_Check(threading)) return;
    PyObject* const active = PyDict_GetItemString(PyModule_GetDict(threading), "_active");
    PyObject* const threads = active && PyDict_Check(active) ? PyDict_Copy(active) : nullptr;
    PyObject *ident, *thread;
    for (Py_ssize_t position = 0; threads && PyDict_Next(threads, &position, &ident, &thread);) {
        PyObject* const attributes = PyObject_GenericGetDict(thread, nullptr);
        PyObject* const name = attributes ? PyDict_GetItemString(attributes, "_name") : nullptr;
        if (name && PyUnicode_Check(name) && PyLong_Check(ident)) {
            Py_ssize_t length = 0;
            const char* const text = PyUnicode_AsUTF8AndSize(name, &length);
            const unsigned long number = PyLong_AsUnsignedLongMask(ident);
            if (text) tell(number, {text, static_cast<std::size_t>(length)});
        }
        PyErr_Clear();
        Py_XDECREF(attributes);
    }
    PyErr_Clear();
    Py_XDECREF(threads);
}

void prepareThreadNames() noexcept {
    if (s_keys.threading) return;
    s_keys.active = PyUnicode_InternFromString("_active");
    s_keys.name = PyUnicode_InternFromString("_name");
    if (s_keys.active && s_keys.name) s_keys.threading = PyUnicode_InternFromString("threading");
    PyErr_Clear();
}

bool areManyThreadsListed() noexcept {
    constexpr Py_ssize_t kMany = 64;
    PyObject* const active = activeThreads();
    return active && PyDict_Size(active) > kMany;
}

std::string_view ownThreadName(char* buffer) noexcept {
    PyObject* const active = activeThreads();  // borrowed, as all below but the name
    PyObject *ident, *thread;
    for (Py_ssize_t position = 0; active && PyDict_Next(active, &position, &ident, &thread);) {
        if (!PyLong_Check(ident) || PyLong_AsUnsignedLongMask(ident) != pthread_self()) continue;
        // Only what the thread itself has: a class may have something of that name that runs Python code.
        if (_PyType_Lookup(Py_TYPE(thread), s_keys.name)) return {};
        PyObject* const name = _PyObject_GenericGetAttrWithDict(thread, s_keys.name, nullptr, 1);
        const std::string_view text = name && PyUnicode_Check(name) ? encode(name, buffer) : std::string_view();
        Py_XDECREF(name);  // the thread has it still
        return text;
    }
    return {};
}

}  // namespace heapprof
