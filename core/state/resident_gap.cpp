#include "core/state/resident_gap.h"

#include <algorithm>

#include "core/state/snapshot.h"

namespace heapprof {
namespace {

constexpr std::int64_t kEndings =
    50;  // the last fiftieth of a recording: what a program frees as it ends explains nothing

}  // namespace

std::optional<ResidentGap> greatestResidentGap(const Recording& recording, const Timeline& timeline,
                                               std::stop_token stop) {
    if (!recording.hasEvents() || timeline.resident.empty()) return std::nullopt;
    const std::vector<Bucket>& buckets = recording.digest().buckets();
    const Weights& weights = recording.weights();
    const Timeline::Resident* greatest = nullptr;
    std::int64_t greatestGap = 0, peak = 0, peakBefore = 0;
    std::size_t bucket = 0;
    std::int64_t recorded = 0;
    for (const Timeline::Resident& reading : timeline.resident) {
        for (; bucket < buckets.size() && buckets[bucket].end.time <= reading.time.count; ++bucket) {
            peak = std::max(peak, weights.whole(buckets[bucket].max));
            recorded = weights.whole(buckets[bucket].total.bytes);
        }
        const bool isEnding = reading.time.count > recording.end().count / kEndings * (kEndings - 1);
        if (reading.bytes - recorded <= greatestGap || (greatest && isEnding)) continue;
        greatestGap = reading.bytes - recorded;
        greatest = &reading;
        peakBefore = peak;
    }
    if (!greatest) return std::nullopt;
    ResidentGap gap;
    gap.instant = greatest->time;
    gap.resident = greatest->bytes;
    gap.recorded = std::max<std::int64_t>(0, totalAt(recording, gap.instant, stop).bytes);
    std::int64_t left = gap.resident - gap.recorded;
    if (left <= 0) return std::nullopt;
    const auto take = [&left](std::int64_t bytes) {
        bytes = std::clamp<std::int64_t>(bytes, 0, left);
        left -= bytes;
        return bytes;
    };
    const Timeline::Resident& first = timeline.resident.front();
    gap.before = take(first.bytes - totalAt(recording, first.time, stop).bytes);
    gap.freed = take(peakBefore - gap.recorded);
    gap.rest = left;
    return gap;
}

}  // namespace heapprof
