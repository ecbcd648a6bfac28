// Version 2 captures: what the writers write is what the readers read, whole, cut, damaged or still growing.
#include <QtTest>
#include <algorithm>
#include <atomic>
#include <thread>

#include "core/bytes/hash.h"
#include "core/capture/capture.h"
#include "core/capture/chunk_reader.h"
#include "core/capture/events_v2_reader.h"
#include "tests/core/recorded_model.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

void withTraces(RecordedModel& model, int count) {
    for (int i = 0; i < count; ++i) model.addTrace(1 + i % 12);
}

}  // namespace

class CaptureV2Test : public QObject {
    Q_OBJECT

private slots:
    void roundTrip_data() {
        QTest::addColumn<quint64>("sizeLimit");
        QTest::addColumn<int>("events");
        QTest::newRow("one chunk") << quint64{300} << 1000;
        QTest::newRow("many chunks") << quint64{5000} << 200'000;
        QTest::newRow("sizes beyond 32 bits") << quint64{1} << 300;
        QTest::newRow("wide") << (quint64{1} << 40) << 30'000;
        QTest::newRow("nothing") << quint64{1} << 0;
    }
    void roundTrip() {
        QFETCH(quint64, sizeLimit);
        QFETCH(int, events);
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        withTraces(model, 300);
        model.run(static_cast<std::size_t>(events), sizeLimit);
        model.finish();
        const auto capture = Capture::open(folder / "x");
        QVERIFY(readAll(*capture->events()) == model.events());
        QVERIFY(capture->events()->damage().empty());
        EventsV2Reader plain(std::make_shared<const InputFile>(folder / "x.hpd"), capture->info()->metadata.uuid,
                             false);
        QVERIFY(readAll(plain) == model.events());
        QCOMPARE(capture->info()->traces->traceCount(), std::size_t{300});
        QVERIFY(capture->info()->metadata.cleanEnd.has_value());
        QVERIFY(capture->info()->damage.empty());
        QCOMPARE(capture->info()->traces->thread(ThreadIndex(1)).name, std::string("MainThread"));
    }
    void everyPositionCanBeContinuedFrom() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        withTraces(model, 40);
        model.run(60'000);
        model.finish();
        const auto capture = Capture::open(folder / "x");
        const auto reader = capture->events();
        std::vector<Event> batch(997);
        std::vector<EventPosition> positions{reader->position()};
        while (reader->read(batch) > 0) positions.push_back(reader->position());
        for (const EventPosition& position : positions) {
            const auto other = capture->events();
            other->seek(position);
            const std::size_t count = other->read(batch);
            const auto expected = std::span(model.events())
                                      .subspan(position.events)
                                      .first(std::min(batch.size(), model.events().size() - position.events));
            QVERIFY(std::ranges::equal(std::span(batch).first(count), expected));
        }
    }
    void aGrowingLogIsFollowedEventByEvent() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        withTraces(model, 5);
        const auto capture = Capture::open(folder / "x");
        QVERIFY(capture->isBeingWritten());
        const auto reader = capture->events();
        std::vector<Event> seen, batch(64);
        for (int step = 0; step < 3000; ++step) {
            if (step % 100 == 0) model.addTrace(7);
            model.run(static_cast<std::size_t>(step % 37), step % 3 ? 200 : std::uint64_t{1} << 34);
            while (const std::size_t count = reader->read(batch))
                seen.insert(seen.end(), batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(count));
            QCOMPARE(seen.size(), model.events().size());  // nothing is held back, not even from the open chunk
        }
        capture->refresh();
        QCOMPARE(capture->info()->traces->traceCount(), std::size_t{35});
        model.finish();
        QVERIFY(!capture->isBeingWritten());
        QCOMPARE(reader->read(batch), std::size_t{0});
        QVERIFY(seen == model.events());
        QVERIFY(reader->damage().empty());
    }
    void marksAreFoundBetweenTheEvents() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        withTraces(model, 5);
        std::vector<Mark> expected;
        for (std::uint32_t i = 0; i < 300; ++i) {
            model.run(500);
            model.passTime(Micros(1000));
            expected.push_back(model.addMark(i));
        }
        for (std::uint32_t i = 1; i <= 20'000; ++i) {  // readings of resident memory, past the ends of chunks
            model.allocate(TraceIndex(1), i);
            expected.push_back(model.addMark(4 * i));
        }
        const auto withoutThreads = [&] {
            std::vector<Mark> marks = Capture::open(folder / "x")->marks();
            std::erase_if(marks, [](const Mark& mark) { return mark.kind == MarkKind::ThreadStart; });
            return marks;
        };
        QVERIFY(withoutThreads() == expected);  // while it is being written
        model.finish();
        QVERIFY(withoutThreads() == expected);
        const auto capture = Capture::open(folder / "x");
        QVERIFY(readAll(*capture->events()) == model.events());
        QCOMPARE(capture->marks().front().text, std::string("MainThread"));
    }
    void everyCutOpensOrGivesOneClearError_data() {
        QTest::addColumn<QString>("ending");
        QTest::newRow("events") << QStringLiteral(".hpd");
        QTest::newRow("metadata") << QStringLiteral(".hpm");
    }
    void everyCutOpensOrGivesOneClearError() {
        QFETCH(QString, ending);
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        withTraces(model, 12);
        model.run(400, std::uint64_t{1} << 33);
        std::filesystem::copy_file(folder / "x.hpm",
                                   folder / "killed.hpm");  // as after SIGKILL: open chunks, zeros behind
        std::filesystem::copy_file(folder / "x.hpd", folder / "killed.hpd");
        model.finish();
        for (const char* name : {"x", "killed"}) {
            const std::filesystem::path cut = folder / (name + ending.toStdString());
            const Contents whole = readFile(cut);
            for (std::size_t length = 0; length <= std::min<std::size_t>(whole.size(), 4096); ++length) {
                writeFile(cut, std::span(whole).first(length));
                try {
                    const auto capture = Capture::open(folder / name);
                    const auto reader = capture->events();
                    const auto events = readAll(*reader);
                    QVERIFY(events.size() <= model.events().size());
                    QVERIFY(std::equal(events.begin(), events.end(), model.events().begin()));
                } catch (const FileError& error) {
                    QVERIFY(length < sizeof(FileHeader));
                    QCOMPARE(error.path(), cut.string());
                }
            }
            writeFile(cut, whole);
            QVERIFY(readAll(*Capture::open(folder / name)->events()) == model.events());
        }
    }
    void aDamagedChunkIsSkippedAndReported() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        withTraces(model, 200);
        model.run(150'000);
        model.finish();
        Contents bytes = readFile(folder / "x.hpd");
        ChunkHeader second;
        const std::uint64_t secondOffset = [&] {
            ChunkHeader first;
            std::memcpy(&first, bytes.data() + 64, sizeof first);
            return alignToChunk(64 + sizeof first + first.payloadLength);
        }();
        std::memcpy(&second, bytes.data() + secondOffset, sizeof second);
        for (const std::uint64_t at : {secondOffset + 10, secondOffset + 5000}) {  // in its header, in its records
            Contents damaged = bytes;
            damaged[at] ^= 0x40;
            writeFile(folder / "x.hpd", damaged);
            const auto reader = Capture::open(folder / "x")->events();
            const auto events = readAll(*reader);
            QCOMPARE(reader->damage().size(), std::size_t{1});
            QCOMPARE(reader->damage()[0].offset, secondOffset);
            const auto time = reader->damage()[0].time;
            QVERIFY(time && time->end);
            QVERIFY(time->begin <= Micros(second.firstTime) && *time->end >= Micros(second.lastTime));
            QVERIFY(std::ranges::none_of(
                events, [&](const Event& event) { return event.time > time->begin && event.time < *time->end; }));
            QVERIFY(events.size() < model.events().size() && events.size() + second.records >= model.events().size());
            QVERIFY(events.back() == model.events().back());  // what follows is whole again
        }
    }
    void freesBehindALostChunkStillSayWhatTheyEnd() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        withTraces(model, 200);
        model.run(250'000);
        model.finish();
        const auto whole = Capture::open(folder / "x")->events();
        std::vector<std::uint64_t> chunks;  // of each event, where it lies
        for (Event event; whole->read({&event, 1}) == 1;) chunks.push_back(whole->position().offset);
        std::vector<std::uint64_t> starts = chunks;
        starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
        QVERIFY(starts.size() > 6);
        Contents bytes = readFile(folder / "x.hpd");
        for (const std::size_t lost : {1, 2, 4}) bytes[starts[lost] + 5000] ^= 1;
        writeFile(folder / "x.hpd", bytes);

        constexpr std::size_t kLost = SIZE_MAX;
        std::vector<std::size_t> delivered;  // of each allocation, how many before it are
        std::size_t allocations = 0, across = 0, without = 0;
        std::vector<Event> expected;
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            Event event = model.events()[i];
            const bool isLost =
                std::ranges::any_of(std::array{1, 2, 4}, [&](auto n) { return chunks[i] == starts[n]; });
            if (event.kind == EventKind::Allocation) {
                delivered.push_back(isLost ? kLost : allocations++);
            } else if (const std::size_t ended = delivered[delivered.size() - 1 - event.distance]; ended == kLost) {
                event.distance = kLost;
                without += !isLost;
            } else {
                across += !isLost && event.distance != allocations - 1 - ended;
                event.distance = allocations - 1 - ended;
            }
            if (!isLost) expected.push_back(event);
        }
        QVERIFY(across > 100 && without > 100);
        const auto found = readAll(*Capture::open(folder / "x")->events());
        QCOMPARE(found.size(), expected.size());
        allocations = 0;
        for (std::size_t i = 0; i < found.size(); ++i) {
            allocations += found[i].kind == EventKind::Allocation;
            if (expected[i].distance == kLost && found[i].distance >= allocations)
                expected[i].distance = found[i].distance;
            QVERIFY(found[i] == expected[i]);
        }
    }
    void aLogThatIsNothingButDamageTakesNoMemory() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        withTraces(model, 3);
        model.run(10);
        model.finish();
        Contents bytes = readFile(folder / "x.hpd");
        constexpr std::size_t kChunks = 50'000;
        ChunkHeader header;
        std::memcpy(&header, bytes.data() + sizeof(FileHeader), sizeof header);
        header.payloadLength = 1;
        header.headerHash = hashBytes(&header, offsetof(ChunkHeader, headerHash));
        bytes.resize(sizeof(FileHeader) + kChunks * 2 * kChunkAlignment);
        for (std::size_t at = sizeof(FileHeader); at < bytes.size(); at += 2 * kChunkAlignment)
            std::memcpy(bytes.data() + at, &header, sizeof header);
        writeFile(folder / "x.hpd", bytes);
        const auto reader = Capture::open(folder / "x")->events();
        QVERIFY(readAll(*reader).empty());
        const auto& damage = reader->damage();
        QVERIFY(damage.size() <= 1000);
        QCOMPARE(damage.front().offset, std::uint64_t{sizeof(FileHeader)});
        QVERIFY(damage.back().offset + damage.back().length + kChunkAlignment > bytes.size());  // none is left out
    }
    void damageIsDescribedInBytesAndTime() {
        const Damage damage{"/a.hpd", 64, 1000, "a chunk is cut off", Stretch{Micros(1'500'000), Micros(2'000'000)}};
        QCOMPARE(describe(damage),
                 std::string("/a.hpd: a chunk is cut off (1000 bytes at byte 64, from 1.500 s to 2.000 s)"));
        Damage other = damage;
        other.time->end.reset();
        QCOMPARE(describe(other), std::string("/a.hpd: a chunk is cut off (1000 bytes at byte 64, from 1.500 s on)"));
        other.time.reset();
        QCOMPARE(describe(other), std::string("/a.hpd: a chunk is cut off (1000 bytes at byte 64)"));
    }
    void whatIsLostAtTheEndHasNoEndInTime() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        withTraces(model, 50);
        model.run(150'000);
        model.finish();
        Contents bytes = readFile(folder / "x.hpd");
        ChunkHeader first;
        std::memcpy(&first, bytes.data() + 64, sizeof first);
        std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(alignToChunk(64 + sizeof first + first.payloadLength)),
                  bytes.end(), std::uint8_t{0x55});
        writeFile(folder / "x.hpd", bytes);
        const auto reader = Capture::open(folder / "x")->events();
        const auto events = readAll(*reader);
        QVERIFY(!events.empty() && events.size() <= first.records);
        QCOMPARE(reader->damage().size(), std::size_t{1});
        QVERIFY(reader->damage()[0].time == (Stretch{Micros(first.lastTime), std::nullopt}));
    }
    void aLostMetadataChunkRenumbersNothing() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        withTraces(model, 6000);
        model.run(10);
        model.finish();
        const auto whole = Capture::open(folder / "x")->info();
        Contents bytes = readFile(folder / "x.hpm");
        QVERIFY(bytes.size() > 2 * kChunkSize);
        bytes[kChunkSize + 3000] ^= 1;  // in the second chunk
        writeFile(folder / "x.hpm", bytes);
        const auto damaged = Capture::open(folder / "x")->info();
        QCOMPARE(damaged->damage.size(), std::size_t{1});
        QCOMPARE(damaged->traces->traceCount(), std::size_t{6000});
        QCOMPARE(frameLines(*damaged->traces, 1), frameLines(*whole->traces, 1));
        std::size_t equal = 0;
        for (std::uint32_t i = 5000; i <= 6000; ++i)
            equal += frameLines(*damaged->traces, i) == frameLines(*whole->traces, i);
        QVERIFY(equal > 500);  // all but those that hang below a lost stack
    }
    void aLostChunkWithAThreadCostsNoOtherChunk() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        withTraces(model, 3000);
        model.addThread(2);
        withTraces(model, 3000);
        model.addThread(3);
        withTraces(model, 100);
        model.run(10);
        model.finish();
        Contents bytes = readFile(folder / "x.hpm");
        bytes[200] ^= 1;  // in the first chunk, which defines thread 1
        writeFile(folder / "x.hpm", bytes);
        const auto damaged = Capture::open(folder / "x")->info();
        QCOMPARE(damaged->damage.size(), std::size_t{1});
        QCOMPARE(damaged->traces->traceCount(), std::size_t{6100});
        QCOMPARE(damaged->traces->thread(ThreadIndex(3)).name, std::string("Thread-3"));
        QVERIFY(!damaged->traces->frames(TraceIndex(6099)).empty() ||
                !damaged->traces->frames(TraceIndex(6100)).empty());
    }
    void aLostChunkWithLabelsCostsOnlyTheirs() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        for (const char* value : {"/cart", "/pay", "/help"}) {
            model.label(model.addTrace(1), {{"request", value}, {"user", "7"}});
            withTraces(model, 3000);
        }
        model.run(10);
        model.finish();
        const auto labelsIn = [&] {
            std::vector<std::string> found;
            const auto info = Capture::open(folder / "x")->info();
            for (std::uint32_t i = 1; i <= info->traces->traceCount(); ++i)
                if (info->traces->labelsOf(TraceIndex(i)).value != 0)
                    found.push_back(std::to_string(i) + *info->traces->findLabel(TraceIndex(i), "request") +
                                    *info->traces->findLabel(TraceIndex(i), "user"));
            return found;
        };
        QCOMPARE(labelsIn(), (std::vector<std::string>{"1/cart7", "3002/pay7", "6003/help7"}));
        Contents bytes = readFile(folder / "x.hpm");
        bytes[200] ^= 1;  // in the first chunk, which defines the first set and the string "request"
        writeFile(folder / "x.hpm", bytes);
        QCOMPARE(labelsIn(), (std::vector<std::string>{"3002/pay7", "6003/help7"}));
    }
    void aWriterFasterThanTheReaderCostsNoChunk() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        withTraces(model, 50);
        const auto capture = Capture::open(folder / "x");
        std::atomic<bool> done = false;
        std::jthread writer([&] {
            for (int i = 0; i < 400; ++i) model.run(3000);
            done = true;
        });
        std::vector<Event> batch(4096);
        while (!done) {
            const auto reader = capture->events();
            std::uint64_t allocations = 0;
            while (const std::size_t count = reader->read(batch))
                for (std::size_t i = 0; i < count; ++i) {
                    // The distance of a free reaches back to an allocation delivered before it: nothing in between is
                    // lost.
                    if (batch[i].kind == EventKind::Allocation)
                        ++allocations;
                    else if (batch[i].distance >= allocations)
                        QFAIL("a free of an allocation that was skipped");
                }
            QVERIFY2(reader->damage().empty(), reader->damage().empty() ? "" : describe(reader->damage()[0]).c_str());
        }
    }
    void garbageNeverHarms() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::byBytes(4096));
        withTraces(model, 30);
        model.run(3000);
        model.finish();
        std::mt19937 random(5);
        for (const char* ending : {".hpm", ".hpd"}) {
            const std::filesystem::path path = folder / (std::string("x") + ending);
            const Contents whole = readFile(path);
            for (int round = 0; round < 500; ++round) {
                Contents changed = whole;
                for (int i = 0; i < 3; ++i) changed[random() % changed.size()] = static_cast<std::uint8_t>(random());
                if (round % 2) {  // an attacker knows the hash: make flags claim "open", so that no hash is asked
                    std::memset(changed.data() + 64 + 6, 0, 2);
                }
                writeFile(path, changed);
                try {
                    const auto capture = Capture::open(folder / "x");
                    QVERIFY(readAll(*capture->events()).size() < 1'000'000);
                } catch (const FileError&) {
                }
            }
            writeFile(path, whole);
        }
    }
    void bothWaysOfDecodingAgree() {
        if (!hasAvx2()) QSKIP("this processor has but one");
        std::mt19937_64 random(8);
        std::vector<std::uint8_t> records(kWindow);
        Lengths plain, quick;
        for (int round = 0; round < 300; ++round) {
            for (auto& byte : records) byte = static_cast<std::uint8_t>(random());
            const std::size_t count = 1 + random() % kWindow;
            Scalar::findRecordsV2(plain, records.data(), count);
            Avx2::findRecordsV2(quick, records.data(), count);
            for (std::size_t i = 0; i < count; ++i) {
                QCOMPARE(quick[i], plain[i]);
                const records::DecodeEntry& entry = records::kDecodeTable[records[i]];
                const std::uint64_t bytes = random();
                if (plain[i] != 0) QCOMPARE(Avx2::given(entry, bytes), Scalar::given(entry, bytes));
            }
        }
    }
    void totalsFromChunkHeadersFollowTheEvents() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        withTraces(model, 200);
        model.run(200'000);
        model.finish();
        const auto points = Capture::open(folder / "x")->chunks();
        QVERIFY(points.size() > 3);
        std::int64_t live = 0;
        std::size_t point = 0, inChunk = 0;
        for (const Event& event : model.events()) {
            if (point + 1 < points.size() && live == points[point + 1].atStart.count && inChunk > 10'000) {
                ++point;
                inChunk = 0;
            }
            live += (event.kind == EventKind::Free ? -1 : 1) * static_cast<std::int64_t>(event.size);
            ++inChunk;
            QVERIFY(live <= std::max(points[point].max, points[std::min(point + 1, points.size() - 1)].max).count);
        }
        QVERIFY(point + 2 >= points.size());
    }

private:
    static std::vector<std::uint32_t> frameLines(const TraceTable& traces, std::uint32_t trace) {
        std::vector<std::uint32_t> lines;
        for (const FrameIndex frame : traces.frames(TraceIndex(trace))) lines.push_back(traces.frame(frame).line);
        return lines;
    }
};

QTEST_APPLESS_MAIN(CaptureV2Test)
#include "capture_v2_test.moc"
