"""The two files of a capture, as they are: for those who want to count for themselves."""

from __future__ import annotations

import os
import warnings
from typing import Dict, Iterator, NamedTuple, Optional, Union

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
        """The sampling rule as the file claims it; where it was switched, the first."""
        return self._reader._capture.recordedSampling()

    @property
    def native(self) -> bool:
        """Whether memory of C libraries was recorded, too, not only that of Python's allocators."""
        return "native" in self._reader.domains()

    def scaleFactor(self, eventSize: int, traceindex: int = 0) -> float:
        """How many blocks a recorded block of this size stands for; 0 when none is ever recorded. Where the rule was
        switched, it is that of the trace."""
        return self._reader._capture.scale(abs(eventSize), traceindex)

    def traceCount(self) -> int:
        """Traces are numbered from 1 to this."""
        return self._reader._capture.traceCount()

    def rawTrace(self, traceindex: int, hideInternal: bool = True) -> Optional[RawTrace]:
        """As Reader.rawTrace()."""
        return self._reader.rawTrace(traceindex, hideInternal)

    def domain(self, traceindex: int) -> Optional[str]:
        """Who handed the trace's blocks out: "python", "native" (the C allocator), "mapped" (the system) or "shared"
        (the system, with other processes); None when there is no such trace."""
        self._reader._refuseForeign(getattr(traceindex, "recording", None), "trace index")
        return self._reader._capture.domain(traceindex)

    def trace(self, traceindex: int, hideInternal: bool = True) -> Optional[HeapTrace]:
        """As Reader.trace()."""
        return self._reader.trace(traceindex, hideInternal)


class HPDEvent(NamedTuple):
    """One event of the log."""

    timestamp: float  # seconds since 1970
    traceindex: int  # of the allocation, in a release too
    size: int  # bytes asked for, unscaled; below 0 for a release
    scaleFactor: float  # blocks it stands for


class HPD:
    """The event log. Every iteration starts at its beginning and ends at its present end. What is damaged is left out,
    and a RuntimeWarning says how much that is. ``hpm`` is the metadata file, if it is open already; ValueError when it
    is that of another recording."""

    def __init__(self, filebase: Union[str, os.PathLike[str]], hpm: Optional[HPM] = None) -> None:
        self.hpm = HPM(filebase)
        if hpm is not None:
            if hpm._reader.identity() != self.hpm._reader.identity():
                raise ValueError(f"{os.fspath(filebase)} and {hpm._reader.filebase} are of different recordings")
            self.hpm = hpm

    def __iter__(self) -> Iterator[HPDEvent]:
        reader = self.hpm._reader
        start, traceIndex = reader.initialTime(), reader._traceIndex
        events = reader._capture.events()
        for time, trace, size, scale in events:
            yield HPDEvent(start + time, traceIndex(trace), size, scale)
        for damage in events.damage():
            warnings.warn(damage, RuntimeWarning, stacklevel=2)
