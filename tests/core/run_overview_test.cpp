// What is known at a glance of all processes of a run.
#include "core/summary/run_overview.h"

#include <QtTest>

#include "core/state/peak.h"
#include "tests/core/digested.h"
#include "tests/core/recorded_model.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

/// A process that had so many bytes.
void record(const std::filesystem::path& filebase, std::uint32_t seed, std::uint64_t bytes,
            std::optional<std::uint32_t> ancestor = {}) {
    const std::uint64_t start = 5'000'000'000 + seed * 1'000'000'000ULL;
    const ModelProcess process{100 + seed, ancestor, 1'700'000'000'000'000'000 + seed * 1'000'000'000LL, start};
    RecordedModel model(filebase, Sampling::everything(), seed, process);
    const TraceIndex trace = model.addTrace(1);
    model.allocate(trace, bytes);
    model.passTime(Micros(2'000'000));
    model.freeBlock(0);
    model.finish();
}

void recordRun(const TemporaryFolder& folder) {
    record(folder / "out", 1, 14'000);
    record(folder / "out.102", 2, 2000, 1);
    record(folder / "out.103", 3, 40'000, 2);
    record(folder / "out.104", 4, 14'000, 2);
    record(folder / "out.150", 50, 90'000, 49);  // of an earlier run
}

std::vector<std::uint64_t> processesOf(const RunOverview& run) {
    std::vector<std::uint64_t> pids;
    for (const RunOverview::Member& member : run.members) pids.push_back(member.overview.metadata.process->pid);
    return pids;
}

std::uint64_t askedOf(const RunOverview& run) { return processesOf(run)[run.asked]; }

}  // namespace

class RunOverviewTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_cache / "cache").string())); }

    void theGreatestPeakComesFirst_whicheverIsAsked() {
        const TemporaryFolder folder;
        recordRun(folder);
        for (const auto& [name, pid] : std::vector<std::pair<const char*, std::uint64_t>>{
                 {"out.hpm", 101}, {"out.102", 102}, {"out.103.hpd", 103}, {"out.104", 104}}) {
            const RunOverview run = runOverviewOf(folder / name, 10);
            QCOMPARE(processesOf(run), (std::vector<std::uint64_t>{103, 101, 104, 102}));
            QCOMPARE(askedOf(run), pid);
            QVERIFY(run.hasOthers() && run.unreadable.empty() && !run.isBeingWritten());
            QCOMPARE(run.farGreater(), pid == 103 ? nullptr : run.members.data());
            for (const RunOverview::Member& member : run.members) {
                QCOMPARE(member.overview.peakBytes, peakBytes(digested(Capture::open(member.filebase))));
                QCOMPARE(member.overview.curve.size(), std::size_t{10});
            }
        }
        const RunOverview other = runOverviewOf(folder / "out.150", 10);
        QCOMPARE(processesOf(other), std::vector<std::uint64_t>{150});
        QVERIFY(!other.hasOthers() && !other.farGreater());
    }

    void aLittleMoreIsNotFarGreater() {
        const TemporaryFolder folder;
        record(folder / "out", 1, 14'000);
        record(folder / "out.102", 2, 27'998, 1);
        QVERIFY(!runOverviewOf(folder / "out", 10).farGreater());
        record(folder / "out.103", 3, 28'000, 1);
        QVERIFY(runOverviewOf(folder / "out", 10).farGreater());
    }

    void whatCannotBeReadIsSaid() {
        const TemporaryFolder folder;
        recordRun(folder);
        writeFile(folder / "out.104.hpm", Contents{1, 2, 3});
        std::filesystem::remove(folder / "out.103.hpd");
        const RunOverview run = runOverviewOf(folder / "out", 10);
        QCOMPARE(processesOf(run), (std::vector<std::uint64_t>{101, 102}));
        QCOMPARE(run.unreadable, (std::vector{folder / "out.103", folder / "out.104"}));
        for (const char* name : {"out", "out.102"})
            for (const char* ending : {".hpm", ".hpd", ".hpc"})
                std::filesystem::remove(folder / (std::string(name) + ending));
        QVERIFY_THROWS_EXCEPTION(FileError, runOverviewOf(folder / "out", 10));
    }

    void aProcessThatStillRunsIsSaidToBe() {
        const TemporaryFolder folder;
        record(folder / "out", 1, 14'000);
        RecordedModel model(folder / "out.102", Sampling::everything(), 2, {102, 1});
        model.allocate(model.addTrace(1), 50'000);
        const RunOverview run = runOverviewOf(folder / "out", 10);
        QVERIFY(run.isBeingWritten() && run.members.front().overview.isBeingWritten);
        QCOMPARE(run.members.front().overview.peakBytes, 50'000);
        model.finish();
        QVERIFY(!runOverviewOf(folder / "out", 10).isBeingWritten());
    }

private:
    const TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(RunOverviewTest)
#include "run_overview_test.moc"
