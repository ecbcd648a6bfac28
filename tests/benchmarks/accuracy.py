"""How far estimates are from the truth, with real programs: each is recorded completely, and then many times sampled.

PYTHONPATH=build/python python3 tests/benchmarks/accuracy.py [--runs 100] [--work json,texts] [--rate 65536 | --accuracy 0.05]

A program makes its heap, says so with heapprof.mark(), makes it again while the first one goes away, and says so again;
at both instants its total and the lines that hold a hundredth of it or more are compared. Each program has a process of
its own with a fixed hash seed. What is not deterministic there is shown: how far the total of a second complete
recording, after all the others, is from the first one's. Coverage is the part of the 95 % intervals that held the truth.

With --accuracy the rate is the one that gatherStats() recommends for it. A part of B bytes of a peak of P is then to be
known to accuracy * sqrt(P / 10 / B): printed is how much of that the errors were.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from typing import Any, Callable, Dict, List, NamedTuple, Tuple

import accuracy_programs
import heapprof

INSTANTS = ("made", "made again")
TICK = 0.02  # s, more than one of the clock that events are recorded by: what comes next has a later time
Line = Tuple[str, int]
Estimates = List[Tuple[float, ...]]  # of each line, and of the total


def work(run: Callable[[], Any]) -> Any:
    for instant in INSTANTS:
        held = run()
        gc.collect()  # what goes in cycles
        heapprof.mark(instant)
        time.sleep(TICK)
    return held


def record(path: str, run: Callable[[], Any], rate: Any) -> None:
    gc.collect()
    heapprof.start(path, rate)
    held = work(run)
    heapprof.stop()
    del held


def recommended(run: Callable[[], Any], accuracy: float) -> Tuple[Any, int]:
    """The rate, and the peak it was computed from."""
    gc.collect()
    heapprof.gatherStats(accuracy)
    held = work(run)
    with contextlib.redirect_stderr(io.StringIO()):
        heapprof.stop()
    del held
    statistics = heapprof.statistics()
    assert statistics is not None
    return statistics.rateForAccuracy(accuracy), statistics.peakBytes


def instants(reader: heapprof.Reader) -> List[float]:
    return [mark.time for mark in reader.marks() if mark.text in INSTANTS]


def truthOf(path: str) -> List[Dict[str, Any]]:
    """The total at each instant, and the lines with a hundredth of it."""
    reader = heapprof.read(path)
    truths = []
    for when in instants(reader):
        snapshot = reader.snapshotAt(when)
        total = snapshot.totalUsage()
        local = reader.flowGraph(snapshot).nodeLocalUsage
        lines = {line: used for line, used in local.items() if used >= total / 100}
        truths.append({"total": total, "lines": sorted(lines), "bytes": [lines[line] for line in sorted(lines)]})
    return truths


def measure(name: str, rate: Any, accuracy: float, runs: int) -> Dict[str, Any]:
    run = accuracy_programs.ALL[name]()
    peak = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "out")
        record(path, run, {})  # caches fill
        record(path, run, {})
        truths = truthOf(path)
        if accuracy:
            rate, peak = recommended(run, accuracy)
        found: List[List[Estimates]] = [[] for _ in truths]
        for _ in range(runs):
            record(path, run, rate)
            reader = heapprof.read(path)
            for when, truth, estimates in zip(instants(reader), truths, found):
                lines = [heapprof.RawTraceLine(*line) for line in truth["lines"]]
                each, total = reader.estimatesAt(when, lines, cumulative=False)
                estimates.append([*each, total])
        record(path, run, {})
        drift = max(abs(after["total"] / truth["total"] - 1) for after, truth in zip(truthOf(path), truths))
    amounts = []
    for truth, estimates in zip(truths, found):
        for i, known in enumerate([*truth["bytes"], truth["total"]]):
            isTotal = i == len(truth["bytes"])
            amounts.append([isTotal, known / truth["total"], known, [run[i] for run in estimates]])
    return {"drift": drift, "heap": truths[0]["total"], "amounts": amounts, "rate": rate, "peak": peak}


class Comparison(NamedTuple):
    """One amount, as all runs estimated it."""

    isTotal: bool
    share: float
    truth: int
    estimates: Estimates

    def stated(self) -> float:
        return math.sqrt(sum(error**2 for _, error, _, _ in self.estimates) / len(self.estimates))

    def realised(self) -> float:
        return math.sqrt(sum((used - self.truth) ** 2 for used, *_ in self.estimates) / len(self.estimates))

    def bias(self) -> float:
        """In standard errors of the mean."""
        mean = sum(used - self.truth for used, *_ in self.estimates) / len(self.estimates)
        return mean / (self.stated() / math.sqrt(len(self.estimates))) if self.stated() else mean

    def isPromised(self) -> bool:
        return self.stated() > 0 and (self.truth / self.stated()) ** 2 >= 15

    def covered(self) -> int:
        return sum(least <= self.truth <= greatest for _, _, least, greatest in self.estimates)


def coverage(comparisons: List[Comparison]) -> str:
    count = sum(len(each.estimates) for each in comparisons)
    return f"{sum(each.covered() for each in comparisons) / count:.1%} of {count}" if count else "-"


def row(comparisons: List[Comparison]) -> str:
    if not comparisons:
        return "- | - | - |"
    stated = math.sqrt(sum((each.stated() / each.truth) ** 2 for each in comparisons) / len(comparisons))
    realised = math.sqrt(sum((each.realised() / each.truth) ** 2 for each in comparisons) / len(comparisons))
    worst = max((each.bias() for each in comparisons), key=abs)
    return f"{stated:.1%} / {realised:.1%} | {worst:+.1f} | {coverage(comparisons)} |"


def ofWhatWasAsked(comparisons: List[Comparison], accuracy: float, peak: int) -> str:
    squares = [(each.realised() / each.truth) ** 2 / (accuracy**2 * peak / 10 / each.truth) for each in comparisons]
    return f"{math.sqrt(sum(squares) / len(squares)):.2f}, at most {math.sqrt(max(squares)):.2f}"


def apart(name: str, rate: Any, accuracy: float, runs: int) -> Dict[str, Any]:
    """measure() in a process of its own."""
    command = [sys.executable, __file__, "--measure", name, repr(rate), repr(accuracy), str(runs)]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--work", help="names, separated by commas (default: all)")
    parser.add_argument("--rate", type=int, default=heapprof.DEFAULT_SAMPLING_RATE)
    parser.add_argument("--accuracy", type=float, default=0.0)
    parser.add_argument("--measure", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        name, rate, accuracy, runs = options.measure
        print(json.dumps(measure(name, int(rate), float(accuracy), int(runs))))
        return
    aim = f"accuracy={options.accuracy}" if options.accuracy else f"samplingRate={options.rate}"
    print(f"Python {sys.version.split()[0]}, {aim}, {options.runs} recordings of each program.")
    print("Error: stated / as it was. Bias: the greatest, in standard errors of the mean. Lines: those that hold 1 %")
    print("or more, and rest on 15 records or more.\n")
    more = (" rate | of the error asked for |", "---|---|") if options.accuracy else ("", "")
    print(f"| program | heap, MB | drift | total: error | bias | covered | lines | error | bias | covered |{more[0]}")
    print(f"|---|---|---|---|---|---|---|---|---|---|{more[1]}")
    everything: List[Comparison] = []
    for name in options.work.split(",") if options.work else accuracy_programs.ALL:
        found = apart(name, options.rate, options.accuracy, options.runs)
        comparisons = [Comparison(*amount) for amount in found["amounts"]]
        totals = [each for each in comparisons if each.isTotal]
        lines = [each for each in comparisons if not each.isTotal and each.isPromised()]
        everything += totals + lines
        head = f"| {name} | {found['heap'] / 1e6:.0f} | {found['drift']:.2%} |"
        asked = ""
        if options.accuracy:
            asked = f" {found['rate']} | {ofWhatWasAsked(totals + lines, options.accuracy, found['peak'])} |"
        print(f"{head} {row(totals)} {len(lines)} | {row(lines)}{asked}", flush=True)
    print(f"\nAll intervals: {coverage(everything)} held the truth.")


if __name__ == "__main__":
    main()
