#include "gui/document/plot_query.h"

#include <algorithm>

namespace heapprof::gui {
namespace {

constexpr std::size_t kWholeSteps = 600;

/// The steps of the headers' curve in (begin, end]: each chunk at full height.
std::vector<TotalStep> headerSteps(const std::vector<Capture::Chunk>& chunks, Micros begin, Micros end,
                                   std::size_t steps) {
    std::vector<TotalStep> result;
    const double width =
        std::max(1.0, static_cast<double>((end - begin).count) / static_cast<double>(std::max<std::size_t>(1, steps)));
    std::int64_t column = -1;
    for (const Capture::Chunk& chunk : chunks) {
        if (chunk.lastTime < begin || chunk.firstTime > end) continue;
        const Micros from = std::max(begin, chunk.firstTime), to = std::min(end, chunk.lastTime);
        const auto at = static_cast<std::int64_t>(static_cast<double>((from - begin).count) / width);
        if (at == column && !result.empty()) {
            TotalStep& step = result.back();
            step.end = to;
            step.min = std::min(step.min, chunk.min.count);
            step.max = std::max(step.max, chunk.max.count);
            step.last = chunk.max.count;
        } else {
            result.push_back({from, to, chunk.min.count, chunk.max.count, chunk.max.count, 0});
            column = at;
        }
    }
    return result;
}

PlotResult::Line lineOf(LineIndex line, const std::vector<TotalStep>& steps, const std::vector<TotalStep>& total) {
    PlotResult::Line result{line, {}, {}};
    for (std::size_t i = 0; i < total.size(); ++i) {
        result.amounts.push_back(steps[i].max);
        // At the interval's end, where both are of the same moment.
        const double share =
            total[i].last > 0 ? static_cast<double>(steps[i].last) / static_cast<double>(total[i].last) : 0;
        result.share.push_back(std::clamp(share, 0.0, 1.0));
    }
    return result;
}

/// Where more events have to be read than these, a rough picture comes first: some 10 ms.
constexpr std::uint64_t kReadAtOnce = 1'000'000;
/// The overview of fewer events is exact: some 1 ms.
constexpr std::uint64_t kReadForWhole = 100'000;

/// Whether the digest's own buckets are what is asked for: their least and greatest are of all bytes.
bool isWhole(const PlotRequest& request) {
    return request.counted.measure == Measure::ByteCount && request.counted.isEverythingOf(request.recording);
}

std::vector<LineIndex> linesOf(const PlotRequest& request) {
    std::vector<LineIndex> lines = request.lines;
    if (request.selected) lines.push_back(*request.selected);
    return lines;
}

/// `curves` are those of linesOf().
void addLines(PlotResult& result, const PlotRequest& request, const std::vector<std::vector<TotalStep>>& curves) {
    for (std::size_t i = 0; i < request.lines.size(); ++i)
        result.lines.push_back(lineOf(request.lines[i], curves[i], result.total));
    if (request.selected) result.selected = lineOf(*request.selected, curves.back(), result.total);
}

}  // namespace

std::shared_ptr<const PlotResult> PlotQuery::compute(const PlotRequest& request, std::stop_token stop,
                                                     const Publish& publishRough) {
    const bool haveDigest = request.recording.hasEvents();
    const bool haveHeaders = request.fromHeaders && !request.fromHeaders->empty();
    if (!request.recording.hasCapture() || (!haveDigest && !haveHeaders)) return nullptr;

    PlotResult result;
    result.info = request.recording.sharedInfo();
    result.counted = request.counted;
    const Micros digested = haveDigest ? request.recording.end() : Micros(0);
    result.last = std::max(digested, haveHeaders ? request.fromHeaders->back().lastTime : Micros(0));
    // A capture of one instant still has a width.
    const PlotRange::Span all{Micros(0), std::max(result.last, Micros(1))};
    const PlotRange::Span span = request.range.span.value_or(all);
    result.read = digested;
    result.begin = span.begin;
    result.end = std::max(span.end, span.begin + Micros(1));
    if (request.timeline)
        result.marks =
            plotMarks(*request.timeline, result.begin, result.end, std::max<std::size_t>(1, request.range.steps));
    if (request.counted.measure != Measure::ByteCount) result.marks.leaveOutBytes();
    // Headers know the total bytes of everything only.
    if (haveHeaders && isWhole(request) && digested < result.end)
        result.provisional =
            headerSteps(*request.fromHeaders, std::max(digested, result.begin), result.end, request.range.steps);
    result.whole = wholeOf(request, result);
    if (haveDigest) {
        result.isComplete = request.recording.digest().complete();
        result.isSampled = !request.recording.weights().exact();
        std::erase_if(m_series, [lines = linesOf(request)](const Series& series) {
            return std::ranges::find(lines, series.line) == lines.end();
        });
        const Axis axis = axisOf(result, digested, request.range.steps);
        // What grows is soon drawn again.
        if (publishRough && result.isComplete && eventsToRead(request, axis) > kReadAtOnce) {
            auto rough = std::make_shared<PlotResult>(result);
            addRough(*rough, request, axis, stop);
            if (stop.stop_requested()) return nullptr;
            publishRough(std::move(rough));
        }
        addExact(result, request, axis, stop);
    }
    return stop.stop_requested() ? nullptr : std::make_shared<PlotResult>(std::move(result));
}

PlotQuery::Axis PlotQuery::axisOf(const PlotResult& result, Micros digested, std::size_t steps) {
    if (result.begin > digested) return {};
    const Micros to = std::min(result.end, std::max(digested, result.begin + Micros(1)));
    const double share =
        static_cast<double>((to - result.begin).count) / static_cast<double>((result.end - result.begin).count);
    return {result.begin, to, std::max<std::size_t>(1, static_cast<std::size_t>(share * static_cast<double>(steps)))};
}

std::uint64_t PlotQuery::eventsToRead(const PlotRequest& request, const Axis& axis) const {
    const Recording& recording = request.recording;
    const std::uint64_t ofCurve = eventsOfCurve(recording, axis.begin, axis.end, axis.steps);
    std::uint64_t events = isTotalKnown(request) && m_total.curve.axis == axis ? 0 : ofCurve;
    if (!isWhole(request) && !isPartKnown(request)) events += recording.digest().events();
    for (const LineIndex line : linesOf(request)) {
        const auto known = std::ranges::find(m_series, line, &Series::line);
        if (known == m_series.end() || !isKnown(*known, request) || known->curve.axis != axis) events += ofCurve;
    }
    return events;
}

void PlotQuery::addRough(PlotResult& result, const PlotRequest& request, const Axis& axis, std::stop_token stop) {
    const Recording& recording = request.recording;
    const auto curveOf = [&](const Curve& known, const std::vector<Bucket>& buckets) {
        return known.axis == axis
                   ? known.steps
                   : roughTotalOverTime(recording, buckets, axis.begin, axis.end, axis.steps, request.counted.measure);
    };
    result.isRough = true;
    const Total total = isTotalKnown(request) ? m_total : Total();
    if (total.digest) result.peak = total.peak;
    result.total = isWhole(request)       ? curveOf(total.curve, recording.digest().buckets())
                   : isPartKnown(request) ? curveOf(total.curve, m_part.buckets.buckets)
                                          : curveOf({}, filteredBucketEnds(recording, request.counted.traces(recording),
                                                                           stop, request.counted.measure)
                                                            .buckets);
    std::vector<std::vector<TotalStep>> curves;
    for (const LineIndex line : linesOf(request)) {
        const Series& series = lineSeries(request, line, stop);
        if (stop.stop_requested()) return;
        curves.push_back(curveOf(series.curve, series.buckets.buckets));
    }
    addLines(result, request, curves);
}

void PlotQuery::addExact(PlotResult& result, const PlotRequest& request, const Axis& axis, std::stop_token stop) {
    const Recording& recording = request.recording;
    const FilteredBuckets* part = isWhole(request) ? nullptr : &partOf(request, stop);
    if (stop.stop_requested()) return;
    if (!isTotalKnown(request)) {
        const Peak peak = part ? peakOf(recording, *part, stop) : peakOf(recording, TraceSet(), stop);
        if (stop.stop_requested()) return;
        m_total = {recording.sharedDigest(), request.counted, peak, {}};
    }
    if (m_total.curve.axis != axis) {
        auto steps = part ? totalOverTime(recording, *part, axis.begin, axis.end, axis.steps, stop)
                          : totalOverTime(recording, axis.begin, axis.end, axis.steps, stop);
        if (stop.stop_requested()) return;
        m_total.curve = {axis, std::move(steps)};
    }
    if (!result.whole) result.whole = wholeOf(request, result);
    result.peak = m_total.peak;
    result.total = m_total.curve.steps;
    std::vector<std::vector<TotalStep>> curves;
    for (const LineIndex line : linesOf(request)) {
        Series& series = lineSeries(request, line, stop);
        if (!stop.stop_requested() && series.curve.axis != axis) {
            auto steps = totalOverTime(recording, series.buckets, axis.begin, axis.end, axis.steps, stop);
            if (!stop.stop_requested()) series.curve = {axis, std::move(steps)};
        }
        if (stop.stop_requested()) return;
        curves.push_back(series.curve.steps);
    }
    addLines(result, request, curves);
}

std::shared_ptr<const PlotResult::Whole> PlotQuery::wholeOf(const PlotRequest& request, const PlotResult& result) {
    const Recording& recording = request.recording;
    if (!isWhole(request) && !isPartKnown(request)) return nullptr;
    if (m_whole.steps && m_whole.digest == recording.sharedDigest() && m_whole.fromHeaders == request.fromHeaders &&
        m_whole.counted == request.counted)
        return m_whole.steps;
    auto whole = std::make_shared<PlotResult::Whole>();
    const Micros last = std::max(result.last, Micros(1)), read = result.read;
    if (recording.hasEvents()) {
        const Micros to = std::max(read, Micros(1));
        const double share = static_cast<double>(to.count) / static_cast<double>(last.count);
        const auto steps = std::max<std::size_t>(1, static_cast<std::size_t>(share * kWholeSteps));
        const FilteredBuckets* part = isWhole(request) ? nullptr : &m_part.buckets;
        if (eventsOfCurve(recording, Micros(0), to, steps) > kReadForWhole)
            whole->total = roughTotalOverTime(recording, part ? part->buckets : recording.digest().buckets(), Micros(0),
                                              to, steps, request.counted.measure);
        else
            whole->total = part ? totalOverTime(recording, *part, Micros(0), to, steps)
                                : totalOverTime(recording, Micros(0), to, steps);
    }
    if (request.fromHeaders && isWhole(request) && read < last)
        whole->provisional = headerSteps(*request.fromHeaders, read, last, kWholeSteps);
    m_whole = {recording.sharedDigest(), request.fromHeaders, request.counted, std::move(whole)};
    return m_whole.steps;
}

bool PlotQuery::isTotalKnown(const PlotRequest& request) const {
    return m_total.digest == request.recording.sharedDigest() && m_total.counted == request.counted;
}

bool PlotQuery::isKnown(const Series& series, const PlotRequest& request) {
    return series.digest == request.recording.sharedDigest() && series.counted == request.counted;
}

PlotQuery::Series& PlotQuery::lineSeries(const PlotRequest& request, LineIndex line, std::stop_token stop) {
    auto known = std::ranges::find(m_series, line, &Series::line);
    if (known == m_series.end()) known = m_series.insert(m_series.end(), Series{line, {}, nullptr, {}, {}});
    if (!isKnown(*known, request)) {
        const TraceTable& traces = request.recording.traces();
        known->counted = request.counted;
        known->curve = {};
        known->buckets = filteredBucketEnds(
            request.recording, request.counted.traces(request.recording) & TraceSet::throughLine(traces, line), stop,
            request.counted.measure);
        known->digest = stop.stop_requested() ? nullptr : request.recording.sharedDigest();
    }
    return *known;
}

bool PlotQuery::isPartKnown(const PlotRequest& request) const {
    return m_part.counted == request.counted && m_part.digest == request.recording.sharedDigest();
}

const FilteredBuckets& PlotQuery::partOf(const PlotRequest& request, std::stop_token stop) {
    if (isPartKnown(request)) return m_part.buckets;
    const bool isSame = m_part.capture == request.recording.sharedCapture() &&
                        m_part.revision == request.recording.digest().revision() && m_part.counted == request.counted;
    FilteredBuckets known = isSame ? std::move(m_part.buckets) : FilteredBuckets();
    // A stopped run is taken up from there.
    m_part = {request.recording.sharedCapture(), nullptr, request.recording.digest().revision(), request.counted, {}};
    m_part.buckets = filteredBuckets(request.recording, request.counted.traces(request.recording), std::move(known),
                                     stop, request.counted.measure);
    if (!stop.stop_requested()) m_part.digest = request.recording.sharedDigest();
    return m_part.buckets;
}

}  // namespace heapprof::gui
