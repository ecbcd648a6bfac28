// What each of many intervals leaves behind, against the blocks themselves.
#include "core/blocks/generations.h"

#include <QtTest>
#include <random>

#include "tests/core/recorded_blocks.h"
#include "tests/core/seeds.h"

using namespace heapprof;
using namespace heapprof::test;

class GenerationsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_cache / "cache").string())); }

    void tellsWhatEachLeftBehind_data() { addSeeds(); }
    void tellsWhatEachLeftBehind() {
        QFETCH(int, seed);
        const TemporaryFolder folder;
        const Recorded recorded(folder, someSampling(seed), static_cast<std::uint32_t>(seed));
        const TraceSet some = everyNthTrace(recorded.traces(), 3);
        std::mt19937 random(static_cast<std::uint32_t>(seed));
        for (int round = 0; round < 12; ++round) {
            std::vector<Micros> borders;
            const auto count = 2 + random() % (round < 10 ? 8 : 3000);
            for (std::size_t i = 0; i < count; ++i) borders.push_back(recorded.at((random() % 1200) / 1000.0 - 0.1));
            std::ranges::sort(borders);
            const Instant until = recorded.at((random() % 1200) / 1000.0);
            const TraceSet traces = round % 2 ? some : TraceSet();
            const auto found = generations(recorded.recording, borders, until, traces);
            QVERIFY(found.has_value());
            QCOMPARE(found->size(), borders.size() - 1);
            for (std::size_t i = 0; i < found->size(); ++i) {
                const Generation& each = (*found)[i];
                QVERIFY(each.begin == borders[i] && each.end == borders[i + 1]);
                if (round >= 10 && i % 100) continue;
                const auto isOf = [&](const Block& x) {
                    return traces.contains(TraceIndex(x.trace)) && x.born > each.begin && x.born <= each.end &&
                           x.born <= until.time;
                };
                QVERIFY(each.allocated == totalOf(recorded.blocks, recorded.weights(), isOf));
                const Snapshot alive = sumOf(recorded.blocks, recorded.weights(),
                                             [&](const Block& x) { return isOf(x) && x.freed > until.time; });
                QVERIFY(each.alive.total == alive.total && each.alive.traces == alive.traces);
            }
        }
    }
    void takesTogetherWhatLiesBetweenTheEnds() {
        const TemporaryFolder folder;
        const Recorded recorded(folder, Sampling::byBytes(700), 1);
        const Micros end = recorded.end();
        const auto whole = generations(recorded.recording, std::array{Micros(-1), end}, end);
        QVERIFY(whole && whole->size() == 1);
        QVERIFY(whole->front().alive.total == totalAt(recorded.recording, end));
        QVERIFY(generations(recorded.recording, std::array{end}, end)->empty());
        QVERIFY(generations(recorded.recording, {}, end)->empty());
    }
    void cannotBeToldOfVersion1() {
        const TemporaryFolder folder;
        const Recording recorded = recordedV1(folder, "a_tiny");
        QVERIFY(!generations(recorded, std::array{Micros(-1), recorded.end()}, recorded.end()));
    }
    void stops() {
        const TemporaryFolder folder;
        const Recorded recorded(folder, Sampling::everything(), 1);
        std::stop_source stop;
        stop.request_stop();
        const auto found = generations(recorded.recording, std::array{Micros(-1), recorded.end()}, recorded.end(), {},
                                       stop.get_token());
        QVERIFY(found && found->front().allocated == Estimate{});
    }

private:
    TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(GenerationsTest)
#include "generations_test.moc"
