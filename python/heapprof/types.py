"""The values that readers hand out. All of them are plain named tuples."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, List, NamedTuple, Optional, Tuple, Union

__all__ = [
    "Allocations",
    "Amount",
    "Composition",
    "Estimate",
    "FunctionName",
    "Growth",
    "HeapTrace",
    "Instant",
    "LifetimeBucket",
    "Lifetimes",
    "Mark",
    "Moment",
    "Process",
    "RawTrace",
    "RawTraceLine",
    "Resident",
    "ResidentKinds",
    "SizeBucket",
    "Snapshot",
    "TemporaryAllocations",
    "TraceIndex",
    "TraceLine",
]


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

    def encoded(self) -> Tuple[bytes, int]:
        """The line as captures name it."""
        return self.filename.encode("utf-8", "surrogatepass"), self.lineno


class TraceLine(NamedTuple):
    """A line of code, dressed with its text now; that is only right if the file has not changed since."""

    filename: str
    lineno: int
    fileline: str  # stripped; empty when neither the file nor the recording has it
    function: str = ""  # qualified where the interpreter has it; empty in version 1 captures


RawTrace = List[RawTraceLine]  # outermost first
HeapTrace = List[TraceLine]  # outermost first


class Instant(float):
    """A moment of one recording, in seconds since its start. Many events share one microsecond; where it matters which
    of them have happened, as at the peak, the times that a reader hands out are of this type, and mean that position
    wherever the reader takes a time. A plain number means after everything that happened at that time.
    """

    __slots__ = ("events", "recording")

    events: int  # how many events of the log have happened
    recording: Optional[str]  # Reader.identity()

    def __new__(cls, seconds: float, events: int, recording: Optional[str]) -> Instant:
        instant = super().__new__(cls, seconds)
        instant.events = events
        instant.recording = recording
        return instant

    def __reduce__(self) -> Tuple[Any, ...]:
        return (Instant, (float(self), self.events, self.recording))


class TraceIndex(int):
    """The number of a stack trace in one recording: an int that readers of other recordings refuse."""

    __slots__ = ()

    recording: ClassVar[Optional[str]] = None  # Reader.identity()

    @classmethod
    def of(cls, recording: str) -> type[TraceIndex]:
        """The type of the indices of one recording."""
        return type("TraceIndex", (cls,), {"__slots__": (), "__module__": __name__, "recording": recording})

    def __reduce__(self) -> Tuple[Any, ...]:
        return (int, (int(self),))  # the types of single recordings have no names to find them by


class _Snapshot(NamedTuple):
    relativeTime: float  # seconds since the start of the recording; an Instant where that is not enough
    usage: Dict[int, int]  # trace index -> live bytes; 0 stands for unknown and folded traces


class Snapshot(_Snapshot):
    """Live memory at one instant. One that a reader made is refused by readers of other recordings."""

    _recording: Optional[str] = None
    _source: Any = None  # recording, moment and traces it was made from: exact where samples were scaled to whole bytes

    @classmethod
    def _of(cls, time: float, usage: Dict[int, int], recording: Optional[str], source: Any = None) -> Snapshot:
        snapshot = cls(time, usage)
        snapshot._recording = recording
        snapshot._source = source
        return snapshot

    def __reduce__(self) -> Tuple[Any, ...]:
        return (Snapshot._of, (self.relativeTime, self.usage, self._recording))

    def totalUsage(self) -> int:
        """Live bytes altogether."""
        return sum(self.usage.values())


#: What readers take for a time: seconds since the start, an `Instant`, or a snapshot, whose time is meant.
Moment = Union[float, Snapshot]


class Estimate(NamedTuple):
    """Live bytes, and how well they are known. With everything recorded ``error`` is 0, and all is exact."""

    bytes: int
    error: float  # one standard error
    least: float  # the 95 % interval, to be relied on where (bytes / error) squared is 15 or more
    greatest: float
    share: float  # of the total, from 0 to 1
    shareError: float  # one standard error: less than that of the bytes, which err together with the total


class Amount(NamedTuple):
    """Bytes and blocks, and how well they are known. With everything recorded the errors are 0, and all is exact."""

    bytes: int
    blocks: int
    bytesError: float  # one standard error
    blocksError: float


class LifetimeBucket(NamedTuple):
    """Blocks that were freed when they were ``least`` seconds old or more, and less than ``bound`` seconds."""

    least: float
    bound: float  # of the first a tick of the recorder's clock, of others 1, 2 or 5 times a power of ten
    amount: Amount


class Lifetimes(NamedTuple):
    """How long the blocks lived that were allocated in an interval."""

    freed: List[LifetimeBucket]  # without gaps, from 0 to the longest lifetime there is
    alive: Amount  # not freed while they were watched: they live longer than is known
    allocated: Amount  # all of them


class Allocations(NamedTuple):
    """What was allocated in an interval, freed since or not."""

    begin: float  # seconds since the start of the recording
    end: float
    bytes: Snapshot  # bytes allocated, instead of live ones, by trace: for flowGraph() and all that takes a snapshot
    blocks: Dict[int, int]  # by trace
    total: Amount

    def bytesPerSecond(self) -> float:
        """The mean rate; 0 when begin and end are the same."""
        return self.total.bytes / (self.end - self.begin) if self.end > self.begin else 0.0

    def blocksPerSecond(self) -> float:
        """The mean rate; 0 when begin and end are the same."""
        return self.total.blocks / (self.end - self.begin) if self.end > self.begin else 0.0


class TemporaryAllocations(NamedTuple):
    """What was allocated in an interval, and the part of it that did not live long."""

    temporary: Allocations
    allocated: Allocations


class SizeBucket(NamedTuple):
    """Blocks of ``least`` to ``greatest`` bytes, as the program asked for them: 0; 1; 2; 3 to 4; 5 to 8; and so on."""

    least: int
    greatest: int
    amount: Amount


class FunctionName(NamedTuple):
    """A function, as it was while the program ran."""

    filename: str
    name: str  # qualified where the interpreter has it; empty in version 1 captures
    firstlineno: int


class Growth(NamedTuple):
    """How steadily the live memory of something grows."""

    what: Union[RawTraceLine, FunctionName, int]  # int: a trace index
    slope: float  # bytes per second; negative: it shrinks
    error: float  # one standard error of slope
    assured: float  # what slope is beyond, in its direction, in about 39 of 40 cases; 0 when it may be chance
    bytesAtBegin: int
    bytesAtEnd: int
    floors: List[int]  # the least it was in each of 16 equal parts of the time, bytes


class Generation(NamedTuple):
    """What was allocated in one of many intervals in a row, and what it left behind."""

    begin: float  # seconds since the start of the recording
    end: float
    allocated: Amount
    alive: Amount  # of that, not freed at the time that was asked for
    snapshot: Snapshot  # bytes that are alive, by trace: for flowGraph() and all that takes a snapshot


class ResidentParts(NamedTuple):
    """What memory in RAM consists of, in bytes; the parts add up to it."""

    recorded: int  # live, and recorded
    before: int  # there when the recording began: the interpreter, modules
    freed: int  # in use earlier and no longer; the allocators keep it
    rest: int  # not recorded, or lost between blocks


class Finding(NamedTuple):
    """Something to look at first in a recording."""

    kind: str  # "peak", "growth", "left over", "churn", "temporary" or "resident"
    begin: float  # of a peak both are its time; seconds since the start of the recording
    end: float
    total: Amount  # of growth: what it grew by, without an error
    line: Optional[RawTraceLine]  # the line behind most of it; None where no stack is known
    ofLine: Amount  # what passed through that line
    slope: float  # of growth: bytes per second
    assured: float  # what slope is beyond in about 39 of 40 cases
    parts: Optional[ResidentParts]  # of resident memory; its bytes are in total


class Resident(NamedTuple):
    """Memory in RAM at one instant."""

    time: float  # seconds since the start of the recording
    bytes: int  # of the program, without what heapprof took itself
    ofProfiler: int  # bytes that heapprof had besides: its tables, and what it wrote to its files last


class ResidentKinds(NamedTuple):
    """What memory in RAM consisted of at one instant, by the kernel's account; bytes, heapprof's own included."""

    time: float  # seconds since the start of the recording
    anonymous: int
    file: int  # pages of files: code, and what is mapped of files on disks
    shared: int  # shared memory


class Composition(NamedTuple):
    """What memory in RAM consists of at one instant. The parts add up to ``resident``, exactly.

    ============= ====================================================================================================
    python        live blocks of Python's allocators, as in the snapshot
    native        live blocks of the C allocator, with ``native=True``
    mapped        mappings of the program in RAM, with ``native=True``
    before        in use in the allocators when the recording began, as far as it still may be
    not recorded  in use in them besides: by C code that was not recorded, and what allocators add to every block
    pymalloc free free in the pools of Python's small-object allocator
    malloc free   free in the C allocator, as far as memory is left for it: it may be in RAM or not
    freed since   freed after that was measured, and kept by the allocators
    stacks        of threads, and frames of Python functions (from CPython 3.11 on), those of greenlets too
    data          of the interpreter and of libraries: pages of their files that were written to
    files         their code, and other pages of files
    shared        shared memory
    heapprof      its tables, and what is mapped of the capture's files
    not in RAM    negative: what is counted above and was never touched, or is estimated too high
    unexplained   anonymous memory that is none of these
    ============= ====================================================================================================

    Parts that are not known are not there.
    """

    time: float  # that was asked for
    parts: Dict[str, int]  # bytes by name, in the order above
    errors: Dict[str, float]  # their standard errors: 0 where nothing is estimated
    readAt: float  # when resident memory was read, seconds since the start of the recording
    measuredAt: float  # when it was measured what the allocators hold, and the like
    resident: int  # bytes of the process, heapprof's own included
    anonymous: int  # of which it consists, by the kernel's account
    file: int
    shared: int

    def unexplained(self) -> float:
        """How much of resident memory is not explained: a part of 1."""
        return self.parts["unexplained"] / self.resident if self.resident else 0.0


class Process(NamedTuple):
    """What a capture says of the process it was taken from."""

    pid: int
    parentPid: int
    executable: str
    pythonVersion: str
    host: str
    workingDirectory: str
    #: sys.argv; with the interpreter before it and its options where it ran a module, or a recorded program started it
    arguments: List[str]


class Mark(NamedTuple):
    """Something that happened while the program was recorded."""

    time: float  # seconds since the start of the recording
    #: "mark": heapprof.mark() was called; "begin", "end": of a heapprof.phase(); "pause", "resume": between the two no
    #: allocations are recorded; "sampling": from here on by another rule, which the text tells; "thread": the first
    #: event of a thread; "lost": no events from here on
    kind: str
    text: str  # of mark() or phase(), or the thread's name
    value: int  # the thread's number; for "thread" its native id, for "lost" how many
