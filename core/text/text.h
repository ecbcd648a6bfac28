// How numbers and places are written for people, the same in every view and export.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/capture/trace_table.h"
#include "core/state/snapshot.h"
#include "core/units.h"

namespace heapprof {

/// The signs and words in the texts below. Those of English, as the comments have them, where nothing else is said.
struct TextStyle {
    std::string decimalPoint = ".", groupSeparator = ",";
    /// "31.0 to 38.0 MiB", of its two ends; English where there is none.
    std::function<std::string(const std::string& min, const std::string& max)> range;
    /// "1 block", "625,737 blocks", of 625737 and "625,737"; English where there is none.
    std::function<std::string(std::int64_t count, const std::string& number)> blocks;
};
/// For all that this process writes from now on; to be called before other threads write.
void setTextStyle(TextStyle style);

/// "0 B", "999 B", "1.50 KiB", "34.3 MiB", "-2.00 GiB": three significant digits, binary units.
std::string formatBytes(std::int64_t bytes);
/// As formatBytes, with a sign before growth too: "+1.50 KiB".
std::string formatSignedBytes(std::int64_t bytes);
/// "0", "625,737", "-1,200".
std::string formatBlocks(std::int64_t blocks);
/// Bytes or blocks, as a number in a table.
std::string formatAmount(std::int64_t amount, Measure measure);
/// With a sign before growth too.
std::string formatSignedAmount(std::int64_t amount, Measure measure);
/// As in a sentence: "34.3 MiB", "625,737 blocks".
std::string formatWithUnit(std::int64_t amount, Measure measure);
/// "31.0 to 38.0 MiB": what lies between two things.
std::string formatRange(const std::string& min, const std::string& max);
/// "12.345 s", "3 min 05.0 s", "2 h 07 min 05 s".
std::string formatTime(Micros time);
std::string formatTime(const Instant& instant);
/// The 95 % interval of an estimate, see interval95(): "31.0 to 38.0 MiB", "600,000 to 650,000"; empty when the
/// amount is exact.
std::string formatInterval(const Estimate& usage, Measure measure = Measure::ByteCount);
/// "34.3 MiB (95 %: 31.0 to 38.0 MiB)", "1 block"; the amount alone when it is exact.
std::string formatEstimate(const Estimate& usage, Measure measure = Measure::ByteCount);
/// "12.3 %"; "0 %" of nothing.
std::string formatShare(std::int64_t part, std::int64_t total);
/// "12.3 % ± 0.8 %", where the second is half of the 95 % interval; as above when the share is known exactly.
std::string formatShare(const Estimate& part, const Estimate& total, Measure measure = Measure::ByteCount);

/// UTF-8 with every invalid sequence replaced by U+FFFD and control characters by U+2400 pictures, on one line.
std::string printable(std::string_view text);
/// "dir/file.py:12 (function)", without the parentheses when the name is unknown; `printable`.
std::string frameText(const TraceTable& traces, FrameIndex frame);
/// "dir/file.py:12", or the file alone when the line is unknown; `printable`.
std::string lineText(const TraceTable& traces, LineIndex line);
/// The last path component of a file, `printable`.
std::string baseName(std::string_view file);

}  // namespace heapprof
