"""What profiling costs: CPU time of a workload while recording, over its CPU time without, in one process.

    PYTHONPATH=build/python python3 tests/benchmarks/collector_overhead.py [--repeat 9]

Profiled and unprofiled runs alternate, so that a machine that slows down slows both; each line is the median of the
ratios of neighbours, with the quartiles.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time

import heapprof


def objects() -> None:
    for _ in range(10):
        [object() for _ in range(200_000)]


def jsonText() -> None:
    document = {f"key{i}": {"name": f"name {i}", "values": list(range(i % 20)), "ratio": i / 7} for i in range(3000)}
    for _ in range(12):
        json.loads(json.dumps(document))


def smallBytes() -> None:
    kept = [b""] * 512
    for i in range(400_000):
        kept[i & 511] = bytes(600 + (i * 37) % 7000)


def nodes() -> None:
    class Node:
        def __init__(self, left: object, right: object) -> None:
            self.left, self.right = left, right

    def tree(depth: int) -> object:
        return Node(tree(depth - 1), tree(depth - 1)) if depth else None

    for _ in range(3):
        tree(16)


def seconds(work) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=9)
    repeat = parser.parse_args().repeat
    rates = {"by bytes, 64 KiB": None, "by ranges": {128: 1e-4, 8192: 0.1}, "everything": {}}
    print(f"Python {sys.version.split()[0]}, {repeat} pairs: median ratio (quartiles)")
    print(f"{'':12}" + "".join(f"{name:>24}" for name in rates))
    with tempfile.TemporaryDirectory() as folder:
        for work in (objects, jsonText, smallBytes, nodes):
            work()
            line = f"{work.__name__:12}"
            for rate in rates.values():
                ratios = []
                for _ in range(repeat):
                    plain = seconds(work)
                    heapprof.start(os.path.join(folder, "out"), rate)
                    ratios.append(seconds(work) / plain)
                    heapprof.stop()
                low, median, high = statistics.quantiles(ratios, n=4)
                line += f"{f'{median:.2f} ({low:.2f}-{high:.2f})':>24}"
            print(line)


if __name__ == "__main__":
    main()
