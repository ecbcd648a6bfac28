#include "collector/launch/trigger.h"

#include <Python.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "collector/collector.h"
#include "collector/cpython/fork_callback.h"
#include "collector/launch/command.h"
#include "collector/sampling/thread_state.h"
#include "collector/system/blocked_signals.h"
#include "collector/system/clock.h"
#include "collector/system/process_memory.h"
#include "collector/system/standard_error.h"

namespace heapprof::trigger {
namespace {

/// What the thread of this process waits for; never destroyed, as it may still wait while the process exits.
struct Waiting {
    RecordingOrder order;
    pid_t process = 0;
    bool isRecording = false;
    std::uint64_t greatest = 0;  // resident memory so far
    std::string outcome;         // once it is over
};
Waiting* s_waiting = nullptr;

/// Of an answer: see command.h.
std::string textOf(const std::string& answer) { return answer.substr(std::min(answer.size(), std::size_t{3})); }

void pauseForAMoment() {
    constexpr timespec kEvery{0, 50'000'000};
    nanosleep(&kEvery, nullptr);
}

template <typename Act>
std::string withGil(const Act& act) {
    const PyGILState_STATE state = PyGILState_Ensure();
    const std::string answer = act();
    PyGILState_Release(state);
    return answer;
}

/// Waits until memory is as large as asked for.
void waitForBegin(Waiting& waiting, ProcessMemory& memory) {
    const RecordingTrigger& trigger = waiting.order.trigger;
    const std::uint64_t first = memory.sizes().resident;
    for (;;) {
        const std::uint64_t now = memory.sizes().resident;
        waiting.greatest = std::max(waiting.greatest, now);
        if ((trigger.resident != 0 && now >= trigger.resident) ||
            (trigger.growth != 0 && now >= first + trigger.growth))
            return;
        pauseForAMoment();
    }
}

void waitForEnd(const RecordingTrigger& trigger, ProcessMemory& memory) {
    const std::uint64_t begin = nanoseconds(CLOCK_MONOTONIC);
    std::uint64_t greatest = 0;
    for (;;) {
        const std::uint64_t now = memory.sizes().resident;
        greatest = std::max(greatest, now);
        if ((trigger.fall != 0 && now + trigger.fall <= greatest) ||
            (trigger.duration != 0 && nanoseconds(CLOCK_MONOTONIC) - begin >= trigger.duration))
            return;
        pauseForAMoment();
    }
}

void* run(void* argument) {
    const SuppressHooks suppressed;  // nothing of ours is to be in a recording
    Waiting& waiting = *static_cast<Waiting*>(argument);
    ProcessMemory memory;
    memory.open();
    if (!waiting.isRecording) {
        waitForBegin(waiting, memory);
        const std::string answer = withGil([&] { return program::record(waiting.order); });
        waiting.isRecording = answer.starts_with("ok ");
        if (!waiting.isRecording) waiting.outcome = "could not record: " + textOf(answer);
    }
    if (waiting.isRecording && waiting.order.trigger.ends()) {
        waitForEnd(waiting.order.trigger, memory);
        waiting.outcome = textOf(withGil([] { return program::obey("stop"); }));
    }
    return nullptr;
}

void begin(const RecordingOrder& order, bool isRecording) {
    s_waiting = new Waiting{order, getpid(), isRecording, 0, {}};
    if (startThread(run, s_waiting, "heapprof-wait") != 0)
        standard_error::say({"cannot start a thread, so that nothing is recorded"});
}

PyObject* inChild(PyObject*, PyObject*) {
    RecordingOrder order = s_waiting->order;
    order.options.namedByProcess = true;
    begin(order, !order.trigger.waits());
    return held(Py_None).release();
}

PyMethodDef s_inChildMethod{"inChild", inChild, METH_NOARGS, "Waits in a forked child, too."};

}  // namespace

void start(const RecordingOrder& order, bool isRecording) {
    begin(order, isRecording);
    if (order.follow && !registerAtFork("after_in_child", &s_inChildMethod)) PyErr_Clear();
}

std::string outcome() {
    if (!s_waiting || s_waiting->process != getpid()) return {};
    if (!s_waiting->outcome.empty() || s_waiting->isRecording) return s_waiting->outcome;
    return "nothing was recorded of this process: resident memory reached " +
           std::to_string(s_waiting->greatest >> 20) + " MiB at most";
}

}  // namespace heapprof::trigger
