// Each topic registers its part of the module heapprof._heapprof.
#pragma once

#include <pybind11/pybind11.h>

namespace heapprof {

void bindCollector(pybind11::module_& module);
void bindReading(pybind11::module_& module);
/// After bindReading(), whose types it uses.
void bindQuestions(pybind11::module_& module);
/// After bindReading(), too.
void bindRun(pybind11::module_& module);

}  // namespace heapprof
