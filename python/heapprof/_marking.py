"""What a program says of itself while it is recorded."""

from __future__ import annotations

import contextlib
from typing import Any

from . import _heapprof

__all__ = ["mark", "phase"]

_KIND = _heapprof.MarkKind


def mark(text: str) -> None:
    """Puts a mark with this text at the present moment of the recording; does nothing when there is none."""
    _heapprof.mark(_KIND.instant, _encode(text))


class phase(contextlib.ContextDecorator):
    """A named interval of the recording: ``with heapprof.phase("train"): ...``, or a decorator. Phases of one thread
    may lie within each other. Does nothing when there is no recording."""

    def __init__(self, name: str) -> None:
        self._name = _encode(name)

    def __enter__(self) -> phase:
        _heapprof.mark(_KIND.phaseBegins, self._name)
        return self

    def __exit__(self, *_: Any) -> None:
        _heapprof.mark(_KIND.phaseEnds, self._name)


def _encode(text: str) -> bytes:
    if not isinstance(text, str):
        raise TypeError(f"the text of a mark must be str, not {type(text).__name__}")
    return text.encode("utf-8", "surrogatepass")
