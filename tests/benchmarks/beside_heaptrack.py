#!/usr/bin/env python3
"""Opens recordings of one program in heaptrack_gui and in the workstation: time and memory until each is quiet.

Usage: beside_heaptrack.py WORKSTATION [PYTHON [ROUNDS]], in an X session (xvfb-run), where heaptrack and heaptrack_gui
are installed and PYTHON can import heapprof. Both record every request of the program: heaptrack with
PYTHONMALLOC=malloc, as it sees the C allocator alone. A window is quiet when it has used no processor for a second and
a half. Openings alternate; medians.
"""

import glob
import os
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAM = """
import json, sys
kept = []
def parse(text): return json.loads(text)
def rows(n): return [{"id": i, "name": f"row {i}", "tags": [str(i % 7), str(i % 11)], "value": i * 1.5} for i in range(n)]
def work(i):
    data = parse(json.dumps(rows(400 + i % 50)))
    if i % 20 == 0: kept.append(data)
for i in range(int(sys.argv[1])): work(i)
"""
OPENINGS = 5
QUIET = 1.5
TICK = os.sysconf("SC_CLK_TCK")


def state(pid: int) -> tuple:
    """Seconds of CPU time, and MB that are resident and the process's own."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    with open(f"/proc/{pid}/status") as file:
        own = next((line for line in file if line.startswith("RssAnon:")), "RssAnon: 0 kB")
    return (int(fields[11]) + int(fields[12])) / TICK, int(own.split()[1]) / 1024


def opened(command: list) -> tuple:
    """Seconds until it is quiet, of CPU time, and MB then."""
    with tempfile.TemporaryDirectory() as settings:
        environment = dict(os.environ, XDG_CONFIG_HOME=settings, XDG_CACHE_HOME=settings)
        begin = time.monotonic()
        window = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        last, used = begin, 0.0
        while time.monotonic() - last < QUIET:
            time.sleep(0.02)
            now, memory = state(window.pid)
            if now > used:
                last, used = time.monotonic(), now
        window.kill()
        window.wait()
    return last - begin, used, memory


def record(folder: str, python: str, rounds: str) -> dict:
    """The commands that open what was recorded, by name."""
    program = os.path.join(folder, "program.py")
    with open(program, "w") as file:
        file.write(PROGRAM)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    own = os.path.join(folder, "own")
    subprocess.run([python, "-m", "heapprof", "--sample", "{}", "-o", own, "--", program, rounds], check=True, **quiet)
    theirs = ["heaptrack", "-o", os.path.join(folder, "theirs"), python, program, rounds]
    # Without a display, as it would open its window at the end.
    subprocess.run(theirs, env={**os.environ, "PYTHONMALLOC": "malloc", "DISPLAY": ""}, **quiet)
    (data,) = glob.glob(folder + "/theirs*")
    return {"heaptrack_gui": ["heaptrack_gui", data], "workstation": [WORKSTATION, own + ".hpm"]}


def main() -> None:
    python = sys.argv[2] if len(sys.argv) > 2 else sys.executable
    rounds = sys.argv[3] if len(sys.argv) > 3 else "1500"
    with tempfile.TemporaryDirectory() as folder:
        commands = record(folder, python, rounds)
        found: dict = {name: [] for name in [*commands, "workstation, again"]}
        for _ in range(OPENINGS):
            for name, command in commands.items():
                found[name].append(opened(command))
            found["workstation, again"].append(opened(commands["workstation"]))
            os.remove(os.path.join(folder, "own.hpc"))
    print("| | s | CPU s | MB |\n|---|---|---|---|")
    for name, rows in found.items():
        wall, cpu, memory = (statistics.median(values) for values in zip(*rows))
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {memory:.0f} |")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    WORKSTATION = sys.argv[1]
    main()
