#include <pybind11/stl.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "core/blocks/allocations.h"
#include "core/blocks/growth.h"
#include "core/blocks/lifetimes.h"
#include "core/blocks/sizes.h"
#include "core/state/domains.h"
#include "core/state/peak.h"
#include "python/bindings.h"
#include "python/interruptible.h"
#include "python/opened.h"

namespace py = pybind11;

namespace heapprof {
namespace {

using Domains = std::vector<std::string>;
using Amount = std::tuple<std::int64_t, std::int64_t, double, double>;  // bytes, blocks, their standard errors
using ByTrace = std::map<std::uint32_t, std::int64_t>;
using SizeRow = std::tuple<std::uint64_t, std::uint64_t, Amount>;           // least, greatest
using Allocated = std::tuple<ByTrace, ByTrace, Amount>;                     // bytes, blocks, total
using LifetimeRow = std::tuple<double, double, Amount>;                     // least, bound; seconds
using LifetimeRows = std::tuple<std::vector<LifetimeRow>, Amount, Amount>;  // freed; alive, allocated

Amount amountOf(const Usage& usage) {
    return {usage.bytes, usage.blocks, std::sqrt(usage.bytesVariance), std::sqrt(usage.blocksVariance)};
}

/// The number nearest to the decimal one, 0.05 for 50,000 us.
double roundSeconds(Micros time) { return static_cast<double>(time.count) / 1e6; }

Micros timeOf(double seconds) { return fromSeconds(std::clamp(seconds, -1.0, 9e12)); }

/// The traces of the domains, of these those through the line if there is one; none when the capture does not know it.
std::vector<bool> members(const Opened& opened, const Domains& domains, const std::optional<LineName>& line) {
    return line ? amongDomains(opened, domains, *line) : tracesOf(opened.traces(), domainSet(domains));
}

Allocated allocatedOf(const Opened& opened, const Domains& domains, const Snapshot& snapshot) {
    ByTrace bytes, blocks;
    const Snapshot counted = restrictedTo(domainSet(domains), snapshot, opened.traces());
    WholeBytes whole;
    for (const auto& [trace, usage] : counted.traces) {
        bytes.emplace(trace.value, whole.of(usage));
        blocks.emplace(trace.value, usage.blocks);
    }
    return {std::move(bytes), std::move(blocks), amountOf(counted.total)};
}

std::optional<LifetimeRows> lifetimeRows(const Opened& opened, const When& begin, const When& end, const When& until,
                                         const Domains& domains, const std::optional<LineName>& line) {
    const TurnoverTimes times{instantOf(begin), instantOf(end), instantOf(until)};
    const auto found = interruptibly([&](std::stop_token stop) {
        return lifetimes(*opened.digest, *opened.capture, members(opened, domains, line), times, stop);
    });
    if (!found) return std::nullopt;
    std::vector<LifetimeRow> rows;
    for (const auto& bucket : found->freed)
        rows.emplace_back(roundSeconds(bucket.least), roundSeconds(bucket.bound), amountOf(bucket.usage));
    return LifetimeRows{std::move(rows), amountOf(found->alive), amountOf(found->allocated)};
}

Allocated allocations(const Opened& opened, const When& begin, const When& end, const Domains& domains) {
    const Snapshot found = interruptibly([&](std::stop_token stop) {
        return allocatedBetween(*opened.digest, *opened.capture, instantOf(begin), instantOf(end), stop);
    });
    return allocatedOf(opened, domains, found);
}

/// (temporary, allocated); `limit` is a time or a distance.
template <typename Limit>
std::optional<std::pair<Allocated, Allocated>> temporary(const Opened& opened, const When& begin, const When& end,
                                                         Limit limit, const Domains& domains) {
    const auto found = interruptibly([&](std::stop_token stop) {
        return temporaryBlocks(*opened.digest, *opened.capture, instantOf(begin), instantOf(end), limit, stop);
    });
    if (!found) return std::nullopt;
    return std::pair(allocatedOf(opened, domains, found->temporary), allocatedOf(opened, domains, found->allocated));
}

std::vector<SizeRow> rowsOf(const SizeHistogram& histogram) {
    std::vector<SizeRow> rows;
    for (const SizeBucket& bucket : histogram) rows.emplace_back(bucket.least, bucket.greatest, amountOf(bucket.usage));
    return rows;
}

std::vector<SizeRow> liveSizes(const Opened& opened, const When& when, const Domains& domains,
                               const std::optional<LineName>& line) {
    return rowsOf(interruptibly([&](std::stop_token stop) {
        return sizesAt(*opened.digest, *opened.capture, members(opened, domains, line), instantOf(when), stop);
    }));
}

std::vector<SizeRow> allocatedSizes(const Opened& opened, const When& begin, const When& end, const Domains& domains,
                                    const std::optional<LineName>& line) {
    return rowsOf(interruptibly([&](std::stop_token stop) {
        return sizesAllocated(*opened.digest, *opened.capture, members(opened, domains, line), instantOf(begin),
                              instantOf(end), stop);
    }));
}

/// A trace's number, (file, line), or (file, function, its first line).
py::object nameOf(const TraceTable& traces, TraceGrouping unit, std::uint32_t index) {
    if (unit == TraceGrouping::Trace) return py::int_(index);
    if (unit == TraceGrouping::Line)
        return py::make_tuple(text(traces.file(LineIndex(index))), traces.line(LineIndex(index)).line);
    const Function& function = traces.function(FunctionIndex(index));
    return py::make_tuple(text(traces.string(function.file)), text(traces.string(function.name)), function.firstLine);
}

/// (name, slope, its error, the slope assured, bytes at begin, at end, floors) of each, the surest growth first.
py::list growth(const Opened& opened, const When& begin, const When& end, TraceGrouping unit, bool cumulative,
                const Domains& domains) {
    const auto ranking = interruptibly([&](std::stop_token stop) {
        return growthBetween(*opened.digest, *opened.capture, opened.traces(), members(opened, domains, std::nullopt),
                             {instantOf(begin).time, instantOf(end).time, unit, cumulative}, stop);
    });
    py::list list;
    for (const Growth& each : ranking)
        list.append(py::make_tuple(nameOf(opened.traces(), unit, each.index), each.slope, each.error, each.assured(),
                                   each.first, each.last, each.floors));
    return list;
}

When peak(const Opened& opened, const Domains& domains) {
    const Peak found = interruptibly([&](std::stop_token stop) {
        return peakOf(*opened.digest, *opened.capture, *opened.info, domainSet(domains), stop);
    });
    return whenOf(found.instant);
}

}  // namespace

void bindQuestions(py::module_& module) {
    py::enum_<TraceGrouping>(module, "GrowthUnit")
        .value("trace", TraceGrouping::Trace)
        .value("line", TraceGrouping::Line)
        .value("function", TraceGrouping::Function);
    module.def("lifetimes", &lifetimeRows);
    module.def("allocations", &allocations);
    module.def("temporaryByAge",
               [](const Opened& opened, const When& begin, const When& end, double shorterThan,
                  const Domains& domains) { return temporary(opened, begin, end, timeOf(shorterThan), domains); });
    module.def("temporaryByDistance", [](const Opened& opened, const When& begin, const When& end, std::uint64_t atMost,
                                         const Domains& domains) {
        return temporary(opened, begin, end, FurtherAllocations{atMost}, domains);
    });
    module.def("sizesAt", &liveSizes);
    module.def("sizesAllocated", &allocatedSizes);
    module.def("growth", &growth);
    module.def("peak", &peak);
}

}  // namespace heapprof
