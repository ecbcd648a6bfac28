"""Parts of a program by name, as the sets of traces they are."""

from __future__ import annotations

import functools
import operator
import os
import re
from typing import Callable, Dict, NamedTuple, Optional, Pattern, Union

from . import _heapprof
from ._near import nameIsUnknown

__all__ = ["NamedPart"]


class NamedPart(NamedTuple):
    """One of these names it."""

    function: Optional[str] = None
    file: Optional[str] = None
    module: Optional[str] = None
    thread: Optional[str] = None
    label: Optional[Dict[str, str]] = None
    matching: Union[None, str, Pattern[str]] = None

    def traces(self, recording: _heapprof.Recording, cumulative: bool) -> _heapprof.TraceSet:
        if self.thread is not None:
            return _anyOf(self.thread, recording.ofThread)
        if self.label is not None:
            return _withLabels(self.label, recording)
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
        if self.label is not None:
            wanted = ", ".join(f"{name}={value}" for name, value in self.label.items())
            return f"this recording has nothing under {wanted}; see labels()"
        if self.function is not None:
            return nameIsUnknown("function", self.function, (name for _, _, name in recording.frameNames()))
        files = [name for name, _ in recording.lineNames()]
        if self.file is not None:
            return nameIsUnknown("file", self.file, files)
        if self.module is not None:
            paths = (os.path.splitext(name)[0].split("/") for name in files)
            return nameIsUnknown("module", self.module, (".".join(path[-n:]) for path in paths for n in (1, 2, 3)))
        return f"nothing in this recording matches {getattr(self.matching, 'pattern', self.matching)!r}"


def _withLabels(labels: Dict[str, str], recording: _heapprof.Recording) -> _heapprof.TraceSet:
    """What was allocated under all of the labels."""
    return functools.reduce(operator.and_, (_withLabel(recording, *label) for label in labels.items()))


def _withLabel(recording: _heapprof.Recording, name: str, value: object) -> _heapprof.TraceSet:
    encoded = name.encode("utf-8", "surrogatepass")
    return _anyOf(str(value), lambda each: recording.ofLabel(encoded, each))


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
