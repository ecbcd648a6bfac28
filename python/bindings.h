// Each topic registers its part of the module heapprof._heapprof.
#pragma once

#include <pybind11/pybind11.h>

namespace heapprof {

void bindCapture(pybind11::module_& module);
/// After bindCapture(), whose types it uses; and the others after this.
void bindRecording(pybind11::module_& module);
void bindBlocks(pybind11::module_& module);
void bindRun(pybind11::module_& module);

}  // namespace heapprof
