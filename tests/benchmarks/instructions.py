#!/usr/bin/env python3
"""Counts the instructions of the profiler for each object that a program makes and frees: where timing is too noisy.

Usage: instructions.py [PYTHON], an interpreter that can import heapprof; its counts need valgrind. Prints how many
instructions of the module run for an object that is made and freed: sampled by bytes and by ranges, at rates so low
that nothing is recorded, and with everything recorded.
"""

import os
import re
import subprocess
import sys
import tempfile

PROGRAM = """
import itertools, sys, heapprof
heapprof.start(sys.argv[1], eval(sys.argv[2]))
def make(count):
    for _ in itertools.repeat(None, count): object()
make(int(sys.argv[3]))
"""
SAMPLING = {"by bytes": "10**9", "by ranges": "{128: 1e-9, 8192: 1e-9}", "everything recorded": "1"}
COUNTS = 100_000, 300_000


def instructions(python: str, sampling: str, count: int) -> int:
    """What ran inside the module, start and end included."""
    with tempfile.TemporaryDirectory() as folder:
        profile = os.path.join(folder, "callgrind.out")
        environment = dict(os.environ, PYTHONHASHSEED="0")
        command = ["setarch", "-R", "valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", python]
        arguments = ["-c", PROGRAM, os.path.join(folder, "out"), sampling, str(count)]
        subprocess.run(command + arguments, env=environment, check=True, stderr=subprocess.DEVNULL)
        listing = ["callgrind_annotate", "--threshold=100", profile]
        lines = subprocess.run(listing, check=True, capture_output=True, text=True).stdout.splitlines()
    ofModule = (re.match(r"\s*([\d,]+)", line) for line in lines if "_collector." in line)
    return sum(int(match[1].replace(",", "")) for match in ofModule if match)


def main() -> None:
    python = sys.argv[1] if len(sys.argv) > 1 else sys.executable
    for name, sampling in SAMPLING.items():
        few, many = (instructions(python, sampling, count) for count in COUNTS)
        print(f"{name}: {(many - few) / (COUNTS[1] - COUNTS[0]):.1f}")


if __name__ == "__main__":
    main()
