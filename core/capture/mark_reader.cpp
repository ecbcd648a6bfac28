#include "core/capture/mark_reader.h"

#include <algorithm>
#include <optional>

#include "core/capture/block_reader.h"

namespace heapprof {
namespace {

std::optional<Mark> markOf(unsigned type, std::uint64_t payload,
                           const std::function<std::string(std::uint32_t)>& text) {
    Mark mark;
    switch (type) {
        case row::Resident:
            mark.kind = MarkKind::Resident;
            mark.value = payload;
            return mark;
        case row::Collection:
            mark.kind = MarkKind::Collection;
            mark.text = std::to_string(payload & 0xff);
            mark.value = payload >> 8;
            return mark;
        case row::Lost:
            mark.kind = MarkKind::Lost;
            mark.value = payload;
            return mark;
        case row::UserMark: {
            constexpr MarkKind kKinds[] = {MarkKind::Instant, MarkKind::PhaseBegins, MarkKind::PhaseEnds,
                                           MarkKind::Pauses, MarkKind::Resumes};
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

std::vector<Mark> readMarks(const InputFile& file, const std::function<std::string(std::uint32_t)>& text) {
    std::vector<Mark> marks;
    BlockReader blocks(file, readFileHeader(file, kEventsMagic));
    LoadedBlock block;
    std::uint64_t latest = 0;
    while (blocks.next(block)) {
        auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(block.header.firstTime, 0));
        for (std::size_t at = 0; block.isPublished(at);) {
            const std::uint8_t control = block.payload[at];
            const std::size_t length = row::length(control);
            if (length > block.payload.size() - at) break;
            if ((control & 3) == row::Other) {
                const unsigned type = control >> 2;
                const std::uint64_t payload =
                    row::number(block.payload.data() + at + 1, std::min<std::size_t>(length - 1, 8));
                if (type <= row::TimeStep64) time += payload;
                latest = std::max(latest, std::min(time, std::uint64_t{1} << 62));
                if (auto mark = markOf(type, payload, text)) {
                    mark->time = Micros(static_cast<std::int64_t>(latest));
                    marks.push_back(*std::move(mark));
                }
            }
            at += length;
        }
        if (!block.header.sealed()) break;
    }
    return marks;
}

}  // namespace heapprof
