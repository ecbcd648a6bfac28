// What the nodes of a call tree are called, under each grouping.
#pragma once

#include <QString>
#include <string>
#include <string_view>
#include <vector>

#include "core/capture/trace_table.h"
#include "core/stacks/call_tree.h"

namespace heapprof::gui {

/// Everything known of the group that `frame` stands for, on one line; safe to show as plain text. UTF-8.
std::string groupText(const TraceTable& traces, FrameIndex frame, Grouping grouping);
/// What a group is called in narrow places, and where it is, "" where that is its name: "parse", "io.py:12".
std::string groupName(const TraceTable& traces, FrameIndex frame, Grouping grouping);
std::string groupPlace(const TraceTable& traces, FrameIndex frame, Grouping grouping);
/// The two of them in any line of text: "parse (io.py:12)".
std::string groupLabel(const TraceTable& traces, FrameIndex frame, Grouping grouping);
/// The function's name, or "" where the capture has none.
std::string functionText(const TraceTable& traces, FrameIndex frame);
/// "io.py"; "json/__init__.py" of a package, whose files are all called the same.
std::string fileLabel(std::string_view file);
/// "io.py:12".
std::string placeText(const TraceTable& traces, LineIndex line);
std::string placeText(const TraceTable& traces, FrameIndex frame);

/// A thread's name, or the number the system gives it where it has none; "" when it is not known.
std::string threadText(const TraceTable& traces, ThreadIndex thread);
/// "request=/cart, task=main"; empty: it has no labels.
std::string labelsText(const TraceTable& traces, TraceIndex trace);

/// As those of groups, with words for the nodes without a frame.
QString nodeText(const CallTree& tree, std::uint32_t node, const TraceTable& traces);
QString nodeName(const CallTree& tree, std::uint32_t node, const TraceTable& traces);
QString nodePlace(const CallTree& tree, std::uint32_t node, const TraceTable& traces);
QString nodeLabel(const CallTree& tree, std::uint32_t node, const TraceTable& traces);

}  // namespace heapprof::gui
