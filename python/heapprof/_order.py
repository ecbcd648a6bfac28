"""What is to be recorded, as text: collector/recording/recording_order.h says how it is read."""

from __future__ import annotations

import os

from . import _collector
from ._sampling import parseSamplingRate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Union

__all__ = ["isFileName", "orderText", "readingInterval", "sampleText"]

_GREATEST_FILE = 2**63
_MOST_TRACES = 2**31


def orderText(
    filebase: Union[str, os.PathLike[str]],
    samplingRate: Union[None, int, float, Dict[int, float]],
    native: bool,
    maxBytes: Optional[int],
    maxTraces: Optional[int],
    residentEvery: Optional[float],
    *,
    keep: Optional[float] = None,
    fallback: str = "",
    root: int = 0,
    trigger: Optional[Dict[str, int]] = None,
    **flags: bool,
) -> bytes:
    """Raises TypeError, ValueError or OSError for what cannot be recorded."""
    path = os.fsencode(filebase)
    if b"\0" in path:
        raise ValueError(f"filebase {filebase!r} contains a null character")
    if not isFileName(filebase):
        raise IsADirectoryError(21, "A file name is needed, not a directory", os.fspath(filebase))
    values = {
        "sample": sampleText(samplingRate),
        "native": int(bool(native)),
        "max-bytes": _limit("maxBytes", maxBytes, _collector.leastBytes, 0, _GREATEST_FILE),
        "max-traces": _limit("maxTraces", maxTraces, _collector.leastTraces, _collector.usualTraces, _MOST_TRACES),
        "resident-every": int(readingInterval(residentEvery) * 1e9),
        "keep": int(_kept(keep) * 1e9),
        "root": root,
        **(trigger or {}),
        **{name: int(bool(value)) for name, value in flags.items()},
    }
    words = [f"{name}={value}".encode() for name, value in values.items()]
    if fallback:
        words.append(b"fallback=" + _encoded(os.fsencode(fallback)))
    return b" ".join([*words, b"output=" + _encoded(path)])


def isFileName(path: Union[str, bytes, os.PathLike[str]]) -> bool:
    """Whether a file in some folder may be called so."""
    return os.path.basename(os.fsencode(path)) not in (b"", b".", b"..")


def readingInterval(seconds: Optional[float]) -> float:
    """Between readings of resident memory; 0 when there are none."""
    if seconds is None:
        return 0.0
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError(f"residentEvery must be None or a number, not {type(seconds).__name__}")
    if not 0.001 <= seconds <= 3600:
        raise ValueError(f"residentEvery must be 0.001 to 3600 seconds, not {seconds}")
    return float(seconds)


def _kept(seconds: Optional[float]) -> float:
    """Of the past; 0 when it is all."""
    if seconds is None:
        return 0.0
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError(f"keep must be None or a number, not {type(seconds).__name__}")
    if not 1 <= seconds < 1e9:
        raise ValueError(f"keep must be at least 1 second, not {seconds}")
    return float(seconds)


def sampleText(samplingRate: Union[None, int, float, Dict[int, float]]) -> str:
    """Raises TypeError or ValueError."""
    meanBytes, ranges = parseSamplingRate(samplingRate)
    if meanBytes:
        return repr(meanBytes)
    return ",".join(f"{bound}:{probability!r}" for bound, probability in ranges) or "everything"


def _limit(name: str, value: Optional[int], least: int, usual: int, greatest: int) -> int:
    if value is None:
        return usual
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be None or an int, not {type(value).__name__}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, not {value}")
    return min(value, greatest - 1)


def _encoded(value: bytes) -> bytes:
    return b"".join(b"%%%02x" % byte if byte <= 32 or byte == 37 else bytes([byte]) for byte in value)
