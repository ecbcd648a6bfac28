"""Stands for the collector where it cannot be loaded: nothing can be told to record."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, List, NoReturn, Optional, Tuple

__version__ = ""
leastBytes = leastTraces = usualTraces = 0

_reason = ""


def stand(problem: ImportError) -> None:
    """``problem`` is what the loader or Python said. Raises it again when it is neither about room for thread-local
    variables nor about an interpreter with a GIL of its own."""
    global _reason
    if "subinterpreters" in str(problem):
        _reason = "heapprof records all interpreters of a process; one with a GIL of its own cannot ask it to"
        return
    if "static TLS" not in str(problem):
        raise problem
    _reason = (
        f"heapprof cannot record in this process: {problem}. Libraries that were loaded before have used up what the "
        "loader keeps for thread-local variables: import heapprof before them, or start Python with "
        "GLIBC_TUNABLES=glibc.rtld.optional_static_tls=4096 in its environment"
    )


def start(order: bytes, arguments: List[bytes]) -> NoReturn:
    raise RuntimeError(_reason)


def listen() -> NoReturn:
    raise RuntimeError(_reason)


def switchSampling(rule: bytes) -> NoReturn:
    raise RuntimeError(_reason)


def gatherStatistics() -> NoReturn:
    raise RuntimeError(_reason)


def watchEnd(reportStatistics: Optional[Callable[[], None]]) -> None:
    pass


def stop() -> Optional[Tuple[int, int]]:
    return None


def mark(text: str) -> None:
    pass


beginPhase = endPhase = mark


def enterLabels(labels: Dict[str, str]) -> None:
    pass


def leaveLabels(token: None) -> bool:
    return True


def setPaused(paused: bool) -> None:
    pass


def endStatistics() -> bool:
    return False


def statistics() -> Tuple[List[Tuple[int, int, int, int]], int, int, int, float]:
    return [], 0, 0, 0, 0.0


def hookedSlots() -> int:
    return 0


def isProfiling() -> bool:
    return False


def checkFrames() -> str:
    return ""
