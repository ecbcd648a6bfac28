// What readers hold, and how names go from Python to the core and back.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <memory>
#include <optional>
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

/// A moment as Python gives it: seconds since the start and, where it is a position among events of one time, how many
/// events of the log it comes after.
using When = std::pair<double, std::optional<std::uint64_t>>;
Instant instantOf(const When& when);
When whenOf(const Instant& instant);

/// File and number of a line of code.
using LineName = std::pair<std::string, std::uint32_t>;

/// Lone surrogates, which Python allows in names, come back as they were; bytes that are no text at all become some.
pybind11::str text(const std::string& bytes);

/// Of no names it is all; the caller has checked them.
DomainSet domainSet(const std::vector<std::string>& names);

/// Of the traces, those of the domains for which `isMember` holds; indices beyond its size do not.
std::vector<bool> amongDomains(const Opened& opened, const std::vector<std::string>& domains,
                               std::vector<bool> isMember);
/// The traces of the domains that pass through the line, or end in it; none when the capture does not know it.
std::vector<bool> amongDomains(const Opened& opened, const std::vector<std::string>& domains, const LineName& line,
                               bool cumulative = true);

}  // namespace heapprof
