"""What a program says of itself while it is recorded."""

from __future__ import annotations

import contextlib

from . import _collector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["phase"]


class phase(contextlib.ContextDecorator):
    """A named interval of the recording: ``with heapprof.phase("train"): ...``, or a decorator. Phases of one thread
    may lie within each other. Does nothing when there is no recording."""

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):
            raise TypeError(f"the text of a mark must be str, not {type(name).__name__}")
        self._name = name

    def __enter__(self) -> phase:
        _collector.beginPhase(self._name)
        return self

    def __exit__(self, *_: Any) -> None:
        _collector.endPhase(self._name)
