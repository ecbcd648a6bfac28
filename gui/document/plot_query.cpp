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
        result.bytes.push_back(steps[i].max);
        // At the interval's end, where both are of the same moment.
        const double share =
            total[i].last > 0 ? static_cast<double>(steps[i].last) / static_cast<double>(total[i].last) : 0;
        result.share.push_back(std::clamp(share, 0.0, 1.0));
    }
    return result;
}

}  // namespace

std::shared_ptr<const PlotResult> PlotQuery::compute(const PlotRequest& request, std::stop_token stop) {
    const bool haveDigest = request.recording.hasEvents();
    const bool isWhole = request.recording.hasCapture() && request.counted.isEverythingOf(request.recording);
    const bool haveHeaders = request.fromHeaders && !request.fromHeaders->empty();
    if (!request.recording.hasCapture() || (!haveDigest && !haveHeaders)) return nullptr;

    auto result = std::make_shared<PlotResult>();
    result->info = request.recording.sharedInfo();
    result->counted = request.counted;
    const Micros digested = haveDigest ? request.recording.end() : Micros(0);
    result->last = std::max(digested, haveHeaders ? request.fromHeaders->back().lastTime : Micros(0));
    // A capture of one instant still has a width.
    const PlotRange::Span all{Micros(0), std::max(result->last, Micros(1))};
    const PlotRange::Span span = request.range.span.value_or(all);
    result->read = digested;
    result->begin = span.begin;
    result->end = std::max(span.end, span.begin + Micros(1));
    if (request.timeline)
        result->marks =
            plotMarks(*request.timeline, result->begin, result->end, std::max<std::size_t>(1, request.range.steps));
    const FilteredBuckets* part = haveDigest && !isWhole ? &partOf(request, stop) : nullptr;
    if (stop.stop_requested()) return nullptr;
    result->whole = wholeOf(request, part, all.end, stop);
    if (haveDigest) {
        const Recording& recording = request.recording;
        result->isComplete = recording.digest().complete();
        result->isSampled = !recording.weights().exact();
        result->peak = peakOf(request, part, stop);
        if (result->begin <= digested) {
            const Micros to = std::min(result->end, std::max(digested, result->begin + Micros(1)));
            const double share = static_cast<double>((to - result->begin).count) /
                                 static_cast<double>((result->end - result->begin).count);
            const auto steps =
                std::max<std::size_t>(1, static_cast<std::size_t>(share * static_cast<double>(request.range.steps)));
            result->total = part ? totalOverTime(recording, *part, result->begin, to, steps, stop)
                                 : totalOverTime(recording, result->begin, to, steps, stop);
        }
        std::erase_if(m_series, [&](const Series& series) {
            return series.line != request.selected &&
                   std::find(request.lines.begin(), request.lines.end(), series.line) == request.lines.end();
        });
        const auto overTime = [&](LineIndex line) {
            const Series& series = lineSeries(request, line, stop);
            if (stop.stop_requested()) return PlotResult::Line{};
            std::vector<TotalStep> steps;
            if (!result->total.empty())
                steps = totalOverTime(recording, series.buckets, result->begin, result->total.back().end,
                                      result->total.size(), stop);
            return lineOf(line, steps, result->total);
        };
        for (const LineIndex line : request.lines) {
            result->lines.push_back(overTime(line));
            if (stop.stop_requested()) return nullptr;
        }
        if (request.selected) result->selected = overTime(*request.selected);
    }
    // Headers know the total of everything only.
    if (haveHeaders && isWhole && digested < result->end)
        result->provisional =
            headerSteps(*request.fromHeaders, std::max(digested, result->begin), result->end, request.range.steps);
    return stop.stop_requested() ? nullptr : result;
}

const PlotQuery::Series& PlotQuery::lineSeries(const PlotRequest& request, LineIndex line, std::stop_token stop) {
    auto known =
        std::find_if(m_series.begin(), m_series.end(), [&](const Series& series) { return series.line == line; });
    if (known == m_series.end()) known = m_series.insert(m_series.end(), Series{line, {}, nullptr, {}});
    if (known->digest != request.recording.sharedDigest() || known->counted != request.counted) {
        const TraceTable& traces = request.recording.traces();
        known->counted = request.counted;
        known->buckets = filteredBucketEnds(
            request.recording, request.counted.traces(request.recording) & TraceSet::throughLine(traces, line), stop);
        known->digest = stop.stop_requested() ? nullptr : request.recording.sharedDigest();
    }
    return *known;
}

Peak PlotQuery::peakOf(const PlotRequest& request, const FilteredBuckets* part, std::stop_token stop) {
    const bool isSame = m_peakDigest == request.recording.sharedDigest() && m_peakCounted == request.counted;
    if (isSame) return m_peak;
    m_peakDigest = nullptr;
    m_peakCounted = request.counted;
    m_peak =
        part ? heapprof::peakOf(request.recording, *part, stop) : heapprof::peakOf(request.recording, TraceSet(), stop);
    if (!stop.stop_requested()) m_peakDigest = request.recording.sharedDigest();
    return m_peak;
}

std::shared_ptr<const PlotResult::Whole> PlotQuery::wholeOf(const PlotRequest& request, const FilteredBuckets* part,
                                                            Micros last, std::stop_token stop) {
    const Recording& recording = request.recording;
    if (m_whole && m_wholeDigest == recording.sharedDigest() && m_wholeHeaders == request.fromHeaders &&
        m_wholeCounted == request.counted)
        return m_whole;
    auto whole = std::make_shared<PlotResult::Whole>();
    const Micros digested = recording.hasEvents() ? recording.end() : Micros(0);
    if (recording.hasEvents()) {
        const Micros to = std::max(digested, Micros(1));
        const double share = static_cast<double>(to.count) / static_cast<double>(last.count);
        const auto steps = std::max<std::size_t>(1, static_cast<std::size_t>(share * kWholeSteps));
        whole->total = part ? totalOverTime(recording, *part, Micros(0), to, steps, stop)
                            : totalOverTime(recording, Micros(0), to, steps, stop);
    }
    if (request.fromHeaders && request.counted.isEverythingOf(recording) && digested < last)
        whole->provisional = headerSteps(*request.fromHeaders, digested, last, kWholeSteps);
    if (stop.stop_requested()) return nullptr;
    m_wholeDigest = recording.sharedDigest();
    m_wholeHeaders = request.fromHeaders;
    m_wholeCounted = request.counted;
    return m_whole = std::move(whole);
}

const FilteredBuckets& PlotQuery::partOf(const PlotRequest& request, std::stop_token stop) {
    const bool isSame = m_part.capture == request.recording.sharedCapture() &&
                        m_part.revision == request.recording.digest().revision() && m_part.counted == request.counted;
    if (isSame && m_part.digest == request.recording.sharedDigest()) return m_part.buckets;
    FilteredBuckets known = isSame ? std::move(m_part.buckets) : FilteredBuckets();
    // A stopped run is taken up from there.
    m_part = {request.recording.sharedCapture(), nullptr, request.recording.digest().revision(), request.counted, {}};
    m_part.buckets =
        filteredBuckets(request.recording, request.counted.traces(request.recording), std::move(known), stop);
    if (!stop.stop_requested()) m_part.digest = request.recording.sharedDigest();
    return m_part.buckets;
}

}  // namespace heapprof::gui
