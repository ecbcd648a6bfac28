// Turns the stack of the calling thread into the number of a trace.
#pragma once

#include <array>

#include "collector/mapped_map.h"
#include "collector/python_frames.h"
#include "collector/text_pool.h"
#include "core/capture/metadata_writer.h"
#include "core/units.h"

namespace heapprof {

/// All stacks of a recording are one tree, whose nodes are frames: a function, and a line in it. A walk gathers the
/// frames' code objects and instructions, compares them with the same thread's last walk, and looks up only what
/// follows the first difference from the outermost inwards.
///
/// Code objects are known by their address, which may be used again once they are gone: forget() must be called before
/// a code object dies. Frames of one that is dying are left out. The owner locks.
class StackTable {
public:
    /// The trace of the thread's present stack; without a Python thread, one with no frames. What is new is written to
    /// `metadata` before this returns.
    TraceIndex current(ThreadIndex thread, Domain domain, PyThreadState* python, MetadataWriter& metadata) noexcept;

    void forget(PyCodeObject* code) noexcept;

    static constexpr std::size_t kMaxHidden = 16;
    /// From now on a stack that begins, from the outermost frame, with these functions is shown without them: they
    /// belong to the profiler's command line. The caller keeps them alive.
    void hideRoot(const PyCodeObject* const* codes, std::size_t count) noexcept;

private:
    struct CodeKey {
        PyCodeObject* code;

        bool operator==(const CodeKey&) const = default;
        std::uint64_t hash() const { return mix(reinterpret_cast<std::uintptr_t>(code)); }
    };
    struct FunctionKey {
        std::uint32_t file, name, firstLine, present;  // present: 1, so that no key is empty

        bool operator==(const FunctionKey&) const = default;
        std::uint64_t hash() const { return mix(mix(std::uint64_t{file} << 32 | name) + firstLine); }
    };
    struct NodeKey {
        std::uint32_t parent, function, line;  // functions start at 1

        bool operator==(const NodeKey&) const = default;
        std::uint64_t hash() const { return mix(mix(std::uint64_t{parent} << 32 | function) + line); }
    };
    struct TraceKey {
        std::uint32_t node, thread;  // threads start at 1
        Domain domain;

        bool operator==(const TraceKey&) const = default;
        std::uint64_t hash() const {
            return mix((std::uint64_t{node} << 32 | thread) + (static_cast<std::uint64_t>(domain) << 62));
        }
    };
    /// A node that was found before: the frame `mark` below `parent`, as long as no known code object died; and the
    /// trace of the last thread that had it as its innermost.
    struct KnownNode {
        FrameMark mark;
        std::uint64_t generation;
        NodeIndex parent;
        NodeIndex node;
        TraceIndex trace;
        std::uint32_t thread;  // 0: none
        Domain domain;
    };
    /// What a thread's last walk found. Threads share these by number: the owner of one is checked, never assumed.
    struct Walk {
        std::uint32_t thread = 0;
        Domain domain = Domain::Python;
        std::uint64_t generation = 0;
        std::size_t depth = 0;
        MappedArray<FrameMark> marks;  // innermost first
        MappedArray<NodeIndex> nodes;  // after each frame, outermost first
        TraceIndex trace;
    };

    KnownNode& knownNode(const FrameMark& mark, NodeIndex parent) {
        constexpr unsigned kBits = 13;
        static_assert(kNodes == std::size_t{1} << kBits);
        const std::uint64_t frame = mark.place + reinterpret_cast<std::uintptr_t>(mark.code);
        return m_knownNodes[(frame * 0x9E3779B97F4A7C15u ^ parent.value * 0xBF58476D1CE4E5B9u) >> (64 - kBits)];
    }
    TraceIndex gathered(Walk& walk, ThreadIndex thread, Domain domain, PyThreadState* python,
                        MetadataWriter& metadata) noexcept;
    FunctionIndex functionOf(PyCodeObject* code, MetadataWriter& metadata) noexcept;
    TraceIndex traceOf(NodeIndex node, ThreadIndex thread, Domain domain, MetadataWriter& metadata) noexcept;
    TraceIndex define(ThreadIndex thread, Domain domain, NodeIndex parent, std::size_t count,
                      MetadataWriter& metadata) noexcept;

    static constexpr std::size_t kWalks = 64;
    static constexpr std::size_t kNodes = 8192;

    MappedMap<CodeKey, FunctionIndex> m_codes;
    MappedMap<FunctionKey, FunctionIndex> m_functions;
    MappedMap<NodeKey, NodeIndex> m_nodes;
    MappedMap<TraceKey, TraceIndex> m_traces;
    TextPool m_texts;
    MappedArray<KnownNode> m_knownNodes;  // kNodes of them, each in the one place its key allows
    MappedArray<char> m_encoded;
    MappedArray<FrameMark> m_marks;                  // of the present walk
    MappedArray<MetadataWriter::Frame> m_newFrames;  // of the present walk, outermost first
    std::array<Walk, kWalks> m_walks;
    std::array<const PyCodeObject*, kMaxHidden> m_hidden{};
    std::size_t m_hiddenCount = 0;
    std::uint64_t m_generation = 1;  // changes when a known code object dies
    bool m_unknownCode = false;      // there was no memory to know one: any death may concern us
};

}  // namespace heapprof
