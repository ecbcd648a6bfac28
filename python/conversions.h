// How values go from Python to the core and back.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/capture/domain_set.h"
#include "core/capture/trace_table.h"
#include "core/instant.h"
#include "core/state/snapshot.h"

namespace heapprof {

/// A moment as Python gives it: seconds since the start and, where it is a position among events of one time, how many
/// events of the log it comes after.
using When = std::pair<double, std::optional<std::uint64_t>>;
Instant instantOf(const When& when);
When whenOf(const Instant& instant);

/// Beyond all recordings where seconds are.
Micros microsOf(double seconds);

/// File and number of a line of code.
using LineName = std::pair<std::string, std::uint32_t>;
pybind11::tuple lineName(const TraceTable& traces, LineIndex line);

/// (file, line, function) of a frame.
pybind11::tuple frameName(const TraceTable& traces, FrameIndex frame);

/// Bytes, blocks, their standard errors.
using AmountTuple = std::tuple<std::int64_t, std::int64_t, double, double>;
AmountTuple amountOf(const Estimate& usage);

/// Bytes by trace.
using BytesByTrace = std::map<std::uint32_t, std::int64_t>;

/// Lone surrogates, which Python allows in names, come back as they were; bytes that are no text at all become some.
pybind11::str text(const std::string& bytes);

/// Of no names it is all; the caller has checked them.
DomainSet domainSet(const std::vector<std::string>& names);

}  // namespace heapprof
