// The process that lays out flow graphs.
#pragma once

namespace heapprof::gui {

/// Reads a graph in the DOT language from standard input, lays it out with Graphviz' dot engine in this process and
/// writes the coordinates to standard output (graph_layout.h states both forms). Returns the exit code of the process:
/// 0, or 2 when the input is not a graph of ours, 3 when dot fails, 4 when writing fails; then a reason is on standard
/// error.
///
/// Graphviz is neither safe in two threads nor can it be stopped, so the workstation starts itself as
/// `heapprof-workstation --layout`, where main() calls this before any QApplication exists, and kills it to cancel.
int runLayoutHelper();

}  // namespace heapprof::gui
