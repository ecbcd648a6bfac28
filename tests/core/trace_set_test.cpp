// Sets of traces - of lines, functions, files, modules, threads, domains - against the stacks themselves.
#include "core/traces/trace_set.h"

#include <QtTest>
#include <algorithm>
#include <random>

#include "core/traces/trace_parts.h"

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
                const StringIndex name = traces.internString("Tree.g" + std::to_string(random() % 5));
                const FunctionIndex function = traces.internFunction({file, name, 1});
                node = traces.internNode(node,
                                         traces.internFrame({function, 1 + static_cast<std::uint32_t>(random() % 4)}));
            }
            traces.addTrace(
                {node, ThreadIndex(static_cast<std::uint32_t>(random() % 5)), kDomains[random() % kDomains.size()]});
        }
    }
    TraceTableBuilder traces;
};

template <typename IsMeant>
TraceSet byStacks(const TraceTable& traces, IsMeant isMeant, bool cumulative) {
    std::vector<bool> contained{false};
    for (std::uint32_t i = 1; i <= traces.traceCount(); ++i) {
        const auto frames = traces.frames(TraceIndex(i));
        contained.push_back(cumulative ? std::ranges::any_of(frames, isMeant)
                                       : !frames.empty() && isMeant(frames.back()));
    }
    return TraceSet(contained);
}

/// One trace per file, whose only frame is in it.
TraceTableBuilder stacksIn(const std::vector<std::string>& files) {
    TraceTableBuilder traces;
    for (const std::string& file : files) {
        const FunctionIndex function = traces.internFunction({traces.internString(file), traces.internString("f"), 1});
        traces.addTrace({traces.internNode({}, traces.internFrame({function, 1})), {}, Domain::Python});
    }
    return traces;
}

}  // namespace

class TraceSetTest : public QObject {
    Q_OBJECT
private slots:
    void linesFunctionsAndFiles_data() {
        QTest::addColumn<bool>("cumulative");
        QTest::newRow("cumulative") << true;
        QTest::newRow("self") << false;
    }
    void linesFunctionsAndFiles() {
        QFETCH(bool, cumulative);
        const RandomStacks stacks;
        const TraceTable& traces = stacks.traces;
        for (std::uint32_t i = 0; i < traces.lineCount(); ++i) {
            const auto isOnIt = [&](FrameIndex frame) { return traces.lineOf(frame) == LineIndex(i); };
            const TraceSet expected = byStacks(traces, isOnIt, cumulative);
            QVERIFY(!expected.isEmpty() || !cumulative);
            QVERIFY(TraceSet::throughLine(traces, LineIndex(i), cumulative) == expected);
        }
        const auto isFunction = [&](FrameIndex frame) { return traces.functionName(frame) == "Tree.g3"; };
        const TraceSet ofFunction = byStacks(traces, isFunction, cumulative);
        QVERIFY(!ofFunction.isEmpty() && !ofFunction.isAll());
        QVERIFY(TraceSet::through(traces, isFunction, cumulative) == ofFunction);
        QVERIFY(TraceSet::throughFunction(traces, "Tree.g3", cumulative) == ofFunction);
        QVERIFY(TraceSet::throughFunction(traces, "g3", cumulative) == ofFunction);
        QVERIFY(TraceSet::throughFunction(traces, "3", cumulative).isEmpty());
        const auto isInFile = [&](FrameIndex frame) { return traces.file(frame) == "/app/f2.py"; };
        QVERIFY(TraceSet::throughFile(traces, "/app/f2.py", cumulative) == byStacks(traces, isInFile, cumulative));
        QVERIFY(TraceSet::throughFile(traces, "f2.py", cumulative).isEmpty());
    }

    void asksForEachFrameOnce() {
        const RandomStacks stacks;
        std::size_t asked = 0;
        const auto none = [&](FrameIndex) { return ++asked == 0; };
        QVERIFY(TraceSet::through(stacks.traces, none).isEmpty());
        QCOMPARE(asked, stacks.traces.frameCount());
        QVERIFY(TraceSet::through(TraceTable(), none).isEmpty());
    }

    void threads() {
        const RandomStacks stacks;
        const TraceSet ofThread = TraceSet::ofThread(stacks.traces, "worker");
        for (std::uint32_t i = 1; i <= stacks.traces.traceCount(); ++i) {
            const std::uint32_t thread = stacks.traces.trace(TraceIndex(i)).thread.value;
            QCOMPARE(ofThread.contains(TraceIndex(i)), thread == 2 || thread == 3);
        }
        QVERIFY(!ofThread.contains(TraceIndex(0)));
    }

    void domains() {
        const RandomStacks stacks;
        const TraceTable& traces = stacks.traces;
        const TraceSet native = TraceSet::ofDomains(traces, {Domain::Native});
        for (std::uint32_t i = 0; i <= traces.traceCount(); ++i)
            QCOMPARE(native.contains(TraceIndex(i)), traces.trace(TraceIndex(i)).domain == Domain::Native);
        QVERIFY(!native.isEmpty() && !native.isAll());
        QVERIFY(TraceSet::ofDomains(traces, DomainSet::all()).isAll());
        QVERIFY(TraceSet::ofDomains(traces, {}).isEmpty());
    }

    void labels() {
        RandomStacks stacks;
        TraceTableBuilder& traces = stacks.traces;
        const auto label = [&](const char* name, const char* value) {
            return Label{traces.internString(name), traces.internString(value)};
        };
        const LabelSetIndex sets[]{{},
                                   traces.addLabelSet({label("request", "/cart"), label("user", "7")}),
                                   traces.addLabelSet({label("request", "/pay")}),
                                   traces.addLabelSet({label("user", "/pay")})};
        // The last ones have none, and no record of that.
        for (std::uint32_t i = 1; i <= 150; ++i) traces.setLabels(TraceIndex(i), sets[i % 4]);
        const TraceSet cart = TraceSet::ofLabel(traces, "request", "/cart"),
                       pay = TraceSet::ofLabel(traces, "request", "/pay");
        const TraceSet any = TraceSet::ofLabel(traces, "request");
        for (std::uint32_t i = 0; i <= traces.traceCount(); ++i) {
            const std::uint32_t set = i >= 1 && i <= 150 ? i % 4 : 0;
            QCOMPARE(cart.contains(TraceIndex(i)), set == 1);
            QCOMPARE(pay.contains(TraceIndex(i)), set == 2);
            QCOMPARE(any.contains(TraceIndex(i)), set == 1 || set == 2);
            const std::string* const user = traces.findLabel(TraceIndex(i), "user");
            QCOMPARE(user ? *user : "none", std::string(set == 1 ? "7" : set == 3 ? "/pay" : "none"));
        }
        QVERIFY(TraceSet::ofLabel(traces, "request", "").isEmpty());
        QVERIFY(TraceSet::ofLabel(traces, "").isEmpty());
        QCOMPARE(traces.labelNames(), (std::vector<std::string>{"request", "user"}));
        const TraceParts parts(traces, PartsBy::Label, "request");
        QCOMPARE(parts.count(), std::size_t{3});
        QVERIFY(parts.traces(parts.of(TraceIndex(1))) == cart);
        QVERIFY(parts.traces(parts.of(TraceIndex(2))) == pay);
        QVERIFY(parts.traces(parts.of(TraceIndex(0))) == ~any);
        QCOMPARE(TraceParts(traces, PartsBy::Label, "no such").count(), std::size_t{1});
    }

    void modules_data() {
        QTest::addColumn<QString>("module");
        QTest::addColumn<QString>("file");
        QTest::addColumn<bool>("belongs");
        const auto add = [](const char* module, const char* file, bool belongs) {
            QTest::addRow("%s in %s", file, module) << QString::fromUtf8(module) << QString::fromUtf8(file) << belongs;
        };
        add("json", "/usr/lib/python3/json/decoder.py", true);
        add("json.decoder", "/usr/lib/python3/json/decoder.py", true);
        add("a.b", "/site/a/b/__init__.py", true);
        add("a.b", "/site/a/b/c/d.py", true);
        add("load", "load.py", true);
        add("load", "/site/preload.py", false);
        add("load", "/site/load.pyx", false);
        add("a.b", "/site/a/bc/d.py", false);
        add("", "/site/a/b.py", false);
        add("a", "", false);
    }
    void modules() {
        QFETCH(QString, module);
        QFETCH(QString, file);
        QFETCH(bool, belongs);
        const TraceTableBuilder traces = stacksIn({file.toStdString()});
        QCOMPARE(TraceSet::throughModule(traces, module.toStdString()).contains(TraceIndex(1)), belongs);
    }

    void combine() {
        const RandomStacks stacks;
        const TraceTable& traces = stacks.traces;
        const TraceSet a = TraceSet::ofThread(traces, "worker"), b = TraceSet::throughFile(traces, "/app/f1.py");
        std::size_t both = 0;
        for (std::uint32_t i = 0; i <= traces.traceCount(); ++i) {
            const TraceIndex trace(i);
            both += (a & b).contains(trace);
            QCOMPARE((a & b).contains(trace), a.contains(trace) && b.contains(trace));
            QCOMPARE((a | b).contains(trace), a.contains(trace) || b.contains(trace));
            QCOMPARE((~a).contains(trace), !a.contains(trace));
        }
        QVERIFY(both > 0);
        QVERIFY((a & TraceSet()) == a && (a | TraceSet()).isAll());
        QVERIFY((a & TraceSet::none()).isEmpty() && (a | TraceSet::none()) == a);
        QVERIFY(TraceSet().isAll() && TraceSet::none().isEmpty() && ~TraceSet() == TraceSet::none());
        QVERIFY(a != b && ~~a == a);
    }

    /// As the unknown trace, which has no frames: it is not in what passes through a file, and in what does not.
    void tracesThatCameLaterCountAsTheUnknownOne() {
        TraceTableBuilder traces = stacksIn({"/a.py", "/b.py"});
        const TraceSet throughA = TraceSet::throughFile(traces, "/a.py");
        const TraceIndex later(7);
        QVERIFY(!throughA.contains(later) && (~throughA).contains(later) && TraceSet().contains(later));
        // Of different sizes.
        const TraceSet few = TraceSet(std::vector<bool>{true, false}),
                       many(std::vector<bool>{false, true, false, true});
        QVERIFY((few | many).contains(TraceIndex(1)) && (few | many).contains(TraceIndex(2)));
        QVERIFY(!(few & many).contains(TraceIndex(2)) && (few & many).contains(TraceIndex(3)));
    }
};

QTEST_APPLESS_MAIN(TraceSetTest)
#include "trace_set_test.moc"
