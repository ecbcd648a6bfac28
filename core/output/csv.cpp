#include <cmath>
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

}  // namespace

void writeCsv(std::ostream& out, const LineTable& lines, const TraceTable& traces) {
    std::vector<std::set<std::string>> names(traces.lineCount());
    for (std::uint32_t i = 0; i < traces.frameCount(); ++i) {
        const std::string& name = traces.functionName(FrameIndex(i));
        if (!name.empty()) names[traces.lineOf(FrameIndex(i)).value].insert(name);
    }
    const auto error = [](double variance) { return std::llround(std::sqrt(variance)); };
    out << "file,line,functions,self_bytes,self_bytes_error,cumulative_bytes,cumulative_bytes_error,self_blocks,"
           "cumulative_blocks\r\n";
    for (const auto& row : lines.lines) {
        std::string functions;
        for (const std::string& name : names[row.line.value]) functions += (functions.empty() ? "" : " | ") + name;
        out << field(traces.file(row.line)) << ',' << traces.line(row.line).line << ',' << field(functions) << ','
            << row.self.bytes << ',' << error(row.self.bytesVariance) << ',' << row.cumulative.bytes << ','
            << error(row.cumulative.bytesVariance) << ',' << row.self.blocks << ',' << row.cumulative.blocks << "\r\n";
    }
    if (lines.withoutStack.blocks != 0 || lines.withoutStack.bytes != 0)
        out << "(no Python stack),0,," << lines.withoutStack.bytes << ',' << error(lines.withoutStack.bytesVariance)
            << ',' << lines.withoutStack.bytes << ',' << error(lines.withoutStack.bytesVariance) << ','
            << lines.withoutStack.blocks << ',' << lines.withoutStack.blocks << "\r\n";
}

void writeCsv(std::ostream& out, std::span<const TotalStep> steps) {
    out << "begin_seconds,end_seconds,least_bytes,greatest_bytes,last_bytes,last_bytes_error\r\n"
        << std::fixed << std::setprecision(6);
    for (const TotalStep& step : steps)
        out << toSeconds(step.begin) << ',' << toSeconds(step.end) << ',' << step.min << ',' << step.max << ','
            << step.last << ',' << std::llround(step.error) << "\r\n";
}

}  // namespace heapprof
