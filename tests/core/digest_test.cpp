// Digests: every instant equals the model, through cancel, continuation, growth, damage and unwritable folders.
#include <sys/stat.h>
#include <unistd.h>

#include <QtTest>
#include <thread>

#include "core/bytes/hash.h"
#include "core/capture/chunk.h"
#include "core/digest/change_log.h"
#include "core/digest/digest_builder.h"
#include "core/digest/digest_file.h"
#include "core/digest/segment_builder.h"
#include "core/state/snapshot.h"
#include "tests/core/digested.h"
#include "tests/core/recorded_model.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

class DigestTest : public QObject {
    Q_OBJECT

    void compareWithModel(const Recording& recording, const RecordedModel& model, int instants) {
        const std::int64_t end = model.events().back().time.count;
        for (int i = 0; i <= instants; ++i) {
            const Micros time(end / instants * i);
            QVERIFY(asMap(snapshotAt(recording, time)) == model.liveAt(time));
        }
    }

private slots:
    void init() {
        std::filesystem::remove_all(m_cache / "cache");
        qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_cache / "cache").string()));
    }

    void everyInstantEqualsTheModel_data() {
        QTest::addColumn<int>("events");
        QTest::newRow("less than a bucket") << 100;
        QTest::newRow("one segment") << 40'000;
        QTest::newRow("several segments") << 300'000;
    }
    void everyInstantEqualsTheModel() {
        QFETCH(int, events);
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", static_cast<std::size_t>(events));
        model.finish();
        const auto capture = Capture::open(folder / "x");
        DigestBuilder builder(capture);
        builder.run();
        QVERIFY(builder.digest()->complete());
        QCOMPARE(builder.digest()->events(), std::uint64_t{model.events().size()});
        compareWithModel(recordingOf(capture, builder), model, 40);

        const auto opened = openDigest(*capture);
        QVERIFY(opened && opened->complete());
        QVERIFY(opened->buckets() == builder.digest()->buckets());
        compareWithModel(recordingOf(capture, opened), model, 40);
    }
    void segmentsOfManyEventsEndEarly() {
        QVERIFY(isFullSegment(kSegmentBuckets, 1000, 2000) && !isFullSegment(kSegmentBuckets - 1, 1000, 2000));
        QVERIFY(isFullSegment(1, 1'100'000, 2000) && !isFullSegment(1, 1'000'000, 2000));
        QVERIFY(!isFullSegment(4, 1'100'000, 3'000'000) && isFullSegment(4, 3'000'000, 3'000'000));
    }
    void anyNumberOfThreadsMakesTheSameDigest_data() {
        QTest::addColumn<bool>("isSampled");
        QTest::addColumn<int>("damagedBlock");
        QTest::newRow("sampled") << true << -1;
        QTest::newRow("one chunk damaged") << false << 11;
    }
    void anyNumberOfThreadsMakesTheSameDigest() {
        QFETCH(bool, isSampled);
        QFETCH(int, damagedBlock);
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", isSampled ? Sampling::byBytes(300) : Sampling::everything());
        for (int i = 0; i < 300; ++i) model.addTrace(1 + i % 9);
        model.run(420'000);
        model.finish();
        if (damagedBlock >= 0) {
            Contents bytes = readFile(folder / "x.hpd");
            std::uint64_t offset = sizeof(FileHeader);
            for (int i = 0; i < damagedBlock; ++i) {
                ChunkHeader header;
                std::memcpy(&header, bytes.data() + offset, sizeof header);
                offset = alignToChunk(offset + sizeof header + header.payloadLength);
            }
            bytes[offset + 5000] ^= 1;
            writeFile(folder / "x.hpd", bytes);
        }
        const auto capture = Capture::open(folder / "x");
        Contents digests[2];
        std::uint64_t firstReports[2] = {};
        for (const unsigned threads : {1, 3}) {
            DigestBuilder builder(capture, DigestBuilder::Start::Anew, threads);
            std::uint64_t& firstReport = firstReports[threads > 1];
            builder.run({}, [&](const DigestProgress& progress) {
                if (firstReport == 0) firstReport = progress.events;
            });
            QVERIFY(builder.digest()->complete() && builder.file());
            QCOMPARE(builder.damage().size(), damagedBlock >= 0 ? 1 : 0);
            digests[threads > 1] = readFile(*builder.file());
        }
        QVERIFY(digests[0] == digests[1]);
        QVERIFY(firstReports[1] > firstReports[0]);  // threads report whole segments
    }
    void cancelKeepsEverythingUpToThere_thenContinues() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 400'000);
        model.finish();
        const auto capture = Capture::open(folder / "x");
        {
            DigestBuilder builder(capture);
            std::stop_source stop;
            int calls = 0;
            builder.run(stop.get_token(), [&](const DigestProgress& progress) {
                QVERIFY(progress.bytesDone <= progress.bytesTotal);
                if (++calls == 1) stop.request_stop();
            });
            const auto partial = builder.digest();
            QVERIFY(!partial->complete());
            QVERIFY(partial->events() >= 100'000 && partial->events() < 200'000);
            const Micros time = partial->lastTime() - Micros(1);
            QVERIFY(asMap(snapshotAt(recordingOf(capture, partial), time)) == model.liveAt(time));
        }
        const auto left = openDigest(*capture);
        QVERIFY(left && !left->complete() && left->events() >= 100'000);
        DigestBuilder builder(capture);
        QVERIFY(builder.progress().events > 0 || left->buckets().size() < kSegmentBuckets);
        builder.run();
        QVERIFY(builder.digest()->complete());
        compareWithModel(recordingOf(capture, builder), model, 25);
        QVERIFY(openDigest(*capture)->complete());
    }
    void manyCancelsLeaveNoShortSegments() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 300'000);
        model.finish();
        const auto capture = Capture::open(folder / "x");
        DigestBuilder whole(capture);
        whole.run();
        std::filesystem::remove(*whole.file());
        for (std::uint64_t enough = 20'000; !openDigest(*capture) || !openDigest(*capture)->complete();
             enough += 60'000) {
            DigestBuilder builder(capture, DigestBuilder::Start::Continue, 1);
            std::stop_source stop;
            builder.run(stop.get_token(), [&](const DigestProgress& progress) {
                if (progress.events >= enough) stop.request_stop();
            });
        }
        const auto digest = openDigest(*capture);
        QVERIFY(digest->buckets() == whole.digest()->buckets());
        QCOMPARE(digest->segments().size(), whole.digest()->segments().size());
        compareWithModel(recordingOf(capture, digest), model, 12);
    }
    void aLogThatGrowsGivesTheSameDigest() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 1000);
        const auto capture = Capture::open(folder / "x");
        DigestBuilder builder(capture);
        for (int step = 0; step < 60; ++step) {
            model.addTrace(5);
            model.run(1 + static_cast<std::size_t>(step) * 97);
            builder.run();
            QCOMPARE(builder.digest()->events(), std::uint64_t{model.events().size()});
            QVERIFY(!builder.digest()->complete());
            if (step % 10 == 0) compareWithModel(recordingOf(capture, builder), model, 5);
        }
        model.finish();
        builder.run();
        QVERIFY(builder.digest()->complete());
        compareWithModel(recordingOf(capture, builder), model, 30);
        DigestBuilder batch(capture, DigestBuilder::Start::Anew);
        batch.run();
        QVERIFY(batch.digest()->buckets() == builder.digest()->buckets());
    }
    void whatIsLeftByAKilledBuilderIsContinued() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 500'000);
        model.finish();
        {
            DigestBuilder builder(Capture::open(folder / "x"));
            builder.run();
        }
        const Contents whole = readFile(folder / "x.hpc");
        std::mt19937 random(9);
        for (int round = 0; round < 12; ++round) {  // every state of the file that a kill could leave is a prefix
            writeFile(folder / "x.hpc", std::span(whole).first(random() % whole.size()));
            const auto capture = Capture::open(folder / "x");
            DigestBuilder builder(capture);
            builder.run();
            QVERIFY(builder.digest()->complete());
            compareWithModel(recordingOf(capture, builder), model, 3);
        }
    }
    void damagedDigestsAreReplaced() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 100'000);
        model.finish();
        const auto capture = Capture::open(folder / "x");
        {
            DigestBuilder builder(capture);
            builder.run();
        }
        const Contents whole = readFile(folder / "x.hpc");
        std::mt19937 random(11);
        for (int round = 0; round < 60; ++round) {
            Contents changed = whole;
            changed[random() % changed.size()] ^= static_cast<std::uint8_t>(1 + random() % 255);
            writeFile(folder / "x.hpc", changed);
            DigestBuilder builder(capture);
            builder.run();
            try {
                compareWithModel(recordingOf(capture, builder), model, 3);
            } catch (const FileError& error) {  // found at the first use: says where
                QCOMPARE(error.kind(), FileError::Kind::Damaged);
                QCOMPARE(error.path(), (folder / "x.hpc").string());
            }
        }
    }
    void segmentsWithinEachOtherAreDamage() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 1000);
        model.finish();
        const auto capture = Capture::open(folder / "x");
        // The second lies in the first one's key frame: so a small file would have any number of buckets.
        constexpr std::uint64_t kFirst = 320;
        const std::vector<Bucket> bucket(1);
        const SegmentChanges changes = ChangeLog(false).encode();
        const auto second = encodeSegment(kFirst, 1, bucket, encodeKeyFrame({}), changes);
        const auto first = encodeSegment(0, 0, bucket, second, changes);
        DigestFile::create(folder / "x.hpc", DigestIdentity::of(capture->info()->metadata))
            ->append(first, {2, false, {}, capture->eventsLength()});
        Contents bytes = readFile(folder / "x.hpc");
        std::uint8_t* const slot = bytes.data() + 64;  // of the second generation
        const std::uint64_t last = kFirst + 88 + sizeof(Bucket);
        std::memcpy(slot + 16, &last, sizeof last);
        const std::uint64_t hash = hashBytes(slot, 120);
        std::memcpy(slot + 120, &hash, sizeof hash);
        writeFile(folder / "x.hpc", bytes);
        QVERIFY(!openDigest(*capture));
        DigestBuilder builder(capture);
        QCOMPARE(builder.progress().events, std::uint64_t{0});
    }
    void aDigestOfAnotherRecordingIsNotUsed() {
        const TemporaryFolder folder;
        RecordedProgram first(folder / "x", 20'000);
        first.finish();
        DigestBuilder(Capture::open(folder / "x")).run();
        RecordedModel second(folder / "x", Sampling::everything(), 77);
        second.addTrace(3);
        second.run(500);
        second.finish();
        const auto capture = Capture::open(folder / "x");
        QVERIFY(!openDigest(*capture));
        DigestBuilder builder(capture);
        builder.run();
        QCOMPARE(builder.digest()->events(), std::uint64_t{500});
    }
    void aDigestOfTracesThatWereLostIsNotUsed() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 20'000);
        model.finish();
        DigestBuilder(Capture::open(folder / "x")).run();
        std::filesystem::resize_file(folder / "x.hpm", std::filesystem::file_size(folder / "x.hpm") / 2);
        const auto capture = Capture::open(folder / "x");
        QVERIFY(!openDigest(*capture));
        DigestBuilder builder(capture);
        builder.run();
        const auto& bucket = builder.digest()->buckets().back();
        QCOMPARE(builder.damage().size(), 1);  // says what it does not know
        QCOMPARE(snapshotAt(recordingOf(capture, builder), builder.digest()->lastTime()).total.bytes,
                 bucket.total.bytes);
    }
    void aFolderThatCannotBeWrittenSendsTheDigestToTheCache() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 2000);
        model.finish();
        ::chmod((folder / "x.hpm").c_str(), 0644);
        ::chmod((folder / "x.hpd").c_str(), 0644);
        ::chmod((folder / "").c_str(), 0555);
        ::chmod((m_cache / "").c_str(), 0777);
        const AsOrdinaryUser ordinary;
        const auto capture = Capture::open(folder / "x");
        DigestBuilder builder(capture);
        builder.run();
        QVERIFY(builder.file() && builder.file()->parent_path() == m_cache / "cache" / "heapprof");
        QVERIFY(openDigest(*capture)->complete());
    }
    void aPathThatCannotBeADigestSendsItToTheCache() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 2000);
        model.finish();
        std::filesystem::create_directory(folder / "x.hpc");
        writeFile(folder / "x.hpc" / "in the way", {});
        const auto capture = Capture::open(folder / "x");
        DigestBuilder builder(capture);
        builder.run();
        QVERIFY(builder.file() && builder.file()->parent_path() == m_cache / "cache" / "heapprof");
        QVERIFY(openDigest(*capture)->complete());
    }
    void theSecondBuilderAtOnceWorksInMemory() {
        const TemporaryFolder folder;
        qputenv("XDG_CACHE_HOME", "/proc/nowhere");
        RecordedProgram model(folder / "x", 50'000);
        model.finish();
        const auto capture = Capture::open(folder / "x");
        DigestBuilder first(capture), second(capture);
        QVERIFY(first.file() && !second.file());
        QVERIFY(!second.whyNoFile().empty());
        second.run();
        first.run();
        compareWithModel(recordingOf(capture, first), model, 5);
        compareWithModel(recordingOf(capture, second), model, 5);
        QVERIFY(openDigest(*capture)->complete());
    }
    void aCompleteDigestServesThoseWhoCannotAppendToIt() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 50'000);
        model.finish();
        const auto capture = Capture::open(folder / "x");
        DigestBuilder first(capture);
        first.run();
        const auto again = Capture::open(folder / "x");
        DigestBuilder second(again);
        QVERIFY(!second.file() && second.whyNoFile().empty());
        QVERIFY(second.digest()->complete());  // before anything is read
        second.run();
        compareWithModel(recordingOf(again, second), model, 5);
    }
    void queriesWhileBuildingSeeConsistentStates() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 600'000);
        model.finish();
        const auto capture = Capture::open(folder / "x");
        DigestBuilder builder(capture);
        std::vector<std::jthread> askers;
        std::atomic<int> wrong{0};
        builder.run({}, [&](const DigestProgress&) {
            askers.emplace_back([&, digest = builder.digest()] {
                const Micros time(digest->lastTime().count - 1);
                if (asMap(snapshotAt(recordingOf(capture, digest), time)) != model.liveAt(time)) ++wrong;
            });
        });
        askers.clear();
        QCOMPARE(wrong.load(), 0);
    }
    void anOpenCaptureOutlivesItsNames() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 50'000);
        model.finish();
        const auto capture = Capture::open(folder / "x");
        DigestBuilder builder(capture);
        builder.run();
        const Micros between(model.events().back().time.count / 2);
        const Snapshot before = snapshotAt(recordingOf(capture, builder), between);
        std::filesystem::remove(folder / "x.hpd");
        RecordedProgram(folder / "x", 10).finish();
        QVERIFY(snapshotAt(recordingOf(capture, builder), between).total == before.total);
        QCOMPARE(DigestBuilder(capture, DigestBuilder::Start::Anew).progress().bytesTotal, capture->eventsLength());
    }
    void sampledAmountsAreScaledAndEmptyToZero() {
        const TemporaryFolder folder;
        const Sampling sampling = Sampling::byBytes(65536);
        RecordedModel model(folder / "x", sampling);
        const TraceIndex trace = model.addTrace(2);
        for (int i = 0; i < 500; ++i) model.allocate(trace, static_cast<std::uint64_t>(i) * 40);
        model.passTime(Micros(1000));
        while (model.liveCount() > 0) model.freeBlock(0);
        model.finish();
        const auto capture = Capture::open(folder / "x");
        DigestBuilder builder(capture);
        builder.run();
        const Snapshot full = snapshotAt(recordingOf(capture, builder), Micros(500));
        double expected = 0;
        for (int i = 1; i < 500; ++i) expected += i * 40 / sampling.probability(static_cast<std::uint64_t>(i) * 40);
        QVERIFY(std::abs(static_cast<double>(full.total.bytes) - expected) < 2);
        QVERIFY(full.total.bytesError() > 0);
        const Snapshot empty = snapshotAt(recordingOf(capture, builder), Micros(2000));
        QVERIFY(empty.traces.empty());
        QVERIFY(empty.total == Estimate{});
    }

private:
    TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(DigestTest)
#include "digest_test.moc"
