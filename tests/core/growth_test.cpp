// Whose memory grows steadily: programs that leak, and programs that only look as if they did.
#include "core/blocks/growth.h"

#include <QtTest>
#include <cmath>
#include <set>

#include "core/stacks/line_table.h"
#include "tests/core/curve_program.h"
#include "tests/core/recorded_blocks.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

std::vector<Growth> growthOf(const Recorded& recorded, GrowthRequest request, std::stop_token stop = {}) {
    return growthBetween(recorded.recording, request, {}, stop);
}
std::vector<Growth> growthOfTraces(const Recorded& recorded) {
    return growthOf(recorded, {Micros(0), recorded.at(1), TraceGrouping::Trace});
}

/// None: it has no slope.
const Growth* find(const std::vector<Growth>& ranking, std::uint32_t index) {
    const auto found = std::ranges::find(ranking, index, &Growth::index);
    return found == ranking.end() ? nullptr : &*found;
}

bool isWithin(double value, double expected, double share) {
    return std::abs(value - expected) <= share * std::abs(expected);
}

}  // namespace

class GrowthTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_cache / "cache").string())); }

    void knowsALeakFromWhatIsNone_data() {
        QTest::addColumn<int>("churn");
        QTest::newRow("few events: all are read") << 0;
        QTest::newRow("many events: the digest is") << 12;
    }
    void knowsALeakFromWhatIsNone() {
        QFETCH(int, churn);
        const TemporaryFolder folder;
        CurveProgram program(folder, Sampling::everything(), 1);
        const auto leak = program.add([](int step) { return step / 2; });
        const auto stairs = program.add([](int step) { return 50 + step / 160 * 40; });
        const auto leakBelowTeeth = program.add([](int step) { return step / 4 + step % 70 * 4; });
        const auto leakAndStep = program.add([](int step) { return step / 8 + (step > 700 ? 900 : 0); });
        const auto shrinks = program.add([](int step) { return 1600 - step; });
        const auto oneStep = program.add([](int step) { return step > 650 ? 900 : 0; });
        const auto twoSteps = program.add([](int step) { return (step > 300 ? 300 : 100) + (step > 1100 ? 500 : 0); });
        const auto teeth = program.add([](int step) { return step % 90 * 5; });
        const auto bigTeeth = program.add([](int step) { return 30 + step % 430; });
        const auto spike = program.add([](int step) { return step > 700 && step < 900 ? 800 : 20; });
        const auto givenBack = program.add([](int step) { return step < 1400 ? step / 4 : 5; });
        const auto steady = program.add([](int) { return 100; });
        const Recorded recorded(folder, program.run(churn));
        QCOMPARE(recorded.digest().buckets().size() > 300, churn > 0);
        const std::vector<Growth> ranking = growthOfTraces(recorded);
        for (const auto& [index, slope, share] :
             {std::tuple(leak, 50'000.0, 0.02), std::tuple(stairs, 25'000.0, 0.1),
              std::tuple(leakBelowTeeth, 25'000.0, 0.1), std::tuple(leakAndStep, 12'500.0, 0.05),
              std::tuple(shrinks, -100'000.0, 0.02)}) {
            const Growth* growth = find(ranking, index);
            QVERIFY2(growth, qPrintable(QString::number(index)));
            QVERIFY2(isWithin(growth->slope, slope, share), qPrintable(QString::number(growth->slope)));
            QVERIFY(growth->slopeLowerBound() * growth->slope > 0 &&
                    isWithin(growth->slopeLowerBound(), slope, 2 * share + 0.05));
        }
        for (const auto index : {oneStep, twoSteps, teeth, bigTeeth, spike, givenBack, steady}) {
            const Growth* growth = find(ranking, index);
            QVERIFY2(!growth || growth->slopeLowerBound() == 0, qPrintable(QString::number(index)));
        }
        QCOMPARE(ranking.front().index, leak);
        QCOMPARE(ranking.back().index, shrinks);
        QVERIFY(std::ranges::is_sorted(ranking, std::greater<>(), &Growth::slopeLowerBound));
        QCOMPARE(find(ranking, leak)->first, 0);
        QCOMPARE(find(ranking, leak)->last, 799'000);
        QCOMPARE(find(ranking, shrinks)->minima.front(), 1'501'000);
    }
    /// The last seconds of a recording are as good an interval as any.
    void looksAtNothingElse() {
        const TemporaryFolder folder;
        CurveProgram program(folder, Sampling::everything(), 1);
        // Is freed right behind the first interval, in the bucket of the digest that lies across its end.
        const auto falls = program.add([](int step) { return step < 768 ? step : 0; });
        const auto early = program.add([](int step) { return std::min(step, 800); });
        const auto late = program.add([](int step) { return std::max(step, 800); });
        const Recorded recorded(folder, program.run(50));
        const auto growth = [&](double from, double to) {
            return growthOf(recorded, {recorded.at(from), recorded.at(to), TraceGrouping::Trace});
        };
        const auto before = growth(0.02, 0.48);
        QVERIFY(recorded.at(0.48) > Micros(7'670'000) && recorded.at(0.48) < Micros(7'680'000));
        QCOMPARE(before.size(), std::size_t{2});
        for (const std::uint32_t index : {early, falls})
            QVERIFY(find(before, index) && isWithin(find(before, index)->slope, 100'000, 0.01));
        QVERIFY(find(before, falls)->minima[15] > find(before, falls)->minima[14]);
        QCOMPARE(growth(0.52, 5).size(), std::size_t{1});
        QCOMPARE(growth(0.52, 5).front().index, late);
        QVERIFY(isWithin(growth(0.52, 5).front().slope, 100'000, 0.01));
        QVERIFY(growth(0.5, 0.5).empty() && growth(0.7, 0.2).empty() && growth(3, 4).empty());
    }
    void countsForLinesAndFunctions() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything(), 5);
        for (int i = 0; i < 30; ++i) model.addTrace(i % 5);
        model.run(150'000, 5000, 42);
        const Recorded recorded(folder, model);
        const TraceTable& traces = recorded.traces();
        for (const auto& [a, b] : {std::pair(0.1, 0.9), std::pair(0.4, 0.5)}) {
            const Micros from = recorded.at(a), to = recorded.at(b);
            const Snapshot before = snapshotAt(recorded.recording, from);
            const Snapshot after = snapshotAt(recorded.recording, to);
            for (const bool cumulative : {false, true}) {
                const auto bytes = [&](const Snapshot& snapshot) {
                    std::map<std::uint32_t, std::int64_t> byLine;
                    for (const LineUsage& line : makeLineTable(snapshot, traces).lines)
                        byLine[line.line.value] = (cumulative ? line.cumulative : line.self).bytes;
                    return byLine;
                };
                auto first = bytes(before), last = bytes(after);
                const auto ranking = growthOf(recorded, {from, to, TraceGrouping::Line, cumulative});
                QVERIFY(ranking.size() > 10);
                for (const Growth& growth : ranking) {
                    QCOMPARE(growth.first, first[growth.index]);
                    QCOMPARE(growth.last, last[growth.index]);
                    QVERIFY(growth.minima.size() == kGrowthWindows && growth.minima.front() <= growth.first);
                    QVERIFY(growth.minima.back() <= growth.last);
                }
                std::map<std::uint32_t, std::int64_t> byFunction;
                for (const TraceEstimate& entry : after.traces) {
                    std::set<std::uint32_t> functions;
                    const auto frames = traces.frames(entry.trace);
                    for (const FrameIndex frame : frames)
                        if (cumulative || frame == frames.back()) functions.insert(traces.frame(frame).function.value);
                    for (const std::uint32_t function : functions) byFunction[function] += entry.usage.bytes;
                }
                const auto functions = growthOf(recorded, {from, to, TraceGrouping::Function, cumulative});
                QVERIFY(functions.size() > 10);
                for (const Growth& growth : functions) QCOMPARE(growth.last, byFunction[growth.index]);
            }
        }
    }
    void floorsAreTheLeast_data() {
        QTest::addColumn<int>("events");
        QTest::newRow("few events: exactly") << 100'000;
        QTest::newRow("many events: of those at the ends of buckets") << 600'000;
    }
    void floorsAreTheLeast() {
        QFETCH(int, events);
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything(), 3);
        for (int i = 0; i < 20; ++i) model.addTrace(i % 5);
        model.run(static_cast<std::size_t>(events), 5000, 46);
        const Recorded recorded(folder, model);
        const Micros from = recorded.at(0.2), to = recorded.at(0.8);
        std::map<std::uint32_t, std::int64_t> live;
        std::map<std::uint32_t, std::vector<std::int64_t>> minima;
        const auto windowOf = [&](Micros time) {
            return std::min(kGrowthWindows - 1, static_cast<std::size_t>((time - from).count * 16 / (to - from).count));
        };
        std::size_t window = 0;
        for (std::uint32_t trace = 0; trace <= 20; ++trace) minima[trace];
        const auto begin = [&] {
            for (auto& [trace, min] : minima) min.push_back(live[trace]);
        };
        bool isIn = false;
        for (const Event& event : model.events()) {
            if (event.time > to) break;
            if (event.time > from && !isIn) begin();
            isIn = isIn || event.time > from;
            for (; isIn && window < windowOf(event.time); ++window) begin();
            std::int64_t& bytes = live[event.trace.value];
            bytes += (event.kind == EventKind::Free ? -1 : 1) * static_cast<std::int64_t>(event.size);
            if (isIn) minima[event.trace.value].back() = std::min(minima[event.trace.value].back(), bytes);
        }
        const auto ranking = growthOf(recorded, {from, to, TraceGrouping::Trace});
        QVERIFY(ranking.size() > 10);
        std::size_t equal = 0;
        for (const Growth& growth : ranking) {
            const auto& expected = minima[growth.index];
            QCOMPARE(expected.size(), kGrowthWindows);
            for (std::size_t i = 0; i < kGrowthWindows; ++i) {
                equal += growth.minima[i] == expected[i];
                QVERIFY(growth.minima[i] >= expected[i]);
            }
        }
        QVERIFY(events > 100'000 || equal == ranking.size() * kGrowthWindows);
        QVERIFY(equal > 0);
    }
    /// Where windows meet between two buckets of the digest.
    void windowsMayEndWithBuckets() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        const TraceIndex filler = model.addTrace(1), leak = model.addTrace(1);
        constexpr int kBursts = 320;  // each of two buckets
        for (int burst = 0; burst < kBursts; ++burst) {
            if (burst > 0) model.passTime(kStep);
            for (int i = 0; i < 511; ++i) {
                model.allocate(filler, 10);
                model.freeBlock(model.liveCount() - 1);
            }
            model.allocate(leak, kSize);
            model.allocate(leak, kSize);
        }
        const Recorded recorded(folder, model);
        const Micros to = recorded.at(1);
        const auto ranking = growthOf(recorded, {Micros(0), to, TraceGrouping::Trace});
        QCOMPARE(ranking.size(), std::size_t{1});
        std::vector<std::int64_t> expected;
        for (int window = 0; window < 16; ++window) {
            std::int64_t bytes = 0;
            for (int burst = 0; burst < kBursts; ++burst)
                if (burst == 0 || burst * kStep.count * 16 < window * to.count) bytes += 2 * kSize;
            expected.push_back(bytes);
        }
        QVERIFY(ranking.front().minima == expected);
    }
    void samplingMakesALeakUncertain() {
        constexpr int kSeeds = 25;
        int assured = 0, covered = 0, falselyAssured = 0;
        for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
            const TemporaryFolder folder;
            CurveProgram program(folder, Sampling::byBytes(15'000), seed);
            const auto leak = program.add([](int step) { return step; });
            for (int i = 0; i < 4; ++i) program.add([](int) { return 300; });
            const Recorded recorded(folder, program.run(2));
            const std::vector<Growth> ranking = growthOfTraces(recorded);
            const Growth* growth = find(ranking, leak);
            QVERIFY(growth);
            const auto variance = [&](Micros time) {
                const Snapshot snapshot = snapshotAt(recorded.recording, time);
                const auto entry = std::ranges::find(snapshot.traces, TraceIndex(leak), &TraceEstimate::trace);
                return entry == snapshot.traces.end() ? 0 : entry->usage.bytesVariance;
            };
            const double min = std::sqrt(variance(recorded.at(1)) - variance(Micros(0)));
            QVERIFY(growth->error > min / toSeconds(recorded.at(1)));
            QVERIFY2(std::abs(growth->slope - 100'000) < 5 * growth->error, qPrintable(QString::number(growth->slope)));
            assured += growth->slopeLowerBound() > 0;
            covered += std::abs(growth->slope - 100'000) < 1.96 * growth->error;
            for (const Growth& other : ranking) falselyAssured += other.index != leak && other.slopeLowerBound() != 0;
        }
        QVERIFY2(assured >= kSeeds - 2, qPrintable(QString::number(assured)));
        QVERIFY2(covered >= kSeeds * 0.85, qPrintable(QString::number(covered)));
        QVERIFY2(falselyAssured <= 4 * kSeeds * 0.1, qPrintable(QString::number(falselyAssured)));
    }
    void slopesOfFloors() {
        const std::vector<double> flat(16, 5), line{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
        QCOMPARE(trendOf(flat).value, 0.0);
        QCOMPARE(trendOf(line).value, 1.0);
        QCOMPARE(trendOf(line).error, 0.0);
        QCOMPARE(trendOf(std::vector<double>(line.rbegin(), line.rend())).value, -1.0);
        std::vector<double> uneven = line;
        for (std::size_t i = 0; i < uneven.size(); i += 2) uneven[i] += 0.9;
        QVERIFY(isWithin(trendOf(uneven).value, 1, 0.31) && trendOf(uneven).error > 0);
        QCOMPARE(trendOf(std::vector<double>{1, 2, 3, 4}).value, 1.0);
    }
    void isOfTheTracesAskedForAlone() {
        const TemporaryFolder folder;
        CurveProgram program(folder, Sampling::everything(), 1);
        for (int i = 0; i < 3; ++i) program.add([](int step) { return step; });
        const Recorded recorded(folder, program.run());
        const auto found = growthBetween(recorded.recording, {Micros(-1), recorded.at(1), TraceGrouping::Trace},
                                         TraceSet(std::vector<bool>{false, false, true, false}));
        QCOMPARE(found.size(), std::size_t{1});
        QCOMPARE(found.front().index, 2u);
        QVERIFY(growthBetween(recorded.recording, {Micros(-1), recorded.at(1), TraceGrouping::Line}, TraceSet::none())
                    .empty());
    }
    void isKnownOfVersion1() {
        const TemporaryFolder folder;
        const Recording recorded = recordedV1(folder, "c_spike_all");
        const GrowthRequest request{Micros(-1), recorded.end()};
        for (const Growth& growth : growthBetween(recorded, request))
            QVERIFY(growth.index < recorded.traces().lineCount());
    }
    void stops() {
        const TemporaryFolder folder;
        const Recorded recorded(folder, Sampling::everything(), 1);
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(growthOf(recorded, {Micros(-1), recorded.at(1)}, stop.get_token()).empty());
    }

private:
    TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(GrowthTest)
#include "growth_test.moc"
