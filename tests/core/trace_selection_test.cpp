// Parts of a program - lines, functions, modules, threads - against the stacks themselves.
#include "core/traces/trace_selection.h"

#include <QtTest>
#include <algorithm>
#include <random>

using namespace heapprof;

namespace {

struct RandomStacks {
    RandomStacks() {
        std::mt19937 random(3);
        for (const char* name : {"MainThread", "worker", "worker", "other"}) traces.addThread({0, name, Micros()});
        for (int i = 0; i < 200; ++i) {
            NodeIndex node;
            for (std::uint32_t depth = random() % 7; depth > 0; --depth) {
                const StringIndex file = traces.internString("/app/f" + std::to_string(random() % 4) + ".py");
                const StringIndex name = traces.internString("g" + std::to_string(random() % 5));
                const FunctionIndex function = traces.internFunction({file, name, 1});
                node = traces.internNode(node,
                                         traces.internFrame({function, 1 + static_cast<std::uint32_t>(random() % 4)}));
            }
            traces.addTrace({node, ThreadIndex(static_cast<std::uint32_t>(random() % 5)), Domain::Python});
        }
    }
    TraceTableBuilder traces;
};

template <typename IsMeant>
std::vector<bool> byStacks(const TraceTable& traces, IsMeant isMeant, bool cumulative) {
    std::vector<bool> members{false};
    for (std::uint32_t i = 1; i <= traces.traceCount(); ++i) {
        const auto frames = traces.frames(TraceIndex(i));
        members.push_back(cumulative ? std::ranges::any_of(frames, isMeant)
                                     : !frames.empty() && isMeant(frames.back()));
    }
    return members;
}

}  // namespace

class TraceSelectionTest : public QObject {
    Q_OBJECT
private slots:
    void linesAndFunctions_data() {
        QTest::addColumn<bool>("cumulative");
        QTest::newRow("cumulative") << true;
        QTest::newRow("local") << false;
    }
    void linesAndFunctions() {
        QFETCH(bool, cumulative);
        const RandomStacks stacks;
        const TraceTable& traces = stacks.traces;
        for (std::uint32_t i = 0; i < traces.lineCount(); ++i) {
            const auto isOnIt = [&](FrameIndex frame) { return traces.lineOf(frame) == LineIndex(i); };
            const auto expected = byStacks(traces, isOnIt, cumulative);
            QVERIFY(std::ranges::count(expected, true) > 0 || !cumulative);
            QCOMPARE(tracesThrough(traces, LineIndex(i), cumulative), expected);
        }
        const auto isFunction = [&](FrameIndex frame) { return traces.functionName(frame) == "g3"; };
        QCOMPARE(tracesThrough(traces, isFunction, cumulative), byStacks(traces, isFunction, cumulative));
    }

    void asksForEachFrameOnce() {
        const RandomStacks stacks;
        std::size_t asked = 0;
        const auto none = [&](FrameIndex) { return ++asked == 0; };
        const auto members = tracesThrough(stacks.traces, none, true);
        QCOMPARE(asked, stacks.traces.frameCount());
        QCOMPARE(std::ranges::count(members, true), 0);
        QCOMPARE(tracesThrough(TraceTable(), none, true), std::vector<bool>{false});
    }

    void threads() {
        const RandomStacks stacks;
        const auto members = tracesOfThread(stacks.traces, "worker");
        for (std::uint32_t i = 1; i <= stacks.traces.traceCount(); ++i) {
            const std::uint32_t thread = stacks.traces.trace(TraceIndex(i)).thread.value;
            QCOMPARE(static_cast<bool>(members[i]), thread == 2 || thread == 3);
        }
        QVERIFY(!members[0]);
    }

    void modules() {
        QVERIFY(belongsToModule("/usr/lib/python3/json/decoder.py", "json"));
        QVERIFY(belongsToModule("/usr/lib/python3/json/decoder.py", "json.decoder"));
        QVERIFY(belongsToModule("/site/a/b/__init__.py", "a.b"));
        QVERIFY(belongsToModule("/site/a/b/c/d.py", "a.b"));
        QVERIFY(belongsToModule("load.py", "load"));
        QVERIFY(!belongsToModule("/site/preload.py", "load"));
        QVERIFY(!belongsToModule("/site/load.pyx", "load"));
        QVERIFY(!belongsToModule("/site/a/bc/d.py", "a.b"));
        QVERIFY(!belongsToModule("/site/a/b.py", ""));
        QVERIFY(!belongsToModule("", "a"));
    }
};

QTEST_APPLESS_MAIN(TraceSelectionTest)
#include "trace_selection_test.moc"
