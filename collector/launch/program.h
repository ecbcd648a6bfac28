// How a process is recorded from before its program begins until it ends.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "collector/cpython/reference.h"
#include "collector/recording/recording_order.h"

namespace heapprof::program {

/// What is recorded of this process: the interpreter, its version, host, working folder.
ProcessInfo describe(std::vector<std::string> arguments);
/// The words of this process's command line; empty when /proc does not tell.
std::vector<std::string> commandLine();

/// Records as HEAPPROF_FOLLOW asks, and hands that on to the interpreters that this process starts. `folder` is the one
/// in PYTHONPATH by which they learn of it; `difference` is what checkFrames() has found. An order that makes no sense
/// is none, and the command line of heapprof is not recorded itself. Does something once in a process, in its main
/// interpreter; where that has ended and begun again, one line says that it is not recorded. When the process that the
/// order is made for cannot be recorded because of a mistake in the order, it ends.
void begin(const std::string& folder, const std::string& difference);

/// As collector::switchSampling(). Interpreters that this process starts from now on and that are recorded take that
/// rule, too.
void switchSampling(const Sampling& sampling);

/// When this process ends, ends what it records or counts, and says to standard error how that went. Children that
/// multiprocessing forks, which end past atexit, do so too. `reportStatistics` prints what was counted. Only the first
/// call in the main interpreter does something; false with Python's error set.
bool watchEnd(PyObject* reportStatistics);
/// Whether that end has come: a program that embeds Python may begin it again.
bool hasEnded();

/// To be called when this process begins to record what `order` says, or to wait for that, so that its end is spoken
/// of.
void isRoot(const RecordingOrder& order);

/// Why a recording could not begin, for people.
const char* reasonOf(const std::filesystem::filesystem_error& error);

/// heapprof-watch, beside this module.
std::string watcherPath();

}  // namespace heapprof::program
