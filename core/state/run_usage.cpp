#include "core/state/run_usage.h"

#include <algorithm>
#include <cmath>

namespace heapprof {
namespace {

Micros endOf(const RunPart& part) {
    return part.start +
           std::max(part.recording.end(), part.recording.capture().info()->metadata.cleanEnd.value_or(Micros()));
}

/// What the part adds in that interval, of which it may have seen the beginning only.
void endIn(TotalStep& step, Micros end, bool isLast) {
    if (end >= step.end || (isLast && end == step.end)) return;
    if (end < step.begin) step.max = 0;
    step.min = std::min<std::int64_t>(step.min, 0);
    step.last = 0;
    step.error = 0;
}

}  // namespace

Micros endOf(std::span<const RunPart> parts) {
    Micros end;
    for (const RunPart& part : parts) end = std::max(end, endOf(part));
    return end;
}

std::vector<Snapshot> snapshotsAt(std::span<const RunPart> parts, Micros time, std::stop_token stop) {
    std::vector<Snapshot> snapshots(parts.size());
    for (std::size_t i = 0; i < parts.size() && !stop.stop_requested(); ++i) {
        const RunPart& part = parts[i];
        if (time >= part.start && (part.recording.isBeingWritten() || time <= endOf(part)))
            snapshots[i] = snapshotAt(part.recording, time - part.start, stop);
        snapshots[i].time = time;
    }
    return snapshots;
}

std::vector<TotalStep> totalOverTime(std::span<const RunPart> parts, Micros begin, Micros end, std::size_t steps,
                                     std::stop_token stop) {
    std::vector<TotalStep> sum;
    for (const RunPart& part : parts) {
        if (stop.stop_requested()) break;
        std::vector<TotalStep> own = totalOverTime(part.recording, begin - part.start, end - part.start, steps, stop);
        if (sum.empty()) {
            sum.resize(own.size());
            for (std::size_t i = 0; i < own.size(); ++i)
                sum[i].begin = own[i].begin + part.start, sum[i].end = own[i].end + part.start;
        }
        for (std::size_t i = 0; i < own.size(); ++i) {
            own[i].begin = sum[i].begin;
            own[i].end = sum[i].end;
            if (!part.recording.isBeingWritten()) endIn(own[i], endOf(part), i + 1 == own.size());
            sum[i].min += own[i].min;
            sum[i].max += own[i].max;
            sum[i].last += own[i].last;
            sum[i].error = std::hypot(sum[i].error, own[i].error);
        }
    }
    return sum;
}

}  // namespace heapprof
