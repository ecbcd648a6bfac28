// Single allocations: how many, how long they live, how big they are, what grows and what is left; what to look at.
#include <pybind11/stl.h>

#include <optional>
#include <tuple>

#include "core/blocks/allocations.h"
#include "core/blocks/generations.h"
#include "core/blocks/growth.h"
#include "core/blocks/lifetimes.h"
#include "core/blocks/sizes.h"
#include "core/recording/recording.h"
#include "core/summary/findings.h"
#include "core/traces/trace_set.h"
#include "python/bindings.h"
#include "python/conversions.h"
#include "python/interruptible.h"

namespace py = pybind11;

namespace heapprof {
namespace {

using Allocated = std::tuple<BytesByTrace, BytesByTrace, AmountTuple>;                    // bytes, blocks, total
using SizeTuple = std::tuple<std::uint64_t, std::uint64_t, AmountTuple>;                  // least, greatest
using LifetimeTuple = std::tuple<double, double, AmountTuple>;                            // least, bound; seconds
using LifetimeTuples = std::tuple<std::vector<LifetimeTuple>, AmountTuple, AmountTuple>;  // freed; alive, allocated

/// The number nearest to the decimal one, 0.05 for 50,000 us.
double roundSeconds(Micros time) { return static_cast<double>(time.count) / 1e6; }

Allocated allocatedOf(const TraceSet& traces, const Snapshot& snapshot) {
    BytesByTrace bytes, blocks;
    const Snapshot counted = restrictedTo(traces, snapshot);
    WholeAmounts whole;
    for (const auto& [trace, usage] : counted.traces) {
        bytes.emplace(trace.value, whole.of(usage));
        blocks.emplace(trace.value, usage.blocks);
    }
    return {std::move(bytes), std::move(blocks), amountOf(counted.total)};
}

std::optional<LifetimeTuples> lifetimeTuples(const Recording& recording, const When& begin, const When& end,
                                             const When& until, const TraceSet& traces) {
    const OutcomeTimes times{instantOf(begin), instantOf(end), instantOf(until)};
    const auto found = interruptibly([&](std::stop_token stop) { return lifetimes(recording, times, traces, stop); });
    if (!found) return std::nullopt;
    std::vector<LifetimeTuple> rows;
    for (const auto& bucket : found->freed)
        rows.emplace_back(roundSeconds(bucket.min), roundSeconds(bucket.bound), amountOf(bucket.usage));
    return LifetimeTuples{std::move(rows), amountOf(found->alive), amountOf(found->allocated)};
}

Allocated allocations(const Recording& recording, const When& begin, const When& end, const TraceSet& traces) {
    const Snapshot found = interruptibly(
        [&](std::stop_token stop) { return allocatedBetween(recording, instantOf(begin), instantOf(end), stop); });
    return allocatedOf(traces, found);
}

/// (temporary, allocated); `limit` is a time or a distance.
template <typename Limit>
std::optional<std::pair<Allocated, Allocated>> temporary(const Recording& recording, const When& begin, const When& end,
                                                         Limit limit, const TraceSet& traces) {
    const auto found = interruptibly([&](std::stop_token stop) {
        return temporaryBlocks(recording, instantOf(begin), instantOf(end), limit, stop);
    });
    if (!found) return std::nullopt;
    return std::pair(allocatedOf(traces, found->temporary), allocatedOf(traces, found->allocated));
}

std::vector<SizeTuple> tuplesOf(const SizeHistogram& histogram) {
    std::vector<SizeTuple> rows;
    for (const SizeBucket& bucket : histogram) rows.emplace_back(bucket.min, bucket.max, amountOf(bucket.usage));
    return rows;
}

std::vector<SizeTuple> liveSizes(const Recording& recording, const When& when, const TraceSet& traces) {
    return tuplesOf(
        interruptibly([&](std::stop_token stop) { return sizesAt(recording, instantOf(when), traces, stop); }));
}

std::vector<SizeTuple> allocatedSizes(const Recording& recording, const When& begin, const When& end,
                                      const TraceSet& traces) {
    return tuplesOf(interruptibly([&](std::stop_token stop) {
        return sizesAllocated(recording, instantOf(begin), instantOf(end), traces, stop);
    }));
}

using GenerationTuple = std::tuple<double, double, AmountTuple, Allocated>;  // begin, end, allocated, alive

std::optional<std::vector<GenerationTuple>> generationTuples(const Recording& recording,
                                                             const std::vector<double>& borders, const When& until,
                                                             const TraceSet& traces) {
    std::vector<Micros> times;
    for (const double border : borders) times.push_back(microsOf(border));
    const auto found = interruptibly(
        [&](std::stop_token stop) { return generations(recording, times, instantOf(until), traces, stop); });
    if (!found) return std::nullopt;
    std::vector<GenerationTuple> rows;
    for (const Generation& each : *found)
        rows.emplace_back(toSeconds(each.begin), toSeconds(each.end), amountOf(each.allocated),
                          allocatedOf({}, each.alive));
    return rows;
}

/// A trace's number, (file, line), or (file, function, its first line).
py::object nameOf(const TraceTable& traces, TraceGrouping unit, std::uint32_t index) {
    if (unit == TraceGrouping::Trace) return py::int_(index);
    if (unit == TraceGrouping::Line) return lineName(traces, LineIndex(index));
    const Function& function = traces.function(FunctionIndex(index));
    return py::make_tuple(text(traces.string(function.file)), text(traces.string(function.name)), function.firstLine);
}

/// (name, slope, its error, the slope assured, bytes at begin, at end, minima) of each, the surest growth first.
py::list growth(const Recording& recording, const When& begin, const When& end, TraceGrouping unit, bool cumulative,
                const TraceSet& traces) {
    const auto ranking = interruptibly([&](std::stop_token stop) {
        return growthBetween(recording, {instantOf(begin).time, instantOf(end).time, unit, cumulative}, traces, stop);
    });
    py::list list;
    for (const Growth& each : ranking)
        list.append(py::make_tuple(nameOf(recording.traces(), unit, each.index), each.slope, each.error,
                                   each.slopeLowerBound(), each.first, each.last, each.minima));
    return list;
}

py::object partsOf(const Finding& finding) {
    if (finding.kind != Finding::Kind::Resident) return py::none();
    const ResidentGap& gap = finding.gap;
    return py::make_tuple(gap.recorded, gap.before, gap.freed, gap.rest);
}

/// (kind, begin, end, total, line or None, what passed through it, slope, the slope assured, parts or None) of each.
py::list findingTuples(const Recording& recording, Capture& capture) {
    constexpr const char* kNames[] = {"peak", "growth", "left over", "churn", "temporary", "resident"};
    const auto found =
        interruptibly([&](std::stop_token stop) { return findings(recording, timelineOf(capture), stop); });
    py::list list;
    for (const Finding& each : found) {
        const py::object line = each.line ? lineName(recording.traces(), *each.line) : py::object(py::none());
        list.append(py::make_tuple(kNames[static_cast<std::size_t>(each.kind)], toSeconds(each.from.time),
                                   toSeconds(each.to.time), amountOf(each.total), line, amountOf(each.ofLine),
                                   each.slope, each.slopeLowerBound, partsOf(each)));
    }
    return list;
}

}  // namespace

void bindBlocks(py::module_& module) {
    py::enum_<TraceGrouping>(module, "GrowthUnit")
        .value("trace", TraceGrouping::Trace)
        .value("line", TraceGrouping::Line)
        .value("function", TraceGrouping::Function);
    module.def("lifetimes", &lifetimeTuples);
    module.def("generations", &generationTuples);
    module.def("allocations", &allocations);
    module.def("temporaryByAge",
               [](const Recording& recording, const When& begin, const When& end, double shorterThan,
                  const TraceSet& traces) { return temporary(recording, begin, end, microsOf(shorterThan), traces); });
    module.def("temporaryByDistance", [](const Recording& recording, const When& begin, const When& end,
                                         std::uint64_t atMost, const TraceSet& traces) {
        return temporary(recording, begin, end, FurtherAllocations{atMost}, traces);
    });
    module.def("sizesAt", &liveSizes);
    module.def("sizesAllocated", &allocatedSizes);
    module.def("growth", &growth);
    module.def("findings", &findingTuples);
}

}  // namespace heapprof
