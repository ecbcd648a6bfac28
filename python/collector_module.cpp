// The module heapprof._collector: all that a recorded process needs. Without pybind11, and without what reads captures:
// each interpreter that a recorded program starts loads it.
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "collector/collector.h"
#include "collector/cpython/reference.h"
#include "collector/launch/entrance.h"
#include "collector/launch/listener.h"
#include "collector/launch/program.h"
#include "collector/system/standard_error.h"

namespace heapprof {
namespace {

/// Calls `function` and turns what it throws into Python's exceptions.
template <typename Function>
PyObject* guarded(const Function& function) {
    try {
        return function();
    } catch (const std::filesystem::filesystem_error& error) {
        const int number = error.code().value();
        const Reference path(PyUnicode_DecodeFSDefault(error.path1().c_str()));
        // It is the call that chooses the subclass.
        if (const Reference made(
                path ? PyObject_CallFunction(PyExc_OSError, "isO", number, program::reasonOf(error), path.get())
                     : nullptr);
            made)
            PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(made.get())), made.get());
    } catch (const std::system_error& error) {
        errno = error.code().value();
        PyErr_SetFromErrno(PyExc_OSError);
    } catch (const std::invalid_argument& error) {
        PyErr_SetString(PyExc_ValueError, error.what());
    } catch (const std::bad_alloc&) {
        PyErr_NoMemory();
    } catch (const std::exception& error) {
        PyErr_SetString(PyExc_RuntimeError, error.what());
    }
    return nullptr;
}

PyObject* none() { return held(Py_None).release(); }

PyObject* start(PyObject*, PyObject* parameters) {
    PyObject* text = nullptr;
    PyObject* words = nullptr;
    if (!PyArg_ParseTuple(parameters, "SO!", &text, &PyList_Type, &words)) return nullptr;
    std::vector<std::string> arguments;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(words); ++i) {
        char* bytes = nullptr;
        Py_ssize_t size = 0;
        if (PyBytes_AsStringAndSize(PyList_GET_ITEM(words, i), &bytes, &size) != 0) return nullptr;
        arguments.emplace_back(bytes, static_cast<std::size_t>(size));
    }
    return guarded([&] {
        RecordingOrder order = parseOrder({PyBytes_AS_STRING(text), static_cast<std::size_t>(PyBytes_GET_SIZE(text))});
        order.options.watcher = program::watcherPath();
        collector::start(order.filebase, order.sampling, program::describe(std::move(arguments)), order.options);
        return none();
    });
}

PyObject* begin(PyObject*, PyObject* parameters) {
    PyObject* folder = nullptr;
    PyObject* reportStatistics = nullptr;
    const char* difference = nullptr;
    if (!PyArg_ParseTuple(parameters, "O&sO", PyUnicode_FSConverter, &folder, &difference, &reportStatistics))
        return nullptr;
    const Reference held(folder);
    if (!program::watchEnd(reportStatistics)) return nullptr;
    return guarded([&] {
        program::begin(PyBytes_AS_STRING(folder), difference);
        return none();
    });
}

PyObject* listen(PyObject*, PyObject*) {
    if (!program::watchEnd(Py_None)) return nullptr;
    return guarded([] {
        const std::string path = listener::start();
        return PyUnicode_DecodeFSDefaultAndSize(path.data(), static_cast<Py_ssize_t>(path.size()));
    });
}

PyObject* watchEnd(PyObject*, PyObject* reportStatistics) {
    return program::watchEnd(reportStatistics) ? none() : nullptr;
}

PyObject* stop(PyObject*, PyObject*) {
    const recorder::Outcome outcome = collector::stop(EndReason::Stopped);
    if (!outcome.wasRecording) return none();
    return Py_BuildValue("(iK)", outcome.error, static_cast<unsigned long long>(outcome.lost));
}

std::string_view textOf(PyObject* bytes) {
    return {PyBytes_AS_STRING(bytes), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes))};
}

template <records::MarkKind kind>
PyObject* mark(PyObject*, PyObject* text) {
    if (!PyUnicode_Check(text))
        return PyErr_Format(PyExc_TypeError, "the text of a mark must be str, not %s", Py_TYPE(text)->tp_name);
    const Reference bytes(PyUnicode_AsEncodedString(text, "utf-8", "surrogatepass"));
    if (!bytes) return nullptr;
    collector::mark(kind, textOf(bytes.get()));
    return none();
}

PyObject* enterLabels(PyObject*, PyObject* dict) {
    if (!PyDict_Check(dict)) return PyErr_Format(PyExc_TypeError, "labels must be a dict");
    return guarded([&]() -> PyObject* {
        packed_labels::Labels labels;
        PyObject *name, *value;
        for (Py_ssize_t position = 0; PyDict_Next(dict, &position, &name, &value);) {
            const Reference nameBytes(PyUnicode_AsEncodedString(name, "utf-8", "surrogatepass"));
            const Reference valueBytes(nameBytes ? PyUnicode_AsEncodedString(value, "utf-8", "surrogatepass")
                                                 : nullptr);
            if (!valueBytes) return nullptr;
            labels.emplace_back(textOf(nameBytes.get()), textOf(valueBytes.get()));
        }
        return collector::enterLabels(labels);
    });
}

PyObject* leaveLabels(PyObject*, PyObject* token) { return PyBool_FromLong(collector::leaveLabels(token)); }

PyObject* setPaused(PyObject*, PyObject* paused) {
    collector::setPaused(PyObject_IsTrue(paused) == 1);
    return none();
}

PyObject* switchSampling(PyObject*, PyObject* text) {
    if (!PyBytes_Check(text)) return PyErr_Format(PyExc_TypeError, "a sampling rule must be bytes");
    return guarded([&] {
        program::switchSampling(parseSampling(textOf(text)));
        return none();
    });
}

PyObject* gatherStatistics(PyObject*, PyObject*) {
    return guarded([] {
        collector::gatherStatistics();
        return none();
    });
}

PyObject* endStatistics(PyObject*, PyObject*) { return PyBool_FromLong(collector::endStatistics()); }

PyObject* statistics(PyObject*, PyObject*) {
    const statistics::Statistics now = collector::gathered();
    Reference classes(PyList_New(0));
    for (const statistics::SizeClass& sizes : now.classes) {
        const Reference counts(
            Py_BuildValue("(KKKK)", sizes.allocations, sizes.reallocations, sizes.frees, sizes.bytes));
        if (!classes || !counts || PyList_Append(classes.get(), counts.get()) != 0) return nullptr;
    }
    return Py_BuildValue("(OKKKd)", classes.get(), now.liveBlocks, now.liveBytes, now.peakBytes, now.seconds);
}

PyObject* isProfiling(PyObject*, PyObject*) { return PyBool_FromLong(collector::isProfiling()); }

PyObject* say(PyObject*, PyObject* text) {
    Py_ssize_t size = 0;
    const char* const words = PyUnicode_AsUTF8AndSize(text, &size);
    if (!words) return nullptr;
    standard_error::say({{words, static_cast<std::size_t>(size)}});
    return none();
}

PyObject* hookedSlots(PyObject*, PyObject*) { return PyLong_FromSize_t(collector::hookedSlots()); }

PyObject* checkFrames(PyObject*, PyObject*) {
    return guarded([] {
        const std::string difference = collector::checkFrames();
        return PyUnicode_DecodeUTF8(difference.data(), static_cast<Py_ssize_t>(difference.size()), "replace");
    });
}

PyMethodDef s_methods[] = {
    {"start", start, METH_VARARGS,
     "start(order, arguments): records as the order says, with these words as the process's command line."},
    {"begin", begin, METH_VARARGS,
     "begin(folder, difference, reportStatistics): records as HEAPPROF_FOLLOW says, before the program begins."},
    {"listen", listen, METH_NOARGS, "listen(): has other processes of this user tell this one what to do. The socket."},
    {"watchEnd", watchEnd, METH_O, "watchEnd(reportStatistics): ends what is recorded or counted with the process."},
    {"stop", stop, METH_NOARGS,
     "stop(): (error number or 0, events lost) of the recording; None when nothing was being recorded."},
    {"mark", mark<records::Instant>, METH_O,
     "mark(text): puts a mark with this text at the present moment of the recording; does nothing when there is none."},
    {"beginPhase", mark<records::PhaseBegins>, METH_O, "beginPhase(name)"},
    {"endPhase", mark<records::PhaseEnds>, METH_O, "endPhase(name)"},
    {"enterLabels", enterLabels, METH_O,
     "enterLabels(labels): the current context has these labels from now on. The token for leaveLabels()."},
    {"leaveLabels", leaveLabels, METH_O,
     "leaveLabels(token): the context has the labels it had before; False when it is not the token's."},
    {"setPaused", setPaused, METH_O, "setPaused(paused): whether allocations are left out."},
    {"switchSampling", switchSampling, METH_O, "switchSampling(rule): records by this rule, as in an order."},
    {"gatherStatistics", gatherStatistics, METH_NOARGS, "gatherStatistics(): counts requests by size from now on."},
    {"endStatistics", endStatistics, METH_NOARGS, "endStatistics(): whether they were being counted."},
    {"statistics", statistics, METH_NOARGS,
     "statistics(): for each size class (allocations, reallocations, frees, bytes); live blocks, live bytes, greatest "
     "live bytes, seconds."},
    {"isProfiling", isProfiling, METH_NOARGS,
     "isProfiling(): whether a recording is going on in this process, or gatherStats() counts."},
    {"checkFrames", checkFrames, METH_NOARGS,
     "checkFrames(): what our own walk of the stack gets wrong; empty when nothing."},
    {"say", say, METH_O, "say(text): writes a line to the standard error that the process began with."},
    {"hookedSlots", hookedSlots, METH_NOARGS, "hookedSlots(): slots of loaded objects that lead to our hooks."},
    {nullptr, nullptr, 0, nullptr},
};

int initialize(PyObject* module) {
    standard_error::remember();
    return PyModule_AddStringConstant(module, "__version__", HEAPPROF_VERSION) == 0 &&
                   PyModule_AddIntConstant(module, "leastBytes", RecordingOptions::kMinBytes) == 0 &&
                   PyModule_AddIntConstant(module, "leastTraces", RecordingOptions::kMinTraces) == 0 &&
                   PyModule_AddIntConstant(module, "usualTraces", RecordingOptions::kUsualTraces) == 0
               ? 0
               : -1;
}

// Of more than one phase: a sub-interpreter may import it, before or after the main one.
PyModuleDef_Slot s_slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(initialize)},
    {0, nullptr},
};

PyModuleDef s_module = {
    PyModuleDef_HEAD_INIT, "heapprof._collector", nullptr, 0, s_methods, s_slots, nullptr, nullptr, nullptr,
};

}  // namespace
}  // namespace heapprof

extern "C" __attribute__((visibility("default"))) int heapprof_enter(heapprof::Entrance* entrance) {
    return heapprof::enter(entrance);
}

// Exported by hand: before 3.9 Python.h does not.
extern "C" __attribute__((visibility("default"))) PyObject* PyInit__collector() {
    return PyModuleDef_Init(&heapprof::s_module);
}
