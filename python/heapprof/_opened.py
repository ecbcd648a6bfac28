"""An opened capture, and what the module `_heapprof` takes for what users give."""

from __future__ import annotations

import math
import os
import sys
import warnings
from typing import List, Optional, Sequence, Tuple, Union

from . import _heapprof
from ._near import lineIsUnknown
from .types import Instant, Moment, RawTraceLine, Snapshot, TraceIndex

__all__ = ["OpenedCapture"]


class OpenedCapture:
    """What every part of `Reader` stands on."""

    def __init__(self, filebase: Union[str, os.PathLike[str]], v1Sampling: str = "detect") -> None:
        try:
            trust = _heapprof.V1Sampling.__members__[v1Sampling]
        except KeyError:
            raise ValueError(f"v1Sampling is 'detect', 'trust' or 'unsampled', not {v1Sampling!r}") from None
        self._capture = _heapprof.Capture(os.fspath(filebase), trust)
        self._identity = self._capture.uuid()
        self._traceIndex = TraceIndex.of(self._identity)
        self._recording: Optional[_heapprof.Recording] = _heapprof.knownRecording(self._capture)
        self._domains: List[str] = []  # all
        self._shown: set[str] = set()
        self._warn(self._capture.warnings())

    @property
    def filebase(self) -> str:
        """The common name of the capture's files, without an extension."""
        return os.fspath(self._capture.filebase())

    def elapsedTime(self) -> float:
        """How long the recording lasted, in seconds: to its orderly end, or to the last event digested."""
        return max(self._requireRecording().lastTime(), self._capture.cleanEnd() or 0.0)

    def _build(self, anew: bool, verbose: bool) -> None:
        self._capture.refresh()
        damage: List[str] = []
        made: List[_heapprof.Recording] = []
        try:
            _heapprof.makeDigest(self._capture, anew, _printProgress if verbose else None, damage, made)
        finally:
            if made:
                self._recording = made[0]
            if verbose:
                print(file=sys.stderr)
        self._warn(damage)

    def _requireRecording(self) -> _heapprof.Recording:
        if self._recording is None:
            raise RuntimeError("there is no digest yet; call makeDigest()")
        return self._recording

    def _traces(self, line: Union[str, RawTraceLine, None] = None) -> _heapprof.TraceSet:
        """Those of the chosen domains; with ``line`` the ones that pass through it."""
        traces = self._requireRecording().ofDomains(self._domains)
        return traces if line is None else traces & self._through([line])[0]

    def _through(self, lines: Sequence[Union[str, RawTraceLine]], cumulative: bool = True) -> List[_heapprof.TraceSet]:
        """The traces through each line, whatever their domain; warns of lines that the recording does not know."""
        recording = self._requireRecording()
        parsed = [RawTraceLine.parse(line) for line in lines]
        for line in parsed:
            if not recording.knowsLine(line.encoded()):
                self._warn([lineIsUnknown(line, recording.lineNames())])
        return [recording.throughLine(line.encoded(), cumulative) for line in parsed]

    def _when(self, time: Moment) -> _heapprof.When:
        if isinstance(time, Snapshot):
            self._refuseForeign(time._recording, "snapshot")
            time = time.relativeTime
        if isinstance(time, Instant):
            self._refuseForeign(time.recording, "instant")
            return float(time), time.events
        if not math.isfinite(time):
            raise ValueError(f"a time is a finite number of seconds, not {time!r}")
        return time, None

    def _interval(self, begin: Optional[Moment], end: Optional[Moment]) -> Tuple[_heapprof.When, _heapprof.When]:
        first = (-1.0, None) if begin is None else self._when(begin)
        last = (9e12, None) if end is None else self._when(end)
        if last[0] < first[0]:
            raise ValueError(f"an interval does not end, at {end!r} s, before it begins, at {begin!r} s")
        return first, last

    def _refuseForeign(self, recording: Optional[str], what: str) -> None:
        if recording is not None and recording != self._identity:
            raise ValueError(f"this {what} is of another recording than {self.filebase}")

    def _warn(self, messages: List[str]) -> None:
        for message in messages:
            if message not in self._shown:
                self._shown.add(message)
                warnings.warn(message, RuntimeWarning, stacklevel=_callersLevel())


def _printProgress(events: int, share: float) -> None:
    print(f"\rheapprof: {events:,} events digested, {share:.0%}", end="", file=sys.stderr, flush=True)


def _callersLevel() -> int:
    """The stacklevel, for warnings of the function that calls this, of the code outside this package."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == __package__:
        level, frame = level + 1, frame.f_back
    return level
