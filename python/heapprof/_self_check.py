"""Has the stack walk checked on a stack with frames of several kinds in it. Imports nothing, as it
runs before programs: therefore type comments instead of annotations."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterator  # noqa: F401


def checkFrames(check):
    # type: (Callable[[], str]) -> str
    """What the walk gets wrong in this interpreter; nothing when all is well. ``check`` is the collector's function."""
    return next(_generator(check))


def _generator(check):
    # type: (Callable[[], str]) -> Iterator[str]
    yield from [_call(lambda: _recursion(check, 3)) for _ in range(1)]


def _call(function):
    # type: (Callable[[], str]) -> str
    return max(
        "",
        function(),
    )


def _recursion(check, depth):
    # type: (Callable[[], str], int) -> str
    return _recursion(check, depth - 1) if depth > 0 else check()
