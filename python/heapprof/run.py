"""Reading all processes of one run together: a program and those that descend from it."""

from __future__ import annotations

import math
import os
from typing import Dict, List, NamedTuple, Optional, Tuple, Union

from . import _heapprof
from .reader import Reader, read
from .types import Amount, RawTraceLine

__all__ = ["Run", "RunMember", "RunStep", "readRun"]


class RunMember(NamedTuple):
    """One process of a run."""

    reader: Reader  # its own times count from `start`
    parent: Optional[int]  # position in Run.members of its nearest ancestor; None: it has none, or none is there
    start: float  # when its capture begins, in seconds of the run


class RunStep(NamedTuple):
    """One interval in a plot of a run; ``end`` is exclusive but in the last one."""

    begin: float
    end: float
    least: int  # at least so many bytes: two processes need not have had their least, or greatest, at the same moment
    greatest: int  # at most so many
    last: int  # bytes at its end, exactly as far as everything was recorded
    error: float  # one standard error of `last`


class Run:
    """The captures of one run, summed and apart: see `readRun`.

    Times are seconds since the earliest capture began. A process counts from its start until its
    recording ended in order, or to its last event when it was killed, or for as long as it is still being recorded.
    """

    def __init__(self, members: List[RunMember], problems: List[str]) -> None:
        self.members = members
        self.problems = problems  # captures that could not be read, so that nobody knows whether they belong

    def elapsedTime(self) -> float:
        """When the last of all processes ended."""
        return _heapprof.runEnd(self._parts())

    def usageAt(self, time: float) -> List[Amount]:
        """Live memory of each member at a time of the run; nothing of a process that was not there then."""
        return [Amount(*each) for each in _heapprof.runUsage(self._parts(), _checked(time))]

    def timePlot(self, begin: float = 0.0, end: Optional[float] = None, steps: int = 1000) -> List[RunStep]:
        """Memory of all members together over an interval, divided into ``steps`` equal parts."""
        if steps < 0:
            raise ValueError(f"steps must not be negative, but is {steps!r}")
        until = self.elapsedTime() if end is None else _checked(end)
        return [RunStep(*each) for each in _heapprof.runTotal(self._parts(), _checked(begin), until, steps)]

    def linesAt(self, time: float, cumulative: bool = True) -> Dict[RawTraceLine, int]:
        """Live bytes of each line of code in all members together, the greatest first. ``cumulative``: what was
        allocated by the line or below it; otherwise by the line itself."""
        found = _heapprof.runLines(self._parts(), _checked(time))
        used = {RawTraceLine(file, line): below if cumulative else own for file, line, own, below in found}
        return dict(sorted(used.items(), key=lambda item: -item[1]))

    def writeFlameGraph(self, filename: Union[str, os.PathLike[str]], time: float) -> None:
        """Writes the memory of all members at a time into a new file: in speedscope's own format when the name ends in
        ``.json``, else as collapsed stacks."""
        if os.fspath(filename).endswith(".json"):
            title = f"{os.path.basename(self.members[0].reader.filebase)} and its children at {time:.3f} s"
            text = _heapprof.runSpeedscope(self._parts(), _checked(time), title.encode("utf-8", "replace"))
        else:
            text = _heapprof.runCollapsed(self._parts(), _checked(time))
        with open(filename, "w", encoding="utf-8") as output:
            output.write(text)

    def close(self) -> None:
        """Lets go of all files; the run is of no further use."""
        for member in self.members:
            member.reader.close()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _parts(self) -> List[Tuple[_heapprof.Recording, float]]:
        return [(member.reader._requireRecording(), member.start) for member in self.members]


def _checked(time: float) -> float:
    if not math.isfinite(time):
        raise ValueError(f"a time is a finite number of seconds, not {time!r}")
    return time


def readRun(filebase: Union[str, os.PathLike[str]]) -> Run:
    """Opens the captures of a whole run, and makes or completes their digests. ``filebase`` names any of them: that of
    the program which called `start`, or of a process that descends from it. The others are found beside it by what
    they say of their ancestors; what an earlier run left there under the same name does not belong.

    Raises as `Reader` does when the capture that is named cannot be used; others that cannot are in Run.problems."""
    found, problems = _heapprof.captureSet(os.fspath(filebase))
    members: List[RunMember] = []
    for base, parent, start in found:
        members.append(RunMember(read(base), parent, start))
    return Run(members, problems)
