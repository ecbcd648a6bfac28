// How soon the workstation's document has an event that a program records while it is looked at, and what following
// costs. One table; asserts nothing.
//
//   live_latency [EVENTS [TRACES[,TRACES...] [FOLDER]]]
//   default: after 10,000,000 events; 2,000 and 200,000 traces; the system's temporary folder
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <functional>
#include <mutex>
#include <random>
#include <sstream>
#include <thread>
#include <vector>

#include "gui/document/digest_worker.h"
#include "tests/benchmarks/generated_capture.h"

using namespace heapprof;

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

double cpuMilliseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

/// A capture that is written and followed at once.
class Live {
public:
    Live(const std::filesystem::path& filebase, const benchmarks::Shape& shape)
        : m_capture(filebase, shape), m_events(shape.events), m_worker(filebase, [this] { look(); }) {
        wait();
    }
    /// Records an event and waits until the digest that is published has it; returns how long that took.
    double follow(TraceIndex trace) {
        const auto start = Clock::now();
        m_capture.passTime(1000);
        m_capture.allocate(trace, 100);
        ++m_events;
        wait();
        return Milliseconds(Clock::now() - start).count();
    }
    TraceIndex addTrace() { return m_capture.addTrace(); }

private:
    void look() {
        const auto status = m_worker.status();
        const std::lock_guard lock(m_mutex);
        m_seen = status.recording.hasDigest() ? status.recording.digest().events() : 0;
        m_changed.notify_all();
    }
    void wait() {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_seen == m_events; });
    }

    benchmarks::GeneratedV2 m_capture;
    std::uint64_t m_events;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::uint64_t m_seen = 0;
    gui::DigestWorker m_worker;  // last: its thread uses what is above
};

void measure(Live& live, const char* name, const std::function<TraceIndex()>& next) {
    constexpr int kRounds = 60;
    std::mt19937 random(5);
    std::vector<double> latencies;
    double cpu = 0;
    for (int i = 0; i < kRounds; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(200 + random() % 100));
        const TraceIndex trace = next();
        const double before = cpuMilliseconds();
        latencies.push_back(live.follow(trace));
        cpu += cpuMilliseconds() - before;
    }
    std::ranges::sort(latencies);
    std::printf("  %-28s median %6.1f ms   p95 %6.1f ms   max %6.1f ms   CPU %6.2f ms each\n", name,
                latencies[kRounds / 2], latencies[kRounds * 95 / 100], latencies.back(), cpu / kRounds);
}

}  // namespace

int main(int argc, char** argv) {
    benchmarks::Shape shape;
    if (argc > 1) shape.events = std::strtoull(argv[1], nullptr, 10);
    std::istringstream traceCounts(argc > 2 ? argv[2] : "2000,200000");
    const std::filesystem::path folder =
        (argc > 3 ? std::filesystem::path(argv[3]) : std::filesystem::temp_directory_path()) / "heapprof-live-latency";
    for (std::string traces; std::getline(traceCounts, traces, ',');) {
        shape.traces = static_cast<std::uint32_t>(std::stoul(traces));
        std::filesystem::create_directories(folder);
        Live live(folder / "generated", shape);
        std::printf("after %llu events, %u traces\n", static_cast<unsigned long long>(shape.events), shape.traces);
        std::mt19937 random(6);
        measure(live, "an event of a known trace",
                [&] { return TraceIndex(1 + static_cast<std::uint32_t>(random()) % shape.traces); });
        measure(live, "an event of a new trace", [&] { return live.addTrace(); });
        const double before = cpuMilliseconds();
        std::this_thread::sleep_for(std::chrono::seconds(4));
        std::printf("  %-28s CPU %.2f ms a second\n", "nothing", (cpuMilliseconds() - before) / 4);
        std::filesystem::remove_all(folder);
    }
}
