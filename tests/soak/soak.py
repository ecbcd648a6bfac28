#!/usr/bin/env python3
"""Records a long-lived program for an hour and looks all the while whether what it says is true. Not part of the tests.

    tests/soak/soak.py [--minutes 60] [--load 0.4] [--python PYTHON] [--package build/python] [--keep FOLDER]

Four processes run tests/soak/program.py in one of its roles each. From outside this looks at them every few seconds:
the growing captures open, are read and digested on; what they say of the program's ledger is what the program says;
children made by fork() have captures of their own; memory, threads, descriptors and mappings stay bounded; nothing is
said on standard error. At the end a digest that grew with its log is compared with one made at once. Prints a table, and
ends with status 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import glob
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from queue import Empty, Queue

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).resolve().with_name("program.py")
LINES = {
    line.rpartition("#: ")[2]: number
    for number, line in enumerate(PROGRAM.read_text().splitlines(), 1)
    if "#: " in line
}
CHILD = int(re.search(r"^CHILD = ([\d_]+)", PROGRAM.read_text(), re.M).group(1))
SIGMAS = 6
MIB = 1 << 20


class Failures:
    def __init__(self) -> None:
        self.checks = 0
        self.found: list = []

    def check(self, right: bool, what: str) -> None:
        self.checks += 1
        if not right:
            self.found.append(what)
            print(f"WRONG: {what}", flush=True)


class Recording:
    """A capture while it grows and after that."""

    def __init__(self, base: str, error: float, native: bool) -> None:
        self.base, self.error, self.native = base, error, native
        self.reader = None
        self.snapshots: dict = {}  # usage by time
        self.checked = 0

    def follow(self) -> None:
        import heapprof

        if self.reader is None:
            self.reader = heapprof.Reader(self.base)
        self.reader.continueDigest()

    def used(self, reader, time: float, kind: str) -> int:
        import heapprof

        line = heapprof.RawTraceLine(str(PROGRAM), LINES[kind])
        return reader.fastGetUsage(reader.snapshotAt(time), (line,), cumulative=False)[0][0]


class Child:
    """One of the recorded processes, seen from outside."""

    def __init__(self, role: str, arguments, folder: Path, failures: Failures) -> None:
        self.role, self.failures = role, failures
        self.base = str(folder / role)
        self.errors = open(folder / f"{role}.stderr", "w+")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        environment.update(PYTHONPATH=arguments.package, PYTHONFAULTHANDLER="1")
        share = {"everything": 0.1, "sampled": 0.4, "cycles": 0.4, "plain": 0.1}[role] * arguments.load
        ignored = ["-W", "ignore:This process:DeprecationWarning"]  # of fork() in a process with threads
        self.process = subprocess.Popen(
            [arguments.python, *ignored, PROGRAM, role, self.base, str(arguments.minutes * 60), str(share)],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )
        self.said: Queue = Queue()
        threading.Thread(target=self.listen, daemon=True).start()
        self.recording = None
        self.measures: list = []  # (time, Measure)
        self.rounds: dict = {}
        self.held: list = []  # (time, bytes of the ledger)
        self.captures = self.checks = self.children = self.events = self.bytes = 0
        self.begun = time.monotonic()
        self.done = False

    def listen(self) -> None:
        for line in self.process.stdout:
            self.said.put(json.loads(line))

    def check(self, right: bool, what: str) -> None:
        self.failures.check(right, f"{self.role}, {time.monotonic() - self.begun:.0f} s: {what}")

    def measure(self) -> None:
        """Resident memory, threads, descriptors and mappings."""
        folder = f"/proc/{self.process.pid}"
        try:
            status = dict(
                line.split(":", 1) for line in Path(folder, "status").read_text().splitlines() if line.count(":") == 1
            )
            if "VmRSS" not in status:
                return
            with open(folder + "/maps") as maps:
                mappings = sum(1 for _ in maps)
            self.measures.append(
                {
                    "time": time.monotonic() - self.begun,
                    "rss": int(status["VmRSS"].split()[0]) * 1024,
                    "anonymous": int(status["RssAnon"].split()[0]) * 1024,
                    "threads": int(status["Threads"]),
                    "descriptors": len(os.listdir(folder + "/fd")),
                    "mappings": mappings,
                }
            )
        except (FileNotFoundError, ProcessLookupError):
            pass

    def hear(self) -> None:
        """Acts on what the program has said since the last time."""
        while True:
            try:
                said = self.said.get_nowait()
            except Empty:
                break
            if "begins" in said:
                self.recording = Recording(said["begins"], said["error"], said["native"])
            elif "check" in said:
                self.rounds = said["rounds"]
                self.held.append((time.monotonic() - self.begun, sum(said["sizes"].values())))
                if self.recording:
                    self.compare(said)
            elif "forked" in said:
                self.child(said)
            elif "ended" in said:
                self.close("stop")
            elif "ends" in said:
                self.done = True
                if self.role == "sampled":
                    self.process.kill()

    def compare(self, said: dict) -> None:
        """What the capture says of the ledger against what the program says."""
        import heapprof

        recording = self.recording
        recording.follow()
        fresh = heapprof.Reader(recording.base)  # opens at any moment
        marks = [mark.time for mark in fresh.marks() if mark.kind == "mark" and mark.text == f"check {said['check']}"]
        fresh.close()
        self.check(len(marks) == 1, f"mark {said['check']} is there {len(marks)} times")
        if not marks:
            return
        self.checks += 1
        reader = recording.reader
        recording.snapshots[marks[0]] = reader.snapshotAt(marks[0]).usage
        for kind, held in said["sizes"].items():
            allowance = 0.0
            if kind == "array":  # the object is from the same line, and not in its size
                allowance = 400 * said["counts"][kind]
                if not recording.native:
                    held = 0
            used = recording.used(reader, marks[0], kind)
            if recording.error:
                allowance += SIGMAS * (math.sqrt(recording.error * (held + allowance)) + recording.error)
            self.check(
                abs(used - held) <= allowance,
                f"{recording.base}: {kind} {used}, the program holds {held} ± {allowance:.0f}",
            )

    def child(self, said: dict) -> None:
        import heapprof

        self.children += 1
        self.check(said["status"] == 0, f"child ended with {said['status']}")
        if not self.recording:
            return
        base = f"{self.recording.base}.{said['forked']}"
        expected = CHILD + 33
        try:
            reader = heapprof.read(base)
            self.check(reader.process().pid == said["forked"], "the child's own number")
            self.check(reader.process().parentPid == self.process.pid, "the child's parent")
            ancestor = heapprof.Reader(self.recording.base)
            self.check(reader.ancestor() == (ancestor.identity(), self.process.pid), "the child's ancestor")
            used = self.recording.used(reader, reader.elapsedTime(), "child")
            self.check(abs(used - expected) <= 1, f"child {said['forked']} holds {used}")
        except Exception as error:
            self.check(False, f"child {base}: {error!r}")
        for name in glob.glob(glob.escape(base) + ".hp?"):
            os.unlink(name)

    def close(self, ending) -> None:
        """The recording is over: the digest made as it grew against one made at once."""
        import heapprof

        recording, self.recording = self.recording, None
        recording.follow()
        self.check(recording.reader.ending() == ending, f"{recording.base} ended by {recording.reader.ending()}")
        with tempfile.TemporaryDirectory(dir=os.path.dirname(self.base)) as folder:
            for extension in ".hpm", ".hpd":
                os.link(recording.base + extension, f"{folder}/out{extension}")
            fresh = heapprof.Reader(folder + "/out")
            fresh.makeDigest()
            last = recording.reader.elapsedTime()
            self.check(fresh.elapsedTime() == last, "the fresh digest ends at another time")
            instants = {**recording.snapshots, last: recording.reader.snapshotAt(last).usage}
            for instant, usage in instants.items():
                self.check(fresh.snapshotAt(instant).usage == usage, f"{recording.base} at {instant}: digests differ")
                self.check(
                    recording.reader.snapshotAt(instant).usage == usage, f"{recording.base}: the past has changed"
                )
            self.check(fresh._recording.events() == recording.reader._recording.events(), "numbers of events differ")
            self.captures += 1
            self.events += fresh._recording.events()
            self.bytes += os.path.getsize(recording.base + ".hpd") + os.path.getsize(recording.base + ".hpm")
            fresh.close()
        recording.reader.close()
        if self.role == "cycles":
            for name in glob.glob(glob.escape(recording.base) + ".hp?"):
                os.unlink(name)

    def finish(self) -> None:
        status = self.process.wait()
        self.hear()
        self.check(self.done and status == (-9 if self.role == "sampled" else 0), f"exit status {status}")
        if self.recording:
            self.close({"everything": "stop", "sampled": None, "cycles": "exit"}[self.role])
        self.errors.seek(0)
        text = self.errors.read()
        self.check(text == "", f"standard error: {text[:2000]}")

    def late(self, name: str, quarter: int) -> list:
        """A measure in one of the quarters of the time after warming up."""
        times = [m["time"] for m in self.measures]
        warm = times[0] + (times[-1] - times[0]) * 0.2
        width = (times[-1] - warm) / 4
        return [m[name] for m in self.measures if warm + quarter * width <= m["time"] <= warm + (quarter + 1) * width]

    def ownMemory(self, quarter: int) -> float:
        """Resident memory in the middle of a quarter."""
        return statistics.median(self.late("rss", quarter))

    def checkBounds(self) -> None:
        for name, slack in ("threads", 2), ("descriptors", 8), ("mappings", 60):
            early, late = max(self.late(name, 0)), max(self.late(name, 3))
            self.check(late <= early * 1.1 + slack, f"{name}: {early}, at the end {late}")
        for name in "rss", "anonymous":
            early = statistics.median(self.late(name, 0) + self.late(name, 1))
            late = statistics.median(self.late(name, 2) + self.late(name, 3))
            self.check(late <= early * 1.15 + 12 * MIB, f"{name}: {early / MIB:.0f} MiB, at the end {late / MIB:.0f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--load", type=float, default=0.4, help="how much of one processor the programs take together")
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the programs")
    parser.add_argument("--package", default=str(ROOT / "build" / "python"), help="where heapprof is")
    parser.add_argument("--keep", help="a new folder for the captures, which stays")
    arguments = parser.parse_args()
    arguments.package = os.path.abspath(arguments.package)
    sys.path.insert(0, arguments.package)

    folder = Path(arguments.keep or tempfile.mkdtemp(prefix="soak-")).resolve()
    folder.mkdir(exist_ok=True)
    failures = Failures()
    children = [Child(role, arguments, folder, failures) for role in ("everything", "sampled", "cycles", "plain")]
    deadline = time.monotonic() + arguments.minutes * 60 + 300
    measured = 0.0
    try:
        while any(child.process.poll() is None for child in children):
            time.sleep(0.5)
            for child in children:
                if time.monotonic() - measured >= 5 and not child.done:
                    child.measure()
                try:
                    child.hear()
                except Exception:
                    child.check(False, traceback.format_exc())
            if time.monotonic() - measured >= 5:
                measured = time.monotonic()
            if time.monotonic() > deadline:
                failures.check(False, "the programs do not end")
                break
    finally:
        for child in children:
            child.process.kill()
    for child in children:
        try:
            child.finish()
            child.checkBounds()
        except Exception:
            child.check(False, traceback.format_exc())

    everything = next(child for child in children if child.role == "everything")
    perRound = everything.events / 2 / max(1, sum(everything.rounds.values()))
    print(f"\n{arguments.minutes:g} minutes, {failures.checks} checks, {len(failures.found)} failures")
    header = (
        "",
        "allocations",
        "recordings",
        "events",
        "MB of files",
        "MiB at first",
        "at the end",
        "ledger",
        "children",
    )
    row = "{:<11}{:>13}{:>11}{:>13}{:>12}{:>13}{:>11}{:>8}{:>9}"
    print(row.format(*header))
    for child in children:
        allocations = perRound * sum(child.rounds.values())  # of a round of work, as counted where all are recorded
        print(
            row.format(
                child.role,
                f"{allocations:.2g}",
                child.captures,
                child.events,
                f"{child.bytes / 1e6:.1f}",
                f"{child.ownMemory(0) / MIB:.1f}" if child.measures else "-",
                f"{child.ownMemory(3) / MIB:.1f}" if child.measures else "-",
                child.checks,
                child.children,
            )
        )
    for what in failures.found:
        print("failed:", what)
    if not arguments.keep:
        shutil.rmtree(folder)
    return 1 if failures.found else 0


if __name__ == "__main__":
    sys.exit(main())
