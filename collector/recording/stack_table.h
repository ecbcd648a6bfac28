// Turns the stack of the calling thread into the number of a trace.
#pragma once

#include <array>
#include <span>

#include "collector/cpython/python_frames.h"
#include "collector/memory/mapped_index.h"
#include "collector/memory/mapped_map.h"
#include "collector/memory/text_pool.h"
#include "collector/recording/stack_tree.h"
#include "core/capture/metadata_writer.h"
#include "core/capture/unknown_frames.h"
#include "core/units.h"

namespace heapprof {

/// What traces of the same stack differ in.
struct TraceOrigin {
    ThreadIndex thread;
    Domain domain = Domain::Python;
    LabelSetIndex labels;

    bool operator==(const TraceOrigin&) const = default;
    std::uint64_t hash() const {
        return mix(mix(std::uint64_t{thread.value} << 32 | labels.value) + static_cast<std::uint64_t>(domain));
    }
};

/// All stacks of a recording form one tree, whose nodes are frames: a function and a line in it. A walk gathers the
/// frames' code objects and instructions, compares them with the same thread's last walk from the outermost frame
/// inwards, and looks up only the frames from the first difference on. What runs since then is not even looked at: see
/// StackChunks.
///
/// Code objects are known by their address, which may be used again after they die: forget() must be called before a
/// code object dies. Frames of a dying code object are left out. Functions stay known, as the same code may be compiled
/// again.
///
/// The table is bounded. Beyond the bound, and without memory, a new stack is cut: its trace is the longest known part,
/// from the outermost frame inwards, followed by a frame kDeeperFrames. When there are many cut stacks, new ones are
/// cut where others were cut before, in the end before the outermost frame. A new function is recorded as
/// kOtherFunctions of its file, or of no file when that is new as well.
///
/// The owner locks.
class StackTable {
public:
    /// The trace of the thread's current stack; without a Python thread, a trace without frames. Writes what is new to
    /// `metadata`.
    TraceIndex current(const TraceOrigin& origin, PyThreadState* python, MetadataWriter& metadata) noexcept;

    /// Cuts new stacks when there are `traces` of them, or 16 nodes for each. At most a quarter as many cut ones
    /// follow. There are at most `traces` / 8 functions, or 1024 if that is more.
    void limitTo(std::uint32_t traces) noexcept;
    static constexpr std::uint32_t kMaxLimit = 1u << 25;

    /// New traces from here on, also of stacks that are known: those of the sampling rule with this number, below
    /// StackTree::kMaxRules; 0 at first. A number that was used before has its traces again.
    void useRule(std::uint32_t number) noexcept;

    /// The number that a text has in the capture, as those of files and functions have; 0: none.
    StringIndex numberOf(std::string_view text) const noexcept { return m_texts.find(text); }

    /// To be called before a code object dies.
    void forget(PyCodeObject* code) noexcept;
    /// To be called before the interpreter gives memory back that may have held frames.
    void givesBack(const void* memory) noexcept {
        for (Walk& walk : m_walks) walk.chunks.goes(memory);
    }

    static constexpr std::size_t kMaxHidden = 32;
    /// Leaves these functions, below which recording began, out of stacks whose outermost frames they are. The caller
    /// keeps them alive.
    void hideRoot(const PyCodeObject* const* codes, std::size_t count) noexcept;

private:
    struct CodeKey {
        PyCodeObject* code;

        bool operator==(const CodeKey&) const = default;
        std::uint64_t hash() const { return mix(reinterpret_cast<std::uintptr_t>(code)); }
    };
    struct FunctionKey {
        StringIndex file, name;
        std::uint32_t firstLine;

        bool operator==(const FunctionKey&) const = default;
        std::uint64_t hash() const { return mix(mix(std::uint64_t{file.value} << 32 | name.value) + firstLine); }
    };
    /// The location of a node of the tree.
    struct Location {
        FunctionIndex function;
        std::uint32_t line;

        bool operator==(const Location&) const = default;
        std::uint64_t hash() const { return mix(std::uint64_t{function.value} << 32 | line); }
    };
    /// An origin and the number that stands for it in the tree.
    struct OwnedOrigin : TraceOrigin {
        StackTree::Owner owner;
    };
    /// Stands for a node of a stack that was cut above.
    static constexpr NodeIndex kCut{0xffffffff};
    /// A node that was found before: the frame `mark` below `parent`. Valid until a known code object dies. Also the
    /// trace of the last thread that had it as its innermost frame.
    struct KnownNode {
        FrameMark mark;
        std::uint64_t generation;
        NodeIndex parent;
        NodeIndex node;
        TraceIndex trace;
        StackTree::Owner owner;  // 0: none
    };
    /// The result of a thread's last walk. Several threads may share one: check `thread`.
    struct Walk {
        std::uint32_t thread = 0;
        StackTree::Owner owner = 0;
        std::uint64_t generation = 0;
        std::size_t depth = 0;
        MappedArray<FrameMark> marks;  // outermost first
        MappedArray<NodeIndex> nodes;  // after each of them
        StackChunks chunks;            // in which they are
        TraceIndex trace;
    };

    KnownNode& knownNode(const FrameMark& mark, NodeIndex parent) {
        constexpr unsigned kBits = 13;
        static_assert(kNodes == std::size_t{1} << kBits);
        const std::uint64_t frame = mark.location + reinterpret_cast<std::uintptr_t>(mark.code);
        return m_knownNodes[(frame * 0x9E3779B97F4A7C15u ^ parent.value * 0xBF58476D1CE4E5B9u) >> (64 - kBits)];
    }
    /// One number for each origin: of the domain and the thread, or, with labels, as they come.
    OwnedOrigin owned(const TraceOrigin& origin) noexcept {
        constexpr unsigned kDomainBits = 2;
        if (origin.labels.value != 0) [[unlikely]]
            return labelled(origin);
        return {origin, origin.thread.value << kDomainBits | static_cast<std::uint32_t>(origin.domain)};
    }
    OwnedOrigin labelled(const TraceOrigin& origin) noexcept;
    TraceIndex gathered(Walk& walk, const OwnedOrigin& origin, PyThreadState* python,
                        MetadataWriter& metadata) noexcept;
    FunctionIndex functionOf(PyCodeObject* code, MetadataWriter& metadata) noexcept;
    FunctionIndex intern(const FunctionKey& key, MetadataWriter& metadata) noexcept;
    FunctionIndex otherFunction(StringIndex file, MetadataWriter& metadata) noexcept;
    /// The number of the frame's location; 0: there is no memory.
    std::uint32_t locationOf(const FrameMark& mark, MetadataWriter& metadata) noexcept;
    std::uint32_t cutLocation(MetadataWriter& metadata) noexcept;
    std::uint32_t intern(const Location& location) noexcept;
    bool hasRoomFor(std::size_t newNodes) const {
        return m_tree.traceCount() < m_maxTraces && m_tree.nodeCount() + newNodes <= std::uint64_t{m_maxTraces} * 16;
    }
    bool hasRoomForCut() const { return m_tree.traceCount() < m_maxTraces + m_maxTraces / 4; }
    TraceIndex define(NodeIndex parent, std::span<const std::uint32_t> locations, const OwnedOrigin& origin,
                      MetadataWriter& metadata) noexcept;
    TraceIndex cutTrace(const Walk& walk, std::size_t frames, const OwnedOrigin& origin,
                        MetadataWriter& metadata) noexcept;
    TraceIndex withoutMemory(Walk& walk, std::size_t known, const OwnedOrigin& origin,
                             MetadataWriter& metadata) noexcept;
    TraceIndex traceOf(const Walk& walk, std::size_t depth, const OwnedOrigin& origin,
                       MetadataWriter& metadata) noexcept;

    static constexpr std::size_t kWalks = 64;
    static constexpr std::size_t kNodes = 8192;

    MappedMap<CodeKey, FunctionIndex> m_codes;
    MappedNumbering<FunctionKey> m_functions;  // as the capture numbers them
    MappedNumbering<Location> m_locations;
    MappedNumbering<TraceOrigin> m_labelled;
    StackTree m_tree;
    TextPool m_texts;
    MappedArray<KnownNode> m_knownNodes;  // kNodes of them, direct-mapped
    MappedArray<char> m_encoded;
    GatheredFrames m_gathered;                       // of the current walk
    MappedArray<std::uint32_t> m_newLocations;       // of the current walk, outermost first
    MappedArray<MetadataWriter::Frame> m_newFrames;  // the same as it is written
    std::array<Walk, kWalks> m_walks;
    std::array<const PyCodeObject*, kMaxHidden> m_hidden{};
    std::size_t m_hiddenCount = 0;
    std::uint64_t m_generation = 1;   // changes when a known code object dies, and with the rule
    bool m_unknownCode = false;       // one is missing in m_codes for want of memory: any death may concern us
    StringIndex m_otherName;          // kOtherFunctions, once it is used
    std::uint32_t m_cutLocation = 0;  // kDeeperFrames, once it is used
    std::uint32_t m_maxTraces = kMaxLimit;
    std::uint32_t m_maxFunctions = kMaxLimit;
};

}  // namespace heapprof
