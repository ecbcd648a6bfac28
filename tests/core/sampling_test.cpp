// The estimator: unbiased, with the variance it claims.
#include <QtTest>
#include <cmath>
#include <random>

#include "core/capture/weights.h"

using namespace heapprof;

class SamplingTest : public QObject {
    Q_OBJECT

private slots:
    void isDescribedInThreeDigits() {
        const auto said = [](double meanBytes) { return describe(Sampling::byBytes(meanBytes)); };
        QCOMPARE(said(65536), std::string("one record per 64 KiB allocated, on average"));
        QCOMPARE(said(2000), std::string("one record per 1.95 KiB allocated, on average"));
        QCOMPARE(said(1e6), std::string("one record per 977 KiB allocated, on average"));
        QCOMPARE(said(100 << 20), std::string("one record per 102400 KiB allocated, on average"));
    }
    void probabilities() {
        const Sampling ranges = Sampling::byRanges({{128, 1e-4}, {8192, 0.1}});
        QCOMPARE(ranges.probability(127), 1e-4);
        QCOMPARE(ranges.probability(128), 0.1);  // bounds are exclusive
        QCOMPARE(ranges.probability(8192), 1.0);
        QVERIFY(Sampling::byRanges({}) == Sampling::everything());
        QVERIFY(std::abs(Sampling::byBytes(65536).probability(65536) - (1 - std::exp(-1))) < 1e-12);
    }
    void problems() {
        QVERIFY(Sampling::byRanges({{10, 0.0}, {20, 1.0}}).problem().empty());
        QVERIFY(!Sampling::byRanges({{10, std::nan("")}}).problem().empty());
        QVERIFY(!Sampling::byRanges({{10, -0.1}}).problem().empty());
        QVERIFY(!Sampling::byRanges({{10, 1.1}}).problem().empty());
        QVERIFY(!Sampling::byRanges({{10, 0.5}, {10, 0.5}}).problem().empty());
        QVERIFY(!Sampling::byBytes(0.5).problem().empty());
        QVERIFY(!Sampling::byBytes(std::nan("")).problem().empty());
    }
    void everythingIsExact() {
        const Weights weights(Sampling::everything());
        const Amount amount = weights.of({}, 345);
        QCOMPARE(amount.bytes, std::int64_t{345});
        QCOMPARE(amount.blocks, std::int64_t{1});
        QCOMPARE(weights.bytesVariance(amount.bytesVariance), 0.0);
    }
    void estimatesAreUnbiasedAndTheirErrorIsTheOneClaimed_data() {
        QTest::addColumn<bool>("byBytes");
        QTest::newRow("by bytes") << true;
        QTest::newRow("by ranges") << false;
    }
    void estimatesAreUnbiasedAndTheirErrorIsTheOneClaimed() {
        QFETCH(bool, byBytes);
        const Sampling sampling = byBytes ? Sampling::byBytes(65536) : Sampling::byRanges({{512, 0.002}, {8192, 0.1}});
        const Weights weights(sampling);
        std::mt19937_64 random(17);
        std::vector<std::uint64_t> heap;
        std::lognormal_distribution<> sizes(5, 1.5);
        double truth = 0;
        for (int i = 0; i < 60'000; ++i)
            truth += static_cast<double>(heap.emplace_back(static_cast<std::uint64_t>(1 + sizes(random))));
        std::vector<double> probability;
        for (const auto size : heap) probability.push_back(sampling.probability(size));
        std::uniform_real_distribution<> uniform;
        constexpr int kRuns = 400;
        double sum = 0, squares = 0, claimed = 0;
        int covered = 0;
        for (int run = 0; run < kRuns; ++run) {
            std::int64_t bytes = 0, variance = 0;
            for (std::size_t i = 0; i < heap.size(); ++i) {
                if (uniform(random) >= probability[i]) continue;
                const Amount weight = weights.of({}, heap[i]);
                bytes += weight.bytes;
                variance += weight.bytesVariance;
            }
            const auto estimate = static_cast<double>(weights.whole(bytes));
            const double error = std::sqrt(weights.bytesVariance(variance));
            sum += estimate;
            squares += (estimate - truth) * (estimate - truth);
            claimed += error * error;
            covered += std::abs(std::log(estimate / truth)) <= 1.96 * error / estimate;
        }
        const double spread = std::sqrt(squares / kRuns);
        QVERIFY(std::abs(sum / kRuns - truth) < 3 * spread / std::sqrt(kRuns));
        QVERIFY(std::abs(claimed / squares - 1) < 0.25);
        QVERIFY(covered > 0.92 * kRuns && covered < 0.98 * kRuns);
    }
};

QTEST_APPLESS_MAIN(SamplingTest)
#include "sampling_test.moc"
