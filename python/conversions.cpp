#include "python/conversions.h"

#include <algorithm>
#include <cmath>

namespace py = pybind11;

namespace heapprof {

py::str text(const std::string& bytes) {
    const auto length = static_cast<Py_ssize_t>(bytes.size());
    PyObject* decoded = PyUnicode_DecodeUTF8(bytes.data(), length, "surrogatepass");
    if (!decoded) {
        PyErr_Clear();
        decoded = PyUnicode_DecodeUTF8(bytes.data(), length, "surrogateescape");
    }
    return py::reinterpret_steal<py::str>(decoded);
}

Micros microsOf(double seconds) { return fromSeconds(std::clamp(seconds, -9e12, 9e12)); }

py::tuple lineName(const TraceTable& traces, LineIndex line) {
    return py::make_tuple(text(traces.file(line)), traces.line(line).line);
}

py::tuple frameName(const TraceTable& traces, FrameIndex frame) {
    return py::make_tuple(text(traces.file(frame)), traces.frame(frame).line, text(traces.functionName(frame)));
}

AmountTuple amountOf(const Estimate& usage) {
    return {usage.bytes, usage.blocks, std::sqrt(usage.bytesVariance), std::sqrt(usage.blocksVariance)};
}

Instant instantOf(const When& when) {
    const Micros time = fromSeconds(std::clamp(when.first, -1.0, 9e12));
    return when.second ? Instant(time, *when.second) : Instant(time);
}

When whenOf(const Instant& instant) {
    const double seconds = toSeconds(instant.time);
    return instant.isAllOfTime() ? When(seconds, std::nullopt) : When(seconds, instant.events);
}

DomainSet domainSet(const std::vector<std::string>& names) {
    if (names.empty()) return DomainSet::all();
    DomainSet domains;
    for (const std::string& name : names) domains.set(domainOf(name).value(), true);
    return domains;
}

}  // namespace heapprof
