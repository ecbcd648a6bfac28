#include "core/recording/recording.h"

#include <algorithm>

namespace heapprof {
namespace {

Micros endOf(const Capture& capture, const CaptureInfo& info, const Digest& digest) {
    Micros end = digest.lastTime();
    if (!digest.complete()) return end;
    if (info.metadata.cleanEnd) return std::max(end, *info.metadata.cleanEnd);
    // A program that died or still runs: as far as its log goes, though nothing was allocated or freed any more.
    const std::uint64_t lastChunk = digest.buckets().empty() ? 0 : digest.buckets().back().end.offset;
    for (const Capture::Chunk& chunk : capture.chunks(lastChunk)) end = std::max(end, chunk.lastTime);
    return end;
}

}  // namespace

Recording::Recording(std::shared_ptr<const Capture> capture, std::shared_ptr<const CaptureInfo> info,
                     std::shared_ptr<const Digest> digest, bool isBeingWritten)
    : m_capture(std::move(capture)),
      m_info(std::move(info)),
      m_digest(std::move(digest)),
      m_end(m_digest ? endOf(*m_capture, *m_info, *m_digest) : Micros()),
      m_isBeingWritten(isBeingWritten) {}

}  // namespace heapprof
