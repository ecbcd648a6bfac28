"""Drives programs that nobody here wrote, once plain and once recorded, and compares what can be seen of them.

The environment with the packages is made by `tests/run.sh --all` in build/environments/real; HEAPPROF_REAL_PYTHON names
another, as PYTHON[=PACKAGE FOLDER]; without a folder heapprof must be installed there.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple, TypeVar

import pytest

ROOT = Path(__file__).parents[2]
LIMIT = 120.0  # seconds in which whatever is waited for happens, also on a machine that is busy
MARKER = "HEAPPROF_TEST_RUN"
T = TypeVar("T")

MB = 1_000_000


def environmentsPython() -> Tuple[str, str]:
    """The interpreter that has the packages, and the folder with heapprof for it; skips the test if there is none."""
    named = os.environ.get("HEAPPROF_REAL_PYTHON", "")
    if named:
        python, _, package = named.partition("=")
    else:
        python = str(ROOT / "build" / "environments" / "real" / "bin" / "python")
        package = os.environ.get("HEAPPROF_PACKAGE", str(ROOT / "build" / "python"))
    if not os.path.exists(python):
        pytest.skip(
            f"no {python}: tests/run.sh --all makes it (prepare_real_programs), or name one: HEAPPROF_REAL_PYTHON"
        )
    return python, package


def waitFor(what: str, attempt: Callable[[], Optional[T]], limit: float = LIMIT) -> T:
    """The first result of `attempt` that is true."""
    until = time.monotonic() + limit
    while True:
        found = attempt()
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"in vain for {limit:.0f} s: {what}")
        time.sleep(0.05)


def freePort() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Capture(NamedTuple):
    """What one process recorded. Lines are "file:number", of files in the program's folder without it."""

    name: str  # the part after the filebase
    pid: int
    parent: Optional[int]  # pid of the recorded process that it descends from
    arguments: List[str]
    ending: Optional[str]
    atEnd: Dict[str, int]  # bytes below each line at the end
    atPeak: Dict[str, int]
    files: List[str]
    texts: Dict[str, str]  # of the lines that the recording has the text of
    total: int  # the greatest amount there was


# Runs in the program's interpreter: captures belong to a version of Python, and to the package that made them.
LOOKING = """
import json, os, sys, warnings
import heapprof
warnings.simplefilter("error")
folder, package = sys.argv[2] + os.sep, os.path.dirname(heapprof.__file__) + os.sep
def named(line): return str(line)[len(folder):] if str(line).startswith(folder) else str(line)
found = []
with heapprof.readRun(sys.argv[1]) as run:
    assert not run.problems, run.problems
    pids = [member.reader.process().pid for member in run.members]
    for member in run.members:
        r = member.reader
        process, lost = r.process(), [mark for mark in r.marks() if mark.kind == "lost"]
        assert not lost, lost
        traces, number, misses = {}, 1, 0
        while misses < 1000:
            lines = r.trace(number, hideInternal=False)
            misses = 0 if lines is not None else misses + 1
            if lines is not None: traces[number] = lines
            number += 1
        ours = [line for lines in traces.values() for line in lines if line.filename.startswith(package)]
        assert not ours, (process, ours[:3])
        assert not any(r.isCut(trace) for trace in traces)
        peak = r.peak()
        def below(snapshot):
            graph = r.flowGraph(snapshot)
            return {named(line): used for line, used in graph.nodeCumulativeUsage.items()}
        found.append(dict(
            name=r.filebase[len(sys.argv[1]):], pid=process.pid,
            parent=None if member.parent is None else pids[member.parent],
            arguments=process.arguments, ending=r.ending(),
            atEnd=below(r.snapshotAt(r.elapsedTime())), atPeak=below(peak), total=peak.totalUsage(),
            files=sorted({named(line.filename) for lines in traces.values() for line in lines}),
            texts={named(heapprof.RawTraceLine(*line[:2])): line.fileline for lines in traces.values() for line in lines},
        ))
json.dump(found, sys.stdout)
"""


class Ended(NamedTuple):
    """What was seen of a program from outside."""

    code: int
    out: str
    err: str
    seen: Any  # what the scenario returned
    left: int  # processes that were still there


def requireSame(plain: Ended, recorded: Ended, names: Sequence[str]) -> None:
    for name in names:
        texts = [str(getattr(each, name)).splitlines() for each in (plain, recorded)]
        difference = "\n".join(difflib.unified_diff(*texts, "plain", "recorded", lineterm="", n=0))
        assert not difference, f"{name}:\n{difference}\n\nrecorded:\n{recorded.out}\n{recorded.err}"


class Service:
    """A program that runs."""

    def __init__(self, process: subprocess.Popen, folder: Path, port: int, environment: Dict[str, str]) -> None:
        self.process, self.folder, self.port, self.environment = process, folder, port, environment

    @property
    def pid(self) -> int:
        return self.process.pid

    def ask(self, path: str = "/", data: Optional[bytes] = None) -> Tuple[int, str]:
        """Status and text of an answer; status 0 where nobody answers."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data)
        try:
            with urllib.request.urlopen(request, timeout=LIMIT) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""
        except Exception as error:  # an answer that breaks off
            return -1, type(error).__name__

    def answer(self, path: str, wanted: Callable[[str], bool] = lambda text: True) -> str:
        """The first answer that is wanted."""

        def attempt() -> Optional[Tuple[str]]:
            status, text = self.ask(path)
            if status == 0 and self.process.poll() is not None:
                raise AssertionError(
                    f"ended with {self.process.returncode}\n{self.output('out')}\n{self.output('err')}"
                )
            return (text,) if status == 200 and wanted(text) else None

        return waitFor(f"an answer to {path}\n{self.output('err')}", attempt)[0]

    def askAll(self, path: str, count: int, but: Sequence[str] = ()) -> List[str]:
        """The first answers of `count` different workers, which begin their answers with a number of theirs."""
        found: Dict[str, str] = {}

        def attempt() -> bool:
            text = self.answer(path)
            if text.split()[0] not in but:
                found.setdefault(text.split()[0], text)
            return len(found) >= count

        waitFor(f"answers of {count} workers to {path}", attempt)
        return list(found)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def signalGroup(self, number: int) -> None:
        """As a terminal does."""
        os.killpg(self.process.pid, number)

    def gone(self, pids: Sequence[str]) -> None:
        waitFor(f"the end of {pids}", lambda: not any(self._isThere(int(pid)) for pid in pids))

    def _isThere(self, pid: int) -> bool:
        return self.process.poll() is None if pid == self.pid else os.path.exists(f"/proc/{pid}")

    def output(self, which: str) -> str:
        return (self.folder.parent / f"{self.folder.name}.{which}").read_text(errors="replace")

    def said(self, text: str, times: int = 1) -> None:
        """Waits until the program has said that."""
        waitFor(f"{text!r}", lambda: (self.output("out") + self.output("err")).count(text) >= times)

    def saidInFile(self, name: str, text: str, times: int = 1) -> None:
        waitFor(f"{text!r} in {name}", lambda: (self.folder / name).read_text().count(text) >= times)

    def client(self, *words: str) -> str:
        """What another program of the same environment, which is not recorded, prints."""
        environment = {k: v for k, v in self.environment.items() if not k.startswith("HEAPPROF_FOLLOW")}
        ran = subprocess.run(words, env=environment, cwd=self.folder, capture_output=True, text=True, timeout=LIMIT)
        assert ran.returncode == 0, (words, ran.stdout, ran.stderr, self.output("out"), self.output("err"))
        return ran.stdout


def untilItEnds(service: Service) -> None:
    service.process.wait(timeout=3 * LIMIT)


class Real:
    """One test: a program in a folder of its own for each way to run it."""

    def __init__(self, python: str, package: str, folder: Path) -> None:
        self.python, self.package, self.folder = python, package, folder
        self.marker = uuid.uuid4().hex
        self.files: Dict[str, str] = {}
        self.lines: Dict[str, str] = {}  # of what stands behind "#: " in a file: "file:number"

    @property
    def filebase(self) -> str:
        return str(self.folder / "captures" / "out")

    def script(self, name: str) -> str:
        """A program that a package has installed."""
        return os.path.join(os.path.dirname(self.python), name)

    def write(self, name: str, text: str) -> None:
        self.files[name] = text
        for number, line in enumerate(text.splitlines(), 1):
            if "#: " in line:
                self.lines[line.split("#: ")[1]] = f"{name}:{number}"

    def both(
        self,
        *words: str,
        scenario: Callable[[Service], Any] = untilItEnds,
        options: Sequence[str] = (),
        env: Optional[Dict[str, str]] = None,
        clean: Callable[[str], str] = lambda text: text,
        inOrder: bool = False,
        output: bool = True,
        byItself: bool = False,
    ) -> Ended:
        """Runs the program plain and recorded, requires that both are the same from outside, and returns what was seen
        of the recorded one. "PORT" and "FOLDER" in the words are a free port and its folder; the latter and "PYTHON" in
        files, too. `clean` takes from an output what differs anyway; unless `inOrder` its lines may come in any order,
        as those of several processes do. `byItself`: it begins to record by itself, to "FILEBASE" in files, empty in
        the plain one."""
        os.mkdir(os.path.dirname(self.filebase))
        ours = [] if byItself else ["-m", "heapprof", "-q", "-o", self.filebase, *options, "--"]
        plain = self._once("plain", [], words, scenario, env, clean, inOrder)
        recorded = self._once("recorded", ours, words, scenario, env, clean, inOrder)
        requireSame(plain, recorded, ["code", "seen", "left", *(["out", "err"] if output else [])])
        return recorded

    def captures(self, filebase: str = "") -> List[Capture]:
        """Of all processes, the first one's first. Requires that nothing was lost and nothing of ours is in them."""
        words = [self.python, "-c", LOOKING, filebase or self.filebase, str(self.folder / "recorded")]
        ran = subprocess.run(words, env=self._environment({}), capture_output=True, text=True, timeout=3 * LIMIT)
        assert ran.returncode == 0, ran.stderr
        return [Capture(**each) for each in json.loads(ran.stdout)]

    def end(self) -> None:
        for pid in self._processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def _once(self, name, ours, words, scenario, env, clean, inOrder) -> Ended:
        folder = self.folder / name
        folder.mkdir()
        for path, text in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            values = {"FOLDER": str(folder), "FILEBASE": self.filebase if name == "recorded" else ""}
            for word, value in {**values, "PYTHON": self.python}.items():
                text = text.replace(word, value)
            (folder / path).write_text(text)
        port = freePort()
        environment = self._environment({"HOME": str(folder), **(env or {})})
        given = [word.replace("PORT", str(port)).replace("FOLDER", str(folder)) for word in words]
        with open(f"{folder}.out", "wb") as out, open(f"{folder}.err", "wb") as err:
            process = subprocess.Popen(
                [self.python, *ours, *given],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )
        service = Service(process, folder, port, environment)
        try:
            seen = scenario(service)
            process.wait(timeout=LIMIT)
            try:
                waitFor("the end of all processes", lambda: not self._processes(), 20)
            except AssertionError:
                pass
            left = len(self._processes())
        except BaseException as error:
            raise AssertionError(f"{name}: {error}\n{service.output('out')}\n{service.output('err')}") from error
        finally:
            self.end()
            process.wait()

        def tidied(text: str) -> str:
            text = clean(text.replace(str(folder), "FOLDER").replace(str(port), "PORT"))
            return text if inOrder else "\n".join(sorted(text.splitlines()))

        return Ended(process.returncode, tidied(service.output("out")), tidied(service.output("err")), seen, left)

    def _environment(self, more: Dict[str, str]) -> Dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "HEAPPROF", "COV_", "PYTEST"))}
        path = {"PYTHONPATH": self.package} if self.package else {}
        return {**kept, **path, "LC_ALL": "C.UTF-8", "TERM": "dumb", MARKER: self.marker, **more}

    def _processes(self) -> List[int]:
        """All that the program started, wherever they are: they have its environment."""
        found = []
        for entry in os.listdir("/proc"):
            try:
                if (
                    entry.isdecimal()
                    and f"{MARKER}={self.marker}".encode() in Path(f"/proc/{entry}/environ").read_bytes()
                ):
                    found.append(int(entry))
            except OSError:
                pass
        return found


def heldBy(captures: Sequence[Capture], line: str, least: int, most: int = 0) -> List[Capture]:
    """Those in which the line holds so many bytes at the end, give or take what else it allocates."""
    return [capture for capture in captures if least <= capture.atEnd.get(line, 0) <= (most or least + 200_000)]


def without(*patterns: str) -> Callable[[str], str]:
    """Takes away what matches."""

    def clean(text: str) -> str:
        for pattern in patterns:
            text = re.sub(pattern, "", text, flags=re.MULTILINE)
        return text

    return clean


@pytest.fixture
def real(tmp_path, isLong):
    """Programs that need packages: the long tier."""
    if not isLong:
        pytest.skip("programs with packages of others run with --long")
    python, package = environmentsPython()
    test = Real(python, package, tmp_path)
    yield test
    test.end()


@pytest.fixture
def realHere(python):
    """Programs of Python's own library, with the interpreters of the other tests."""
    test = Real(python.python, python.package, python.folder)
    yield test
    test.end()
