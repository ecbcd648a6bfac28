// What unusable files are to Python.
#pragma once

#include <pybind11/pybind11.h>

namespace heapprof {

/// From now on a FileError arrives as the OSError of its kind, or as ValueError when the content is to blame.
void translateFileErrors();

}  // namespace heapprof
