"""How many captures of child processes a recording has left beside its own."""

from __future__ import annotations

import os
import re
from typing import List, Set, Tuple

# core/capture/FORMAT.md: the file's header, and in the file's first chunk the record of a process's ancestor.
_MAGIC = b"\x89HPM\r\n\x1a\n\x02\0\0\0"
_HEADER, _CHUNK = 64, 1 << 16
_ANCESTOR = re.compile(rb"\x0b[\x11-\x1a](?=(.{16}))", re.DOTALL)


def count(filebase: str) -> int:
    """Captures of processes that descend from the one recorded to ``filebase``. What an earlier run left there under
    the same name does not count. Reads the beginning of each file alone: the program is about to end."""
    try:
        own = _beginning(filebase + ".hpm", _HEADER)
        folder, name = os.path.split(os.path.abspath(filebase))
        isChild = re.compile(re.escape(name) + r"\.\d+(-\d+)?\.hpm").fullmatch
        found: List[Tuple[int, bytes, bytes]] = []
        for entry in os.listdir(folder):
            if isChild(entry):
                head = _beginning(os.path.join(folder, entry), _CHUNK)
                if _startOf(head) >= _startOf(own):
                    found.append((_startOf(head), _identityOf(head), head))
    except (OSError, ValueError):
        return 0
    run: Set[bytes] = {_identityOf(own)}
    for _, identity, head in sorted(found):  # ancestors before their descendants
        if any(record.group(1) in run for record in _ANCESTOR.finditer(head, _HEADER)):
            run.add(identity)
    return len(run) - 1


def _beginning(path: str, length: int) -> bytes:
    """Empty when it is no capture."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # whatever lies there, the program shall not wait for it
        try:
            head = os.read(file, length)
        finally:
            os.close(file)
    except OSError:  # it is not ours, or has just gone
        return b""
    return head if head.startswith(_MAGIC) and len(head) >= _HEADER else b""


def _startOf(head: bytes) -> int:
    """By the clock that nobody sets; -1 when it is no capture."""
    return int.from_bytes(head[40:48], "little") if head else -1


def _identityOf(head: bytes) -> bytes:
    return head[16:32]
