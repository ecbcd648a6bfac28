"""Counting requests by size: what a sampling rate is chosen by."""

from __future__ import annotations

import math
import sys
from typing import Dict, List, NamedTuple, Optional, Tuple, Union

from . import _collector

__all__ = ["SizeClass", "Statistics", "aimAt", "current", "sayAll"]

_aim: Tuple[float, Optional[float]] = (0.05, None)


class SizeClass(NamedTuple):
    """The requests of ``least`` to ``greatest`` bytes; ``greatest`` is 0 or a power of two."""

    least: int
    greatest: int
    allocations: int  # new blocks
    reallocations: int  # blocks that were given such a size
    frees: int  # blocks given back that had such a size at last
    bytes: int  # asked for by allocations and reallocations


class Statistics(NamedTuple):
    """What gatherStats() counted. Each request counts once, at the size the program asked for."""

    classes: List[SizeClass]  # those with requests, by size
    liveBlocks: int
    liveBytes: int
    peakBytes: int  # greatest liveBytes
    seconds: float

    def rateForAccuracy(self, accuracy: float, part: float = 0.1) -> Union[int, Dict[int, float]]:
        """The samplingRate with which memory that makes up this part of the peak is known to within this fraction of
        itself (one standard error): accuracy^2 * part * peak; ``{}`` where that is next to everything."""
        if not (0 < accuracy < math.inf and 0 < part <= 1):
            raise ValueError("accuracy is a fraction above 0, part one between 0 and 1")
        return _rounded(accuracy * accuracy * part * self.peakBytes)

    def rateForEvents(self, eventsPerSecond: float) -> Union[int, Dict[int, float]]:
        """The samplingRate with which at most so many events are recorded a second, on average; a block that comes and
        goes makes two. A mean of L bytes between records makes at most (bytes asked for) / L of them."""
        if not 0 < eventsPerSecond < math.inf:
            raise ValueError("eventsPerSecond is a number above 0")
        asked = sum(sizes.bytes for sizes in self.classes)
        return _rounded(2 * asked / (eventsPerSecond * max(self.seconds, 1e-3)))

    def eventsPerSecond(self, samplingRate: Union[int, Dict[int, float]]) -> float:
        """How many events a samplingRate as recommended here would have recorded, at most."""
        events = 0.0
        for sizes in self.classes:
            requests = sizes.allocations + sizes.reallocations
            mean = sizes.bytes / requests if requests else 0
            events += 2 * requests * (-math.expm1(-mean / samplingRate) if isinstance(samplingRate, int) else 1)
        return events / max(self.seconds, 1e-3)

    def table(self) -> str:
        """The counts, for people."""
        head = ("Size", "Count", "Reallocs", "Frees", "Bytes")
        rows = [
            (
                f"{sizes.least:,}" if sizes.least == sizes.greatest else f"{sizes.least:,} - {sizes.greatest:,}",
                *(f"{count:,}" for count in sizes[2:]),
            )
            for sizes in self.classes
        ]
        total = ("total", *(f"{sum(sizes[i] for sizes in self.classes):,}" for i in range(2, 6)))
        widths = [max(len(row[i]) for row in [head, *rows, total]) for i in range(5)]
        return "\n".join("  ".join(text.rjust(widths[i]) for i, text in enumerate(row)) for row in [head, *rows, total])


def current() -> Optional[Statistics]:
    """What is being gathered, or was at last; None when nothing was."""
    classes, liveBlocks, liveBytes, peakBytes, seconds = _collector.statistics()
    if seconds == 0:
        return None
    present = [SizeClass(*(_bounds(i) + counts)) for i, counts in enumerate(classes) if any(counts)]
    return Statistics(present, liveBlocks, liveBytes, peakBytes, seconds)


def aimAt(accuracy: float, eventsPerSecond: Optional[float]) -> None:
    """What the sampling rate that sayAll() recommends is for."""
    global _aim
    if not 0 < accuracy < 1e6 or not (eventsPerSecond is None or 0 < eventsPerSecond < 1e12):
        raise ValueError("accuracy and eventsPerSecond are numbers above 0")
    _aim = accuracy, eventsPerSecond


def sayAll() -> None:
    """Prints the table and the sampling rate that suits it to standard error."""
    gathered = current()
    try:
        if gathered and sys.stderr is not None:
            print(report(gathered, *_aim), file=sys.stderr)
    except (OSError, ValueError, AttributeError):
        pass  # the program may have closed its standard error


def report(statistics: Statistics, accuracy: float, eventsPerSecond: Optional[float]) -> str:
    """The table, and the sampling rate that suits it."""
    lines = [
        statistics.table(),
        f"peak {statistics.peakBytes:,} bytes; {statistics.seconds:.1f} s",
    ]
    if eventsPerSecond is None:
        rate = statistics.rateForAccuracy(accuracy)
        aim = f"a tenth of the peak is known to {accuracy:.1%}"
    else:
        rate = statistics.rateForEvents(eventsPerSecond)
        aim = f"at most {eventsPerSecond:,g} events/s"
    events = statistics.eventsPerSecond(rate)
    lines.append(f"recommended: samplingRate={rate!r} ({aim}; about {events:,.0f} events/s)")
    return "\n".join(lines)


def _bounds(index: int) -> Tuple[int, int]:
    return (0, 0) if index == 0 else (1, 1) if index == 1 else ((1 << index - 2) + 1, 1 << index - 1)


def _rounded(rate: float) -> Union[int, Dict[int, float]]:
    """Downwards to two digits: more is recorded, not less."""
    if rate < 64:
        return {}
    digit: int = 10 ** (int(math.log10(rate)) - 1)
    return max(1, int(rate // digit) * digit)
