#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <iomanip>
#include <ostream>
#include <set>

#include "core/output/exports.h"
#include "core/text/text.h"

namespace heapprof {
namespace {

/// A field as RFC 4180 wants it; line ends and control characters are shown as pictures.
std::string field(std::string_view text) {
    std::string clean = printable(text);
    if (clean.find_first_of(",\"") == std::string::npos && !clean.starts_with(' ') && !clean.ends_with(' '))
        return clean;
    std::string quoted = "\"";
    for (const char c : clean) quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

/// "2026-11-28T11:37:05.250000Z".
std::string timeOfDay(std::int64_t wallStart, Micros time) {
    constexpr std::int64_t kSecond = 1'000'000;
    const std::int64_t at = wallStart / 1000 + time.count;
    const std::int64_t fraction = (at % kSecond + kSecond) % kSecond;
    const auto seconds = static_cast<std::time_t>((at - fraction) / kSecond);
    std::tm parts{};
    if (!gmtime_r(&seconds, &parts)) return {};
    std::array<char, 64> text;
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(text.data() + length, text.size() - length, ".%06dZ", static_cast<int>(fraction));
    return text.data();
}

}  // namespace

void writeCsv(std::ostream& out, const LineTable& lines, const TraceTable& traces) {
    std::vector<std::set<std::string>> names(traces.lineCount());
    for (std::uint32_t i = 0; i < traces.frameCount(); ++i) {
        const std::string& name = traces.functionName(FrameIndex(i));
        if (!name.empty()) names[traces.lineOf(FrameIndex(i)).value].insert(name);
    }
    const Measure other = otherThan(lines.measure);
    const std::string_view unit = nameOf(lines.measure), otherUnit = nameOf(other);
    const auto withError = [&](const Estimate& usage) {
        return std::to_string(usage.of(lines.measure)) + ',' +
               std::to_string(std::llround(usage.errorOf(lines.measure)));
    };
    out << "file,line,functions,self_" << unit << ",self_" << unit << "_error,cumulative_" << unit << ",cumulative_"
        << unit << "_error,self_" << otherUnit << ",cumulative_" << otherUnit << "\r\n";
    const auto amounts = [&](const Estimate& self, const Estimate& cumulative) {
        out << withError(self) << ',' << withError(cumulative) << ',' << self.of(other) << ',' << cumulative.of(other)
            << "\r\n";
    };
    for (const auto& row : lines.lines) {
        std::string functions;
        for (const std::string& name : names[row.line.value]) functions += (functions.empty() ? "" : " | ") + name;
        out << field(traces.file(row.line)) << ',' << traces.line(row.line).line << ',' << field(functions) << ',';
        amounts(row.self, row.cumulative);
    }
    if (lines.withoutStack.blocks != 0 || lines.withoutStack.bytes != 0) {
        out << "(no Python stack),0,,";
        amounts(lines.withoutStack, lines.withoutStack);
    }
}

void writeCsv(std::ostream& out, std::span<const TotalStep> steps, std::int64_t wallStart, Measure measure) {
    const std::string_view unit = nameOf(measure);
    out << "begin_seconds,end_seconds,least_" << unit << ",greatest_" << unit << ",last_" << unit << ",last_" << unit
        << "_error,end_utc\r\n"
        << std::fixed << std::setprecision(6);
    for (const TotalStep& step : steps)
        out << toSeconds(step.begin) << ',' << toSeconds(step.end) << ',' << step.min << ',' << step.max << ','
            << step.last << ',' << std::llround(step.error) << ',' << timeOfDay(wallStart, step.end) << "\r\n";
}

void writeCsv(std::ostream& out, const Composition& composition) {
    out << "part,bytes,bytes_error\r\n";
    for (const Composition::Part& part : composition.parts)
        out << nameOf(part.kind) << ',' << part.bytes << ',' << std::llround(part.error) << "\r\n";
    out << "resident," << composition.resident << ",0\r\n";
}

}  // namespace heapprof
