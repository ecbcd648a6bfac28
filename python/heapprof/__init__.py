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

import os
import sys

from . import _self_check

try:
    from . import _collector
except ImportError as problem:
    from . import _no_collector

    _no_collector.stand(problem)
    _collector = sys.modules[__name__ + "._collector"] = _no_collector  # type: ignore[misc]
from ._collector import __version__, isProfiling, mark
from ._order import orderText, sampleText
from ._sampling import DEFAULT_SAMPLING_RATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Union

    from ._marking import label, phase
    from ._statistics import Statistics
    from .flow_graph import FlowGraph
    from .reader import Reader, read
    from .run import Run, RunMember, RunStep, readRun
    from .types import (
        Allocations,
        Amount,
        Composition,
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
        ResidentKinds,
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
    "Composition",
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
    "ResidentKinds",
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
    "label",
    "listen",
    "mark",
    "pause",
    "phase",
    "read",
    "readRun",
    "resume",
    "start",
    "statistics",
    "stop",
    "switchSampling",
]


def start(
    filebase: Union[str, os.PathLike[str]],
    samplingRate: Union[None, int, float, Dict[int, float]] = None,
    *,
    native: bool = False,
    followFork: bool = True,
    maxBytes: Optional[int] = None,
    maxTraces: Optional[int] = None,
    residentEvery: Optional[float] = 0.05,
    keep: Optional[float] = None,
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

    With ``maxBytes`` the files of this capture and of all its children's together grow no larger than that; then
    recording ends, and the program goes on without it.

    With ``keep`` only the last so many seconds are kept, and at most twice as many: each time they have passed, the
    files become ``filebase.previous.hpm`` and ``filebase.previous.hpd``, in place of those before, and recording goes
    on in new ones, which begin with all that is alive. What goes is given back to ``maxBytes``.

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
    order = orderText(filebase, samplingRate, native, maxBytes, maxTraces, residentEvery, keep=keep, fork=followFork)
    words = getattr(sys, "argv", None) or ()  # None while the interpreter ends
    _collector.start(order, [str(word).encode("utf-8", "surrogateescape") for word in words])


def gatherStats(accuracy: float = 0.05, eventsPerSecond: Optional[float] = None) -> None:
    """Counts requests by size instead of recording them. stop(), or the end of the program, prints a table to standard
    error, and the samplingRate that it recommends: the one with which a tenth of the peak is known to within
    ``accuracy``, or with which at most ``eventsPerSecond`` are recorded. Children made by fork() do not count.

    Raises RuntimeError if heapprof is profiling already, and ValueError for an aim that cannot be met.
    """
    from . import _statistics

    _statistics.aimAt(accuracy, eventsPerSecond)
    _collector.gatherStatistics()


def statistics() -> Optional[Statistics]:
    """What gatherStats() has counted so far, or had when it ended; None when it was never called."""
    from . import _statistics

    return _statistics.current()


def stop() -> None:
    """Ends the recording, or what gatherStats() began; does nothing when there is none. A program that ends need not
    call it.

    Warns if the recording could not be kept up to now, because the disk was full, say.
    """
    outcome = _collector.stop()
    if outcome and any(outcome):
        import errno

        error, lost = outcome
        reason = os.strerror(error or errno.ENOMEM)  # without an error of the files it was the tables that cannot grow
        _warn(f"could not record to the end: {reason}; {lost} events are missing")
    if _collector.endStatistics():
        _reportStatistics()


def pause() -> None:
    """Allocations are not recorded until resume(); that blocks recorded before are given back still is."""
    _collector.setPaused(True)


def resume() -> None:
    """Ends what pause() began. The recording has marks at both moments."""
    _collector.setPaused(False)


def switchSampling(samplingRate: Union[None, int, float, Dict[int, float]]) -> None:
    """What is allocated from now on, in all threads, is recorded by this rule, in the form that start() takes: ``{}``
    is everything. What is alive keeps what it stands for, so that amounts stay right. The recording has a mark there.
    In children made by fork() the rule in force goes on, and under ``python -m heapprof`` also in the programs that are
    started; those that are there already keep theirs.

    Raises RuntimeError while nothing is being recorded, and when one recording would have more than 8 different
    rules or 4095 switches; TypeError or ValueError for a rule that cannot be used.
    """
    _collector.switchSampling(sampleText(samplingRate).encode())


def listen() -> str:
    """Lets ``heapprof attach``, ``sample`` and ``detach`` tell this process what to do through a socket, which needs no
    right to look into it: in containers, say. Costs a thread that waits. ``HEAPPROF_LISTEN=1`` in the environment does
    it from the start, also in children.

    Only this user and root can connect. Returns the path of the socket, in the user's runtime folder. Children made by
    os.fork() listen, too. Raises OSError where no socket can be made.
    """
    return _collector.listen()


def _warn(what: str) -> None:
    """Warns of what heapprof does, or does not. The program does not end for it, whatever it makes of warnings."""
    import warnings

    try:
        warnings.warn(f"heapprof {what}", RuntimeWarning, stacklevel=3)
    except RuntimeWarning:
        _collector.say(what)


def _reportStatistics() -> None:
    from . import _statistics

    _statistics.sayAll()


# Where each public name is that only some programs use: what a recorded program does not need, it does not load.
_LAZY = {
    "label": "_marking",
    "phase": "_marking",
    "Statistics": "_statistics",
    "FlowGraph": "flow_graph",
    "Reader": "reader",
    "read": "reader",
    "Run": "run",
    "RunMember": "run",
    "RunStep": "run",
    "readRun": "run",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module("." + _LAZY.get(name, "types"), __name__), name)
    globals()[name] = value
    return value


def __dir__() -> List[str]:
    return sorted({*globals(), *__all__})


_difference = _self_check.checkFrames(_collector.checkFrames)
if _difference:
    _warn(
        f"does not understand the stacks of Python {sys.version.split()[0]} ({_difference}): "
        "it will record allocations without saying where they came from"
    )
del _difference
_collector.watchEnd(_reportStatistics)
