// The process that lays out flow graphs.
#pragma once

namespace heapprof::gui {

/// Reads graphs in the DOT language from standard input, one after the other, lays each out with Graphviz' dot engine
/// in this process and writes its coordinates to standard output (graph_layout.h states frames and both forms). Returns
/// the exit code of the process: 0 at the end of the input, 2 when the input is not a graph of ours, 3 when dot fails,
/// 4 when writing fails; then a reason is on standard error. After such an end Graphviz is not to be trusted, so the
/// next graph is for another process.
///
/// Graphviz is neither safe in two threads nor can it be stopped, so the workstation starts itself as
/// `heapprof-workstation --layout`, where main() calls this before any QApplication exists, and kills it to cancel.
int runLayoutHelper();

}  // namespace heapprof::gui
