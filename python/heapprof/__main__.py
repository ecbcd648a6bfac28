"""python -m heapprof [-o OUT] [--sample SPEC] [--native] [--max-bytes N] [--max-traces N] [--resident-every S]
    [--no-follow] [--] program.py args...
python -m heapprof [-o OUT] [--sample SPEC] [--native] [--max-bytes N] [--max-traces N] [--resident-every S]
    [--no-follow] -m module args..."""

from __future__ import annotations

import argparse
import ast
import atexit
import builtins
import importlib.machinery
import importlib.util
import os
import sys
import types
import zipfile
from typing import Any, List, NamedTuple, Optional, Type

import heapprof

from . import _descendants, _following, _heapprof, _interval, _report, _start
from ._sampling import parseSamplingRate

_WITH_VALUE = ("-o", "--output", "--sample", "--max-bytes", "--max-traces", "--resident-every")


class _Program(NamedTuple):
    code: types.CodeType
    argv: List[str]
    command: List[str]  # what a person would type, which the recording calls it by
    path0: Optional[str]  # what sys.path begins with; None: as it is
    attributes: dict[str, Any]  # of the module __main__


def main() -> None:
    options = _options()
    try:
        program = _module(options.command) if options.isModule else _script(options.command)
    except _CannotRun as problem:
        sys.exit(f"heapprof: {problem}")
    except SyntaxError as error:
        sys.excepthook(type(error), error.with_traceback(None), None)
        sys.exit(1)
    module = types.ModuleType("__main__")
    module.__dict__.update(program.attributes, __builtins__=builtins)
    sys.modules["__main__"] = module
    sys.argv[:] = program.argv
    if program.path0 is not None:  # python -P puts nothing there that could be replaced
        sys.path[0 : 0 if getattr(sys.flags, "safe_path", False) else 1] = [program.path0]

    own = _ownFrames()
    _heapprof.hideRoot(own)
    _hideFromTracebacks(own)
    heapprof.stop()  # of the program that started us and is followed: what was asked for here counts
    if options.stats:
        heapprof.gatherStats()
        _following.forget()
        exec(program.code, module.__dict__)
        return
    try:
        _start(
            options.output,
            options.sample,
            options.native,
            options.follow,
            options.maxBytes,
            options.maxTraces,
            options.residentEvery,
            None,
            command=program.command,
        )
    except OSError as error:
        sys.exit(f"heapprof: cannot record to {options.output!r}: {error}")
    if options.follow:
        _following.prepare(
            options.output, options.sample, options.native, options.maxBytes, options.maxTraces, options.residentEvery
        )
    else:
        _following.forget()
    # Registered first, called last: what the program's threads and exit handlers do is recorded too.
    atexit.register(_finish, options, os.path.abspath(options.output), os.getpid())
    exec(program.code, module.__dict__)


def _finish(options: argparse.Namespace, filebase: str, pid: int) -> None:
    outcome = _heapprof.stop(True)
    atLimit = outcome is None and _heapprof.reachedLimit()
    if (outcome is None and not atLimit) or os.getpid() != pid:
        return  # the program stopped it, or this is one of its children
    try:
        output = options.output
        until = ", until they had reached --max-bytes" if atLimit else ""
        children = _childrenText(filebase) if options.follow else ""
        unrecorded = _unrecorded(options.native)
        print(f"heapprof: recorded to {output}.hpm and {output}.hpd{until}{children}{unrecorded}", file=sys.stderr)
        _report(outcome)
    except Exception:
        pass  # the program may have closed its standard error


def _childrenText(filebase: str) -> str:
    count = _descendants.count(filebase)
    if not count:
        return ""
    return f", and {count} captures of child processes" if count > 1 else ", and 1 capture of a child process"


def _unrecorded(native: bool) -> str:
    unrecorded = None if native else _heapprof.unrecorded()
    if not unrecorded:
        return ""
    resident, recorded = (size >> 20 for size in unrecorded)
    return (
        f"; resident memory reached {resident} MiB where {recorded} MiB were recorded: the rest is likely native "
        "memory, which --native records"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m heapprof",
        usage="%(prog)s [-o OUT] [--sample SPEC] [--native] [--max-bytes N] [--max-traces N]\n"
        "    [--resident-every S] [--no-follow] [--stats] ([--] program.py | -m module) [args ...]",
        description="Runs a Python program and records its heap to OUT.hpm and OUT.hpd.",
        allow_abbrev=False,
    )
    parser.add_argument("-o", "--output", default="hprof", metavar="OUT", help="filebase of the files (default: hprof)")
    parser.add_argument(
        "--sample",
        type=_sample,
        metavar="SPEC",
        help="mean bytes between recorded allocations (default: 65536), or a dict of size bounds to probabilities, "
        "as in '{128: 1e-4, 8192: 0.1}'; '{}' records everything",
    )
    parser.add_argument(
        "--native",
        action="store_true",
        help="record what C libraries allocate and map, too, not only what Python's allocators hand out",
    )
    parser.add_argument(
        "--no-follow",
        dest="follow",
        action="store_false",
        help="record this process alone; otherwise its children and the Python programs it starts are recorded too, "
        "to OUT.PID.hpm and OUT.PID.hpd",
    )
    parser.add_argument(
        "--max-bytes",
        dest="maxBytes",
        type=_size,
        metavar="N",
        help="end the recording when the two files together reach this size, in bytes or as in 500M, 2G",
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
    parser.add_argument(
        "--stats",
        action="store_true",
        help="record nothing: count requests by size, and recommend a sampling rate when the program ends",
    )
    # What follows the first word that is not ours belongs to the program, options and "--" alike.
    words = sys.argv[1:]
    own = 0
    while own < len(words) and words[own].startswith("-") and words[own] not in ("--", "-m"):
        own += 2 if words[own] in _WITH_VALUE else 1
    options = parser.parse_args(words[:own])
    options.isModule = words[own : own + 1] == ["-m"]
    options.command = words[own + (words[own : own + 1] in (["-m"], ["--"])) :]
    if not options.command:
        parser.error("a program to run is needed")
    return options


def _size(text: str) -> int:
    number, unit = (text[:-1], text[-1].upper()) if text[-1:].isalpha() else (text, "")
    if not number.isdecimal() or unit not in ("", "K", "M", "G", "T"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of bytes, as 500M is")
    size = int(number) << {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}[unit]
    if size < _heapprof.leastBytes:
        raise argparse.ArgumentTypeError(f"{text!r} is less than {_heapprof.leastBytes} bytes")
    return size


def _traces(text: str) -> int:
    if not text.isdecimal() or int(text) < _heapprof.leastTraces:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least {_heapprof.leastTraces}")
    return int(text)


def _seconds(text: str) -> Optional[float]:
    try:
        seconds = float(text)
        return _interval(seconds) if seconds else None
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0.001 to 3600, nor 0") from None


def _sample(text: str) -> Any:
    try:
        rate = ast.literal_eval(text)
        parseSamplingRate(rate)
    except (SyntaxError, TypeError, ValueError, MemoryError, RecursionError) as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from None
    return rate


class _CannotRun(Exception):
    pass


def _script(command: List[str]) -> _Program:
    path = command[0]
    full = os.path.abspath(path)
    if os.path.isdir(path) or (not path.endswith((".py", ".pyc")) and zipfile.is_zipfile(path)):
        spec = importlib.machinery.PathFinder.find_spec("__main__", [full])
        if spec is None:
            raise _CannotRun(f"can't find '__main__' module in {full!r}")
        return _fromSpec(spec, "", command, command, full)
    compiled = full.endswith(".pyc")
    loaderType = importlib.machinery.SourcelessFileLoader if compiled else importlib.machinery.SourceFileLoader
    loader = loaderType("__main__", full)
    try:
        if compiled:
            code: Any = loader.get_code("__main__")
        else:  # not get_code(): that would leave a cache file behind
            code = compile(loader.get_data(full), full, "exec", dont_inherit=True)
    except OSError as error:
        raise _CannotRun(f"can't open file {full!r}: [Errno {error.errno}] {error.strerror}") from None
    attributes = {"__file__": full, "__loader__": loader, "__spec__": None, "__package__": None, "__cached__": None}
    return _Program(code, command, command, os.path.dirname(os.path.realpath(path)), attributes)


def _module(command: List[str]) -> _Program:
    name, arguments = command[0], command[1:]
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            name += ".__main__"
            spec = importlib.util.find_spec(name)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise _CannotRun(f"can't find module {name!r}: {error}") from None
    if spec is None or spec.loader is None or spec.origin is None:
        raise _CannotRun(f"no module named {name}")
    asTyped = [sys.executable or "python", "-m", *command]
    return _fromSpec(spec, name.rpartition(".")[0], [spec.origin, *arguments], asTyped, None)


def _fromSpec(
    spec: importlib.machinery.ModuleSpec, package: str, argv: List[str], command: List[str], path0: Optional[str]
) -> _Program:
    code = spec.loader.get_code(spec.name)  # type: ignore[union-attr]
    if code is None:
        raise _CannotRun(f"module {spec.name} has no Python code")
    attributes = {
        "__file__": spec.origin,
        "__loader__": spec.loader,
        "__spec__": spec,
        "__package__": package,
        "__cached__": spec.cached,
    }
    return _Program(code, argv, command, path0, attributes)


def _ownFrames() -> List[types.CodeType]:
    """The code below the program, outermost first: runpy's and ours."""
    codes = []
    frame: Optional[types.FrameType] = sys._getframe(1)
    while frame is not None:
        codes.append(frame.f_code)
        frame = frame.f_back
    return codes[::-1]


def _hideFromTracebacks(own: List[types.CodeType]) -> None:
    """An exception that ends the program shows the program's frames, as it would without us."""
    shown = sys.excepthook

    def excepthook(kind: Type[BaseException], value: BaseException, traceback: Optional[types.TracebackType]) -> None:
        while traceback is not None and traceback.tb_frame.f_code in own:
            traceback = traceback.tb_next
        shown(kind, value.with_traceback(traceback), traceback)

    sys.excepthook = excepthook


if __name__ == "__main__":
    main()
