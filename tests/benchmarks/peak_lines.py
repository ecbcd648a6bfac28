#!/usr/bin/env python3
"""What lines hold at the peak, by heapprof and by memray, with everything recorded: Python's allocators and native ones.

Usage: peak_lines.py [--work texts,sql] with an interpreter that has both, and numpy and pandas: that of compare.sh
--native. The programs are made again alike, so their peaks are the same. By innermost Python line, in MiB; lines below
1 % of the peak are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from typing import Any, Callable, Dict, Tuple

import accuracy_programs

Lines = Dict[str, int]
MIB = 1 << 20


def arrays() -> Callable[[], Any]:
    import numpy

    def work() -> Any:
        base = numpy.arange(3_000_000, dtype=float)
        scaled = base * 3
        ordered = numpy.sort(scaled[::-1])
        table = numpy.column_stack([base, scaled])
        return ordered, table, [base[i : i + 1000].copy() for i in range(0, 1_000_000, 1000)]

    return work


def frames() -> Callable[[], Any]:
    import pandas

    keys = [i * 7919 % 3000 for i in range(200_000)]

    def work() -> Any:
        orders = pandas.DataFrame({"key": keys, "price": [key / 7 for key in keys]})
        names = pandas.DataFrame({"key": range(3000), "name": [f"article {i}" for i in range(3000)]})
        joined = orders.merge(names, on="key")
        joined["text"] = joined["name"] + " x"
        return joined, joined.groupby("text").agg({"price": ["mean", "max"]})

    work()  # whatever is made once
    return work


PROGRAMS = {
    "texts": accuracy_programs.texts,
    "sql and templates": accuracy_programs.sqlRows,
    "numpy": arrays,
    "pandas": frames,
}


def ofHeapprof(run: Callable[[], Any], path: str) -> Tuple[int, Lines]:
    import heapprof

    heapprof.start(path, {}, native=True)
    held = run()
    heapprof.stop()
    del held
    reader = heapprof.read(path)
    peak = reader.peak()
    lines: Lines = {}
    for trace, size in peak.usage.items():
        found = reader.rawTrace(trace, hideInternal=False)
        name = str(found[-1]) if found else "(no Python line)"
        lines[name] = lines.get(name, 0) + size
    return peak.totalUsage(), lines


def ofMemray(run: Callable[[], Any], path: str) -> Tuple[int, Lines]:
    import memray

    with memray.Tracker(path, trace_python_allocators=True):
        held = run()
    del held
    lines: Lines = {}
    for record in memray.FileReader(path).get_high_watermark_allocation_records(merge_threads=True):
        stack = record.stack_trace(max_stacks=1)
        name = f"{stack[0][1]}:{stack[0][2]}" if stack else "(no Python line)"
        lines[name] = lines.get(name, 0) + record.size
    return sum(lines.values()), lines


PROFILERS = {"heapprof": ofHeapprof, "memray": ofMemray}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", help="names, separated by commas (default: all)")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        program, profiler = options.one
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(PROFILERS[profiler](PROGRAMS[program](), os.path.join(folder, "out"))))
        return
    for program in options.work.split(",") if options.work else PROGRAMS:
        found = {}
        for profiler in PROFILERS:
            command = [sys.executable, __file__, "--one", program, profiler]
            found[profiler] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        (ours, ourLines), (theirs, theirLines) = found["heapprof"], found["memray"]
        print(
            f"{program}: peak {ours / MIB:.2f} MiB by heapprof, {theirs / MIB:.2f} by memray ({ours / theirs - 1:+.1%})"
        )
        for line in sorted(
            {*ourLines, *theirLines}, key=lambda each: -max(ourLines.get(each, 0), theirLines.get(each, 0))
        ):
            our, their = ourLines.get(line, 0), theirLines.get(line, 0)
            if max(our, their) > 0.01 * theirs:
                difference = f"{our / their - 1:+.1%}" if their else ""
                print(f"  {our / MIB:9.2f} {their / MIB:9.2f} {difference:>7}  {line}")


if __name__ == "__main__":
    main()
