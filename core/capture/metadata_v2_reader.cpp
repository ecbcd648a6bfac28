#include "core/capture/metadata_v2_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace heapprof {
namespace {

// Bytes of a THREAD and of a LABEL SET record.
constexpr std::uint64_t kShortestThread = 5, kShortestLabelSet = 4;
constexpr std::uint64_t kMaxResolution = 1'000'000'000;

/// A rule whose mode has been read. Unset: it cannot be used.
std::optional<Sampling> samplingOf(std::uint64_t mode, ByteCursor& payload) {
    Sampling sampling;
    if (mode > static_cast<std::uint64_t>(Sampling::Mode::ByRanges)) return std::nullopt;
    sampling.mode = static_cast<Sampling::Mode>(mode);
    if (sampling.mode == Sampling::Mode::ByBytes) sampling.meanBytes = payload.f64();
    if (sampling.mode == Sampling::Mode::ByRanges) {
        const std::uint64_t count = payload.varintUpTo(Sampling::kMaxRanges);
        for (std::uint64_t i = 0; i < count && payload.ok(); ++i) {
            const std::uint64_t bound = payload.u64();
            sampling.ranges.push_back({bound, payload.f64()});
        }
    }
    if (!payload.ok() || !sampling.problem().empty()) return std::nullopt;
    return sampling;
}

}  // namespace

MetadataV2::MetadataV2(std::shared_ptr<const InputFile> file)
    : m_file(std::move(file)), m_header(readFileHeader(*m_file, kMetadataMagic)), m_chunks(*m_file, m_header) {
    m_metadata.version = kFormatVersion;
    m_metadata.uuid = m_header.uuid;
    m_metadata.wallStart = static_cast<std::int64_t>(m_header.wallStart);
    m_metadata.monotonicStart = m_header.monotonicStart;
    m_metadata.resolution = kUsualResolution;
    readMore();
}

bool MetadataV2::readMore() {
    bool anything = false;
    for (;;) {
        if (m_hasChunk && !m_chunk.header.sealed()) {
            if (!m_chunks.hasChanged(m_chunk, m_at)) return anything;
            if (!m_chunks.reload(m_chunk)) {
                if (!m_chunk.header.sealed()) return anything;
                m_hasChunk = false;  // damaged when it was sealed: what stands behind it is not
            }
        }
        if (m_hasChunk) {
            anything |= readRecords();
            if (!m_chunk.header.sealed()) return anything;
        }
        m_hasChunk = m_chunks.next(m_chunk);
        if (!m_hasChunk) return anything;
        if (!startChunk()) {
            m_at = m_chunk.payload.size();
            if (!m_chunk.header.sealed()) return anything;
        }
    }
}

/// Makes the numbering what the chunk's header says, in case chunks before it were lost.
bool MetadataV2::startChunk() {
    m_at = 0;
    const ChunkHeader& header = m_chunk.header;
    // Nothing is defined in less than two bytes, so a header that names more than that is not believed.
    const auto limit = static_cast<std::int64_t>(m_chunk.offset / 2 + 1);
    const auto isPossible = [&](std::int64_t first, std::size_t known) {
        return first >= static_cast<std::int64_t>(known) && first <= limit;
    };
    const auto firstTrace = static_cast<std::int64_t>(header.firstOrdinal);
    if (!isPossible(firstTrace, m_traces.traceCount() + 1) || !isPossible(header.liveAtStart, m_strings.size()) ||
        !isPossible(header.liveMin, m_functions.size()) || !isPossible(header.liveMax, m_nodes.size())) {
        m_chunks.report(m_chunk.offset, sizeof header + m_chunk.payload.size(),
                        "a chunk that does not continue the one before it");
        return false;
    }
    m_traces.padTraces(static_cast<std::size_t>(firstTrace - 1));
    m_strings.resize(static_cast<std::size_t>(header.liveAtStart));
    m_functions.resize(static_cast<std::size_t>(header.liveMin));
    m_nodes.resize(static_cast<std::size_t>(header.liveMax));
    return true;
}

bool MetadataV2::readRecords() {
    const std::size_t start = m_at;
    while (m_chunk.isPublished(m_at)) {
        ByteCursor record(std::span(m_chunk.payload).subspan(m_at));
        const auto type = static_cast<RecordType>(record.u8());
        ByteCursor payload(record.bytes(record.varint()));
        const bool mayGrow = !m_chunk.header.sealed() && m_chunk.payload.size() < kChunkSize - sizeof(ChunkHeader);
        if (!record.ok() && mayGrow) break;  // half of it is still to be written
        if (!record.ok() || !readRecord(type, payload)) {
            m_chunks.report(m_chunk.offset + m_chunk.header.length + m_at, m_chunk.payload.size() - m_at,
                            "an impossible record");
            m_at = m_chunk.payload.size();
            break;
        }
        m_at += record.offset();
    }
    return m_at != start;
}

bool MetadataV2::readRecord(RecordType type, ByteCursor& payload) {
    switch (type) {
        case RecordType::String: {
            const auto bytes = payload.bytes(payload.remaining());
            m_strings.push_back(m_traces.internString({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
            return true;
        }
        case RecordType::Function: {
            Function function;
            const std::uint64_t file = payload.varintUpTo(m_strings.size() - 1);
            const std::uint64_t name = payload.varintUpTo(m_strings.size() - 1);
            function.firstLine = static_cast<std::uint32_t>(payload.varintUpTo(0xffffffff));
            if (!payload.ok()) return false;
            function.file = m_strings[file];
            function.name = m_strings[name];
            m_functions.push_back(m_traces.internFunction(function));
            return true;
        }
        case RecordType::Trace: {
            Trace trace;
            trace.thread = ThreadIndex(static_cast<std::uint32_t>(payload.varintUpTo(0xffffffff)));
            trace.domain = static_cast<Domain>(payload.varintUpTo(static_cast<std::uint64_t>(Domain::Shared)));
            if (!readStack(payload, trace.leaf)) return false;
            m_traces.addTrace(trace);
            return true;
        }
        case RecordType::Nodes: {
            NodeIndex leaf;
            return readStack(payload, leaf);
        }
        case RecordType::Process:
            readProcess(payload);
            return payload.ok();
        case RecordType::Thread: {
            const std::uint64_t number = payload.varint();
            ThreadInfo thread;
            thread.nativeId = payload.varint();
            thread.name = payload.text();
            if (payload.ok() && !payload.atEnd())
                thread.firstEvent = Micros(static_cast<std::int64_t>(payload.varintUpTo(std::uint64_t{1} << 62)));
            if (!payload.ok() || !isPlausible(number, kShortestThread)) return false;
            while (m_traces.threadCount() < number) m_traces.addThread({});
            if (number == m_traces.threadCount())
                m_traces.addThread(std::move(thread));
            else
                m_traces.replaceThread(ThreadIndex(static_cast<std::uint32_t>(number)), std::move(thread));
            return true;
        }
        case RecordType::Sampling:
            return readSampling(payload);
        case RecordType::Rule:
            return readRule(payload);
        case RecordType::End: {
            const std::uint64_t time = payload.varintUpTo(std::uint64_t{1} << 62);
            const std::uint64_t reason = payload.varint();
            if (reason <= static_cast<std::uint64_t>(EndReason::Continued))
                m_metadata.endReason = static_cast<EndReason>(reason);
            if (payload.ok()) m_metadata.cleanEnd = Micros(static_cast<std::int64_t>(time));
            return payload.ok();
        }
        case RecordType::Domains:
            m_metadata.domains = DomainSet::fromBits(payload.varint());
            m_metadata.domains.set(Domain::Python, true);
            return payload.ok();
        case RecordType::Ancestor: {
            Ancestor ancestor;
            const auto uuid = payload.bytes(ancestor.uuid.size());
            ancestor.pid = payload.varint();
            if (!payload.ok()) return false;
            std::ranges::copy(uuid, ancestor.uuid.begin());
            m_metadata.ancestor = ancestor;
            return true;
        }
        case RecordType::Elsewhere: {
            const auto path = payload.bytes(payload.remaining());
            m_metadata.elsewhere = std::string(path.begin(), path.end());
            return true;
        }
        case RecordType::Continues:
            return readContinues(payload);
        case RecordType::Clock: {
            const std::uint64_t resolution = payload.varintUpTo(kMaxResolution);
            if (!payload.ok() || resolution == 0) return false;
            m_metadata.resolution = Micros(static_cast<std::int64_t>(resolution));
            return true;
        }
        case RecordType::Source: {
            const std::uint64_t file = payload.varintUpTo(m_strings.size() - 1);
            const auto bytes = payload.bytes(payload.remaining());
            if (!payload.ok()) return false;
            m_metadata.sources[std::string(m_traces.string(m_strings[file]))].append(bytes.begin(), bytes.end());
            return true;
        }
        case RecordType::LabelSet: {
            const std::uint64_t number = payload.varint();
            std::vector<Label> labels = readLabels(payload);
            if (!payload.ok() || !isPlausible(number, kShortestLabelSet)) return false;
            while (m_traces.labelSetCount() < number) m_traces.addLabelSet({});
            if (number == m_traces.labelSetCount()) m_traces.addLabelSet(std::move(labels));
            return true;
        }
        case RecordType::Labelled: {
            const std::uint64_t trace = payload.varintUpTo(m_traces.traceCount());
            const std::uint64_t labels = payload.varint();
            if (!payload.ok()) return false;
            if (labels < m_traces.labelSetCount())
                m_traces.setLabels(TraceIndex(static_cast<std::uint32_t>(trace)),
                                   LabelSetIndex(static_cast<std::uint32_t>(labels)));
            return true;
        }
        case RecordType::Mark:
            break;
    }
    return true;  // of a kind this reader does not know
}

/// Numbers that records bring along are passed over when a chunk was lost; but each takes a record.
bool MetadataV2::isPlausible(std::uint64_t number, std::uint64_t shortestRecord) const {
    return number <= (m_chunk.offset + m_chunk.payload.size()) / shortestRecord;
}

std::vector<Label> MetadataV2::readLabels(ByteCursor& payload) const {
    std::vector<Label> labels;
    const std::uint64_t count = payload.varintUpTo(payload.remaining());
    for (std::uint64_t i = 0; i < count && payload.ok(); ++i) {
        const std::uint64_t name = payload.varintUpTo(m_strings.size() - 1);
        const std::uint64_t value = payload.varintUpTo(m_strings.size() - 1);
        if (payload.ok()) labels.push_back({m_strings[name], m_strings[value]});
    }
    return labels;
}

bool MetadataV2::readStack(ByteCursor& payload, NodeIndex& leaf) {
    const std::uint64_t parent = payload.varintUpTo(m_nodes.size() - 1);
    const std::uint64_t count = payload.varintUpTo(payload.remaining());
    if (!payload.ok()) return false;
    leaf = m_nodes[parent];
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t function = payload.varintUpTo(m_functions.size() - 1);
        const auto line = static_cast<std::uint32_t>(payload.varintUpTo(0xffffffff));
        if (!payload.ok()) return false;
        leaf = m_traces.addNode(leaf, m_traces.internFrame({m_functions[function], line}));
        m_nodes.push_back(leaf);
    }
    return true;
}

bool MetadataV2::readSampling(ByteCursor& payload) {
    const std::uint64_t mode = payload.varint();
    payload.varint();  // the first allocation it holds for: always 0, as RULE says where another one begins
    std::optional<Sampling> sampling = samplingOf(mode, payload);
    if (!sampling) return false;
    m_metadata.recordedSampling = m_metadata.sampling.first = *std::move(sampling);
    return true;
}

/// What traces are of goes by their numbers, which ascend: so a rule never changes for a trace that is known.
bool MetadataV2::readRule(ByteCursor& payload) {
    SamplingRules& rules = m_metadata.sampling;
    SamplingRules::Switch next;
    const std::uint64_t first = payload.varint();
    next.time = Micros(static_cast<std::int64_t>(payload.varintUpTo(std::uint64_t{1} << 62)));
    std::optional<Sampling> sampling = samplingOf(payload.varint(), payload);
    if (first != m_traces.traceCount() + 1 || !sampling || !rules.hasRoomFor(*sampling)) return false;
    next.firstTrace = TraceIndex(static_cast<std::uint32_t>(first));
    next.sampling = *std::move(sampling);
    rules.switches.push_back(std::move(next));
    return true;
}

/// What was read before has the times of the capture before.
bool MetadataV2::readContinues(ByteCursor& payload) {
    Continued first;
    const auto uuid = payload.bytes(first.uuid.size());
    first.before = Micros(static_cast<std::int64_t>(payload.varintUpTo(std::uint64_t{1} << 62)));
    if (!payload.ok()) return false;
    std::ranges::copy(uuid, first.uuid.begin());
    const Micros later = first.before - (m_metadata.continues ? m_metadata.continues->before : Micros());
    for (std::uint32_t i = 1; i < m_traces.threadCount(); ++i) {
        ThreadInfo thread = m_traces.thread(ThreadIndex(i));
        thread.firstEvent = std::max(thread.firstEvent - later, Micros());
        m_traces.replaceThread(ThreadIndex(i), std::move(thread));
    }
    for (SamplingRules::Switch& each : m_metadata.sampling.switches) each.time = std::max(each.time - later, Micros());
    m_metadata.continues = first;
    return true;
}

void MetadataV2::readProcess(ByteCursor& payload) {
    ProcessInfo process;
    process.pid = payload.varint();
    process.parentPid = payload.varint();
    process.executable = payload.text();
    process.pythonVersion = payload.text();
    process.host = payload.text();
    process.workingDirectory = payload.text();
    const std::uint64_t count = payload.varintUpTo(payload.remaining());
    for (std::uint64_t i = 0; i < count && payload.ok(); ++i) process.arguments.emplace_back(payload.text());
    if (payload.ok()) m_metadata.process = std::move(process);
}

}  // namespace heapprof
