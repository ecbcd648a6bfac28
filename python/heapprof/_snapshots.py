"""Snapshots as a reader hands them out: computed when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence as SequenceABC
from typing import Callable, Dict, List, Optional, Union, overload

from . import _heapprof
from .types import Instant, Snapshot, TraceIndex

__all__ = ["Snapshots", "makeSnapshot", "momentOf"]


class Snapshots(SequenceABC):  # type: ignore[type-arg]  # 3.8 knows no Sequence[Snapshot] to derive from
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


def makeSnapshot(
    recording: _heapprof.Recording,
    traces: _heapprof.TraceSet,
    precision: float,
    traceIndex: type[TraceIndex],
    when: _heapprof.When,
) -> Snapshot:
    """What `traces` held; `precision` as in Reader.useSnapshots()."""
    usage = recording.stateAt(when, traces).bytes(traceIndex)
    isWhole = not _fold(usage, precision)
    source = (recording, when, traces) if isWhole else None
    return Snapshot._of(momentOf(when, traceIndex.recording), usage, traceIndex.recording, source)


def momentOf(when: _heapprof.When, recording: Optional[str]) -> float:
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
