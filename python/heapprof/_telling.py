"""Has a program that runs already obey a command (collector/launch/command.h): by its socket where it listens, else by
entering it (attach/)."""

from __future__ import annotations

import errno
import glob
import os
import pwd
import shutil
import signal
import subprocess
from typing import Dict, Optional

from ._listener import askListener
from ._pythons import RunningPython, findPython, processStatus

__all__ = ["Refusal", "find", "refuseWhatCannotObey", "tell"]

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_ENTER = os.path.join(_PACKAGE, "heapprof-enter")
_PATIENCE = 10.0  # seconds, until the program has run some Python code


class Refusal(Exception):
    """Why it cannot be done, for people."""


def tell(pid: int, command: bytes) -> str:
    """Has the process obey; returns its answer, and raises Refusal when that is no."""
    python = find(pid)
    refuseWhatCannotObey(python)
    text = askListener(python.listener, command)
    if text is None:
        text = _enterAndTell(python, command)
    outcome, _, text = text.partition(" ")
    if outcome != "ok":
        raise Refusal(f"process {pid}: {text}")
    return f"{pid}: {text}"


def _enterAndTell(python: RunningPython, command: bytes) -> str:
    status = python.status
    if python.minor is None:
        raise Refusal(f"process {python.pid}: {_withoutRight(python.pid, os.strerror(errno.EACCES))}")
    if status.get("TracerPid", "0") != "0":
        raise Refusal(f"process {python.pid} is being traced by process {status['TracerPid']}, a debugger or strace")
    if int(status.get("SigIgn", "0"), 16) >> (signal.SIGSEGV - 1) & 1:
        raise Refusal(f"process {python.pid} ignores SIGSEGV: it cannot be entered")
    if _hasForbiddenItself(status):
        raise Refusal(f"process {python.pid} has forbidden itself system calls (seccomp): it might be killed for ours")
    if not os.path.exists(_ENTER):
        raise Refusal("running programs can be entered on x86-64 only")
    if python.hasCollector:
        request = [b"", b"", command]
    else:
        extension = _extension(python)
        if not _isSameFile(extension, f"/proc/{python.pid}/root{extension}"):
            raise Refusal(
                f"process {python.pid} runs in another file system, where {extension} is not: "
                "install heapprof there, and start the program with HEAPPROF_LISTEN=1"
            )
        request = [os.fsencode(extension), _preparation(extension), command]
    return _enter(python.pid, b"\0".join(request))


def _hasForbiddenItself(status: Dict[str, str]) -> bool:
    """Beyond what its parent, or who made its container, has forbidden it."""
    if status.get("Seccomp", "0") != "2":
        return status.get("Seccomp", "0") == "1"
    if status.get("NSpid", "").split()[-1:] == ["1"]:
        return False
    try:
        parent = processStatus(int(status["PPid"]))
    except (OSError, KeyError):
        return True
    return status.get("Seccomp_filters", "1") != parent.get("Seccomp_filters", "0")


def _preparation(extension: str) -> bytes:
    """The Python code by which a process loads the collector."""
    package = os.path.dirname(extension)
    names = {"PACKAGE": os.fsencode(package), "EXTENSION": os.fsencode(extension)}
    first = "import os\n" + "".join(f"{name} = os.fsdecode({value!r})\n" for name, value in names.items())
    with open(os.path.join(_PACKAGE, "_prepare.py"), "rb") as file:
        return first.encode() + file.read()


def _enter(pid: int, request: bytes) -> str:
    entering = subprocess.Popen(
        [_ENTER, str(pid), str(_PATIENCE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is not left alone in the midst of it
    answer, reason = entering.communicate(request)
    signal.signal(signal.SIGINT, before)
    if entering.returncode == 0:
        return os.fsdecode(answer)
    problem = os.fsdecode(reason).strip()
    if problem.endswith(("Permission denied", "Operation not permitted")):
        problem = _withoutRight(pid, problem)
    return "no " + (problem or "it could not be entered")


def find(pid: int) -> RunningPython:
    """Raises Refusal when that is no Python, or may not be looked into."""
    try:
        python = findPython(pid)
    except FileNotFoundError:
        raise Refusal(f"there is no process {pid}") from None
    except OSError as error:
        raise Refusal(f"process {pid}: {_withoutRight(pid, error.strerror)}") from None
    if python is None and processStatus(pid).get("State", "")[:1] in ("Z", "X"):
        raise Refusal(f"process {pid} has ended, and its parent does not know yet")
    if python is None:
        raise Refusal(f"process {pid} is not Python 3")
    return python


def _withoutRight(pid: int, reason: Optional[str]) -> str:
    try:
        user = os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return "it has ended"
    if os.geteuid() not in (0, user):
        return f"it belongs to {_nameOf(user)}: ask as that user, or as root"
    if os.geteuid() != 0 and not _isOpenTo(pid, user):
        return f"{reason}: it has had the rights of another user, or hides: ask as root"
    try:
        with open("/proc/sys/kernel/yama/ptrace_scope") as file:
            scope = int(file.read())
    except (OSError, ValueError):
        scope = 0
    if scope > 0 and os.geteuid() != 0:
        return (
            f"{reason}: this system lets only root look into other programs (kernel.yama.ptrace_scope is {scope}): "
            "ask as root, or start the program with HEAPPROF_LISTEN=1"
        )
    return (
        f"{reason}: in a container this needs the right to trace (CAP_SYS_PTRACE), or HEAPPROF_LISTEN=1 in the program"
    )


def _isOpenTo(pid: int, user: int) -> bool:
    """As a process is to its user, unless that has changed, or the process does not want it."""
    try:
        return os.stat(f"/proc/{pid}/maps").st_uid == user
    except OSError:
        return False


def _nameOf(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


def refuseWhatCannotObey(python: RunningPython) -> None:
    """Whatever the way: raises Refusal."""
    status = python.status
    if status.get("State", "")[:1] in ("T", "t"):
        raise Refusal(f"process {python.pid} is stopped: let it go on first (kill -CONT {python.pid})")
    if status.get("State", "")[:1] in ("Z", "X"):
        raise Refusal(f"process {python.pid} has ended")
    if python.minor is not None and python.minor < 7:
        raise Refusal(f"process {python.pid} runs Python {python.version}: heapprof needs 3.7 or newer")


def _extension(python: RunningPython) -> str:
    """The collector's file for that interpreter: ours, or what is installed for it."""
    for package in (_PACKAGE, _packageOf(python)):
        for path in glob.glob(os.path.join(glob.escape(package or ""), f"_collector.cpython-3{python.minor}*")):
            tag = os.path.basename(path).split("-")[1][len(f"3{python.minor}") :]
            if tag in ("", "m", "d", "dm") and ("d" in tag) == python.isDebug:
                return path
    raise Refusal(
        f"process {python.pid} runs Python {python.version}, for which this heapprof is not made: "
        "install heapprof for it, and call it from there"
    )


def _packageOf(python: RunningPython) -> Optional[str]:
    """Where the process's own interpreter would find heapprof. It is not started with rights that it does not have."""
    if python.user != os.geteuid() or not python.words:
        return None
    executable = python.words[0]
    if "/" not in executable:
        executable = shutil.which(executable) or executable
    elif not os.path.isabs(executable):
        executable = os.path.join(os.readlink(f"/proc/{python.pid}/cwd"), executable)
    if not _isSameFile(executable, f"/proc/{python.pid}/exe"):
        return None
    code = (
        "import importlib.util as u; s = u.find_spec('heapprof'); print(s.submodule_search_locations[0] if s else '')"
    )
    found = subprocess.run(
        [executable, "-c", code], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    return os.fsdecode(found.stdout).strip() or None


def _isSameFile(first: str, second: str) -> bool:
    try:
        return os.path.samefile(first, second)
    except OSError:
        return False
