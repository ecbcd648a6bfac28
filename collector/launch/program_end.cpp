#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "collector/collector.h"
#include "collector/cpython/builtin_module.h"
#include "collector/cpython/fork_callback.h"
#include "collector/cpython/own_thread.h"
#include "collector/launch/descendants.h"
#include "collector/launch/gil_turn.h"
#include "collector/launch/listener.h"
#include "collector/launch/program.h"
#include "collector/launch/trigger.h"
#include "collector/system/standard_error.h"

namespace heapprof::program {
namespace {

constexpr long kLast = -1'000'000;  // of multiprocessing's priorities: what else runs at its end is recorded still

/// Where a path leads.
struct Place {
    dev_t device = 0;
    ino_t inode = 0;

    bool operator==(const Place&) const = default;
};

std::optional<Place> placeOf(const std::string& path) {
    struct stat status;
    return stat(path.c_str(), &status) == 0 ? std::optional(Place{status.st_dev, status.st_ino}) : std::nullopt;
}

/// The process whose end is spoken of, and what was asked of it.
struct Root {
    std::string filebase;  // wherever the program has gone
    std::string fallback;  // for children that may not write there
    Place topFolder;       // a program that has another one sees none of what there was
    RecordingOrder order;
    Uuid identity{};  // by which others name its capture
};
std::optional<Root> s_root;

PyObject* s_reportStatistics = nullptr;
PyObject* s_atEnd = nullptr;
bool s_hasEnded = false;

CapturesLeft captures(const Root& root) {
    return root.order.follow ? capturesLeft(root.filebase, root.fallback, root.identity) : CapturesLeft();
}

std::string childrenText(std::size_t count) {
    return count == 1 ? "1 capture of a child process" : std::to_string(count) + " captures of child processes";
}

std::string filesText(const std::string& filebase) { return filebase + ".hpm and " + filebase + ".hpd"; }

/// What was recorded before this process became the present program by exec; empty: nothing.
std::vector<std::string> earlierOnes(const Root& root, const CapturesLeft& left) {
    std::vector<std::string> earlier = left.own;
    if (!root.order.first) earlier.clear();
    std::erase(earlier, collector::capturePath());
    return earlier;
}

/// Where that is: all that one line has room for.
std::string earlierText(const std::vector<std::string>& earlier) {
    const std::string more = std::to_string(earlier.size() - 1);
    return "recorded to " + filesText(earlier.front()) +
           (earlier.size() > 1 ? ", to " + more + (more == "1" ? " further capture" : " further captures") : "");
}

void saySuccess(const Root& root, bool atLimit) {
    const CapturesLeft left = captures(root);
    const std::vector<std::string> earlier = earlierOnes(root, left);
    // By its process it is called where it had no other place, or has followed another one.
    const std::string output = root.order.options.namedByProcess ? collector::capturePath() : root.order.filebase;
    if (output.empty() && earlier.empty()) return;
    std::string line = earlier.empty() ? "recorded to " : earlierText(earlier);
    if (!earlier.empty() && !output.empty()) line += " and, since the program restarted itself, to ";
    if (!output.empty()) line += filesText(output);
    if (atLimit) line += ", until they had reached --max-bytes";
    if (left.children > 0) line += ", and " + childrenText(left.children);
    if (!atLimit && collector::runReachedLimit())
        line += "; --max-bytes was reached: not all processes are there to their ends";
    if (const auto excess = root.order.options.native ? std::nullopt : collector::unrecorded())
        line += "; resident memory reached " + std::to_string(excess->resident >> 20) + " MiB where " +
                std::to_string(excess->recorded >> 20) +
                " MiB were recorded: the rest is likely native memory, which --native records";
    standard_error::say({line});
}

/// Of a recording that began or ended by itself, or did not.
void sayOutcome(const Root& root, const std::string& outcome) {
    const CapturesLeft left = captures(root);
    const std::vector<std::string> earlier = earlierOnes(root, left);
    const std::string before = earlier.empty() ? "" : "; before it restarted itself, " + earlierText(earlier);
    const std::string children = (left.children == 1 ? "; there is " : "; there are ") + childrenText(left.children);
    standard_error::say({outcome, before, left.children > 0 ? children : ""});
}

/// Not where it merely cannot be told, as by a process that may not look there any more.
bool isMissing(const std::string& path) { return !placeOf(path) && (errno == ENOENT || errno == ENOTDIR); }

std::string outputOf(const Root& root) {
    return root.order.options.namedByProcess ? collector::capturePath() : root.filebase;
}

/// Whether somebody has taken away what was recorded.
bool wereRemoved(const Root& root) {
    const std::string output = outputOf(root);
    if (output.empty() || placeOf("/") != root.topFolder) return false;
    return isMissing(output + ".hpm") || isMissing(output + ".hpd");
}

void sayRemoval(const Root& root) {
    standard_error::say({"the recording is lost, as ", outputOf(root), ".hpm or .hpd was removed while it ran"});
}

void sayLoss(const recorder::Outcome& outcome, bool isRoot) {
    const std::string whose = isRoot ? "" : "process " + std::to_string(getpid()) + " ";
    standard_error::say({whose, "could not record to the end: ", std::strerror(outcome.reason()), "; ",
                         std::to_string(outcome.lost), " events are missing"});
}

/// What the program has written so far comes first.
void flushErrors() {
    PyObject* const file = PySys_GetObject("stderr");  // borrowed
    if (file && file != Py_None) const Reference ignored(PyObject_CallMethod(file, "flush", nullptr));
    PyErr_Clear();
}

PyObject* atEnd(PyObject*, PyObject*) {
    s_hasEnded = true;
    listener::stop();
    GilTurn::end();
    const recorder::Outcome outcome = collector::stop(EndReason::ProgramEnded);
    const bool isRoot = s_root && s_root->order.root == static_cast<std::uint64_t>(getpid());
    const bool atLimit = !outcome.wasRecording && collector::reachedLimit();
    const bool isLossy = outcome.wasRecording && (outcome.error != 0 || outcome.lost != 0) && !outcome.isSaid;
    if (collector::hasForbiddenItself()) return held(Py_None).release();
    const bool isSpokenOf = isRoot && !s_root->order.quiet && (outcome.wasRecording || atLimit);
    const bool isGone = isRoot && outcome.wasRecording && wereRemoved(*s_root);
    if (isSpokenOf || isGone || isLossy) flushErrors();
    if (isGone)
        sayRemoval(*s_root);
    else if (isSpokenOf)
        saySuccess(*s_root, atLimit);
    if (const std::string text = trigger::outcome(); isRoot && !s_root->order.quiet && !text.empty()) {
        flushErrors();
        sayOutcome(*s_root, text);
    }
    if (isLossy) sayLoss(outcome, isRoot);
    if (collector::endStatistics() && s_reportStatistics) {
        const Reference ignored(PyObject_CallObject(s_reportStatistics, nullptr));
        PyErr_Clear();
    }
    return held(Py_None).release();
}

/// In a child that multiprocessing has forked.
PyObject* inChild(PyObject*, PyObject*) {
    const Reference util(PyImport_ImportModule("multiprocessing.util"));
    const Reference finalize(util ? PyObject_GetAttrString(util.get(), "Finalize") : nullptr);
    const Reference arguments(Py_BuildValue("(OO)", Py_None, s_atEnd));
    const Reference priority(Py_BuildValue("{s:l}", "exitpriority", kLast));
    if (finalize && arguments && priority)
        const Reference ignored(PyObject_Call(finalize.get(), arguments.get(), priority.get()));
    PyErr_Clear();
    return held(Py_None).release();
}

PyMethodDef s_atEndMethod{"atEnd", atEnd, METH_NOARGS, "Ends what heapprof records or counts."};
PyMethodDef s_inChildMethod{"inChild", inChild, METH_O, "Lets this child end in order, too."};

/// Before os.fork(): as soon as the program uses multiprocessing, its children are told to end in order: their
/// recordings, and the sockets at which they listen.
PyObject* beforeFork(PyObject*, PyObject*) {
    static bool s_isRegistered = false;
    PyObject* const modules = PyImport_GetModuleDict();  // borrowed
    PyObject* const util = modules ? PyDict_GetItemString(modules, "multiprocessing.util") : nullptr;
    if (!s_isRegistered && util && (collector::isProfiling() || listener::isListening())) {
        s_isRegistered = true;
        static PyObject* const s_inChild = PyCFunction_New(&s_inChildMethod, nullptr);
        const Reference ignored(s_inChild ? PyObject_CallMethod(util, "register_after_fork", "OO", s_inChild, s_inChild)
                                          : nullptr);
    }
    PyErr_Clear();
    return held(Py_None).release();
}

PyMethodDef s_beforeForkMethod{"beforeFork", beforeFork, METH_NOARGS, "Has heapprof see what is about to be forked."};

bool registerAtExit() {
    // Before 3.10 the module has what is registered, and stays.
    const Reference stays(PY_VERSION_HEX < 0x030A0000 ? PyImport_ImportModule("atexit") : nullptr);
    const BuiltinModule atexit("atexit");
    return atexit.get() && Reference(PyObject_CallMethod(atexit.get(), "register", "O", s_atEnd));
}

}  // namespace

bool watchEnd(PyObject* reportStatistics) {
    if (!s_reportStatistics && reportStatistics != Py_None) s_reportStatistics = held(reportStatistics).release();
    if (s_atEnd || !isInMainInterpreter()) return true;
    s_atEnd = PyCFunction_New(&s_atEndMethod, nullptr);
    return s_atEnd && registerAtExit() && registerAtFork("before", &s_beforeForkMethod);
}

bool hasEnded() { return s_hasEnded; }

void isRoot(const RecordingOrder& order) {
    std::string absolute = order.filebase;
    if (!absolute.starts_with('/'))
        if (char* const folder = getcwd(nullptr, 0)) {
            absolute = std::string(folder) + "/" + absolute;
            free(folder);
        }
    const Uuid identity = order.first ? order.first->identity : order.options.identity.value_or(collector::identity());
    s_root.emplace(
        Root{absolute, fallbackOf(absolute, order.options), placeOf("/").value_or(Place{}), order, identity});
}

}  // namespace heapprof::program
