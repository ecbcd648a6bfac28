#include <pybind11/functional.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>
#include <tuple>

#include "core/analysis/domains.h"
#include "core/analysis/estimate.h"
#include "core/analysis/time_series.h"
#include "core/analysis/trace_selection.h"
#include "core/digest/digest_builder.h"
#include "core/output/exports.h"
#include "python/bindings.h"
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

Snapshot asSnapshot(const Usages& usages, double seconds) {
    Snapshot snapshot;
    snapshot.time = fromSeconds(seconds);
    for (const auto& [trace, bytes] : usages) {
        snapshot.traces.push_back({TraceIndex(trace), {bytes, 0, 0, 0}});
        snapshot.total += snapshot.traces.back().usage;
    }
    return snapshot;
}

py::object samplingOf(const Sampling& sampling) {
    if (sampling.mode == Sampling::Mode::ByBytes) return py::float_(sampling.meanBytes);
    py::dict table;
    for (const auto& range : sampling.ranges) table[py::int_(range.bound)] = range.probability;
    return table;
}

/// (file, line, function) of each frame, outermost first; None when there is no such trace.
py::object frames(const TraceTable& traces, std::int64_t index) {
    if (index <= 0 || index > static_cast<std::int64_t>(traces.traceCount())) return py::none();
    py::list result;
    for (const FrameIndex frame : traces.frames(TraceIndex(static_cast<std::uint32_t>(index))))
        result.append(
            py::make_tuple(text(traces.file(frame)), traces.frame(frame).line, text(traces.functionName(frame))));
    return result;
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

/// For every line its members among the traces; a line the capture does not know has none.
std::vector<std::vector<bool>> members(const TraceTable& traces, const std::vector<LineName>& lines, bool cumulative) {
    std::vector<std::vector<bool>> sets;
    for (const auto& [file, number] : lines) {
        const auto line = traces.findLine(file, number);
        sets.push_back(line ? tracesThrough(traces, *line, cumulative) : std::vector<bool>());
    }
    return sets;
}

/// (times, total, bytes per line) after every row of the digest, of these domains.
py::tuple rowSeries(const Opened& opened, const std::vector<LineName>& lines, const std::vector<std::string>& domains) {
    const DomainSet counted = domainSet(domains);
    std::vector<double> times;
    std::vector<std::int64_t> total;
    std::vector<std::vector<std::int64_t>> series;
    {
        const py::gil_scoped_release release;
        for (const Row& row : opened.digest->rows()) times.push_back(toSeconds(Micros(row.end.time)));
        const std::vector<bool> ofDomains = tracesOf(opened.traces(), counted);
        total = usageOverTime(*opened.digest, ofDomains).bytes;
        for (auto& set : members(opened.traces(), lines, true)) {
            for (std::size_t i = 0; i < set.size(); ++i) set[i] = set[i] && ofDomains[i];
            series.push_back(usageOverTime(*opened.digest, set).bytes);
        }
    }
    return py::make_tuple(times, total, series);
}

Usages snapshotUsages(const Opened& opened, double seconds, const std::vector<std::string>& domains) {
    const DomainSet counted = domainSet(domains);
    const py::gil_scoped_release release;
    const Snapshot snapshot = snapshotAt(*opened.digest, *opened.capture, fromSeconds(std::clamp(seconds, -1.0, 9e12)));
    Usages usages;
    for (const auto& [trace, usage] : restrictedTo(counted, snapshot, opened.traces()).traces)
        usages.emplace(trace.value, usage.bytes);
    return usages;
}

/// Bytes on each line, and the total.
std::pair<std::vector<std::int64_t>, std::int64_t> usageOfLines(const Opened& opened, const Usages& usages,
                                                                const std::vector<LineName>& lines, bool cumulative) {
    std::vector<std::int64_t> bytes;
    std::int64_t total = 0;
    for (const auto& set : members(opened.traces(), lines, cumulative)) {
        std::int64_t sum = 0;
        for (const auto& [trace, usage] : usages) sum += trace < set.size() && set[trace] ? usage : 0;
        bytes.push_back(sum);
    }
    for (const auto& [trace, usage] : usages) total += usage;
    return {bytes, total};
}

/// Bytes, their standard error, least and greatest of the 95 % interval, share of the total, its standard error.
using Estimate = std::tuple<std::int64_t, double, double, double, double, double>;

/// Of each line at an instant, then of the total.
std::vector<Estimate> estimates(const Opened& opened, double seconds, const std::vector<LineName>& lines,
                                bool cumulative) {
    const py::gil_scoped_release release;
    const Snapshot snapshot = snapshotAt(*opened.digest, *opened.capture, fromSeconds(std::clamp(seconds, -1.0, 9e12)));
    const double unseen = mostBytesUnseen(opened.info->metadata.sampling);
    std::vector<Estimate> result;
    const auto add = [&](const Usage& usage) {
        Interval interval = interval95(static_cast<double>(usage.bytes), usage.bytesVariance);
        if (usage.bytes == 0) interval.greatest = unseen;
        const Share share = shareOf(usage, snapshot.total);
        result.emplace_back(usage.bytes, usage.bytesError(), interval.least, interval.greatest, share.part,
                            share.error());
    };
    for (const auto& set : members(opened.traces(), lines, cumulative)) {
        Usage sum;
        for (const auto& [trace, usage] : snapshot.traces)
            if (trace.value < set.size() && set[trace.value]) sum += usage;
        add(sum);
    }
    add(snapshot.total);
    return result;
}

FlowGraph flowGraph(const Opened& opened, const std::vector<std::pair<double, Usages>>& instants) {
    std::vector<Snapshot> snapshots;
    for (const auto& [time, usages] : instants) snapshots.push_back(asSnapshot(usages, time));
    return makeFlowGraph(snapshots, opened.traces());
}

py::dict flowGraphTables(const Opened& opened, const Usages& usages) {
    const FlowGraph graph = flowGraph(opened, {{0.0, usages}});
    const auto name = [&](std::uint32_t node) {
        const LineIndex line = graph.nodes[node].line;
        return py::make_tuple(text(opened.traces().file(line)), opened.traces().line(line).line);
    };
    py::dict local, cumulative, edges;
    for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
        if (graph.nodes[i].local[0].bytes != 0) local[name(i)] = graph.nodes[i].local[0].bytes;
        cumulative[name(i)] = graph.nodes[i].cumulative[0].bytes;
    }
    for (const auto& edge : graph.edges) edges[py::make_tuple(name(edge.caller), name(edge.callee))] = edge.bytes[0];
    py::dict tables;
    tables["local"] = local;
    tables["cumulative"] = cumulative;
    tables["edges"] = edges;
    return tables;
}

std::string dot(const Opened& opened, const std::vector<std::pair<double, Usages>>& instants, double minNodeFraction,
                double minEdgeFraction, bool collapseNodes, bool sizeNodesBasedOnLocalUsage) {
    const FlowGraphOptions options{minNodeFraction, minEdgeFraction, collapseNodes, sizeNodesBasedOnLocalUsage};
    std::ostringstream out;
    writeDot(out, makeFlowDiagram(flowGraph(opened, instants), options), opened.traces(), sizeNodesBasedOnLocalUsage);
    return out.str();
}

std::string collapsed(const Opened& opened, const Usages& usages) {
    std::ostringstream out;
    writeCollapsed(out, asSnapshot(usages, 0), opened.traces());
    return out.str();
}

std::string speedscope(const Opened& opened, const Usages& usages, const std::string& title) {
    std::ostringstream out;
    writeSpeedscope(out, asSnapshot(usages, 0), opened.traces(), title);
    return out.str();
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
        .def("frames", [](const Capture& c, std::int64_t trace) { return frames(*c.info()->traces, trace); })
        .def("domain", [](const Capture& c, std::int64_t trace) { return domainName(*c.info()->traces, trace); })
        .def("domains", [](const Capture& c) { return domainNames(c.info()->metadata.domains); })
        .def("events", [](const Capture& c) { return EventIterator{c.events(), c.info()->metadata.sampling}; });

    py::class_<Opened>(module, "Digest")
        .def("complete", [](const Opened& o) { return o.digest->complete(); })
        .def("events", [](const Opened& o) { return o.digest->events(); })
        .def("lastTime", [](const Opened& o) { return toSeconds(o.digest->lastTime()); })
        .def("rowTimes",
             [](const Opened& o) {
                 std::vector<double> times;
                 for (const Row& row : o.digest->rows()) times.push_back(toSeconds(Micros(row.end.time)));
                 return times;
             })
        .def("rowSeries", &rowSeries)
        .def("snapshot", &snapshotUsages)
        .def("usageOfLines", &usageOfLines)
        .def("estimates", &estimates)
        .def("flowGraph", &flowGraphTables)
        .def("dot", &dot)
        .def("collapsed", &collapsed)
        .def("speedscope", &speedscope);

    module.def("makeDigest", &makeDigest);
    module.def("openDigest", [](const std::shared_ptr<Capture>& capture) -> py::object {
        const bool goesOn = capture->isBeingWritten();
        const auto digest = openDigest(*capture);
        return digest ? py::cast(Opened{capture, capture->info(), digest, goesOn}) : py::none();
    });
}

}  // namespace heapprof
