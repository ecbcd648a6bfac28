#include "collector/cpython/registered_sources.h"

#include <Python.h>

#include <array>
#include <cstring>
#include <optional>

#include "collector/cpython/reference.h"

namespace heapprof {
namespace {

/// Nothing for what is no str, or cannot be encoded.
std::optional<std::string_view> textOf(PyObject* object) {
    Py_ssize_t length = 0;
    const char* const text = object && PyUnicode_Check(object) ? PyUnicode_AsUTF8AndSize(object, &length) : nullptr;
    if (!text) {
        PyErr_Clear();
        return std::nullopt;
    }
    return std::string_view(text, static_cast<std::size_t>(length));
}

/// linecache.cache has (size, time of change or None, lines, full name) for each; what comes from a file has a time.
PyObject* linesWithoutFile(PyObject* entry) {
    constexpr Py_ssize_t kParts = 4;
    if (!PyTuple_Check(entry) || PyTuple_GET_SIZE(entry) != kParts || PyTuple_GET_ITEM(entry, 1) != Py_None)
        return nullptr;
    PyObject* const lines = PyTuple_GET_ITEM(entry, 2);
    return PyList_Check(lines) ? lines : nullptr;
}

bool isShort(PyObject* lines) {
    std::size_t total = 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(lines); ++i) {
        const auto line = textOf(PyList_GET_ITEM(lines, i));
        if (!line || line->size() > kLongestSourceLine || (total += line->size()) > kLongestSource) return false;
    }
    return true;
}

void tellParts(std::string_view name, PyObject* lines, void (*tell)(const SourcePart& part)) {
    std::array<char, kLongestSourceLine> text;
    std::size_t length = 0;
    bool isFirst = true;
    const auto tellPart = [&](bool isLast) {
        tell({name, isFirst, isLast, {text.data(), length}});
        isFirst = false;
        length = 0;
    };
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(lines); ++i) {
        const auto line = textOf(PyList_GET_ITEM(lines, i));
        if (!line || line->size() > text.size()) break;  // nothing ran in between that could change them
        if (length + line->size() > text.size()) tellPart(false);
        std::memcpy(text.data() + length, line->data(), line->size());
        length += line->size();
    }
    tellPart(true);
}

}  // namespace

void forEachRegisteredSource(bool (*wants)(std::string_view name), void (*tell)(const SourcePart& part)) {
    PyObject* const modules = PyImport_GetModuleDict();  // borrowed, as all below but the copy
    PyObject* const linecache = modules ? PyDict_GetItemString(modules, "linecache") : nullptr;
    if (!linecache || !PyModule_Check(linecache)) return;
    PyObject* const cache = PyDict_GetItemString(PyModule_GetDict(linecache), "cache");
    const Reference entries(cache && PyDict_Check(cache) ? PyDict_Copy(cache) : nullptr);
    PyObject *key, *entry;
    for (Py_ssize_t position = 0; entries && PyDict_Next(entries.get(), &position, &key, &entry);) {
        PyObject* const lines = linesWithoutFile(entry);
        const auto name = lines ? textOf(key) : std::nullopt;
        if (name && wants(*name) && isShort(lines)) tellParts(*name, lines, tell);
    }
    PyErr_Clear();
}

}  // namespace heapprof
