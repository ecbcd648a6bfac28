#include "collector/launch/command.h"

#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "collector/collector.h"
#include "collector/cpython/own_thread.h"
#include "collector/launch/program.h"
#include "collector/sampling/thread_state.h"

namespace heapprof::program {
namespace {

std::string start(RecordingOrder order) {
    if (collector::isProfiling())
        return "no it is being recorded already" +
               (collector::capturePath().empty() ? "" : ", to " + collector::capturePath());
    order.root = static_cast<std::uint64_t>(getpid());
    order.options.followFork = false;
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

std::string sample(const Sampling& sampling) {
    switchSampling(sampling);
    return "ok " + describe(sampling) + " from now on";
}

std::string answerTo(std::string_view command) {
    constexpr std::string_view kStart = "start ", kSample = "sample ";
    if (command.starts_with(kStart)) {
        RecordingOrder order = parseOrder(command.substr(kStart.size()));
        order.quiet = true;  // nobody asked the program
        order.follow = false;
        return start(std::move(order));
    }
    if (command.starts_with(kSample)) return sample(parseSampling(command.substr(kSample.size())));
    return command == "stop" ? stop() : "no command is called so";
}

/// What `act` answers, or why it failed.
template <typename Act>
std::string guarded(const Act& act) {
    try {
        if (!isInMainInterpreter()) return "no it was asked in another interpreter than the main one";
        return act();
    } catch (const std::filesystem::filesystem_error& error) {
        return "no it cannot write " + error.path1().string() + ": " + reasonOf(error);
    } catch (const std::runtime_error& error) {
        return "no " + std::string(error.what());
    } catch (const std::invalid_argument& error) {
        return "no " + std::string(error.what());
    } catch (const std::exception&) {
        return "no memory";  // short enough to need none
    }
}

}  // namespace

std::string obey(std::string_view command) {
    return guarded([&] { return answerTo(command); });
}

std::string record(const RecordingOrder& order) {
    return guarded([&] { return start(order); });
}

}  // namespace heapprof::program
