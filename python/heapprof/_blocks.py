"""What readers answer about single blocks of memory: how many, how long they live, how big they are, what grows."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

from . import _heapprof
from ._opened import OpenedCapture
from .types import (
    Allocations,
    Amount,
    Finding,
    FunctionName,
    Generation,
    Growth,
    LifetimeBucket,
    Lifetimes,
    Moment,
    RawTraceLine,
    ResidentParts,
    SizeBucket,
    Snapshot,
    TemporaryAllocations,
)

__all__ = ["BlockQuestions"]


class BlockQuestions(OpenedCapture):
    """A part of `Reader`.

    Times are seconds since the start of the recording. An interval leaves out what happened exactly at its
    beginning and takes in what happened at its end; without a beginning or an end it is open there.

    All count the memory that Reader.useDomains() chose, and where ``line`` is given, as "file:number" or RawTraceLine,
    only what was allocated by it or below it. Amounts are estimates with their errors, as far as not everything was
    recorded. Most of these read the events of the interval, some 10 ns each; Ctrl-C ends them.
    """

    def lifetimes(
        self,
        begin: Optional[Moment] = None,
        end: Optional[Moment] = None,
        until: Optional[Moment] = None,
        line: Union[str, RawTraceLine, None] = None,
    ) -> Lifetimes:
        """How long the blocks live that were allocated in an interval. ``until``: how long to watch them; None:
        to ``end``. The recorder's clock ticks every few milliseconds, 4 on most machines: the first bucket is all
        that lived shorter than a tick, and any true lifetime is up to one tick shorter or longer.

        Raises ValueError for captures of heapprof 1.0.2, which do not tell which block a free ends.
        """
        first, last = self._interval(begin, end)
        watched = last if until is None else max(last, self._when(until), key=lambda when: when[0])
        found = _heapprof.lifetimes(self._requireRecording(), first, last, watched, self._traces(line))
        freed, alive, allocated = _known(found)
        buckets = [LifetimeBucket(least, bound, Amount(*amount)) for least, bound, amount in freed]
        return Lifetimes(buckets, Amount(*alive), Amount(*allocated))

    def generations(
        self,
        borders: Sequence[float],
        until: Optional[Moment] = None,
        line: Union[str, RawTraceLine, None] = None,
    ) -> List[Generation]:
        """What requests, epochs or batches leave behind: of each interval between two of ``borders``, which ascend,
        what was allocated in it and what of that is still alive at ``until``; None: at the end. An interval
        leaves out what happened exactly at its first border, so one below 0 takes in all there is. What a program
        marked is in `Reader.marks()`.

        Raises ValueError for captures of heapprof 1.0.2, which do not tell which block a free ends.
        """
        times = [float(border) for border in borders]
        if any(not math.isfinite(time) for time in times) or times != sorted(times):
            raise ValueError("borders are times in seconds that ascend")
        when = self._interval(None, until)[1]
        found = _known(_heapprof.generations(self._requireRecording(), times, when, self._traces(line)))
        at = min(when[0], self.elapsedTime())
        generations = []
        for begin, end, allocated, (usage, _, total) in found:
            used: Dict[int, int] = {self._traceIndex(trace): value for trace, value in usage.items()}
            alive = Snapshot._of(at, used, self._traceIndex.recording)
            generations.append(Generation(begin, end, Amount(*allocated), Amount(*total), alive))
        return generations

    def findings(self) -> List[Finding]:
        """What to look at first, as the workstation's summary has it: the peak, what grows steadily, what is left at
        the end, how much was allocated, and how much only for a moment, each with the line of code behind most of it;
        and where resident memory is far above what was recorded, of what it consists.
        Of all memory, whatever useDomains() chose. Reads every event twice at the most.
        """
        return [
            Finding(
                kind,
                begin,
                end,
                Amount(*total),
                None if line is None else RawTraceLine(*line),
                Amount(*ofLine),
                slope,
                assured,
                None if parts is None else ResidentParts(*parts),
            )
            for kind, begin, end, total, line, ofLine, slope, assured, parts in _heapprof.findings(
                self._requireRecording(), self._capture
            )
        ]

    def allocations(self, begin: Optional[Moment] = None, end: Optional[Moment] = None) -> Allocations:
        """What was allocated in an interval, freed since or not, and how fast."""
        first, last = self._interval(begin, end)
        found = _heapprof.allocations(self._requireRecording(), first, last, self._traces())
        return self._allocations(first, last, found)

    def temporaryAllocations(
        self,
        shorterThan: Optional[float] = None,
        begin: Optional[Moment] = None,
        end: Optional[Moment] = None,
        atMost: Optional[int] = None,
    ) -> TemporaryAllocations:
        """What was allocated in an interval only for a moment: blocks that were freed when they were younger than
        ``shorterThan`` seconds, be it after ``end``; the recorder's clock ticks every few milliseconds, 4 on most
        machines, and true ages are up to one tick shorter or longer, so some 10 ms are the least that makes sense. Or,
        where everything was recorded, blocks freed by ``end`` when the program had allocated ``atMost`` further ones: 0
        is heaptrack's definition and 1 memray's, though memray counts each thread's allocations for themselves. One of
        the two must be given.

        Raises ValueError for captures of heapprof 1.0.2, which do not tell which block a free ends, and for ``atMost``
        when the capture is sampled.
        """
        first, last = self._interval(begin, end)
        recording = self._requireRecording()
        if shorterThan is not None and atMost is None:
            if not 0 <= shorterThan < math.inf:
                raise ValueError(f"shorterThan is a number of seconds of at least 0, not {shorterThan!r}")
            found = _heapprof.temporaryByAge(recording, first, last, shorterThan, self._traces())
        elif atMost is not None and shorterThan is None:
            if atMost < 0:
                raise ValueError(f"atMost must not be negative, as {atMost!r} is")
            if self._capture.isSampled():
                raise ValueError("this capture is sampled, so it does not tell how many allocations came between")
            found = _heapprof.temporaryByDistance(recording, first, last, min(atMost, 2**63), self._traces())
        else:
            raise ValueError("one of shorterThan and atMost says what is temporary")
        temporary, allocated = _known(found)
        return TemporaryAllocations(
            self._allocations(first, last, temporary), self._allocations(first, last, allocated)
        )

    def sizesAt(self, relativeTime: Moment, line: Union[str, RawTraceLine, None] = None) -> List[SizeBucket]:
        """How big the blocks were that were alive at a time, in buckets that go up to powers of two; reads all events
        up to then."""
        recording = self._requireRecording()
        return _sizes(_heapprof.sizesAt(recording, self._when(relativeTime), self._traces(line)))

    def sizesAllocated(
        self,
        begin: Optional[Moment] = None,
        end: Optional[Moment] = None,
        line: Union[str, RawTraceLine, None] = None,
    ) -> List[SizeBucket]:
        """How big the blocks are that were allocated in an interval, freed since or not; buckets as in
        sizesAt()."""
        first, last = self._interval(begin, end)
        return _sizes(_heapprof.sizesAllocated(self._requireRecording(), first, last, self._traces(line)))

    def growth(
        self,
        begin: Optional[Moment] = None,
        end: Optional[Moment] = None,
        by: str = "line",
        cumulative: bool = False,
    ) -> List[Growth]:
        """What grows steadily in an interval, the surest and fastest growth first, and what shrinks last: where
        to look for leaks. ``by``: "line", "function" or "trace". ``cumulative``: of lines and functions, all that was
        allocated by them or below them.

        Steady is what goes on for most of the time and stays: a step, a spike, or a sawtooth that comes down more often
        than every third of the time is no growth, but a leak below such a sawtooth is. So choose an interval in
        which the program does the same thing again and again, without its start.
        """
        try:
            unit = _heapprof.GrowthUnit.__members__[by]
        except KeyError:
            raise ValueError(f"growth is by 'line', 'function' or 'trace', not {by!r}") from None
        first, last = self._interval(begin, end)
        found = _heapprof.growth(self._requireRecording(), first, last, unit, cumulative, self._traces())
        if by == "line":
            return [Growth(RawTraceLine(*what), *values) for what, *values in found]
        if by == "function":
            return [Growth(FunctionName(*what), *values) for what, *values in found]
        return [Growth(self._traceIndex(what), *values) for what, *values in found]

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
