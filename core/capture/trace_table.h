// Every stack trace of a capture: strings, functions, frames, lines and the tree of stacks, as columns of 4-byte ids.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/capture/chunk.h"
#include "core/capture/pair_index.h"
#include "core/units.h"

namespace heapprof {

struct Function {
    StringIndex file;
    StringIndex name;  ///< qualified where the interpreter has it; empty in version 1, which stores none
    std::uint32_t firstLine = 0;

    bool operator==(const Function&) const = default;
};

/// A function at one of its lines; line 0 is "not known".
struct Frame {
    FunctionIndex function;
    std::uint32_t line = 0;

    bool operator==(const Frame&) const = default;
};

/// A line of code, as views select it.
struct Line {
    StringIndex file;
    std::uint32_t line = 0;

    bool operator==(const Line&) const = default;
};

/// One frame of the tree of stacks, below its caller. The parent's index is smaller than the node's own.
struct TraceNode {
    NodeIndex parent;
    FrameIndex frame;
};

struct Trace {
    NodeIndex leaf;  ///< innermost frame; 0 (the root) when no stack is known
    ThreadIndex thread;
    Domain domain = Domain::Python;
};

/// What a program says of the work in which a trace allocates, as "request" = "/cart"; of asyncio "task" = its name.
struct Label {
    StringIndex name, value;

    bool operator==(const Label&) const = default;
};

struct ThreadInfo {
    std::uint64_t nativeId = 0;
    std::string name;
    Micros firstEvent;  ///< 0 when it is not known
};

/// Filled by a metadata reader, then published as shared_ptr<const TraceTable>, safe from any thread. Indices from a
/// file are checked by the reader before they come here.
class TraceTable {
public:
    TraceTable();

    /// Valid traces are 1 to traceCount(); 0 is the unknown trace, with no frames.
    std::size_t traceCount() const { return m_traces.size() - 1; }
    std::size_t nodeCount() const { return m_nodes.size(); }  ///< root included
    std::size_t frameCount() const { return m_frames.size(); }
    std::size_t lineCount() const { return m_lines.size(); }
    std::size_t functionCount() const { return m_functions.size(); }  ///< function 0, the nameless one, included
    std::size_t stringCount() const { return m_strings.size(); }      ///< the empty string 0 included
    std::size_t threadCount() const { return m_threads.size(); }      ///< thread 0, "not known", included

    /// An index above traceCount() is the unknown trace too.
    const Trace& trace(TraceIndex index) const { return m_traces[index.value < m_traces.size() ? index.value : 0]; }
    const TraceNode& node(NodeIndex index) const { return m_nodes[index.value]; }
    const Frame& frame(FrameIndex index) const { return m_frames[index.value]; }
    const Function& function(FunctionIndex index) const { return m_functions[index.value]; }
    const Line& line(LineIndex index) const { return m_lines[index.value]; }
    LineIndex lineOf(FrameIndex index) const { return m_lineOfFrame[index.value]; }
    const std::string& string(StringIndex index) const { return m_strings[index.value]; }
    const ThreadInfo& thread(ThreadIndex index) const {
        return m_threads[index.value < m_threads.size() ? index.value : 0];
    }

    /// Index 0 is the set without labels; 1 if there are none.
    std::size_t labelSetCount() const { return m_labelSets.size(); }
    const std::vector<Label>& labelSet(LabelSetIndex index) const { return m_labelSets[index.value]; }
    LabelSetIndex labelsOf(TraceIndex index) const {
        return index.value < m_labelsOfTrace.size() ? m_labelsOfTrace[index.value] : LabelSetIndex();
    }
    /// The value of the trace's label of that name; null: it has none.
    const std::string* findLabel(TraceIndex index, std::string_view name) const;
    /// The names that labels have, in the order of their first use.
    std::vector<std::string> labelNames() const;

    const std::string& file(LineIndex index) const { return string(line(index).file); }
    const std::string& file(FrameIndex index) const { return string(function(frame(index).function).file); }
    const std::string& functionName(FrameIndex index) const { return string(function(frame(index).function).name); }

    /// Whether the stack goes on below its innermost known frame: see unknown_frames.h.
    bool isCut(TraceIndex index) const;
    /// Outermost frame first; empty when no stack is known.
    std::vector<FrameIndex> frames(TraceIndex index) const;
    /// Looks through all lines.
    std::optional<LineIndex> findLine(std::string_view file, std::uint32_t line) const;

protected:
    std::vector<std::string> m_strings;
    std::vector<Function> m_functions;
    std::vector<Frame> m_frames;
    std::vector<LineIndex> m_lineOfFrame;
    std::vector<Line> m_lines;
    std::vector<TraceNode> m_nodes;
    std::vector<Trace> m_traces;
    std::vector<ThreadInfo> m_threads;
    std::vector<std::vector<Label>> m_labelSets;
    std::vector<LabelSetIndex> m_labelsOfTrace;  // up to the last trace that has some
};

/// A table that grows, and what finds an equal entry in it. A copy of the TraceTable alone is one to publish.
class TraceTableBuilder : public TraceTable {
public:
    TraceTableBuilder();

    /// The index of an equal string or function, added when it is new.
    StringIndex internString(std::string_view text);
    FunctionIndex internFunction(const Function& function);
    FrameIndex internFrame(const Frame& frame);
    NodeIndex addNode(NodeIndex parent, FrameIndex frame);
    /// The child of `parent` that is `frame`, added when it is new.
    NodeIndex internNode(NodeIndex parent, FrameIndex frame);
    TraceIndex addTrace(const Trace& trace);
    /// Makes traceCount() at least `count` by adding traces without a stack, for those lost with a damaged chunk.
    void padTraces(std::size_t count);
    ThreadIndex addThread(ThreadInfo thread);
    LabelSetIndex addLabelSet(std::vector<Label> labels);
    void setLabels(TraceIndex trace, LabelSetIndex labels);
    /// For an index below threadCount().
    void replaceThread(ThreadIndex index, ThreadInfo thread) { m_threads[index.value] = std::move(thread); }

private:
    struct FunctionHash {
        std::size_t operator()(const Function& f) const {
            constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15u;
            return ((std::uint64_t{f.file.value} << 32 | f.name.value) + f.firstLine * kOdd) * kOdd >> 7;
        }
    };

    std::unordered_map<std::string, std::uint32_t> m_stringIndex;
    std::unordered_map<Function, std::uint32_t, FunctionHash> m_functionIndex;
    PairIndex m_frameIndex;  // (function, line)
    PairIndex m_lineIndex;   // (file, line)
    PairIndex m_nodeIndex;   // (parent, frame), of internNode
};

}  // namespace heapprof
