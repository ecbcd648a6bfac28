#include "collector/stack_table.h"

#include <algorithm>
#include <span>

namespace heapprof {

TraceIndex StackTable::current(ThreadIndex thread, Domain domain, PyThreadState* python,
                               MetadataWriter& metadata) noexcept {
    Walk& walk = m_walks[thread.value % kWalks];
    FrameMark innermost;
    if (walk.thread == thread.value && walk.generation == m_generation && python && framesUnderstood() &&
        callersAreAsBefore(python, {walk.marks.data(), walk.depth}, innermost)) [[likely]] {
        if (innermost == walk.marks[0] && domain == walk.domain) return walk.trace;
        const std::size_t callers = walk.depth - 1;
        const NodeIndex parent = callers > 0 ? walk.nodes[callers - 1] : NodeIndex();
        const KnownNode& known = knownNode(innermost, parent);
        if (callers >= m_hiddenCount && known.mark == innermost && known.parent == parent &&
            known.generation == m_generation && known.thread == thread.value && known.domain == domain) {
            walk.marks[0] = innermost;
            walk.domain = domain;
            walk.nodes[callers] = known.node;
            return walk.trace = known.trace;
        }
    }
    return gathered(walk, thread, domain, python, metadata);
}

[[gnu::noinline]] TraceIndex StackTable::gathered(Walk& walk, ThreadIndex thread, Domain domain, PyThreadState* python,
                                                  MetadataWriter& metadata) noexcept {
    const bool isOurs = walk.thread == thread.value && walk.generation == m_generation;
    const std::size_t depth = python && framesUnderstood() ? gatherFrames(python, m_marks) : 0;
    if (isOurs && depth == 0 && walk.depth == 0 && domain == walk.domain) return walk.trace;
    std::size_t same = 0;
    if (isOurs)
        while (same < std::min(depth, walk.depth) && m_marks[depth - 1 - same] == walk.marks[walk.depth - 1 - same])
            ++same;
    // Until the walk is whole again it must not be believed.
    walk.thread = 0;
    if (!walk.nodes.reserve(depth) || !m_newFrames.reserve(depth) || !m_knownNodes.reserve(kNodes)) return {};
    const auto markAt = [&](std::size_t fromRoot) -> const FrameMark& { return m_marks[depth - 1 - fromRoot]; };
    std::size_t hidden = 0;
    while (hidden < std::min(depth, m_hiddenCount) && markAt(hidden).code == m_hidden[hidden]) ++hidden;

    NodeIndex node = same > 0 ? walk.nodes[same - 1] : NodeIndex();
    NodeIndex parentOfNew;
    std::size_t newFrames = 0;
    bool whole = true;
    KnownNode* innermost = nullptr;
    for (std::size_t i = same; i < depth; ++i) {
        const FrameMark& mark = markAt(i);
        walk.nodes[i] = node;
        if (i < hidden) continue;
        if (isDying(mark.code)) {
            whole = false;
            continue;
        }
        KnownNode& before = knownNode(mark, node);
        innermost = i + 1 == depth ? &before : nullptr;
        if (newFrames == 0 && before.mark == mark && before.parent == node && before.generation == m_generation) {
            walk.nodes[i] = node = before.node;
            continue;
        }
        if (!isComplete(mark)) {
            innermost = nullptr;
            continue;
        }
        const FunctionIndex function = functionOf(mark.code, metadata);
        const std::uint32_t line = lineOf(mark);
        const NodeIndex* const child = newFrames > 0 ? nullptr : m_nodes.find({node.value, function.value, line});
        if (!child && newFrames == 0) parentOfNew = node;
        if (!child) m_newFrames[newFrames++] = {function, line};
        const NodeIndex parent = node;
        node = child ? *child : NodeIndex(metadata.nextNode().value + static_cast<std::uint32_t>(newFrames) - 1);
        walk.nodes[i] = node;
        before = {mark, m_generation, parent, node, {}, 0, {}};
    }
    walk.trace = newFrames > 0 ? define(thread, domain, parentOfNew, newFrames, metadata)
                               : traceOf(node, thread, domain, metadata);
    if (innermost) {
        innermost->trace = walk.trace;
        innermost->thread = thread.value;
        innermost->domain = domain;
    }
    if (!whole || !walk.marks.reserve(depth)) return walk.trace;
    std::copy_n(m_marks.data(), depth, walk.marks.data());
    walk.depth = depth;
    walk.domain = domain;
    walk.generation = m_generation;
    walk.thread = thread.value;
    return walk.trace;
}

TraceIndex StackTable::traceOf(NodeIndex node, ThreadIndex thread, Domain domain, MetadataWriter& metadata) noexcept {
    const TraceKey key{node.value, thread.value, domain};
    if (const TraceIndex* found = m_traces.find(key)) return *found;
    const TraceIndex trace = metadata.trace(thread, domain, node, {});
    m_traces.insert(key, trace);
    return trace;
}

/// A trace whose last `count` frames, in m_newFrames, are new below `parent`.
TraceIndex StackTable::define(ThreadIndex thread, Domain domain, NodeIndex parent, std::size_t count,
                              MetadataWriter& metadata) noexcept {
    std::uint32_t node = metadata.nextNode().value;
    const TraceIndex trace = metadata.trace(thread, domain, parent, std::span(m_newFrames.data(), count));
    for (std::size_t i = 0; i < count; ++i, ++node) {
        m_nodes.insert({parent.value, m_newFrames[i].function.value, m_newFrames[i].line}, NodeIndex(node));
        parent = NodeIndex(node);
    }
    m_traces.insert({parent.value, thread.value, domain}, trace);
    return trace;
}

FunctionIndex StackTable::functionOf(PyCodeObject* code, MetadataWriter& metadata) noexcept {
    if (const FunctionIndex* found = m_codes.find({code})) return *found;
    if (!m_encoded.reserve(kMaxEncoded)) return {};
    const StringIndex file = m_texts.intern(encode(code->co_filename, m_encoded.data()), metadata);
    const StringIndex name = m_texts.intern(encode(nameOf(code), m_encoded.data()), metadata);
    const FunctionKey key{file.value, name.value, static_cast<std::uint32_t>(std::max(0, code->co_firstlineno)), 1};
    const FunctionIndex* const found = m_functions.find(key);
    const FunctionIndex function = found ? *found : metadata.function(file, name, key.firstLine);
    if (!found) m_functions.insert(key, function);
    if (!m_codes.insert({code}, function)) m_unknownCode = true;
    return function;
}

void StackTable::forget(PyCodeObject* code) noexcept {
    if (m_codes.erase({code}) || m_unknownCode) ++m_generation;
}

void StackTable::hideRoot(const PyCodeObject* const* codes, std::size_t count) noexcept {
    m_hiddenCount = std::min(count, kMaxHidden);
    std::copy_n(codes, m_hiddenCount, m_hidden.data());
    ++m_generation;
}

}  // namespace heapprof
