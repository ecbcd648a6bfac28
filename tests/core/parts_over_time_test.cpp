// What memory is made of over time, against the blocks themselves.
#include "core/state/parts_over_time.h"

#include <QtTest>
#include <map>
#include <random>
#include <set>

#include "core/state/snapshot.h"
#include "tests/core/recorded_blocks.h"
#include "tests/core/seeds.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

constexpr std::array kAllBy{PartsBy::Line,   PartsBy::Function, PartsBy::File,
                            PartsBy::Module, PartsBy::Thread,   PartsBy::Domain};

/// What two traces of one part have in common.
std::string keyOf(const TraceTable& traces, TraceIndex trace, PartsBy by) {
    const Trace& each = traces.trace(trace);
    if (by == PartsBy::Thread) return traces.thread(each.thread).name;
    if (by == PartsBy::Domain) return std::to_string(static_cast<int>(each.domain));
    const auto frames = traces.frames(trace);
    if (frames.empty()) return {};
    const FrameIndex frame = frames.back();
    const std::string file = traces.file(frame);
    if (by == PartsBy::Line) return file + ':' + std::to_string(traces.frame(frame).line);
    if (by == PartsBy::Function) return file + ' ' + std::to_string(traces.frame(frame).function.value);
    return file;  // of this program each is a module
}

}  // namespace

class PartsOverTimeTest : public QObject {
    Q_OBJECT

private slots:
    void partsHaveWhatTheirBlocksHave_data() { addSeeds(); }
    void partsHaveWhatTheirBlocksHave() {
        QFETCH(int, seed);
        const TemporaryFolder folder;
        const Recorded recorded(folder, someSampling(seed), static_cast<std::uint32_t>(seed));
        std::mt19937 random(static_cast<std::uint32_t>(seed));
        for (const PartsBy by : kAllBy) {
            std::vector<Instant> instants;
            for (auto i = 1 + random() % 40; i > 0; --i)
                instants.emplace_back(recorded.at((random() % 1300) / 1000.0 - 0.1));
            std::ranges::sort(instants);
            const TraceSet counted = random() % 2 ? everyNthTrace(recorded.traces(), 3) : TraceSet();
            const TraceParts parts(recorded.traces(), by);
            const std::size_t count = random() % 6;
            const Measure measure = random() % 2 ? Measure::ByteCount : Measure::BlockCount;
            const PartsOverTime found = partsOverTime(recorded.recording, parts, counted, instants, count, {}, measure);
            QVERIFY(found.instants == instants);
            QVERIFY(found.parts.size() <= count);
            QVERIFY(found.parts.size() == count || found.otherCount == 0);
            const auto amountAt = [&](std::size_t i, auto&& isOf) {
                return totalOf(recorded.blocks, recorded.weights(),
                               [&](const Block& block) {
                                   return counted.contains(TraceIndex(block.trace)) && isOf(TraceIndex(block.trace)) &&
                                          block.born <= instants[i].time && block.freed > instants[i].time;
                               })
                    .of(measure);
            };
            for (std::size_t i = 0; i < instants.size(); ++i) {
                QCOMPARE(found.total[i], amountAt(i, [](TraceIndex) { return true; }));
                std::int64_t left = found.total[i];
                for (const PartsOverTime::Part& part : found.parts) {
                    const auto isOf = [&](TraceIndex trace) { return parts.of(trace) == part.part; };
                    QCOMPARE(part.amounts[i], amountAt(i, isOf));
                    left -= part.amounts[i];
                }
                QCOMPARE(found.others[i], left);
            }
            const auto most = [](const PartsOverTime::Part& part) { return *std::ranges::max_element(part.amounts); };
            QVERIFY(std::ranges::is_sorted(found.parts, std::greater(), most));
            // None of the others is larger than one of these.
            for (std::uint32_t part = 0; part < parts.count() && !found.parts.empty(); ++part) {
                if (std::ranges::find(found.parts, part, &PartsOverTime::Part::part) != found.parts.end()) continue;
                for (std::size_t i = 0; i < instants.size(); ++i)
                    QVERIFY(amountAt(i, [&](TraceIndex trace) { return parts.of(trace) == part; }) <=
                            most(found.parts.back()));
            }
        }
    }
    void everyTraceIsOfOnePart() {
        TraceTableBuilder traces;
        const auto addTrace = [&](const char* file, std::uint32_t line, const char* thread, Domain domain) {
            const FunctionIndex function =
                traces.internFunction({traces.internString(file), traces.internString("f"), 1});
            const ThreadIndex in = traces.addThread({0, thread, Micros()});
            return traces.addTrace({traces.internNode({}, traces.internFrame({function, line})), in, domain});
        };
        addTrace("/app/a.py", 1, "MainThread", Domain::Python);
        addTrace("/app/a.py", 2, "worker", Domain::Native);
        addTrace("/usr/lib/python3.11/site-packages/lib/x.py", 2, "worker", Domain::Python);
        addTrace("/usr/lib/python3.11/site-packages/lib/y.py", 2, "MainThread", Domain::Python);
        traces.addTrace({});
        for (const PartsBy by : kAllBy) {
            const TraceParts parts(traces, by);
            std::map<std::string, std::set<std::uint32_t>> partsOf;
            for (std::uint32_t trace = 1; trace <= traces.traceCount(); ++trace) {
                std::string key = keyOf(traces, TraceIndex(trace), by);
                if (by == PartsBy::Module && key.find("/lib/") != std::string::npos) key = "lib";
                partsOf[key].insert(parts.of(TraceIndex(trace)));
            }
            std::set<std::uint32_t> all;
            for (const auto& [key, numbers] : partsOf) {
                QCOMPARE(numbers.size(), std::size_t{1});
                QVERIFY(all.insert(*numbers.begin()).second);
                const TraceSet members = parts.traces(*numbers.begin());
                for (std::uint32_t trace = 1; trace <= traces.traceCount(); ++trace)
                    QCOMPARE(members.contains(TraceIndex(trace)), parts.of(TraceIndex(trace)) == *numbers.begin());
                QCOMPARE(parts.of(parts.member(*numbers.begin())), *numbers.begin());
            }
            // A trace that the table does not have counts as the unknown one.
            QCOMPARE(parts.of(TraceIndex(1000)), parts.of(TraceIndex(0)));
        }
    }
};

QTEST_GUILESS_MAIN(PartsOverTimeTest)
#include "parts_over_time_test.moc"
