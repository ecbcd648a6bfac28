"""The other end of collector/launch/listener.h."""

from __future__ import annotations

import os
import socket
import struct
from typing import Iterator, Optional

from ._pythons import RunningPython

_PATIENCE = 30.0  # seconds


def askListener(python: RunningPython, command: bytes) -> Optional[str]:
    """What the process answers; None when it does not listen."""
    for path in _paths(python):
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_PATIENCE)
                connection.connect(path)
                if _peer(connection) != python.user:
                    continue  # somebody else has put it there
                connection.sendall(command)
                connection.shutdown(socket.SHUT_WR)
                return os.fsdecode(b"".join(iter(lambda: connection.recv(4096), b""))) or "no it gave no answer"
        except socket.timeout:
            return "no it gave no answer in time: it may be in C code that holds the GIL"
        except OSError:
            continue
    return None


def _peer(connection: socket.socket) -> int:
    """The user at the other end."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, user, _ = struct.unpack("3i", credentials)
    return int(user)


def isListening(python: RunningPython) -> bool:
    """Asks the system, not the process. A file alone may be of an earlier one of this number that was killed."""
    try:
        with open(f"/proc/{python.pid}/net/unix", errors="surrogateescape") as file:
            bound = {line.partition(" /")[2].rstrip("\n") for line in file}
    except OSError:
        return False
    root = f"/proc/{python.pid}/root/"
    return any(path[len(root) :] in bound and os.path.exists(path) for path in _paths(python))


def _paths(python: RunningPython) -> Iterator[str]:
    """Where its socket may be, as seen from here. In a container it has another number, and other folders."""
    number = python.status.get("NSpid", str(python.pid)).split()[-1]
    folders = [f"/run/user/{python.user}", f"/tmp/heapprof-{python.user}"]
    runtime = _environmentOf(python.pid, b"XDG_RUNTIME_DIR")
    if runtime:
        folders.insert(0, runtime)
    for folder in folders:
        yield f"/proc/{python.pid}/root{folder}/heapprof-{number}.sock"


def _environmentOf(pid: int, name: bytes) -> str:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            entries = file.read().split(b"\0")
    except OSError:
        return ""
    return next((os.fsdecode(entry[len(name) + 1 :]) for entry in entries if entry.startswith(name + b"=")), "")
