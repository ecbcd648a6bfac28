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
#include "collector/launch/gil_turn.h"
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
    pid_t process = getpid();
    ProcessMemory memory{};
    std::uint64_t first = 0;     // resident memory
    std::uint64_t greatest = 0;  // so far
    std::uint64_t filters = 0;   // of system calls
    bool isRecording = false;
    Uuid recording{};       // the one that is the trigger's
    std::string outcome{};  // once it is over
};
Waiting* s_waiting = nullptr;

/// Of an answer: see command.h.
bool isYes(const std::string& answer) { return answer.starts_with("ok "); }
std::string textOf(const std::string& answer) { return answer.substr(std::min(answer.size(), std::size_t{3})); }

void pauseForAMoment() {
    constexpr timespec kEvery{0, 50'000'000};
    nanosleep(&kEvery, nullptr);
}

/// Waits until memory is as large as asked for.
void waitForBegin(Waiting& waiting) {
    const RecordingTrigger& trigger = waiting.order.trigger;
    for (;; pauseForAMoment()) {
        const std::uint64_t now = waiting.memory.sizes().resident;
        waiting.greatest = std::max(waiting.greatest, now);
        if ((trigger.resident != 0 && now >= trigger.resident) ||
            (trigger.growth != 0 && now >= waiting.first + trigger.growth))
            return;
    }
}

void waitForEnd(Waiting& waiting) {
    const RecordingTrigger& trigger = waiting.order.trigger;
    const std::uint64_t begin = nanoseconds(CLOCK_MONOTONIC);
    std::uint64_t greatest = 0;
    for (;; pauseForAMoment()) {
        const std::uint64_t now = waiting.memory.sizes().resident;
        greatest = std::max(greatest, now);
        if ((trigger.fall != 0 && now + trigger.fall <= greatest) ||
            (trigger.duration != 0 && nanoseconds(CLOCK_MONOTONIC) - begin >= trigger.duration))
            return;
    }
}

void record(Waiting& waiting) {
    if (waiting.memory.filters() > waiting.filters) {
        waiting.outcome = "nothing was recorded: the program has forbidden itself system calls";
        return;
    }
    const GilTurn turn;
    if (!turn) return;
    std::string answer = program::record(waiting.order);
    if (!isYes(answer) && !waiting.order.options.namedByProcess) {
        waiting.order.options.namedByProcess = true;  // such files find another place, which is said
        answer = program::record(waiting.order);
    }
    waiting.isRecording = isYes(answer);
    waiting.recording = collector::identity();
    if (!waiting.isRecording) waiting.outcome = "could not record: " + textOf(answer);
}

/// Unless the program has ended that recording itself.
void stop(Waiting& waiting) {
    const GilTurn turn;
    if (!turn || !collector::isProfiling() || collector::identity() != waiting.recording) return;
    waiting.outcome = textOf(program::obey("stop"));
}

void* run(void* argument) {
    const SuppressHooks suppressed;  // nothing of ours is to be in a recording
    Waiting& waiting = *static_cast<Waiting*>(argument);
    if (!waiting.isRecording) {
        waitForBegin(waiting);
        record(waiting);
    }
    if (waiting.isRecording && waiting.order.trigger.ends()) {
        waitForEnd(waiting);
        stop(waiting);
    }
    return nullptr;
}

void begin(const RecordingOrder& order, bool isRecording) {
    s_waiting = new Waiting{order};
    s_waiting->memory.open();
    s_waiting->first = s_waiting->memory.sizes().resident;
    s_waiting->filters = s_waiting->memory.filters();
    s_waiting->isRecording = isRecording;
    if (isRecording) s_waiting->recording = collector::identity();
    if (startThread(run, s_waiting, "heapprof-wait") != 0)
        standard_error::say({"cannot start a thread, so that no recording begins or ends by itself"});
}

PyObject* inChild(PyObject*, PyObject*) {
    GilTurn::afterForkInChild();
    s_waiting->memory.close();  // the parent's
    RecordingOrder order = s_waiting->order;
    order.options.namedByProcess = order.quiet = true;
    const bool isRecording = collector::isProfiling();
    if (isRecording || order.trigger.waits()) begin(order, isRecording);
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
