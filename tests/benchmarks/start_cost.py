#!/usr/bin/env python3
"""What the processes of a recorded program cost: CPU time of each interpreter that it starts and of each fork.

Usage: start_cost.py [PYTHON], an interpreter that can import heapprof. Alternates the program alone and under the command
line, and prints medians in milliseconds for one process; what the program itself takes is not in them.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile

PROGRAMS = {
    "an interpreter that is started": "for _ in range(COUNT): subprocess.run([sys.executable, '-c', 'pass'])",
    "a child that is forked": "for _ in range(COUNT):\n    if os.fork() == 0: os._exit(0)\n    os.wait()",
}
FEW, MANY = 5, 45
ROUNDS = 7


def cpuTime(command: list, folder: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, cwd=folder, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def each(python: str, body: str, options: list) -> float:
    """Milliseconds for one process: what many take more than few."""
    with tempfile.TemporaryDirectory() as folder:
        times = []
        for count in FEW, MANY:
            with open(os.path.join(folder, "program.py"), "w") as file:
                file.write("import os, subprocess, sys\n" + body.replace("COUNT", str(count)))
            times.append(cpuTime([python, *options, "program.py"], folder))
        return (times[1] - times[0]) / (MANY - FEW) * 1000


def main() -> None:
    python = sys.argv[1] if len(sys.argv) > 1 else sys.executable
    ways = {"alone": [], "recorded": ["-m", "heapprof", "-o", "out"]}
    for name, body in PROGRAMS.items():
        times = {way: [] for way in ways}
        for _ in range(ROUNDS):
            for way, options in ways.items():
                times[way].append(each(python, body, options))
        print(f"{name}:", ", ".join(f"{way} {statistics.median(found):.2f} ms" for way, found in times.items()))


if __name__ == "__main__":
    main()
