#include "python/opened.h"

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

DomainSet domainSet(const std::vector<std::string>& names) {
    if (names.empty()) return DomainSet::all();
    DomainSet domains;
    for (const std::string& name : names) domains.set(domainOf(name).value(), true);
    return domains;
}

}  // namespace heapprof
