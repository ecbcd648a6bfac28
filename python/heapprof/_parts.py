"""Parts of a program by name, as the sets of traces they are."""

from __future__ import annotations

import os
import re
from typing import Callable, NamedTuple, Optional, Pattern, Union

from . import _heapprof
from ._near import nameIsUnknown

__all__ = ["NamedPart"]


class NamedPart(NamedTuple):
    """One of these names it."""

    function: Optional[str] = None
    file: Optional[str] = None
    module: Optional[str] = None
    thread: Optional[str] = None
    matching: Union[None, str, Pattern[str]] = None

    def traces(self, recording: _heapprof.Recording, cumulative: bool) -> _heapprof.TraceSet:
        if self.thread is not None:
            return _anyOf(self.thread, recording.ofThread)
        if self.function is not None:
            return _anyOf(self.function, lambda name: recording.throughFunction(name, cumulative))
        if self.file is not None:
            return _anyOf(self.file, lambda path: recording.throughFile(path, cumulative))
        if self.module is not None:
            return _anyOf(self.module, lambda name: recording.throughModule(name, cumulative))
        assert self.matching is not None
        pattern: Pattern[str] = re.compile(self.matching)
        return recording.through(
            lambda file, line, name: pattern.search(f"{file}:{line} {name}") is not None, cumulative
        )

    def isUnknown(self, recording: _heapprof.Recording) -> str:
        """A sentence on a part that the recording has nothing of, and the names most like it."""
        if self.thread is not None:
            return nameIsUnknown("thread", self.thread, recording.threadNames())
        if self.function is not None:
            return nameIsUnknown("function", self.function, (name for _, _, name in recording.frameNames()))
        files = [name for name, _ in recording.lineNames()]
        if self.file is not None:
            return nameIsUnknown("file", self.file, files)
        if self.module is not None:
            paths = (os.path.splitext(name)[0].split("/") for name in files)
            return nameIsUnknown("module", self.module, (".".join(path[-n:]) for path in paths for n in (1, 2, 3)))
        return f"nothing in this recording matches {getattr(self.matching, 'pattern', self.matching)!r}"


def _anyOf(name: str, tracesOf: Callable[[bytes], _heapprof.TraceSet]) -> _heapprof.TraceSet:
    """What `tracesOf` finds under the bytes that are shown as `name`: text, or, where it has the surrogates that stand
    for them, bytes that are none."""
    encoded = name.encode("utf-8", "surrogatepass")
    traces = tracesOf(encoded)
    try:
        raw = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return traces
    return traces if raw == encoded else traces | tracesOf(raw)
