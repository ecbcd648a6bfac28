// A capture that grows under its readers: byte by byte, and while questions are asked of what is known of it so far.
#include <fcntl.h>
#include <unistd.h>

#include <QtTest>
#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

#include "core/bytes/byte_cursor.h"
#include "core/bytes/file_lock.h"
#include "core/digest/digest_builder.h"
#include "core/state/snapshot.h"
#include "core/state/time_series.h"
#include "tests/core/recorded_blocks.h"
#include "tests/core/recorded_model.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

/// Live memory of every trace that has any.
std::map<std::size_t, std::pair<std::int64_t, std::int64_t>> stateAfter(const Digest& digest, std::size_t bucket) {
    std::map<std::size_t, std::pair<std::int64_t, std::int64_t>> state;
    for (const auto& [trace, value] : digest.stateAfter(bucket))
        if (!value.isZero()) state[trace.value] = {value.bytes, value.bytesVariance};
    return state;
}

bool isSame(const Digest& a, const Digest& b) {
    if (a.buckets() != b.buckets() || a.complete() != b.complete()) return false;
    const std::size_t step = 1 + a.buckets().size() / 50;
    for (std::size_t bucket = a.buckets().size() % step; bucket <= a.buckets().size(); bucket += step)
        if (stateAfter(a, bucket) != stateAfter(b, bucket)) return false;
    return true;
}

/// Whether the memory of all traces after the last bucket is what that bucket says.
bool addsUp(const Digest& digest) {
    Amount sum;
    for (const auto& [trace, amount] : digest.stateAfter(digest.buckets().size())) sum += amount;
    return sum == digest.totalAfter(digest.buckets().size());
}

/// Makes a file another one, in the order in which a writer stores its bytes: a chunk's header, then record by record,
/// then what sealing adds. Where it is mapped the file is full of zeros, and records are stored from the last byte to
/// the first; where it is written it ends with what was written. Holds the writer's lock.
class ByteByByte {
public:
    ByteByByte(const std::filesystem::path& from, const std::filesystem::path& to, bool isMapped = true)
        : m_bytes(readFile(from)), m_isLog(from.extension() == ".hpd"), m_isMapped(isMapped) {
        add(0, sizeof(FileHeader));
        for (std::size_t at = sizeof(FileHeader); at < m_bytes.size();) at = addBlock(at);
        writeFile(to, Contents(isMapped ? m_bytes.size() + 200'000 : 0));
        m_descriptor = ::open(to.c_str(), O_RDWR | O_CLOEXEC);
        takeWriteLock(m_descriptor);
    }
    ~ByteByByte() { ::close(m_descriptor); }
    ByteByByte(const ByteByByte&) = delete;
    ByteByByte& operator=(const ByteByByte&) = delete;

    std::size_t size() const { return m_steps.size(); }
    bool isAtEnd() const { return m_done == m_steps.size(); }
    /// Whether a chunk begins or ends near here.
    bool isAtTurn() const {
        return std::ranges::any_of(m_turns,
                                   [&](std::size_t turn) { return m_done < turn + 400 && turn < m_done + 400; });
    }
    void store() {
        const Step& step = m_steps[m_done++];
        const auto count = ::pwrite(m_descriptor, &m_bytes[step.at], step.length, static_cast<off_t>(step.at));
        if (count != static_cast<ssize_t>(step.length)) qFatal("the file cannot be written");
    }
    /// The greatest trace that is defined so far.
    std::uint32_t traces() const { return m_done == 0 ? 0 : m_steps[m_done - 1].traces; }
    /// The greatest that is named as soon as the next byte is stored.
    std::uint32_t tracesNext() const { return isAtEnd() ? m_traces : m_steps[m_done].traces; }
    /// Events whose records are stored.
    std::uint64_t events() const { return m_done == 0 ? 0 : m_steps[m_done - 1].events; }

private:
    struct Step {
        std::size_t at, length;
        std::uint32_t traces;
        std::uint64_t events;
    };

    void add(std::size_t begin, std::size_t length) {
        for (std::size_t i = 0; i < length; ++i)
            m_steps.push_back({m_isMapped ? begin + length - 1 - i : begin + i, 1, m_traces, m_events});
    }
    std::size_t addBlock(std::size_t at) {
        ChunkHeader header;
        std::memcpy(&header, m_bytes.data() + at, sizeof header);
        m_turns.push_back(m_steps.size());
        for (const std::size_t field : {72, 64, 56, 48, 40, 24, 16})  // a log's extremes are known when it is sealed
            if (!m_isLog || (field != 64 && field != 56)) add(at + field, 8);
        add(at, 6);  // magic and length
        const std::size_t end = at + sizeof header + header.payloadLength;
        for (std::size_t row = at + sizeof header; row < end;) row += m_isLog ? addLogRecord(row) : addRecord(row);
        m_turns.push_back(m_steps.size());
        if (m_isMapped)
            add(at + 6, sizeof header - 6);
        else
            m_steps.push_back({at, sizeof header, m_traces, m_events});
        return alignToChunk(end);
    }
    std::size_t addLogRecord(std::size_t at) {
        const std::uint8_t control = m_bytes[at];
        const unsigned kind = control & 3, type = control >> 2;
        const bool isWide = kind == records::Other && (type == records::WideAllocation || type == records::WideFree);
        const std::size_t traceBytes = isWide                                                           ? 4
                                       : kind == records::Allocation || kind == records::CrossChunkFree ? type & 3
                                                                                                        : 0;
        m_traces = std::max(m_traces, static_cast<std::uint32_t>(records::number(&m_bytes[at + 1], traceBytes)));
        add(at, records::length(control));
        if (isWide || kind != records::Other) m_steps.back().events = ++m_events;
        return records::length(control);
    }
    std::size_t addRecord(std::size_t at) {
        ByteCursor cursor({&m_bytes[at + 1], m_bytes.size() - at - 1});
        const std::size_t payload = static_cast<std::size_t>(cursor.varint());
        const std::size_t length = 1 + cursor.offset() + payload;
        add(at, length);
        if (m_bytes[at] == static_cast<std::uint8_t>(RecordType::Trace)) m_steps.back().traces = ++m_traces;
        return length;
    }

    const Contents m_bytes;
    const bool m_isLog;
    const bool m_isMapped;
    std::vector<Step> m_steps;
    std::vector<std::size_t> m_turns;  // steps at which blocks begin and are sealed
    std::uint32_t m_traces = 0;
    std::uint64_t m_events = 0;
    std::size_t m_done = 0;
    int m_descriptor = -1;
};

/// A program whose traces come one by one, as long as it runs.
void record(RecordedModel& model, int rounds) {
    for (int i = 0; i < rounds; ++i) {
        model.addTrace(1 + i % 9);
        model.run(static_cast<std::size_t>(i % 60), i % 7 ? 3000 : std::uint64_t{1} << 33);
    }
}

std::int64_t changeOf(const Event& event) {
    return (event.kind == EventKind::Free ? -1 : 1) * static_cast<std::int64_t>(event.size);
}

}  // namespace

class LiveTest : public QObject {
    Q_OBJECT

private slots:
    void growthByteByByteGivesTheDigestOfABatch_data() {
        QTest::addColumn<bool>("isSampled");
        QTest::addColumn<bool>("isMapped");
        QTest::newRow("everything") << false << true;
        QTest::newRow("sampled") << true << true;
        QTest::newRow("not mapped") << false << false;
    }
    void growthByteByByteGivesTheDigestOfABatch() {
        QFETCH(bool, isSampled);
        QFETCH(bool, isMapped);
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", isSampled ? Sampling::byBytes(4096) : Sampling::everything());
        record(model, 2000);
        model.finish();
        auto metadata = std::make_unique<ByteByByte>(folder / "x.hpm", folder / "live.hpm", isMapped);
        auto log = std::make_unique<ByteByByte>(folder / "x.hpd", folder / "live.hpd", isMapped);
        QVERIFY(metadata->size() > kChunkSize && log->size() > 2 * kChunkSize);
        while (metadata->traces() < 1) metadata->store();
        while (log->traces() < 1) log->store();
        const auto capture = Capture::open(folder / "live");
        DigestBuilder live(capture);
        std::mt19937 random(4);
        while (!log->isAtEnd()) {
            for (std::size_t left = log->isAtTurn() ? 1 : 1 + random() % 500; left > 0 && !log->isAtEnd(); --left) {
                // As late as may be: whatever a record names is there before it.
                while (metadata->traces() < log->tracesNext()) {
                    metadata->store();
                    if (metadata->isAtTurn()) live.run();
                }
                log->store();
            }
            live.run();
            QCOMPARE(live.digest()->events(), log->events());  // each that is there, and none that is not
            QVERIFY(addsUp(*live.digest()));
        }
        while (!metadata->isAtEnd()) metadata->store();
        log.reset();
        live.run();
        QVERIFY2(live.damage().empty(), live.damage().empty() ? "" : describe(live.damage()[0]).c_str());
        QCOMPARE(live.digest()->events(), std::uint64_t{model.events().size()});
        DigestBuilder batch(Capture::open(folder / "x"));
        batch.run();
        QVERIFY(isSame(*live.digest(), *batch.digest()));
        QVERIFY(isSame(*openDigest(*capture), *batch.digest()));
    }
    void tracesThatAreLateComeIntoTheirOwn() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        record(model, 2000);
        model.finish();
        ByteByByte metadata(folder / "x.hpm", folder / "live.hpm");
        auto log = std::make_unique<ByteByByte>(folder / "x.hpd", folder / "live.hpd");
        while (metadata.traces() < 700) metadata.store();
        while (!log->isAtEnd()) log->store();
        const auto capture = Capture::open(folder / "live");
        DigestBuilder live(capture);
        live.run();
        QCOMPARE(live.digest()->events(), std::uint64_t{model.events().size()});
        QCOMPARE(live.damage().size(), std::size_t{1});  // it says so
        while (!metadata.isAtEnd()) metadata.store();
        log.reset();
        live.run();
        QVERIFY(live.damage().empty());
        DigestBuilder batch(Capture::open(folder / "x"));
        batch.run();
        QVERIFY(isSame(*live.digest(), *batch.digest()));
        QVERIFY(isSame(*openDigest(*capture), *batch.digest()));
    }
    void aDigestThatKnowsMoreThanItsReader_data() {
        QTest::addColumn<bool>("isContinued");
        QTest::newRow("opened") << false;
        QTest::newRow("continued") << true;
    }
    void aDigestThatKnowsMoreThanItsReader() {
        QFETCH(bool, isContinued);
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        record(model, 50);
        const auto opened = Capture::open(folder / "x");
        record(model, 2000);
        model.finish();
        DigestBuilder(Capture::open(folder / "x")).run();  // as another process does
        std::shared_ptr<const Digest> digest = isContinued ? DigestBuilder(opened).digest() : openDigest(*opened);
        QVERIFY(digest);
        QVERIFY(digest->traceCount() <= opened->info()->traces->traceCount());
        QCOMPARE(digest->events(), std::uint64_t{model.events().size()});
        QCOMPARE(asMap(snapshotAt(recordingOf(opened, digest), digest->lastTime())), model.liveAt(digest->lastTime()));
    }
    void questionsAreAnsweredWhileTheProgramRuns() {
        const TemporaryFolder folder;
        constexpr int kRounds = 8000;
        RecordedModel truth(folder / "truth", Sampling::everything());  // what the same seed records
        record(truth, kRounds);
        RecordedModel model(folder / "x", Sampling::everything());
        const auto opened = Capture::open(folder / "x");
        std::jthread writer([&] {
            record(model, kRounds);
            model.finish();
        });
        std::mutex mutex;
        std::shared_ptr<const Digest> published;
        const auto newest = [&] {
            const std::lock_guard lock(mutex);
            return published;
        };
        std::atomic<bool> isDone = false;
        std::jthread builder([&] {
            DigestBuilder work(opened);
            while (!isDone) {
                work.run();
                const std::lock_guard lock(mutex);
                published = work.digest();
                isDone = published->complete();
            }
        });
        std::atomic<int> asked = 0, wrong = 0;
        const auto ask = [&](std::uint32_t seed) {
            std::mt19937 random(seed);
            for (bool isLast = false; !isLast;) {
                isLast = isDone;
                const auto digest = isLast && seed == 1 ? openDigest(*opened) : newest();
                if (!digest || digest->buckets().empty() || digest->lastTime().count == 0) continue;
                ++asked;
                if (!addsUp(*digest)) ++wrong;
                const Recording recording = recordingOf(opened, digest);
                const Micros time(static_cast<std::int64_t>(random()) % digest->lastTime().count);
                if (asMap(snapshotAt(recording, time)) != truth.liveAt(time)) ++wrong;
                const std::span events = std::span(truth.events()).first(digest->events());
                std::int64_t total = 0, ofEven = 0;
                for (const Event& event : events) {
                    total += changeOf(event);
                    if (event.trace.value % 2 == 0) ofEven += changeOf(event);
                }
                if (filteredBucketEnds(recording, everyNthTrace(recording.traces(), 2)).buckets.back().total.bytes !=
                    ofEven)
                    ++wrong;
                if (totalOverTime(recording, Micros(0), digest->lastTime(), 20).back().last != total) ++wrong;
                if (const auto onDisk = openDigest(*opened); onDisk && !onDisk->buckets().empty()) {
                    const Micros end = onDisk->lastTime() - Micros(1);
                    if (asMap(snapshotAt(recordingOf(opened, onDisk), end)) != truth.liveAt(end)) ++wrong;
                }
            }
        };
        std::jthread first([&] { ask(1); }), second([&] { ask(2); });
        first.join();
        second.join();
        QVERIFY(asked > 2);
        QCOMPARE(wrong.load(), 0);
        QCOMPARE(newest()->events(), std::uint64_t{truth.events().size()});
    }
};

QTEST_APPLESS_MAIN(LiveTest)
#include "live_test.moc"
