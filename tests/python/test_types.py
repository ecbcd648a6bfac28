"""What type checkers say of the package, and of programs that use it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

# What README shows, and what hands values on from one call to the next.
PROGRAM = """
import heapprof
from heapprof.lowlevel import HPD, HPM

heapprof.start("/tmp/out", {128: 1e-4}, native=True)
reader = heapprof.read("/tmp/out")
reader.timePlot().pyplot()
plot: heapprof.Reader.TimePlot = reader.timePlot({"load": "load.py:406", "line": heapprof.RawTraceLine("a.py", 1)})
reveal_type(plot.totalUsage)
peak = reader.peak()
graph = reader.flowGraphAt(peak)
heapprof.FlowGraph.compare("x.dot", graph, reader.flowGraph(reader.snapshotAt(1.0)), minNodeFraction=0.1)
trace = max(peak.usage, key=lambda index: peak.usage[index])
for line in reader.rawTrace(trace) or ():
    reveal_type(line.lineno)
reveal_type(reader.estimatesAt(peak.relativeTime, ["a.py:1"])[1].share)
reveal_type(reader.allocations(0, peak).total.bytes)
reveal_type(reader.snapshots()[-1].totalUsage())
for event in HPD("/tmp/out", HPM("/tmp/out")):
    reveal_type(event.size)
with heapprof.phase("train"):
    heapprof.mark("loaded")
"""
REVEALED = ["list[int]", "int", "float", "int", "int", "int"]


def mypy(python, *arguments: str) -> subprocess.CompletedProcess:
    pytest.importorskip("mypy")
    if not python.package:
        pytest.skip("the package of the build tree is checked")
    # From a folder of its own, so that no configuration is found; the package counts as ours, not as an installed one.
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", *arguments],
        env={**os.environ, "MYPYPATH": python.package},
        cwd=python.folder,
        capture_output=True,
        text=True,
    )


def test_the_package_is_clean(python):
    checked = mypy(python, "-p", "heapprof")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_programs_know_what_they_get(python):
    program = python.folder / "typed.py"
    program.write_text(PROGRAM)
    checked = mypy(python, str(program))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    revealed = [
        line.split('"')[1].replace("builtins.", "") for line in checked.stdout.splitlines() if "Revealed" in line
    ]
    assert revealed == REVEALED
