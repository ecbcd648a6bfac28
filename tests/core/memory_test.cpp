// What a digest takes to build, beyond the trace table: bounded, whatever the file says.
#include <QtTest>
#include <atomic>
#include <fstream>
#include <thread>

#include "core/digest/digest_builder.h"
#include "tests/benchmarks/generated_capture.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

constexpr std::int64_t kBound = 200 << 20;

/// Bytes of this process in memory that belong to no file.
std::int64_t anonymousMemory() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("RssAnon:")) return std::stoll(line.substr(8)) << 10;
    return 0;
}

/// The most of it while `work` runs, looked at every millisecond.
template <typename Work>
std::int64_t maxMemory(Work work) {
    std::int64_t max = 0;
    std::jthread watcher([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            max = std::max(max, anonymousMemory());
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    work();
    watcher.request_stop();
    watcher.join();
    return max;
}

}  // namespace

class MemoryTest : public QObject {
    Q_OBJECT

    static constexpr std::uint64_t kEvents = 12'000'000;

    void checkBuild(const std::filesystem::path& filebase, unsigned threads) {
        const auto capture = Capture::open(filebase, V1Sampling::Unsampled);
        const std::int64_t before = anonymousMemory();
        QVERIFY(before > 0);
        std::uint64_t events = 0;
        const std::int64_t max = maxMemory([&] {
            DigestBuilder builder(capture, DigestBuilder::Start::Anew, threads);
            builder.run();
            events = builder.digest()->events();
        });
        QCOMPARE(events, kEvents);
        const QString taken = QString("%1 MB").arg((max - before) >> 20);
        qInfo("%s", qPrintable(taken));
        QVERIFY2(max - before < kBound, qPrintable(taken));
    }

private slots:
    void buildingADigestTakesBoundedMemory_data() {
        QTest::addColumn<int>("version");
        QTest::addColumn<int>("traces");
        QTest::addColumn<int>("threads");
        QTest::newRow("version 1") << 1 << 50'000 << 1;
        QTest::newRow("version 2") << 2 << 50'000 << 1;
        QTest::newRow("threads") << 2 << 50'000 << 3;
        QTest::newRow("many traces, threads") << 2 << 400'000 << 3;
    }
    void buildingADigestTakesBoundedMemory() {
        QFETCH(int, version);
        QFETCH(int, traces);
        QFETCH(int, threads);
        const TemporaryFolder folder;
        const benchmarks::Shape shape{kEvents, static_cast<std::uint32_t>(traces)};
        if (version == 1)
            benchmarks::generateV1(folder / "x", shape);
        else
            benchmarks::GeneratedV2(folder / "x", shape).end();
        checkBuild(folder / "x", static_cast<unsigned>(threads));
    }
    /// So nothing can be said in short.
    void eventsThatAreAllOfOtherTracesTakeBoundedMemory() {
        const TemporaryFolder folder;
        constexpr std::uint32_t kTraces = 400'000;
        benchmarks::GeneratedV2 capture(folder / "x", {0, kTraces});
        for (std::uint64_t i = 0; i < kEvents; ++i)
            capture.allocate(TraceIndex(static_cast<std::uint32_t>(1 + i * 7919 % kTraces)), i * i % 90'001);
        capture.end();
        checkBuild(folder / "x", 3);
    }
};

QTEST_APPLESS_MAIN(MemoryTest)
#include "memory_test.moc"
