// Recordings: their digests, sets of traces, and memory at an instant and over time.
#include <pybind11/functional.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <sstream>
#include <tuple>

#include "core/digest/digest_builder.h"
#include "core/output/exports.h"
#include "core/recording/recording.h"
#include "core/stacks/flow_diagram.h"
#include "core/stacks/merged_flow_graph.h"
#include "core/state/composition.h"
#include "core/state/domains.h"
#include "core/state/estimate.h"
#include "core/state/peak.h"
#include "core/state/time_series.h"
#include "core/traces/trace_set.h"
#include "python/bindings.h"
#include "python/conversions.h"
#include "python/interruptible.h"

namespace py = pybind11;

namespace heapprof {
namespace {

/// Builds or continues the digest and appends it to `made`. An exception that a signal handler or `report` raises ends
/// the build, keeps what is done and comes out then.
void makeDigest(const std::shared_ptr<Capture>& capture, bool anew,
                const std::function<void(std::uint64_t, double)>& report, py::list damage, py::list made) {
    const bool isBeingWritten = capture->isBeingWritten();
    DigestBuilder builder(capture, anew ? DigestBuilder::Start::Anew : DigestBuilder::Start::Continue);
    std::stop_source stop;
    std::optional<py::error_already_set> failure;
    const auto tell = [&](const DigestProgress& progress) {
        if (PyErr_CheckSignals() != 0) throw py::error_already_set();
        if (!report) return;
        const double total = static_cast<double>(progress.bytesTotal);
        report(progress.events, total > 0 ? static_cast<double>(progress.bytesDone) / total : 1);
    };
    {
        const py::gil_scoped_release release;
        builder.run(stop.get_token(), [&](const DigestProgress& progress) {
            const py::gil_scoped_acquire acquire;
            if (failure) return;
            try {
                tell(progress);
            } catch (py::error_already_set& error) {
                failure.emplace(error);
                stop.request_stop();
            }
        });
    }
    for (const Damage& entry : builder.damage()) damage.append(text(describe(entry)));
    made.append(Recording(capture, capture->info(), builder.digest(), isBeingWritten));
    if (failure) throw *failure;
}

py::object knownRecording(const std::shared_ptr<Capture>& capture) {
    const bool isBeingWritten = capture->isBeingWritten();
    const auto digest = openDigest(*capture);
    return digest ? py::cast(Recording(capture, capture->info(), digest, isBeingWritten)) : py::none();
}

/// Empty when no stack passes through that line.
TraceSet throughLine(const Recording& recording, const LineName& line, bool cumulative) {
    const auto known = recording.traces().findLine(line.first, line.second);
    return known ? TraceSet::throughLine(recording.traces(), *known, cumulative) : TraceSet::none();
}

/// `isMeant` gets file, line and function of each frame.
TraceSet through(const Recording& recording, const py::function& isMeant, bool cumulative) {
    const TraceTable& traces = recording.traces();
    const auto calls = [&](FrameIndex frame) { return isMeant(*frameName(traces, frame)).cast<bool>(); };
    return TraceSet::through(traces, calls, cumulative);
}

/// The instants of a curve, or of a sequence of snapshots.
struct Instants {
    std::vector<Instant> all;

    When at(std::size_t i) const { return whenOf(all.at(i)); }
    /// Which of them are more than a time.
    std::vector<std::size_t> positions() const {
        std::vector<std::size_t> result;
        for (std::size_t i = 0; i < all.size(); ++i)
            if (!all[i].isAllOfTime()) result.push_back(i);
        return result;
    }
    std::vector<double> times() const {
        std::vector<double> result;
        result.reserve(all.size());
        for (const Instant& instant : all) result.push_back(toSeconds(instant.time));
        return result;
    }
};

Instants evenlySpaced(const Recording& recording, std::size_t steps, const TraceSet& traces) {
    return {interruptibly(
        [&](std::stop_token stop) { return evenInstants(recording, peakOf(recording, traces, stop), steps); })};
}

When peakInstant(const Recording& recording, const TraceSet& traces) {
    return whenOf(interruptibly([&](std::stop_token stop) { return peakOf(recording, traces, stop); }).instant);
}

/// (bytes, least, greatest) of `traces`, each parallel to the instants; bounds of the first since the start.
py::tuple totalCurve(const Recording& recording, const Instants& instants, const TraceSet& traces) {
    std::vector<Instant> fromStart{Micros(-1)};
    fromStart.insert(fromStart.end(), instants.all.begin(), instants.all.end());
    const std::vector<CurvePoint> points = interruptibly([&](std::stop_token stop) {
        if (traces.isAll()) return curveOf(recording, fromStart, stop);
        return curveOf(recording, filteredBuckets(recording, traces, {}, stop), fromStart, stop);
    });
    std::vector<std::int64_t> bytes, min, max;
    for (std::vector<std::int64_t>* list : {&bytes, &min, &max}) list->reserve(points.size());
    for (const CurvePoint& point : std::span(points).subspan(std::min<std::size_t>(1, points.size()))) {
        bytes.push_back(point.amount);
        min.push_back(point.min);
        max.push_back(point.max);
    }
    return py::make_tuple(bytes, min, max);
}

/// Bytes of `traces` at the instants.
std::vector<std::int64_t> curve(const Recording& recording, const Instants& instants, const TraceSet& traces) {
    const std::vector<CurvePoint> points = interruptibly([&](std::stop_token stop) {
        return curveOf(recording, filteredBucketEnds(recording, traces, stop), instants.all, stop);
    });
    std::vector<std::int64_t> bytes;
    bytes.reserve(points.size());
    for (const CurvePoint& point : points) bytes.push_back(point.amount);
    return bytes;
}

/// Live memory at one instant, exactly: what Python's snapshots of plain numbers were made from.
struct LiveState {
    Recording recording;
    Snapshot snapshot;

    /// Bytes by trace, which add up to the total; keys are made by `indexType`.
    py::dict bytes(const py::object& indexType) const {
        py::dict usages;
        WholeAmounts whole;
        for (const auto& [trace, usage] : snapshot.traces) usages[indexType(trace.value)] = whole.of(usage);
        return usages;
    }
    std::int64_t bytesOf(const TraceSet& traces) const { return totalOf(traces, snapshot).bytes; }
};

LiveState liveStateAt(const Recording& recording, const When& when, const TraceSet& traces) {
    return {recording, interruptibly([&](std::stop_token stop) {
                return restrictedTo(traces, snapshotAt(recording, instantOf(when), stop));
            })};
}

/// (seconds, anonymous, of files, shared) of each reading that has them.
py::list residentKinds(const Timeline& timeline) {
    py::list list;
    for (const Timeline::Resident& reading : timeline.resident)
        if (const auto account = reading.account())
            list.append(py::make_tuple(toSeconds(reading.time), account->anonymous, account->file, account->shared));
    return list;
}

/// ((name, bytes, standard error) of each part, seconds of the readings of resident memory and of the rest, resident,
/// anonymous, file, shared); None where it was not recorded.
py::object composition(const Recording& recording, const Timeline& timeline, const When& when) {
    const auto found =
        interruptibly([&](std::stop_token stop) { return compositionAt(recording, timeline, instantOf(when), stop); });
    if (!found) return py::none();
    py::list parts;
    for (const Composition::Part& part : found->parts)
        parts.append(py::make_tuple(std::string(nameOf(part.kind)), part.bytes, part.error));
    return py::make_tuple(parts, toSeconds(found->readAt), toSeconds(found->measuredAt), found->resident,
                          found->account.anonymous, found->account.file, found->account.shared);
}

/// A state of plain numbers: made by hand, or folded.
LiveState liveStateOf(const Recording& recording, const When& when, const BytesByTrace& usages) {
    Snapshot snapshot;
    snapshot.time = instantOf(when);
    for (const auto& [trace, bytes] : usages) {
        snapshot.traces.push_back({TraceIndex(trace), {bytes, 0, 0, 0}});
        snapshot.total += snapshot.traces.back().usage;
    }
    return {recording, std::move(snapshot)};
}

/// Bytes, their standard error, least and greatest of the 95 % interval, share of the total, its standard error.
using EstimateTuple = std::tuple<std::int64_t, double, double, double, double, double>;

EstimateTuple estimateOf(const LiveState& state, const Estimate& part) {
    const auto [usage, interval, share] =
        estimateOfPart(part, state.snapshot.total, state.recording.metadata().sampling);
    return {usage.bytes, usage.bytesError(), interval.min, interval.max, share.part, share.error()};
}

EstimateTuple estimate(const LiveState& state, const TraceSet& traces) {
    return estimateOf(state, totalOf(traces, state.snapshot));
}

/// By value of the label of that name; None: what has none.
py::dict estimatesByLabel(const LiveState& state, const std::string& name) {
    const TraceTable& traces = state.recording.traces();
    Estimate others;
    std::map<std::string, Estimate> amounts;
    for (std::uint32_t i = 1; i < traces.labelSetCount(); ++i)
        for (const Label& label : traces.labelSet(LabelSetIndex(i)))
            if (traces.string(label.name) == name) amounts[traces.string(label.value)];
    for (const TraceEstimate& each : state.snapshot.traces) {
        const std::string* const value = traces.findLabel(each.trace, name);
        (value ? amounts[*value] : others) += each.usage;
    }
    py::dict found;
    for (const auto& [value, amount] : amounts) found[text(value)] = estimateOf(state, amount);
    found[py::none()] = estimateOf(state, others);
    return found;
}

/// ({line: self}, {line: cumulative}, {(caller, callee): bytes}, total); a line is (file, number).
py::tuple flowTables(const LiveState& state) {
    const TraceTable& traces = state.recording.traces();
    const FlowGraph graph = makeFlowGraph({&state.snapshot, 1}, traces);
    const auto name = [&](std::uint32_t node) { return lineName(traces, graph.nodes[node].line); };
    py::dict self, cumulative, edges;
    for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
        if (graph.nodes[i].self[0].bytes != 0) self[name(i)] = graph.nodes[i].self[0].bytes;
        cumulative[name(i)] = graph.nodes[i].cumulative[0].bytes;
    }
    for (const auto& edge : graph.edges) edges[py::make_tuple(name(edge.caller), name(edge.callee))] = edge.amounts[0];
    return py::make_tuple(self, cumulative, edges, graph.total[0].bytes);
}

/// What flowTables() gives, with file names encoded.
using FlowTuple = std::tuple<std::map<LineName, std::int64_t>, std::map<LineName, std::int64_t>,
                             std::map<std::pair<LineName, LineName>, std::int64_t>, std::int64_t>;

/// Several flow graphs, of any captures, as one with a number of each: lines are the same when their names are.
std::string dot(const std::vector<FlowTuple>& graphs, double minNodeFraction, double minEdgeFraction,
                bool collapseNodes, bool sizeNodesBasedOnLocalUsage) {
    MergedFlowGraph merged(graphs.size());
    for (std::size_t i = 0; i < graphs.size(); ++i) {
        const auto& [self, cumulative, edges, total] = graphs[i];
        merged.setTotal(i, total);
        for (const auto& [line, bytes] : self) merged.setSelf(i, line, bytes);
        for (const auto& [line, bytes] : cumulative) merged.setCumulative(i, line, bytes);
        for (const auto& [ends, bytes] : edges) merged.setEdge(i, ends.first, ends.second, bytes);
    }
    const FlowGraphOptions options{minNodeFraction, minEdgeFraction, collapseNodes, sizeNodesBasedOnLocalUsage};
    std::ostringstream out;
    writeDot(out, makeFlowDiagram(merged.graph(), options), merged.traces(), sizeNodesBasedOnLocalUsage);
    return out.str();
}

/// "bytes" or "blocks".
Measure measureNamed(const std::string& unit) {
    if (const auto measure = measureOf(unit)) return *measure;
    throw py::value_error("unit: \"bytes\" or \"blocks\"");
}

std::string collapsed(const LiveState& state, const std::string& unit) {
    std::ostringstream out;
    writeCollapsed(out, state.snapshot, state.recording.traces(), measureNamed(unit));
    return out.str();
}

std::string speedscope(const LiveState& state, const std::string& title, const std::string& unit) {
    std::ostringstream out;
    writeSpeedscope(out, state.snapshot, state.recording.traces(), title, measureNamed(unit));
    return out.str();
}

std::vector<py::tuple> frameNames(const TraceTable& traces) {
    std::vector<py::tuple> names;
    for (std::uint32_t i = 0; i < traces.frameCount(); ++i) names.push_back(frameName(traces, FrameIndex(i)));
    return names;
}

std::vector<py::str> threadNames(const TraceTable& traces) {
    std::vector<py::str> names;
    for (std::uint32_t i = 1; i < traces.threadCount(); ++i) names.push_back(text(traces.thread(ThreadIndex(i)).name));
    return names;
}

/// Of every line that a stack passes through.
std::vector<py::tuple> lineNames(const TraceTable& traces) {
    std::vector<py::tuple> names;
    for (std::uint32_t i = 0; i < traces.lineCount(); ++i) names.push_back(lineName(traces, LineIndex(i)));
    return names;
}

}  // namespace

void bindRecording(py::module_& module) {
    py::class_<TraceSet>(module, "TraceSet")
        .def("isEmpty", &TraceSet::isEmpty)
        .def("__and__", &TraceSet::operator&)
        .def("__or__", &TraceSet::operator|)
        .def("__invert__", &TraceSet::operator~);

    py::class_<Recording>(module, "Recording")
        .def("complete", [](const Recording& r) { return r.digest().complete(); })
        .def("events", [](const Recording& r) { return r.digest().events(); })
        .def("lastTime", [](const Recording& r) { return toSeconds(r.end()); })
        .def("traceCount", [](const Recording& r) { return r.traces().traceCount(); })
        .def("frameNames", [](const Recording& r) { return frameNames(r.traces()); })
        .def("threadNames", [](const Recording& r) { return threadNames(r.traces()); })
        .def("lineNames", [](const Recording& r) { return lineNames(r.traces()); })
        .def("knowsLine", [](const Recording& r,
                             const LineName& line) { return r.traces().findLine(line.first, line.second).has_value(); })
        .def("ofDomains",
             [](const Recording& r, const std::vector<std::string>& names) { return tracesOf(r, domainSet(names)); })
        .def("ofThread",
             [](const Recording& r, const std::string& name) { return TraceSet::ofThread(r.traces(), name); })
        .def("ofLabel",
             [](const Recording& r, const std::string& name, const std::optional<std::string>& value) {
                 return TraceSet::ofLabel(r.traces(), name, value);
             })
        .def("throughLine", &throughLine)
        .def("throughFunction", [](const Recording& r, const std::string& name,
                                   bool cumulative) { return TraceSet::throughFunction(r.traces(), name, cumulative); })
        .def("throughFile", [](const Recording& r, const std::string& path,
                               bool cumulative) { return TraceSet::throughFile(r.traces(), path, cumulative); })
        .def("throughModule", [](const Recording& r, const std::string& name,
                                 bool cumulative) { return TraceSet::throughModule(r.traces(), name, cumulative); })
        .def("through", &through)
        .def("stateAt", &liveStateAt)
        .def("stateOf", &liveStateOf)
        .def("peak", &peakInstant)
        .def("evenInstants", &evenlySpaced)
        .def("instantsEvery", [](const Recording& r, double interval) { return Instants{instantsEvery(interval, r)}; })
        .def("totalCurve", &totalCurve)
        .def("curve", &curve)
        .def("composition", &composition);

    py::class_<Timeline>(module, "Timeline")
        .def(py::init([](Capture& capture) {
            const py::gil_scoped_release release;
            return timelineOf(capture);
        }))
        .def("residentKinds", &residentKinds);

    py::class_<Instants>(module, "Instants")
        .def("__len__", [](const Instants& instants) { return instants.all.size(); })
        .def("at", &Instants::at)
        .def("positions", &Instants::positions)
        .def("times", &Instants::times);

    py::class_<LiveState>(module, "LiveState")
        .def("bytes", &LiveState::bytes)
        .def("bytesOf", &LiveState::bytesOf)
        .def("total", [](const LiveState& state) { return state.snapshot.total.bytes; })
        .def("estimate", &estimate)
        .def("estimatesByLabel", &estimatesByLabel)
        .def("flowGraph", &flowTables)
        .def("collapsed", &collapsed)
        .def("speedscope", &speedscope);

    module.def("dot", &dot);
    module.def("makeDigest", &makeDigest);
    module.def("knownRecording", &knownRecording);
}

}  // namespace heapprof
