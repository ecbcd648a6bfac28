// The captures of one run: found by their metadata, on one time axis, summed and apart.
#include "core/capture/capture_set.h"

#include <QtTest>
#include <algorithm>
#include <cmath>

#include "core/stacks/merged_traces.h"
#include "core/state/run_usage.h"
#include "tests/core/digested.h"
#include "tests/core/recorded_model.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

constexpr std::int64_t kWall = 1'700'000'000'000'000'000;
constexpr std::uint64_t kSteady = 5'000'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;

/// Started so many seconds after the first process of its run, on the same machine.
ModelProcess startedAfter(std::int64_t seconds, std::uint64_t pid, std::optional<std::uint32_t> ancestor = {}) {
    return {pid, ancestor, kWall + seconds * kSecond, kSteady + static_cast<std::uint64_t>(seconds * kSecond)};
}

std::unique_ptr<RecordedModel> record(const std::filesystem::path& filebase, std::uint32_t seed,
                                      const ModelProcess& process, const Sampling& sampling = Sampling::everything()) {
    auto model = std::make_unique<RecordedModel>(filebase, sampling, seed, process);
    for (int i = 0; i < 10; ++i) model->addTrace(1 + i % 4);
    model->run(5000);
    model->finish();
    return model;
}

/// A program, two children, a grandchild, and under the same name a child of an earlier run.
struct Run {
    explicit Run(const TemporaryFolder& folder, const Sampling& sampling = Sampling::everything()) {
        models.push_back(record(folder / "out", 1, startedAfter(0, 100), sampling));
        models.push_back(record(folder / "out.101", 2, startedAfter(5, 101, 1), sampling));
        models.push_back(record(folder / "out.102-2", 3, startedAfter(7, 102, 1), sampling));
        models.push_back(record(folder / "out.103", 4, startedAfter(9, 103, 2), sampling));
        record(folder / "out.99", 50, startedAfter(-500, 99, 49));
        record(folder / "output", 60, startedAfter(3, 160));
    }
    std::vector<std::unique_ptr<RecordedModel>> models;
};

std::vector<std::uint64_t> processesOf(const CaptureSet& set) {
    std::vector<std::uint64_t> pids;
    for (const auto& member : set.members()) pids.push_back(member.capture->info()->metadata.process->pid);
    return pids;
}

std::vector<RunPart> partsOf(const CaptureSet& set) {
    std::vector<RunPart> parts;
    for (const auto& member : set.members()) {
        parts.push_back({digested(member.capture), member.start});
    }
    return parts;
}

void setBeingWritten(RunPart& part, bool isBeingWritten) {
    const Recording& recording = part.recording;
    part.recording = {recording.sharedCapture(), recording.sharedInfo(), recording.sharedDigest(), isBeingWritten};
}

/// Live bytes of all processes at a time of the run.
std::int64_t liveAt(const Run& run, const std::vector<RunPart>& parts, Micros time) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (time < parts[i].start || time > parts[i].start + parts[i].recording.end()) continue;
        for (const auto& [trace, bytes] : run.models[i]->liveAt(time - parts[i].start)) sum += bytes;
    }
    return sum;
}

}  // namespace

class CaptureSetTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_cache / "cache").string())); }

    void findsTheWholeRunFromAnyPart() {
        const TemporaryFolder folder;
        const Run run(folder);
        for (const char* name : {"out", "out.hpm", "out.101", "out.102-2.hpd", "out.103"}) {
            const CaptureSet set = CaptureSet::open(folder / name);
            QCOMPARE(processesOf(set), (std::vector<std::uint64_t>{100, 101, 102, 103}));
            QVERIFY(set.problems().empty());
            const auto& members = set.members();
            QVERIFY(!members[0].parent);
            QCOMPARE(members[1].parent, std::optional<std::size_t>(0));
            QCOMPARE(members[2].parent, std::optional<std::size_t>(0));
            QCOMPARE(members[3].parent, std::optional<std::size_t>(1));
            QCOMPARE(members[0].start.count, 0);
            QCOMPARE(members[3].start.count, 9'000'000);
        }
        QCOMPARE(processesOf(CaptureSet::open(folder / "out.99")), (std::vector<std::uint64_t>{99}));
        QCOMPARE(processesOf(CaptureSet::open(folder / "output")), (std::vector<std::uint64_t>{160}));
    }

    void whatAForkedProcessStartsIsItsChild() {
        const TemporaryFolder folder;
        const auto process = [&](const char* name, std::uint32_t seed, std::int64_t seconds, std::uint64_t pid,
                                 std::uint64_t parent, std::optional<std::uint32_t> ancestor) {
            ModelProcess started = startedAfter(seconds, pid, ancestor);
            started.parentPid = parent;
            started.ancestorPid = 99 + ancestor.value_or(1);
            record(folder / name, seed, started);
        };
        // All programs are told that they descend from 100, whose environment the forked ones have.
        process("out", 1, 0, 100, 7, {});
        process("out.101", 2, 1000, 101, 100, 1);   // forked
        process("out.102", 3, 1001, 102, 101, 1);   // a program of the forked one's
        process("out.103", 4, 1002, 103, 100, 1);   // of the first one's
        process("out.104", 5, 1003, 104, 1, 2);     // forked by the forked one, whose parent is gone,
        process("out.104-2", 6, 1004, 104, 1, 1);   // and which becomes another program
        process("out.105", 7, 1005, 105, 666, 1);   // of a process that was not recorded
        process("out.106", 8, 1006, 106, 103, 1);   // of one that descends from it, by an environment kept from before
        process("out.107", 9, -500, 107, 7, 49);    // of an earlier run
        process("out.108", 10, 1008, 108, 107, 1);  // of a process that has its number
        const CaptureSet set = CaptureSet::open(folder / "out");
        std::vector<std::optional<std::size_t>> parents;
        for (const auto& member : set.members()) parents.push_back(member.parent);
        QCOMPARE(processesOf(set), (std::vector<std::uint64_t>{100, 101, 102, 103, 104, 104, 105, 106, 108}));
        QCOMPARE(parents, (std::vector<std::optional<std::size_t>>{{}, 0, 1, 0, 1, 4, 0, 3, 0}));
    }

    void keepsSiblingsTogetherWhoseParentIsGone() {
        const TemporaryFolder folder;
        const Run run(folder);
        std::filesystem::remove(folder / "out.hpm");
        std::filesystem::remove(folder / "out.hpd");
        const CaptureSet set = CaptureSet::open(folder / "out.102-2");
        QCOMPARE(processesOf(set), (std::vector<std::uint64_t>{101, 102, 103}));
        QVERIFY(!set.members()[0].parent && !set.members()[1].parent);
        QCOMPARE(set.members()[2].parent, std::optional<std::size_t>(0));
        QCOMPARE(set.members()[1].start.count, 2'000'000);
    }

    void findsWhatCouldNotBeWrittenBeside() {
        const TemporaryFolder folder;
        std::filesystem::create_directory(folder / "other");
        const auto process = [&](const char* place, std::uint32_t seed, std::optional<std::uint32_t> ancestor,
                                 const char* elsewhere) {
            ModelProcess started = startedAfter(seed, 100 + seed, ancestor);
            started.elsewhere = elsewhere[0] == 0 ? "" : (folder / elsewhere).string();
            record(folder / place, seed, started);
        };
        process("out", 1, {}, "other/out");
        process("out.102", 2, 1, "other/out");
        process("other/out.103", 3, 2, "out");
        process("other/out.104", 4, 1, "out");
        process("other/out.105", 5, 49, "out");  // of another run
        process("other/out", 6, {}, "");         // as is this
        for (const char* name : {"out", "out.102", "other/out.103", "other/out.104.hpd"}) {
            const CaptureSet set = CaptureSet::open(folder / name);
            QCOMPARE(processesOf(set), (std::vector<std::uint64_t>{101, 102, 103, 104}));
            QCOMPARE(set.members()[2].parent, std::optional<std::size_t>(1));
            QVERIFY(set.problems().empty());
        }
        std::filesystem::remove_all(folder / "other");
        QCOMPARE(processesOf(CaptureSet::open(folder / "out")), (std::vector<std::uint64_t>{101, 102}));
    }

    void saysWhatItCouldNotRead() {
        const TemporaryFolder folder;
        const Run run(folder);
        writeFile(folder / "out.101.hpm", Contents{1, 2, 3});
        std::filesystem::remove(folder / "out.102-2.hpd");
        const CaptureSet set = CaptureSet::open(folder / "out");
        QCOMPARE(processesOf(set), (std::vector<std::uint64_t>{100}));  // whose child 103 is, nobody tells
        QCOMPARE(set.problems().size(), 2u);
        QVERIFY(set.problems()[0].find("out.101.hpm") != std::string::npos);
        QVERIFY(set.problems()[1].find("out.102-2.hpd") != std::string::npos);
    }

    void circlesEnd() {
        const TemporaryFolder folder;
        record(folder / "out", 1, startedAfter(0, 100, 2));
        record(folder / "out.101", 2, startedAfter(1, 101, 1));
        record(folder / "out.102", 3, startedAfter(2, 102, 3));
        for (const char* name : {"out", "out.101", "out.102"})
            QVERIFY(!CaptureSet::open(folder / name).members().empty());
    }

    void goesByTheWallClockBetweenMachines() {
        const TemporaryFolder folder;
        record(folder / "out", 1, startedAfter(0, 100));
        record(folder / "out.101", 2, {101, 1, kWall + 20 * kSecond, 77, "weir"});
        record(folder / "out.102", 3, {102, 1, kWall - 30 * kSecond, kSteady + 3 * kSecond});
        const CaptureSet set = CaptureSet::open(folder / "out");
        QCOMPARE(processesOf(set), (std::vector<std::uint64_t>{100, 102, 101}));
        QCOMPARE(set.members()[1].start.count, 3'000'000);
        QCOMPARE(set.members()[2].start.count, 20'000'000);
    }

    void version1IsARunOfItsOwn() {
        const TemporaryFolder folder;
        const CaptureSet set = CaptureSet::open(copyOfV1(folder, "a_tiny"));
        QCOMPARE(set.members().size(), 1u);
    }

    void sumsTheMemoryOfAllProcesses() {
        const TemporaryFolder folder;
        const Run run(folder);
        const CaptureSet set = CaptureSet::open(folder / "out");
        const auto parts = partsOf(set);
        const Micros end = endOf(parts);
        constexpr std::size_t kSteps = 500;
        const auto steps = totalOverTime(parts, Micros(0), end, kSteps);
        QCOMPARE(steps.size(), kSteps);
        for (std::size_t i = 0; i < kSteps; ++i) {
            const bool isLast = i + 1 == kSteps;
            const Micros instant = isLast ? end : steps[i].end - Micros(1);
            QCOMPARE(steps[i].last, liveAt(run, parts, instant));
            QVERIFY(steps[i].min <= steps[i].last && steps[i].last <= steps[i].max);
            QCOMPARE(steps[i].error, 0.0);
        }
        for (int i = 0; i <= 20; ++i) {
            const Micros time(end.count * i / 20);
            std::int64_t sum = 0;
            for (const Snapshot& snapshot : snapshotsAt(parts, time)) sum += snapshot.total.bytes;
            QCOMPARE(sum, liveAt(run, parts, time));
        }
    }

    void aPartThatGoesOnCountsBeyondItsLastEvent() {
        const TemporaryFolder folder;
        const Run run(folder);
        auto parts = partsOf(CaptureSet::open(folder / "out"));
        std::ranges::sort(parts, {}, [](const RunPart& part) { return part.start + part.recording.end(); });
        setBeingWritten(parts.front(), true);
        const Micros end = endOf(parts);
        const auto& first = parts.front();
        const std::int64_t kept = first.recording.digest().buckets().back().total.bytes;
        QVERIFY(kept > 0);
        QCOMPARE(snapshotsAt(parts, end).front().total.bytes, kept);
        const std::int64_t before = totalOverTime(parts, Micros(0), end, 10).back().last;
        setBeingWritten(parts.front(), false);
        QCOMPARE(before - totalOverTime(parts, Micros(0), end, 10).back().last, kept);
    }

    void aPartCountsUntilItEndedInOrder() {
        const TemporaryFolder folder;
        const auto record = [&](const char* name, std::uint32_t seed, const ModelProcess& process, bool ends) {
            RecordedModel model(folder / name, Sampling::everything(), seed, process);
            const TraceIndex trace = model.addTrace(1);
            model.allocate(trace, 1000);
            model.passTime(Micros(1'000'000));
            model.allocate(trace, seed);
            model.passTime(Micros(9'000'000));
            if (ends) model.finish();
        };
        record("out", 1, startedAfter(0, 100), true);
        record("out.2", 2, startedAfter(0, 101, 1), false);
        const auto parts = partsOf(CaptureSet::open(folder / "out"));
        QCOMPARE(parts.size(), 2u);
        QCOMPARE(endOf(parts).count, 10'000'000);
        const auto bytesAt = [&](std::int64_t time) {
            std::vector<std::int64_t> bytes;
            for (const Snapshot& snapshot : snapshotsAt(parts, Micros(time))) bytes.push_back(snapshot.total.bytes);
            return bytes;
        };
        QCOMPARE(bytesAt(1'000'000), (std::vector<std::int64_t>{1001, 1002}));
        QCOMPARE(bytesAt(5'000'000), (std::vector<std::int64_t>{1001, 0}));
        QCOMPARE(bytesAt(10'000'001), (std::vector<std::int64_t>{0, 0}));
        QCOMPARE(totalOverTime(parts, Micros(0), endOf(parts), 10).back().last, 1001);
    }

    void errorsOfProcessesAddAsVariances() {
        const TemporaryFolder folder;
        const Run run(folder, Sampling::byBytes(1000));
        auto parts = partsOf(CaptureSet::open(folder / "out"));
        for (RunPart& part : parts) setBeingWritten(part, true);
        const Micros end = endOf(parts);
        double variance = 0;
        for (const Snapshot& snapshot : snapshotsAt(parts, end)) variance += snapshot.total.bytesVariance;
        QVERIFY(variance > 0);
        const double error = totalOverTime(parts, Micros(0), end, 7).back().error;
        QVERIFY(std::abs(error - std::sqrt(variance)) < 1e-6 * error);
    }

    void combinesTheStacksOfAllProcesses() {
        const TemporaryFolder folder;
        const Run run(folder);
        const auto parts = partsOf(CaptureSet::open(folder / "out"));
        std::vector<std::shared_ptr<const CaptureInfo>> infos;
        for (const RunPart& part : parts) infos.push_back(part.recording.sharedInfo());
        const MergedTraces combined(infos);
        const TraceTable& table = *combined.table();
        const auto snapshots = snapshotsAt(parts, parts[3].start + Micros(1000));
        const Snapshot sum = combined.sumOf(snapshots, Micros(7));
        QCOMPARE(sum.time.time.count, 7);
        Estimate total;
        for (std::size_t i = 0, at = 0; i < parts.size(); ++i) {
            for (const TraceEstimate& own : snapshots[i].traces) {
                const TraceEstimate& found = sum.traces[at++];
                QVERIFY(found.usage == own.usage);
                QVERIFY(found.trace == combined.traceOf(i, own.trace));
                QCOMPARE(linesOf(table, found.trace), linesOf(*infos[i]->traces, own.trace));
                const auto pid = std::to_string(infos[i]->metadata.process->pid);
                QCOMPARE(table.thread(table.trace(found.trace).thread).name, "MainThread (process " + pid + ")");
            }
            total += snapshots[i].total;
        }
        QVERIFY(sum.total == total);
        QVERIFY(combined.traceOf(0, TraceIndex(9999)).value == 0);
        std::size_t lines = 0;
        for (const auto& info : infos) lines += info->traces->lineCount();
        QVERIFY(table.lineCount() < lines);  // the same code in several processes
    }

private:
    static std::vector<std::string> linesOf(const TraceTable& table, TraceIndex trace) {
        std::vector<std::string> lines;
        for (const FrameIndex frame : table.frames(trace))
            lines.push_back(table.file(frame) + ":" + std::to_string(table.frame(frame).line) + " " +
                            table.functionName(frame));
        return lines;
    }

    const TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(CaptureSetTest)
#include "capture_set_test.moc"
