// Long work that Ctrl-C ends.
#pragma once

#include <pybind11/pybind11.h>

#include <chrono>
#include <future>
#include <stop_token>

namespace heapprof {

/// Returns work(stop token), done by a thread of its own while other Python threads run; throws what it throws. An
/// exception that a signal handler raises meanwhile stops the work and comes out instead.
template <typename Work>
auto interruptibly(Work&& work) {
    namespace py = pybind11;
    constexpr std::chrono::milliseconds kBetweenLooks(50);
    std::stop_source stop;
    auto result = std::async(std::launch::async, [&] { return work(stop.get_token()); });
    for (;;) {
        {
            const py::gil_scoped_release release;
            if (result.wait_for(kBetweenLooks) == std::future_status::ready) break;
        }
        if (PyErr_CheckSignals() == 0) continue;
        const py::error_already_set interruption;
        stop.request_stop();
        {
            const py::gil_scoped_release release;
            result.wait();
        }
        throw interruption;
    }
    return result.get();
}

}  // namespace heapprof
