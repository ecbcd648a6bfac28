// Captures as they lie in their files: metadata, stacks, the event log.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/capture/capture.h"
#include "core/capture/weights.h"
#include "core/traces/shown_frames.h"
#include "python/bindings.h"
#include "python/conversions.h"

namespace py = pybind11;

namespace heapprof {
namespace {

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

/// (seconds, kind, text, value, bytes of the profiler, file-backed and shared bytes or -1) of everything the log says
/// besides events.
py::list marksOf(Capture& capture) {
    std::vector<Mark> marks;
    {
        const py::gil_scoped_release release;
        marks = capture.marks();
    }
    constexpr const char* kNames[] = {"mark",     "begin",        "end",        "pause",  "resume",
                                      "sampling", "resident",     "collection", "thread", "lost",
                                      "reserved", "residentPeak", "memory"};
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
        result.append(frameName(traces, frame));
    }
    return result;
}

/// The name of the trace's thread; None when there is no such trace, or its thread is not known.
py::object threadOf(const TraceTable& traces, std::int64_t index) {
    if (index <= 0 || index > static_cast<std::int64_t>(traces.traceCount())) return py::none();
    const ThreadIndex thread = traces.trace(TraceIndex(static_cast<std::uint32_t>(index))).thread;
    return thread.value == 0 ? py::object(py::none()) : text(traces.thread(thread).name);
}

std::vector<std::pair<py::str, py::str>> labelsIn(const TraceTable& traces, LabelSetIndex set) {
    std::vector<std::pair<py::str, py::str>> labels;
    for (const Label& label : traces.labelSet(set))
        labels.emplace_back(text(traces.string(label.name)), text(traces.string(label.value)));
    return labels;
}

std::vector<std::pair<py::str, py::str>> labelsOf(const TraceTable& traces, std::int64_t index) {
    const bool isKnown = index > 0 && static_cast<std::uint64_t>(index) <= traces.traceCount();
    return isKnown ? labelsIn(traces, traces.labelsOf(TraceIndex(static_cast<std::uint32_t>(index))))
                   : std::vector<std::pair<py::str, py::str>>();
}

/// (name, value) of every label, in the order of their first use, some of them more than once.
std::vector<std::pair<py::str, py::str>> allLabels(const TraceTable& traces) {
    std::vector<std::pair<py::str, py::str>> labels;
    for (std::uint32_t i = 1; i < traces.labelSetCount(); ++i)
        for (auto& label : labelsIn(traces, LabelSetIndex(i))) labels.push_back(std::move(label));
    return labels;
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

/// Iterates over the event log: (seconds since the start, trace, signed size, scale).
struct EventIterator {
    std::shared_ptr<Capture> capture;
    std::unique_ptr<EventReader> reader;
    std::shared_ptr<const CaptureInfo> info;
    std::vector<Event> batch = std::vector<Event>(4096);
    std::size_t next = 0, end = 0;

    py::tuple step() {
        if (next == end) {
            next = 0;
            end = reader->read(batch);
            if (end == 0) throw py::stop_iteration();
            const auto isUnknown = [&](const Event& event) { return event.trace.value > info->traces->traceCount(); };
            if (std::any_of(batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(end), isUnknown)) {
                capture->refresh();
                info = capture->info();
            }
        }
        const Event& event = batch[next++];
        const double probability = info->metadata.sampling.of(event.trace).probability(event.size);
        const py::int_ size(event.size);
        return py::make_tuple(toSeconds(event.time), event.trace.value,
                              event.kind == EventKind::Free ? py::object(-size) : py::object(size),
                              probability > 0 ? 1 / probability : 0);
    }
};

}  // namespace

void bindCapture(py::module_& module) {
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
        .def("source",
             [](const Capture& c, const std::string& file) {
                 const auto& sources = c.info()->metadata.sources;
                 const auto found = sources.find(file);
                 return found == sources.end() ? py::object(py::none()) : py::object(text(found->second));
             })
        .def("ancestor",
             [](const Capture& c) -> py::object {
                 const auto ancestor = c.info()->metadata.ancestor;
                 return ancestor ? py::make_tuple(hexadecimal(ancestor->uuid), ancestor->pid) : py::object(py::none());
             })
        .def("marks", &marksOf)
        .def("wallStart", [](const Capture& c) { return static_cast<double>(c.info()->metadata.wallStart) * 1e-9; })
        .def("sampling", [](const Capture& c) { return samplingOf(c.info()->metadata.sampling.first); })
        .def("recordedSampling", [](const Capture& c) { return samplingOf(c.info()->metadata.recordedSampling); })
        .def("isSampled", [](const Capture& c) { return !Weights(c.info()->metadata.sampling).exact(); })
        .def("switches",
             [](const Capture& c) {
                 std::vector<std::pair<double, py::object>> switches;
                 for (const auto& each : c.info()->metadata.sampling.switches)
                     switches.emplace_back(toSeconds(each.time), samplingOf(each.sampling));
                 return switches;
             })
        .def("scale",
             [](const Capture& c, std::uint64_t size, std::uint32_t trace) {
                 const double p = c.info()->metadata.sampling.of(TraceIndex(trace)).probability(size);
                 return p > 0 ? 1 / p : 0;
             })
        .def("cleanEnd",
             [](const Capture& c) -> py::object {
                 const auto end = c.info()->metadata.cleanEnd;
                 return end ? py::object(py::float_(toSeconds(*end))) : py::none();
             })
        .def("endReason",
             [](const Capture& c) -> py::object {
                 constexpr const char* kNames[] = {"stop", "exit", "limit", "incomplete", "continued"};
                 const auto info = c.info();
                 if (!info->metadata.cleanEnd) return py::none();
                 return py::str(kNames[static_cast<std::size_t>(info->metadata.endReason)]);
             })
        .def("warnings", [](const Capture& c) { return texts(warningsOf(*c.info())); })
        .def("traceCount", [](const Capture& c) { return c.info()->traces->traceCount(); })
        .def("frames", [](const Capture& c, std::int64_t trace,
                          bool hideInternal) { return frames(*c.info()->traces, trace, hideInternal); })
        .def("threadOf", [](const Capture& c, std::int64_t trace) { return threadOf(*c.info()->traces, trace); })
        .def("labels", [](const Capture& c) { return allLabels(*c.info()->traces); })
        .def("labelsOf", [](const Capture& c, std::int64_t trace) { return labelsOf(*c.info()->traces, trace); })
        .def("isCut", [](const Capture& c, std::int64_t trace) { return isCut(*c.info()->traces, trace); })
        .def("domain", [](const Capture& c, std::int64_t trace) { return domainName(*c.info()->traces, trace); })
        .def("domains", [](const Capture& c) { return domainNames(c.info()->metadata.domains); })
        .def("events", [](const std::shared_ptr<Capture>& c) { return EventIterator{c, c->events(), c->info()}; });
}

}  // namespace heapprof
