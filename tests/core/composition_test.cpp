// What resident memory consists of, against a program whose truth is known.
#include "core/state/composition.h"

#include <QtTest>
#include <algorithm>
#include <set>

#include "core/capture/events_v2_writer.h"
#include "core/capture/metadata_writer.h"
#include "tests/core/digested.h"
#include "tests/core/temporary_folder.h"
#include "tests/core/written_block.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

using Kind = CompositionKind;
constexpr std::int64_t kMB = 1'000'000;

/// Whatever `units` of 4096 bytes are.
constexpr std::uint64_t pages(std::uint64_t units) { return units * records::kResidentUnit; }

/// A program with a trace in Python, one in C, and a mapping.
class Program {
public:
    explicit Program(const std::filesystem::path& filebase, bool isNative = true) {
        FileHeader header;
        header.uuid.fill(9);
        m_metadata.create((filebase.string() + ".hpm").c_str(), withMagic(header, kMetadataMagic));
        m_metadata.sampling(Sampling::everything(), 0);
        m_metadata.thread(ThreadIndex(1), 1, "MainThread");
        if (isNative) m_metadata.domains({Domain::Python, Domain::Native, Domain::Mapped, Domain::Shared});
        const FunctionIndex run = m_metadata.function(m_metadata.string("/srv/app.py"), m_metadata.string("run"), 1);
        const auto trace = [&](Domain domain) {
            return m_metadata.trace(ThreadIndex(1), domain, NodeIndex(0), std::vector<MetadataWriter::Frame>{{run, 1}});
        };
        python = trace(Domain::Python);
        native = trace(Domain::Native);
        mapped = trace(Domain::Mapped);
        shared = trace(Domain::Shared);
        log.create((filebase.string() + ".hpd").c_str(), withMagic(header, kEventsMagic), m_weights);
    }
    void at(std::int64_t milliseconds) { log.setTime(Micros(milliseconds * 1000)); }
    WrittenBlock allocate(TraceIndex trace, std::int64_t size) {
        const auto bytes = static_cast<std::uint64_t>(size);
        return {log.allocation(trace, bytes), trace, bytes};
    }
    void free(const WrittenBlock& block) { log.free(block.ordinal, block.trace, block.size); }
    /// All of a reading but its end. Parts left out are 0.
    void read(std::initializer_list<std::pair<MemoryPart, std::int64_t>> parts) {
        for (const auto& [part, bytes] : parts) log.memoryPart(part, static_cast<std::uint64_t>(bytes));
    }
    void end(std::int64_t milliseconds) {
        at(milliseconds);
        m_metadata.end(Micros(milliseconds * 1000), MetadataWriter::EndReason::Stopped);
        log.close();
        m_metadata.close();
    }

    TraceIndex python, native, mapped, shared;
    EventsV2Writer log;

private:
    MetadataWriter m_metadata;
    Weights m_weights{Sampling::everything()};
};

std::int64_t sumOf(const Composition& composition) {
    std::int64_t sum = 0;
    for (const Composition::Part& part : composition.parts) sum += part.bytes;
    return sum;
}

struct Asked {
    explicit Asked(const std::filesystem::path& filebase)
        : recording(digested(Capture::open(filebase))), timeline(timelineOf(*Capture::open(filebase))) {}
    std::optional<Composition> at(std::int64_t milliseconds) const {
        const auto found = compositionAt(recording, timeline, Micros(milliseconds * 1000));
        if (found) [&] { QCOMPARE(sumOf(*found), found->resident); }();
        return found;
    }
    Recording recording;
    Timeline timeline;
};

}  // namespace

class CompositionTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_folder / "cache").string())); }

    void namesAreDifferent() {
        std::set<std::string_view> names;
        for (int kind = 0; kind <= static_cast<int>(Kind::Unexplained); ++kind)
            names.insert(nameOf(static_cast<Kind>(kind)));
        QCOMPARE(names.size(), std::size_t(15));
    }

    void everyPartIsWhatItIs() {
        Program program(m_folder / "whole");
        program.log.resident(pages(5000), pages(30), ResidentKinds{pages(700), pages(50)});
        program.read(
            {{MemoryPart::MallocInUse, 3 * kMB}, {MemoryPart::PoolsInUse, 2 * kMB}, {MemoryPart::Complete, 0}});
        program.at(100);
        program.allocate(program.python, 4 * kMB);
        program.allocate(program.native, 6 * kMB);
        program.allocate(program.mapped, 7 * kMB);
        program.allocate(program.shared, 99 * kMB);  // of which the kernel knows better what is in RAM here
        program.log.resident(pages(10'000), pages(300), ResidentKinds{pages(900), pages(100)});
        program.read({{MemoryPart::MallocInUse, 11 * kMB},
                      {MemoryPart::MallocFree, 2 * kMB},
                      {MemoryPart::PoolsInUse, 5 * kMB},
                      {MemoryPart::Pools, 8 * kMB},
                      {MemoryPart::Stacks, 100'000},
                      {MemoryPart::Data, 200'000},
                      {MemoryPart::ProfilerAnonymous, static_cast<std::int64_t>(pages(200))},
                      {MemoryPart::ProfilerShared, static_cast<std::int64_t>(pages(40))},
                      {MemoryPart::Complete, 0}});
        program.end(200);
        const auto found = Asked(m_folder / "whole").at(150);
        QVERIFY(found);
        const auto bytes = [](std::uint64_t units) { return static_cast<std::int64_t>(pages(units)); };
        QCOMPARE(found->resident, bytes(10'000));
        QCOMPARE(found->account.file, bytes(900));
        QCOMPARE(found->account.shared, bytes(100));
        QCOMPARE(found->account.anonymous, bytes(9000));
        QCOMPARE(found->bytesOf(Kind::Python), 4 * kMB);
        QCOMPARE(found->bytesOf(Kind::Native), 6 * kMB);
        QCOMPARE(found->bytesOf(Kind::Mapped), 7 * kMB);
        QCOMPARE(found->bytesOf(Kind::Before), 5 * kMB);
        QCOMPARE(found->bytesOf(Kind::NotRecorded), 1 * kMB);  // 16 in use, 10 recorded, 5 from before
        QCOMPARE(found->bytesOf(Kind::PoolsFree), 3 * kMB);
        QCOMPARE(found->bytesOf(Kind::MallocFree), 2 * kMB);
        QCOMPARE(found->bytesOf(Kind::Stacks), std::int64_t(100'000));
        QCOMPARE(found->bytesOf(Kind::Data), std::int64_t(200'000));
        QCOMPARE(found->bytesOf(Kind::Profiler), bytes(300));  // 200 tables, 40 in memory, 60 of files
        QCOMPARE(found->bytesOf(Kind::Files), bytes(840));
        QCOMPARE(found->bytesOf(Kind::Shared), bytes(60));
        QCOMPARE(found->bytesOf(Kind::NotInRam), std::int64_t(0));
        QCOMPARE(found->bytesOf(Kind::Unexplained), bytes(8800) - 28 * kMB - 300'000);
        QVERIFY(std::ranges::is_sorted(found->parts, {}, &Composition::Part::kind));
    }

    void liveMemoryIsThatOfTheInstant() {
        Program program(m_folder / "between");
        program.log.resident(pages(20'000), 0, ResidentKinds{});
        program.read({{MemoryPart::MallocInUse, kMB}, {MemoryPart::PoolsInUse, kMB}, {MemoryPart::Complete, 0}});
        program.at(100);
        const WrittenBlock block = program.allocate(program.python, 10 * kMB);
        program.read(
            {{MemoryPart::MallocInUse, 9 * kMB}, {MemoryPart::PoolsInUse, 5 * kMB}, {MemoryPart::Complete, 0}});
        program.at(101);
        program.free(block);
        program.at(102);
        program.allocate(program.native, 3 * kMB);
        program.end(200);
        const Asked asked(m_folder / "between");
        const auto first = asked.at(100), later = asked.at(150);
        QCOMPARE(first->bytesOf(Kind::Python), 10 * kMB);
        QCOMPARE(first->bytesOf(Kind::Before) + first->bytesOf(Kind::NotRecorded), 4 * kMB);
        QCOMPARE(later->bytesOf(Kind::Python), std::int64_t(0));
        QCOMPARE(later->bytesOf(Kind::Native), 3 * kMB);
        QVERIFY(later->measuredAt == Micros(100'000) && later->readAt == Micros(0));
        // What is not recorded is taken to have stayed, not to be what is missing.
        QCOMPARE(later->bytesOf(Kind::Before) + later->bytesOf(Kind::NotRecorded), 4 * kMB);
    }

    void whatChangedSinceTheAllocatorsWereMeasuredIsFreeOrWas() {
        Program program(m_folder / "since");
        program.log.resident(pages(10'000), 0, ResidentKinds{});
        const std::int64_t all = static_cast<std::int64_t>(pages(10'000));
        const WrittenBlock block = program.allocate(program.python, 30 * kMB);
        program.at(100);
        program.read({{MemoryPart::MallocInUse, 25 * kMB},
                      {MemoryPart::PoolsInUse, 5 * kMB},
                      {MemoryPart::Pools, 7 * kMB},
                      {MemoryPart::MallocFree, all - 32 * kMB},
                      {MemoryPart::Complete, 0}});
        program.at(200);
        const WrittenBlock more = program.allocate(program.python, 4 * kMB);
        program.at(300);
        program.free(more);
        program.free(block);
        program.end(400);
        const Asked asked(m_folder / "since");
        const auto then = asked.at(100), grown = asked.at(250), shrunk = asked.at(350);
        QVERIFY(then->bytesOf(Kind::PoolsFree) == 2 * kMB && then->bytesOf(Kind::MallocFree) == all - 32 * kMB);
        QVERIFY(then->bytesOf(Kind::FreedSince) == 0 && then->bytesOf(Kind::NotInRam) == 0);
        // 4 MB more in the same memory: they were free.
        QVERIFY(grown->bytesOf(Kind::PoolsFree) == 0 && grown->bytesOf(Kind::MallocFree) == all - 34 * kMB);
        QVERIFY(grown->bytesOf(Kind::NotInRam) == 0 && grown->bytesOf(Kind::Unexplained) == 0);
        QCOMPARE(shrunk->bytesOf(Kind::FreedSince), 30 * kMB);
        QVERIFY(shrunk->bytesOf(Kind::NotInRam) == 0 && shrunk->bytesOf(Kind::Unexplained) == 0);
        QCOMPARE(shrunk->bytesOf(Kind::PoolsFree), 2 * kMB);
    }

    void whatTheAllocatorHasFreeMayNotBeInRam() {
        Program program(m_folder / "untouched");
        program.log.resident(pages(5000), 0, ResidentKinds{});
        const std::int64_t all = static_cast<std::int64_t>(pages(5000));
        program.allocate(program.native, 6 * kMB);
        program.read({{MemoryPart::MallocInUse, 6 * kMB},
                      {MemoryPart::PoolsInUse, 0},
                      {MemoryPart::Pools, kMB},
                      {MemoryPart::MallocFree, 500 * kMB},
                      {MemoryPart::Complete, 0}});
        program.end(10);
        const auto found = Asked(m_folder / "untouched").at(5);
        QCOMPARE(found->bytesOf(Kind::MallocFree), all - 7 * kMB);
        QVERIFY(found->bytesOf(Kind::NotInRam) == 0 && found->bytesOf(Kind::Unexplained) == 0);
        QCOMPARE(found->bytesOf(Kind::PoolsFree), kMB);
    }

    void moreThanThereIsIsNotInRam() {
        Program program(m_folder / "more");
        program.log.resident(pages(1000), 0, ResidentKinds{});
        program.read({{MemoryPart::MallocInUse, 0}, {MemoryPart::PoolsInUse, 0}, {MemoryPart::Complete, 0}});
        program.allocate(program.native, 900 * kMB);
        program.end(10);
        const auto found = Asked(m_folder / "more").at(5);
        QCOMPARE(found->bytesOf(Kind::Unexplained), std::int64_t(0));
        QCOMPARE(found->bytesOf(Kind::NotInRam), static_cast<std::int64_t>(pages(1000)) - 900 * kMB);
    }

    void whatIsNotKnownIsNotThere() {
        Program program(m_folder / "unknown", false);
        program.log.resident(pages(1000), 0, ResidentKinds{});
        program.read({{MemoryPart::Stacks, 5000}, {MemoryPart::Complete, 0}});
        program.allocate(program.python, kMB);
        program.end(10);
        const auto found = Asked(m_folder / "unknown").at(5);
        const auto has = [&](Kind kind) {
            return std::ranges::find(found->parts, kind, &Composition::Part::kind) != found->parts.end();
        };
        QVERIFY(has(Kind::Python) && has(Kind::Stacks) && has(Kind::Unexplained));
        for (const Kind kind : {Kind::Native, Kind::Mapped, Kind::Before, Kind::NotRecorded, Kind::PoolsFree,
                                Kind::MallocFree, Kind::Data})
            QVERIFY(!has(kind));
        QCOMPARE(found->bytesOf(Kind::Unexplained), static_cast<std::int64_t>(pages(1000)) - kMB - 5000);
    }

    void framesOfPythonFunctionsAreStacks() {
        Program program(m_folder / "frames");
        program.allocate(program.python, kMB);
        program.log.resident(pages(1000), 0, ResidentKinds{});
        program.read({{MemoryPart::Frames, 3000}, {MemoryPart::Complete, 0}});
        program.at(10);
        program.read({{MemoryPart::Stacks, 5000}, {MemoryPart::Complete, 0}});
        program.at(20);
        program.read({{MemoryPart::Frames, 40'000}, {MemoryPart::Complete, 0}});
        program.end(30);
        const Asked asked(m_folder / "frames");
        QCOMPARE(asked.at(5)->bytesOf(Kind::Stacks), std::int64_t(3000));
        QCOMPARE(asked.at(15)->bytesOf(Kind::Stacks), std::int64_t(8000));
        QCOMPARE(asked.at(25)->bytesOf(Kind::Stacks), std::int64_t(45'000));
    }

    void aReadingThatWasCutOffCountsNot() {
        Program program(m_folder / "cut");
        program.allocate(program.python, kMB);
        program.log.resident(pages(1000), 0, ResidentKinds{});
        program.read({{MemoryPart::Stacks, 5000}, {MemoryPart::Complete, 0}});
        program.at(10);
        program.read({{MemoryPart::Stacks, 700'000}});
        program.end(20);
        const Asked asked(m_folder / "cut");
        QCOMPARE(asked.timeline.memory.size(), std::size_t(1));
        QCOMPARE(asked.at(15)->bytesOf(Kind::Stacks), std::int64_t(5000));
    }

    void partsOfLaterVersionsAreSkipped() {
        Program program(m_folder / "later");
        program.allocate(program.python, kMB);
        program.log.resident(pages(1000), 0, ResidentKinds{});
        program.read({{static_cast<MemoryPart>(200), 1}, {MemoryPart::Stacks, 5000}, {MemoryPart::Complete, 0}});
        program.end(20);
        QCOMPARE(Asked(m_folder / "later").at(15)->bytesOf(Kind::Stacks), std::int64_t(5000));
    }

    void withoutReadingsThereIsNone() {
        Program plain(m_folder / "plain");
        plain.allocate(plain.python, kMB);
        plain.log.resident(pages(1000), 5);  // as earlier versions wrote it
        plain.end(10);
        QVERIFY(!Asked(m_folder / "plain").at(5));
        Program noKinds(m_folder / "no kinds");
        noKinds.allocate(noKinds.python, kMB);
        noKinds.log.resident(pages(1000), 5);
        noKinds.read({{MemoryPart::Stacks, 5000}, {MemoryPart::Complete, 0}});
        noKinds.end(10);
        QVERIFY(!Asked(m_folder / "no kinds").at(5));
        Program empty(m_folder / "empty");
        empty.end(10);
        QVERIFY(!Asked(m_folder / "empty").at(5));
    }

    void kindsAreRoundedToPagesAndNeverMoreThanTheWhole() {
        Program program(m_folder / "kinds");
        program.allocate(program.python, 1);
        program.log.resident(pages(100) + 7, 0, ResidentKinds{pages(30), pages(20)});
        program.at(1);
        program.log.resident(pages(10), 0, ResidentKinds{pages(30), pages(20)});
        program.at(2);
        program.log.resident(pages(10), 0);
        program.end(10);
        const Timeline timeline = timelineOf(*Capture::open(m_folder / "kinds"));
        QCOMPARE(timeline.resident.size(), std::size_t(3));
        QVERIFY(timeline.resident[0].kinds == (ResidentKinds{pages(30), pages(20)}));
        QVERIFY(timeline.resident[1].kinds == (ResidentKinds{pages(10), 0}));
        QVERIFY(!timeline.resident[2].kinds);
    }

private:
    TemporaryFolder m_folder;
};

QTEST_GUILESS_MAIN(CompositionTest)
#include "composition_test.moc"
