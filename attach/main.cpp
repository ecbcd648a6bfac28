// heapprof-enter PID FOLDER INSIDE SECONDS < CODE: has a running Python obey the command in the file FOLDER/command,
// which it takes away as it begins; the answer becomes the file FOLDER/answer. INSIDE is what the process calls the
// folder.
//
// A process that has the collector calls it; another one executes CODE, a few lines of Python. Either is handed over as
// a pending call, which the main thread makes between two instructions of Python. Where no Python code runs in the main
// thread, a thread that waits, or is in a library, is made to call it.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>

#include "attach/safe_point.h"
#include "attach/target.h"
#include "attach/traced_thread.h"

namespace heapprof {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kRoom = 4096;
constexpr const char* kObey = "heapprof_obey";

struct Request {
    std::string command, answer, inside, code;
    Clock::time_point until;

    bool isTaken() const { return access(command.c_str(), F_OK) != 0; }
    bool isAnswered() const { return access(answer.c_str(), F_OK) == 0; }
};

/// Lets `thread` run Python code: `function` is called with `argument` while it holds the GIL.
void runPython(const Target& target, TracedThread& thread, const std::string& function, std::uint64_t argument) {
    const std::uint64_t state = thread.call(target.function("PyGILState_Ensure"), {}, 3s);
    // From here on it has to come to its end: what holds the GIL cannot be left where it is.
    thread.call(target.function(function), {argument}, 24h);
    thread.call(target.function("PyGILState_Release"), {state}, 24h);
}

/// A function of the process, and its argument there.
struct Call {
    std::string function;
    std::uint64_t argument = 0;
};

Call handOver(const Target& target, const Request& request) {
    TracedThread thread(target.process());
    if (static_cast<int>(thread.call(target.function("Py_IsInitialized"), {}, 1s)) == 0)
        throw std::runtime_error("its Python has not begun, or has ended");
    // Without malloc(), which the thread may be in the midst of.
    const std::uint64_t room = thread.call(
        target.function("mmap"), {0, kRoom, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, ~0ull, 0}, 1s);
    if (room == ~0ull) throw std::runtime_error("it gets no memory");
    const bool hasCollector = target.has(kObey);
    target.write(room, (hasCollector ? request.inside : request.code) + '\0');
    const Call call{hasCollector ? kObey : "PyRun_SimpleString", room};
    if (static_cast<int>(
            thread.call(target.function("Py_AddPendingCall"), {target.function(call.function), room}, 1s)) != 0)
        throw std::runtime_error("too much is waiting in it already");
    if (isSafePoint(target, thread)) runPython(target, thread, "Py_MakePendingCalls", 0);
    return call;
}

/// Has some thread run the code now, if there is one that can.
void push(const Target& target, const Request& request, const Call& call) {
    for (const pid_t id : target.threads()) {
        try {
            TracedThread thread(id);
            if (request.isTaken()) return;
            if (!isSafePoint(target, thread)) continue;
            if (id == target.process())
                runPython(target, thread, "Py_MakePendingCalls", 0);
            else
                runPython(target, thread, call.function, call.argument);
            return;
        } catch (const std::runtime_error&) {
            continue;  // it has ended, or does not stop; another one may
        }
    }
}

bool waitFor(const Request& request, bool (Request::*happened)() const, Clock::time_point until) {
    while (!(request.*happened)()) {
        if (Clock::now() > until) return false;
        std::this_thread::sleep_for(2ms);
    }
    return true;
}

void run(pid_t process, const Request& request) {
    if (std::max(request.code.size(), request.inside.size()) >= kRoom) throw std::runtime_error("too long");
    const Target target(process);
    const Call call = handOver(target, request);
    while (!waitFor(request, &Request::isTaken, std::min(Clock::now() + 200ms, request.until))) {
        if (Clock::now() >= request.until) {
            unlink(request.command.c_str());
            throw std::runtime_error("it ran no Python code in time: it may be in C code that holds the GIL");
        }
        push(target, request, call);
    }
    if (!waitFor(request, &Request::isAnswered, request.until)) throw std::runtime_error("it gave no answer in time");
    TracedThread(process).call(target.function("munmap"), {call.argument, kRoom}, 1s);
}

int main(int count, char** words) {
    if (count != 5) {
        std::fputs("heapprof-enter is called by heapprof attach\n", stderr);
        return 2;
    }
    try {
        std::string code{std::istreambuf_iterator<char>(std::cin), {}};
        const auto patience = std::chrono::duration<double>(std::atof(words[4]));
        const std::string folder = words[2];
        run(std::atoi(words[1]), {folder + "/command", folder + "/answer", words[3], std::move(code),
                                  Clock::now() + std::chrono::duration_cast<Clock::duration>(patience)});
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}

}  // namespace
}  // namespace heapprof

int main(int count, char** words) { return heapprof::main(count, words); }
