// heapprof-enter PID SECONDS < COLLECTOR \0 CODE \0 COMMAND: has a running Python obey a command, and prints its
// answer.
//
// A thread of the process that holds none of the locks concerned is stopped for a moment and made to load the
// collector's library, where it is not there yet, and to start a thread of ours. That one does all the rest, as soon as
// it has the GIL: see collector/launch/entrance.h.
#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "attach/safe_point.h"
#include "attach/target.h"
#include "attach/traced_thread.h"
#include "collector/launch/entrance.h"

namespace heapprof {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr const char* kEnter = "heapprof_enter";

struct Request {
    std::string collector, code, command;
};

Request readRequest() {
    const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    const std::size_t first = text.find('\0'), second = text.find('\0', first + 1);
    if (second == std::string::npos) throw std::runtime_error("an incomplete request");
    Request request{text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
    if (request.collector.size() >= Entrance::kLongestPath || request.code.size() >= Entrance::kLongestCode ||
        request.command.size() >= Entrance::kLongestCommand)
        throw std::runtime_error("too long");
    return request;
}

/// A thread that is stopped at a safe point.
void atSafePoint(const Target& target, Clock::time_point until, const auto& act) {
    do {
        for (const pid_t id : target.threads()) {
            std::optional<TracedThread> thread;
            try {
                thread.emplace(id);
            } catch (const ThreadHasEnded&) {
                continue;
            }
            if (isSafePoint(target, *thread)) return act(*thread);
        }
        std::this_thread::sleep_for(2ms);
    } while (Clock::now() < until);
    throw std::runtime_error("none of its threads came to a point where it can be entered");
}

std::uint64_t place(const Target& target, TracedThread& thread, const Request& request) {
    const std::uint64_t at = thread.call(target.function("mmap"), {0, sizeof(Entrance), PROT_READ | PROT_WRITE,
                                                                   MAP_PRIVATE | MAP_ANONYMOUS, ~std::uint64_t{0}, 0});
    if (at == ~std::uint64_t{0}) throw std::runtime_error("it gets no memory");
    target.write(at + offsetof(Entrance, collector), request.collector);
    target.write(at + offsetof(Entrance, code), request.code);
    target.write(at + offsetof(Entrance, command), request.command);
    return at;
}

void enter(Target& target, TracedThread& thread, std::uint64_t entrance) {
    if (!target.has(kEnter)) {
        if (thread.call(target.function("dlopen"), {entrance + offsetof(Entrance, collector), RTLD_NOW}) == 0) {
            const std::string reason = target.text(thread.call(target.function("dlerror"), {}));
            thread.call(target.function("munmap"), {entrance, sizeof(Entrance)});
            throw std::runtime_error("it cannot load the collector: " + reason);
        }
        target.look();
    }
    if (const auto error = static_cast<int>(thread.call(target.function(kEnter), {entrance}))) {
        thread.call(target.function("munmap"), {entrance, sizeof(Entrance)});
        throw std::runtime_error(std::string("it cannot start a thread: ") + std::strerror(error));
    }
}

std::string awaitAnswer(const Target& target, std::uint64_t entrance, Clock::time_point until) {
    const auto state = [&] {
        std::uint32_t found = Entrance::Cancelled;
        if (!target.read(entrance + offsetof(Entrance, state), found)) throw std::runtime_error("it has ended");
        return found;
    };
    const auto set = [&](std::uint32_t value) {
        target.write(entrance + offsetof(Entrance, state), {reinterpret_cast<const char*>(&value), sizeof value});
    };
    while (state() != Entrance::Answered) {
        if (Clock::now() > until && state() == Entrance::Waiting) {
            set(Entrance::Cancelled);
            throw std::runtime_error("it ran no Python code in time: it may be in C code that holds the GIL");
        }
        std::this_thread::sleep_for(1ms);
    }
    std::string answer = target.text(entrance + offsetof(Entrance, answer));
    set(Entrance::Read);
    return answer;
}

std::string obey(pid_t process, std::chrono::duration<double> patience, const Request& request) {
    const auto until = Clock::now() + std::chrono::duration_cast<Clock::duration>(patience);
    Target target(process);
    if (request.collector.empty() && !target.has(kEnter))
        throw std::runtime_error("it has loaded a heapprof of another version, which cannot be told from outside");
    std::uint64_t entrance = 0;
    atSafePoint(target, until, [&](TracedThread& thread) {
        if (static_cast<int>(thread.call(target.function("Py_IsInitialized"), {})) == 0)
            throw std::runtime_error("its Python has not begun, or has ended");
        entrance = place(target, thread, request);
        enter(target, thread, entrance);
    });
    return awaitAnswer(target, entrance, until);
}

/// What is stopped must not stay so: nobody interrupts this program.
void ignoreSignals() {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);
    setsid();
}

int main(int count, char** words) {
    if (count != 3) {
        std::fputs("heapprof-enter is called by heapprof attach\n", stderr);
        return 2;
    }
    try {
        const Request request = readRequest();
        ignoreSignals();
        std::cout << obey(std::atoi(words[1]), std::chrono::duration<double>(std::atof(words[2])), request);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}

}  // namespace
}  // namespace heapprof

int main(int count, char** words) { return heapprof::main(count, words); }
