"""What readers answer beyond the state of the heap: how blocks live, how big they are, and what grows."""

from __future__ import annotations

import math
import os
import re
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Pattern, Sequence, Tuple, Type, Union

from . import _heapprof
from ._near import nameIsUnknown
from .types import (
    Allocations,
    Amount,
    FunctionName,
    Growth,
    LifetimeBucket,
    Lifetimes,
    Moment,
    RawTraceLine,
    SizeBucket,
    Snapshot,
    TemporaryAllocations,
    TraceIndex,
)

__all__ = ["Questions"]


def _framePredicate(
    line: Union[None, str, RawTraceLine],
    function: Optional[str],
    file: Optional[str],
    module: Optional[str],
    matching: Union[None, str, Pattern[str]],
) -> Callable[[str, int, str], bool]:
    """Whether a frame, given as file, line and function, is of the part of the program that the argument names."""
    if line is not None:
        wanted = RawTraceLine.parse(line)
        return lambda filename, lineno, _: (filename, lineno) == wanted
    if function is not None:
        return lambda _, __, name: name == function or name.rpartition(".")[2] == function
    if file is not None:
        return lambda filename, _, __: filename == file
    if module is not None:
        encoded = module.encode("utf-8", "surrogatepass")
        return lambda filename, _, __: _heapprof.belongsToModule(filename.encode("utf-8", "surrogatepass"), encoded)
    assert matching is not None
    pattern: Pattern[str] = re.compile(matching)
    return lambda filename, lineno, name: pattern.search(f"{filename}:{lineno} {name}") is not None


class Questions:
    """A part of `Reader`.

    Times are seconds since the start of the recording. A stretch of time leaves out what happened exactly at its
    beginning and takes in what happened at its end; without a beginning or an end it is open there.

    All count the memory that Reader.useDomains() chose, and where ``line`` is given, as "file:number" or RawTraceLine,
    only what was allocated by it or below it. Amounts are estimates with their errors, as far as not everything was
    recorded. Most of these read the events of the stretch, some 10 ns each; Ctrl-C ends them.
    """

    if TYPE_CHECKING:
        _domains: List[str]
        _traceIndex: Type[TraceIndex]

        def _requireDigest(self) -> _heapprof.Digest: ...
        def _snapshotAt(self, when: _heapprof.When) -> Snapshot: ...
        def _when(self, time: Moment) -> _heapprof.When: ...
        def _lineNames(self, lines: Sequence[Union[str, RawTraceLine]]) -> List[_heapprof.LineName]: ...
        def _chosenInstants(self) -> _heapprof.Instants: ...
        def _timesOf(self, instants: _heapprof.Instants) -> List[float]: ...
        def _warn(self, messages: List[str]) -> None: ...
        def elapsedTime(self) -> float: ...
        def samplingRate(self) -> Union[float, Dict[int, float]]: ...

    def peak(self) -> Snapshot:
        """The state of the heap when it was greatest, right after the allocation that made it so. The greatest of many
        estimates is likely to be one that is too great."""
        return self._snapshotAt(_heapprof.peak(self._requireDigest(), self._domains))

    def lifetimes(
        self,
        begin: Optional[Moment] = None,
        end: Optional[Moment] = None,
        until: Optional[Moment] = None,
        line: Union[str, RawTraceLine, None] = None,
    ) -> Lifetimes:
        """How long the blocks live that were allocated in a stretch of time. ``until``: how long to watch them; None:
        to ``end``. The recorder's clock ticks every few milliseconds, and lifetimes are known to one tick.

        Raises ValueError for captures of heapprof 1.0.2, which do not tell which block a free ends.
        """
        first, last = self._stretch(begin, end)
        watched = last if until is None else max(last, self._when(until), key=lambda when: when[0])
        found = _heapprof.lifetimes(self._requireDigest(), first, last, watched, self._domains, self._lineName(line))
        freed, alive, allocated = _known(found)
        buckets = [LifetimeBucket(least, bound, Amount(*amount)) for least, bound, amount in freed]
        return Lifetimes(buckets, Amount(*alive), Amount(*allocated))

    def allocations(self, begin: Optional[Moment] = None, end: Optional[Moment] = None) -> Allocations:
        """What was allocated in a stretch of time, freed since or not, and how fast."""
        first, last = self._stretch(begin, end)
        found = _heapprof.allocations(self._requireDigest(), first, last, self._domains)
        return self._allocations(first, last, found)

    def temporaryAllocations(
        self,
        shorterThan: Optional[float] = None,
        begin: Optional[Moment] = None,
        end: Optional[Moment] = None,
        atMost: Optional[int] = None,
    ) -> TemporaryAllocations:
        """What was allocated in a stretch of time only for a moment: blocks that were freed when they were younger than
        ``shorterThan`` seconds, be it after ``end``; the recorder's clock ticks every few milliseconds, so some 10 ms
        are the least that makes sense. Or, where everything was recorded, blocks freed by ``end`` when the program had
        allocated ``atMost`` further ones: 0 is heaptrack's definition and 1 memray's, though memray counts each
        thread's allocations for themselves. One of the two must be given.

        Raises ValueError for captures of heapprof 1.0.2, which do not tell which block a free ends, and for ``atMost``
        when the capture is sampled.
        """
        first, last = self._stretch(begin, end)
        digest = self._requireDigest()
        if shorterThan is not None and atMost is None:
            if not 0 <= shorterThan < math.inf:
                raise ValueError(f"shorterThan is a number of seconds of at least 0, not {shorterThan!r}")
            found = _heapprof.temporaryByAge(digest, first, last, shorterThan, self._domains)
        elif atMost is not None and shorterThan is None:
            if atMost < 0:
                raise ValueError(f"atMost must not be negative, as {atMost!r} is")
            if self.samplingRate() != {}:
                raise ValueError("this capture is sampled, so it does not tell how many allocations came between")
            found = _heapprof.temporaryByDistance(digest, first, last, min(atMost, 2**63), self._domains)
        else:
            raise ValueError("one of shorterThan and atMost says what is temporary")
        temporary, allocated = _known(found)
        return TemporaryAllocations(
            self._allocations(first, last, temporary), self._allocations(first, last, allocated)
        )

    def sizesAt(self, relativeTime: Moment, line: Union[str, RawTraceLine, None] = None) -> List[SizeBucket]:
        """How big the blocks were that were alive at a time, in buckets that go up to powers of two; reads all events
        up to then."""
        digest = self._requireDigest()
        return _sizes(_heapprof.sizesAt(digest, self._when(relativeTime), self._domains, self._lineName(line)))

    def sizesAllocated(
        self,
        begin: Optional[Moment] = None,
        end: Optional[Moment] = None,
        line: Union[str, RawTraceLine, None] = None,
    ) -> List[SizeBucket]:
        """How big the blocks are that were allocated in a stretch of time, freed since or not; buckets as in
        sizesAt()."""
        first, last = self._stretch(begin, end)
        return _sizes(_heapprof.sizesAllocated(self._requireDigest(), first, last, self._domains, self._lineName(line)))

    def growth(
        self,
        begin: Optional[Moment] = None,
        end: Optional[Moment] = None,
        by: str = "line",
        cumulative: bool = False,
    ) -> List[Growth]:
        """What grows steadily in a stretch of time, the surest and fastest growth first, and what shrinks last: where
        to look for leaks. ``by``: "line", "function" or "trace". ``cumulative``: of lines and functions, all that was
        allocated by them or below them.

        Steady is what goes on for most of the time and stays: a step, a spike, or a sawtooth that comes down more often
        than every third of the time is no growth, but a leak below such a sawtooth is. So choose a stretch of time in
        which the program does the same thing again and again, without its start.
        """
        try:
            unit = _heapprof.GrowthUnit.__members__[by]
        except KeyError:
            raise ValueError(f"growth is by 'line', 'function' or 'trace', not {by!r}") from None
        first, last = self._stretch(begin, end)
        found = _heapprof.growth(self._requireDigest(), first, last, unit, cumulative, self._domains)
        if by == "line":
            return [Growth(RawTraceLine(*what), *values) for what, *values in found]
        if by == "function":
            return [Growth(FunctionName(*what), *values) for what, *values in found]
        return [Growth(self._traceIndex(what), *values) for what, *values in found]

    def usageOverTime(
        self,
        *,
        line: Union[None, str, RawTraceLine] = None,
        function: Optional[str] = None,
        file: Optional[str] = None,
        module: Optional[str] = None,
        thread: Optional[str] = None,
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
        * ``matching``: a regular expression, searched in "file:line function".

        ``cumulative``: all that was allocated by it or below it; otherwise by itself. Raises re.error for a regular
        expression that is none."""
        given = [each for each in (line, function, file, module, thread, matching) if each is not None]
        if len(given) != 1:
            raise TypeError("usageOverTime() takes exactly one of line, function, file, module, thread and matching")
        digest, instants = self._requireDigest(), self._chosenInstants()
        isKnown = True
        if line is not None and cumulative:
            used = digest.lineCurve(instants, self._lineNames([line])[0], self._domains)
        elif thread is not None:
            used, isKnown = digest.threadCurve(instants, thread.encode("utf-8", "surrogatepass"), self._domains)
        else:
            self._lineName(line)
            isMeant = _framePredicate(line, function, file, module, matching)
            used, isKnown = digest.frameCurve(instants, isMeant, cumulative, self._domains)
        if not isKnown and line is None:
            self._warn([self._unknownPart(function, file, module, thread, matching)])
        return list(zip(self._timesOf(instants), used))

    def _unknownPart(
        self,
        function: Optional[str],
        file: Optional[str],
        module: Optional[str],
        thread: Optional[str],
        matching: Union[None, str, Pattern[str]],
    ) -> str:
        digest = self._requireDigest()
        if thread is not None:
            return nameIsUnknown("thread", thread, digest.threadNames())
        if function is not None:
            return nameIsUnknown("function", function, (name for _, _, name in digest.frameNames()))
        files = [name for name, _ in digest.lineNames()]
        if file is not None:
            return nameIsUnknown("file", file, files)
        if module is not None:
            paths = (os.path.splitext(name)[0].split("/") for name in files)
            return nameIsUnknown("module", module, (".".join(path[-n:]) for path in paths for n in (1, 2, 3)))
        pattern = getattr(matching, "pattern", matching)
        return f"nothing in this recording matches {pattern!r}"

    def _stretch(self, begin: Optional[Moment], end: Optional[Moment]) -> Tuple[_heapprof.When, _heapprof.When]:
        first = (-1.0, None) if begin is None else self._when(begin)
        last = (9e12, None) if end is None else self._when(end)
        if last[0] < first[0]:
            raise ValueError(f"a stretch of time does not end, at {end!r} s, before it begins, at {begin!r} s")
        return first, last

    def _lineName(self, line: Union[str, RawTraceLine, None]) -> Optional[_heapprof.LineName]:
        return None if line is None else self._lineNames([line])[0]

    def _allocations(self, begin: _heapprof.When, end: _heapprof.When, found: _heapprof.Allocated) -> Allocations:
        usage, blocks, total = found
        until = min(end[0], self.elapsedTime())
        used: Dict[int, int] = {self._traceIndex(trace): value for trace, value in usage.items()}
        return Allocations(
            min(max(begin[0], 0.0), until),
            until,
            Snapshot._of(until, used, self._traceIndex.recording),
            {self._traceIndex(trace): value for trace, value in blocks.items()},
            Amount(*total),
        )


def _known(found: Any) -> Any:
    if found is None:
        raise ValueError(
            "this capture was recorded by heapprof 1.0.2, which did not tell which block a free ends: how long blocks "
            "lived is not known"
        )
    return found


def _sizes(found: List[Tuple[int, int, Any]]) -> List[SizeBucket]:
    return [SizeBucket(least, greatest, Amount(*amount)) for least, greatest, amount in found]
