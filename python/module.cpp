#include "python/bindings.h"
#include "python/file_errors.h"

PYBIND11_MODULE(_heapprof, module) {
    heapprof::translateFileErrors();
    heapprof::bindCapture(module);
    heapprof::bindRecording(module);
    heapprof::bindBlocks(module);
    heapprof::bindRun(module);
}
