#include "python/bindings.h"
#include "python/file_errors.h"

PYBIND11_MODULE(_heapprof, module) {
    module.attr("__version__") = HEAPPROF_VERSION;
    heapprof::bindCollector(module);
    heapprof::translateFileErrors();
    heapprof::bindCapture(module);
    heapprof::bindRecording(module);
    heapprof::bindBlocks(module);
    heapprof::bindRun(module);
}
