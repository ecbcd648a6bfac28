// How fast a version 1 capture becomes a digest, beside `cat` of the same file. Prints one table; asserts nothing.
//
//   digest_speed [EVENTS [TRACES [FOLDER]]]      default: 10,000,000 events, 2,000 traces, the system's temporary
//   folder
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>

#include "core/digest/digest_builder.h"
#include "tests/benchmarks/generated_capture.h"

using namespace heapprof;

namespace {

struct Cost {
    double cpu = 0, wall = 0;  // seconds
};

Cost measure(const std::function<void()>& work) {
    const auto cpu = [] {
        timespec now{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
    };
    const auto start = std::chrono::steady_clock::now();
    const double before = cpu();
    work();
    return {cpu() - before, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()};
}

Cost median(std::vector<Cost> costs) {
    std::ranges::sort(costs, {}, &Cost::cpu);
    return costs[costs.size() / 2];
}

void print(const char* what, Cost cost, std::uint64_t events) {
    std::printf("%-34s %9.1f ms CPU %9.1f ms wall %8.2f ns/event %8.1f M events/s CPU\n", what, cost.cpu * 1e3,
                cost.wall * 1e3, cost.cpu * 1e9 / static_cast<double>(events),
                static_cast<double>(events) / cost.cpu * 1e-6);
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t eventCount = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000;
    const auto traceCount = static_cast<std::uint32_t>(argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 2000);
    const std::filesystem::path folder =
        (argc > 3 ? std::filesystem::path(argv[3]) : std::filesystem::temp_directory_path()) / "heapprof-digest-speed";
    std::filesystem::create_directories(folder);
    const std::filesystem::path filebase = folder / "generated";
    benchmarks::generateV1(filebase, eventCount, traceCount);
    const auto capture = Capture::open(filebase, V1Sampling::Unsampled);
    const auto logSize = std::filesystem::file_size(capture->eventsPath());
    std::printf("%llu events, %u traces, %.1f MB log\n", static_cast<unsigned long long>(eventCount), traceCount,
                static_cast<double>(logSize) * 1e-6);

    std::vector<Cost> reading, decoding, digesting, opening;
    std::vector<char> piece(256 * 1024);
    std::vector<Event> events(4096);
    for (int round = 0; round < 9; ++round) {  // alternated, so that a noisy moment hits all of them
        reading.push_back(measure([&] {
            std::FILE* file = std::fopen(capture->eventsPath().c_str(), "rb");
            std::setvbuf(file, nullptr, _IONBF, 0);
            while (std::fread(piece.data(), 1, piece.size(), file) > 0) {
            }
            std::fclose(file);
        }));
        decoding.push_back(measure([&] {
            const auto reader = capture->events();
            while (reader->read(events) > 0) {
            }
        }));
        digesting.push_back(measure([&] { DigestBuilder(capture, DigestBuilder::Start::Anew).run(); }));
        opening.push_back(measure([&] { openDigest(*capture); }));
    }
    print("cat (read in 256 KB pieces)", median(reading), eventCount);
    print("decode", median(decoding), eventCount);
    print("log to complete digest on disk", median(digesting), eventCount);
    const Cost open = median(opening);
    std::printf("open the digest: %.2f ms CPU; digest %.1f MB\n", open.cpu * 1e3,
                static_cast<double>(std::filesystem::file_size(folder / "generated.hpc")) * 1e-6);
    std::filesystem::remove_all(folder);
}
