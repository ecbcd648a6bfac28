"""Reading captures: snapshots, traces, plots and graphs."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Pattern, Sequence, TextIO, Tuple, Union

from . import _heapprof, time_plot
from ._blocks import BlockQuestions
from ._parts import NamedPart
from ._snapshots import Snapshots, makeSnapshot, momentOf
from ._source import fileLine
from .flow_graph import FlowGraph
from .types import (
    Composition,
    Estimate,
    HeapTrace,
    Mark,
    Moment,
    Process,
    RawTrace,
    RawTraceLine,
    Resident,
    ResidentKinds,
    Snapshot,
    TraceLine,
)

if TYPE_CHECKING:
    from typing import Literal, TypeAlias  # new in 3.8 and 3.10

__all__ = ["Reader", "read"]

_CURVE_STEPS = 1000
_MOST_SNAPSHOTS = 10_000_000


class Reader(BlockQuestions):
    """A capture opened for analysis. Most questions need a digest: see makeDigest() and `read`.

    ``filebase`` is the name the recording was started with, or one of its files. ``v1Sampling`` says what to believe
    of the sampling table in a capture of heapprof 1.0.2, which mostly recorded everything whatever its table said:
    "detect", "trust" or "unsampled".

    Raises FileNotFoundError, PermissionError, IsADirectoryError, or ValueError when a file is not usable; the message
    names it and says why. What such a capture warns of is given as RuntimeWarning.
    """

    TimePlot: TypeAlias = time_plot.TimePlot

    def __init__(self, filebase: Union[str, os.PathLike[str]], v1Sampling: str = "detect") -> None:
        super().__init__(filebase, v1Sampling)
        self._timeInterval: Optional[float] = None
        self._precision = 0.0
        self._timeline: Optional[Tuple[_heapprof.Recording, _heapprof.Timeline]] = None
        self._instants: Optional[_heapprof.Instants] = None  # of snapshots() and curves; None: yet to be chosen

    def hasDigest(self) -> bool:
        """Whether there is a digest, be it one that ends early."""
        return self._recording is not None

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
        if areFilesKept or self._recording is None:
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
        self._recording = None
        self._timeline = None
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

    def finalTime(self) -> float:
        """When it ended, in seconds since 1970."""
        return self.initialTime() + self.elapsedTime()

    def samplingRate(self) -> Union[float, Dict[int, float]]:
        """What amounts are scaled by, in the form that `heapprof.start` takes: mean bytes between records, or a dict of
        upper size bounds to probabilities, which is empty when everything was recorded. Where it was switched, the one
        that the recording began with."""
        return self._capture.sampling()

    def samplingSwitches(self) -> List[Tuple[float, Union[float, Dict[int, float]]]]:
        """Where `heapprof.switchSampling` was called: seconds since the start, and by what amounts are scaled that were
        allocated from there on. At 0 what was switched in the files before these; see `heapprof.start`, ``keep``."""
        return self._capture.switches()

    def domains(self) -> List[str]:
        """Whose memory was recorded: "python", and with ``native=True`` also "native" (taken from the C allocator by
        other code), "mapped" (taken from the system) and "shared" (the same, shared with other processes)."""
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
        reached ``maxBytes``, "incomplete" when something could not be written, because the disk was full, say, so that
        events are missing from some time on (`marks` says how many), "continued" when it went on in further files, as
        with ``keep``; None when it still goes on, or the program was killed."""
        return self._capture.endReason()

    def marks(self) -> List[Mark]:
        """What the program said with `heapprof.mark` and `heapprof.phase`, where recording paused or lost events, and
        when threads were first seen, by time. Like rss() and collections() this reads the whole event log."""
        others = ("resident", "residentPeak", "reserved", "collection", "memory")
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

    def residentKinds(self) -> List[ResidentKinds]:
        """What resident memory consisted of at each of these times, heapprof's own included; captures made before that
        was recorded have none."""
        return [ResidentKinds(*kinds) for kinds in _heapprof.Timeline(self._capture).residentKinds()]

    def composition(self, relativeTime: Moment) -> Optional[Composition]:
        """What resident memory consisted of at this time, in parts that add up to it; None where that was not recorded.
        Live memory is exactly that of snapshotAt(); useDomains() does not matter. What allocators hold is as it was
        when it was last measured before that time, less what has been allocated of it since."""
        recording = self._requireRecording()
        if self._timeline is None or self._timeline[0] is not recording:
            self._timeline = recording, _heapprof.Timeline(self._capture)
        when = self._when(relativeTime)
        found = recording.composition(self._timeline[1], when)
        if found is None:
            return None
        parts, *_ = found
        return Composition(
            momentOf(when, self._identity),
            {name: size for name, size, _ in parts},
            {name: error for name, _, error in parts},
            *found[1:],
        )

    def reserved(self) -> List[Tuple[float, int]]:
        """With ``native=True``: bytes of the mappings whose memory counts as "mapped", whether they are in RAM or only
        reserved, and since when, in seconds since the start. What is in RAM is in the snapshots."""
        found = (mark for mark in self._capture.marks() if mark[1] == "reserved")
        return [(mark[0], mark[3]) for mark in found]

    def residentPeak(self) -> Optional[int]:
        """The greatest resident memory of the process by the kernel's own account (VmHWM), heapprof's memory and what
        came before the start included; None when it was not recorded."""
        return max((mark[3] for mark in self._capture.marks() if mark[1] == "residentPeak"), default=None)

    def collections(self) -> List[Tuple[float, int, float]]:
        """Garbage collections: when they ended, in seconds since the start; their generation; how long they took, in
        seconds."""
        found = (mark for mark in self._capture.marks() if mark[1] == "collection")
        return [(time, int(generation), value * 1e-6) for time, _, generation, value, *_ in found]

    def ancestor(self) -> Optional[Tuple[str, int]]:
        """Of a process that descends from a recorded one: identity() and process number of the nearest ancestor known
        to have a capture; where a process made by fork() started this one, `readRun` knows nearer ones."""
        return self._capture.ancestor()

    # -- traces ----------------------------------------------------------------------------------

    def rawTrace(self, traceindex: int, hideInternal: bool = True) -> Optional[RawTrace]:
        """A stack trace, outermost line first; None for 0 and for one that does not exist. ``hideInternal`` leaves out
        the frames of modules frozen into the interpreter, such as the import system's, and heapprof's own. Raises
        ValueError for an index that a reader of another recording gave."""
        frames = self._frames(traceindex, hideInternal)
        return None if frames is None else [RawTraceLine(file, line) for file, line, _ in frames]

    def trace(self, traceindex: int, hideInternal: bool = True) -> Optional[HeapTrace]:
        """As rawTrace(), dressed with function names and the text of the lines: as they are now, and of code that came
        from no file, such as a notebook's cells, as the recording has it from the module linecache."""
        frames = self._frames(traceindex, hideInternal)
        if frames is None:
            return None
        return [TraceLine(file, line, self._lineOf(file, line), function) for file, line, function in frames]

    def _lineOf(self, file: str, number: int) -> str:
        kept = self._capture.source(file.encode("utf-8", "surrogatepass"))
        if kept is None:
            return fileLine(file, number)
        lines = kept.split("\n")
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    def isCut(self, traceindex: int) -> bool:
        """Whether the stack trace was cut because there were ``maxTraces`` already. Its innermost frame is then called
        ``[deeper frames]``, and has no file."""
        self._refuseForeign(getattr(traceindex, "recording", None), "trace index")
        return self._capture.isCut(traceindex)

    def threadOf(self, traceindex: int) -> Optional[str]:
        """The name of the thread that allocated there, of stacks without a Python frame, too; None where it is not
        known."""
        self._refuseForeign(getattr(traceindex, "recording", None), "trace index")
        return self._capture.threadOf(traceindex)

    def labelsOf(self, traceindex: int) -> Dict[str, str]:
        """The labels under which the program allocated there: those of heapprof.label(), and as "task" the asyncio task
        that it ran, by the name the program gave it, otherwise by that of its coroutine."""
        self._refuseForeign(getattr(traceindex, "recording", None), "trace index")
        return dict(self._capture.labelsOf(traceindex))

    def labels(self) -> Dict[str, List[str]]:
        """The names of all labels, and the values of each, in the order of their first use."""
        values: Dict[str, Dict[str, None]] = {}
        for name, value in self._capture.labels():
            values.setdefault(name, {})[value] = None
        return {name: list(found) for name, found in values.items()}

    def _frames(self, traceindex: int, hideInternal: bool) -> Optional[List[Tuple[str, int, str]]]:
        self._refuseForeign(getattr(traceindex, "recording", None), "trace index")
        return self._capture.frames(traceindex, hideInternal)

    # -- memory over time ------------------------------------------------------------------------

    def snapshots(self) -> Sequence[Snapshot]:
        """The states of the heap at the instants that useSnapshots() chose, each computed when it is asked for."""
        recording, traces, precision = self._requireRecording(), self._traces(), self._precision  # as they are now
        return Snapshots(
            self._chosenInstants(), lambda when: makeSnapshot(recording, traces, precision, self._traceIndex, when)
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
        everything = self._traces()
        state = self._requireRecording().stateAt(self._when(relativeTime), everything)
        parts = [Estimate(*state.estimate(traces)) for traces in self._through(lines, cumulative)]
        return parts, Estimate(*state.estimate(everything))

    def estimatesByLabelAt(self, relativeTime: Moment, name: str) -> Dict[Optional[str], Estimate]:
        """The memory of each value of a label at exactly this many seconds after the start; under None what has no
        label of that name. Together they are all there is."""
        state = self._requireRecording().stateAt(self._when(relativeTime), self._traces())
        found = state.estimatesByLabel(name.encode("utf-8", "surrogatepass"))
        return {value: Estimate(*part) for value, part in found.items()}

    def peak(self) -> Snapshot:
        """The state of the heap when it was greatest, right after the allocation that made it so. The greatest of many
        estimates is likely to be one that is too great."""
        return self._snapshotAt(self._requireRecording().peak(self._traces()))

    def snapshotInterval(self) -> Optional[float]:
        """Seconds between snapshots; None when they divide the recording into equal parts."""
        return self._timeInterval

    def timePlot(self, lines: Optional[Dict[str, Union[str, RawTraceLine]]] = None) -> time_plot.TimePlot:
        """Total memory over time, and that of ``lines``: labels to lines of code, as "file:number" or RawTraceLine. A
        line's memory is all that was allocated by it or below it. Its times are those of snapshots(), and its numbers
        theirs. A warning names lines that no stack of the recording passes through, and what is like them."""
        recording, instants, everything = self._requireRecording(), self._chosenInstants(), self._traces()
        labels = sorted(lines or {})
        parts = self._through([(lines or {})[label] for label in labels])
        total, least, greatest = recording.totalCurve(instants, everything)
        series = [recording.curve(instants, everything & traces) for traces in parts]
        return time_plot.TimePlot._of(self._timesOf(instants), total, (least, greatest), series, labels)

    def usageOverTime(
        self,
        *,
        line: Union[None, str, RawTraceLine] = None,
        function: Optional[str] = None,
        file: Optional[str] = None,
        module: Optional[str] = None,
        thread: Optional[str] = None,
        label: Optional[Dict[str, str]] = None,
        matching: Union[None, str, Pattern[str]] = None,
        cumulative: bool = True,
    ) -> List[Tuple[float, int]]:
        """Live bytes of one part of the program over time: (seconds, bytes) at the times of snapshots(). Exactly one
        argument says which part; a warning when the recording has nothing of that name:

        * ``line``: a line of code;
        * ``function``: all functions of that name, qualified or plain, as the interpreter has it;
        * ``file``: a source file, by its whole path;
        * ``module``: a module or package, as far as the path of a file tells: "a.b" is any .../a/b.py and all below
          any .../a/b/;
        * ``thread``: what the threads of that name allocated;
        * ``label``: what was allocated under these labels, as names and values: ``{"request": "/cart"}``; see labels();
        * ``matching``: a regular expression, searched in "file:line function".

        ``cumulative``: all that was allocated by it or below it; otherwise by itself. Raises re.error for a regular
        expression that is none."""
        named = NamedPart(function, file, module, thread, label, matching)
        if [line, *named].count(None) != len(named):
            raise TypeError(
                "usageOverTime() takes exactly one of line, function, file, module, thread, label and matching"
            )
        recording, instants = self._requireRecording(), self._chosenInstants()
        traces = self._through([line], cumulative)[0] if line is not None else named.traces(recording, cumulative)
        if line is None and traces.isEmpty():
            self._warn([named.isUnknown(recording)])
        return list(zip(self._timesOf(instants), recording.curve(instants, self._traces() & traces)))

    def fastGetUsage(
        self, snapshot: Snapshot, lines: Sequence[Union[str, RawTraceLine]], cumulative: bool = True
    ) -> Tuple[Tuple[int, ...], int]:
        """Bytes of each line in a snapshot, and the snapshot's total. ``cumulative``: all that was allocated by the
        line or below it; otherwise by the line itself."""
        state = self._stateOf(snapshot)
        return tuple(state.bytesOf(traces) for traces in self._through(lines, cumulative)), state.total()

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
        output.write(self._stateOf(snapshot).collapsed("bytes"))

    def flameGraphAt(self, relativeTime: Moment, output: TextIO) -> None:
        """flameGraph() of snapshotAt()."""
        self.flameGraph(self.snapshotAt(relativeTime), output)

    def writeFlameGraph(
        self, filename: Union[str, os.PathLike[str]], when: Moment, *, unit: Literal["bytes", "blocks"] = "bytes"
    ) -> None:
        """Writes a snapshot, or the one at a time, into a new file: in speedscope's own format when the name ends in
        ``.json``, else as collapsed stacks. ``unit``: what stacks weigh; blocks are how many allocations are alive."""
        snapshot = when if isinstance(when, Snapshot) else self.snapshotAt(when)
        state = self._stateOf(snapshot)
        if os.fspath(filename).endswith(".json"):
            title = f"{os.path.basename(self.filebase)} at {snapshot.relativeTime:.3f} s"
            text = state.speedscope(title.encode("utf-8", "replace"), unit)
        else:
            text = state.collapsed(unit)
        with open(filename, "w", encoding="utf-8") as output:
            output.write(text)

    # --------------------------------------------------------------------------------------------

    def _build(self, anew: bool, verbose: bool) -> None:
        self._instants = None
        super()._build(anew, verbose)

    def _chosenInstants(self) -> _heapprof.Instants:
        """Of snapshots() and of all curves."""
        recording = self._requireRecording()
        if self._instants is None:
            if self._timeInterval is None:
                self._instants = recording.evenInstants(_CURVE_STEPS, self._traces())
            else:
                count = recording.lastTime() / self._timeInterval
                if count > _MOST_SNAPSHOTS:
                    raise ValueError(
                        f"a timeInterval of {self._timeInterval!r} s makes {count:,.0f} snapshots: too many"
                    )
                self._instants = recording.instantsEvery(self._timeInterval)
        return self._instants

    def _timesOf(self, instants: _heapprof.Instants) -> List[float]:
        times = instants.times()
        for i in instants.positions():
            times[i] = momentOf(instants.at(i), self._identity)
        return times

    def _snapshotAt(self, when: _heapprof.When) -> Snapshot:
        return makeSnapshot(self._requireRecording(), self._traces(), self._precision, self._traceIndex, when)

    def _stateOf(self, snapshot: Snapshot) -> _heapprof.LiveState:
        """What a snapshot says, for the module; of one that nobody changed exactly what it was made from."""
        self._refuseForeign(getattr(snapshot, "_recording", None), "snapshot")
        source = getattr(snapshot, "_source", None)
        if source is not None:
            state: _heapprof.LiveState = source[0].stateAt(*source[1:])
            if state.bytes(int) == snapshot.usage:
                return state
        recording = self._requireRecording()
        for trace in snapshot.usage:
            self._refuseForeign(getattr(trace, "recording", None), "trace index")
            if not 0 <= trace <= recording.traceCount():
                raise ValueError(f"{self.filebase} has no stack trace {trace}, but {recording.traceCount()} of them")
        return recording.stateOf(self._when(snapshot.relativeTime), snapshot.usage)


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
    if reader._recording is None or not reader._recording.complete():
        reader.continueDigest()
    return reader
