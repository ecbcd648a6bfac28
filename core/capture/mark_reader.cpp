#include "core/capture/mark_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace heapprof {
namespace {

std::optional<Mark> markOf(unsigned type, std::uint64_t payload,
                           const std::function<std::string(std::uint32_t)>& text) {
    Mark mark;
    switch (type) {
        case records::Resident:
            mark.kind = MarkKind::Resident;
            mark.value = payload;
            return mark;
        case records::Reserved:
            mark.kind = MarkKind::Reserved;
            mark.value = payload;
            return mark;
        case records::ResidentPeak:
            mark.kind = MarkKind::ResidentPeak;
            mark.value = payload;
            return mark;
        case records::MemoryPart:
            if ((payload & 0xff) >= kMemoryParts) return std::nullopt;
            mark.kind = MarkKind::MemoryPart;
            mark.part = static_cast<MemoryPart>(payload & 0xff);
            mark.value = payload >> 8;
            return mark;
        case records::Collection:
            mark.kind = MarkKind::Collection;
            mark.text = std::to_string(payload & 0xff);
            mark.value = payload >> 8;
            return mark;
        case records::Lost:
            mark.kind = MarkKind::Lost;
            mark.value = payload;
            return mark;
        case records::UserMark: {
            constexpr MarkKind kKinds[] = {MarkKind::Instant, MarkKind::PhaseBegins, MarkKind::PhaseEnds,
                                           MarkKind::Pauses,  MarkKind::Resumes,     MarkKind::Switches};
            const std::uint64_t kind = payload >> 32 & 0xff;
            if (kind >= std::size(kKinds)) return std::nullopt;
            mark.kind = kKinds[kind];
            mark.text = text(static_cast<std::uint32_t>(payload));
            mark.value = payload >> 40;
            return mark;
        }
        default:
            return std::nullopt;
    }
}

}  // namespace

MarkReader::MarkReader(std::shared_ptr<const InputFile> log, std::function<std::string(std::uint32_t)> text)
    : m_log(std::move(log)), m_text(std::move(text)), m_chunks(*m_log, readFileHeader(*m_log, kEventsMagic)) {}

bool MarkReader::readChunk(std::vector<Mark>& marks) {
    const bool isOpen = m_offset != 0 && m_chunk.offset == m_offset && !m_chunk.header.sealed();
    if (isOpen && !m_chunks.hasChanged(m_chunk, m_at)) return false;
    if (!m_chunks.next(m_chunk)) return false;
    if (m_chunk.offset != m_offset) {
        m_offset = m_chunk.offset;
        m_at = m_lost = m_ofProfiler = 0;
        m_kinds.reset();
        m_time = static_cast<std::uint64_t>(std::max<std::int64_t>(m_chunk.header.firstTime, 0));
    }
    while (m_chunk.isPublished(m_at)) {
        const std::uint8_t control = m_chunk.payload[m_at];
        const std::size_t length = records::length(control);
        if (length > m_chunk.payload.size() - m_at) break;
        if ((control & 3) == records::Other) {
            const unsigned type = control >> 2;
            std::uint64_t payload =
                records::number(m_chunk.payload.data() + m_at + 1, std::min<std::size_t>(length - 1, 8));
            const bool isLost = type == records::Lost;
            if (isLost) payload -= std::exchange(m_lost, payload);
            if (type <= records::TimeStep64) m_time += payload;
            m_latest = std::max(m_latest, std::min(m_time, std::uint64_t{1} << 62));
            if (type == records::OfProfiler) m_ofProfiler = payload;
            if (type == records::ResidentKinds)
                m_kinds = {(payload & 0xffffffff) * records::kResidentUnit, (payload >> 32) * records::kResidentUnit};
            if (auto mark = markOf(type, payload, m_text); mark && (!isLost || payload > 0)) {
                mark->time = Micros(static_cast<std::int64_t>(m_latest));
                if (mark->kind == MarkKind::Resident) {
                    mark->ofProfiler = std::min(std::exchange(m_ofProfiler, 0), mark->value);
                    mark->kinds = std::exchange(m_kinds, std::nullopt);
                    if (mark->kinds) {  // files say what they like
                        mark->kinds->file = std::min(mark->kinds->file, mark->value);
                        mark->kinds->shared = std::min(mark->kinds->shared, mark->value - mark->kinds->file);
                    }
                    mark->value -= mark->ofProfiler;
                }
                marks.push_back(*std::move(mark));
            }
            if (isLost && !m_chunk.isPublished(m_at + length)) break;  // it goes on counting: looked at again
            m_lost = 0;
        }
        m_at += length;
    }
    return m_chunk.header.sealed();
}

}  // namespace heapprof
