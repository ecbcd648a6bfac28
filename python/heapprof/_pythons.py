"""The running Pythons of this machine, as /proc shows them: nothing of theirs is touched."""

from __future__ import annotations

import os
import re
from typing import Dict, Iterator, List, NamedTuple, Optional

_PYTHON = re.compile(r"(?:lib)?python3\.(\d+)(d?)")
_LIBRARY_FOLDER = re.compile(r"/python3\.(\d+)/lib-dynload/")


class RunningPython(NamedTuple):
    pid: int
    minor: int  #: of Python 3
    isDebug: bool
    status: Dict[str, str]  #: what /proc/PID/status said
    resident: int  #: bytes
    user: int  #: its number
    words: List[str]  #: its command line
    recordingTo: Optional[str]  #: the filebase, as the process sees it; None: nothing is recorded
    hasCollector: bool  #: it has loaded heapprof's

    @property
    def version(self) -> str:
        return f"3.{self.minor}"


def runningPythons() -> Iterator[RunningPython]:
    """All that this user may look into, but for ourselves."""
    for name in sorted(filter(str.isdigit, os.listdir("/proc")), key=int):
        if int(name) != os.getpid():
            try:
                python = findPython(int(name))
            except OSError:
                continue  # of another user, or it has just ended
            if python:
                yield python


def findPython(pid: int) -> Optional[RunningPython]:
    """None: it is not Python 3. Raises OSError when the process may not be looked into, or there is none."""
    folder = f"/proc/{pid}"
    status = processStatus(pid)
    with open(f"{folder}/maps", errors="surrogateescape") as file:
        paths = list(dict.fromkeys(line.split(None, 5)[5].rstrip("\n") for line in file if line.count("/") > 0))
    names = [_PYTHON.fullmatch(_name(path)) for path in paths]
    found = next(filter(None, names + [_LIBRARY_FOLDER.search(path) for path in paths]), None)
    if found is None:
        return None
    with open(f"{folder}/cmdline", "rb") as binary:
        words = [os.fsdecode(word) for word in binary.read().split(b"\0")[:-1]]
    logs = [path[: -len(".hpd")] for path in paths if path.endswith(".hpd")]
    return RunningPython(
        pid,
        int(found.group(1)),
        found.re is _PYTHON and found.group(2) == "d",
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
