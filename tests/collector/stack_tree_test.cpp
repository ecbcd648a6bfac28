// The tree of stacks against maps: rows that share their beginnings, traces that end within them, owners.
#include "collector/recording/stack_tree.h"

#include <QtTest>
#include <map>
#include <random>
#include <vector>

#include "collector/memory/mapped_map.h"

using namespace heapprof;

namespace {

constexpr StackTree::Owner kOwner = 5;

/// A tree and the maps that it must equal.
class Checked {
public:
    /// The trace of the stack, added with the nodes that are missing.
    TraceIndex trace(const std::vector<std::uint32_t>& stack, StackTree::Owner owner) {
        NodeIndex node;
        std::size_t depth = 0;
        for (; depth < stack.size(); ++depth) {
            const NodeIndex child = m_tree.child(node, stack[depth]);
            const auto expected = m_nodes.find({node.value, stack[depth]});
            m_agrees &= child.value == (expected == m_nodes.end() ? 0 : expected->second);
            if (child.value == 0) break;
            node = child;
        }
        if (depth == stack.size()) {
            const TraceIndex found = m_tree.trace(node, owner);
            const auto expected = m_traces.find({node.value, owner});
            m_agrees &= found.value == (expected == m_traces.end() ? 0 : expected->second);
            if (found.value != 0) return found;
        }
        const std::span<const std::uint32_t> missing = std::span(stack).subspan(depth);
        m_agrees &= m_tree.reserve(missing.size());
        const TraceIndex added = m_tree.add(node, missing, owner);
        for (const std::uint32_t place : missing) {
            const auto next = static_cast<std::uint32_t>(m_nodes.size() + 1);
            m_nodes[{node.value, place}] = next;
            node = NodeIndex(next);
        }
        m_traces[{node.value, owner}] = static_cast<std::uint32_t>(m_traces.size() + 1);
        m_agrees &= added.value == m_traces.size() && m_tree.traceCount() == m_traces.size() &&
                    m_tree.nodeCount() == m_nodes.size();
        return added;
    }

    bool agrees() const { return m_agrees; }
    std::size_t traces() const { return m_traces.size(); }

private:
    using Pair = std::pair<std::uint32_t, std::uint32_t>;

    StackTree m_tree;
    std::map<Pair, std::uint32_t> m_nodes, m_traces;
    bool m_agrees = true;
};

struct Key {
    std::uint32_t value;

    bool operator==(const Key&) const = default;
    std::uint64_t hash() const { return mix(value % 1000); }  // many collide
};

}  // namespace

class StackTreeTest : public QObject {
    Q_OBJECT

private slots:
    void randomStacksOfAllDepths() {
        std::mt19937 random(1);
        Checked checked;
        std::vector<std::vector<std::uint32_t>> stacks;
        for (int i = 0; i < 50'000; ++i) {
            std::vector<std::uint32_t> stack(random() % 30);
            for (std::uint32_t& place : stack) place = 1 + random() % 3;
            checked.trace(stack, 4 + random() % 3);
            if (i % 10 == 0) stacks.push_back(stack);
        }
        QVERIFY(checked.agrees());
        const std::size_t before = checked.traces();
        for (const auto& stack : stacks) checked.trace(stack, 4);
        for (const auto& stack : stacks) checked.trace(stack, 4);
        QVERIFY(checked.agrees() && checked.traces() > before && checked.traces() <= before + stacks.size());
    }

    void aStackThatEndsWithinAnother() {
        Checked checked;
        const TraceIndex deep = checked.trace({1, 2, 3, 4}, kOwner);
        const TraceIndex within = checked.trace({1, 2}, kOwner);
        const TraceIndex beside = checked.trace({1, 2, 4}, kOwner);
        const TraceIndex none = checked.trace({}, kOwner);
        QCOMPARE(checked.trace({1, 2, 3, 4}, kOwner), deep);
        QCOMPARE(checked.trace({1, 2}, kOwner), within);
        QCOMPARE(checked.trace({1, 2, 4}, kOwner), beside);
        QCOMPARE(checked.trace({}, kOwner), none);
        QCOMPARE(checked.traces(), std::size_t{4});
        QVERIFY(checked.agrees());
    }

    /// The node numbered after a row's last one is another row's first: no child of the one before.
    void rowsThatFollowEachOther() {
        Checked checked;
        checked.trace({1, 2}, kOwner);
        checked.trace({3}, kOwner);
        checked.trace({1, 2, 3}, kOwner);
        QVERIFY(checked.agrees());
    }

    void ownersAreToldApart() {
        Checked checked;
        const TraceIndex first = checked.trace({1, 2}, 4);
        QVERIFY(checked.trace({1, 2}, 5) != first);
        QCOMPARE(checked.trace({1, 2}, 4), first);
        QVERIFY(checked.agrees());
    }

    void keysWithOneHash() {
        MappedNumbering<Key> numbers;
        for (std::uint32_t value = 0; value < 20'000; ++value) {
            QCOMPARE(numbers.find({value}), 0u);
            QCOMPARE(numbers.add({value}), value + 1);
        }
        for (std::uint32_t value = 0; value < 20'000; ++value) QCOMPARE(numbers.find({value}), value + 1);
        QCOMPARE(numbers.find({20'000}), 0u);
    }
};

QTEST_APPLESS_MAIN(StackTreeTest)
#include "stack_tree_test.moc"
