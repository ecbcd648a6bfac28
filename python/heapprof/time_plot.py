"""Memory over time, and its picture by matplotlib."""

from __future__ import annotations

from typing import List, NamedTuple

__all__ = ["TimePlot"]


class TimePlot(NamedTuple):
    """Total memory, and that of chosen lines of code, over time."""

    times: List[float]  # seconds since the start of the recording
    totalUsage: List[int]  # bytes; parallel to times
    lines: List[List[int]]  # bytes; parallel to labels, each parallel to times
    labels: List[str]

    def pyplot(self, scale: int = 1 << 20) -> None:
        """Draws the plot: the total; with lines also their bytes, and their shares of the total, below it on the same
        time axis. ``scale`` is the unit of the vertical axes in bytes. Needs matplotlib, else raises ImportError."""
        from matplotlib import pyplot

        rows = 3 if self.lines else 1
        figure, axes = pyplot.subplots(rows, 1, sharex=True, squeeze=False)
        unit = {1: "B", 1 << 10: "KiB", 1 << 20: "MiB", 1 << 30: "GiB"}.get(scale, f"{scale} B")
        total, *others = [row[0] for row in axes]
        total.step(self.times, [used / scale for used in self.totalUsage], where="post")
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
