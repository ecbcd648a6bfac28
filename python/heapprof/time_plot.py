"""Memory over time, and its picture by matplotlib."""

from __future__ import annotations

from typing import List, NamedTuple, Sequence, Tuple

__all__ = ["TimePlot"]


class _Curves(NamedTuple):
    times: Sequence[float]  # seconds since the start of the recording
    totalUsage: List[int]  # bytes; parallel to times
    lines: List[List[int]]  # bytes; parallel to labels, each parallel to times
    labels: List[str]


class TimePlot(_Curves):
    """Total memory, and that of chosen lines of code, over time. Every number is exactly that of the snapshot at its
    time; what happened between two times is in ``least`` and ``greatest``.
    """

    #: The least that the total was from the time before to this one, both included; parallel to times. Of the first
    #: time: since the start of the recording.
    least: List[int]
    #: The same of the greatest.
    greatest: List[int]

    @classmethod
    def _of(
        cls,
        times: Sequence[float],
        total: List[int],
        bounds: Tuple[List[int], List[int]],
        lines: List[List[int]],
        labels: List[str],
    ) -> TimePlot:
        plot = cls(times, total, lines, labels)
        plot.least, plot.greatest = bounds
        return plot

    def pyplot(self, scale: int = 1 << 20) -> None:
        """Draws the plot: the total, with what it was between two times as a paler band; with lines also their bytes,
        and their shares of the total, below it on the same time axis. ``scale`` is the unit of the vertical axes in
        bytes. Needs matplotlib, else raises ImportError."""
        from matplotlib import pyplot  # type: ignore[import-not-found,import-untyped,unused-ignore]  # may be missing

        rows = 3 if self.lines else 1
        figure, axes = pyplot.subplots(rows, 1, sharex=True, squeeze=False)
        unit = {1: "B", 1 << 10: "KiB", 1 << 20: "MiB", 1 << 30: "GiB"}.get(scale, f"{scale} B")
        total, *others = [row[0] for row in axes]
        total.step(self.times, [used / scale for used in self.totalUsage], where="post")
        least = [used / scale for used in self.least]
        greatest = [used / scale for used in self.greatest]
        total.fill_between(self.times, least, greatest, step="pre", alpha=0.35, linewidth=0)
        total.set_ylim(bottom=0)
        total.set_ylabel(f"total ({unit})")
        if others:
            absolute, share = others
            for label, line in zip(self.labels, self.lines):
                absolute.step(self.times, [used / scale for used in line], where="post", label=label)
                shares = [used / all_ if all_ else 0.0 for used, all_ in zip(line, self.totalUsage)]
                share.step(self.times, shares, where="post", label=label)
            absolute.set_ylabel(f"per line ({unit})")
            share.set_ylabel("share of total")
            share.legend()
        axes[-1][0].set_xlabel("time (s)")
        figure.align_ylabels()
        pyplot.show()
