"""A sampling, logging heap profiler for Python.

    import heapprof

    heapprof.start("/some/path/to/output")
    ...
    heapprof.stop()

writes ``output.hpm`` and ``output.hpd``. ``python -m heapprof`` runs a whole program that way. Then

    r = heapprof.read("/some/path/to/output")
    r.timePlot().pyplot()

shows where the memory went.
"""

from __future__ import annotations

import atexit
import errno
import os
import sys
import warnings
from typing import Dict, List, Optional, Tuple, Union

from . import _children, _heapprof, _self_check, _statistics
from ._heapprof import __version__, isProfiling
from ._marking import mark, phase
from ._sampling import DEFAULT_SAMPLING_RATE, parseSamplingRate
from ._statistics import Statistics
from .flow_graph import FlowGraph
from .reader import Reader, read
from .run import Run, RunMember, RunStep, readRun
from .types import (
    Allocations,
    Amount,
    Estimate,
    Finding,
    FunctionName,
    Generation,
    Growth,
    HeapTrace,
    Instant,
    LifetimeBucket,
    Lifetimes,
    Mark,
    Process,
    RawTrace,
    RawTraceLine,
    Resident,
    ResidentParts,
    SizeBucket,
    Snapshot,
    TemporaryAllocations,
    TraceIndex,
    TraceLine,
)

__all__ = [
    "DEFAULT_SAMPLING_RATE",
    "Allocations",
    "Amount",
    "Estimate",
    "FlowGraph",
    "Finding",
    "FunctionName",
    "Generation",
    "Growth",
    "HeapTrace",
    "Instant",
    "LifetimeBucket",
    "Lifetimes",
    "Mark",
    "Process",
    "RawTrace",
    "RawTraceLine",
    "Reader",
    "Resident",
    "ResidentParts",
    "Run",
    "RunMember",
    "RunStep",
    "SizeBucket",
    "Snapshot",
    "Statistics",
    "TemporaryAllocations",
    "TraceIndex",
    "TraceLine",
    "__version__",
    "gatherStats",
    "isProfiling",
    "mark",
    "pause",
    "phase",
    "read",
    "readRun",
    "resume",
    "start",
    "statistics",
    "stop",
]

_aim: Tuple[float, Optional[float]] = (0.05, None)  # above the functions that say `global`: Python 3.7 insists


def start(
    filebase: Union[str, os.PathLike[str]],
    samplingRate: Union[None, int, float, Dict[int, float]] = None,
    *,
    native: bool = False,
    followFork: bool = True,
    maxBytes: Optional[int] = None,
    maxTraces: Optional[int] = None,
    residentEvery: Optional[float] = 0.05,
) -> None:
    """Records this process's heap to ``filebase.hpm`` and ``filebase.hpd`` from now on, replacing what is there.

    ``samplingRate`` says which allocations are recorded:

    * a number: one for every so many bytes allocated, on average; the default is `DEFAULT_SAMPLING_RATE`;
    * a dict of exclusive upper size bounds in bytes to probabilities: ``{128: 1e-4, 8192: 0.1}`` records one in 10,000
      of the allocations below 128 bytes, one in ten of those below 8 KiB, and all larger ones;
    * ``{}``: everything.

    ``native`` says whether to record what extensions and C libraries (NumPy, say) take from the C allocator and by
    anonymous mappings, too, not only what Python's allocators hand out. Each block counts once.

    With ``followFork`` a child process made by fork() records what it allocates itself, to ``filebase.PID.hpm`` and
    ``filebase.PID.hpd``; the files come with its first event, and what its parent had allocated is only in the parent's
    capture. Otherwise children are not recorded.

    With ``maxBytes`` a capture's two files together grow no larger than that; then recording ends, and the program goes
    on without it. A child's capture counts for itself.

    ``maxTraces`` bounds what the profiler keeps of stacks in the program's memory, some 100 bytes for each: beyond so
    many different ones (2,000,000 when it is None) a new stack is recorded as the longest part of it that is known
    already, from its outermost frame on, and ``[deeper frames]`` below that. Of functions an eighth as many are told
    apart; then new ones are ``[other functions]`` of their file.

    Resident memory is read whenever something is recorded, and by a small process of ours at least every
    ``residentEvery`` seconds, so that it is known while the program sleeps or works in native code. None: there is no
    such process.

    Raises RuntimeError if heapprof is profiling already or ``native`` is not possible on this machine, OSError if the
    files cannot be created, and TypeError or ValueError for arguments that cannot be used.
    """
    _start(filebase, samplingRate, native, followFork, maxBytes, maxTraces, residentEvery, None)


def _start(
    filebase: Union[str, os.PathLike[str]],
    samplingRate: Union[None, int, float, Dict[int, float]],
    native: bool,
    followFork: bool,
    maxBytes: Optional[int],
    maxTraces: Optional[int],
    residentEvery: Optional[float],
    ancestor: Optional[Tuple[bytes, int]],
    watcher: int = 0,
    command: Optional[List[str]] = None,
) -> None:
    # A process that only begins has no argv of the program yet.
    arguments = command or (sys.argv if ancestor is None and sys.argv else getattr(sys, "orig_argv", sys.argv))
    meanBytes, ranges = parseSamplingRate(samplingRate)
    path = os.fsencode(filebase)
    if b"\0" in path:
        raise ValueError(f"filebase {filebase!r} contains a null character")
    if not os.path.basename(path):
        raise IsADirectoryError(21, "A file name is needed, not a directory", os.fspath(filebase))
    _heapprof.start(
        path,
        meanBytes,
        ranges,
        bool(native),
        _text(sys.executable),
        sys.version.split()[0],
        _text(os.uname().nodename),
        _workingDirectory(),
        [_text(argument) for argument in arguments],
        bool(followFork),
        _limit("maxBytes", maxBytes, _heapprof.leastBytes, 0, 2**63),
        _limit("maxTraces", maxTraces, _heapprof.leastTraces, _heapprof.usualTraces, 2**31),
        ancestor,
        _interval(residentEvery),
        os.fsencode(os.path.join(os.path.dirname(os.path.abspath(__file__)), "heapprof-watch")),
        watcher,
    )


def gatherStats(accuracy: float = 0.05, eventsPerSecond: Optional[float] = None) -> None:
    """Counts requests by size instead of recording them. stop(), or the end of the program, prints a table to standard
    error, and the samplingRate that it recommends: the one with which a tenth of the peak is known to within
    ``accuracy``, or with which at most ``eventsPerSecond`` are recorded. Children made by fork() do not count.

    Raises RuntimeError if heapprof is profiling already, and ValueError for an aim that cannot be met.
    """
    global _aim
    if not 0 < accuracy < 1e6 or not (eventsPerSecond is None or 0 < eventsPerSecond < 1e12):
        raise ValueError("accuracy and eventsPerSecond are numbers above 0")
    _heapprof.gatherStatistics()
    _aim = accuracy, eventsPerSecond


def statistics() -> Optional[Statistics]:
    """What gatherStats() has counted so far, or had when it ended; None when it was never called."""
    return _statistics.current()


def stop() -> None:
    """Ends the recording, or what gatherStats() began; does nothing when there is none. A program that ends need not
    call it.

    Warns if the recording could not be kept up to now, because the disk was full, say.
    """
    _report(_heapprof.stop(False))
    _reportStatistics()


def pause() -> None:
    """Allocations are not recorded until resume(); that blocks recorded before are given back still is."""
    _heapprof.setPaused(True)


def resume() -> None:
    """Ends what pause() began. The recording has marks at both moments."""
    _heapprof.setPaused(False)


def _reportStatistics() -> None:
    if not _heapprof.endStatistics():
        return
    gathered = _statistics.current()
    try:
        if gathered:
            print(_statistics.report(gathered, *_aim), file=sys.stderr)
    except (OSError, ValueError, AttributeError):
        pass  # the program may have closed its standard error


def _report(outcome: Optional[tuple[int, int]]) -> None:
    if outcome and any(outcome):
        error, lost = outcome
        reason = os.strerror(error or errno.ENOMEM)  # without an error of the files it was the tables that cannot grow
        warnings.warn(
            f"heapprof could not record to the end: {reason}; {lost} events are missing",
            RuntimeWarning,
            stacklevel=3,
        )


def _limit(name: str, value: Optional[int], least: int, usual: int, greatest: int) -> int:
    if value is None:
        return usual
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be None or an int, not {type(value).__name__}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, not {value}")
    return min(value, greatest)


def _interval(seconds: Optional[float]) -> float:
    if seconds is None:
        return 0.0
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError(f"residentEvery must be None or a number, not {type(seconds).__name__}")
    if not 0.001 <= seconds <= 3600:
        raise ValueError(f"residentEvery must be 0.001 to 3600 seconds, not {seconds}")
    return float(seconds)


def _text(value: object) -> bytes:
    return str(value).encode("utf-8", "surrogateescape")


def _workingDirectory() -> bytes:
    try:
        return os.getcwdb()
    except OSError:
        return b""


_difference = _self_check.checkFrames()
if _difference:
    warnings.warn(
        f"heapprof does not understand the stacks of Python {sys.version.split()[0]} ({_difference}): "
        "it will record allocations without saying where they came from",
        RuntimeWarning,
        stacklevel=2,
    )
del _difference


def _atExit() -> None:
    _report(_heapprof.stop(True))
    _reportStatistics()


atexit.register(_atExit)
_children.endWith(_atExit)
