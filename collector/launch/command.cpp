#include "collector/launch/command.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "collector/collector.h"
#include "collector/cpython/own_thread.h"
#include "collector/launch/program.h"
#include "collector/sampling/thread_state.h"

namespace heapprof::program {
namespace {

/// The filebase of the last capture; empty: it has no files.
std::string capturePath() {
    std::string path = collector::metadataPath();
    if (!path.empty()) path.resize(path.size() - std::strlen(".hpm"));
    return path;
}

std::string start(std::string_view text) {
    if (collector::isProfiling())
        return "no it is being recorded already" + (capturePath().empty() ? "" : ", to " + capturePath());
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
    const std::string path = capturePath();
    if (path.empty()) return "ok nothing was allocated: there is no capture";
    std::string answer = "ok recorded to " + path;
    if (outcome.error != 0 || outcome.lost != 0)
        answer += "; " + std::to_string(outcome.lost) +
                  " events are missing: " + std::strerror(outcome.error != 0 ? outcome.error : ENOMEM);
    return answer;
}

}  // namespace

std::string obey(std::string_view command) noexcept {
    constexpr std::string_view kStart = "start ";
    try {
        if (!isInMainInterpreter()) return "no it was asked in another interpreter than the main one";
        if (command.starts_with(kStart)) return start(command.substr(kStart.size()));
        if (command == "stop") return stop();
        return "no command is called so";
    } catch (const std::filesystem::filesystem_error& error) {
        const bool isBusy = error.code().value() == EBUSY;
        return "no it cannot write " + error.path1().string() + ": " +
               (isBusy ? "another program is recording there" : std::strerror(error.code().value()));
    } catch (const std::exception& error) {
        return "no " + std::string(error.what());
    }
}

void obeyIn(const std::string& folder) noexcept {
    const SuppressHooks suppressed;
    const std::string taken = folder + "/taken", answer = folder + "/answer", unfinished = answer + ".tmp";
    if (std::rename((folder + "/command").c_str(), taken.c_str()) != 0) return;
    std::string command;
    {
        std::ifstream file(taken, std::ios::binary);
        command.assign(std::istreambuf_iterator<char>(file), {});
    }
    std::ofstream(unfinished, std::ios::binary) << obey(command);
    std::rename(unfinished.c_str(), answer.c_str());
}

}  // namespace heapprof::program

int heapprof_obey(void* folder) {
    heapprof::program::obeyIn(static_cast<const char*>(folder));
    return 0;
}
