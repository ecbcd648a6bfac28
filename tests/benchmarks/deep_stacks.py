#!/usr/bin/env python3
"""What an object made and freed costs so many frames deep, both recorded: CPU time beyond the program's own.

Usage: PYTHONPATH=PACKAGE PYTHON tests/benchmarks/deep_stacks.py. Alternates recorded and unrecorded runs, medians.
"""

import os
import statistics
import sys
import tempfile
import threading
import time

import heapprof

DEPTHS = 10, 100, 1000, 20_000, 100_000
ROUNDS, RECORDS = 7, 2000


def work() -> float:
    """Seconds of CPU time for RECORDS lists that are made and freed."""
    begin = time.thread_time()
    for _ in range(RECORDS):
        [[]]
    return time.thread_time() - begin


def atDepth(depth: int, make):
    return atDepth(depth - 1, make) if depth > 1 else make()


def each(depth: int, base: str) -> float:
    """Microseconds for one object."""
    costs = []
    for _ in range(ROUNDS):
        alone = atDepth(depth, work)
        heapprof.start(base, {})
        recorded = atDepth(depth, work)
        heapprof.stop()
        costs.append((recorded - alone) / (2 * RECORDS) * 1e6)
    return statistics.median(costs)


def measure() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for depth in DEPTHS:
            print(f"{depth} frames: {each(depth, os.path.join(folder, 'out')):.2f} us", flush=True)


if __name__ == "__main__":
    print("Python", sys.version.split()[0])
    sys.setrecursionlimit(DEPTHS[-1] + 1000)
    threading.stack_size(1 << 30)
    thread = threading.Thread(target=measure)
    thread.start()
    thread.join()
