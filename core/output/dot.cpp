#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <string>
#include <vector>

#include "core/output/exports.h"
#include "core/text/text.h"

namespace heapprof {
namespace {

/// Text inside an HTML-like label.
std::string html(const std::string& text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

double fraction(std::int64_t part, std::int64_t total) {
    return total == 0 ? 0 : std::clamp(static_cast<double>(part) / static_cast<double>(total), 0.0, 1.0);
}

std::string edgeLabel(std::span<const std::int64_t> amounts, Measure measure) {
    std::string text;
    for (const std::int64_t amount : amounts) text += (text.empty() ? "" : " / ") + formatAmount(amount, measure);
    return text;
}

std::vector<std::string> rowsOf(const FlowDiagram::Box& box, const FlowDiagram& diagram, const TraceTable& traces) {
    std::vector<std::string> rows;
    for (const LineIndex line : box.lines) rows.push_back(lineText(traces, line));
    if (box.kind == FlowDiagram::Kind::Total) rows.emplace_back("total");
    if (box.kind != FlowDiagram::Kind::Other) return rows;
    if (diagram.hiddenNodes > 0)
        rows.push_back("other: " + std::to_string(diagram.hiddenNodes) + " smaller line" +
                       (diagram.hiddenNodes > 1 ? "s" : ""));
    if (std::any_of(diagram.withoutStack.begin(), diagram.withoutStack.end(),
                    [&](const Estimate& usage) { return usage.of(diagram.measure) != 0; }))
        rows.emplace_back("no Python stack");
    return rows;
}

void writeBox(std::ostream& out, std::size_t number, const FlowDiagram& diagram, const TraceTable& traces,
              bool sizeBySelfUsage) {
    const FlowDiagram::Box& box = diagram.boxes[number];
    const std::size_t instants = diagram.total.size();
    const auto amount = [&](const Estimate& usage) { return usage.of(diagram.measure); };
    const bool isOfLines = box.kind == FlowDiagram::Kind::Lines;
    double selfShare = 0;
    for (std::size_t t = 0; isOfLines && t < instants; ++t)
        selfShare = std::max(selfShare, fraction(amount(box.self[t]), amount(diagram.total[t])));
    const int fontSize = sizeBySelfUsage ? static_cast<int>(std::lround(12 + 36 * std::sqrt(selfShare))) : 14;
    out << "  n" << number << " [fontsize=" << fontSize
        << ", label=<<TABLE BORDER=\"1\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"4\">";
    for (const std::string& row : rowsOf(box, diagram, traces))
        out << "<TR><TD COLSPAN=\"" << instants << "\">" << html(row) << "</TD></TR>";
    out << "<TR>";
    for (std::size_t t = 0; t < instants; ++t) {
        const double share = fraction(amount(box.cumulative[t]), amount(diagram.total[t]));
        out << "<TD BGCOLOR=\"" << shareColour(share) << "\"><FONT COLOR=\"white\">"
            << (isOfLines ? formatAmount(amount(box.self[t]), diagram.measure) + " / " : std::string())
            << formatAmount(amount(box.cumulative[t]), diagram.measure) << " = "
            << formatShare(amount(box.cumulative[t]), amount(diagram.total[t])) << "</FONT></TD>";
    }
    out << "</TR></TABLE>>];\n";
}

}  // namespace

std::string shareColour(double share) {
    // From slate to rust, all dark enough for white text.
    constexpr std::array kLittle{0x5E, 0x6A, 0x7A}, kMuch{0xB0, 0x3A, 0x0E};
    const double much = std::sqrt(std::clamp(share, 0.0, 1.0));
    const auto channel = [&](std::size_t i) {
        return static_cast<unsigned>(std::lround(kLittle[i] + much * (kMuch[i] - kLittle[i]))) & 0xff;
    };
    char text[8];
    std::snprintf(text, sizeof text, "#%02x%02x%02x", channel(0), channel(1), channel(2));
    return text;
}

void writeDot(std::ostream& out, const FlowDiagram& diagram, const TraceTable& traces, bool sizeBySelfUsage) {
    out << "digraph heapprof {\n  node [shape=plain, fontname=\"Helvetica\"];\n  edge [fontname=\"Helvetica\", "
           "fontsize=11];\n";
    // Without a box of lines there is none that could say it.
    if (diagram.boxes.empty() && diagram.hiddenNodes > 0)
        out << "  label=\"" << diagram.hiddenNodes
            << " smaller lines are not shown\"; labelloc=b; fontname=\"Helvetica\";\n";
    for (std::size_t i = 0; i < diagram.boxes.size(); ++i) writeBox(out, i, diagram, traces, sizeBySelfUsage);
    for (const FlowDiagram::Edge& edge : diagram.edges) {
        if (edge.isFaint) {
            out << "  n" << edge.from << " -> n" << edge.to << " [style=dotted, penwidth=0.8];\n";
            continue;
        }
        double share = 0;
        for (std::size_t t = 0; t < diagram.total.size(); ++t)
            share = std::max(share, fraction(edge.amounts[t], diagram.total[t].of(diagram.measure)));
        out << "  n" << edge.from << " -> n" << edge.to << " [label=\"" << edgeLabel(edge.amounts, diagram.measure)
            << "\", penwidth=" << std::lround(10 * (0.5 + 5 * share)) / 10.0 << "];\n";
    }
    out << "}\n";
}

}  // namespace heapprof
