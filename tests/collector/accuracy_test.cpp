// The collector's sampler and the library's weights together: estimates are unbiased, and as good as they say. Seeded:
// a run is as the one before.
#include <QtTest>
#include <array>
#include <cmath>

#include "core/state/estimate.h"
#include "core/text/text.h"
#include "tests/benchmarks/accuracy/simulated_recording.h"
#include "tests/benchmarks/accuracy/simulation.h"
#include "tests/benchmarks/accuracy/size_distribution.h"

using namespace heapprof;
using namespace heapprof::accuracy;

namespace {

constexpr std::array kShares{0.1, 0.01};
constexpr int kRecordings = 1000;

void check(const Outcome& amount) {
    const Tally& tally = amount.tally;
    const double mean = std::sqrt(amount.variance / kRecordings);
    const double bias = std::abs(tally.bias()) * tally.error() * tally.truth() / std::sqrt(kRecordings);
    QVERIFY2(bias < 4.5 * mean, qPrintable(QString::number(bias / mean)));
    if (!amount.promises()) return;
    const double stated = std::abs(tally.statedVariance() - amount.variance) / tally.statedVarianceError();
    QVERIFY2(stated < 5, qPrintable(QString::number(stated)));
    // Squares of something nearly normal scatter by sqrt(2), of a Poisson number of 10 by a little more.
    const double ratio = std::pow(tally.error() * tally.truth(), 2) / amount.variance;
    QVERIFY2(std::abs(ratio - 1) < 5 * std::sqrt(2.1 / kRecordings), qPrintable(QString::number(ratio)));
    QVERIFY2(tally.coverage() > 0.93 - 4 * tally.coverageError() && tally.coverage() < 0.97 + 4 * tally.coverageError(),
             qPrintable(QString::number(tally.coverage())));
}

void check(const Result& result) {
    check(result.bytes);
    check(result.blocks);
}

void checkShare(const Result& line) {
    const Tally& share = line.share;
    const double ratio = std::pow(share.error() * share.truth(), 2) / share.statedVariance();
    QVERIFY2(std::abs(ratio - 1) < 5 * std::sqrt(2.2 / kRecordings), qPrintable(QString::number(ratio)));
    QVERIFY2(std::abs(share.bias()) < 4.5, qPrintable(QString::number(share.bias())));
    QVERIFY2(share.coverage() > 0.93 - 4 * share.coverageError() && share.coverage() < 0.97 + 4 * share.coverageError(),
             qPrintable(QString::number(share.coverage())));
}

void check(const SimulationResult& result) {
    check(result.total);
    QCOMPARE(result.total.share.error(), 0.0);
    QCOMPARE(result.total.share.statedError(), 0.0);
    for (const Result& line : result.lines) {
        check(line);
        if (line.bytes.promises() && result.total.bytes.promises()) checkShare(line);
    }
}

}  // namespace

class AccuracyTest : public QObject {
    Q_OBJECT

    void rules() {
        QTest::addColumn<Sampling>("sampling");
        QTest::newRow("4 KiB") << Sampling::byBytes(4096);
        QTest::newRow("ranges") << Sampling::byRanges({{128, 0.002}, {8192, 0.1}});
        QTest::newRow("one range") << Sampling::byRanges({{INT64_MAX, 0.01}});
    }

private slots:
    void estimatesAreAsGoodAsTheySay_data() { rules(); }
    void estimatesAreAsGoodAsTheySay() {
        QFETCH(Sampling, sampling);
        for (const SizeDistribution& sizes :
             {constantSize(100), logNormalSizes(5, 1.5), twoSizes(48, 100'000), paretoSizes(32, 1.2, 1 << 20)})
            check(simulate(makeHeap(sizes, 1e7, kShares), sampling, kRecordings, 17));
    }
    void programsThatFreeAndReallocate_data() { rules(); }
    void programsThatFreeAndReallocate() {
        QFETCH(Sampling, sampling);
        const SimulatedHeap heap = makeHeap(logNormalSizes(6.5, 1.5), 1e7, kShares);
        check(simulateProgram(heap, sampling, kRecordings, 18));
    }
    /// What lets the simulation go from record to record.
    void requestsCountedTogetherLeaveTheSameRecords_data() { rules(); }
    void requestsCountedTogetherLeaveTheSameRecords() {
        QFETCH(Sampling, sampling);
        const SimulatedHeap heap = makeHeap(logNormalSizes(5, 1.5), 1e6, kShares);
        for (std::uint64_t seed = 1; seed <= 50; ++seed)
            sampler::costRule(sampling) == CostRule::ByBytes
                ? compareCounting<CostRule::ByBytes>(heap, sampling, seed)
                : compareCounting<CostRule::ByRanges>(heap, sampling, seed);
    }
    void intervals() {
        const Interval interval = interval95(100, 25);
        QVERIFY(std::abs(interval.max - 100 * std::exp(1.96 * 0.05)) < 1e-9);
        QVERIFY(std::abs(interval.min * interval.max - 1e4) < 1e-6);
        QVERIFY(interval95(100, 0).min == 100 && interval95(100, 0).max == 100);
        QVERIFY(std::abs(interval95(-100, 25).min + 109.8) < 1e-9);
        QVERIFY(std::abs(maxBytesUnseen(Sampling::byBytes(65536)) / 65536 - 2.9957) < 1e-3);
        QVERIFY(maxBytesUnseen(Sampling::everything()) == 0);
        QVERIFY(std::abs(maxBytesUnseen(Sampling::byRanges({{101, 0.01}, {200, 0.5}})) - 29807) < 1);
        QVERIFY(std::isinf(maxBytesUnseen(Sampling::byRanges({{101, 0.0}}))));
        QVERIFY(maxBytesUnseen(Sampling::byRanges({{101, 1.0}})) == 0);
    }

    void shares() {
        const Estimate part{25, 1, 16, 0}, whole{100, 4, 64, 0};
        QCOMPARE(shareOf(part, whole).part, 0.25);
        QVERIFY(std::abs(shareOf(part, whole).variance - 0.0012) < 1e-12);  // (0.75^2 * 16 + 0.25^2 * 48) / 100^2
        QCOMPARE(shareOf(whole, whole).error(), 0.0);
        QCOMPARE(shareOf({25, 1, 0, 0}, {100, 4, 0, 0}).error(), 0.0);
        QCOMPARE(shareOf({}, {}).part, 0.0);
        QCOMPARE(formatShare(part, whole), std::string("25.0 % \u00b1 6.8 %"));
        QCOMPARE(formatShare({25, 1, 0, 0}, {100, 4, 0, 0}), std::string("25.0 %"));
        QCOMPARE(formatEstimate({4 << 20, 40, 0x1p36, 0}), std::string("4.00 MiB (95 %: 3.54 to 4.52 MiB)"));
        QCOMPARE(formatInterval({1'000'000, 40, 4e8, 0}), std::string("939 KiB to 0.99 MiB"));
        QCOMPARE(formatEstimate({4 << 20, 40, 0, 0}), std::string("4.00 MiB"));
    }

private:
    template <CostRule costRule>
    void compareCounting(const SimulatedHeap& heap, const Sampling& sampling, std::uint64_t seed) {
        SimulatedRecording recording(sampling);
        const auto all = [&](auto&& recordedOf) {
            recording.reseed(seed);
            std::vector<std::uint64_t> counts;
            for (const SimulatedLine& line : heap.lines)
                for (const Run& run : line.runs) counts.push_back(recordedOf(run));
            return counts;
        };
        const auto together = all([&](const Run& run) { return recording.recordedOf<costRule>(run.size, run.count); });
        const auto each = all([&](const Run& run) {
            std::uint64_t count = 0;
            for (std::uint64_t i = 0; i < run.count; ++i) count += recording.records<costRule>(run.size);
            return count;
        });
        QVERIFY(together == each);
    }
};

QTEST_APPLESS_MAIN(AccuracyTest)
#include "accuracy_test.moc"
