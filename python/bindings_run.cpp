#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <tuple>

#include "core/capture/capture_set.h"
#include "core/output/exports.h"
#include "core/stacks/combined_traces.h"
#include "core/stacks/line_table.h"
#include "core/state/run_usage.h"
#include "python/bindings.h"
#include "python/interruptible.h"
#include "python/opened.h"

namespace py = pybind11;

namespace heapprof {
namespace {

/// A digest and when its recording began, in seconds of the run.
using Part = std::pair<Opened, double>;
using Step = std::tuple<double, double, std::int64_t, std::int64_t, std::int64_t, double>;
using Amount = std::tuple<std::int64_t, std::int64_t, double, double>;

Micros timeOf(double seconds) { return fromSeconds(std::clamp(seconds, -9e12, 9e12)); }

std::vector<RunPart> partsOf(const std::vector<Part>& parts) {
    std::vector<RunPart> result;
    for (const auto& [opened, start] : parts)
        result.push_back({opened.capture, opened.digest, timeOf(start), opened.goesOn});
    return result;
}

/// ([(filebase, position of the parent or None, start in seconds)], problems)
py::tuple captureSet(const std::filesystem::path& path) {
    const CaptureSet set = interruptibly([&](std::stop_token stop) { return CaptureSet::open(path, stop); });
    py::list members, problems;
    for (const auto& member : set.members())
        members.append(py::make_tuple(member.capture->filebase(), member.parent, toSeconds(member.start)));
    for (const std::string& problem : set.problems()) problems.append(text(problem));
    return py::make_tuple(members, problems);
}

double runEnd(const std::vector<Part>& parts) { return toSeconds(endOf(partsOf(parts))); }

std::vector<Step> runTotal(const std::vector<Part>& parts, double begin, double end, std::size_t count) {
    const auto steps = interruptibly(
        [&](std::stop_token stop) { return totalOverTime(partsOf(parts), timeOf(begin), timeOf(end), count, stop); });
    std::vector<Step> result;
    for (const TotalStep& step : steps)
        result.emplace_back(toSeconds(step.begin), toSeconds(step.end), step.least, step.greatest, step.last,
                            step.error);
    return result;
}

std::vector<Amount> runUsage(const std::vector<Part>& parts, double time) {
    const auto snapshots =
        interruptibly([&](std::stop_token stop) { return snapshotsAt(partsOf(parts), timeOf(time), stop); });
    std::vector<Amount> amounts;
    for (const Snapshot& snapshot : snapshots) {
        const Usage& total = snapshot.total;
        amounts.emplace_back(total.bytes, total.blocks, std::sqrt(total.bytesVariance),
                             std::sqrt(total.blocksVariance));
    }
    return amounts;
}

/// All parts in one snapshot, and the stacks it speaks of.
std::pair<Snapshot, std::shared_ptr<const TraceTable>> combined(const std::vector<Part>& parts, double time,
                                                                const std::stop_token& stop) {
    std::vector<std::shared_ptr<const CaptureInfo>> infos;
    for (const auto& [opened, start] : parts) infos.push_back(opened.info);
    const CombinedTraces traces(infos);
    return {traces.sumOf(snapshotsAt(partsOf(parts), timeOf(time), stop), timeOf(time)), traces.table()};
}

/// (file, number, local bytes, cumulative bytes) of every line.
py::list runLines(const std::vector<Part>& parts, double time) {
    const auto [snapshot, traces] = interruptibly([&](std::stop_token stop) { return combined(parts, time, stop); });
    py::list lines;
    for (const LineUsage& usage : makeLineTable(snapshot, *traces).lines)
        lines.append(py::make_tuple(text(traces->file(usage.line)), traces->line(usage.line).line, usage.local.bytes,
                                    usage.cumulative.bytes));
    return lines;
}

std::string runCollapsed(const std::vector<Part>& parts, double time) {
    const auto [snapshot, traces] = interruptibly([&](std::stop_token stop) { return combined(parts, time, stop); });
    std::ostringstream out;
    writeCollapsed(out, snapshot, *traces);
    return out.str();
}

std::string runSpeedscope(const std::vector<Part>& parts, double time, const std::string& title) {
    const auto [snapshot, traces] = interruptibly([&](std::stop_token stop) { return combined(parts, time, stop); });
    std::ostringstream out;
    writeSpeedscope(out, snapshot, *traces, title);
    return out.str();
}

}  // namespace

void bindRun(py::module_& module) {
    module.def("captureSet", &captureSet);
    module.def("runEnd", &runEnd);
    module.def("runTotal", &runTotal);
    module.def("runUsage", &runUsage);
    module.def("runLines", &runLines);
    module.def("runCollapsed", &runCollapsed);
    module.def("runSpeedscope", &runSpeedscope);
}

}  // namespace heapprof
