// Writes the metadata (.hpm): FORMAT.md, "Records of .hpm".
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/capture/chunk_writer.h"
#include "core/capture/process_info.h"
#include "core/capture/sampling.h"
#include "core/units.h"

namespace heapprof {

/// One file, from create() to close(). Every record is in the file when its call returns, so that what a record of the
/// event log names is published before the record. Never allocates after create(). Not thread-safe: the owner locks.
/// Records that find no room are left out; error() then says why.
class MetadataWriter {
public:
    struct Frame {
        FunctionIndex function;
        std::uint32_t line = 0;  ///< 0: not known
    };

    using EndReason = heapprof::EndReason;

    /// Texts longer than this are cut; a record has to hold them.
    static constexpr std::size_t kMaxText = 32768;

    MetadataWriter() = default;
    MetadataWriter(const MetadataWriter&) = delete;
    MetadataWriter& operator=(const MetadataWriter&) = delete;
    ~MetadataWriter();

    /// Returns 0 or an errno.
    int create(const char* path, const FileHeader& header,
               AppendFile::Existing existing = AppendFile::Existing::Replaced) noexcept;
    /// Creates a file that begins with all that `before` has written, and goes on with its numbers. Returns 0 or an
    /// errno; no file is left then, and `before` is as it was.
    int createAfter(MetadataWriter& before, const char* path, const FileHeader& header) noexcept;
    /// Takes over the file of `other`, which then has none. Requires that this one is closed.
    MetadataWriter& operator=(MetadataWriter&& other) noexcept;
    /// Before create(); see AppendFile::limitTo().
    void limitTo(ByteBudget* budget) noexcept { m_chunks.limitTo(budget); }
    bool isOpen() const { return m_chunks.isOpen(); }
    /// See AppendFile.
    bool hasItsName() const noexcept { return m_chunks.hasItsName(); }
    void renamed(const char* path) noexcept { m_chunks.renamed(path); }
    /// Memory of the process that the file takes: the used part of what is mapped of it.
    std::uint64_t residentBytes() const { return m_chunks.residentBytes(); }
    int error() const { return m_error != 0 ? m_error : m_chunks.error(); }

    void process(const ProcessInfo& process) noexcept;
    void ancestor(const Ancestor& ancestor) noexcept;
    /// See Metadata::elsewhere.
    void elsewhere(std::string_view filebase) noexcept;
    void continues(const Continued& first) noexcept;
    void sampling(const Sampling& sampling, std::uint64_t firstOrdinal) noexcept;
    /// The traces that are defined from now on are of this rule; see SamplingRules.
    void rule(const Sampling& sampling, Micros time) noexcept;
    void domains(std::initializer_list<Domain> recorded) noexcept;
    /// See Metadata::resolution; at least 1 us.
    void clock(Micros resolution) noexcept;
    /// A thread's first event was at `firstEvent`. A later record of the same thread replaces an earlier one.
    void thread(ThreadIndex thread, std::uint64_t nativeId, std::string_view name, Micros firstEvent = {}) noexcept;
    StringIndex string(std::string_view text) noexcept;
    FunctionIndex function(StringIndex file, StringIndex name, std::uint32_t firstLine) noexcept;

    /// Defines a trace whose stack is the path to `parent` and then `frames`, root to leaf; each frame becomes a new
    /// node, numbered consecutively from nextNode() on.
    TraceIndex trace(ThreadIndex thread, Domain domain, NodeIndex parent, std::span<const Frame> frames) noexcept;
    /// Of a trace that is defined, and a set that labelSet() has defined.
    void labels(TraceIndex trace, LabelSetIndex set) noexcept;

    struct Label {
        StringIndex name, value;
    };
    static constexpr std::size_t kMaxLabels = 1000;  ///< of a set
    LabelSetIndex labelSet(std::span<const Label> labels) noexcept;

    TraceIndex nextTrace() const { return TraceIndex(m_next.trace); }
    NodeIndex nextNode() const { return NodeIndex(m_next.node); }

    /// A further part of the text of code that calls its file so and came from none; at most kMaxSource bytes.
    static constexpr std::size_t kMaxSource = 50'000;
    void source(StringIndex file, std::string_view text) noexcept;
    void end(Micros time, EndReason reason) noexcept;
    void close() noexcept;
    void abandon() noexcept { m_chunks.abandon(); }
    void discard() noexcept { m_chunks.discard(); }

private:
    std::uint8_t* framesInto(std::uint8_t* out, NodeIndex parent, std::span<const Frame> frames) noexcept;
    void append(RecordType type, const std::uint8_t* end) noexcept;
    void sealChunk() noexcept;
    bool openChunk() noexcept;

    /// Of what is defined next.
    struct Numbers {
        std::uint32_t string = 1, function = 1, node = 1, trace = 1, labelSet = 1;
    };

    int begin(const char* path, const FileHeader& header, AppendFile::Existing existing) noexcept;

    ChunkWriter m_chunks;
    std::uint8_t* m_scratch = nullptr;  // kMaxRecord bytes, where a payload is put together before its length is known
    Numbers m_next;
    int m_error = 0;
};

}  // namespace heapprof
