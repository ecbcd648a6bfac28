// What readers hold, and how names go from Python to the core and back.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/capture/capture.h"
#include "core/digest/digest.h"

namespace heapprof {

/// One digest of one capture, with the traces known when it was made.
struct Opened {
    std::shared_ptr<Capture> capture;
    std::shared_ptr<const CaptureInfo> info;
    std::shared_ptr<const Digest> digest;
    bool goesOn = false;  ///< the program was running, asked before the digest was read or made

    const TraceTable& traces() const { return *info->traces; }
};

/// File and number of a line of code.
using LineName = std::pair<std::string, std::uint32_t>;

/// Lone surrogates, which Python allows in names, come back as they were; bytes that are no text at all become some.
pybind11::str text(const std::string& bytes);

/// Of no names it is all; the caller has checked them.
DomainSet domainSet(const std::vector<std::string>& names);

}  // namespace heapprof
