#include "core/stacks/call_tree.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/traces/shown_frames.h"

namespace heapprof {
namespace {

/// Groups of nodes without a frame: threads have the numbers from kFirstThread on.
constexpr std::uint32_t kFirstThread = std::uint32_t{1} << 31;
constexpr std::uint32_t kNoStack = ~std::uint32_t{0};

/// A tree that grows by paths, in order of discovery.
class GrowingTree {
public:
    struct Node {
        std::uint32_t parent;
        std::uint32_t group;
        FrameIndex frame;
        std::uint32_t depth;
        std::int64_t magnitude = 0;
        std::int64_t native = 0;  // of its own magnitude, what native code took
        Estimate self;
    };

    GrowingTree() : m_nodes{{0, kNoStack, {}, 0, 0, 0, {}}}, m_slots(std::size_t{1} << kFirstBits) {}

    std::uint32_t child(std::uint32_t parent, std::uint32_t group, FrameIndex frame) {
        std::size_t slot = slotOf(parent, group);
        for (; m_slots[slot] != 0; slot = (slot + 1) % m_slots.size())
            if (const Node& node = m_nodes[m_slots[slot]]; node.parent == parent && node.group == group)
                return m_slots[slot];
        const auto index = static_cast<std::uint32_t>(m_nodes.size());
        m_slots[slot] = index;
        m_nodes.push_back({parent, group, frame, m_nodes[parent].depth + 1, 0, 0, {}});
        if (m_nodes.size() * 2 > m_slots.size()) grow();
        return index;
    }
    /// The node of that group above or at `node`; 0: there is none.
    std::uint32_t ancestor(std::uint32_t node, std::uint32_t group) const {
        while (node != 0 && m_nodes[node].group != group) node = m_nodes[node].parent;
        return node;
    }
    std::vector<Node>& nodes() { return m_nodes; }

private:
    static constexpr int kFirstBits = 10;

    /// The upper bits of a product depend on all bits of the key.
    std::size_t slotOf(std::uint32_t parent, std::uint32_t group) const {
        const std::uint64_t key = std::uint64_t{parent} << 32 | group;
        return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15u) >> (64 - m_bits));
    }
    void grow() {
        m_slots.assign(std::size_t{1} << ++m_bits, 0);
        for (std::uint32_t i = 1; i < m_nodes.size(); ++i) {
            std::size_t slot = slotOf(m_nodes[i].parent, m_nodes[i].group);
            while (m_slots[slot] != 0) slot = (slot + 1) % m_slots.size();
            m_slots[slot] = i;
        }
    }

    std::vector<Node> m_nodes;
    std::vector<std::uint32_t> m_slots;  // hashed by parent and group; 0, the root, is nobody's child: free
    int m_bits = kFirstBits;             // of a slot's number
};

/// Renumbers the grown nodes level by level, children of one parent together, greatest first.
CallTree inLevels(std::vector<GrowingTree::Node> grown) {
    // Children by parent, as lists: `next` of a node is its next sibling.
    std::vector<std::uint32_t> first(grown.size()), next(grown.size());
    for (auto i = static_cast<std::uint32_t>(grown.size()); --i > 0;)
        next[i] = std::exchange(first[grown[i].parent], i);

    CallTree tree;
    tree.nodes.reserve(grown.size());
    tree.nodes.push_back({});
    std::vector<std::uint32_t> order{0};
    order.reserve(grown.size());
    for (std::uint32_t at = 0; at < order.size(); ++at) {
        const auto begin = static_cast<std::uint32_t>(order.size());
        for (std::uint32_t child = first[order[at]]; child != 0; child = next[child]) order.push_back(child);
        std::sort(order.begin() + begin, order.end(), [&](std::uint32_t a, std::uint32_t b) {
            return grown[a].magnitude != grown[b].magnitude ? grown[a].magnitude > grown[b].magnitude
                                                            : grown[a].frame < grown[b].frame;
        });
        tree.nodes[at].firstChild = begin;
        tree.nodes[at].childCount = static_cast<std::uint32_t>(order.size()) - begin;
        for (std::size_t i = begin; i < order.size(); ++i) {
            const GrowingTree::Node& child = grown[order[i]];
            const bool isNative = child.native > 0 && child.native >= child.magnitude - child.native;
            tree.nodes.push_back({at, 0, 0, child.frame, child.depth, child.group < kFirstThread, isNative});
            if (at == 0 && child.group >= kFirstThread && child.group != kNoStack)
                tree.threads.emplace_back(child.group - kFirstThread);
        }
    }
    first = next = {};
    tree.depth = tree.nodes.back().depth;
    tree.magnitude.reserve(order.size());
    tree.self.reserve(order.size());
    for (const std::uint32_t old : order) {
        tree.magnitude.push_back(grown[old].magnitude);
        tree.self.push_back(grown[old].self);
    }
    grown = {};
    tree.cumulative = tree.self;
    for (std::size_t i = order.size(); --i > 0;) tree.cumulative[tree.nodes[i].parent] += tree.cumulative[i];
    return tree;
}

}  // namespace

CallTree makeCallTree(const Snapshot& snapshot, const TraceTable& traces, const CallTreeOptions& options,
                      Measure measure) {
    const ShownFrames shown(traces, options.hidden);
    FrameGrouping grouping(traces, options.grouping);
    GrowingTree growing;
    const auto step = [&](std::uint32_t at, FrameIndex frame) {
        if (!shown.isShown(frame)) return at;
        const std::uint32_t group = grouping.of(frame);
        if (options.mergeRecursion)  // back to the first of its kind; what lay between stays below it
            if (const std::uint32_t above = growing.ancestor(at, group)) return above;
        return growing.child(at, group, frame);
    };
    // From the root down, where a stack leads depends on its outer frames alone: each node of the table is walked once,
    // however many traces pass through it. With the threads first, once for each thread: those are taken one after the
    // other, and what is known of a stack counts only when it lies behind the thread's own node.
    std::vector<std::uint32_t> known(options.bottomUp ? 0 : traces.nodeCount() + 1);  // a position + 1; 0: not yet
    std::vector<NodeIndex> path;
    const auto add = [&](const TraceEstimate& entry) {
        const Trace& trace = traces.trace(entry.trace);
        const std::uint32_t top =
            options.threadsFirst ? growing.child(0, kFirstThread + trace.thread.value, {}) : std::uint32_t{0};
        std::uint32_t at = top, allocating = top;
        NodeIndex node = trace.leaf;
        if (options.bottomUp) {
            for (; node.value != 0; node = traces.node(node).parent) {
                at = step(at, traces.node(node).frame);
                if (allocating == top) allocating = at;
            }
        } else {
            path.clear();
            for (; node.value != 0 && known[node.value] <= top; node = traces.node(node).parent) path.push_back(node);
            if (node.value != 0) at = known[node.value] - 1;
            for (auto below = path.rbegin(); below != path.rend(); ++below) {
                at = step(at, traces.node(*below).frame);
                known[below->value] = at + 1;
            }
            allocating = at;
        }
        if (at == top) allocating = at = growing.child(top, kNoStack, {});
        GrowingTree::Node& leaf = growing.nodes()[at];
        leaf.self += entry.usage;
        const std::int64_t magnitude = std::abs(entry.usage.of(measure));
        leaf.magnitude += magnitude;
        if (trace.domain != Domain::Python) growing.nodes()[allocating].native += magnitude;
    };
    if (options.threadsFirst) {
        std::vector<TraceEstimate> byThread = snapshot.traces;
        std::ranges::sort(byThread, {},
                          [&](const auto& entry) { return std::pair(traces.trace(entry.trace).thread, entry.trace); });
        std::ranges::for_each(byThread, add);
    } else {
        std::ranges::for_each(snapshot.traces, add);
    }
    known = {};
    auto& nodes = growing.nodes();
    for (std::size_t i = nodes.size(); --i > 0;)  // children come after their parents
        nodes[nodes[i].parent].magnitude += nodes[i].magnitude;
    CallTree tree = inLevels(std::move(nodes));
    tree.grouping = std::move(grouping);
    return tree;
}

CallPath pathTo(const CallTree& tree, std::uint32_t node) {
    CallPath path;
    if (node != 0 && !tree.nodes[node].hasFrame && !tree.threadAt(node)) node = tree.nodes[node].parent;
    for (; tree.nodes[node].hasFrame; node = tree.nodes[node].parent) path.frames.push_back(tree.nodes[node].frame);
    path.thread = tree.threadAt(node);
    std::ranges::reverse(path.frames);
    return path;
}

std::uint32_t findPath(const CallTree& tree, const CallPath& path) {
    if (tree.nodes.empty()) return 0;
    std::uint32_t node = 0;
    if (!tree.threads.empty()) {
        const auto thread = path.thread ? std::ranges::find(tree.threads, *path.thread) : tree.threads.end();
        if (thread == tree.threads.end()) return 0;
        node = 1 + static_cast<std::uint32_t>(thread - tree.threads.begin());
    }
    for (const FrameIndex frame : path.frames) {
        if (frame.value >= tree.grouping.frameCount()) break;
        const auto children = tree.children(node);
        const auto found = std::ranges::find_if(children, [&](const CallTree::Node& child) {
            return child.hasFrame && tree.grouping.of(child.frame) == tree.grouping.of(frame);
        });
        if (found != children.end())
            node = tree.nodes[node].firstChild + static_cast<std::uint32_t>(found - children.begin());
    }
    return node;
}

std::vector<std::uint32_t> nodesOnLine(const CallTree& tree, const TraceTable& traces, LineIndex line) {
    const std::vector<bool> isOnLine = tree.grouping.framesOnLine(traces, line);
    std::vector<std::uint32_t> nodes;
    for (std::uint32_t node = 0; node < tree.nodes.size(); ++node)
        if (tree.nodes[node].hasFrame && isOnLine[tree.nodes[node].frame.value]) nodes.push_back(node);
    return nodes;
}

}  // namespace heapprof
