// Lines, call trees and flow graphs against brute force over the stacks themselves.
#include <QtTest>
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "core/stacks/call_tree.h"
#include "core/stacks/flow_diagram.h"
#include "core/stacks/line_table.h"
#include "core/traces/shown_frames.h"

using namespace heapprof;

namespace {

/// Random stacks over few lines, so that recursion and shared prefixes are common; and a snapshot of them.
struct RandomStacks {
    explicit RandomStacks(std::uint32_t seed, int count = 60) {
        std::mt19937 random(seed);
        for (int i = 0; i < count; ++i) {
            NodeIndex node;
            for (std::uint32_t depth = random() % 8; depth > 0; --depth) {
                const std::uint32_t function = random() % 5;
                const StringIndex file =
                    traces.internString(function == 4   ? "<frozen importlib>"
                                        : function == 5 ? "<string>"
                                                        : "/app/f" + std::to_string(function / 2) + ".py");
                const FunctionIndex known =
                    traces.internFunction({file, traces.internString("g" + std::to_string(function)), 1});
                node =
                    traces.internNode(node, traces.internFrame({known, 1 + static_cast<std::uint32_t>(random() % 3)}));
            }
            const TraceEstimate usage{traces.addTrace({node, {}, Domain::Python}),
                                      {static_cast<std::int64_t>(random() % 1000), 1, 0, 0}};
            snapshot.traces.push_back(usage);
            snapshot.total += usage.usage;
        }
    }
    std::vector<LineIndex> lines(TraceIndex trace, const HiddenFrames& hidden = HiddenFrames::none()) const {
        std::vector<LineIndex> result;
        for (const FrameIndex frame : traces.frames(trace)) {
            const std::string& file = traces.file(frame);
            const bool isHidden = isInternal(file)
                                      ? hidden.internal
                                      : !hidden.modules.empty() && file == "/app/" + hidden.modules[0] + ".py";
            if (!isHidden) result.push_back(traces.lineOf(frame));
        }
        return result;
    }

    TraceTableBuilder traces;
    Snapshot snapshot;
};

/// A chain a -> b -> c, and a second way into c.
struct SmallGraph {
    SmallGraph() {
        const FunctionIndex f = traces.internFunction({traces.internString("/app/p.py"), {}, 0});
        for (std::uint32_t line = 1; line <= 4; ++line) frame.push_back(traces.internFrame({f, line}));
    }
    void add(std::initializer_list<int> stack, std::int64_t bytes) {
        NodeIndex node;
        for (const int i : stack) node = traces.internNode(node, frame[static_cast<std::size_t>(i)]);
        snapshot.traces.push_back({traces.addTrace({node, {}, Domain::Python}), {bytes, 1, 0, 0}});
        snapshot.total += snapshot.traces.back().usage;
    }
    FlowDiagram diagram(const FlowGraphOptions& options = {}) const {
        return makeFlowDiagram(makeFlowGraph({&snapshot, 1}, traces), options);
    }

    TraceTableBuilder traces;
    std::vector<FrameIndex> frame;
    Snapshot snapshot;
};

}  // namespace

class AnalysisTest : public QObject {
    Q_OBJECT

    void seeds() {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 8; ++seed) QTest::addRow("%d", seed) << seed;
    }

private slots:
    void linesCountOncePerTrace_data() { seeds(); }
    void linesCountOncePerTrace() {
        QFETCH(int, seed);
        const RandomStacks stacks(static_cast<std::uint32_t>(seed));
        for (const HiddenFrames& hidden :
             {HiddenFrames::none(), HiddenFrames(), HiddenFrames{true, false, false, {"f1"}}}) {
            std::map<LineIndex, std::int64_t> self, cumulative;
            for (const auto& [trace, usage] : stacks.snapshot.traces) {
                const auto lines = stacks.lines(trace, hidden);
                if (lines.empty()) continue;
                self[lines.back()] += usage.bytes;
                for (const LineIndex line : std::set<LineIndex>(lines.begin(), lines.end()))
                    cumulative[line] += usage.bytes;
            }
            const LineTable table = makeLineTable(stacks.snapshot, stacks.traces, hidden);
            QCOMPARE(table.lines.size(), cumulative.size());
            std::int64_t sum = table.withoutStack.bytes, before = INT64_MAX;
            for (const LineUsage& row : table.lines) {
                QCOMPARE(row.self.bytes, self[row.line]);
                QCOMPARE(row.cumulative.bytes, cumulative[row.line]);
                QVERIFY(row.cumulative.bytes <= before);
                before = row.cumulative.bytes;
                sum += row.self.bytes;
            }
            QCOMPARE(sum, stacks.snapshot.total.bytes);
            QVERIFY(table.total == stacks.snapshot.total);
        }
    }
    void kindsOfCodeAreHidden() {
        const HiddenFrames library{true, true, false, {}}, packages{false, false, true, {}};
        const char* const csv = "/usr/lib/python3.11/csv.py";
        const char* const numpy = "/usr/lib/python3.11/site-packages/numpy/core.py";
        QVERIFY(library.hides(csv) && !packages.hides(csv) && !HiddenFrames().hides(csv));
        QVERIFY(packages.hides(numpy) && !library.hides(numpy));
        QVERIFY(library.hides("<frozen importlib._bootstrap>") && !packages.hides("<frozen importlib._bootstrap>"));
        QVERIFY(!library.hides("/app/csv.py") && !packages.hides("<string>"));
        const HiddenFrames module{false, false, false, {"numpy"}};
        QVERIFY(module.hides(numpy) && !module.hides(csv));
    }
    void onlyTheMachineryIsInternal() {
        for (const char* file : {"<frozen importlib._bootstrap>", "/usr/lib/python3/dist-packages/heapprof/__main__.py",
                                 "heapprof/_marking.py", "/venv/heapprof/__init__.py", "/venv/heapprof/_order.py",
                                 "/old/heapprof/_following.py", "/venv/heapprof/follow/sitecustomize.py"})
            QVERIFY2(isInternal(file), file);
        for (const char* file : {"<stdin>", "<string>", "<ipython-input-1-0a1b>", "<template>", "<frozen>", "", "<",
                                 "/srv/heapprof/orders.py", "/srv/myheapprof/__main__.py", "__main__.py", "_order.py",
                                 "/srv/heapprof/types.py", "/srv/heapprof/app/_order.py", "/srv/_heapprof/_order.py",
                                 "/srv/follow/sitecustomize.py", "/srv/myheapprof/follow/sitecustomize.py"})
            QVERIFY2(!isInternal(file), file);
    }
    void callTreeHoldsEveryPrefix_data() { seeds(); }
    void callTreeHoldsEveryPrefix() {
        QFETCH(int, seed);
        const RandomStacks stacks(static_cast<std::uint32_t>(seed));
        for (const bool bottomUp : {false, true}) {
            CallTreeOptions options;
            options.bottomUp = bottomUp;
            options.hidden = HiddenFrames::none();
            const CallTree tree = makeCallTree(stacks.snapshot, stacks.traces, options);
            std::map<std::vector<std::uint32_t>, std::int64_t> prefixes;
            for (const auto& [trace, usage] : stacks.snapshot.traces) {
                auto frames = stacks.traces.frames(trace);
                if (bottomUp) std::reverse(frames.begin(), frames.end());
                std::vector<std::uint32_t> path;
                prefixes[path] += usage.bytes;
                if (frames.empty()) prefixes[{~0u}] += usage.bytes;
                for (const FrameIndex frame : frames) {
                    path.push_back(frame.value);
                    prefixes[path] += usage.bytes;
                }
            }
            QCOMPARE(tree.nodes.size(), prefixes.size());
            for (std::uint32_t i = 0; i < tree.nodes.size(); ++i) {
                std::vector<std::uint32_t> path;
                for (std::uint32_t at = i; at != 0; at = tree.nodes[at].parent)
                    path.insert(path.begin(), tree.nodes[at].hasFrame ? tree.nodes[at].frame.value : ~0u);
                QCOMPARE(tree.cumulative[i].bytes, prefixes.at(path));
                QCOMPARE(tree.magnitude[i], tree.cumulative[i].bytes);
                std::int64_t below = tree.self[i].bytes;
                for (std::uint32_t c = 0; c < tree.nodes[i].childCount; ++c) {
                    const std::uint32_t child = tree.nodes[i].firstChild + c;
                    QVERIFY(child > i);
                    QCOMPARE(tree.nodes[child].parent, i);
                    QCOMPARE(tree.nodes[child].depth, tree.nodes[i].depth + 1);
                    if (c > 0) QVERIFY(tree.magnitude[child] <= tree.magnitude[child - 1]);
                    below += tree.cumulative[child].bytes;
                }
                QCOMPARE(below, tree.cumulative[i].bytes);
            }
        }
    }
    void callTreeGroupsAndMergesRecursion() {
        const RandomStacks stacks(3);
        for (const Grouping grouping : {Grouping::Function, Grouping::File, Grouping::Module}) {
            CallTreeOptions options;
            options.grouping = grouping;
            options.mergeRecursion = true;
            const CallTree tree = makeCallTree(stacks.snapshot, stacks.traces, options);
            QCOMPARE(tree.cumulative[0].bytes, stacks.snapshot.total.bytes);
            for (std::uint32_t i = 1; i < tree.nodes.size(); ++i) {  // no group twice on a path, none hidden
                std::set<std::string> seen;
                for (std::uint32_t at = i; at != 0; at = tree.nodes[at].parent) {
                    if (!tree.nodes[at].hasFrame) continue;
                    const FrameIndex frame = tree.nodes[at].frame;
                    QVERIFY(!isInternal(stacks.traces.file(frame)));
                    const std::string& file = stacks.traces.file(frame);
                    QVERIFY(
                        seen.insert(grouping == Grouping::Function ? file + stacks.traces.functionName(frame) : file)
                            .second);
                }
            }
        }
    }
    void threadsStandFirst() {
        RandomStacks stacks(5);
        // The same stacks in threads that alternate, as traces do; some of native code.
        Snapshot snapshot;
        std::map<ThreadIndex, Snapshot> ofThread;
        for (std::uint32_t i = 0; i < stacks.snapshot.traces.size(); ++i) {
            const auto& [trace, usage] = stacks.snapshot.traces[i];
            for (const std::uint32_t thread : {i % 3, (i + 1) % 3}) {
                const Domain domain = thread == 0 ? Domain::Native : Domain::Python;
                const TraceEstimate entry{
                    stacks.traces.addTrace({stacks.traces.trace(trace).leaf, ThreadIndex(thread), domain}), usage};
                snapshot.traces.push_back(entry);
                snapshot.total += usage;
                ofThread[ThreadIndex(thread)].traces.push_back(entry);
            }
        }
        for (const bool bottomUp : {false, true}) {
            for (const bool mergeRecursion : {false, true}) {
                CallTreeOptions options{Grouping::Line, bottomUp, mergeRecursion, true, {}};
                const CallTree tree = makeCallTree(snapshot, stacks.traces, options);
                QCOMPARE(tree.cumulative[0].bytes, snapshot.total.bytes);
                QCOMPARE(tree.threads.size(), ofThread.size());
                QCOMPARE(std::size_t{tree.nodes[0].childCount}, ofThread.size());
                options.threadsFirst = false;
                for (std::uint32_t top = 1; top <= tree.threads.size(); ++top) {
                    // Below a thread is what a tree of its traces alone is, node by node.
                    QVERIFY(!tree.nodes[top].hasFrame && tree.threadAt(top));
                    const CallTree alone = makeCallTree(ofThread.at(*tree.threadAt(top)), stacks.traces, options);
                    std::map<std::uint32_t, std::uint32_t> same{{top, 0}};
                    for (std::uint32_t i = top; i < tree.nodes.size(); ++i) {
                        if (i != top && !same.contains(tree.nodes[i].parent)) continue;
                        if (i != top)
                            same[i] = alone.nodes[same[tree.nodes[i].parent]].firstChild + i -
                                      tree.nodes[tree.nodes[i].parent].firstChild;
                        QCOMPARE(tree.cumulative[i].bytes, alone.cumulative[same[i]].bytes);
                        QCOMPARE(tree.nodes[i].isNative, alone.nodes[same[i]].isNative);
                        QCOMPARE(tree.nodes[i].depth, alone.nodes[same[i]].depth + 1);
                        const bool isKnown = i == top || tree.nodes[i].hasFrame;
                        QCOMPARE(findPath(tree, pathTo(tree, i)), isKnown ? i : tree.nodes[i].parent);
                    }
                    QCOMPARE(same.size(), alone.nodes.size());
                }
            }
        }
    }
    void nativeNodesAllocateMostOfTheirsThemselves() {
        SmallGraph graph;
        const auto add = [&](std::initializer_list<int> stack, std::int64_t bytes, Domain domain) {
            graph.add(stack, bytes);
            const NodeIndex leaf = graph.traces.trace(graph.snapshot.traces.back().trace).leaf;
            graph.snapshot.traces.back().trace = graph.traces.addTrace({leaf, {}, domain});
        };
        add({0, 1}, 50, Domain::Native);
        add({0, 1}, 30, Domain::Mapped);
        add({0, 1}, 80, Domain::Python);
        add({0, 2}, 10, Domain::Native);
        add({0, 2}, 11, Domain::Python);
        add({0, 3, 1}, 5, Domain::Native);
        const CallTree tree = makeCallTree(graph.snapshot, graph.traces);
        const auto isNative = [&](std::initializer_list<int> stack) {
            CallPath path;
            for (const int i : stack) path.frames.push_back(graph.frame[static_cast<std::size_t>(i)]);
            return tree.nodes[findPath(tree, path)].isNative;
        };
        QVERIFY(isNative({0, 1}) && isNative({0, 3, 1}));
        QVERIFY(!isNative({0}) && !isNative({0, 2}) && !isNative({0, 3}));
    }
    void differencesHaveSignsAndWidths() {
        const RandomStacks stacks(4);
        Snapshot before = stacks.snapshot;
        before.traces = std::vector(stacks.snapshot.traces.begin() + 20, stacks.snapshot.traces.end());
        for (auto& entry : before.traces) entry.usage.bytes *= 2;
        before.total = {};
        for (const auto& entry : before.traces) before.total += entry.usage;
        const Snapshot change = difference(before, stacks.snapshot);
        QCOMPARE(change.total.bytes, stacks.snapshot.total.bytes - before.total.bytes);
        const CallTree tree = makeCallTree(change, stacks.traces);
        QCOMPARE(tree.cumulative[0].bytes, change.total.bytes);
        std::int64_t magnitude = 0;
        for (const auto& entry : change.traces) magnitude += std::abs(entry.usage.bytes);
        QCOMPARE(tree.magnitude[0], magnitude);
        QVERIFY(difference(before, before).traces.empty());
    }
    void flowGraphCountsOncePerTrace_data() { seeds(); }
    void flowGraphCountsOncePerTrace() {
        QFETCH(int, seed);
        const RandomStacks stacks(static_cast<std::uint32_t>(seed));
        std::map<std::pair<LineIndex, LineIndex>, std::int64_t> edges;
        std::map<LineIndex, std::int64_t> cumulative;
        for (const auto& [trace, usage] : stacks.snapshot.traces) {
            const auto lines = stacks.lines(trace, HiddenFrames());
            std::set<std::pair<LineIndex, LineIndex>> pairs;
            for (std::size_t i = 1; i < lines.size(); ++i) pairs.insert({lines[i - 1], lines[i]});
            for (const auto& pair : pairs) edges[pair] += usage.bytes;
            for (const LineIndex line : std::set<LineIndex>(lines.begin(), lines.end()))
                cumulative[line] += usage.bytes;
        }
        const FlowGraph graph = makeFlowGraph({&stacks.snapshot, 1}, stacks.traces);
        QCOMPARE(graph.edges.size(), edges.size());
        QCOMPARE(graph.nodes.size(), cumulative.size());
        for (const auto& node : graph.nodes) QCOMPARE(node.cumulative[0].bytes, cumulative.at(node.line));
        for (const auto& edge : graph.edges)
            QCOMPARE(edge.amounts[0], edges.at({graph.nodes[edge.caller].line, graph.nodes[edge.callee].line}));
        // Whatever the options, every edge joins boxes that exist, and every line is in one box or hidden.
        for (const double fraction : {0.0, 0.05, 0.3, 1.0})
            for (const bool collapse : {false, true}) {
                const FlowDiagram diagram = makeFlowDiagram(graph, {fraction, fraction, collapse, true, 7});
                std::size_t lines = diagram.hiddenNodes;
                for (const auto& box : diagram.boxes) lines += box.lines.size();
                QCOMPARE(lines, graph.nodes.size());
                Estimate sum;
                for (const auto& box : diagram.boxes) sum += box.self[0];
                if (!diagram.boxes.empty()) QCOMPARE(sum.bytes, graph.total[0].bytes);
                for (const auto& edge : diagram.edges)
                    QVERIFY(edge.from < diagram.boxes.size() && edge.to < diagram.boxes.size());
            }
    }
    void runsOfLinesCollapse() {
        SmallGraph small;
        small.add({0, 1, 2}, 100);
        QCOMPARE(small.diagram().boxes.size(), std::size_t{1});
        QCOMPARE(small.diagram().boxes[0].lines.size(), std::size_t{3});
        QCOMPARE(small.diagram().boxes[0].self[0].bytes, std::int64_t{100});
        small.add({0, 1}, 7);  // a line inside the run allocates too
        QCOMPARE(small.diagram().boxes.size(), std::size_t{1});
        QCOMPARE(small.diagram().boxes[0].self[0].bytes, std::int64_t{107});
        small.add({3, 2}, 50);  // line 3 now has two callers, and starts its own box; there are two ways in
        QCOMPARE(small.diagram().boxes.size(), std::size_t{4});
        QCOMPARE(small.diagram().edges.size(), std::size_t{4});
    }
    void whatIsHiddenIsOneBox() {
        SmallGraph small;
        small.add({0, 1}, 1000);
        small.add({0, 2}, 6);
        small.add({0, 3}, 3);
        small.add({}, 50);  // as native code may have
        const FlowDiagram diagram = small.diagram();
        QCOMPARE(diagram.boxes.size(), std::size_t{2});
        const FlowDiagram::Box& others = diagram.boxes.back();
        QVERIFY(others.kind == FlowDiagram::Kind::Other);
        QVERIFY(others.lines.empty());
        QCOMPARE(diagram.hiddenNodes, std::size_t{2});
        QCOMPARE(others.self[0].bytes, std::int64_t{59});
        QCOMPARE(diagram.withoutStack[0].bytes, std::int64_t{50});
        QCOMPARE(diagram.greatestHidden, 6.0 / 1059);
        QVERIFY(diagram.edges.empty());  // there is one way in, so no root; and nobody calls the others
        // When all is hidden there is no box for it.
        QVERIFY(small.diagram({1, 0}).boxes.empty());
        // A call that the options hide takes nothing from what is shown.
        const FlowDiagram all = small.diagram({0, 0.5, false});
        QVERIFY(all.boxes.back().kind == FlowDiagram::Kind::Other);
        QCOMPARE(all.boxes.back().self[0].bytes, std::int64_t{50});
    }
    void severalEntriesHaveARoot() {
        SmallGraph small;
        small.add({0, 1}, 700);
        QCOMPARE(small.diagram({0.01, 0.05, false}).boxes.size(), std::size_t{2});
        small.add({2, 1}, 300);
        const FlowDiagram diagram = small.diagram({0.01, 0.05, false});
        QCOMPARE(diagram.boxes.size(), std::size_t{4});
        const FlowDiagram::Box& root = diagram.boxes.back();
        QVERIFY(root.kind == FlowDiagram::Kind::Total);
        QCOMPARE(root.cumulative[0].bytes, std::int64_t{1000});
        QCOMPARE(root.self[0].bytes, std::int64_t{0});
        std::map<std::uint32_t, std::int64_t> leaving;
        for (const auto& edge : diagram.edges)
            if (edge.from == 3) {
                QVERIFY(!edge.isFaint);
                leaving[edge.to] = edge.amounts[0];
            }
        QCOMPARE(leaving, (std::map<std::uint32_t, std::int64_t>{{0, 700}, {2, 300}}));
        // What has no box of its own is reached from the root, too.
        small.add({3}, 5);
        const FlowDiagram more = small.diagram({0.01, 0.05, false});
        QVERIFY(more.boxes.back().kind == FlowDiagram::Kind::Other);
        QVERIFY(more.edges.back().isFaint);
        QCOMPARE(more.edges.back().to, std::uint32_t{4});
        QCOMPARE(more.edges.back().amounts[0], std::int64_t{5});
    }
    void anEntryBeginsABox() {
        SmallGraph small;
        small.add({0, 1, 2}, 500);
        small.add({1, 2}, 500);  // begins in the middle of what would be a run
        const FlowDiagram diagram = small.diagram();
        QCOMPARE(diagram.boxes.size(), std::size_t{3});
        QCOMPARE(diagram.boxes[1].lines.size(), std::size_t{2});
        QCOMPARE(diagram.edges.size(), std::size_t{3});
    }
    void aBoxThatWouldStandAloneIsReachedFaintly() {
        SmallGraph small;
        small.add({0, 1}, 970);
        small.add({0, 2}, 20);
        small.add({1, 2}, 10);  // both are small calls, and line 1 is no entry to speak of
        const FlowDiagram diagram = small.diagram();
        QCOMPARE(diagram.boxes.size(), std::size_t{2});  // lines 0 and 1 are joined
        QCOMPARE(diagram.edges.size(), std::size_t{1});
        QVERIFY(diagram.edges[0].isFaint);
        QCOMPARE(diagram.edges[0].from, std::uint32_t{0});
        QCOMPARE(diagram.edges[0].to, std::uint32_t{1});
        QCOMPARE(diagram.edges[0].amounts[0], std::int64_t{20});  // the greatest of them
        QCOMPARE(diagram.hiddenEdges, std::size_t{1});
        // By way of lines that are hidden: from the root, with all that flows there.
        SmallGraph hidden;
        hidden.add({0}, 1000);
        for (const int caller : {1, 2}) hidden.add({caller, 3}, 8);
        const FlowDiagram indirect = hidden.diagram();
        QCOMPARE(indirect.boxes.size(), std::size_t{4});  // two, the root and the others
        QCOMPARE(indirect.edges.size(), std::size_t{3});
        QVERIFY(!indirect.edges[0].isFaint);
        QVERIFY(indirect.edges[1].isFaint);
        QCOMPARE(indirect.edges[1].from, std::uint32_t{2});
        QCOMPARE(indirect.edges[1].to, std::uint32_t{1});
        QCOMPARE(indirect.edges[1].amounts[0], std::int64_t{16});
    }
    void aRingOfLinesIsOpened() {
        SmallGraph small;
        small.add({0, 1, 2, 0, 1, 2, 0}, 100);
        const FlowDiagram diagram = small.diagram();
        QCOMPARE(diagram.boxes.size(), std::size_t{1});
        QCOMPARE(diagram.boxes[0].lines.size(), std::size_t{3});
        QCOMPARE(diagram.edges.size(), std::size_t{1});  // back to its start
    }
    void tooManyEdges_theGreatestStay_andEveryLineIsReached() {
        FlowGraph graph;
        constexpr std::uint32_t kLines = 60;
        std::mt19937 random(3);
        graph.total.push_back({1'000'000, 1, 0, 0});
        graph.times.push_back({});
        for (std::uint32_t i = 0; i < kLines; ++i)
            graph.nodes.push_back({LineIndex(i), {{0, 0, 0, 0}}, {{1'000'000 - i, 1, 0, 0}}, {}});
        // Each calls all others but line 0; the last three only call each other, in a ring that nobody enters.
        constexpr std::uint32_t kRing = kLines - 3;
        std::int64_t max = 0;
        const auto call = [&](std::uint32_t caller, std::uint32_t callee) {
            graph.edges.push_back({caller, callee, {1 + static_cast<std::int64_t>(random() % 100'000)}});
            max = std::max(max, graph.edges.back().amounts[0]);
        };
        for (std::uint32_t caller = 0; caller < kRing; ++caller)
            for (std::uint32_t callee = 1; callee < kRing; ++callee) call(caller, callee);
        for (std::uint32_t caller = kRing; caller < kLines; ++caller)
            for (std::uint32_t callee = kRing; callee < kLines; ++callee) call(caller, callee);
        const FlowGraphOptions options{0, 0, false, true, 200, 100};
        const FlowDiagram diagram = makeFlowDiagram(graph, options);
        QCOMPARE(diagram.edges.size(), options.maxEdges);
        QCOMPARE(diagram.hiddenEdges, graph.edges.size() - options.maxEdges);
        QVERIFY(std::any_of(diagram.edges.begin(), diagram.edges.end(),
                            [&](const auto& edge) { return edge.amounts[0] == max; }));
        std::set<std::uint32_t> reached{0, kRing};
        for (std::uint32_t round = 0; round < kLines; ++round)
            for (const auto& edge : diagram.edges)
                if (reached.contains(edge.from)) reached.insert(edge.to);
        QCOMPARE(reached.size(), std::size_t{kLines});

        QCOMPARE(makeFlowDiagram(graph, {0, 0, false, true, 200, 10}).edges.size(), std::size_t{10});
        QVERIFY(makeFlowDiagram(graph, {0, 0, false, true, 200, 0}).edges.empty());
        QCOMPARE(makeFlowDiagram(graph, {0, 0, false, true, 200, 100'000}).edges.size(), graph.edges.size());
    }
    void flowOptionsAreChecked() {
        const SmallGraph small;
        FlowGraphOptions options;
        options.minNodeFraction = 1.5;
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, small.diagram(options));
        options.minNodeFraction = std::nan("");
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, small.diagram(options));
        QVERIFY(small.diagram().boxes.empty());  // nothing allocated: nothing to draw, no division by zero
    }
    void modules() {
        QCOMPARE(moduleOf("/usr/lib/python3.11/json/decoder.py").name, std::string_view("json"));
        QVERIFY(moduleOf("/usr/lib/python3.11/json/decoder.py").kind == ModuleKind::StandardLibrary);
        QCOMPARE(moduleOf("/x/lib/python3.11/site-packages/numpy/core/a.py").name, std::string_view("numpy"));
        QVERIFY(moduleOf("/x/lib/python3.11/site-packages/six.py").kind == ModuleKind::SitePackages);
        QCOMPARE(moduleOf("/srv/app/main.py").name, std::string_view("main"));
        QVERIFY(moduleOf("<frozen importlib._bootstrap>").kind == ModuleKind::Internal);
    }
};

QTEST_APPLESS_MAIN(AnalysisTest)
#include "analysis_test.moc"
