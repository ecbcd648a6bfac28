#include "python/bindings.h"

PYBIND11_MODULE(_heapprof, module) {
    module.attr("__version__") = HEAPPROF_VERSION;
    heapprof::bindCollector(module);
    heapprof::bindReading(module);
    heapprof::bindQuestions(module);
    heapprof::bindRun(module);
}
