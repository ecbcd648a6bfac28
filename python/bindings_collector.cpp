#include <pybind11/stl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "collector/collector.h"
#include "python/bindings.h"

namespace py = pybind11;

namespace heapprof {
namespace {

/// (for each size class (allocations, reallocations, frees, bytes), live blocks, live bytes, greatest live bytes,
/// seconds).
py::tuple gathered() {
    const statistics::Statistics now = collector::gathered();
    py::list classes;
    for (const statistics::SizeClass& sizes : now.classes)
        classes.append(py::make_tuple(sizes.allocations, sizes.reallocations, sizes.frees, sizes.bytes));
    return py::make_tuple(classes, now.liveBlocks, now.liveBytes, now.peakBytes, now.seconds);
}

void start(const std::string& filebase, double meanBytes, const std::vector<std::pair<std::uint64_t, double>>& ranges,
           bool native, const std::string& executable, const std::string& version, const std::string& host,
           const std::string& workingDirectory, const std::vector<std::string>& arguments, bool followFork,
           std::uint64_t maxBytes, std::uint32_t maxTraces,
           const std::optional<std::pair<std::string, std::uint64_t>>& ancestor, double residentEvery,
           const std::string& watcher, std::uint32_t watcherNumber) {
    std::vector<Sampling::Range> table;
    for (const auto& [bound, probability] : ranges) table.push_back({bound, probability});
    const Sampling sampling = meanBytes > 0 ? Sampling::byBytes(meanBytes) : Sampling::byRanges(table);
    const ProcessInfo process{0, 0, executable, version, host, workingDirectory, arguments};
    RecordingOptions options;
    options.native = native;
    options.followFork = followFork;
    options.maxBytes = maxBytes;
    options.maxTraces = maxTraces;
    options.residentEvery = static_cast<std::int64_t>(residentEvery * 1e9);
    options.watcher = watcher;
    options.watcherNumber = watcherNumber;
    if (ancestor) {
        options.ancestor.emplace().pid = ancestor->second;
        if (ancestor->first.size() != options.ancestor->uuid.size()) throw py::value_error("a uuid has 16 bytes");
        std::copy(ancestor->first.begin(), ancestor->first.end(), options.ancestor->uuid.begin());
    }
    try {
        collector::start(filebase, sampling, process, options);
    } catch (const std::filesystem::filesystem_error& error) {
        const int number = error.code().value();
        const char* reason = number == EBUSY ? "another program is recording there" : std::strerror(number);
        const auto path = py::reinterpret_steal<py::object>(PyUnicode_DecodeFSDefault(error.path1().c_str()));
        PyErr_SetObject(PyExc_OSError, py::make_tuple(number, reason, path).ptr());
        throw py::error_already_set();
    }
}

/// (error number or 0, events lost); None when nothing was being recorded.
py::object stop(bool programEnds) {
    const recorder::Outcome outcome = collector::stop(programEnds ? EndReason::ProgramEnded : EndReason::Stopped);
    if (!outcome.wasRecording) return py::none();
    return py::make_tuple(outcome.error, outcome.lost);
}

/// The code objects stay alive for good: stacks are compared with their addresses.
void hideRoot(const std::vector<py::object>& codes) {
    std::vector<const PyCodeObject*> pointers;
    for (const py::object& code : codes) {
        if (!PyCode_Check(code.ptr())) throw py::type_error("hideRoot() takes code objects");
        pointers.push_back(reinterpret_cast<const PyCodeObject*>(code.inc_ref().ptr()));
    }
    collector::hideRoot(pointers.data(), pointers.size());
}

}  // namespace

void bindCollector(py::module_& module) {
    module.def("start", &start);
    module.def("stop", &stop);
    py::enum_<records::MarkKind>(module, "MarkKind")
        .value("instant", records::Instant)
        .value("phaseBegins", records::PhaseBegins)
        .value("phaseEnds", records::PhaseEnds);
    module.def("mark", &collector::mark);
    module.def("gatherStatistics", &collector::gatherStatistics);
    module.def("endStatistics", &collector::endStatistics);
    module.def("statistics", &gathered);
    module.def("setPaused", &collector::setPaused);
    module.attr("leastBytes") = RecordingOptions::kMinBytes;
    module.attr("leastTraces") = RecordingOptions::kMinTraces;
    module.attr("usualTraces") = RecordingOptions::kUsualTraces;
    module.def("reachedLimit", &collector::reachedLimit);
    module.def("unrecorded", []() -> py::object {
        const auto excess = collector::unrecorded();
        return excess ? py::object(py::make_tuple(excess->resident, excess->recorded)) : py::none();
    });
    module.def("watcher", &collector::watcherNumber);
    module.def("identity", [] {
        const Uuid uuid = collector::identity();
        return py::bytes(reinterpret_cast<const char*>(uuid.data()), uuid.size());
    });
    module.def("isProfiling", &collector::isProfiling,
               "Whether a recording is going on in this process, or gatherStats() counts.");
    module.def("checkFrames", &collector::checkFrames);
    module.def("hideRoot", &hideRoot);
    module.def("hookedSlots", &collector::hookedSlots);
}

}  // namespace heapprof
