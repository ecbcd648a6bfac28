// The processes of one program together.
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <sstream>
#include <tuple>

#include "core/capture/capture_set.h"
#include "core/output/exports.h"
#include "core/stacks/line_table.h"
#include "core/stacks/merged_traces.h"
#include "core/state/run_usage.h"
#include "python/bindings.h"
#include "python/conversions.h"
#include "python/interruptible.h"

namespace py = pybind11;

namespace heapprof {
namespace {

/// A recording and when it began, in seconds of the run.
using Part = std::pair<Recording, double>;
using Step = std::tuple<double, double, std::int64_t, std::int64_t, std::int64_t, double>;

std::vector<RunPart> partsOf(const std::vector<Part>& parts) {
    std::vector<RunPart> result;
    for (const auto& [recording, start] : parts) result.push_back({recording, microsOf(start)});
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
    const auto steps = interruptibly([&](std::stop_token stop) {
        return totalOverTime(partsOf(parts), microsOf(begin), microsOf(end), count, stop);
    });
    std::vector<Step> result;
    for (const TotalStep& step : steps)
        result.emplace_back(toSeconds(step.begin), toSeconds(step.end), step.min, step.max, step.last, step.error);
    return result;
}

std::vector<AmountTuple> runUsage(const std::vector<Part>& parts, double time) {
    const auto snapshots =
        interruptibly([&](std::stop_token stop) { return snapshotsAt(partsOf(parts), microsOf(time), stop); });
    std::vector<AmountTuple> amounts;
    for (const Snapshot& snapshot : snapshots) amounts.push_back(amountOf(snapshot.total));
    return amounts;
}

MergedSnapshot mergedAt(const std::vector<Part>& parts, double time) {
    return interruptibly([&](std::stop_token stop) { return mergedSnapshotAt(partsOf(parts), microsOf(time), stop); });
}

/// (file, number, self bytes, cumulative bytes) of every line.
py::list runLines(const std::vector<Part>& parts, double time) {
    const auto [snapshot, traces] = mergedAt(parts, time);
    py::list lines;
    for (const LineUsage& usage : makeLineTable(snapshot, *traces).lines)
        lines.append(lineName(*traces, usage.line) + py::make_tuple(usage.self.bytes, usage.cumulative.bytes));
    return lines;
}

std::string runCollapsed(const std::vector<Part>& parts, double time) {
    const auto [snapshot, traces] = mergedAt(parts, time);
    std::ostringstream out;
    writeCollapsed(out, snapshot, *traces);
    return out.str();
}

std::string runSpeedscope(const std::vector<Part>& parts, double time, const std::string& title) {
    const auto [snapshot, traces] = mergedAt(parts, time);
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
