"""heapprof attach, sample, detach, status, list: programs that run already are told from outside what to record."""

from __future__ import annotations

import argparse
import io
import math
import os
import re
import signal
import sys
import time
from typing import Iterator, List, NoReturn

from ._listener import isListening
from ._options import addRecordingOptions, addSampleOption, addTriggerOptions, expanded
from ._order import orderText, sampleText
from ._pythons import RunningPython, runningPythons
from ._telling import Refusal, find, refuseWhatCannotObey, tell


def main(words: List[str]) -> NoReturn:
    options = _parser().parse_args(words)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # others are called as they like
    try:
        options.run(options)
    except Refusal as refusal:
        sys.exit(f"heapprof: {refusal}")
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="heapprof", allow_abbrev=False)
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")
    attach = commands.add_parser(
        "attach",
        help="begin to record a program that runs",
        description="Begins to record a Python program that runs already: this process alone, and what it allocates "
        "from now on. The program is stopped for some milliseconds.",
        allow_abbrev=False,
    )
    attach.add_argument("pid", type=_process, metavar="PID")
    addRecordingOptions(attach, "hprof.%p")
    addTriggerOptions(attach, "first wait", "wait")
    attach.set_defaults(run=_attach)
    sample = commands.add_parser(
        "sample",
        help="record a program by another rule from now on",
        description="Has the recording of a program that runs go on by another rule: of this process alone.",
        allow_abbrev=False,
    )
    sample.add_argument("pid", type=_process, metavar="PID")
    addSampleOption(sample, required=True)
    sample.set_defaults(run=lambda options: print(tell(options.pid, b"sample " + sampleText(options.sample).encode())))
    detach = commands.add_parser("detach", help="end the recording of a program that goes on", allow_abbrev=False)
    detach.add_argument("pid", type=_process, metavar="PID")
    detach.set_defaults(run=lambda options: print(tell(options.pid, b"stop")))
    status = commands.add_parser("status", help="say whether a program is being recorded", allow_abbrev=False)
    status.add_argument("pid", type=_process, metavar="PID")
    status.set_defaults(run=lambda options: _printAll([find(options.pid)]))
    everything = commands.add_parser("list", help="list the Python programs that run", allow_abbrev=False)
    everything.set_defaults(run=lambda _: _printAll(list(runningPythons())))
    return parser


def _process(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not the number of a process")
    return int(text)


def _attach(options: argparse.Namespace) -> None:
    output = os.path.abspath(expanded(options.output, options.pid))
    try:
        order = orderText(
            output,
            options.sample,
            options.native,
            options.maxBytes,
            options.maxTraces,
            options.residentEvery,
            keep=options.keep,
        )
    except (ValueError, OSError) as error:
        raise Refusal(str(error)) from None
    refuseWhatCannotObey(find(options.pid))
    if options.whenResident or options.whenGrowth:
        first = next(_residentReadings(options.pid), 0)
        enough = min(options.whenResident or math.inf, first + (options.whenGrowth or math.inf))
        if all(resident < enough for resident in _residentReadings(options.pid)):
            raise Refusal(
                f"process {options.pid} has ended; its resident memory never reached {enough / 2**20:.1f} MiB"
            )
    print(tell(options.pid, b"start " + order), flush=True)
    if not options.duration and not options.untilFall:
        return
    try:
        _waitForEnd(options.pid, options.duration or math.inf, options.untilFall or math.inf)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        print(tell(options.pid, b"stop"))
    except Refusal:
        if not _hasEnded(options.pid):
            raise
        print(f"{options.pid}: it has ended")


def _waitForEnd(pid: int, duration: float, fall: float) -> None:
    until = time.monotonic() + duration
    greatest = 0
    for resident in _residentReadings(pid):
        greatest = max(greatest, resident)
        if time.monotonic() >= until or resident <= greatest - fall:
            return


def _hasEnded(pid: int) -> bool:
    return next(_residentReadings(pid), None) is None


def _residentReadings(pid: int) -> Iterator[int]:
    """Its resident memory in bytes, ten times a second, until it ends."""
    pageSize = os.sysconf("SC_PAGE_SIZE")
    while True:
        try:
            with open(f"/proc/{pid}/statm") as file:
                resident = int(file.read().split()[1]) * pageSize
        except (OSError, IndexError):
            return
        if resident == 0:
            return  # it has ended, and its parent does not know yet
        yield resident
        time.sleep(0.1)


def _stateOf(python: RunningPython) -> str:
    if python.minor is None:
        return "(listens; whether it is recorded may not be seen)"
    return python.recordingTo or ("(listens)" if isListening(python.listener) else "-")


def _printAll(pythons: List[RunningPython]) -> None:
    if not pythons:
        print("no Python program runs that you may look into")
        return
    states = [_stateOf(python) for python in pythons]
    width = max(map(len, ["RECORDED TO", *states]))
    print(f"{'PID':>8}  {'PYTHON':<6}  {'RESIDENT':>12}  {'RECORDED TO':<{width}}  COMMAND")
    for python, state in zip(pythons, states):
        resident = f"{python.resident / 2**20:.1f} MiB"
        command = " ".join(" ".join(python.words).split())  # a program by -c may have several lines
        command = re.sub(r"[\0-\x1f\x7f-\x9f]", "?", command)  # the terminal would obey
        print(f"{python.pid:>8}  {python.version:<6}  {resident:>12}  {state:<{width}}  {command}")
