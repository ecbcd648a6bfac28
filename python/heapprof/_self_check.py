"""Has the stack walk checked on a stack with frames of several kinds in it."""

from __future__ import annotations

from typing import Callable, Iterator

from . import _heapprof


def checkFrames() -> str:
    """What the walk gets wrong in this interpreter; nothing when all is well."""
    return next(_generator())


def _generator() -> Iterator[str]:
    yield from [_call(lambda: _recursion(3)) for _ in range(1)]


def _call(function: Callable[[], str]) -> str:
    return max(
        "",
        function(),
    )


def _recursion(depth: int) -> str:
    return _recursion(depth - 1) if depth > 0 else _heapprof.checkFrames()
