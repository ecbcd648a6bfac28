"""The two files of a capture, as they are: for those who want to count for themselves."""

from __future__ import annotations

import os
from typing import Dict, Iterator, NamedTuple, Optional, Union

from . import _heapprof
from .reader import Reader
from .types import HeapTrace, RawTrace

__all__ = ["HPD", "HPM", "HPDEvent"]


class HPM:
    """The metadata file: the clock, the sampling rule, the stack traces. Errors as in `heapprof.Reader`."""

    def __init__(self, filebase: Union[str, os.PathLike[str]]) -> None:
        self._reader = Reader(filebase)

    @property
    def initialTime(self) -> float:
        """Start of the recording, in seconds since 1970."""
        return self._reader.initialTime()

    @property
    def samplingRate(self) -> Union[float, Dict[int, float]]:
        """The sampling rule as the file claims it."""
        return self._reader._capture.recordedSampling()

    @property
    def native(self) -> bool:
        """Whether memory of C libraries was recorded, too, not only that of Python's allocators."""
        return "native" in self._reader.domains()

    def scaleFactor(self, eventSize: int) -> float:
        """How many blocks a recorded block of this size stands for; 0 when none is ever recorded."""
        return self._reader._capture.scale(abs(eventSize))

    def traceCount(self) -> int:
        """Traces are numbered from 1 to this."""
        return self._reader._capture.traceCount()

    def rawTrace(self, traceindex: int) -> Optional[RawTrace]:
        """As Reader.rawTrace()."""
        return self._reader.rawTrace(traceindex)

    def domain(self, traceindex: int) -> Optional[str]:
        """Who handed the trace's blocks out: "python", "native" (the C allocator) or "mapped" (the system); None when
        there is no such trace."""
        return self._reader._capture.domain(traceindex)

    def trace(self, traceindex: int) -> Optional[HeapTrace]:
        """As Reader.trace()."""
        return self._reader.trace(traceindex)


class HPDEvent(NamedTuple):
    """One event of the log."""

    timestamp: float  # seconds since 1970
    traceindex: int  # of the allocation, in a release too
    size: int  # bytes asked for, unscaled; below 0 for a release
    scaleFactor: float  # blocks it stands for


class HPD:
    """The event log. Every iteration starts at its beginning and ends at its present end."""

    def __init__(self, filebase: Union[str, os.PathLike[str]], hpm: Optional[HPM] = None) -> None:
        self.hpm = hpm or HPM(filebase)
        self._capture: _heapprof.Capture = self.hpm._reader._capture

    def __iter__(self) -> Iterator[HPDEvent]:
        start = self._capture.wallStart()
        for time, trace, size, scale in self._capture.events():
            yield HPDEvent(start + time, trace, size, scale)
