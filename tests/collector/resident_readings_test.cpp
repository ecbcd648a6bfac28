// Readings of resident memory, the process's own and its watcher's: as they come to stand in the log.
#include "collector/resident/resident_readings.h"

#include <sys/mman.h>

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "collector/system/clock.h"
#include "core/capture/capture.h"
#include "core/capture/metadata_writer.h"
#include "core/state/timeline.h"
#include "tests/core/written_block.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

constexpr std::int64_t kLarge = 64 << 20;

std::int64_t monotonic() { return static_cast<std::int64_t>(nanoseconds(CLOCK_MONOTONIC)); }

/// Memory of this process, all of it in RAM.
class Pages {
public:
    Pages()
        : m_start(mmap(nullptr, kLarge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)) {}
    ~Pages() { giveBack(); }
    void giveBack() {
        if (m_start) munmap(m_start, kLarge);
        m_start = nullptr;
    }

private:
    void* m_start;
};

/// A log that began at `start`, ns of CLOCK_MONOTONIC, and what is read of this process's memory.
class Recorded {
public:
    Recorded() : m_watched(new WatchedProcess{}) {
        m_metadata.create((m_filebase.string() + ".hpm").c_str(), withMagic({}, kMetadataMagic));
        m_metadata.sampling(Sampling::everything(), 0);
        m_events.create((m_filebase.string() + ".hpd").c_str(), withMagic({}, kEventsMagic), m_weights);
        m_readings.begin(m_events, static_cast<std::uint64_t>(m_start), m_watched.get());
    }

    Micros timeOf(std::int64_t monotonicTime) const { return Micros((monotonicTime - m_start) / 1000); }
    Micros now() const { return timeOf(monotonic()); }
    /// As Session does in a new tick, which began at `time`.
    void beginTick(Micros time) {
        m_readings.drain(time, m_events, 0, 0, [] {});
        m_readings.passTime(time, m_events, 0);
    }
    void changeLargeBlock() { m_readings.atLargeBlock(m_events, 0); }
    /// What the watcher read at `time`, ns of CLOCK_MONOTONIC.
    void watcherRead(std::int64_t time, std::uint64_t bytes) { m_watched->store({time, bytes}); }
    std::uint64_t bytes() {
        ProcessMemory memory;
        memory.open();
        const std::uint64_t bytes = memory.sizes().resident;
        memory.close();
        return bytes;
    }

    /// The readings in the log, which is closed.
    std::vector<Timeline::Resident> finish() {
        m_metadata.end(m_events.time(), EndReason::Stopped);
        m_events.close();
        m_metadata.close();
        TimelineBuilder builder;
        builder.add(Capture::open(m_filebase)->marks());
        return builder.timeline().resident;
    }

private:
    const QTemporaryDir m_folder;
    const std::filesystem::path m_filebase = std::filesystem::path(m_folder.path().toStdString()) / "x";
    const std::int64_t m_start = monotonic();
    const Weights m_weights{Sampling::everything()};
    MetadataWriter m_metadata;
    EventsV2Writer m_events;
    std::unique_ptr<WatchedProcess> m_watched;
    ResidentReadings m_readings;
};

std::int64_t bytesOf(const Timeline::Resident& reading) { return reading.bytes + reading.ofProfiler; }

/// How often memory rose by half of kLarge from one reading to the next.
int rises(const std::vector<Timeline::Resident>& readings) {
    int count = 0;
    for (std::size_t i = 1; i < readings.size(); ++i)
        count += bytesOf(readings[i]) - bytesOf(readings[i - 1]) > kLarge / 2;
    return count;
}

}  // namespace

class ResidentReadingsTest : public QObject {
    Q_OBJECT

private slots:
    /// The tick's time is that of its beginning: the watcher reads later in it, and the process after the watcher.
    void whatTheWatcherReadBeforeUsIsNotWrittenAfterUs() {
        Pages pages;
        Recorded recorded;
        const Micros tick = recorded.now();
        recorded.beginTick(tick);
        recorded.watcherRead(monotonic(), recorded.bytes());
        pages.giveBack();
        recorded.changeLargeBlock();
        recorded.beginTick(recorded.now());
        const auto readings = recorded.finish();
        QVERIFY(readings.size() >= 2);
        QVERIFY(bytesOf(readings.front()) - bytesOf(readings.back()) > kLarge / 2);
        QCOMPARE(rises(readings), 0);
    }
    /// The watcher writes both sides of a jump: the first may be much older than what the process has read since.
    void anOldReadingOfTheWatcherIsNotWrittenLate() {
        Pages pages;
        Recorded recorded;
        const std::int64_t before = monotonic();
        const std::uint64_t high = recorded.bytes();
        pages.giveBack();
        recorded.beginTick(recorded.now());
        recorded.watcherRead(before, high);
        recorded.watcherRead(monotonic(), recorded.bytes());
        recorded.beginTick(recorded.now());
        const auto readings = recorded.finish();
        QVERIFY(bytesOf(readings.front()) - bytesOf(readings.back()) > kLarge / 2);
        QCOMPARE(rises(readings), 0);
    }
    void whatTheWatcherReadAfterUsIsWritten() {
        Recorded recorded;
        recorded.beginTick(recorded.now());
        const std::uint64_t bytes = recorded.bytes();
        const std::int64_t first = monotonic();
        recorded.watcherRead(first, bytes + kLarge);
        const std::int64_t second = monotonic();
        recorded.watcherRead(second, bytes);
        recorded.beginTick(recorded.now());
        const auto readings = recorded.finish();
        QCOMPARE(rises(readings), 1);
        const auto top = std::max_element(readings.begin(), readings.end(),
                                          [](const auto& a, const auto& b) { return bytesOf(a) < bytesOf(b); });
        QVERIFY(top + 1 != readings.end());
        QCOMPARE(top->time.count, recorded.timeOf(first).count);
        QCOMPARE(top[1].time.count, recorded.timeOf(second).count);
    }
    /// Although the log's time is that of the tick's beginning.
    void aReadingHasTheTimeAtWhichItWasRead() {
        Pages pages;
        Recorded recorded;
        recorded.beginTick(recorded.now());
        while (recorded.now() < Micros(3000)) continue;
        const Micros before = recorded.now();
        pages.giveBack();
        recorded.changeLargeBlock();
        const Micros after = recorded.now();
        const auto readings = recorded.finish();
        QVERIFY(bytesOf(readings.front()) - bytesOf(readings.back()) > kLarge / 2);
        QVERIFY(readings.back().time >= before);
        QVERIFY(readings.back().time <= after);
    }
};

QTEST_APPLESS_MAIN(ResidentReadingsTest)
#include "resident_readings_test.moc"
