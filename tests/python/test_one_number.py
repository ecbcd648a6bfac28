"""The same thing asked in every way there is: Python, low level, and the workstation's exports give one number."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

CAPTURES = Path(__file__).parents[1] / "captures" / "v1"
BUILD = Path(os.environ.get("HEAPPROF_PACKAGE", Path(__file__).parents[2] / "build" / "python")).parent
WORKSTATION = BUILD / "bin" / "heapprof-workstation"

# A program that allocates, frees and reallocates at random, from a few lines, with bursts within one tick of the clock.
PROGRAM = """
import random, time
def small(n): return bytes(random.randrange(1, 500))
def middle(n): return [bytearray(random.randrange(1, 9000)) for _ in range(n)]
def large(n): return small(n), bytes(random.randrange(1, 2_000_000))
random.seed(int(sys.argv[1]))
heapprof.start(BASE, eval(sys.argv[2]))
kept = []
for turn in range(150):
    kept.append(random.choice((small, middle, large))(random.randrange(1, 20)))
    if random.random() < 0.45:
        del kept[random.randrange(len(kept))]
    if random.random() < 0.1:
        spike = bytes(random.randrange(1, 30_000_000))
        del spike
    if turn % 10 == 0:
        time.sleep(0.003)
heapprof.stop()
"""

# Everything is said once more in each other way; what differs is printed.
ASK = """
import collections, io, itertools, json, random, warnings
from heapprof.lowlevel import HPD, HPM
warnings.simplefilter("ignore")
r = heapprof.read(sys.argv[1])
random.seed(5)
wrong = []
def same(what, *values):
    if any(value != values[0] for value in values):
        wrong.append([what, *map(str, values)])
plot, snapshots, peak = r.timePlot(), r.snapshots(), r.peak()
same("length", len(plot.times), len(snapshots), len(plot.totalUsage))
same("peak", peak.totalUsage(), r.snapshotAt(peak).totalUsage(), r.snapshotAt(peak.relativeTime).totalUsage(),
     max(plot.totalUsage), max(plot.greatest), r.estimatesAt(peak)[1].bytes)
lines = sorted({line for trace in peak.usage for line in r.rawTrace(trace) or ()})
chosen = [lines[i * len(lines) // 4] for i in range(4)] if len(lines) >= 4 else lines
plot = r.timePlot({str(i): line for i, line in enumerate(chosen)})
overTime = [r.usageOverTime(line=line) for line in chosen]
growing = {}
events = list(HPD(r.filebase))
start = r.initialTime()
exact = r.samplingRate() == {}
# Some instants, the peak's among them.
positions = sorted({plot.totalUsage.index(max(plot.totalUsage)), *random.choices(range(len(plot.times)), k=20)})
for i in positions:
    time = plot.times[i]
    s = r.snapshotAt(time)
    total = s.totalUsage()
    same(f"total at {time}", total, plot.totalUsage[i], snapshots[i].totalUsage(), sum(s.usage.values()),
         r.fastGetUsage(s, ())[1], r.estimatesAt(time)[1].bytes, r.flowGraphAt(time).totalUsage)
    same(f"time {time}", time, s.relativeTime, snapshots[i].relativeTime)
    if not plot.least[i] <= total <= plot.greatest[i]:
        wrong.append([f"bounds at {time}", plot.least[i], total, plot.greatest[i]])
    used, _ = r.fastGetUsage(s, chosen)
    own, _ = r.fastGetUsage(s, chosen, cumulative=False)
    graph = r.flowGraph(s)
    for j, line in enumerate(chosen):
        same(f"{line} at {time}", used[j], plot.lines[j][i], overTime[j][i][1], r.estimatesAt(time, [line])[0][0].bytes,
             graph.nodeCumulativeUsage.get(line, 0))
        same(f"{line} itself at {time}", own[j], graph.nodeLocalUsage.get(line, 0),
             r.estimatesAt(time, [line], cumulative=False)[0][0].bytes)
    collapsed = io.StringIO()
    r.flameGraph(s, collapsed)
    same(f"collapsed at {time}", total, sum(int(row.rpartition(" ")[2]) for row in collapsed.getvalue().splitlines()))
    r.writeFlameGraph(sys.argv[1] + ".speedscope.json", s)
    profile = json.load(open(sys.argv[1] + ".speedscope.json"))["profiles"][0]
    same(f"speedscope at {time}", total, profile["endValue"], sum(profile["weights"]))
    if exact and not hasattr(time, "events"):
        same(f"events up to {time}", total,
             sum(e.size for e in events if round((e.timestamp - start) * 1e6) <= round(time * 1e6)))
if exact:
    same("greatest of the log", peak.totalUsage(), max(itertools.accumulate(e.size for e in events), default=0))
    a, b = sorted(random.choices(range(len(plot.times)), k=2))
    begin, end = plot.times[a], plot.times[b]
    same("allocated", r.allocations(begin, end).total.bytes, sum(r.allocations(begin, end).bytes.usage.values()),
         sum(s.amount.bytes for s in r.sizesAllocated(begin, end)))
    same("sizes", plot.totalUsage[a], sum(s.amount.bytes for s in r.sizesAt(begin)))
middle = plot.times[len(plot.times) // 2]
at = r.snapshotAt(middle)
print(json.dumps({"wrong": wrong, "exact": exact, "peak": peak.totalUsage(), "end": plot.times[-1], "last": plot.totalUsage[-1],
                  "middle": middle, "atMiddle": at.totalUsage(),
                  "lines": [[line.filename, line.lineno, u] for line, u in zip(chosen, r.fastGetUsage(at, chosen)[0])]}))
"""


def export(name: str, *arguments: str, capture: str) -> list:
    output = Path(capture).with_name(name)
    subprocess.run([WORKSTATION, "--export", output, *arguments, capture], check=True, capture_output=True)
    with output.open(newline="") as file:
        return list(csv.reader(file))[1:]


COMPOSITION = """
import json, warnings
warnings.simplefilter("ignore")
r = heapprof.read(sys.argv[1])
found = r.composition(float(sys.argv[2]))
print(json.dumps(found and [found.parts, found.resident, r.snapshotAt(float(sys.argv[2])).totalUsage()]))
"""


def checkComposition(python, capture: str, time: float) -> None:
    """What resident memory consists of: Python and the workstation's export give the same parts."""
    found = json.loads(python.run(COMPOSITION, capture, repr(time)))
    output = Path(capture).with_name("resident.csv")
    command = [WORKSTATION, "--export", output, "--view", "resident", "--at", repr(time), capture]
    if found is None:
        run = subprocess.run(command, capture_output=True, text=True)
        assert run.returncode == 1 and "does not tell what resident memory consists of" in run.stderr
        return
    subprocess.run(command, check=True, capture_output=True)
    parts, resident, live = found
    with output.open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["part", "bytes", "bytes_error"]
    assert {name: int(size) for name, size, _ in rows[1:]} == {**parts, "resident": resident}
    assert [name for name, *_ in rows[1:-1]] == list(parts)
    assert sum(parts.values()) == resident and parts["python"] == live


def check(answer: dict, capture: str) -> None:
    assert answer["wrong"] == []
    if not WORKSTATION.exists():
        pytest.skip("the workstation is not built")
    # Without --at an export is of the peak, so its self amounts add up to the peak.
    table = export("peak.csv", "--view", "traces", capture=capture)
    ownOfLines = sum(int(row[3]) for row in table)
    assert abs(ownOfLines - answer["peak"]) <= (0 if answer["exact"] else len(table))  # each line is rounded
    curve = export("time.csv", "--view", "time", capture=capture)
    assert int(curve[-1][4]) == answer["last"]
    assert max(int(row[3]) for row in curve) == answer["peak"]
    middle = {
        (row[0], int(row[1])): int(row[5])
        for row in export("middle.csv", "--view", "traces", "--at", repr(answer["middle"]), capture=capture)
    }
    for file, line, used in answer["lines"]:
        assert middle.get((file, line), 0) == used


@pytest.mark.parametrize("seed, rate", [(1, "{}"), (2, "4096"), (3, "None"), (4, "{1000: 0.1}")])
def test_of_our_own_recordings(python, seed, rate):
    python.run(PROGRAM, str(seed), rate)
    answer = json.loads(python.run(ASK, python.filebase))
    check(answer, python.filebase)
    for time in 0.0, answer["middle"], answer["end"]:
        checkComposition(python, python.filebase, time)


@pytest.mark.parametrize("name", ["a_tiny", "c_spike_all", "e_names", "g_trunc_b", "h_default"])
def test_of_old_captures(python, name):
    for ending in (".hpm", ".hpd"):
        shutil.copy(CAPTURES / (name + ending), python.folder)
    capture = str(python.folder / name)
    answer = json.loads(python.run(ASK, capture))
    check(answer, capture)
    checkComposition(python, capture, answer["middle"])
