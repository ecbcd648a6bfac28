#include "collector/launch/entrance.h"

#include <Python.h>
#include <sys/mman.h>
#include <time.h>

#include <cstring>
#include <string>

#include "collector/cpython/reference.h"
#include "collector/launch/command.h"
#include "collector/launch/gil_turn.h"
#include "collector/launch/program.h"
#include "collector/sampling/thread_state.h"
#include "collector/system/blocked_signals.h"

namespace heapprof {
namespace {

/// Python's error as text; it is gone then.
std::string takeError() {
    PyObject *kind = nullptr, *value = nullptr, *traceback = nullptr;
    PyErr_Fetch(&kind, &value, &traceback);
    const Reference heldKind(kind), heldValue(value), heldTraceback(traceback);
    const Reference words(value ? PyObject_Str(value) : nullptr);
    const char* const text = words ? PyUnicode_AsUTF8(words.get()) : nullptr;
    std::string found = text ? text : "the collector cannot be loaded";
    PyErr_Clear();
    return found;
}

/// Runs `code` in a name space of its own. Empty, or what went wrong.
std::string prepare(const char* code) {
    const Reference names(PyDict_New());
    if (!names || PyDict_SetItemString(names.get(), "__builtins__", PyEval_GetBuiltins()) != 0) return takeError();
    const Reference result(PyRun_String(code, Py_file_input, names.get(), names.get()));
    return result ? std::string() : takeError();
}

bool changeState(Entrance& entrance, std::uint32_t from, std::uint32_t to) {
    return __atomic_compare_exchange_n(&entrance.state, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

void answer(Entrance& entrance) {
    std::string text;
    if (entrance.code[0] != 0)
        if (const std::string problem = prepare(entrance.code); !problem.empty()) text = "no " + problem;
    if (text.empty()) text = program::obey(entrance.command);
    std::strncpy(entrance.answer, text.c_str(), sizeof entrance.answer - 1);
}

void waitUntilRead(const Entrance& entrance) {
    constexpr int kPatience = 5000;
    constexpr timespec kPause{0, 1'000'000};
    for (int i = 0; i < kPatience && __atomic_load_n(&entrance.state, __ATOMIC_ACQUIRE) != Entrance::Read; ++i)
        nanosleep(&kPause, nullptr);
}

void* serve(void* argument) {
    const SuppressHooks suppressed;  // nothing of ours is to be in a recording
    Entrance& entrance = *static_cast<Entrance*>(argument);
    bool isWanted = false;
    if (const GilTurn turn; turn) {
        isWanted = changeState(entrance, Entrance::Waiting, Entrance::Taken);
        if (isWanted) {
            if (!program::watchEnd(Py_None)) PyErr_Clear();  // first, so that Python waits for what follows
            answer(entrance);
        }
    }
    if (isWanted) {
        __atomic_store_n(&entrance.state, Entrance::Answered, __ATOMIC_RELEASE);
        waitUntilRead(entrance);
    }
    munmap(&entrance, sizeof entrance);
    return nullptr;
}

}  // namespace

int enter(Entrance* entrance) noexcept {
    const SuppressHooks suppressed;
    return startThread(serve, entrance, "heapprof-enter");
}

}  // namespace heapprof
