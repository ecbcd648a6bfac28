#include "collector/recording/stack_table.h"

#include <algorithm>
#include <span>

namespace heapprof {

TraceIndex StackTable::current(const TraceOrigin& unowned, PyThreadState* python, MetadataWriter& metadata) noexcept {
    const OwnedOrigin origin = owned(unowned);
    Walk& walk = m_walks[origin.thread.value % kWalks];
    FrameMark innermost;
    if (walk.thread == origin.thread.value && walk.generation == m_generation && python && framesUnderstood() &&
        callersAreAsBefore(python, {walk.marks.data(), walk.depth}, walk.chunks.running(), innermost)) [[likely]] {
        const std::size_t callers = walk.depth - 1;
        if (innermost == walk.marks[callers] && origin.owner == walk.owner) return walk.trace;
        const NodeIndex parent = callers > 0 ? walk.nodes[callers - 1] : NodeIndex();
        const KnownNode& known = knownNode(innermost, parent);
        if (callers >= m_hiddenCount && known.mark == innermost && known.parent == parent &&
            known.generation == m_generation && known.owner == origin.owner) {
            walk.marks[callers] = innermost;
            walk.owner = origin.owner;
            walk.nodes[callers] = known.node;
            return walk.trace = known.trace;
        }
    }
    return gathered(walk, origin, python, metadata);
}

StackTable::OwnedOrigin StackTable::labelled(const TraceOrigin& origin) noexcept {
    constexpr StackTree::Owner kLabelled = 1u << 31;  // more than threads, shifted, ever come to
    std::uint32_t number = m_labelled.find(origin);
    if (number == 0) number = m_labelled.add(origin);
    return number != 0 ? OwnedOrigin{origin, kLabelled | number}
                       : owned({origin.thread, origin.domain, {}});  // there is no memory
}

[[gnu::noinline]] TraceIndex StackTable::gathered(Walk& walk, const OwnedOrigin& origin, PyThreadState* python,
                                                  MetadataWriter& metadata) noexcept {
    const bool isOurs = walk.thread == origin.thread.value && walk.generation == m_generation;
    const RunningFrame running = isOurs ? walk.chunks.running() : RunningFrame();
    m_gathered.clear();
    if (python && framesUnderstood()) gatherFrames(python, running, m_gathered);
    const std::size_t depth = m_gathered.depth;
    if (isOurs && depth == 0 && walk.depth == 0 && origin.owner == walk.owner) return walk.trace;
    std::size_t same = m_gathered.known;
    const auto markAt = [&](std::size_t fromRoot) -> const FrameMark& {
        return fromRoot < m_gathered.known ? walk.marks[fromRoot] : m_gathered.marks[depth - 1 - fromRoot];
    };
    if (isOurs)
        while (same < std::min(depth, walk.depth) && markAt(same) == walk.marks[same]) ++same;
    // Invalid until the walk is complete.
    walk.thread = 0;
    if (!walk.nodes.reserve(depth) || !m_newLocations.reserve(depth) || !m_knownNodes.reserve(kNodes)) return {};
    std::size_t hidden = 0;
    while (hidden < std::min(depth, m_hiddenCount) && markAt(hidden).code == m_hidden[hidden]) ++hidden;

    NodeIndex node = same > 0 ? walk.nodes[same - 1] : NodeIndex();
    std::size_t known = depth;  // number of outermost frames whose nodes are in the tree, or kCut
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
        // A node below a cut does not identify the cut.
        innermost = i + 1 == depth && node != kCut ? &before : nullptr;
        if (newFrames == 0 && before.mark == mark && before.parent == node && before.generation == m_generation) {
            walk.nodes[i] = node = before.node;
            continue;
        }
        if (!isComplete(mark)) {
            innermost = nullptr;
            continue;
        }
        const NodeIndex parent = node;
        if (node != kCut) {
            const std::uint32_t location = locationOf(mark, metadata);
            if (location == 0) return withoutMemory(walk, std::min(known, i), origin, metadata);
            node = newFrames > 0 ? NodeIndex() : m_tree.child(parent, location);
            if (node.value == 0 && newFrames == 0 && !hasRoomFor(depth - i)) node = kCut;
            if (node.value == 0) {
                if (newFrames == 0) known = i;
                m_newLocations[newFrames++] = location;
                node = NodeIndex(m_tree.nodeCount() + static_cast<std::uint32_t>(newFrames));
            }
        }
        walk.nodes[i] = node;
        before = {mark, m_generation, parent, node, {}, 0};
    }
    if (newFrames > 0) {
        const NodeIndex parent = known > 0 ? walk.nodes[known - 1] : NodeIndex();
        walk.trace = define(parent, {m_newLocations.data(), newFrames}, origin, metadata);
    } else {
        walk.trace = node == kCut ? cutTrace(walk, depth, origin, metadata) : traceOf(walk, depth, origin, metadata);
    }
    if (walk.trace.value == 0) return withoutMemory(walk, known, origin, metadata);
    if (innermost) {
        innermost->trace = walk.trace;
        innermost->owner = origin.owner;
    }
    if (!whole || !walk.marks.reserve(depth)) return walk.trace;
    for (std::size_t i = same; i < depth; ++i) walk.marks[i] = m_gathered.marks[depth - 1 - i];
    walk.chunks.cutAt(m_gathered.known);
    for (std::size_t i = m_gathered.chunkCount; i-- > 0;) walk.chunks.add(m_gathered.chunks[i]);
    walk.depth = depth;
    walk.owner = origin.owner;
    walk.generation = m_generation;
    walk.thread = origin.thread.value;
    return walk.trace;
}

/// A trace of the `known` outermost frames. Invalidates all walks and known nodes: they may name nodes that are not in
/// the tree.
[[gnu::noinline, gnu::cold]] TraceIndex StackTable::withoutMemory(Walk& walk, std::size_t known,
                                                                  const OwnedOrigin& origin,
                                                                  MetadataWriter& metadata) noexcept {
    ++m_generation;
    return walk.trace = cutTrace(walk, known, origin, metadata);
}

/// The trace of the walk's innermost node. Requires that the node is in the tree.
TraceIndex StackTable::traceOf(const Walk& walk, std::size_t depth, const OwnedOrigin& origin,
                               MetadataWriter& metadata) noexcept {
    const NodeIndex node = depth > 0 ? walk.nodes[depth - 1] : NodeIndex();
    if (const TraceIndex found = m_tree.trace(node, origin.owner); found.value != 0) return found;
    if (node.value == 0 || hasRoomForCut()) return define(node, {}, origin, metadata);
    return cutTrace(walk, depth - 1, origin, metadata);
}

/// The trace of a stack cut at the longest part of the walk's `frames` outermost frames that has such a trace, or may
/// get one. The empty part always may; there are at most as many of these as threads.
[[gnu::noinline]] TraceIndex StackTable::cutTrace(const Walk& walk, std::size_t frames, const OwnedOrigin& origin,
                                                  MetadataWriter& metadata) noexcept {
    while (frames > 0 && walk.nodes[frames - 1] == kCut) --frames;
    const std::uint32_t location = cutLocation(metadata);
    if (location == 0) return {};
    const bool hasRoom = hasRoomForCut();
    for (;; --frames) {
        const NodeIndex parent = frames > 0 ? walk.nodes[frames - 1] : NodeIndex();
        const NodeIndex node = m_tree.child(parent, location);
        if (node.value != 0)
            if (const TraceIndex found = m_tree.trace(node, origin.owner); found.value != 0) return found;
        if (frames > 0 && !hasRoom) continue;
        const std::span<const std::uint32_t> locations(&location, node.value == 0 ? 1 : 0);
        return define(node.value == 0 ? parent : node, locations, origin, metadata);
    }
}

/// Adds a trace; returns 0 when there is no memory.
TraceIndex StackTable::define(NodeIndex parent, std::span<const std::uint32_t> locations, const OwnedOrigin& origin,
                              MetadataWriter& metadata) noexcept {
    if (!m_tree.reserve(locations.size()) || !m_newFrames.reserve(locations.size())) return {};
    for (std::size_t i = 0; i < locations.size(); ++i) {
        const Location& location = m_locations[locations[i]];
        m_newFrames[i] = {location.function, location.line};
    }
    const TraceIndex trace =
        metadata.trace(origin.thread, origin.domain, parent, {m_newFrames.data(), locations.size()});
    if (origin.labels.value != 0) metadata.labels(trace, origin.labels);
    return m_tree.add(parent, locations, origin.owner);
}

std::uint32_t StackTable::locationOf(const FrameMark& mark, MetadataWriter& metadata) noexcept {
    const FunctionIndex function = functionOf(mark.code, metadata);
    if (function.value == 0) return 0;
    const FunctionKey& key = m_functions[function.value];
    return intern({function, key.firstLine == 0 && key.name == m_otherName ? 0 : lineOf(mark)});
}

std::uint32_t StackTable::intern(const Location& location) noexcept {
    const std::uint32_t found = m_locations.find(location);
    return found != 0 ? found : m_locations.add(location);
}

std::uint32_t StackTable::cutLocation(MetadataWriter& metadata) noexcept {
    if (m_cutLocation != 0) return m_cutLocation;
    const FunctionIndex function = intern({{}, m_texts.intern(kDeeperFrames, metadata), 0}, metadata);
    return m_cutLocation = function.value != 0 ? intern({function, 0}) : 0;
}

FunctionIndex StackTable::functionOf(PyCodeObject* code, MetadataWriter& metadata) noexcept {
    if (const FunctionIndex* found = m_codes.find({code})) return *found;
    if (!m_encoded.reserve(kMaxEncoded)) return {};
    const bool isFull = m_functions.count() >= m_maxFunctions;
    const auto numberOf = [&](PyObject* object, StringIndex& number) {
        const std::string_view text = encode(object, m_encoded.data());
        number = isFull ? m_texts.find(text) : m_texts.intern(text, metadata);
        return number.value != 0 || text.empty();
    };
    FunctionKey key{{}, {}, static_cast<std::uint32_t>(std::max(0, code->co_firstlineno))};
    const bool hasFile = numberOf(code->co_filename, key.file);
    const bool hasName = numberOf(nameOf(code), key.name);
    const bool isNamed = hasFile && hasName;
    if (!isNamed && !isFull) return {};
    FunctionIndex function(isNamed ? m_functions.find(key) : 0);
    if (function.value == 0) function = isFull ? otherFunction(key.file, metadata) : intern(key, metadata);
    if (function.value != 0 && !m_codes.insert({code}, function)) m_unknownCode = true;
    return function;
}

/// The function that stands for all further ones of the file; file 0: of all further files.
FunctionIndex StackTable::otherFunction(StringIndex file, MetadataWriter& metadata) noexcept {
    m_otherName = m_texts.intern(kOtherFunctions, metadata);
    const FunctionKey key{file, m_otherName, 0};
    const FunctionIndex found(m_functions.find(key));
    return found.value != 0 || m_otherName.value == 0 ? found : intern(key, metadata);
}

/// Requires that the function is not known yet. 0: there is no memory.
FunctionIndex StackTable::intern(const FunctionKey& key, MetadataWriter& metadata) noexcept {
    return m_functions.add(key) != 0 ? metadata.function(key.file, key.name, key.firstLine) : FunctionIndex();
}

void StackTable::limitTo(std::uint32_t traces) noexcept {
    constexpr std::uint32_t kMinFunctions = 1024;
    m_maxTraces = std::min(traces, kMaxLimit);
    m_maxFunctions = std::max(m_maxTraces / 8, kMinFunctions);
}

void StackTable::useRule(std::uint32_t number) noexcept {
    m_tree.useRule(number);
    ++m_generation;  // what is remembered of walks is of the rule in force
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
