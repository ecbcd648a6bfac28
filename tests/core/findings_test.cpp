// What is said first of a recording.
#include "core/summary/findings.h"

#include <QTest>
#include <algorithm>

#include "core/blocks/allocations.h"
#include "core/blocks/outcomes.h"
#include "core/capture/metadata_writer.h"
#include "core/state/peak.h"
#include "core/state/snapshot.h"
#include "tests/core/recorded_blocks.h"
#include "tests/core/temporary_folder.h"
#include "tests/core/written_block.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

/// A program with lines of its own (main:1 -> load:10 -> parse:20, main:1 -> serve:30) over a library.
class Program {
public:
    explicit Program(const std::filesystem::path& filebase) {
        FileHeader header;
        header.uuid.fill(7);
        m_metadata.create((filebase.string() + ".hpm").c_str(), withMagic(header, kMetadataMagic));
        m_metadata.sampling(Sampling::everything(), 0);
        m_metadata.thread(ThreadIndex(1), 1, "MainThread");
        const StringIndex own = m_metadata.string("/srv/app.py"),
                          library = m_metadata.string("/usr/lib/python3.11/csv.py");
        const auto function = [&](StringIndex file, const char* name) {
            return m_metadata.function(file, m_metadata.string(name), 1);
        };
        const FunctionIndex main = function(own, "main"), load = function(own, "load"), parse = function(own, "parse"),
                            serve = function(own, "serve"), next = function(library, "next");
        const auto trace = [&](const std::vector<MetadataWriter::Frame>& frames) {
            return m_metadata.trace(ThreadIndex(1), Domain::Python, NodeIndex(0), frames);
        };
        parsed = trace({{main, 1}, {load, 10}, {parse, 20}, {next, 99}});
        loaded = trace({{main, 1}, {load, 10}, {next, 98}});
        served = trace({{main, 1}, {serve, 30}});
        m_log.create((filebase.string() + ".hpd").c_str(), withMagic(header, kEventsMagic), m_weights);
    }
    WrittenBlock allocate(TraceIndex trace, std::uint64_t size) { return {m_log.allocation(trace, size), trace, size}; }
    void free(const WrittenBlock& block) { m_log.free(block.ordinal, block.trace, block.size); }
    void resident(std::int64_t bytes) { m_log.resident(static_cast<std::uint64_t>(bytes)); }
    void at(std::int64_t milliseconds) { m_log.setTime(Micros(milliseconds * 1000)); }
    void end(std::int64_t milliseconds) {
        m_metadata.end(Micros(milliseconds * 1000), MetadataWriter::EndReason::Stopped);
        m_log.close();
        m_metadata.close();
    }

    TraceIndex parsed, loaded, served;

private:
    MetadataWriter m_metadata;
    Weights m_weights{Sampling::everything()};
    EventsV2Writer m_log;
};

const Finding* find(const std::vector<Finding>& found, Finding::Kind kind) {
    const auto at = std::find_if(found.begin(), found.end(), [&](const Finding& each) { return each.kind == kind; });
    return at == found.end() ? nullptr : &*at;
}

std::uint32_t lineOf(const Recording& recording, const Finding& finding) {
    return recording.traces().line(*finding.line).line;
}

}  // namespace

class FindingsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_cache / "cache").string())); }

    /// Of the lines that most of the peak passed through, the innermost; not the one that everything passed through.
    void namesTheLineBehindThePeak() {
        const TemporaryFolder folder;
        Program program(folder / "x");
        program.at(10);
        const WrittenBlock served = program.allocate(program.served, 300'000);
        program.at(500);
        const WrittenBlock parsed = program.allocate(program.parsed, 350'000);
        const WrittenBlock loaded = program.allocate(program.loaded, 350'000);
        program.at(600);
        for (const WrittenBlock& block : {served, parsed, loaded}) program.free(block);
        program.end(1000);
        const Recording recording = digested(Capture::open(folder / "x"));
        const auto found = findings(recording);
        const Finding* peak = find(found, Finding::Kind::Peak);
        QVERIFY(peak == &found.front());
        QVERIFY(peak->to == peakOf(recording).instant && peak->from == peak->to);
        QCOMPARE(peak->total.bytes, 1'000'000);
        QCOMPARE(lineOf(recording, *peak), 10u);
        QCOMPARE(peak->ofLine.bytes, 700'000);
        QVERIFY(!find(found, Finding::Kind::LeftOver));
    }

    /// Where no line but the outermost has half: the one that is most often the innermost.
    void namesTheGreatestWhereNoneHasMost() {
        const TemporaryFolder folder;
        Program program(folder / "x");
        program.at(10);
        program.allocate(program.served, 400'000);
        program.allocate(program.parsed, 300'000);
        program.at(20);
        const WrittenBlock first = program.allocate(program.served, 90'000);
        program.at(21);
        program.free(first);
        program.end(1000);
        const Recording recording = digested(Capture::open(folder / "x"));
        const auto found = findings(recording);
        QCOMPARE(lineOf(recording, *find(found, Finding::Kind::Peak)), 30u);
    }

    void tellsWhatIsLeftOverAndWhatWasTemporary() {
        const TemporaryFolder folder;
        Program program(folder / "x");
        program.at(10);
        program.allocate(program.served, 1000);
        for (int i = 0; i < 100; ++i) {
            program.at(200 + 5 * i);
            const WrittenBlock block = program.allocate(program.parsed, 10'000);
            program.at(201 + 5 * i);
            program.free(block);
        }
        program.at(800);
        program.allocate(program.loaded, 50'000);
        program.end(1000);
        const Recording recording = digested(Capture::open(folder / "x"));
        const auto found = findings(recording);
        const Finding* left = find(found, Finding::Kind::LeftOver);
        QVERIFY(left);
        QCOMPARE(left->total.bytes, 50'000);
        QCOMPARE(lineOf(recording, *left), 10u);
        QVERIFY(left->from == Instant(Micros(recording.end().count / 10)));
        const Finding* churn = find(found, Finding::Kind::Churn);
        QCOMPARE(churn->total.bytes, 1000 + 100 * 10'000 + 50'000);
        const Finding* temporary = find(found, Finding::Kind::Temporary);
        QCOMPARE(temporary->total.bytes, 100 * 10'000);
        QCOMPARE(lineOf(recording, *temporary), 20u);
    }

    /// Own code, whichever libraries it called; also the library where that allocated most.
    void tellsWhatGrows_data() {
        QTest::addColumn<bool>("isInLibrary");
        QTest::newRow("allocated by own code") << false;
        QTest::newRow("allocated by a library") << true;
    }
    void tellsWhatGrows() {
        QFETCH(bool, isInLibrary);
        const TemporaryFolder folder;
        Program program(folder / "x");
        for (int second = 1; second <= 400; ++second) {
            program.at(1000 * second);
            program.allocate(isInLibrary ? program.loaded : program.served, 1000);
        }
        program.end(400'001);
        const Recording recording = digested(Capture::open(folder / "x"));
        const auto found = findings(recording);
        const Finding* growth = find(found, Finding::Kind::Growth);
        QVERIFY(growth);
        QCOMPARE(lineOf(recording, *growth), isInLibrary ? 10u : 30u);
        const Finding* churn = find(found, Finding::Kind::Churn);
        QCOMPARE(churn->library.has_value(), isInLibrary);
        if (isInLibrary) {
            QCOMPARE(recording.traces().line(*churn->library).line, 98u);
            QCOMPARE(churn->ofLibrary.bytes, 400'000);
        }
        QVERIFY2(std::abs(growth->slope - 1000) < 50, qPrintable(QString::number(growth->slope)));
        QVERIFY(growth->slopeLowerBound > 0 && growth->slopeLowerBound <= growth->slope);
    }

    void whatAProgramDoesAtItsStartIsNoTrend() {
        const TemporaryFolder folder;
        for (const bool staysThere : {false, true}) {
            const std::filesystem::path filebase = folder / (staysThere ? "long" : "short");
            Program program(filebase);
            for (int step = 1; step <= 400; ++step) {
                program.at(10 * step);
                program.allocate(program.served, 1000);
            }
            program.end(staysThere ? 100'000 : 4'010);
            const Recording recording = digested(Capture::open(filebase));
            QVERIFY(recording.end() == Micros(staysThere ? 100'000'000 : 4'010'000));
            QVERIFY(!find(findings(recording), Finding::Kind::Growth));
        }
    }

    /// Where resident memory is above what is recorded, by what it consists of.
    void saysWhatResidentMemoryConsistsOf() {
        const TemporaryFolder folder;
        Program program(folder / "x");
        constexpr std::int64_t kMiB = 1 << 20;
        program.resident(30 * kMiB);
        program.at(1000);
        const WrittenBlock served = program.allocate(program.served, 50 * kMiB);
        program.allocate(program.loaded, 10 * kMiB);
        program.resident(95 * kMiB);
        program.at(2000);
        program.free(served);
        program.at(3000);
        program.resident(110 * kMiB);
        program.at(4000);
        program.resident(60 * kMiB);
        program.at(4990);
        program.resident(500 * kMiB);  // as it ends
        program.end(5000);
        const auto capture = Capture::open(folder / "x");
        const Recording recording = digested(capture);
        const auto found = findings(recording, timelineOf(*capture));
        const Finding* resident = find(found, Finding::Kind::Resident);
        QVERIFY(resident && resident->from == resident->to && resident->to.time == Micros(3'000'000));
        QCOMPARE(resident->total.bytes, 110 * kMiB);
        const ResidentGap& gap = resident->gap;
        QCOMPARE(gap.recorded, 10 * kMiB);
        QCOMPARE(gap.before, 30 * kMiB);
        QCOMPARE(gap.freed, 50 * kMiB);
        QCOMPARE(gap.rest, 20 * kMiB);
        QVERIFY(!find(findings(recording), Finding::Kind::Resident));  // nobody read it
    }

    void ofACaptureThatDoesNotTellWhichBlockAFreeEnds() {
        const TemporaryFolder folder;
        const auto found = findings(recordedV1(folder, "c_spike_all"));
        QVERIFY(find(found, Finding::Kind::Peak) && find(found, Finding::Kind::Churn));
        QVERIFY(!find(found, Finding::Kind::LeftOver) && !find(found, Finding::Kind::Temporary));
    }

    void stops_andSaysNothingOfNothing() {
        const TemporaryFolder folder;
        {
            Program program(folder / "x");
            program.end(10);
        }
        QVERIFY(findings(digested(Capture::open(folder / "x"))).empty());
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(findings(recordedV1(folder, "a_tiny"), {}, stop.get_token()).empty());
    }

private:
    TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(FindingsTest)
#include "findings_test.moc"
