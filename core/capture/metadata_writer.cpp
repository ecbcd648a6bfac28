#include "core/capture/metadata_writer.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "core/bytes/varint.h"

namespace heapprof {
namespace {

/// What END needs, kept free in every chunk.
constexpr std::size_t kEndRecord = 2 + 2 * kMaxVarintLength;
/// Frames of one record: two varints of 32 bits each, after four of the record's own.
constexpr std::size_t kFramesPerRecord = (kMaxRecord - 4 * kMaxVarintLength) / 10;

template <typename T>
std::uint8_t* store(std::uint8_t* out, T value) {
    std::memcpy(out, &value, sizeof value);
    return out + sizeof value;
}

/// At most `limit` bytes, ending between two characters.
std::string_view cut(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xc0) == 0x80) --limit;
    return text.substr(0, limit);
}

std::uint8_t* textInto(std::uint8_t* out, std::string_view text) {
    out = writeVarint(out, text.size());
    std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

/// What follows the mode of a rule.
std::uint8_t* numbersInto(std::uint8_t* out, const Sampling& sampling) {
    if (sampling.mode == Sampling::Mode::ByBytes) return store(out, sampling.meanBytes);
    if (sampling.mode != Sampling::Mode::ByRanges) return out;
    out = writeVarint(out, sampling.ranges.size());
    for (const Sampling::Range& range : sampling.ranges) out = store(store(out, range.bound), range.probability);
    return out;
}

}  // namespace

MetadataWriter::~MetadataWriter() {
    if (m_scratch) munmap(m_scratch, kMaxRecord);
}

int MetadataWriter::begin(const char* path, const FileHeader& header, AppendFile::Existing existing) noexcept {
    void* memory = mmap(nullptr, kMaxRecord, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return ENOMEM;
    m_scratch = static_cast<std::uint8_t*>(memory);
    return m_chunks.create(path, header, false, existing);
}

int MetadataWriter::create(const char* path, const FileHeader& header, AppendFile::Existing existing) noexcept {
    if (const int error = begin(path, header, existing)) return error;
    if (openChunk()) return 0;
    const int problem = error();
    m_chunks.discard();
    return problem;
}

int MetadataWriter::createAfter(MetadataWriter& before, const char* path, const FileHeader& header) noexcept {
    if (before.error() != 0 || !before.m_chunks.canContinue()) return ENOSPC;
    if (const int error = begin(path, header, AppendFile::Existing::Replaced)) return error;
    before.sealChunk();
    const ChunkWriter::Sealed sealed = before.m_chunks.sealed();
    if (!before.openChunk()) before.m_error = before.error();
    m_next = before.m_next;
    if (m_chunks.copy(before.m_chunks, sealed) && openChunk()) return 0;
    const int problem = error() != 0 ? error() : EIO;
    m_chunks.discard();
    return problem;
}

MetadataWriter& MetadataWriter::operator=(MetadataWriter&& other) noexcept {
    m_chunks = std::move(other.m_chunks);
    std::swap(m_scratch, other.m_scratch);
    m_next = other.m_next;
    m_error = other.m_error;
    return *this;
}

void MetadataWriter::process(const ProcessInfo& process) noexcept {
    constexpr std::size_t kMaxPart = 4096;
    std::uint8_t* out = writeVarint(m_scratch, process.pid);
    out = writeVarint(out, process.parentPid);
    for (const std::string* text :
         {&process.executable, &process.pythonVersion, &process.host, &process.workingDirectory})
        out = textInto(out, cut(*text, kMaxPart));
    // A command line may be longer than a record: its first arguments tell which program it was.
    std::uint64_t count = 0;
    std::size_t length = static_cast<std::size_t>(out - m_scratch) + kMaxVarintLength;
    for (const std::string& argument : process.arguments) {
        length += cut(argument, kMaxPart).size() + kMaxVarintLength;
        if (length > kMaxRecord) break;
        ++count;
    }
    out = writeVarint(out, count);
    for (std::uint64_t i = 0; i < count; ++i) out = textInto(out, cut(process.arguments[i], kMaxPart));
    append(RecordType::Process, out);
}

void MetadataWriter::ancestor(const Ancestor& ancestor) noexcept {
    append(RecordType::Ancestor, writeVarint(store(m_scratch, ancestor.uuid), ancestor.pid));
}

void MetadataWriter::elsewhere(std::string_view filebase) noexcept {
    const std::string_view path = cut(filebase, kMaxText);
    append(RecordType::Elsewhere, std::ranges::copy(path, m_scratch).out);
}

void MetadataWriter::continues(const Continued& first) noexcept {
    append(RecordType::Continues,
           writeVarint(store(m_scratch, first.uuid), static_cast<std::uint64_t>(first.before.count)));
}

void MetadataWriter::sampling(const Sampling& sampling, std::uint64_t firstOrdinal) noexcept {
    std::uint8_t* const out = writeVarint(m_scratch, static_cast<std::uint64_t>(sampling.mode));
    append(RecordType::Sampling, numbersInto(writeVarint(out, firstOrdinal), sampling));
}

void MetadataWriter::rule(const Sampling& sampling, Micros time) noexcept {
    std::uint8_t* out = writeVarint(m_scratch, m_next.trace);
    out = writeVarint(out, static_cast<std::uint64_t>(time.count));
    append(RecordType::Rule, numbersInto(writeVarint(out, static_cast<std::uint64_t>(sampling.mode)), sampling));
}

void MetadataWriter::domains(std::initializer_list<Domain> recorded) noexcept {
    std::uint64_t bits = 0;
    for (const Domain domain : recorded) bits |= std::uint64_t{1} << static_cast<unsigned>(domain);
    append(RecordType::Domains, writeVarint(m_scratch, bits));
}

void MetadataWriter::clock(Micros resolution) noexcept {
    append(RecordType::Clock, writeVarint(m_scratch, static_cast<std::uint64_t>(resolution.count)));
}

void MetadataWriter::thread(ThreadIndex thread, std::uint64_t nativeId, std::string_view name,
                            Micros firstEvent) noexcept {
    std::uint8_t* out = writeVarint(m_scratch, thread.value);
    out = writeVarint(out, nativeId);
    out = textInto(out, cut(name, kMaxText));
    append(RecordType::Thread, writeVarint(out, static_cast<std::uint64_t>(firstEvent.count)));
}

StringIndex MetadataWriter::string(std::string_view text) noexcept {
    if (text.empty()) return {};
    text = cut(text, kMaxText);
    std::memcpy(m_scratch, text.data(), text.size());
    append(RecordType::String, m_scratch + text.size());
    return StringIndex(m_next.string++);
}

FunctionIndex MetadataWriter::function(StringIndex file, StringIndex name, std::uint32_t firstLine) noexcept {
    std::uint8_t* out = writeVarint(m_scratch, file.value);
    out = writeVarint(out, name.value);
    append(RecordType::Function, writeVarint(out, firstLine));
    return FunctionIndex(m_next.function++);
}

TraceIndex MetadataWriter::trace(ThreadIndex thread, Domain domain, NodeIndex parent,
                                 std::span<const Frame> frames) noexcept {
    while (frames.size() > kFramesPerRecord) {
        append(RecordType::Nodes, framesInto(m_scratch, parent, frames.first(kFramesPerRecord)));
        m_next.node += static_cast<std::uint32_t>(kFramesPerRecord);
        parent = NodeIndex(m_next.node - 1);
        frames = frames.subspan(kFramesPerRecord);
    }
    std::uint8_t* out = writeVarint(m_scratch, thread.value);
    out = writeVarint(out, static_cast<std::uint64_t>(domain));
    append(RecordType::Trace, framesInto(out, parent, frames));
    m_next.node += static_cast<std::uint32_t>(frames.size());
    return TraceIndex(m_next.trace++);
}

void MetadataWriter::labels(TraceIndex trace, LabelSetIndex set) noexcept {
    append(RecordType::Labelled, writeVarint(writeVarint(m_scratch, trace.value), set.value));
}

LabelSetIndex MetadataWriter::labelSet(std::span<const Label> labels) noexcept {
    labels = labels.first(std::min(labels.size(), kMaxLabels));
    std::uint8_t* out = writeVarint(writeVarint(m_scratch, m_next.labelSet), labels.size());
    for (const Label& label : labels) out = writeVarint(writeVarint(out, label.name.value), label.value.value);
    append(RecordType::LabelSet, out);
    return LabelSetIndex(m_next.labelSet++);
}

void MetadataWriter::source(StringIndex file, std::string_view text) noexcept {
    text = text.substr(0, kMaxSource);
    std::uint8_t* const out = writeVarint(m_scratch, file.value);
    std::memcpy(out, text.data(), text.size());
    append(RecordType::Source, out + text.size());
}

void MetadataWriter::end(Micros time, EndReason reason) noexcept {
    std::uint8_t* out = writeVarint(m_scratch, static_cast<std::uint64_t>(time.count));
    append(RecordType::End, writeVarint(out, static_cast<std::uint64_t>(reason)));
}

void MetadataWriter::close() noexcept {
    if (m_chunks.hasChunk()) sealChunk();
    m_chunks.close();
}

std::uint8_t* MetadataWriter::framesInto(std::uint8_t* out, NodeIndex parent, std::span<const Frame> frames) noexcept {
    out = writeVarint(out, parent.value);
    out = writeVarint(out, frames.size());
    for (const Frame& frame : frames) out = writeVarint(writeVarint(out, frame.function.value), frame.line);
    return out;
}

void MetadataWriter::append(RecordType type, const std::uint8_t* end) noexcept {
    const std::size_t length = static_cast<std::size_t>(end - m_scratch);
    const std::size_t reserved = type == RecordType::End ? 0 : kEndRecord;
    const std::size_t needed = 1 + kMaxVarintLength + length + reserved;
    if (needed > m_chunks.room() && (m_error != 0 || !m_chunks.grow(needed))) {
        // A chunk that nothing can follow stays open, for the sake of END.
        if (m_error == 0 && m_chunks.canContinue()) sealChunk();
        if (m_chunks.hasChunk() || !openChunk() || !m_chunks.grow(needed)) {
            m_error = error();
            return;
        }
    }
    std::uint8_t* const start = m_chunks.next();
    std::uint8_t* payload = writeVarint(start + 1, length);
    std::memcpy(payload, m_scratch, length);
    m_chunks.publish(static_cast<std::uint8_t>(type), static_cast<std::size_t>(payload - start) + length);
}

/// The places of least and greatest hold numbers known since the chunk was opened.
void MetadataWriter::sealChunk() noexcept { m_chunks.seal(0, m_chunks.header().liveMin, m_chunks.header().liveMax); }

bool MetadataWriter::openChunk() noexcept {
    ChunkHeader header;
    header.firstOrdinal = m_next.trace;
    header.liveAtStart = m_next.string;
    header.liveMin = m_next.function;
    header.liveMax = m_next.node;
    return m_chunks.open(header);
}

}  // namespace heapprof
