#include "collector/launch/trigger.h"

#include <Python.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "collector/collector.h"
#include "collector/cpython/fork_callback.h"
#include "collector/launch/command.h"
#include "collector/launch/gil_turn.h"
#include "collector/launch/side_thread.h"
#include "collector/system/clock.h"
#include "collector/system/standard_error.h"

namespace heapprof::trigger {
namespace {

constexpr int kEvery = 50;  // ms

bool wait();

SideThread& thread() {
    static SideThread& s_thread = *new SideThread("heapprof-wait", wait);
    return s_thread;
}
std::uint64_t resident() { return thread().memory().sizes().resident; }

/// What the thread of this process waits for; never destroyed, as it may still wait while the process exits.
struct Waiting {
    RecordingOrder order;
    pid_t process = getpid();
    std::uint64_t first = 0;     // resident memory
    std::uint64_t greatest = 0;  // so far; once it is recorded, since then
    std::uint64_t begin = 0;     // of the recording, ns of CLOCK_MONOTONIC
    bool isRecording = false;
    Uuid recording{};       // the one that is the trigger's
    std::string outcome{};  // once it is over
};
Waiting* s_waiting = nullptr;

/// Of an answer: see command.h.
bool isYes(const std::string& answer) { return answer.starts_with("ok "); }
std::string textOf(const std::string& answer) { return answer.substr(std::min(answer.size(), std::size_t{3})); }

/// Until memory is as large as asked for. False when the thread has to step aside first.
bool waitForBegin(Waiting& waiting) {
    const RecordingTrigger& trigger = waiting.order.trigger;
    do {
        if (!thread().hasForbiddenItself()) collector::noteOrphans();
        const std::uint64_t now = resident();
        waiting.greatest = std::max(waiting.greatest, now);
        if ((trigger.resident != 0 && now >= trigger.resident) ||
            (trigger.growth != 0 && now >= waiting.first + trigger.growth))
            return true;
    } while (thread().wait(-1, kEvery));
    return false;
}

bool waitForEnd(Waiting& waiting) {
    const RecordingTrigger& trigger = waiting.order.trigger;
    do {
        const std::uint64_t now = resident();
        waiting.greatest = std::max(waiting.greatest, now);
        if ((trigger.fall != 0 && now + trigger.fall <= waiting.greatest) ||
            (trigger.duration != 0 && nanoseconds(CLOCK_MONOTONIC) - waiting.begin >= trigger.duration))
            return true;
    } while (thread().wait(-1, kEvery));
    return false;
}

void noteBegin(Waiting& waiting) {
    waiting.isRecording = true;
    waiting.recording = collector::identity();
    waiting.greatest = 0;
    waiting.begin = nanoseconds(CLOCK_MONOTONIC);
}

void record(Waiting& waiting) {
    const GilTurn turn;
    if (!turn) return;
    if (thread().hasForbiddenItself()) {
        waiting.outcome = "nothing was recorded: the program has forbidden itself system calls";
        return;
    }
    std::string answer = program::record(waiting.order);
    if (!isYes(answer) && !waiting.order.options.namedByProcess) {
        waiting.order.options.namedByProcess = true;  // such files find another place, which is said
        answer = program::record(waiting.order);
    }
    if (isYes(answer))
        noteBegin(waiting);
    else
        waiting.outcome = "could not record: " + textOf(answer);
}

/// Unless the program has ended that recording itself.
void stop(Waiting& waiting) {
    const GilTurn turn;
    if (!turn || !collector::isProfiling() || collector::identity() != waiting.recording) return;
    waiting.outcome = textOf(program::obey("stop"));
}

bool wait() {
    Waiting& waiting = *s_waiting;
    if (!waiting.isRecording) {
        if (!waitForBegin(waiting)) return false;
        record(waiting);
    }
    if (waiting.isRecording && waiting.order.trigger.ends()) {
        if (!waitForEnd(waiting)) return false;
        stop(waiting);
    }
    return true;
}

void begin(const RecordingOrder& order, bool isRecording) {
    s_waiting = new Waiting{order};
    thread().enter();
    s_waiting->first = resident();
    if (isRecording) noteBegin(*s_waiting);
    if (thread().start() != 0)
        standard_error::say({"cannot start a thread, so that no recording begins or ends by itself"});
}

PyObject* inChild(PyObject*, PyObject*) {
    GilTurn::afterForkInChild();
    if (thread().hasForbiddenItself()) return held(Py_None).release();
    RecordingOrder order = s_waiting->order;
    order.options.namedByProcess = order.quiet = true;
    if (const auto identity = std::exchange(order.options.identity, {}))
        order.options.ancestor = Ancestor{*identity, static_cast<std::uint64_t>(s_waiting->process)};
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
