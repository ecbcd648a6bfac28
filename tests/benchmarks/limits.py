"""Single figures about the collector: start(), memory, the cost of a heap full of recorded blocks, bytes per event.

PYTHONPATH=build/python python3 tests/benchmarks/limits.py
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from itertools import repeat
from typing import Callable, List

import heapprof
import workloads
from heapprof.lowlevel import HPD


def median(measure: Callable[[], float], count: int = 9) -> float:
    return statistics.median(measure() for _ in range(count))


def startTime(path: str) -> float:
    before = time.perf_counter()
    heapprof.start(path)
    elapsed = time.perf_counter() - before
    heapprof.stop()
    return elapsed * 1e3


def pairTime() -> float:
    """Nanoseconds of CPU for one small object, made and freed."""
    before = time.process_time()
    for _ in range(10):
        [object() for _ in repeat(None, 200_000)]
    return (time.process_time() - before) / 2e6 * 1e9


def pairTimes(path: str, blocks: int) -> List[float]:
    """Unprofiled, and with so many recorded blocks alive, none of the new ones recorded; the same heap both times."""
    plain, recorded = [], []
    for _ in range(9):
        kept = [bytes(200) for _ in range(blocks)]
        plain.append(pairTime())
        del kept
        heapprof.start(path, {100: 1e-9, 1 << 40: 1.0})
        kept = [bytes(200) for _ in range(blocks)]
        recorded.append(pairTime())
        heapprof.stop()
        del kept
    return [statistics.median(plain), statistics.median(recorded)]


HEAP = """
    import os, random, sys
    import heapprof
    if sys.argv[1]: heapprof.start(sys.argv[1])
    rng = random.Random(1)
    held, size = [], 0
    while size < 1 << 30:  # small objects and buffers, half and half
        data = bytes(rng.randrange(20, 400)) if size % 2 else bytes(rng.randrange(1000, 100_000))
        held.append(data)
        size += len(data)
    with open("/proc/self/statm") as status: print(int(status.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
"""


def residentBytes(path: str) -> int:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(HEAP), path], check=True, capture_output=True)
    return int(done.stdout)


def bytesPerEvent(path: str, work: str) -> float:
    run = workloads.ALL[work]()
    heapprof.start(path, {})
    run()
    heapprof.stop()
    events = sum(1 for _ in HPD(path))
    return os.path.getsize(path + ".hpd") / events


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "out")
        print(f"start(): {median(lambda: startTime(path)):.2f} ms")
        for blocks in (1000, 1_000_000):
            plain, recorded = pairTimes(path, blocks)
            print(f"an object, {blocks:,} recorded blocks alive: {recorded - plain:+.1f} ns ({plain:.1f} without)")
        added = statistics.median(residentBytes(path) - residentBytes("") for _ in range(3))
        print(f"memory added to a heap of 1 GiB, default sampling: {added / 2**20:.1f} MiB")
        for work in ("json", "pickle", "async echo"):
            print(f"event log of {work}, everything recorded: {bytesPerEvent(path, work):.2f} bytes per event")


if __name__ == "__main__":
    main()
