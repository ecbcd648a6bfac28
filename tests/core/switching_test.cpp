// Captures whose sampling rule was switched: what a block stands for goes by its trace, in all that is read of it.
#include <QtTest>
#include <cstring>

#include "core/blocks/allocations.h"
#include "core/digest/digest_file.h"
#include "core/state/peak.h"
#include "core/state/snapshot.h"
#include "core/state/timeline.h"
#include "tests/core/digested.h"
#include "tests/core/recorded_blocks.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

const Sampling kEverything = Sampling::everything(), kByBytes = Sampling::byBytes(1000);

SamplingRules switchedAt(std::uint32_t trace, const Sampling& first, const Sampling& second) {
    SamplingRules rules(first);
    rules.switches.push_back({TraceIndex(trace), {}, second});
    return rules;
}

/// A metadata file with a trace, then what `write` writes, then another trace; and a log that names the second.
template <typename Write>
std::shared_ptr<Capture> captureWith(const TemporaryFolder& folder, Write write) {
    FileHeader header;
    header.uuid[0] = 1;
    MetadataWriter metadata;
    metadata.create((folder / "x.hpm").c_str(), withMagic(header, kMetadataMagic));
    metadata.sampling(kByBytes, 0);
    metadata.trace(ThreadIndex(1), Domain::Python, {}, {});
    write(metadata);
    metadata.trace(ThreadIndex(1), Domain::Python, {}, {});
    metadata.close();
    const Weights weights(kByBytes);
    EventsV2Writer log;
    log.create((folder / "x.hpd").c_str(), withMagic(header, kEventsMagic), weights);
    log.allocation(TraceIndex(2), 10);
    log.close();
    return Capture::open(folder / "x");
}

}  // namespace

class SwitchingTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_cache / "cache").string())); }

    void aBlockStandsForWhatTheRuleOfItsTraceSays() {
        const Weights before(kByBytes), both(switchedAt(10, kByBytes, kEverything));
        QVERIFY(!both.exact());
        for (const std::uint64_t size : {0, 1, 500, 1023, 1024, 5000, 1 << 30}) {
            QVERIFY(both.of(TraceIndex(9), size) == before.of(TraceIndex(9), size));
            const Amount whole = both.of(TraceIndex(10), size);
            QVERIFY(both.of(TraceIndex(99'999), size) == whole);
            QCOMPARE(whole.bytes, static_cast<std::int64_t>(size) * Weights::kRestUnit);
            QCOMPARE(whole.blocks, std::int64_t{Weights::kRestUnit});
            QVERIFY(whole.bytesVariance == 0 && whole.blocksVariance == 0);
        }
    }
    void thereIsOneFixedPointForAllRules() {
        const Sampling fine = Sampling::byBytes(100), coarse = Sampling::byBytes(1e9);
        const Weights alone(fine), both(switchedAt(10, fine, coarse));
        const double ratio = both.bytesVariance(1) / alone.bytesVariance(1);
        QVERIFY(ratio > 1000);
        const auto varianceOf = [](const Weights& weights) {
            return weights.bytesVariance(weights.of(TraceIndex(1), 50).bytesVariance);
        };
        QVERIFY(std::abs(varianceOf(both) - varianceOf(alone)) <= both.bytesVariance(1));
        QVERIFY(both.of(TraceIndex(1), 50).bytes == alone.of(TraceIndex(1), 50).bytes);
    }
    void rulesThatAreAllEverythingAreOne() {
        const Weights both(switchedAt(10, kEverything, kEverything));
        QVERIFY(both.exact());
        QCOMPARE(both.of(TraceIndex(10), 345).bytes, std::int64_t{345});
        const TemporaryFolder one, two;
        const Recorded single(one, kEverything, 7), switched(two, inTurn({kEverything, kEverything}), 7);
        QVERIFY(switched.weights().exact());
        QCOMPARE(snapshotAt(switched.recording, switched.end()).total,
                 sumOf(switched.blocks, single.weights(), [](const Block& block) {
                     return block.livesAt(Micros(INT64_MAX - 1));
                 }).total);
    }
    void theRuleForATraceIsTheLastThatHolds() {
        SamplingRules rules = switchedAt(10, kByBytes, kEverything);
        rules.switches.push_back({TraceIndex(10), {}, Sampling::byBytes(7)});  // at once
        rules.switches.push_back({TraceIndex(20), {}, kByBytes});
        QVERIFY(rules.of(TraceIndex(0)) == kByBytes && rules.of(TraceIndex(9)) == kByBytes);
        QVERIFY(rules.of(TraceIndex(10)) == Sampling::byBytes(7));
        QVERIFY(rules.of(TraceIndex(20)) == kByBytes && rules.last() == kByBytes);
        QCOMPARE(rules.different().size(), std::size_t{3});
        for (int mean = 10; rules.hasRoomFor(Sampling::byBytes(mean)); ++mean)
            rules.switches.push_back({TraceIndex(30), {}, Sampling::byBytes(mean)});
        QCOMPARE(rules.different().size(), SamplingRules::kMaxDifferent);
        QVERIFY(rules.hasRoomFor(kEverything));
    }

    void aCaptureTellsItsRulesAndWhere() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", kByBytes);
        model.allocate(model.addTrace(1), 100);
        model.passTime(Micros(500));
        model.switchTo(kEverything);
        model.allocate(model.addTrace(1), 100);
        model.finish();
        const auto capture = Capture::open(folder / "x");
        QVERIFY(capture->info()->metadata.sampling == model.rules());
        QVERIFY(capture->info()->metadata.recordedSampling == kByBytes);
        const Timeline timeline = timelineOf(*capture);
        QCOMPARE(timeline.switches, (std::vector<Timeline::Switch>{{Micros(500), "everything recorded"}}));
    }
    void aHeapThatEmptiesReadsZero_data() {
        QTest::addColumn<bool>("fromEverything");
        QTest::newRow("to everything") << false;
        QTest::newRow("from everything") << true;
    }
    void aHeapThatEmptiesReadsZero() {
        QFETCH(bool, fromEverything);
        const TemporaryFolder folder;
        const auto rules = fromEverything ? inTurn({kEverything, kByBytes}) : inTurn({kByBytes, kEverything});
        RecordedModel model(folder / "x", rules, 3);
        for (int i = 0; i < 20; ++i) model.addTrace(i % 5);
        model.run(50'000);
        while (model.liveCount() > 0) model.freeBlock(model.liveCount() - 1);
        model.finish();
        const auto capture = Capture::open(folder / "x");
        const Recording recording = digested(capture);
        QVERIFY(snapshotAt(recording, recording.end()).traces.empty());
        QVERIFY(totalAt(recording, recording.end()) == Estimate{});
        std::int64_t most = 0;  // what the writer says, which learnt the rule on the way
        for (const Capture::Chunk& chunk : capture->chunks()) most = std::max(most, chunk.max.count);
        QVERIFY(std::abs(most - peakBytes(recording)) <= 1);
        QVERIFY(capture->chunks().back().min.count == 0);
    }
    void aDigestThatGrowsIsRightAfterASwitch_data() {
        QTest::addColumn<int>("seed");
        for (int seed = 0; seed < 6; ++seed) QTest::addRow("%d", seed) << seed;
    }
    void aDigestThatGrowsIsRightAfterASwitch() {
        QFETCH(int, seed);
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", seed % 2 ? kEverything : kByBytes, static_cast<std::uint32_t>(seed + 1));
        for (int i = 0; i < 20; ++i) model.addTrace(i % 5);
        model.run(20'000);
        const auto capture = Capture::open(folder / "x");
        DigestBuilder builder(capture);
        builder.run();
        const auto first = builder.digest();
        QCOMPARE(first->weights().exact(), seed % 2 == 1);
        for (const Sampling& next : {kByBytes, kEverything, Sampling::byBytes(77)}) {
            model.switchTo(next);
            for (int i = 0; i < 20; ++i) model.addTrace(i % 5);
            model.run(seed < 4 ? 20'000 : 300);
            builder.run();
            const Recording recording = recordingOf(capture, builder);
            QCOMPARE(recording.digest().events(), model.events().size());
            const Weights weights(model.rules());
            const Snapshot truth = sumOf(blocksOf(model.events()), weights,
                                         [&](const Block& block) { return block.livesAt(Micros(INT64_MAX - 1)); });
            QCOMPARE(totalAt(recording, Micros(INT64_MAX - 1)), truth.total);
        }
        QVERIFY(builder.digest()->revision() != first->revision());
        model.finish();
        builder.run();
        QCOMPARE(totalAt(recordingOf(capture, builder), Micros(INT64_MAX - 1)),
                 totalAt(digested(Capture::open(folder / "x"), DigestBuilder::Start::Anew), Micros(INT64_MAX - 1)));
    }
    void aDigestFromBeforeASwitchIsNotUsed() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", kEverything);
        const TraceIndex trace = model.addTrace(1);
        for (int i = 0; i < 5000; ++i) model.allocate(trace, 100);
        {
            const auto capture = Capture::open(folder / "x");
            DigestBuilder builder(capture);
            std::stop_source stop;
            builder.run(stop.get_token(), [&](const DigestProgress&) { stop.request_stop(); });
        }
        model.switchTo(kByBytes);
        model.allocate(model.addTrace(1), 100);
        model.finish();
        const auto capture = Capture::open(folder / "x");
        QVERIFY(!openDigest(*capture));
        const Recording recording = digested(capture);
        const Amount sampled = recording.weights().of(TraceIndex(2), 100);
        QCOMPARE(totalAt(recording, recording.end()).bytes, 500'000 + recording.weights().whole(sampled.bytes));
        QVERIFY(openDigest(*capture));
    }
    void aRuleOfATraceIsKnownAsSoonAsTheTraceIs() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", kByBytes);
        model.addTrace(1);
        const auto capture = Capture::open(folder / "x");
        model.switchTo(kEverything);
        model.addTrace(1);
        capture->refresh();
        QCOMPARE(capture->info()->traces->traceCount(), std::size_t{2});
        QVERIFY(capture->info()->metadata.sampling.of(TraceIndex(2)) == kEverything);
    }

    void hostileRulesAreDamage_data() {
        QTest::addColumn<int>("number");
        for (int i = 0; i < 7; ++i) QTest::addRow("%d", i) << i;
    }
    void hostileRulesAreDamage() {
        QFETCH(int, number);
        const TemporaryFolder folder;
        const auto capture = captureWith(folder, [&](MetadataWriter& metadata) {
            constexpr double kBad[] = {0, -1, 1e300};
            if (number < 3) metadata.rule(Sampling::byBytes(kBad[number]), {});
            if (number == 3) metadata.rule(Sampling::byBytes(std::nan("")), {});
            if (number == 4) metadata.rule(Sampling::byRanges({{10, 2.0}}), {});
            if (number == 5) metadata.rule(Sampling::byRanges({{10, 0.5}, {10, 0.5}}), {});
            if (number == 6)
                for (int mean = 1; mean < 10; ++mean) metadata.rule(Sampling::byBytes(mean), {});
        });
        const auto info = capture->info();
        QCOMPARE(info->damage.size(), std::size_t{1});
        QCOMPARE(info->damage[0].reason, std::string("an impossible record"));
        QVERIFY(info->metadata.sampling.switches.size() == (number == 6 ? 7 : 0));
        QVERIFY(digested(capture).hasEvents());
    }
    void aRuleThatDoesNotNameTheNextTraceIsDamage() {
        const TemporaryFolder folder;
        captureWith(folder, [](MetadataWriter& metadata) { metadata.rule(kEverything, Micros(5)); });
        QVERIFY(Capture::open(folder / "x")->info()->damage.empty());
        QFile file(QString::fromStdString((folder / "x.hpm").string()));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray bytes = file.readAll();
        const char record[] = {17, 3, 2, 5, 0};  // type, length, trace, time, mode
        const qsizetype at = bytes.indexOf(QByteArray(record, sizeof record));
        QVERIFY(at > 0);
        for (const char trace : {1, 3, 100}) {
            bytes[at + 2] = trace;
            // What a program that was killed has left: an open chunk has no hash.
            QByteArray open = bytes;
            std::memset(open.data() + 64 + 6, 0, 6);
            std::memset(open.data() + 64 + 80, 0, 16);
            const TemporaryFolder other;
            QFile changed(QString::fromStdString((other / "x.hpm").string()));
            QVERIFY(changed.open(QIODevice::WriteOnly));
            changed.write(open);
            changed.close();
            std::filesystem::copy_file(folder / "x.hpd", other / "x.hpd");
            const auto info = Capture::open(other / "x")->info();
            QCOMPARE(info->damage.size(), std::size_t{1});
            QVERIFY(info->metadata.sampling.switches.empty());
        }
    }

private:
    TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(SwitchingTest)
#include "switching_test.moc"
