#include "core/summary/overview.h"

#include <algorithm>

#include "core/amount.h"
#include "core/capture/capture.h"
#include "core/capture/weights.h"
#include "core/digest/digest_builder.h"
#include "core/recording/recording.h"

namespace heapprof {
namespace {

constexpr std::size_t kMostOfChunk = 1 << 18;  // events; a chunk holds fewer
constexpr std::size_t kFew = 1 << 17;          // events; read in a few milliseconds
constexpr std::size_t kEventsPerStep = 256;

/// A time and the most bytes there were from the time before it on.
struct Step {
    Micros end;
    std::int64_t max;
};

/// What happened behind the last of these sealed chunks, adding to `steps`: in an open one, of a program that still
/// runs or was killed, or in all of them.
void addEventsBehind(const Capture& capture, const std::vector<Capture::Chunk>& sealed, std::vector<Step>& steps) {
    const Weights weights(capture.info()->metadata.sampling);
    const auto reader = capture.events();
    std::int64_t total = 0;
    if (!sealed.empty()) {
        const Capture::Chunk& last = sealed.back();
        reader->seek({last.offset, 0, last.firstTime.count, last.firstTime.count, last.events});
        total = weights.fixed(last.atStart.count);
    }
    Event event;
    for (std::size_t read = 0; read < kFew + 2 * kMostOfChunk && reader->read({&event, 1}) > 0; ++read) {
        total = wrappingAdd(total, weights.change(event).bytes);
        const EventPosition position = reader->position();
        if (!sealed.empty() && position.offset <= sealed.back().offset) continue;
        if (read % kEventsPerStep == 0 || steps.empty()) steps.push_back({event.time, 0});
        steps.back().end = std::max(steps.back().end, event.time);
        steps.back().max = std::max(steps.back().max, weights.whole(total));
    }
}

/// Up to the end of the recording, after whose last event memory stays as it is.
std::vector<Step> stepsOf(const std::shared_ptr<Capture>& capture) {
    std::vector<Step> steps;
    if (const auto digest = openDigest(*capture); digest && digest->complete()) {
        for (const Bucket& bucket : digest->buckets())
            steps.push_back({Micros(bucket.end.time), digest->weights().whole(bucket.max)});
        const Micros end = Recording(capture, capture->info(), digest).end();
        if (!steps.empty() && end > steps.back().end)
            steps.push_back({end, digest->weights().whole(digest->buckets().back().total.bytes)});
        return steps;
    }
    if (capture->info()->metadata.version == 1) return steps;
    std::vector<Capture::Chunk> sealed = capture->chunks();
    // A chunk tells no more than its greatest total: a few of them would be blocks in place of a curve.
    if (!sealed.empty() && sealed.back().events < kFew) sealed.clear();
    for (const Capture::Chunk& chunk : sealed) steps.push_back({chunk.lastTime, chunk.max.count});
    addEventsBehind(*capture, sealed, steps);
    const auto end = capture->info()->metadata.cleanEnd;
    if (!steps.empty() && end) steps.back().end = std::max(steps.back().end, *end);
    return steps;
}

}  // namespace

Overview overviewOf(const std::filesystem::path& path, std::size_t steps) {
    return overviewOf(Capture::open(path), steps);
}

Overview overviewOf(const std::shared_ptr<Capture>& capture, std::size_t steps) {
    Overview overview;
    const auto info = capture->info();
    overview.metadata = info->metadata;
    overview.program = programOf(*info);
    overview.isBeingWritten = capture->isBeingWritten();
    const std::vector<Step> known = stepsOf(capture);
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
