"""The other end of collector/launch/listener.h."""

from __future__ import annotations

import os
import socket
import stat
import struct
from typing import Dict, Iterator, NamedTuple, Optional, Set, Tuple

_PATIENCE = 30.0  # seconds


class Listener(NamedTuple):
    """A process that may listen, as the system shows it to anybody."""

    pid: int
    status: Dict[str, str]  #: what /proc/PID/status said

    @property
    def users(self) -> Set[int]:
        """Who may have made its socket: its user, or root, where it has dropped root's rights since."""
        return {int(self.status["Uid"].split()[1]), 0}


def askListener(process: Listener, command: bytes) -> Optional[str]:
    """What the process answers; None when it does not listen."""
    for _, path in _sockets(process):
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_PATIENCE)
                connection.connect(path)
                if not _isOf(connection, process):
                    continue  # somebody else has put it there
                connection.sendall(command)
                connection.shutdown(socket.SHUT_WR)
                return os.fsdecode(b"".join(iter(lambda: connection.recv(4096), b""))) or "no it gave no answer"
        except socket.timeout:
            return "no it gave no answer in time: it may be in C code that holds the GIL"
        except OSError:
            continue
    return None


def _isOf(connection: socket.socket, process: Listener) -> bool:
    """Whether the process itself is at the other end: the system says who began to listen there."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, user, _ = struct.unpack("iII", credentials)
    return pid == process.pid and user in process.users


def isListening(process: Listener) -> bool:
    """Asks the system, not the process. A file alone may be of an earlier one of this number that was killed."""
    bound = _boundPaths(process)
    return any(path in bound and os.path.exists(here) for path, here in _sockets(process))


def _sockets(process: Listener) -> Iterator[Tuple[str, str]]:
    """Where its socket may be: the path as the process knows it, and one that leads there from here until the next is
    asked for. In a container it has another number, and other folders. Without the right to pass through /proc/PID/root
    the path is taken as it is, which in a container leads elsewhere: hence the look at who is at the other end."""
    name = "heapprof-{}.sock".format(process.status.get("NSpid", str(process.pid)).split()[-1])
    root = f"/proc/{process.pid}/root"
    view = root if os.access(f"{root}/", os.X_OK) else ""
    for folder in dict.fromkeys(_folders(process, name)):
        try:
            opened = os.open(view + folder, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except (OSError, ValueError):
            continue
        try:
            if _isKeptFromOthers(os.fstat(opened), process.users):
                yield f"{folder}/{name}", f"/proc/self/fd/{opened}/{name}"  # however long the folder's own path
        finally:
            os.close(opened)


def _isKeptFromOthers(folder: os.stat_result, users: Set[int]) -> bool:
    """As the process has seen it: nobody else can have put a socket there."""
    return folder.st_uid in users and folder.st_mode & (stat.S_IWGRP | stat.S_IWOTH) == 0


def _folders(process: Listener, name: str) -> Iterator[str]:
    runtime = _environmentOf(process.pid, b"XDG_RUNTIME_DIR")
    if runtime.startswith("/"):
        yield runtime
    for user in process.users:
        yield f"/run/user/{user}"
        yield f"/tmp/heapprof-{user}"
    for path in sorted(_boundPaths(process)):
        if path.endswith(f"/{name}"):
            yield os.path.dirname(path)


def _boundPaths(process: Listener) -> Set[str]:
    """Where sockets are bound in its network name space, in each case as who did it has called the place."""
    try:
        with open(f"/proc/{process.pid}/net/unix", errors="surrogateescape") as file:
            return {"/" + line.partition(" /")[2].rstrip("\n") for line in file}
    except OSError:
        return set()


def _environmentOf(pid: int, name: bytes) -> str:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            entries = file.read().split(b"\0")
    except OSError:
        return ""
    return next((os.fsdecode(entry[len(name) + 1 :]) for entry in entries if entry.startswith(name + b"=")), "")
