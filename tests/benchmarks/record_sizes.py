"""Writes the sizes of the blocks that real programs hold, as heapprof records them with everything recorded.

PYTHONPATH=build/python python3 tests/benchmarks/record_sizes.py    # into tests/benchmarks/accuracy/sizes/
"""

from __future__ import annotations

import platform
import tempfile
from collections import Counter
from pathlib import Path
from typing import Callable

import accuracy_programs
import heapprof
from heapprof.lowlevel import HPD

FOLDER = Path(__file__).parent / "accuracy" / "sizes"


def liveSizes(path: str, program: Callable[[], object]) -> Counter:
    heapprof.start(path, {})
    held = program()
    heapprof.stop()
    sizes: Counter = Counter()
    for event in HPD(path):
        sizes[abs(event.size)] += 1 if event.size > 0 else -1
    del held
    return +sizes


def main() -> None:
    for name, make in accuracy_programs.ALL.items():
        with tempfile.TemporaryDirectory() as folder:
            sizes = liveSizes(f"{folder}/out", make())
        blocks, total = sum(sizes.values()), sum(size * count for size, count in sizes.items())
        lines = [
            f"# Live blocks of {name!r} in accuracy_programs.py: {blocks} blocks, {total} bytes.",
            f"# CPython {platform.python_version()}, {platform.machine()}. SIZE COUNT, made by record_sizes.py.",
            *(f"{size} {count}" for size, count in sorted(sizes.items())),
        ]
        file = FOLDER / f"{name.replace(' ', '_')}.txt"
        file.write_text("\n".join(lines) + "\n")
        print(f"{name}: {blocks:,} blocks, {total / 2**20:.1f} MiB, {len(sizes)} sizes -> {file.name}")


if __name__ == "__main__":
    main()
