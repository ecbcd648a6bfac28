"""The sampling rates that heapprof.start() takes."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Tuple

#: Bytes allocated between two recorded allocations, on average.
DEFAULT_SAMPLING_RATE = 65536

_GREATEST_MEAN = 10**15
_GREATEST_BOUND = 2**63 - 1
_MOST_RANGES = 64


def parseSamplingRate(rate: object) -> Tuple[float, List[Tuple[int, float]]]:
    """The mean bytes between records, or 0 and a table of ranges by ascending bounds; an empty table is everything."""
    if rate is None:
        rate = DEFAULT_SAMPLING_RATE
    if isinstance(rate, dict):
        if len(rate) > _MOST_RANGES:
            raise ValueError(f"samplingRate has {len(rate)} ranges; at most {_MOST_RANGES} are possible")
        return 0, sorted(_range(bound, probability) for bound, probability in rate.items())
    if isinstance(rate, bool) or not isinstance(rate, (int, float)):
        raise TypeError(
            "samplingRate must be None, a number of bytes, or a dict of size bounds to probabilities, "
            f"not {_short(rate)}"
        )
    if not 1 <= rate <= _GREATEST_MEAN:  # nor NaN
        raise ValueError(f"samplingRate must be between 1 and {_GREATEST_MEAN} bytes, not {_short(rate)}")
    return float(rate), []


def _range(bound: object, probability: object) -> Tuple[int, float]:
    entry = f"samplingRate entry {{{_short(bound)}: {_short(probability)}}}"
    if isinstance(bound, bool) or not isinstance(bound, int):
        raise TypeError(f"{entry}: the size bound must be an int")
    if not 1 <= bound <= _GREATEST_BOUND:
        raise ValueError(f"{entry}: the size bound must be between 1 and {_GREATEST_BOUND}")
    if isinstance(probability, bool) or not isinstance(probability, (int, float)):
        raise TypeError(f"{entry}: the probability must be a number")
    if not 0 <= probability <= 1:  # nor NaN
        raise ValueError(f"{entry}: the probability must be between 0 and 1")
    return int(bound), float(probability)


def _short(value: object) -> str:
    if isinstance(value, int) and value.bit_length() > 256:
        return f"an int of {value.bit_length()} bits"  # Python refuses to print the longest ones
    try:
        text = repr(value)
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= 80 else text[:77] + "..."
