#include <dlfcn.h>
#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <new>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "collector/collector.h"
#include "collector/cpython/own_thread.h"
#include "collector/launch/program.h"
#include "collector/launch/trigger.h"
#include "collector/sampling/thread_state.h"
#include "collector/system/few_descriptors.h"
#include "collector/system/process.h"
#include "collector/system/standard_error.h"

namespace heapprof::program {
namespace {

constexpr const char* kOrder = "HEAPPROF_FOLLOW";
constexpr const char* kPath = "PYTHONPATH";

std::string textOf(PyObject* object) {
    const Reference bytes(object ? PyUnicode_AsEncodedString(object, "utf-8", "surrogateescape") : nullptr);
    if (!bytes) PyErr_Clear();
    return bytes ? PyBytes_AS_STRING(bytes.get()) : "";
}

/// os.environ, through which Python and everything that it starts see the same.
class Environment {
public:
    Environment() {
        const Reference os(PyImport_ImportModule("os"));
        if (os) m_environ.reset(PyObject_GetAttrString(os.get(), "environ"));
        PyErr_Clear();
    }

    std::optional<std::string> value(const char* name) const {
        const char* const found = std::getenv(name);
        return found ? std::optional<std::string>(found) : std::nullopt;
    }
    void set(const char* name, const std::string& value) const {
        const Reference text(PyUnicode_DecodeFSDefaultAndSize(value.data(), static_cast<Py_ssize_t>(value.size())));
        if (m_environ && text) PyMapping_SetItemString(m_environ.get(), name, text.get());
        PyErr_Clear();
    }
    /// As set(), where there is such a variable, and so that a running program notices nothing: no code of Python's
    /// runs, and what other threads may be reading stays.
    static void replace(const char* name, const std::string& value) {
        if (!std::getenv(name) || setenv(name, value.c_str(), 1) != 0) return;
        PyObject* const modules = PyImport_GetModuleDict();  // borrowed, as the next
        PyObject* const os = modules ? PyDict_GetItemString(modules, "os") : nullptr;
        const Reference environ(os ? PyObject_GetAttrString(os, "environ") : nullptr);
        const Reference data(environ ? PyObject_GetAttrString(environ.get(), "_data") : nullptr);
        const Reference key(PyBytes_FromString(name));
        const Reference text(PyBytes_FromStringAndSize(value.data(), static_cast<Py_ssize_t>(value.size())));
        if (data && key && text && PyDict_Check(data.get()) && PyDict_Contains(data.get(), key.get()) == 1)
            PyDict_SetItem(data.get(), key.get(), text.get());
        PyErr_Clear();
    }
    void remove(const char* name) const {
        if (m_environ) PyMapping_DelItemString(m_environ.get(), name);
        PyErr_Clear();
    }

private:
    Reference m_environ;
};

/// The interpreters that this process starts get an order.
bool s_handsOn = false;

/// The interpreters that this process starts do not record.
void forget(const Environment& environment, const std::string& folder) {
    environment.remove(kOrder);
    // It was put before all others.
    const std::string path = environment.value(kPath).value_or("");
    if (path == folder) environment.remove(kPath);
    if (path.starts_with(folder + ":")) environment.set(kPath, path.substr(folder.size() + 1));
}

/// Whether this process is the one, which has become another program meanwhile: not another one that has its number.
bool isThisProcess(const FirstProcess& first) {
    return first.pid == static_cast<std::uint64_t>(getpid()) && first.began != 0 && first.began == process::whenBegun();
}

/// They record as this one does, into captures that say they descend from its own.
void handOn(const Environment& environment, RecordingOrder order) {
    order.filebase = std::filesystem::absolute(order.filebase).string();
    const auto pid = static_cast<std::uint64_t>(getpid());
    if (order.root == pid && !order.first) order.first = FirstProcess{collector::identity(), pid, process::whenBegun()};
    order.root = 0;
    order.options.ancestor = Ancestor{collector::identity(), pid};
    collector::handOnRun(order.options);
    environment.set(kOrder, textOf(order));
    s_handsOn = true;
}

/// "python -m heapprof" and "heapprof", which become another program in a moment.
bool isOurCommandLine(const std::vector<std::string>& words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string_view word = words[i];
        if (word.size() < 2 || word[0] != '-') return word.ends_with("/bin/heapprof");
        if (word[1] != '-' && word.ends_with("mheapprof")) return true;
        if (word == "-X" || word == "-W" || word == "--check-hash-based-pycs") ++i;
        if (word[1] != '-' && word.ends_with('m')) return i + 1 < words.size() && words[i + 1] == "heapprof";
        if (word[1] != '-' && word.ends_with('c')) return false;
    }
    return false;
}

/// What is on the stack while recording begins is not the program's.
void hideFrames() {
    std::vector<const PyCodeObject*> codes;
    Reference frame = held(reinterpret_cast<PyObject*>(PyEval_GetFrame()));
    while (frame && frame.get() != Py_None) {
        // Alive for good: stacks are compared with its address.
        if (PyObject* const code = PyObject_GetAttrString(frame.get(), "f_code"))
            codes.push_back(reinterpret_cast<const PyCodeObject*>(code));
        frame.reset(PyObject_GetAttrString(frame.get(), "f_back"));
    }
    PyErr_Clear();
    std::ranges::reverse(codes);
    collector::hideRoot(codes.data(), codes.size());
}

/// The person who asked for it is there: what is wrong with the place shows at once.
bool isMistake(int error) {
    return error == ENOENT || error == ENOTDIR || error == EISDIR || error == ENAMETOOLONG || error == ELOOP;
}

[[noreturn]] void refuse(const std::string& reason) {
    standard_error::say({reason});
    _exit(1);
}

void recordAs(const RecordingOrder& order) {
    collector::start(order.filebase, order.sampling, describe(commandLine()), order.options);
}

void startRoot(RecordingOrder& order) {
    try {
        recordAs(order);
        return;
    } catch (const std::filesystem::filesystem_error& error) {
        const int number = error.code().value();
        const std::string place = "cannot record to '" + order.filebase + "': ";
        if (isMistake(number)) refuse(place + std::strerror(number) + ": " + error.path1().string());
        if (number == EBUSY)
            standard_error::say({place, "another program is recording there; this one gets files of its own"});
    } catch (const std::bad_alloc&) {
        standard_error::say({"cannot record: there is no memory"});
        return;
    } catch (const std::exception& error) {
        refuse("cannot record: " + std::string(error.what()));
    }
    order.options.namedByProcess = true;
    recordAs(order);
}

/// Refuses a place where nothing can be recorded once it comes to that.
void tryPlace(const std::filesystem::path& filebase) {
    std::error_code error;
    const auto folder = std::filesystem::status(filebase.parent_path(), error);
    if (!error && folder.type() != std::filesystem::file_type::directory)
        error = std::make_error_code(std::errc::not_a_directory);
    if (isMistake(error.value()))
        refuse("cannot record to '" + filebase.string() + "': " + std::strerror(error.value()));
}

/// This process waits for its own memory, as the interpreters that it starts do: they get the same order.
void awaitTrigger(RecordingOrder& order, bool isRoot, const Environment& environment) {
    order.filebase = std::filesystem::absolute(order.filebase).string();
    if (isRoot) {
        tryPlace(order.filebase);
        order.options.identity = newIdentity();  // all others name it, whether it will be recorded or not
    }
    if (order.follow) {  // also what this process becomes by exec: its files are not this one's
        collector::enterRun(order.options);
        collector::handOnRun(order.options);
        RecordingOrder others = order;
        others.root = 0;
        if (isRoot) {
            others.options.ancestor = Ancestor{*order.options.identity, order.root};
            others.first = FirstProcess{*order.options.identity, order.root, process::whenBegun()};
        }
        environment.set(kOrder, textOf(others));
        s_handsOn = true;
    }
    const bool isSpokenOf = order.root == static_cast<std::uint64_t>(getpid());
    if (!isSpokenOf) order.quiet = true;
    if (!watchEnd(Py_None)) PyErr_Clear();
    if (isSpokenOf) program::isRoot(order);
    trigger::start(order, false);
}

/// What we keep of Python's belongs to the life of Python in which we began.
void sayFirstLife() {
    static bool s_isSaid = false;
    if (std::exchange(s_isSaid, true)) return;
    standard_error::say({"process ", std::to_string(getpid()),
                         " has ended Python and begun it again: nothing is recorded of it since"});
}

}  // namespace

std::vector<std::string> commandLine() {
    std::vector<std::string> words;
    const int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    if (file < 0) return words;
    std::string text;
    std::array<char, 4096> part;
    for (ssize_t length; (length = read(file, part.data(), part.size())) > 0;)
        text.append(part.data(), static_cast<std::size_t>(length));
    close(file);
    for (std::size_t at = 0; at < text.size(); at += words.back().size() + 1) words.emplace_back(text.c_str() + at);
    return words;
}

ProcessInfo describe(std::vector<std::string> arguments) {
    ProcessInfo process;
    process.executable = textOf(PySys_GetObject("executable"));
    const std::string_view version = Py_GetVersion();
    process.pythonVersion = version.substr(0, version.find(' '));
    utsname names{};
    if (uname(&names) == 0) process.host = names.nodename;
    std::error_code ignored;
    process.workingDirectory = std::filesystem::current_path(ignored).string();
    process.arguments = std::move(arguments);
    return process;
}

const char* reasonOf(const std::filesystem::filesystem_error& error) {
    const int number = error.code().value();
    return number == EBUSY ? "another program is recording there" : std::strerror(number);
}

std::string watcherPath() {
    Dl_info module;
    if (dladdr(reinterpret_cast<void*>(watcherPath), &module) == 0) return {};
    return (std::filesystem::absolute(module.dli_fname).parent_path() / "heapprof-watch").string();
}

void begin(const std::string& folder, const std::string& difference) {
    const Environment environment;
    const auto text = environment.value(kOrder);
    static bool s_hasBegun = false;
    if (!text || !isInMainInterpreter()) return;  // interpreters within this one read their sitecustomize, too
    if (std::exchange(s_hasBegun, true)) {
        if (hasEnded()) sayFirstLife();
        return;
    }
    RecordingOrder order;
    try {
        order = parseOrder(*text);
    } catch (const std::invalid_argument&) {
        return;
    }
    const bool isRoot = order.root == static_cast<std::uint64_t>(getpid());
    if (!isRoot && isOurCommandLine(commandLine())) return;
    const bool isRestarted = !isRoot && order.first && isThisProcess(*order.first);
    if (isRestarted) order.root = order.first->pid;  // the person waits for its end still
    order.options.watcher = watcherPath();
    order.options.namedByProcess = !isRoot;
    if (isRoot && !difference.empty())
        standard_error::say({"stacks of this Python are not understood (", difference, "): recording without them"});
    if (order.statistics) {
        forget(environment, folder);
        if (isRoot) collector::gatherStatistics();
        return;
    }
    if (hasFewDescriptors()) {
        forget(environment, folder);
        sayFewDescriptors();
        return;
    }
    if (!order.follow) forget(environment, folder);
    if (order.trigger.waits()) return awaitTrigger(order, isRoot, environment);
    hideFrames();
    if (isRoot)
        startRoot(order);
    else
        recordAs(order);
    if (order.trigger.ends()) trigger::start(order, true);
    // Nothing of ours is to be in the recording.
    const SuppressHooks suppressed;
    if (order.follow) handOn(environment, order);
    if (isRoot || isRestarted) program::isRoot(order);
}

void switchSampling(const Sampling& sampling) {
    collector::switchSampling(sampling);
    const char* const text = s_handsOn ? std::getenv(kOrder) : nullptr;
    if (!text) return;
    const SuppressHooks suppressed;
    try {
        RecordingOrder order = parseOrder(text);
        order.sampling = sampling;
        Environment::replace(kOrder, textOf(order));
    } catch (const std::invalid_argument&) {
        return;  // it is the program's own
    }
}

}  // namespace heapprof::program
