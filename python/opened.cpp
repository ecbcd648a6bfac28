#include "python/opened.h"

#include <algorithm>

#include "core/state/domains.h"
#include "core/traces/trace_selection.h"

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

std::vector<bool> amongDomains(const Opened& opened, const std::vector<std::string>& domains,
                               std::vector<bool> isMember) {
    std::vector<bool> result = tracesOf(opened.traces(), domainSet(domains));
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = result[i] && i < isMember.size() && isMember[i];
    return result;
}

std::vector<bool> amongDomains(const Opened& opened, const std::vector<std::string>& domains, const LineName& line,
                               bool cumulative) {
    const auto found = opened.traces().findLine(line.first, line.second);
    return found ? amongDomains(opened, domains, tracesThrough(opened.traces(), *found, cumulative))
                 : std::vector<bool>();
}

}  // namespace heapprof
