"""What a program says of itself while it is recorded."""

from __future__ import annotations

import contextlib

from . import _collector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextvars import Token
    from typing import Any, Callable, Dict, List, TypeVar

    Function = TypeVar("Function", bound=Callable[..., Any])

__all__ = ["label", "phase"]


class phase(contextlib.ContextDecorator):
    """A named interval of the recording: ``with heapprof.phase("train"): ...``, or a decorator. Phases of one thread
    may lie within each other. Does nothing when there is no recording."""

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):
            raise TypeError(f"the text of a mark must be str, not {type(name).__name__}")
        self._name = name

    def __call__(self, function: Function) -> Function:
        _refuseWhatRunsLater(function, "phase")
        return super().__call__(function)

    def __enter__(self) -> phase:
        _collector.beginPhase(self._name)
        return self

    def __exit__(self, *_: Any) -> None:
        _collector.endPhase(self._name)


class label(contextlib.ContextDecorator):
    """What the program is doing, for whom, as names and values: ``with heapprof.label(request="/cart"): ...``, or a
    decorator. What is allocated meanwhile has these labels, beside those around it; a name within its own replaces
    it. They belong to the context, as context variables do: a task has those it was created under. Values become
    text. Of more than 16 at a time the innermost count.

    Within a generator they are those of whoever runs it, too, as its context is. A recording tells 32,768 different
    sets apart. From then on values that it has not met are "other": a label is for what many allocations share, not for
    a number that never comes again.
    """

    def __init__(self, **labels: Any) -> None:
        if not labels:
            raise TypeError("label() takes at least one name=value")
        self._labels: Dict[str, str] = {name: str(value) for name, value in labels.items()}
        self._tokens: List[Token[bytes]] = []

    def _recreate_cm(self) -> label:
        return label(**self._labels)

    def __call__(self, function: Function) -> Function:
        _refuseWhatRunsLater(function, "label")
        return super().__call__(function)

    def __enter__(self) -> label:
        self._tokens.append(_collector.enterLabels(self._labels))
        return self

    def __exit__(self, *_: Any) -> None:
        # Of several tasks that share this object, the one that leaves need not be the last that entered.
        for at in range(len(self._tokens) - 1, -1, -1):
            if _collector.leaveLabels(self._tokens[at]):
                del self._tokens[at]
                return
        self._tokens.pop()  # of a context that is never left


def _refuseWhatRunsLater(function: Callable[..., Any], name: str) -> None:
    code = getattr(function, "__code__", None)
    if code is not None and code.co_flags & (_GENERATOR | _COROUTINE | _ASYNC_GENERATOR):
        raise TypeError(f"a generator or coroutine runs after it was called: use 'with heapprof.{name}()' within it")


# Flags of code objects, as the module inspect has them, which is slow to import.
_GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x200
