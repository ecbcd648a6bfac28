"""python -m heapprof [run] [options] [--] what would follow "python": program.py args, -m module args, -c code, -
python -m heapprof attach | sample | detach | status | list ..."""

from __future__ import annotations

import sys

if sys.argv[0].endswith("__main__.py") and not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    del sys.path[0]  # where the program's modules are, which may have the names of those below

import argparse  # noqa: E402
import os  # noqa: E402
import site  # noqa: E402
import stat  # noqa: E402
from typing import Dict, List, Set  # noqa: E402

from ._options import addRecordingOptions, addTriggerOptions, expanded, triggerOf  # noqa: E402
from ._order import orderText  # noqa: E402

_WITH_VALUE = (
    *("-o", "--output", "--sample", "--max-bytes", "--max-traces", "--resident-every", "--output-dir-fallback"),
    *("--keep", "--when-resident", "--when-growth", "--for", "--until-fall"),
)
_OWN = ("-o", "-q", "-h")  # beside what begins with two dashes
_OF_PYTHON = ("--", "--check-hash-based-pycs")  # begin what belongs to Python, with two dashes all the same
_OUTSIDE = ("attach", "sample", "detach", "status", "list")  # a program of that name is run by "run"
_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_FOLLOW = os.path.join(_PACKAGE, "follow")


def main() -> None:
    """Becomes the interpreter that the program would have without us, which begins to record before the program; or
    does something with programs that run already."""
    if sys.argv[1:2] and sys.argv[1] in _OUTSIDE:
        from . import _outside

        _outside.main(sys.argv[1:])
    options = _options()
    flags = _interpreterWords()
    obstacle = _obstacle(_optionsOf(options.command))
    environment = _environment()
    if obstacle:
        # What the interpreter reads anyway would be recorded by the order of a program that started us.
        environment.pop("HEAPPROF_FOLLOW", None)
        if sys.stderr is not None:  # print() would take standard output instead
            print(f"heapprof: {obstacle}: the program runs, and is not recorded", file=sys.stderr, flush=True)
    else:
        environment["HEAPPROF_FOLLOW"] = os.fsdecode(_order(options))
        path = environment.get("PYTHONPATH", "")
        if _FOLLOW not in path.split(os.pathsep):
            environment["PYTHONPATH"] = _FOLLOW + (os.pathsep + path if path else "")
    executable = _executable()
    try:
        os.execve(executable, [flags[0] or executable, *flags[1:], *options.command], environment)
    except OSError as error:
        sys.exit(f"heapprof: cannot run {executable!r}: {error.strerror}")


def _executable() -> str:
    """The file that is being run: sys.executable is another one where somebody has called it by that one's name, as
    wrappers do, and where the loader was called to run it."""
    own = "/proc/self/exe"
    for path in sys.executable, os.readlink(own) if os.path.islink(own) else "":
        if path and _isSameFile(path, own):
            return path
    return own if os.path.exists(own) else sys.executable


def _isSameFile(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def _environment() -> Dict[str, str]:
    """As this interpreter has found it. In the C locale it has changed it, which the next one would take for a
    choice."""
    environment = dict(os.environ)
    try:
        with open("/proc/self/environ", "rb") as file:
            if not any(entry.startswith(b"LC_CTYPE=") for entry in file.read().split(b"\0")):
                environment.pop("LC_CTYPE", None)
    except OSError:
        pass
    return environment


def _order(options: argparse.Namespace) -> bytes:
    quiet = options.quiet or os.environ.get("HEAPPROF_QUIET", "") not in ("", "0")
    limits = options.maxBytes, options.maxTraces, options.residentEvery
    flags = {"follow": options.follow, "fork": options.follow, "quiet": quiet, "statistics": options.stats}
    fallback = os.path.abspath(options.fallback) if options.fallback else ""
    return orderText(
        expanded(options.output, os.getpid()),
        options.sample,
        options.native,
        *limits,
        keep=options.keep,
        fallback=fallback,
        root=os.getpid(),
        trigger=triggerOf(options),
        **flags,
    )


def _obstacle(flags: Set[str]) -> str:
    """Why nothing of ours can run before the program; empty when it can. ``flags`` are added to those of this
    interpreter."""
    if sys.flags.no_site or "S" in flags:
        return "with -S Python runs nothing before the program"
    if sys.flags.ignore_environment or {"E", "I"} & flags:
        folder = os.path.dirname(_PACKAGE)
        isIsolated = sys.flags.isolated or "I" in flags
        read = [*site.getsitepackages(), *([] if isIsolated else [site.getusersitepackages()])]
        if folder not in read or not os.path.exists(os.path.join(folder, "heapprof.pth")):
            return "with -E or -I Python runs nothing before the program but what is installed, and heapprof is not"
    return ""


def _optionsOf(words: List[str]) -> Set[str]:
    """The letters of the interpreter's options that begin a command line."""
    found: Set[str] = set()
    rest = iter(words)
    for word in rest:
        if len(word) < 2 or word[0] != "-":
            break
        if word[1] == "-":
            if word == "--check-hash-based-pycs":
                next(rest, None)
            continue
        for at, letter in enumerate(word[1:], 2):
            found.add(letter)
            if letter in "cm":
                return found
            if letter in "WX":
                if at == len(word):
                    next(rest, None)
                break
    return found


def _interpreterWords() -> List[str]:
    """What this interpreter was called by, and its own options: all before the words by which it became heapprof."""
    words = _commandLine()
    count = len(words) - len(sys.argv[1:])
    words = words[:count]
    last = words.pop() if len(words) > 1 else ""  # the module's name, or our script
    if last == "heapprof" and len(words) > 1 and words[-1][:1] == "-" and words[-1][-1:] == "m":
        last = words.pop() + last
    if last[:1] == "-" and last.endswith("mheapprof"):
        cluster = last[: -len("mheapprof")]
        if cluster != "-":
            words.append(cluster)
    return words


def _commandLine() -> List[str]:
    try:
        with open("/proc/self/cmdline", "rb") as file:
            return [os.fsdecode(word) for word in file.read().split(b"\0")[:-1]]
    except OSError:
        # Without /proc and before 3.10, the interpreter's own options are not known.
        return list(getattr(sys, "orig_argv", [sys.executable, "-m", "heapprof", *sys.argv[1:]]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m heapprof",
        usage="%(prog)s [run] [-o OUT] [--sample SPEC] [--native] [--max-bytes N] [--max-traces N] [--keep TIME]\n"
        "    [--resident-every S] [--output-dir-fallback DIR] [--no-follow] [--quiet] [--stats]\n"
        "    [--when-resident N] [--when-growth N] [--for TIME] [--until-fall N]\n"
        "    [--] (program.py | -m module | -c code | -) [args ...]",
        description="Runs a Python program and records its heap to OUT.hpm and OUT.hpd. What follows our own options "
        'is what would follow "python": options of the interpreter, too.',
        allow_abbrev=False,
    )
    addRecordingOptions(parser, "hprof")
    addTriggerOptions(parser, "record nothing", "record")
    parser.add_argument(
        "--no-follow",
        dest="follow",
        action="store_false",
        help="record this process alone; otherwise its children and the Python programs it starts are recorded too, "
        "to OUT.PID.hpm and OUT.PID.hpd",
    )
    parser.add_argument(
        "--stats",
        action="store_true",
        help="record nothing: count requests by size, and recommend a sampling rate when the program ends",
    )
    parser.add_argument(
        "--output-dir-fallback",
        dest="fallback",
        metavar="DIR",
        help="where captures go that cannot be beside OUT, as those of workers of another user (default: the folder of "
        "temporary files)",
    )
    parser.add_argument(
        "-q",
        "--quiet",
        action="store_true",
        help="say nothing at the end, unless something is missing; so does HEAPPROF_QUIET=1",
    )
    # What follows the first word that is not ours belongs to Python, as it would after "python".
    words = sys.argv[2:] if sys.argv[1:2] == ["run"] else sys.argv[1:]
    own = 0
    while own < len(words) and words[own] not in _OF_PYTHON and words[own][:2] in (*_OWN, "--"):
        own += 2 if words[own] in _WITH_VALUE else 1
    options = parser.parse_args(words[:own])
    if options.stats and triggerOf(options):
        parser.error("--stats records nothing, and has nothing to wait for")
    options.command = words[own + (words[own : own + 1] == ["--"]) :]
    if not words and not _isProgramOnStandardInput():
        parser.error("a program to run is needed")
    return options


def _isProgramOnStandardInput() -> bool:
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


if __name__ == "__main__":
    main()
