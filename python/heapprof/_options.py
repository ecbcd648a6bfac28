"""The options that say what is recorded, on every command line that has them."""

from __future__ import annotations

import argparse
import ast
import os
import re
import time
from typing import Any, Dict, Optional

from . import _collector
from ._order import isFileName, readingInterval
from ._sampling import parseSamplingRate


def addRecordingOptions(parser: argparse.ArgumentParser, output: str) -> None:
    """``output``: where it goes when nothing is said."""
    usual = output.replace("%", "%%")
    parser.add_argument(
        "-o",
        "--output",
        type=_output,
        default=output,
        metavar="OUT",
        help=f"filebase of the files (default: {usual}); %%p in it is the number of the process, %%h the host's name, "
        "%%t the time",
    )
    addSampleOption(parser)
    parser.add_argument(
        "--native",
        action="store_true",
        help="record what C libraries allocate and map, too, not only what Python's allocators hand out",
    )
    parser.add_argument(
        "--max-bytes",
        dest="maxBytes",
        type=_limit,
        metavar="N",
        help="end the recording when its files, with those of all processes that it follows, reach this size, in bytes "
        "or as in 500M, 2G",
    )
    parser.add_argument(
        "--keep",
        type=_kept,
        metavar="TIME",
        help="keep only the last so long, as in 6h, and at most twice as much: from time to time the files become "
        "OUT.previous, and recording goes on in new ones, which begin with all that is alive",
    )
    parser.add_argument(
        "--max-traces",
        dest="maxTraces",
        type=_traces,
        metavar="N",
        help="cut new stacks to what is known of them once there are this many (default: 2000000)",
    )
    parser.add_argument(
        "--resident-every",
        dest="residentEvery",
        type=_seconds,
        default=0.05,
        metavar="SECONDS",
        help="the longest time between readings of resident memory, which a small process of ours makes while the "
        "program allocates nothing (default: 0.05); 0: no such process",
    )


def addSampleOption(parser: argparse.ArgumentParser, required: bool = False) -> None:
    parser.add_argument(
        "--sample",
        type=_sample,
        required=required,
        metavar="SPEC",
        help="mean bytes between recorded allocations (default: 65536), or a dict of size bounds to probabilities, "
        "as in '{128: 1e-4, 8192: 0.1}'; '{}' records everything",
    )


def addTriggerOptions(parser: argparse.ArgumentParser, first: str, waiting: str) -> None:
    """When recording begins and ends: ``first`` and ``waiting`` say what is done until then."""
    parser.add_argument(
        "--when-resident",
        dest="whenResident",
        type=size,
        metavar="N",
        help=f"{first} until resident memory is so large, as in 2G",
    )
    parser.add_argument(
        "--when-growth",
        dest="whenGrowth",
        type=size,
        metavar="N",
        help=f"{first} until resident memory has grown by so much from the start on",
    )
    parser.add_argument(
        "--for",
        dest="duration",
        type=duration,
        metavar="TIME",
        help=f"{waiting} so long, as in 60s, 5m or 1h, and end the recording",
    )
    parser.add_argument(
        "--until-fall",
        dest="untilFall",
        type=size,
        metavar="N",
        help=f"{waiting} until resident memory has fallen by so much from its greatest, and end the recording",
    )


def triggerOf(options: argparse.Namespace) -> Dict[str, int]:
    """What addTriggerOptions() has found, as an order has it."""
    values = {
        "when-resident": options.whenResident,
        "when-growth": options.whenGrowth,
        "for": options.duration and int(options.duration * 1e9),
        "until-fall": options.untilFall,
    }
    return {name: value for name, value in values.items() if value}


def expanded(output: str, pid: int) -> str:
    """A filebase with what its patterns stand for; another letter after a "%" stays as it is."""
    values = {"p": str(pid), "h": os.uname().nodename, "t": time.strftime("%Y%m%dT%H%M%S"), "%": "%"}
    return re.sub("%([pht%])", lambda found: values[found.group(1)], output)


def duration(text: str) -> float:
    """Seconds, of "90", "60s", "5m" or "1h"."""
    units = {"s": 1, "m": 60, "h": 3600}
    number, unit = (text[:-1], text[-1:]) if text[-1:] in units else (text, "s")
    try:
        seconds = float(number) * units[unit]
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time, as 60s, 5m and 1h are")
    return seconds


def size(text: str) -> int:
    """Bytes, of "500M" and the like."""
    number, unit = (text[:-1], text[-1].upper()) if text[-1:].isalpha() else (text, "")
    if not number.isdecimal() or unit not in ("", "K", "M", "G", "T"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of bytes, as 500M is")
    return int(number) << {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}[unit]


def _output(text: str) -> str:
    if not isFileName(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not the name of a file: a directory, or nothing")
    return text


def _kept(text: str) -> float:
    seconds = duration(text)
    if seconds < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is less than a second")
    return seconds


def _limit(text: str) -> int:
    limit = size(text)
    if limit < _collector.leastBytes:
        raise argparse.ArgumentTypeError(f"{text!r} is less than {_collector.leastBytes} bytes")
    return limit


def _traces(text: str) -> int:
    if not text.isdecimal() or int(text) < _collector.leastTraces:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least {_collector.leastTraces}")
    return int(text)


def _seconds(text: str) -> Optional[float]:
    try:
        seconds = float(text)
        return readingInterval(seconds) if seconds else None
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0.001 to 3600, nor 0") from None


def _sample(text: str) -> Any:
    try:
        rate = ast.literal_eval(text)
        parseSamplingRate(rate)
    except (SyntaxError, TypeError, ValueError, MemoryError, RecursionError) as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from None
    return rate
