#include "collector/launch/command.h"

#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "collector/collector.h"
#include "collector/cpython/own_thread.h"
#include "collector/launch/program.h"
#include "collector/sampling/thread_state.h"

namespace heapprof::program {
namespace {

std::string start(std::string_view text) {
    if (collector::isProfiling())
        return "no it is being recorded already" +
               (collector::capturePath().empty() ? "" : ", to " + collector::capturePath());
    RecordingOrder order = parseOrder(text);
    order.root = static_cast<std::uint64_t>(getpid());
    order.follow = order.options.followFork = false;
    order.quiet = true;  // nobody asked the program
    order.options.watcher = watcherPath();
    if (!watchEnd(Py_None)) {
        PyErr_Clear();
        return "no the end of the process cannot be watched";
    }
    collector::start(order.filebase, order.sampling, describe(commandLine()), order.options);
    isRoot(order);
    return "ok recording to " + order.filebase;
}

std::string stop() {
    const recorder::Outcome outcome = collector::stop(EndReason::Stopped);
    if (!outcome.wasRecording) return "no nothing is being recorded";
    const std::string path = collector::capturePath();
    if (path.empty()) return "ok nothing was allocated: there is no capture";
    std::string answer = "ok recorded to " + path;
    if (outcome.error != 0 || outcome.lost != 0)
        answer += "; " + std::to_string(outcome.lost) + " events are missing: " + std::strerror(outcome.reason());
    return answer;
}

std::string answerTo(std::string_view command) {
    constexpr std::string_view kStart = "start ";
    try {
        if (!isInMainInterpreter()) return "no it was asked in another interpreter than the main one";
        if (command.starts_with(kStart)) return start(command.substr(kStart.size()));
        if (command == "stop") return stop();
        return "no command is called so";
    } catch (const std::filesystem::filesystem_error& error) {
        return "no it cannot write " + error.path1().string() + ": " + reasonOf(error);
    } catch (const std::runtime_error& error) {
        return "no " + std::string(error.what());
    } catch (const std::invalid_argument& error) {
        return "no " + std::string(error.what());
    }
}

}  // namespace

std::string obey(std::string_view command) noexcept {
    try {
        return answerTo(command);
    } catch (const std::exception&) {
        return "no memory";  // short enough to need none
    }
}

}  // namespace heapprof::program
