// How fast captures are read: log to table, log to digest, digest to answers, beside `cat` of the same file. One table,
// medians of alternated rounds; asserts nothing.
//
//   reading_speed [EVENTS[,EVENTS...] [TRACES[,TRACES...] [ROUNDS [VERSION[,VERSION]]]]]
//   reading_speed --capture FILEBASE [ROUNDS]
//
// The first makes captures for it, in the system's temporary folder. Default: 10,000,000 events; 2,000 and 200,000
// traces; 7 rounds; versions 1 and 2 of the format.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <limits>
#include <sstream>
#include <string_view>

#include "core/blocks/outcomes.h"
#include "core/bytes/huge_pages.h"
#include "core/capture/event_loop.h"
#include "core/digest/digest_builder.h"
#include "core/state/snapshot.h"
#include "core/state/time_series.h"
#include "core/traces/trace_set.h"
#include "tests/benchmarks/generated_capture.h"

using namespace heapprof;

namespace {

struct Cost {
    double cpu = 0, wall = 0;  // seconds
};

/// Of all threads together.
Cost measure(const std::function<void()>& work) {
    const auto cpu = [] {
        timespec now{};
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
    };
    const auto start = std::chrono::steady_clock::now();
    const double before = cpu();
    work();
    return {cpu() - before, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()};
}

/// What is measured, round by round.
class Table {
public:
    explicit Table(std::size_t rounds) : m_rounds(rounds) {}
    /// `events` is what the cost is divided by; 0: it is printed whole.
    void add(const char* name, double events, std::function<void()> work) {
        m_lines.push_back({name, events, std::move(work), {}});
    }
    void run() {
        for (std::size_t round = 0; round < m_rounds; ++round)  // alternated: a noisy moment hits all of them
            for (Line& line : m_lines) line.costs.push_back(measure(line.work));
        for (Line& line : m_lines) print(line);
        m_lines.clear();
    }

private:
    struct Line {
        const char* name;
        double events;
        std::function<void()> work;
        std::vector<Cost> costs;
    };
    static void print(Line& line) {
        std::ranges::sort(line.costs, {}, &Cost::cpu);
        const Cost cost = line.costs[line.costs.size() / 2], min = line.costs.front();
        const double unit = line.events > 0 ? 1e9 / line.events : 1e3;
        std::printf("  %-44s %9.2f %9.2f %9.2f %s\n", line.name, cost.cpu * unit, min.cpu * unit, cost.wall * unit,
                    line.events > 0 ? "ns/event" : "ms");
        std::fflush(stdout);
    }

    std::size_t m_rounds;
    std::vector<Line> m_lines;
};

void readInPieces(const std::filesystem::path& path) {
    std::vector<char> piece(256 * 1024);
    std::FILE* file = std::fopen(path.c_str(), "rb");
    std::setvbuf(file, nullptr, _IONBF, 0);
    while (std::fread(piece.data(), 1, piece.size(), file) > 0) {
    }
    std::fclose(file);
}

struct TableFiller {
    std::int64_t* live;
    std::size_t traces;
    std::int64_t total = 0;

    void operator()(const Event& event) {
        const auto isFree = -static_cast<std::int64_t>(event.kind);
        const std::int64_t bytes = (static_cast<std::int64_t>(event.size) ^ isFree) - isFree;
        live[event.trace.value < traces ? event.trace.value : 0] += bytes;
        total += bytes;
    }
};

/// Live bytes by trace, and their sum.
std::int64_t liveTable(const Capture& capture, BigTable<std::int64_t>& live) {
    const auto reader = capture.events();
    TableFiller filler{live.data(), live.size()};
    visitEvents(*reader, std::numeric_limits<std::size_t>::max(), filler);
    return filler.total;
}

void measureLog(Table& table, const std::shared_ptr<Capture>& capture, double events) {
    static BigTable<std::int64_t> live;
    live.assign(capture->info()->traces->traceCount() + 1, 0);
    table.add("cat of the event log", events, [=] { readInPieces(capture->eventsPath()); });
    table.add("decode + live table", events, [=] { liveTable(*capture, live); });
    table.add("log to complete digest on disk, one thread", events,
              [=] { DigestBuilder(capture, DigestBuilder::Start::Anew, 1).run(); });
    if (capture->info()->metadata.version > 1)
        table.add("log to complete digest on disk, threads", events,
                  [=] { DigestBuilder(capture, DigestBuilder::Start::Anew).run(); });
    table.run();
}

void measureAnswers(Table& table, const std::shared_ptr<Capture>& capture) {
    const auto digest = openDigest(*capture);
    const auto traces = capture->info()->traces;
    const TraceIndex common(static_cast<std::uint32_t>(std::min<std::size_t>(200, traces->traceCount())));
    const auto line = traces->lineOf(traces->node(traces->trace(common).leaf).frame);
    const Recording recording(capture, capture->info(), digest);
    const TraceSet ofLine = TraceSet::throughLine(*traces, line);
    const auto at = [&](double part) {
        return Micros(static_cast<std::int64_t>(part * static_cast<double>(digest->lastTime().count)));
    };
    std::mt19937 random(3);
    table.add("open the digest", 0, [=] { openDigest(*capture); });
    table.add("total from chunk headers", 0, [=] { capture->chunks(); });
    table.add("total over time, 2,000 steps", 0, [=] { totalOverTime(recording, {}, recording.end(), 2000); });
    table.add("snapshot at any instant", 0,
              [=]() mutable { snapshotAt(recording, at(static_cast<double>(random() % 1000) / 1000)); });
    table.add("which traces pass through a line", 0, [=] { TraceSet::throughLine(*traces, line); });
    std::uint32_t stacks = 0;
    for (std::uint32_t i = 0; i <= traces->traceCount(); ++i) stacks += ofLine.contains(TraceIndex(i));
    std::printf("  the line is on %u stacks\n", stacks);
    table.add("series of one line", 0, [=] { filteredBucketEnds(recording, ofLine); });
    table.add("series of all traces", 0, [=] { filteredBucketEnds(recording, {}); });
    if (capture->info()->metadata.version > 1) {
        const OutcomeTimes times{at(0.3), at(0.4), at(0.7)};
        const auto eventsUpTo = [&](Instant time) { return digest->startOf(digest->bucketsUpTo(time)).events; };
        table.add("allocated in a range and still alive",
                  static_cast<double>(eventsUpTo(times.until) - eventsUpTo(times.from)),
                  [=] { allocationOutcomes(recording, times); });
    }
    table.run();
}

/// Answers take little time, and the first of a kind are dearer: parts of a digest are checked when they are asked for.
constexpr std::size_t kAnswers = 15;

void measureCapture(const std::filesystem::path& filebase, std::size_t rounds) {
    const auto capture = Capture::open(filebase, V1Sampling::Unsampled);
    DigestBuilder builder(capture, DigestBuilder::Start::Anew);
    builder.run();
    const auto events = static_cast<double>(builder.digest()->events());
    std::printf("version %d, %.0f events, %zu traces: %.2f bytes/event\n", capture->info()->metadata.version, events,
                capture->info()->traces->traceCount(),
                static_cast<double>(std::filesystem::file_size(capture->eventsPath())) / events);
    Table reading(rounds), answers(std::max(rounds, kAnswers));
    measureLog(reading, capture, events);
    measureAnswers(answers, capture);
    std::printf("  digest: %.1f MB, %zu buckets, %zu segments\n",
                static_cast<double>(std::filesystem::file_size(*builder.file())) * 1e-6,
                builder.digest()->buckets().size(), builder.digest()->segments().size());
}

std::vector<std::uint64_t> numbers(const char* list) {
    std::vector<std::uint64_t> result;
    std::istringstream stream(list);
    for (std::string number; std::getline(stream, number, ',');)
        result.push_back(std::strtoull(number.c_str(), nullptr, 10));
    if (result.empty() || std::ranges::count(result, 0) > 0) {
        std::fprintf(stderr, "%s: not numbers above 0, with commas between\n", list);
        std::exit(2);
    }
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    const auto argument = [&](int number, const char* usual) { return argc > number ? argv[number] : usual; };
    std::printf("  %-44s %9s %9s %9s\n", "", "CPU", "least", "wall");
    if (argc > 2 && std::string_view(argv[1]) == "--capture") {
        measureCapture(argv[2], std::strtoul(argument(3, "7"), nullptr, 10));
        return 0;
    }
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "heapprof-reading-speed";
    std::filesystem::create_directories(folder);
    for (const std::uint64_t traces : numbers(argument(2, "2000,200000")))
        for (const std::uint64_t version : numbers(argument(4, "1,2")))
            for (const std::uint64_t events : numbers(argument(1, "10000000"))) {
                const benchmarks::Shape shape{events, static_cast<std::uint32_t>(traces)};
                if (version == 1)
                    benchmarks::generateV1(folder / "generated", shape);
                else
                    benchmarks::GeneratedV2(folder / "generated", shape).end();
                measureCapture(folder / "generated", std::strtoul(argument(3, "7"), nullptr, 10));
            }
    std::filesystem::remove_all(folder);
}
