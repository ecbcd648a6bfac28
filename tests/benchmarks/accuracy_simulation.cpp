// How accurate sampling is: heaps of known sizes, recorded many times by the collector's own sampler and summed up by
// the library's own weights, beside what they say of themselves.
//
//   build/bin/accuracy_simulation [SEED]     all of it: about four minutes of CPU
//
// Coverage is the part of the 95 % intervals that held the truth. The exit status is 1 if, where it is promised, it
// lies outside 93 to 97 % by more than chance explains, or a mean is off by more than 5 standard errors.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/benchmarks/accuracy/simulation.h"
#include "tests/benchmarks/accuracy/size_distribution.h"

using namespace heapprof;
using namespace heapprof::accuracy;

namespace {

constexpr std::array kShares{0.1, 0.01, 0.001};

struct Rule {
    const char* name;
    Sampling sampling;
};
struct Options {
    std::uint64_t seed = 1;
    int failures = 0;
    int checked = 0;
    int outside = 0;
    int sparse = 0;
    double min = 1;
    double max = 0;
};

std::vector<Rule> rules() {
    return {{"64 KiB", Sampling::byBytes(65536)},
            {"16 KiB", Sampling::byBytes(16384)},
            {"ranges", Sampling::byRanges({{128, 1e-4}, {8192, 0.1}})}};
}

std::vector<SizeDistribution> distributions() {
    std::vector<SizeDistribution> all;
    for (const char* name : {"json", "syntax_trees", "modules", "texts", "sql_and_templates", "buffers"})
        all.push_back(measuredSizes(name, std::string(HEAPPROF_SIZES) + "/" + name + ".txt"));
    all.push_back(constantSize(64));
    all.push_back(twoSizes(48, 256 * 1024));
    all.push_back(logNormalSizes(4.5, 1.5));
    all.push_back(paretoSizes(32, 1.2, 16 << 20));
    return all;
}

/// "stated / realised error, bias, coverage", and whether all is well with them.
std::string cell(const Result& result, const Outcome& outcome, Options& options) {
    const Tally& tally = outcome.tally;
    char text[96];
    std::snprintf(text, sizeof text, "%.2g / %.2g %%, %+.1f, ", 100 * tally.statedError(), 100 * tally.error(),
                  tally.bias());
    std::string line = text;
    const bool sparse = outcome.effectiveRecords >= 15 && !outcome.promises();
    std::snprintf(text, sizeof text,
                  outcome.promises() ? "%.1f %%"
                  : sparse           ? "[%.1f %%]"
                                     : "(%.1f %%)",
                  100 * tally.coverage());
    line += text;
    if (result.records < 1 || outcome.variance == 0) return line;
    bool good = std::abs(tally.bias()) < 5;
    options.sparse += sparse;
    if (outcome.promises()) {
        ++options.checked;
        const double slack = 3 * tally.coverageError();
        good = good && tally.coverage() > 0.93 - slack && tally.coverage() < 0.97 + slack;
        options.outside += tally.coverage() < 0.93 || tally.coverage() > 0.97;
        options.min = std::min(options.min, tally.coverage());
        options.max = std::max(options.max, tally.coverage());
    }
    if (!good) {
        ++options.failures;
        line += " !";
    }
    return line;
}

void printHead(const char* title) {
    std::printf("\n%s\n\n", title);
    std::printf("| heap, MB | sizes | sampling | live records | recordings | total | blocks |");
    for (const double share : kShares) std::printf(" a line of %g %% |", 100 * share);
    std::printf("\n|---|---|---|---|---|---|---|---|---|---|\n");
}

void printRow(double heap, const std::string& sizes, const char* rule, const SimulationResult& result,
              Options& options) {
    const Result& total = result.total;
    std::printf("| %.0f | %s | %s | %.0f | %.0f |", heap / 1e6, sizes.c_str(), rule, total.records,
                total.bytes.tally.count());
    std::printf(" %s | %s |", cell(total, total.bytes, options).c_str(), cell(total, total.blocks, options).c_str());
    for (std::size_t i = 0; i < kShares.size(); ++i)
        std::printf(" %s |", cell(result.lines[i], result.lines[i].bytes, options).c_str());
    std::printf("\n");
    std::fflush(stdout);
}

/// As many as chance needs to be told from error, and time allows.
int recordingsFor(double workEach, double allowed, int min) {
    return static_cast<int>(std::clamp(allowed / workEach, static_cast<double>(min), 4000.0));
}

void printHeaps(Options& options) {
    printHead("Heaps of blocks made once, size after size");
    for (const double bytes : {1e8, 1e9, 1e10})
        for (const SizeDistribution& sizes : distributions())
            for (const auto& [name, sampling] : rules()) {
                const SimulatedHeap heap = makeHeap(sizes, bytes, kShares);
                const double records = heap.expectation(sampling).records;
                const int recordings = recordingsFor(records + 1000, 1e8, 500);
                printRow(bytes, sizes.name, name, simulate(heap, sampling, recordings, options.seed), options);
            }
}

void printPrograms(Options& options) {
    printHead("Programs that also free and reallocate, block by block in random order");
    for (const char* name : {"json", "modules", "buffers"})
        for (const auto& [rule, sampling] : rules()) {
            constexpr double kBytes = 2e7;
            const SizeDistribution sizes = measuredSizes(name, std::string(HEAPPROF_SIZES) + "/" + name + ".txt");
            const SimulatedHeap heap = makeHeap(sizes, kBytes, kShares);
            const int recordings = recordingsFor(heap.truth().blocks, 3e8, 1000);
            printRow(kBytes, name, rule, simulateProgram(heap, sampling, recordings, options.seed), options);
        }
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    if (argc > 1) options.seed = std::strtoull(argv[1], nullptr, 10);
    std::printf("heapprof " HEAPPROF_VERSION ", seed %llu\n", static_cast<unsigned long long>(options.seed));
    std::printf("Cells: one relative standard error as stated / as it was, bias in standard errors, coverage of the\n");
    std::printf(
        "95 %% interval. None is promised with fewer than 15 effective records (amount^2 / variance), in "
        "parentheses;\n");
    std::printf("nor where the variance itself rests on fewer than 20, in brackets.\n");
    printPrograms(options);
    printHeaps(options);
    std::printf("\n%d coverages promised: from %.1f to %.1f %%, %d outside 93 to 97 %%; %d cells not as promised\n",
                options.checked, 100 * options.min, 100 * options.max, options.outside, options.failures);
    std::printf("%d with a variance that rests on too few records\n", options.sparse);
    return options.failures > 0 ? 1 : 0;
}
