// What the nodes of a call tree are called, and which of them a line of code belongs to, under each grouping.
#pragma once

#include <QString>
#include <string>
#include <vector>

#include "core/capture/trace_table.h"
#include "core/stacks/call_tree.h"

namespace heapprof::gui {

/// Everything known of the group that `frame` stands for, on one line; safe to show as plain text. UTF-8.
std::string groupText(const TraceTable& traces, FrameIndex frame, Grouping grouping);
/// A short form for narrow places: "parse (io.py:12)".
std::string groupLabel(const TraceTable& traces, FrameIndex frame, Grouping grouping);
/// The function's name, or "" where the capture has none.
std::string functionText(const TraceTable& traces, FrameIndex frame);
/// "io.py:12".
std::string placeText(const TraceTable& traces, FrameIndex frame);

/// As groupText and groupLabel, with words for the nodes without a frame.
QString nodeText(const CallTree& tree, std::uint32_t node, const TraceTable& traces, Grouping grouping);
QString nodeLabel(const CallTree& tree, std::uint32_t node, const TraceTable& traces, Grouping grouping);

/// Whether two frames fall into one node when they have the same caller.
bool sameGroup(const TraceTable& traces, FrameIndex a, FrameIndex b, Grouping grouping);

/// One flag per frame: whether its group holds code on `line`.
std::vector<char> framesOfLine(const TraceTable& traces, LineIndex line, Grouping grouping);
/// The nodes whose group holds code on `line`, ascending.
std::vector<std::uint32_t> nodesOfLine(const CallTree& tree, const TraceTable& traces, LineIndex line,
                                       Grouping grouping);

/// The frames from below the root down to `node`.
std::vector<FrameIndex> pathTo(const CallTree& tree, std::uint32_t node);
/// The node that `path` leads to; frames that the tree leaves out are stepped over. The root when nothing fits.
std::uint32_t findPath(const CallTree& tree, const TraceTable& traces, const std::vector<FrameIndex>& path,
                       Grouping grouping);

}  // namespace heapprof::gui
