"""What profilers cost: CPU time of a workload while profiled, over its CPU time without, in one process.

    python tests/benchmarks/profilers.py [--repeat 9] [--others 9] [--work objects,json] [--with "heapprof,memray"]

Profiled and unprofiled runs alternate, so that a machine that slows down slows both; a figure is the median of the
ratios of neighbours. Each profiler has processes of its own. compare.sh makes an environment with all that is needed.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from typing import Any, Callable, ContextManager, Dict, Iterator, List, Optional

import workloads


@contextlib.contextmanager
def _heapprof(path: str, rate: Any, **options: Any) -> Iterator[None]:
    import heapprof

    heapprof.start(path, rate, **options)
    try:
        yield
    finally:
        heapprof.stop()


@contextlib.contextmanager
def _tracemalloc(frames: int) -> Iterator[None]:
    tracemalloc.start(frames)
    try:
        yield
    finally:
        tracemalloc.stop()


def _memray(path: str, **options: Any) -> ContextManager[Any]:
    import memray

    if os.path.exists(path):
        os.remove(path)
    return memray.Tracker(path, **options)


PROFILERS: Dict[str, Callable[[str], ContextManager[Any]]] = {
    "heapprof": lambda path: _heapprof(path, None),
    "heapprof native": lambda path: _heapprof(path, None, native=True),
    "heapprof by ranges": lambda path: _heapprof(path, {128: 1e-4, 8192: 0.1}),
    "heapprof everything": lambda path: _heapprof(path, {}),
    "tracemalloc 1 frame": lambda path: _tracemalloc(1),
    "tracemalloc 25 frames": lambda path: _tracemalloc(25),
    "memray": lambda path: _memray(path),
    "memray Python allocators": lambda path: _memray(path, trace_python_allocators=True),
}


def measure(work: str, profiler: str, repeat: int) -> List[float]:
    run = workloads.EVERY[work]()

    def seconds() -> float:
        start = time.process_time()
        run()
        return time.process_time() - start

    with tempfile.TemporaryDirectory() as folder:
        seconds()
        ratios = []
        for _ in range(repeat):
            plain = seconds()
            with PROFILERS[profiler](os.path.join(folder, "out")):
                ratios.append(seconds() / plain)
    return ratios


def _apart(work: str, profiler: str, repeat: int) -> Optional[List[float]]:
    """measure() in a process of its own; None when the profiler is missing or fails."""
    command = [sys.executable, __file__, "--repeat", str(repeat), "--measure", work, profiler]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
        return None
    return json.loads(done.stdout)


def _version(name: str) -> str:
    try:
        return f"{name} {importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        return f"{name} of a build tree"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=9, help="pairs of runs (default: 9)")
    parser.add_argument("--others", type=int, help="pairs for profilers that are not heapprof (default: as many)")
    parser.add_argument("--work", help="names, separated by commas (default: all)")
    parser.add_argument("--native", action="store_true", help="instead: the work of native libraries")
    parser.add_argument("--with", dest="profilers", help="names, separated by commas (default: all that are installed)")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(*options.measure, options.repeat)))
        return
    works = options.work.split(",") if options.work else list(workloads.ALL)
    if options.native:
        works = list(workloads.NATIVE)
    installed = [name for name in PROFILERS if importlib.util.find_spec(name.split()[0])]
    profilers = options.profilers.split(",") if options.profilers else installed
    others = options.others or options.repeat
    print(f"Python {sys.version.split()[0]} of {sys.base_prefix}, {_version('heapprof')}", end="")
    print(f", {_version('memray')}" if any("memray" in name for name in profilers) else "", end="")
    print(f"; median CPU ratio of {options.repeat} pairs (quartiles), of other profilers {others}\n")
    print("| | " + " | ".join(profilers) + " |")
    print("|---|" + "---|" * len(profilers))
    medians: Dict[str, List[float]] = {name: [] for name in profilers}
    for work in works:
        cells = []
        for profiler in profilers:
            ratios = _apart(work, profiler, options.repeat if profiler.startswith("heapprof") else others)
            if ratios is None:
                cells.append("failed")
                continue
            low, median, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
            medians[profiler].append(median)
            cells.append(f"{median:.2f} ({low:.2f}-{high:.2f})")
        print(f"| {work} | " + " | ".join(cells) + " |", flush=True)
    means = [f"{statistics.geometric_mean(medians[name]):.2f}" if medians[name] else "" for name in profilers]
    print("| geometric mean | " + " | ".join(means) + " |")


if __name__ == "__main__":
    main()
