#include <pybind11/functional.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <optional>
#include <span>
#include <sstream>
#include <tuple>

#include "core/digest/digest_builder.h"
#include "core/output/exports.h"
#include "core/stacks/merged_flow_graph.h"
#include "core/state/domains.h"
#include "core/state/estimate.h"
#include "core/state/time_series.h"
#include "core/traces/shown_frames.h"
#include "core/traces/trace_selection.h"
#include "python/bindings.h"
#include "python/interruptible.h"
#include "python/opened.h"

namespace py = pybind11;

namespace heapprof {
namespace {

using Usages = std::map<std::uint32_t, std::int64_t>;  // trace -> live bytes

py::list texts(const std::vector<std::string>& lines) {
    py::list list;
    for (const std::string& line : lines) list.append(text(line));
    return list;
}

std::string hexadecimal(const Uuid& uuid) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string result;
    for (const std::uint8_t byte : uuid) {
        result += kDigits[byte >> 4];
        result += kDigits[byte & 15];
    }
    return result;
}

/// (pid, parent's pid, executable, Python version, host, working directory, arguments); None when it is not known.
py::object processOf(const Metadata& metadata) {
    if (!metadata.process) return py::none();
    const ProcessInfo& process = *metadata.process;
    return py::make_tuple(process.pid, process.parentPid, text(process.executable), text(process.pythonVersion),
                          text(process.host), text(process.workingDirectory), texts(process.arguments));
}

/// (seconds, kind, text, value, bytes of the profiler) of everything the log says besides events.
py::list marksOf(Capture& capture) {
    std::vector<Mark> marks;
    {
        const py::gil_scoped_release release;
        marks = capture.marks();
    }
    constexpr const char* kNames[] = {"mark",       "begin",  "end",  "pause",    "resume",      "resident",
                                      "collection", "thread", "lost", "reserved", "residentPeak"};
    py::list list;
    for (const Mark& mark : marks)
        list.append(py::make_tuple(toSeconds(mark.time), kNames[static_cast<std::size_t>(mark.kind)], text(mark.text),
                                   mark.value, mark.ofProfiler));
    return list;
}

py::object samplingOf(const Sampling& sampling) {
    if (sampling.mode == Sampling::Mode::ByBytes) return py::float_(sampling.meanBytes);
    py::dict table;
    for (const auto& range : sampling.ranges) table[py::int_(range.bound)] = range.probability;
    return table;
}

/// (file, line, function) of each frame, outermost first; None when there is no such trace.
py::object frames(const TraceTable& traces, std::int64_t index, bool hideInternal) {
    if (index <= 0 || index > static_cast<std::int64_t>(traces.traceCount())) return py::none();
    py::list result;
    for (const FrameIndex frame : traces.frames(TraceIndex(static_cast<std::uint32_t>(index)))) {
        if (hideInternal && isInternal(traces.file(frame))) continue;
        result.append(
            py::make_tuple(text(traces.file(frame)), traces.frame(frame).line, text(traces.functionName(frame))));
    }
    return result;
}

bool isCut(const TraceTable& traces, std::int64_t index) {
    return index > 0 && index <= static_cast<std::int64_t>(traces.traceCount()) &&
           traces.isCut(TraceIndex(static_cast<std::uint32_t>(index)));
}

/// Who handed the trace's blocks out; None when there is no such trace.
py::object domainName(const TraceTable& traces, std::int64_t index) {
    if (index <= 0 || index > static_cast<std::int64_t>(traces.traceCount())) return py::none();
    return py::str(std::string(nameOf(traces.trace(TraceIndex(static_cast<std::uint32_t>(index))).domain)));
}

py::list domainNames(DomainSet domains) {
    py::list names;
    for (const Domain domain : kDomains)
        if (domains.has(domain)) names.append(py::str(std::string(nameOf(domain))));
    return names;
}

std::vector<std::string> warningsOf(const CaptureInfo& info) {
    std::vector<std::string> lines = info.metadata.warnings;
    for (const Damage& damage : info.damage) lines.push_back(describe(damage));
    return lines;
}

/// Builds or continues the digest and appends it to `made`. An exception that a signal handler or `report` raises ends
/// the build, keeps what is done and comes out then.
void makeDigest(const std::shared_ptr<Capture>& capture, bool anew,
                const std::function<void(std::uint64_t, double)>& report, py::list damage, py::list made) {
    const bool goesOn = capture->isBeingWritten();
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
    made.append(Opened{capture, capture->info(), builder.digest(), goesOn});
    if (failure) throw *failure;
}

/// The instants of a curve, or of a row of snapshots.
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

Instants even(const Opened& opened, std::size_t steps, const std::vector<std::string>& domains) {
    return {interruptibly([&](std::stop_token stop) {
        const Peak peak = peakOf(*opened.digest, *opened.capture, *opened.info, domainSet(domains), stop);
        return evenInstants(*opened.digest, peak, steps);
    })};
}

/// Live memory at one instant, exactly: what Python's snapshots of plain numbers were made from.
struct LiveState {
    Opened opened;
    Snapshot snapshot;

    /// Bytes by trace, which add up to the total; keys are made by `indexType`.
    py::dict bytes(const py::object& indexType) const {
        py::dict usages;
        WholeBytes whole;
        for (const auto& [trace, usage] : snapshot.traces) usages[indexType(trace.value)] = whole.of(usage);
        return usages;
    }
};

LiveState liveStateAt(const Opened& opened, const When& when, const std::vector<std::string>& domains) {
    return {opened, interruptibly([&](std::stop_token stop) {
                const Snapshot all = snapshotAt(*opened.digest, *opened.capture, instantOf(when), stop);
                return restrictedTo(domainSet(domains), all, opened.traces());
            })};
}

/// A state of plain numbers: made by hand, or folded.
LiveState liveStateOf(const Opened& opened, const When& when, const Usages& usages) {
    Snapshot snapshot;
    snapshot.time = instantOf(when);
    for (const auto& [trace, bytes] : usages) {
        snapshot.traces.push_back({TraceIndex(trace), {bytes, 0, 0, 0}});
        snapshot.total += snapshot.traces.back().usage;
    }
    return {opened, std::move(snapshot)};
}

/// Of each line.
std::vector<Usage> usagesOf(const LiveState& state, const std::vector<LineName>& lines, bool cumulative) {
    std::vector<Usage> usages;
    for (const LineName& line : lines) {
        const std::vector<bool> isMember = amongDomains(state.opened, {}, line, cumulative);
        Usage& sum = usages.emplace_back();
        for (const auto& [trace, usage] : state.snapshot.traces)
            if (trace.value < isMember.size() && isMember[trace.value]) sum += usage;
    }
    return usages;
}

/// Bytes on each line, and the total.
std::pair<std::vector<std::int64_t>, std::int64_t> bytesOfLines(const LiveState& state,
                                                                const std::vector<LineName>& lines, bool cumulative) {
    std::vector<std::int64_t> bytes;
    for (const Usage& usage : usagesOf(state, lines, cumulative)) bytes.push_back(usage.bytes);
    return {bytes, state.snapshot.total.bytes};
}

/// Bytes, their standard error, least and greatest of the 95 % interval, share of the total, its standard error.
using Estimate = std::tuple<std::int64_t, double, double, double, double, double>;

/// Of each line, then of the total.
std::vector<Estimate> estimates(const LiveState& state, const std::vector<LineName>& lines, bool cumulative) {
    const double unseen = mostBytesUnseen(state.opened.info->metadata.sampling);
    const Usage& total = state.snapshot.total;
    std::vector<Usage> usages = usagesOf(state, lines, cumulative);
    usages.push_back(total);
    std::vector<Estimate> result;
    for (const Usage& usage : usages) {
        Interval interval = interval95(static_cast<double>(usage.bytes), usage.bytesVariance);
        if (usage.bytes == 0) interval.greatest = unseen;
        const Share share = shareOf(usage, total);
        result.emplace_back(usage.bytes, usage.bytesError(), interval.least, interval.greatest, share.part,
                            share.error());
    }
    return result;
}

/// ({line: local}, {line: cumulative}, {(caller, callee): bytes}, total); a line is (file, number).
py::tuple flowTables(const LiveState& state) {
    const TraceTable& traces = state.opened.traces();
    const FlowGraph graph = makeFlowGraph({&state.snapshot, 1}, traces);
    const auto name = [&](std::uint32_t node) {
        const LineIndex line = graph.nodes[node].line;
        return py::make_tuple(text(traces.file(line)), traces.line(line).line);
    };
    py::dict local, cumulative, edges;
    for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
        if (graph.nodes[i].local[0].bytes != 0) local[name(i)] = graph.nodes[i].local[0].bytes;
        cumulative[name(i)] = graph.nodes[i].cumulative[0].bytes;
    }
    for (const auto& edge : graph.edges) edges[py::make_tuple(name(edge.caller), name(edge.callee))] = edge.bytes[0];
    return py::make_tuple(local, cumulative, edges, graph.total[0].bytes);
}

/// What flowTables() gives, with file names encoded.
using FlowTuple = std::tuple<std::map<LineName, std::int64_t>, std::map<LineName, std::int64_t>,
                             std::map<std::pair<LineName, LineName>, std::int64_t>, std::int64_t>;

/// Several flow graphs, of any captures, as one with a number of each: lines are the same when their names are.
std::string dot(const std::vector<FlowTuple>& graphs, double minNodeFraction, double minEdgeFraction,
                bool collapseNodes, bool sizeNodesBasedOnLocalUsage) {
    MergedFlowGraph merged(graphs.size());
    for (std::size_t i = 0; i < graphs.size(); ++i) {
        const auto& [local, cumulative, edges, total] = graphs[i];
        merged.setTotal(i, total);
        for (const auto& [line, bytes] : local) merged.setLocal(i, line, bytes);
        for (const auto& [line, bytes] : cumulative) merged.setCumulative(i, line, bytes);
        for (const auto& [ends, bytes] : edges) merged.setEdge(i, ends.first, ends.second, bytes);
    }
    const FlowGraphOptions options{minNodeFraction, minEdgeFraction, collapseNodes, sizeNodesBasedOnLocalUsage};
    std::ostringstream out;
    writeDot(out, makeFlowDiagram(merged.graph(), options), merged.traces(), sizeNodesBasedOnLocalUsage);
    return out.str();
}

std::string collapsed(const LiveState& state) {
    std::ostringstream out;
    writeCollapsed(out, state.snapshot, state.opened.traces());
    return out.str();
}

std::string speedscope(const LiveState& state, const std::string& title) {
    std::ostringstream out;
    writeSpeedscope(out, state.snapshot, state.opened.traces(), title);
    return out.str();
}

/// (bytes, least, greatest) of everything in the domains, each parallel to the instants; bounds of the first since the
/// start.
py::tuple totalCurve(const Opened& opened, const Instants& instants, const std::vector<std::string>& domains) {
    const DomainSet counted = domainSet(domains);
    std::vector<Instant> fromStart{Micros(-1)};
    fromStart.insert(fromStart.end(), instants.all.begin(), instants.all.end());
    std::vector<std::int64_t> bytes, least, greatest;
    const std::vector<CurvePoint> points = interruptibly([&](std::stop_token stop) {
        if (counted.includes(opened.info->metadata.domains))
            return curveOf(*opened.digest, *opened.capture, fromStart, stop);
        const TraceRows part = rowsOf(*opened.digest, *opened.capture, tracesOf(opened.traces(), counted), {}, stop);
        return stop.stop_requested() ? std::vector<CurvePoint>()
                                     : curveOf(*opened.digest, *opened.capture, part, fromStart, stop);
    });
    for (std::vector<std::int64_t>* list : {&bytes, &least, &greatest}) list->reserve(points.size());
    for (const CurvePoint& point : std::span(points).subspan(std::min<std::size_t>(1, points.size()))) {
        bytes.push_back(point.bytes);
        least.push_back(point.least);
        greatest.push_back(point.greatest);
    }
    return py::make_tuple(bytes, least, greatest);
}

/// Bytes of some traces at the instants.
std::vector<std::int64_t> curve(const Opened& opened, const Instants& instants, const std::vector<bool>& isMember) {
    const std::vector<CurvePoint> points = interruptibly([&](std::stop_token stop) {
        return curveOf(*opened.digest, *opened.capture, seriesOf(*opened.digest, isMember, stop), instants.all, stop);
    });
    std::vector<std::int64_t> bytes;
    bytes.reserve(points.size());
    for (const CurvePoint& point : points) bytes.push_back(point.bytes);
    return bytes;
}

std::vector<std::int64_t> lineCurve(const Opened& opened, const Instants& instants, const LineName& line,
                                    const std::vector<std::string>& domains) {
    return curve(opened, instants, amongDomains(opened, domains, line));
}

/// And whether there are any such traces.
std::pair<std::vector<std::int64_t>, bool> curveIfKnown(const Opened& opened, const Instants& instants,
                                                        const std::vector<bool>& isMember,
                                                        const std::vector<std::string>& domains) {
    const bool isKnown = std::find(isMember.begin(), isMember.end(), true) != isMember.end();
    return {curve(opened, instants, amongDomains(opened, domains, isMember)), isKnown};
}

/// `isMeant` gets file, line and function of each frame.
std::pair<std::vector<std::int64_t>, bool> frameCurve(const Opened& opened, const Instants& instants,
                                                      const py::function& isMeant, bool cumulative,
                                                      const std::vector<std::string>& domains) {
    const TraceTable& traces = opened.traces();
    const auto asked = [&](FrameIndex frame) {
        return isMeant(text(traces.file(frame)), traces.frame(frame).line, text(traces.functionName(frame)))
            .cast<bool>();
    };
    return curveIfKnown(opened, instants, tracesThrough(traces, asked, cumulative), domains);
}

std::pair<std::vector<std::int64_t>, bool> threadCurve(const Opened& opened, const Instants& instants,
                                                       const std::string& name,
                                                       const std::vector<std::string>& domains) {
    return curveIfKnown(opened, instants, tracesOfThread(opened.traces(), name), domains);
}

/// (file, line) of every line that a stack passes through.
py::list lineNames(const TraceTable& traces) {
    py::list names;
    for (std::uint32_t i = 0; i < traces.lineCount(); ++i)
        names.append(py::make_tuple(text(traces.file(LineIndex(i))), traces.line(LineIndex(i)).line));
    return names;
}

/// Iterates over the event log: (seconds since the start, trace, signed size, scale).
struct EventIterator {
    std::unique_ptr<EventReader> reader;
    Sampling sampling;
    std::vector<Event> batch = std::vector<Event>(4096);
    std::size_t next = 0, end = 0;

    py::tuple step() {
        if (next == end) {
            next = 0;
            end = reader->read(batch);
            if (end == 0) throw py::stop_iteration();
        }
        const Event& event = batch[next++];
        const double probability = sampling.probability(event.size);
        const py::int_ size(event.size);
        return py::make_tuple(toSeconds(event.time), event.trace.value,
                              event.kind == EventKind::Free ? py::object(-size) : py::object(size),
                              probability > 0 ? 1 / probability : 0);
    }
};

void translateFileErrors() {
    py::register_exception_translator([](std::exception_ptr pointer) {
        try {
            if (pointer) std::rethrow_exception(pointer);
        } catch (const FileError& error) {
            PyObject* type = PyExc_ValueError;
            switch (error.kind()) {
                case FileError::Kind::NotFound:
                case FileError::Kind::Missing:
                    type = PyExc_FileNotFoundError;
                    break;
                case FileError::Kind::NoPermission:
                    type = PyExc_PermissionError;
                    break;
                case FileError::Kind::IsDirectory:
                    type = PyExc_IsADirectoryError;
                    break;
                case FileError::Kind::Io:
                    type = PyExc_OSError;
                    break;
                case FileError::Kind::NotACapture:
                case FileError::Kind::Version:
                case FileError::Kind::Damaged:
                    break;
            }
            const std::string message = error.what();
            PyErr_SetObject(type, text(message).ptr());
        }
    });
}

}  // namespace

void bindReading(py::module_& module) {
    translateFileErrors();
    py::enum_<V1Sampling>(module, "V1Sampling")
        .value("detect", V1Sampling::Detect)
        .value("trust", V1Sampling::TrustTable)
        .value("unsampled", V1Sampling::Unsampled);

    py::class_<EventIterator>(module, "EventIterator")
        .def("__iter__", [](py::object self) { return self; })
        .def("damage",
             [](const EventIterator& events) {
                 py::list lines;
                 for (const Damage& damage : events.reader->damage()) lines.append(text(describe(damage)));
                 return lines;
             })
        .def("__next__", &EventIterator::step);

    py::class_<Capture, std::shared_ptr<Capture>>(module, "Capture")
        .def(py::init(
            [](const std::filesystem::path& path, V1Sampling v1Sampling) { return Capture::open(path, v1Sampling); }))
        .def("refresh", &Capture::refresh, py::call_guard<py::gil_scoped_release>())
        .def("isBeingWritten", &Capture::isBeingWritten)
        .def("areFilesKept",
             [](Capture& c) {
                 const py::gil_scoped_release release;
                 return c.files() == Capture::Files::Kept;
             })
        .def("filebase", [](const Capture& c) { return c.filebase(); })
        .def("version", [](const Capture& c) { return c.info()->metadata.version; })
        .def("uuid", [](const Capture& c) { return hexadecimal(c.info()->metadata.uuid); })
        .def("process", [](const Capture& c) { return processOf(c.info()->metadata); })
        .def("ancestor",
             [](const Capture& c) -> py::object {
                 const auto ancestor = c.info()->metadata.ancestor;
                 return ancestor ? py::make_tuple(hexadecimal(ancestor->uuid), ancestor->pid) : py::object(py::none());
             })
        .def("marks", &marksOf)
        .def("wallStart", [](const Capture& c) { return static_cast<double>(c.info()->metadata.wallStart) * 1e-9; })
        .def("sampling", [](const Capture& c) { return samplingOf(c.info()->metadata.sampling); })
        .def("recordedSampling", [](const Capture& c) { return samplingOf(c.info()->metadata.recordedSampling); })
        .def("scale",
             [](const Capture& c, std::uint64_t size) {
                 const double p = c.info()->metadata.sampling.probability(size);
                 return p > 0 ? 1 / p : 0;
             })
        .def("cleanEnd",
             [](const Capture& c) -> py::object {
                 const auto end = c.info()->metadata.cleanEnd;
                 return end ? py::object(py::float_(toSeconds(*end))) : py::none();
             })
        .def("endReason",
             [](const Capture& c) -> py::object {
                 constexpr const char* kNames[] = {"stop", "exit", "limit"};
                 const auto info = c.info();
                 if (!info->metadata.cleanEnd) return py::none();
                 return py::str(kNames[static_cast<std::size_t>(info->metadata.endReason)]);
             })
        .def("warnings", [](const Capture& c) { return texts(warningsOf(*c.info())); })
        .def("traceCount", [](const Capture& c) { return c.info()->traces->traceCount(); })
        .def("frames", [](const Capture& c, std::int64_t trace,
                          bool hideInternal) { return frames(*c.info()->traces, trace, hideInternal); })
        .def("isCut", [](const Capture& c, std::int64_t trace) { return isCut(*c.info()->traces, trace); })
        .def("domain", [](const Capture& c, std::int64_t trace) { return domainName(*c.info()->traces, trace); })
        .def("domains", [](const Capture& c) { return domainNames(c.info()->metadata.domains); })
        .def("events", [](const Capture& c) { return EventIterator{c.events(), c.info()->metadata.sampling}; });

    py::class_<Opened>(module, "Digest")
        .def("complete", [](const Opened& o) { return o.digest->complete(); })
        .def("events", [](const Opened& o) { return o.digest->events(); })
        .def("lastTime", [](const Opened& o) { return toSeconds(o.digest->lastTime()); })
        .def("traceCount", [](const Opened& o) { return o.traces().traceCount(); })
        .def("frameNames",
             [](const Opened& o) {
                 py::list names;
                 for (std::uint32_t i = 0; i < o.traces().frameCount(); ++i) {
                     const FrameIndex frame(i);
                     names.append(py::make_tuple(text(o.traces().file(frame)), o.traces().frame(frame).line,
                                                 text(o.traces().functionName(frame))));
                 }
                 return names;
             })
        .def("threadNames",
             [](const Opened& o) {
                 py::list names;
                 for (std::uint32_t i = 1; i < o.traces().threadCount(); ++i)
                     names.append(text(o.traces().thread(ThreadIndex(i)).name));
                 return names;
             })
        .def("lineNames", [](const Opened& o) { return lineNames(o.traces()); })
        .def("knowsLine", [](const Opened& o,
                             const LineName& line) { return o.traces().findLine(line.first, line.second).has_value(); })
        .def("stateAt", &liveStateAt)
        .def("stateOf", &liveStateOf)
        .def("evenInstants", &even)
        .def("instantsEvery",
             [](const Opened& o, double interval) { return Instants{instantsEvery(interval, *o.digest)}; })
        .def("totalCurve", &totalCurve)
        .def("lineCurve", &lineCurve)
        .def("frameCurve", &frameCurve)
        .def("threadCurve", &threadCurve);

    py::class_<Instants>(module, "Instants")
        .def("__len__", [](const Instants& instants) { return instants.all.size(); })
        .def("at", &Instants::at)
        .def("positions", &Instants::positions)
        .def("times", &Instants::times);

    py::class_<LiveState>(module, "LiveState")
        .def("bytes", &LiveState::bytes)
        .def("bytesOfLines", &bytesOfLines)
        .def("estimates", &estimates)
        .def("flowGraph", &flowTables)
        .def("collapsed", &collapsed)
        .def("speedscope", &speedscope);

    module.def("dot", &dot);
    module.def("belongsToModule", &belongsToModule);

    module.def("makeDigest", &makeDigest);
    module.def("openDigest", [](const std::shared_ptr<Capture>& capture) -> py::object {
        const bool goesOn = capture->isBeingWritten();
        const auto digest = openDigest(*capture);
        return digest ? py::cast(Opened{capture, capture->info(), digest, goesOn}) : py::none();
    });
}

}  // namespace heapprof
