#include "core/summary/overview.h"

#include <algorithm>

#include "core/capture/capture.h"
#include "core/digest/digest_builder.h"

namespace heapprof {
namespace {

/// A time and the most bytes there were from the time before it on.
struct Step {
    Micros end;
    std::int64_t max;
};

std::vector<Step> stepsOf(Capture& capture) {
    std::vector<Step> steps;
    if (const auto digest = openDigest(capture)) {
        for (const Bucket& bucket : digest->buckets())
            steps.push_back({Micros(bucket.end.time), digest->weights().whole(bucket.max)});
    } else {
        for (const Capture::Chunk& chunk : capture.chunks()) steps.push_back({chunk.lastTime, chunk.max.count});
    }
    return steps;
}

}  // namespace

Overview overviewOf(const std::filesystem::path& path, std::size_t steps) {
    const auto capture = Capture::open(path);
    Overview overview;
    overview.metadata = capture->info()->metadata;
    overview.isBeingWritten = capture->isBeingWritten();
    const std::vector<Step> known = stepsOf(*capture);
    if (known.empty()) return overview;
    overview.end = known.back().end;
    overview.curve.assign(steps, 0);
    const auto columnOf = [&](Micros time) {
        const double share =
            static_cast<double>(time.count) / static_cast<double>(std::max<std::int64_t>(1, overview.end.count));
        return std::min(steps - 1, static_cast<std::size_t>(std::max(0.0, share) * static_cast<double>(steps)));
    };
    Micros begin(0);
    for (const Step& step : known) {
        overview.peakBytes = std::max(overview.peakBytes, step.max);
        for (std::size_t column = columnOf(begin); column <= columnOf(step.end); ++column)
            overview.curve[column] = std::max(overview.curve[column], step.max);
        begin = step.end;
    }
    if (overview.peakBytes <= 0) overview.curve.clear();
    return overview;
}

}  // namespace heapprof
