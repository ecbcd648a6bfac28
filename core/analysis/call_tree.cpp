#include "core/analysis/call_tree.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <string>
#include <unordered_map>

#include "core/analysis/shown_frames.h"

namespace heapprof {
namespace {

constexpr std::uint32_t kNoStack = ~std::uint32_t{0};

/// Numbers the groups that frames fall into: two frames with equal numbers are one node among siblings.
class FrameGroups {
public:
    FrameGroups(const TraceTable& traces, const CallTreeOptions& options)
        : m_shown(traces, options.hideInternal), m_group(traces.frameCount()) {
        std::unordered_map<std::string_view, std::uint32_t> modules;
        for (std::uint32_t i = 0; i < traces.frameCount(); ++i) {
            const FrameIndex frame(i);
            const std::string& file = traces.file(frame);
            switch (options.grouping) {
                case Grouping::Line:
                    m_group[i] = i;
                    break;
                case Grouping::Function:
                    m_group[i] = traces.frame(frame).function.value;
                    break;
                case Grouping::File:
                    m_group[i] = traces.function(traces.frame(frame).function).file.value;
                    break;
                case Grouping::Module:
                    m_group[i] = modules.try_emplace(moduleOf(file).name, static_cast<std::uint32_t>(modules.size()))
                                     .first->second;
                    break;
            }
        }
    }
    bool isHidden(FrameIndex frame) const { return !m_shown.isShown(frame); }
    std::uint32_t of(FrameIndex frame) const { return m_group[frame.value]; }

private:
    ShownFrames m_shown;
    std::vector<std::uint32_t> m_group;
};

/// A tree that grows by paths, in order of discovery.
class GrowingTree {
public:
    struct Node {
        std::uint32_t parent;
        std::uint32_t group;
        FrameIndex frame;
        std::uint32_t depth;
        Usage cumulative, local;
        std::int64_t magnitude = 0;
    };

    GrowingTree() : m_nodes{{0, kNoStack, {}, 0, {}, {}, 0}} {}

    std::uint32_t child(std::uint32_t parent, std::uint32_t group, FrameIndex frame) {
        const auto [entry, isNew] =
            m_index.try_emplace(std::uint64_t{parent} << 32 | group, static_cast<std::uint32_t>(m_nodes.size()));
        if (isNew) m_nodes.push_back({parent, group, frame, m_nodes[parent].depth + 1, {}, {}, 0});
        return entry->second;
    }
    std::vector<Node>& nodes() { return m_nodes; }

private:
    struct Hash {
        std::size_t operator()(std::uint64_t key) const { return key * 0x9E3779B97F4A7C15u >> 7; }
    };
    std::vector<Node> m_nodes;
    std::unordered_map<std::uint64_t, std::uint32_t, Hash> m_index;
};

/// Renumbers the grown nodes level by level, children of one parent together, greatest first.
CallTree inLevels(std::vector<GrowingTree::Node>& grown) {
    std::vector<std::uint32_t> childStart(grown.size() + 1), byParent(grown.size());
    for (std::size_t i = 1; i < grown.size(); ++i) ++childStart[grown[i].parent + 1];
    std::partial_sum(childStart.begin(), childStart.end(), childStart.begin());
    auto next = childStart;
    for (std::uint32_t i = 1; i < grown.size(); ++i) byParent[next[grown[i].parent]++] = i;

    CallTree tree;
    tree.nodes.reserve(grown.size());
    std::vector<std::uint32_t> order{0};
    order.reserve(grown.size());
    tree.nodes.push_back({});
    for (std::uint32_t at = 0; at < order.size(); ++at) {
        const std::uint32_t old = order[at];
        const auto first = byParent.begin() + childStart[old], last = byParent.begin() + childStart[old + 1];
        std::sort(first, last, [&](std::uint32_t a, std::uint32_t b) {
            return grown[a].magnitude != grown[b].magnitude ? grown[a].magnitude > grown[b].magnitude
                                                            : grown[a].frame < grown[b].frame;
        });
        tree.nodes[at].firstChild = static_cast<std::uint32_t>(order.size());
        tree.nodes[at].childCount = static_cast<std::uint32_t>(last - first);
        for (auto child = first; child != last; ++child) {
            order.push_back(*child);
            tree.nodes.push_back({at, 0, 0, grown[*child].frame, grown[*child].depth, grown[*child].group != kNoStack});
        }
    }
    tree.cumulative.reserve(order.size());
    for (const std::uint32_t old : order) {
        tree.cumulative.push_back(grown[old].cumulative);
        tree.local.push_back(grown[old].local);
        tree.magnitude.push_back(grown[old].magnitude);
    }
    tree.depth = tree.nodes.back().depth;
    return tree;
}

}  // namespace

CallTree makeCallTree(const Snapshot& snapshot, const TraceTable& traces, const CallTreeOptions& options) {
    const FrameGroups groups(traces, options);
    GrowingTree growing;
    std::vector<FrameIndex> path;
    std::unordered_map<std::uint32_t, std::uint32_t> nodeOfGroup;  // on the current path, for merging recursion
    for (const auto& [trace, usage] : snapshot.traces) {
        path.clear();
        for (NodeIndex node = traces.trace(trace).leaf; node.value != 0; node = traces.node(node).parent)
            if (!groups.isHidden(traces.node(node).frame)) path.push_back(traces.node(node).frame);
        if (!options.bottomUp) std::reverse(path.begin(), path.end());

        std::uint32_t at = 0;
        nodeOfGroup.clear();
        for (const FrameIndex frame : path) {
            const std::uint32_t group = groups.of(frame);
            if (options.mergeRecursion) {
                const auto seen = nodeOfGroup.find(group);
                if (seen != nodeOfGroup.end()) {  // back to the first of its kind; what lay between stays below it
                    at = seen->second;
                    std::erase_if(nodeOfGroup, [&](const auto& entry) {
                        return growing.nodes()[entry.second].depth > growing.nodes()[at].depth;
                    });
                    continue;
                }
            }
            at = growing.child(at, group, frame);
            if (options.mergeRecursion) nodeOfGroup.emplace(group, at);
        }
        if (path.empty()) at = growing.child(0, kNoStack, {});
        GrowingTree::Node& leaf = growing.nodes()[at];
        leaf.local += usage;
        leaf.magnitude += std::abs(usage.bytes);
    }
    auto& nodes = growing.nodes();
    for (auto& node : nodes) node.cumulative = node.local;
    for (std::size_t i = nodes.size(); --i > 0;) {  // children come after their parents
        nodes[nodes[i].parent].cumulative += nodes[i].cumulative;
        nodes[nodes[i].parent].magnitude += nodes[i].magnitude;
    }
    return inLevels(nodes);
}

ModuleName moduleOf(std::string_view file) {
    if (isInternal(file)) return {file, ModuleKind::Internal};
    ModuleKind kind = ModuleKind::Own;
    std::string_view rest = file;
    const auto after = [&](std::string_view marker, ModuleKind found) {
        const auto at = file.rfind(marker);
        if (at == std::string_view::npos) return false;
        rest = file.substr(at + marker.size());
        kind = found;
        return true;
    };
    if (!after("/site-packages/", ModuleKind::SitePackages) && !after("/dist-packages/", ModuleKind::SitePackages)) {
        const auto lib = file.rfind("/lib/python");
        const auto slash = lib == std::string_view::npos ? lib : file.find('/', lib + 11);
        if (slash != std::string_view::npos) {
            rest = file.substr(slash + 1);
            kind = ModuleKind::StandardLibrary;
        }
    }
    if (kind == ModuleKind::Own) {
        const auto slash = rest.rfind('/');
        if (slash != std::string_view::npos) rest = rest.substr(slash + 1);
    } else {
        rest = rest.substr(0, rest.find('/'));
    }
    const auto dot = rest.rfind('.');
    return {dot == std::string_view::npos || dot == 0 ? rest : rest.substr(0, dot), kind};
}

}  // namespace heapprof
