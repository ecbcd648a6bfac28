"""The values that readers hand out. All of them are plain named tuples."""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Union

__all__ = ["Estimate", "HeapTrace", "Mark", "Process", "RawTrace", "RawTraceLine", "Snapshot", "TraceLine"]


class RawTraceLine(NamedTuple):
    """A line of code, as it was while the program ran."""

    filename: str
    lineno: int  # 0: not known

    def __str__(self) -> str:
        return f"{self.filename}:{self.lineno}" if self.lineno else self.filename

    @classmethod
    def parse(cls, value: Union[RawTraceLine, str]) -> RawTraceLine:
        """The line that "file:number" names. Raises ValueError for other text, TypeError for other types."""
        if isinstance(value, RawTraceLine):
            return value
        if not isinstance(value, str):
            raise TypeError(f"a line of code is 'file:number' or a RawTraceLine, not {type(value).__name__}")
        filename, colon, lineno = value.rpartition(":")
        if not colon or not lineno.isdecimal():
            raise ValueError(f"{value!r} is not of the form 'file:number'")
        return cls(filename, int(lineno))


class TraceLine(NamedTuple):
    """A line of code, dressed with its text now; that is only right if the file has not changed since."""

    filename: str
    lineno: int
    fileline: str  # stripped; empty when the file cannot be read
    function: str = ""  # qualified where the interpreter has it; empty in version 1 captures


RawTrace = List[RawTraceLine]  # outermost first
HeapTrace = List[TraceLine]  # outermost first


class Snapshot(NamedTuple):
    """Live memory at one instant."""

    relativeTime: float  # seconds since the start of the recording
    usage: Dict[int, int]  # trace index -> live bytes; 0 stands for unknown and folded traces

    def totalUsage(self) -> int:
        """Live bytes altogether."""
        return sum(self.usage.values())


class Estimate(NamedTuple):
    """Live bytes, and how well they are known. With everything recorded ``error`` is 0, and all is exact."""

    bytes: int
    error: float  # one standard error
    least: float  # the 95 % interval, to be relied on where (bytes / error) squared is 15 or more
    greatest: float


class Process(NamedTuple):
    """What a capture says of the process it was taken from."""

    pid: int
    parentPid: int
    executable: str
    pythonVersion: str
    host: str
    workingDirectory: str
    arguments: List[str]


class Mark(NamedTuple):
    """Something that happened while the program was recorded."""

    time: float  # seconds since the start of the recording
    #: "mark": heapprof.mark() was called; "begin", "end": of a heapprof.phase(); "pause", "resume": between the two no
    #: allocations are recorded; "thread": the first event of a thread; "lost": no events from here on
    kind: str
    text: str  # of mark() or phase(), or the thread's name
    value: int  # the thread's number; for "thread" its native id, for "lost" how many
