"""The running Pythons of this machine, as /proc shows them: nothing of theirs is touched."""

from __future__ import annotations

import os
import re
from typing import Dict, Iterator, List, NamedTuple, Optional

from ._listener import Listener, isListening

_PYTHON = re.compile(r"(?:lib)?python3\.(\d+)(d?)")
_LIBRARY_FOLDER = re.compile(r"/python3\.(\d+)/lib-dynload/")


class RunningPython(NamedTuple):
    pid: int
    minor: Optional[int]  #: of Python 3; None: it listens, and may not be looked into
    isDebug: bool
    status: Dict[str, str]  #: what /proc/PID/status said
    resident: int  #: bytes
    user: int  #: its number
    words: List[str]  #: its command line
    recordingTo: Optional[str]  #: the filebase, as the process sees it; None: nothing is recorded
    hasCollector: bool  #: it has loaded heapprof's

    @property
    def version(self) -> str:
        return "?" if self.minor is None else f"3.{self.minor}"

    @property
    def listener(self) -> Listener:
        return Listener(self.pid, self.status)


def runningPythons() -> Iterator[RunningPython]:
    """All that this user may look into or tell something, but for ourselves."""
    for name in sorted(filter(str.isdigit, os.listdir("/proc")), key=int):
        if int(name) != os.getpid():
            try:
                python = findPython(int(name))
            except OSError:
                continue  # of another user, or it has just ended
            if python:
                yield python


def findPython(pid: int) -> Optional[RunningPython]:
    """None: it is not Python 3. Raises OSError when there is no such process, or it may not be looked into and does not
    listen."""
    folder = f"/proc/{pid}"
    status = processStatus(pid)
    try:
        with open(f"{folder}/maps", errors="surrogateescape") as file:
            paths = list(dict.fromkeys(line.split(None, 5)[5].rstrip("\n") for line in file if line.count("/") > 0))
    except PermissionError:
        if not isListening(Listener(pid, status)):
            raise
        return _made(pid, None, False, status, [])
    names = [_PYTHON.fullmatch(_name(path)) for path in paths]
    found = next(filter(None, names + [_LIBRARY_FOLDER.search(path) for path in paths]), None)
    if found is None:
        return None
    return _made(pid, int(found.group(1)), found.re is _PYTHON and found.group(2) == "d", status, paths)


def _made(pid: int, minor: Optional[int], isDebug: bool, status: Dict[str, str], paths: List[str]) -> RunningPython:
    """`paths` are those of the files that it has mapped."""
    with open(f"/proc/{pid}/cmdline", "rb") as binary:
        words = [os.fsdecode(word) for word in binary.read().split(b"\0")[:-1]]
    logs = [path[: -len(".hpd")] for path in paths if path.endswith(".hpd")]
    return RunningPython(
        pid,
        minor,
        isDebug,
        status,
        int(status.get("VmRSS", "0").split()[0]) * 1024,
        int(status["Uid"].split()[1]),
        words,
        logs[0] if logs else None,
        any(_name(path).startswith("_collector.") for path in paths),
    )


def processStatus(pid: int) -> Dict[str, str]:
    with open(f"/proc/{pid}/status", errors="surrogateescape") as file:
        return {key: value.strip() for key, _, value in (line.partition(":") for line in file)}


def _name(path: str) -> str:
    name = os.path.basename(path[: -len(" (deleted)")] if path.endswith(" (deleted)") else path)
    return re.sub(r"\.so(\.[\d.]+)?$", "", name) if name.startswith("libpython") else name
