"""Reading captures: snapshots, traces, plots and graphs."""

from __future__ import annotations

import linecache
import math
import os
import sys
import warnings
from collections.abc import Sequence as SequenceABC
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Sequence, TextIO, Tuple, Union, overload

from . import _heapprof, time_plot
from ._near import lineIsUnknown
from ._questions import Questions
from .flow_graph import FlowGraph
from .types import (
    Estimate,
    HeapTrace,
    Instant,
    Mark,
    Moment,
    Process,
    RawTrace,
    RawTraceLine,
    Resident,
    Snapshot,
    TraceIndex,
    TraceLine,
)

if TYPE_CHECKING:
    from typing import TypeAlias  # new in 3.10

__all__ = ["Reader", "read"]

_CURVE_STEPS = 1000
_MOST_SNAPSHOTS = 10_000_000


class Reader(Questions):
    """A capture opened for analysis. Most questions need a digest: see makeDigest() and `read`.

    ``filebase`` is the name the recording was started with, or one of its files. ``v1Sampling`` says what to believe
    of the sampling table in a capture of heapprof 1.0.2, which mostly recorded everything whatever its table said:
    "detect", "trust" or "unsampled".

    Raises FileNotFoundError, PermissionError, IsADirectoryError, or ValueError when a file is not usable; the message
    names it and says why. What such a capture warns of is given as RuntimeWarning.
    """

    TimePlot: TypeAlias = time_plot.TimePlot

    def __init__(self, filebase: Union[str, os.PathLike[str]], v1Sampling: str = "detect") -> None:
        try:
            trust = _heapprof.V1Sampling.__members__[v1Sampling]
        except KeyError:
            raise ValueError(f"v1Sampling is 'detect', 'trust' or 'unsampled', not {v1Sampling!r}") from None
        self._capture = _heapprof.Capture(os.fspath(filebase), trust)
        self._identity = self._capture.uuid()
        self._traceIndex = TraceIndex.of(self._identity)
        self._digest: Optional[_heapprof.Digest] = _heapprof.openDigest(self._capture)
        self._timeInterval: Optional[float] = None
        self._precision = 0.0
        self._domains: List[str] = []  # all
        self._instants: Optional[_heapprof.Instants] = None  # of snapshots() and curves; None: yet to be chosen
        self._shown: set[str] = set()
        self._warn(self._capture.warnings())

    @property
    def filebase(self) -> str:
        """The common name of the capture's files, without an ending."""
        return os.fspath(self._capture.filebase())

    def hasDigest(self) -> bool:
        """Whether there is a digest, be it one that ends early."""
        return self._digest is not None

    def makeDigest(
        self,
        timeInterval: Optional[float] = None,
        precision: float = 0.0,
        verbose: bool = False,
    ) -> None:
        """Builds the digest anew, in the place of any that is there.

        ``timeInterval`` and ``precision`` say how this reader's snapshots() look, see useSnapshots(); the digest itself
        always holds everything. ``verbose`` reports progress to standard error.

        Ctrl-C ends the build, keeps a valid digest up to that time and raises KeyboardInterrupt; continueDigest() goes
        on from there.
        """
        self.useSnapshots(timeInterval, precision)
        self._build(True, verbose)

    def continueDigest(self, verbose: bool = False) -> None:
        """Digests what the digest does not hold yet: after Ctrl-C, or because the program still runs."""
        self._build(False, verbose)

    def refresh(self) -> bool:
        """Adds what the program has recorded since to the digest. True as long as there may be more: the program still
        records, and the files are its own. A warning says when they were removed, replaced or cut meanwhile; what was
        read before stays. ::

            while reader.refresh():
                print(reader.elapsedTime(), reader.snapshotAt(reader.elapsedTime()).totalUsage())
                time.sleep(1)
        """
        isBeingWritten = self._capture.isBeingWritten()  # asked first: what is written last is read
        areFilesKept = self._capture.areFilesKept()
        self._build(False, False)
        if not areFilesKept:
            self._warn([f"{self.filebase}: the files were removed, replaced or cut; what was read before is shown"])
        return isBeingWritten and areFilesKept

    def useSnapshots(self, timeInterval: Optional[float] = None, precision: float = 0.0) -> None:
        """Chooses the instants of snapshots() and timePlot(), and how much detail snapshots have.

        ``timeInterval``: one snapshot per so many seconds, and one of the last state; None: a thousand over the whole
        recording, however long it is, and one of the peak. All are exact. ``precision``: the smallest traces that
        together make up at most this fraction of a snapshot are folded into trace 0; the total stays the same.
        """
        if timeInterval is not None and not 1e-6 <= timeInterval < math.inf:
            raise ValueError(f"timeInterval must be a number of seconds of at least 1e-6, not {timeInterval!r}")
        if not 0 <= precision < 1:
            raise ValueError(f"precision must be at least 0 and below 1, not {precision!r}")
        self._timeInterval = timeInterval
        self._precision = precision
        self._instants = None

    def useDomains(self, *domains: str) -> None:
        """Chooses whose memory the snapshots, plots and graphs asked for from now on count: any of domains(); without
        an argument all of it, which is also how a reader begins. Raises ValueError for memory that was not recorded."""
        recorded = self.domains()
        for domain in domains:
            if domain not in recorded:
                raise ValueError(f"this capture holds memory of {', '.join(recorded)}; not of {domain!r}")
        self._domains = list(domains)
        self._instants = None

    def close(self) -> None:
        """Lets go of the files; the reader is of no further use."""
        self._digest = None
        self._instants = None
        del self._capture

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- the recording ---------------------------------------------------------------------------

    def initialTime(self) -> float:
        """When the recording started, in seconds since 1970."""
        return self._capture.wallStart()

    def elapsedTime(self) -> float:
        """How long it lasted, in seconds: to its orderly end, or to the last event digested."""
        return max(self._requireDigest().lastTime(), self._capture.cleanEnd() or 0.0)

    def finalTime(self) -> float:
        """When it ended, in seconds since 1970."""
        return self.initialTime() + self.elapsedTime()

    def samplingRate(self) -> Union[float, Dict[int, float]]:
        """What amounts are scaled by, in the form that `heapprof.start` takes: mean bytes between records, or a dict of
        upper size bounds to probabilities, which is empty when everything was recorded."""
        return self._capture.sampling()

    def domains(self) -> List[str]:
        """Whose memory was recorded: "python", and with ``native=True`` also "native" (taken from the C allocator by
        other code) and "mapped" (taken from the system)."""
        return self._capture.domains()

    def identity(self) -> str:
        """The recording's own number, in hexadecimal."""
        return self._identity

    def process(self) -> Optional[Process]:
        """The process that was recorded; None in captures of heapprof 1.0.2."""
        process = self._capture.process()
        return Process(*process) if process else None

    def ending(self) -> Optional[str]:
        """How the recording ended: "stop" for heapprof.stop(), "exit" with the program, "limit" because the files had
        reached ``maxBytes``; None when it still goes on, or the program was killed."""
        return self._capture.endReason()

    def marks(self) -> List[Mark]:
        """What the program said with `heapprof.mark` and `heapprof.phase`, where recording paused or lost events, and
        when threads were first seen, by time. Like rss() and collections() this reads the whole event log."""
        others = ("resident", "residentPeak", "reserved", "collection")
        return [Mark(*mark[:4]) for mark in self._capture.marks() if mark[1] not in others]

    def rss(self) -> List[Tuple[float, int]]:
        """The program's resident memory, without what heapprof took itself: seconds since the start, and bytes. Where
        it jumps both sides are there: between two values lies the straight line."""
        return [(reading.time, reading.bytes) for reading in self.resident()]

    def resident(self) -> List[Resident]:
        """As rss(), with what heapprof took itself. Captures made before that was recorded count it as the
        program's."""
        found = (mark for mark in self._capture.marks() if mark[1] == "resident")
        return [Resident(time, value, ofProfiler) for time, _, _, value, ofProfiler in found]

    def reserved(self) -> List[Tuple[float, int]]:
        """With ``native=True``: bytes of the mappings whose memory counts as "mapped", whether they are in RAM or only
        reserved, and since when, in seconds since the start. What is in RAM is in the snapshots."""
        found = (mark for mark in self._capture.marks() if mark[1] == "reserved")
        return [(time, value) for time, _, _, value, _ in found]

    def residentPeak(self) -> Optional[int]:
        """The greatest resident memory of the process by the kernel's own account (VmHWM), heapprof's memory and what
        came before the start included; None when it was not recorded."""
        return max((mark[3] for mark in self._capture.marks() if mark[1] == "residentPeak"), default=None)

    def collections(self) -> List[Tuple[float, int, float]]:
        """Garbage collections: when they ended, in seconds since the start; their generation; how long they took, in
        seconds."""
        found = (mark for mark in self._capture.marks() if mark[1] == "collection")
        return [(time, int(generation), value * 1e-6) for time, _, generation, value, _ in found]

    def ancestor(self) -> Optional[Tuple[str, int]]:
        """Of a process that descends from a recorded one: identity() and process number of the nearest ancestor known
        to have a capture."""
        return self._capture.ancestor()

    # -- traces ----------------------------------------------------------------------------------

    def rawTrace(self, traceindex: int, hideInternal: bool = True) -> Optional[RawTrace]:
        """A stack trace, outermost line first; None for 0 and for one that does not exist. ``hideInternal`` leaves out
        the frames of modules frozen into the interpreter, such as the import system's, and heapprof's own. Raises
        ValueError for an index that a reader of another recording gave."""
        frames = self._frames(traceindex, hideInternal)
        return None if frames is None else [RawTraceLine(file, line) for file, line, _ in frames]

    def trace(self, traceindex: int, hideInternal: bool = True) -> Optional[HeapTrace]:
        """As rawTrace(), dressed with function names and the text of the lines as they are now."""
        frames = self._frames(traceindex, hideInternal)
        if frames is None:
            return None
        return [
            TraceLine(file, line, linecache.getline(file, line).strip(), function) for file, line, function in frames
        ]

    def isCut(self, traceindex: int) -> bool:
        """Whether the stack trace was cut because there were ``maxTraces`` already. Its innermost frame is then called
        ``[deeper frames]``, and has no file."""
        self._refuseForeign(getattr(traceindex, "recording", None), "trace index")
        return self._capture.isCut(traceindex)

    def _frames(self, traceindex: int, hideInternal: bool) -> Optional[List[Tuple[str, int, str]]]:
        self._refuseForeign(getattr(traceindex, "recording", None), "trace index")
        return self._capture.frames(traceindex, hideInternal)

    # -- memory over time ------------------------------------------------------------------------

    def snapshots(self) -> Sequence[Snapshot]:
        """The states of the heap at the instants that useSnapshots() chose, each computed when it is asked for."""
        digest, domains, precision = self._requireDigest(), self._domains, self._precision  # as they are now
        return _Snapshots(
            self._chosenInstants(), lambda when: _makeSnapshot(digest, domains, precision, self._traceIndex, when)
        )

    def snapshotAt(self, relativeTime: Moment) -> Snapshot:
        """The state of the heap at exactly this many seconds after the start, or at the time of another snapshot."""
        return self._snapshotAt(self._when(relativeTime))

    def estimatesAt(
        self,
        relativeTime: Moment,
        lines: Sequence[Union[str, RawTraceLine]] = (),
        cumulative: bool = True,
    ) -> Tuple[List[Estimate], Estimate]:
        """The memory of each line at exactly this many seconds after the start, and the total, with their errors; lines
        and ``cumulative`` as in timePlot() and fastGetUsage()."""
        state = self._requireDigest().stateAt(self._when(relativeTime), self._domains)
        found = [Estimate(*each) for each in state.estimates(self._lineNames(lines), cumulative)]
        return found[:-1], found[-1]

    def snapshotInterval(self) -> Optional[float]:
        """Seconds between snapshots; None when they divide the recording into equal parts."""
        return self._timeInterval

    def timePlot(self, lines: Optional[Dict[str, Union[str, RawTraceLine]]] = None) -> time_plot.TimePlot:
        """Total memory over time, and that of ``lines``: labels to lines of code, as "file:number" or RawTraceLine. A
        line's memory is all that was allocated by it or below it. Its times are those of snapshots(), and its numbers
        theirs. A warning names lines that no stack of the recording passes through, and what is like them."""
        digest, instants = self._requireDigest(), self._chosenInstants()
        labels = sorted(lines or {})
        names = self._lineNames([(lines or {})[label] for label in labels])
        total, least, greatest = digest.totalCurve(instants, self._domains)
        series = [digest.lineCurve(instants, name, self._domains) for name in names]
        return time_plot.TimePlot._of(self._timesOf(instants), total, (least, greatest), series, labels)

    def fastGetUsage(
        self, snapshot: Snapshot, lines: Sequence[Union[str, RawTraceLine]], cumulative: bool = True
    ) -> Tuple[Tuple[int, ...], int]:
        """Bytes of each line in a snapshot, and the snapshot's total. ``cumulative``: all that was allocated by the
        line or below it; otherwise by the line itself."""
        used, total = self._stateOf(snapshot).bytesOfLines(self._lineNames(lines), cumulative)
        return tuple(used), total

    # -- graphs ----------------------------------------------------------------------------------

    def flowGraph(self, snapshot: Snapshot) -> FlowGraph:
        """How memory flows through lines of code in a snapshot."""
        local, cumulative, edges, total = self._stateOf(snapshot).flowGraph()
        return FlowGraph(
            {RawTraceLine(*line): used for line, used in local.items()},
            {RawTraceLine(*line): used for line, used in cumulative.items()},
            {(RawTraceLine(*a), RawTraceLine(*b)): used for (a, b), used in edges.items()},
            total,
        )

    def flowGraphAt(self, relativeTime: Moment) -> FlowGraph:
        """flowGraph() of snapshotAt()."""
        return self.flowGraph(self.snapshotAt(relativeTime))

    def compareFlowGraphs(self, dotFile: str, *relativeTimes: Moment, **kwargs: Any) -> None:
        """Writes one flow graph with a field per instant in each box; further arguments as in FlowGraph.compare()."""
        FlowGraph.compare(dotFile, *(self.flowGraphAt(time) for time in relativeTimes), **kwargs)

    def flameGraph(self, snapshot: Snapshot, output: TextIO) -> None:
        """Writes a snapshot as collapsed stacks, which flame graph tools read: one line per stack, outermost first."""
        output.write(self._stateOf(snapshot).collapsed())

    def flameGraphAt(self, relativeTime: Moment, output: TextIO) -> None:
        """flameGraph() of snapshotAt()."""
        self.flameGraph(self.snapshotAt(relativeTime), output)

    def writeFlameGraph(self, filename: str, when: Moment) -> None:
        """Writes a snapshot, or the one at a time, into a new file: in speedscope's own format when the name ends in
        ``.json``, else as collapsed stacks."""
        snapshot = when if isinstance(when, Snapshot) else self.snapshotAt(when)
        state = self._stateOf(snapshot)
        if filename.endswith(".json"):
            title = f"{os.path.basename(self.filebase)} at {snapshot.relativeTime:.3f} s"
            text = state.speedscope(title.encode("utf-8", "replace"))
        else:
            text = state.collapsed()
        with open(filename, "w", encoding="utf-8") as output:
            output.write(text)

    # --------------------------------------------------------------------------------------------

    def _build(self, anew: bool, verbose: bool) -> None:
        self._instants = None
        self._capture.refresh()
        damage: List[str] = []
        made: List[_heapprof.Digest] = []
        try:
            _heapprof.makeDigest(self._capture, anew, _printProgress if verbose else None, damage, made)
        finally:
            if made:
                self._digest = made[0]
            if verbose:
                print(file=sys.stderr)
        self._warn(damage)

    def _requireDigest(self) -> _heapprof.Digest:
        if self._digest is None:
            raise RuntimeError("there is no digest yet; call makeDigest()")
        return self._digest

    def _chosenInstants(self) -> _heapprof.Instants:
        """Of snapshots() and of all curves."""
        digest = self._requireDigest()
        if self._instants is None:
            if self._timeInterval is None:
                self._instants = digest.evenInstants(_CURVE_STEPS, self._domains)
            else:
                count = digest.lastTime() / self._timeInterval
                if count > _MOST_SNAPSHOTS:
                    raise ValueError(
                        f"a timeInterval of {self._timeInterval!r} s makes {count:,.0f} snapshots: too many"
                    )
                self._instants = digest.instantsEvery(self._timeInterval)
        return self._instants

    def _timesOf(self, instants: _heapprof.Instants) -> List[float]:
        times = instants.times()
        for i in instants.positions():
            times[i] = _timeOf(instants.at(i), self._identity)
        return times

    def _when(self, time: Moment) -> _heapprof.When:
        """What the module takes for a time that a user gives."""
        if isinstance(time, Snapshot):
            self._refuseForeign(time._recording, "snapshot")
            time = time.relativeTime
        if isinstance(time, Instant):
            self._refuseForeign(time.recording, "instant")
            return float(time), time.events
        if not math.isfinite(time):
            raise ValueError(f"a time is a finite number of seconds, not {time!r}")
        return time, None

    def _refuseForeign(self, recording: Optional[str], what: str) -> None:
        if recording is not None and recording != self._identity:
            raise ValueError(f"this {what} is of another recording than {self.filebase}")

    def _snapshotAt(self, when: _heapprof.When) -> Snapshot:
        return _makeSnapshot(self._requireDigest(), self._domains, self._precision, self._traceIndex, when)

    def _stateOf(self, snapshot: Snapshot) -> _heapprof.LiveState:
        """What a snapshot says, for the module; of one that nobody changed exactly what it was made from."""
        self._refuseForeign(getattr(snapshot, "_recording", None), "snapshot")
        source = getattr(snapshot, "_source", None)
        if source is not None:
            state: _heapprof.LiveState = source[0].stateAt(*source[1:])
            if state.bytes(int) == snapshot.usage:
                return state
        digest = self._requireDigest()
        for trace in snapshot.usage:
            self._refuseForeign(getattr(trace, "recording", None), "trace index")
            if not 0 <= trace <= digest.traceCount():
                raise ValueError(f"{self.filebase} has no stack trace {trace}, but {digest.traceCount()} of them")
        return digest.stateOf(self._when(snapshot.relativeTime), snapshot.usage)

    def _lineNames(self, lines: Sequence[Union[str, RawTraceLine]]) -> List[_heapprof.LineName]:
        """Lines as the module takes them; warns of those that the recording does not know."""
        digest = self._requireDigest()
        parsed = [RawTraceLine.parse(line) for line in lines]
        for line in parsed:
            if not digest.knowsLine(line.encoded()):
                self._warn([lineIsUnknown(line, digest.lineNames())])
        return [line.encoded() for line in parsed]

    def _warn(self, messages: List[str]) -> None:
        for message in messages:
            if message not in self._shown:
                self._shown.add(message)
                warnings.warn(message, RuntimeWarning, stacklevel=_callersLevel())


class _Snapshots(SequenceABC):  # type: ignore[type-arg]  # 3.8 knows no Sequence[Snapshot] to derive from
    """The snapshots at given instants; each is computed when it is asked for."""

    def __init__(self, instants: _heapprof.Instants, make: Callable[[_heapprof.When], Snapshot]) -> None:
        self._instants = instants
        self._make = make

    def __len__(self) -> int:
        return len(self._instants)

    @overload
    def __getitem__(self, index: int) -> Snapshot: ...
    @overload
    def __getitem__(self, index: slice) -> List[Snapshot]: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[Snapshot, List[Snapshot]]:
        if isinstance(index, slice):
            return [self._make(self._instants.at(i)) for i in range(*index.indices(len(self)))]
        return self._make(self._instants.at(range(len(self))[index]))


def _makeSnapshot(
    digest: _heapprof.Digest,
    domains: List[str],
    precision: float,
    traceIndex: type[TraceIndex],
    when: _heapprof.When,
) -> Snapshot:
    usage = digest.stateAt(when, domains).bytes(traceIndex)
    isWhole = not _fold(usage, precision)
    source = (digest, when, domains) if isWhole else None
    return Snapshot._of(_timeOf(when, traceIndex.recording), usage, traceIndex.recording, source)


def _callersLevel() -> int:
    """The stacklevel, for warnings of the function that calls this, of the code outside this package."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == __package__:
        level, frame = level + 1, frame.f_back
    return level


def _timeOf(when: _heapprof.When, recording: Optional[str]) -> float:
    """A time as users get it."""
    seconds, events = when
    return seconds if events is None else Instant(seconds, events, recording)


def _fold(usage: Dict[int, int], precision: float) -> bool:
    """Moves the smallest traces that together make up at most that part of the total to trace 0. Returns whether there
    are any."""
    spare = precision * sum(usage.values())
    folded = 0
    for trace, used in sorted(usage.items(), key=lambda item: item[1]):
        if folded + used > spare:
            break
        folded += used
        del usage[trace]
    if folded:
        usage[0] = usage.get(0, 0) + folded
    return folded != 0


def _printProgress(events: int, share: float) -> None:
    print(f"\rheapprof: {events:,} events digested, {share:.0%}", end="", file=sys.stderr, flush=True)


def read(
    filebase: Union[str, os.PathLike[str]],
    timeInterval: Optional[float] = None,
    precision: float = 0.0,
    v1Sampling: str = "detect",
) -> Reader:
    """Opens a capture, and makes or completes its digest. The arguments are those of `Reader` and
    `Reader.useSnapshots`. A capture that is still being written is read as far as it goes now."""
    reader = Reader(filebase, v1Sampling)
    reader.useSnapshots(timeInterval, precision)
    if reader._digest is None or not reader._digest.complete():
        reader.continueDigest()
    return reader
