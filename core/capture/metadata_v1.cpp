#include "core/capture/metadata_v1.h"

#include <algorithm>
#include <vector>

namespace heapprof {

MetadataV1::MetadataV1(std::shared_ptr<const InputFile> file) : m_file(std::move(file)) {
    readHeader();
    readMore();
}

void MetadataV1::readHeader() {
    constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;
    std::vector<std::uint8_t> bytes(20 + kMaxVarintLength + Sampling::kMaxRanges * 12);
    bytes.resize(m_file->readAt(0, bytes));
    ByteCursor cursor(bytes);
    cursor.bigEndianU32();
    const std::uint64_t seconds = cursor.bigEndianU64();
    const std::uint64_t nanoseconds = cursor.bigEndianU64();
    const std::uint64_t rangeCount = cursor.varint();
    const auto damaged = [&](const char* reason, std::size_t offset) {
        return FileError(FileError::Kind::Damaged, m_file->path(), reason, offset);
    };
    if (!cursor.ok()) throw damaged("ends inside its header", bytes.size());
    if (nanoseconds >= kNanosecondsPerSecond || seconds > (std::uint64_t{1} << 33))
        throw damaged("has an impossible start time in its header", 4);
    if (rangeCount > Sampling::kMaxRanges) throw damaged("has more than 64 sampling ranges in its header", 20);
    std::vector<Sampling::Range> ranges;
    for (std::uint64_t i = 0; i < rangeCount; ++i) {
        const std::uint64_t bound = cursor.bigEndianU64();
        ranges.push_back({bound, cursor.bigEndianU32() / 4294967295.0});
    }
    if (!cursor.ok()) throw damaged("ends inside its header", bytes.size());
    m_metadata.version = 1;
    m_metadata.wallStart = static_cast<std::int64_t>(seconds * kNanosecondsPerSecond + nanoseconds);
    m_metadata.recordedSampling = Sampling::byRanges(std::move(ranges));
    const std::string problem = m_metadata.recordedSampling.problem();
    if (!problem.empty()) throw damaged(("has an impossible sampling table: " + problem).c_str(), 20);
    m_metadata.sampling = m_metadata.recordedSampling;
    m_offset = cursor.offset();
}

bool MetadataV1::readMore() {
    const std::size_t before = m_traces.traceCount();
    std::vector<std::uint8_t> buffer;
    for (std::size_t piece = std::size_t{1} << 20; !m_stopped && m_file->size() > m_offset;) {
        buffer.resize(piece);
        buffer.resize(m_file->readAt(m_offset, buffer));
        ByteCursor cursor(buffer);
        std::size_t consumed = 0;
        while (readTrace(cursor)) consumed = cursor.offset();
        m_offset += consumed;
        if (buffer.size() < piece) break;  // the end of the file
        if (consumed == 0) piece *= 2;     // one trace longer than the piece
    }
    return m_traces.traceCount() != before;
}

bool MetadataV1::readTrace(ByteCursor& cursor) {
    m_stack.clear();
    while (!m_stopped) {
        const std::size_t start = cursor.offset();
        const bool mayBeCut = cursor.remaining() < kMaxVarintLength;
        const std::uint64_t line = cursor.varint();
        if (!cursor.ok() ? !mayBeCut : line > std::uint64_t{1} << 32) {
            m_stopped = true;
            m_damage.push_back({m_file->path(), m_offset + start,
                                m_file->size() - std::min(m_file->size(), m_offset + start),
                                "an impossible line number; no stack trace behind it can be read"});
            return false;
        }
        if (!cursor.ok()) return false;
        if (line == 0) break;
        const std::string_view file = cursor.text();
        if (!cursor.ok()) return false;
        const FunctionIndex function = m_traces.internFunction({m_traces.internString(file), {}, 0});
        m_stack.push_back(m_traces.internFrame({function, static_cast<std::uint32_t>(line - 1)}));
    }
    if (m_stopped) return false;
    NodeIndex node;
    for (auto frame = m_stack.rbegin(); frame != m_stack.rend(); ++frame) node = m_traces.internNode(node, *frame);
    m_traces.addTrace({node, {}, Domain::Python});
    return true;
}

}  // namespace heapprof
