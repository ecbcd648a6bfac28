"""A program that is recorded finds what it finds when it is run directly: Python itself runs it."""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import textwrap
import zipfile
from pathlib import Path

import pytest

# What is added, as the README says.
ADDED_BEFORE_3_10 = {"atexit"}
ADDED_VARIABLES = {"HEAPPROF_FOLLOW"}

OBSERVER = """
import sys
modules = sorted(sys.modules)
path = list(sys.path)
first = sorted(globals())
import inspect, json, os, pickle, signal, threading, traceback, warnings
import __main__


class Local:
    def __init__(self):
        self.x = 1


def deep(n):
    try:
        return deep(n + 1)
    except RecursionError:
        return n


def failing():
    return {}["nothing"]


def traced():
    try:
        failing()
    except KeyError:
        return traceback.format_exc()


def forking():
    # What Python warns of, here and in a child that forks, too.
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for _ in range(3):
            child = os.fork()
            if child == 0:
                if os.fork() > 0:
                    os.wait()
                os._exit(len(warned))
            warned.append(os.waitpid(child, 0)[1])
    return [str(each) for each in warned]


with open("/proc/self/task/%d/children" % os.getpid()) as file:
    children = file.read().split()
descriptor = os.open("/dev/null", os.O_RDONLY)
seen = {
    "argv": sys.argv,
    "orig_argv": getattr(sys, "orig_argv", None),
    "flags": repr(sys.flags),
    "options": sorted(map(str, sys._xoptions.items())) + sys.warnoptions,
    "path": path,
    "path_hooks": [str(hook).split(" at ")[0] for hook in sys.path_hooks],
    "path_importer_cache": sorted(sys.path_importer_cache),
    "modules": modules,
    "globals": first,
    "main": {name: repr(getattr(__main__, name, "none")).split(" object at")[0] for name in
             ("__name__", "__file__", "__package__", "__cached__", "__doc__", "__spec__", "__loader__")},
    "isMain": sys.modules["__main__"].__dict__ is globals(),
    "picklable": pickle.loads(pickle.dumps(Local())).x,
    "pickled": pickle.dumps(Local(), 2).decode("latin-1"),
    "excepthook": sys.excepthook is sys.__excepthook__,
    "forking": forking(),
    "stack": [(frame.filename, frame.function, frame.lineno) for frame in inspect.stack()],
    "depth": deep(0),
    "traceback": traced(),
    "filters": [str(each) for each in warnings.filters],
    "signals": [str(signal.getsignal(each)) for each in range(1, 32)],
    "mask": sorted(map(int, signal.pthread_sigmask(signal.SIG_BLOCK, []))),
    "cwd": os.getcwd(),
    "descriptor": descriptor,
    "descriptors": [each for each in os.listdir("/proc/self/fd") if int(each) < descriptor],
    "environment": dict(os.environ),
    "threads": [each.name for each in threading.enumerate()],
    "tasks": len(os.listdir("/proc/self/task")),
    "children": children,
    "executable": sys.executable,
    "prefix": [sys.prefix, sys.exec_prefix, sys.base_prefix],
    "profile": [str(sys.getprofile()), str(sys.gettrace())],
    "input": sys.stdin.read() if "read" in sys.argv else None,
    "isatty": [sys.stdin.isatty(), sys.stdout.isatty(), sys.stderr.isatty()],
    "bytecode": sys.dont_write_bytecode,
    "audit": hasattr(sys, "breakpointhook") and sys.breakpointhook is sys.__breakpointhook__,
    "customize": getattr(sys.modules.get("sitecustomize"), "__file__", None),
}
print(json.dumps(seen, sort_keys=True))
"""


def run(python, *arguments, options=(), flags=(), **more):
    """Plainly, or with `options` under the command line."""
    ours = ["-m", "heapprof", *options] if options else []
    environment = python.environment(**more.pop("env", {}))
    more.setdefault("input", "")
    return subprocess.run(
        [python.python, *flags, *ours, *arguments],
        env=environment,
        cwd=python.folder,
        capture_output=True,
        text=True,
        timeout=120,
        **more,
    )


def recorded(python, *arguments, options=(), **more):
    return run(python, *arguments, options=("-q", "-o", "out", "--sample", "{}", *options), **more)


def withoutOurs(python, seen):
    """What is documented to be different is taken away."""
    added = ADDED_BEFORE_3_10 if python.version < (3, 10) else set()
    seen["modules"] = [name for name in seen["modules"] if name not in added]
    follow = os.path.join(python.package, "heapprof", "follow") if python.package else "follow"
    environment = {k: v for k, v in seen["environment"].items() if k not in ADDED_VARIABLES}
    entries = environment.get("PYTHONPATH", "").split(os.pathsep)
    environment["PYTHONPATH"] = os.pathsep.join(each for each in entries if not each.endswith("heapprof/follow"))
    assert not any(follow in each for each in seen["path_importer_cache"])
    seen["environment"] = {k: v for k, v in environment.items() if v}
    return seen


def requireSame(python, ours, plain):
    assert ours.returncode == plain.returncode
    seen, seenPlain = (withoutOurs(python, json.loads(each.stdout)) for each in (ours, plain))
    for name in seenPlain:
        if isinstance(seenPlain[name], list):
            assert set(map(str, seen[name])) == set(map(str, seenPlain[name])), name
        assert seen[name] == seenPlain[name], name


def compare(python, *arguments, **more):
    plain, ours = run(python, *arguments, **more), recorded(python, *arguments, **more)
    requireSame(python, ours, plain)
    assert ours.stderr == plain.stderr
    assert python.read(str(python.folder / "out")).end[1] == 1


@pytest.fixture
def observer(python):
    for name in "observer.py", "package/__main__.py", "package/tool.py", "app/__main__.py":
        path = python.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(OBSERVER)
    (python.folder / "package" / "__init__.py").write_text("import sys\nsys.seenByPackage = sys.argv[:]\n")
    with zipfile.ZipFile(python.folder / "app.zip", "w") as archive:
        archive.writestr("__main__.py", OBSERVER)
    (python.folder / "script").write_text(f"#!{python.python}\n" + OBSERVER)
    return python


WAYS = {
    "script": ["observer.py", "an argument", "-o", "--sample", "--", "x"],
    "path": ["./package/../observer.py"],
    "module": ["-m", "package.tool", "-m", "x"],
    "package": ["-m", "package", "--", "-c"],
    "folder": ["app", "a"],
    "archive": ["app.zip", "a"],
    "console": ["script", "a"],
    "glued": ["-mpackage", "a"],
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_to_begin(observer, way):
    compare(observer, *WAYS[way])


def test_an_interpreter_under_another_name(observer):
    """As wrappers of it do, and as the loader is called to run it."""
    if not observer.package:
        pytest.skip("under another name the interpreter finds other packages")
    loaders = sorted(Path("/lib64").glob("ld-linux-x86-64.so.2"))
    other = observer.folder / "other"  # what is first in the path, of that name
    other.mkdir()
    (other / "python3").write_text("#!/bin/sh\nexit 5\n")
    (other / "python3").chmod(0o755)
    path = {"PATH": f"{other}:{os.environ['PATH']}"}
    for executable, words in [
        (observer.python, ["python3"]),
        (observer.python, ["no such name"]),
        *[(str(each), [str(each), observer.python]) for each in loaders],
    ]:
        runs = []
        for ours in [], ["-m", "heapprof", "-q", "-o", "out", "--sample", "{}"]:
            words_ = [*words, *ours, "observer.py", "a"]
            environment = observer.environment(**path)
            options = dict(executable=executable, env=environment, cwd=observer.folder, capture_output=True, text=True)
            runs.append(subprocess.run(words_, input="", timeout=120, **options))
        requireSame(observer, runs[1], runs[0])
        assert observer.read(str(observer.folder / "out")).end[1] == 1


def test_while_something_is_waited_for(observer):
    """There is one thread more, which Python does not know, and which is away when os.fork() counts."""
    plain = json.loads(run(observer, "observer.py").stdout)
    follow = os.path.join(observer.run("print(os.path.dirname(heapprof.__file__))").strip(), "follow")
    listening = {"HEAPPROF_LISTEN": "1", "PYTHONPATH": os.pathsep.join(filter(None, [follow, observer.package]))}
    triggers = ["--when-resident", "10G"], ["--for", "1000s"]
    for ours in (
        *(recorded(observer, "observer.py", options=each) for each in triggers),
        run(observer, "observer.py", env=listening),
    ):
        assert (ours.returncode, ours.stderr) == (0, "")
        seen = json.loads(ours.stdout)
        assert seen.pop("tasks") == plain["tasks"] + 1
        seen["environment"].pop("HEAPPROF_LISTEN", None)
        expected = withoutOurs(observer, dict(plain))
        assert withoutOurs(observer, seen) == {name: expected[name] for name in seen}


def test_code_and_standard_input(observer):
    compare(observer, "-c", OBSERVER, "x", "-c")
    compare(observer, "-", "x", input=OBSERVER)
    compare(observer, "observer.py", "read", input="line\n" * 1000)


@pytest.mark.parametrize(
    "flags",
    ["-u", "-B", "-O", "-OO", "-b -d", "-W error -X dev", "-X utf8 -Wignore", "-s", "-v -q", "-X importtime", "-Es"],
)
def test_options_of_the_interpreter(observer, flags):
    flags = flags.split()
    if "-Es" in flags and observer.package:
        pytest.skip("the package is found by PYTHONPATH")
    plain = run(observer, *flags, "observer.py")
    before = recorded(observer, "observer.py", flags=flags)
    after = recorded(observer, *flags, "observer.py", options=["--"])
    for ours in before, after:
        requireSame(observer, ours, plain)
    if not {"-v", "-X"} & set(flags):
        assert after.stderr == plain.stderr


def test_newer_options_of_the_interpreter(observer):
    if observer.version < (3, 11):
        pytest.skip("-P is new in 3.11")
    plain, ours = run(observer, "-P", "observer.py"), recorded(observer, "observer.py", flags=["-P"])
    requireSame(observer, ours, plain)


def test_an_interpreter_that_lets_nobody_in(observer):
    """With -S, and with -I where heapprof is not installed: the program runs, and it is said that it is not recorded."""
    for flags in ["-S"], ["-I", "-S"], ["-I"]:
        plain = run(observer, *flags, "observer.py", "a")
        ours = recorded(observer, "observer.py", "a", options=["--", *flags])
        requireSame(observer, ours, plain)
        isRecorded = (observer.folder / "out.hpm").exists()
        if isRecorded:
            assert "-S" not in flags and ours.stderr == plain.stderr
            (observer.folder / "out.hpm").unlink()
        else:
            assert ours.stderr.startswith("heapprof: ") and ours.stderr.endswith("is not recorded\n")


ENDINGS = [
    "sys.exit(3)",
    "sys.exit('gone')",
    "sys.exit()",
    "os._exit(5)",
    "1 / 0",
    "raise KeyboardInterrupt",
    "os.kill(os.getpid(), signal.SIGTERM)",
    "os.kill(os.getpid(), signal.SIGKILL)",
    "os.abort()",
    "def f(): g()\ndef g(): {}['x']\nf()",
    "raise SystemExit(SystemExit)",
    "import atexit; atexit.register(print, 'bye'); atexit.register(int, 'x')",
    "syntax error",
    "threading.Thread(target=lambda: print('later')).start()",
    "import warnings; warnings.warn('look')",
    "sys.stdout.write('no end of line')",
    "sys.stderr.write('no end of line')",
    "class Leaving:\n    def __del__(self): print('deleted')\nkept = Leaving()",
    "sys.excepthook = lambda *x: print('hook', x[0].__name__)\nraise ValueError('x')",
]


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_way_to_end(python, ending):
    (python.folder / "program.py").write_text("import os, signal, sys, threading\n" + ending + "\n")
    plain, ours = run(python, "program.py"), recorded(python, "program.py")
    assert (ours.returncode, ours.stdout) == (plain.returncode, plain.stdout)
    addresses = re.compile("0x[0-9a-f]+")
    assert addresses.sub("", ours.stderr) == addresses.sub("", plain.stderr)


def test_modules_of_the_programs_own(python):
    """Whatever their names: nothing has imported the library's before."""
    names = ["argparse", "ast", "contextlib", "enum", "functools", "json", "re", "struct", "token", "types", "typing"]
    names += ["tempfile", "warnings", "zipfile", "subprocess", "multiprocessing", "heapq", "dataclasses"]
    program = f"for n in {names}: print(n, getattr(__import__(n), 'WHOSE', 'library'))\n"
    # Where python -m is called from, there may be some of them, too; runpy itself needs others.
    for folder, own in ("elsewhere", names), (".", ["argparse", "ast", "json", "tempfile", "struct"]):
        (python.folder / folder).mkdir(exist_ok=True)
        for name in own:
            (python.folder / folder / f"{name}.py").write_text("WHOSE = 'own'\n")
        (python.folder / folder / "program.py").write_text(program)
        path = f"{folder}/program.py"
        plain, ours = run(python, path), recorded(python, path)
        assert (ours.returncode, ours.stdout, ours.stderr) == (plain.returncode, plain.stdout, plain.stderr)
        assert plain.stdout.count("own") >= len(own)


def test_errors_while_a_package_is_imported(python):
    (python.folder / "broken").mkdir()
    (python.folder / "broken" / "__init__.py").write_text("#\nimport surely_not_installed\n")
    for name in "broken", "broken.tool", "nowhere.tool", "json", "json.nothing", "sys":
        plain, ours = run(python, "-m", name), recorded(python, "-m", name)
        assert (ours.returncode, ours.stdout, ours.stderr) == (plain.returncode, plain.stdout, plain.stderr)


def test_memory_of_a_package_is_recorded(python):
    (python.folder / "package").mkdir()
    (python.folder / "package" / "__init__.py").write_text("TABLE = bytes(700_000)\n")
    (python.folder / "package" / "__main__.py").write_text("own = bytes(600_000)\n")
    assert recorded(python, "-m", "package").returncode == 0
    assert {700_033, 600_033} <= {event.size for event in python.read().events if event.kind == "alloc"}


def test_the_programs_first_collection_finds_nothing_of_heapprof(python):
    (python.folder / "program.py").write_text(
        "import gc\ngc.set_debug(gc.DEBUG_SAVEALL)\ngc.collect()\n"
        "modules = [o for o in gc.garbage if type(o) in (type(gc), type(gc.__spec__), type(gc.collect))]\n"
        "print(modules, [o for o in gc.garbage if 'heapprof' in repr(o)])\n"
    )
    for options in [], ["--when-growth", "1G"]:
        assert run(python, "program.py", options=["-q", "-o", "out", *options]).stdout == "[] []\n"


def test_nothing_of_heapprof_is_recorded(python):
    program = "import os, subprocess, sys\nif len(sys.argv) < 2: subprocess.run([sys.executable, sys.argv[0], 'x'])\n"
    (python.folder / "program.py").write_text(program + "kept = bytes(600_000)\n")
    assert recorded(python, "program.py").returncode == 0
    captures = sorted(python.folder.glob("*.hpm"))
    assert len(captures) == 2
    for capture in captures:
        traces = python.read(str(capture)[:-4]).traces
        assert not [f for trace in traces.values() for f in trace.frames if "heapprof" in f.file.split(os.sep)]


def test_programs_that_start_themselves_again(python):
    """As servers that reload do: by the words that they were started by."""
    words = "sys.orig_argv[1:]" if python.version >= (3, 10) else "sys.argv"
    for again in (
        "subprocess.run([sys.executable, *WORDS]).returncode",
        "os.execv(sys.executable, [sys.executable, *WORDS])",
    ):
        program = f"""
            import os, subprocess, sys
            WORDS = {words}
            first = bytes(700_000)
            if not os.environ.get("AGAIN"):
                os.environ["AGAIN"] = "1"
                sys.exit({again})
            second = bytes(600_000)
            print("serving", sys.argv)
        """
        (python.folder / "program.py").write_text(textwrap.dedent(program))
        plain, ours = run(python, "program.py", "-o", "x"), recorded(python, "program.py", "-o", "x")
        assert (ours.returncode, ours.stdout, ours.stderr) == (plain.returncode, plain.stdout, plain.stderr)
        sizes = [
            {e.size for e in python.read(str(p)[:-4]).events if e.kind == "alloc"} for p in python.folder.glob("*.hpm")
        ]
        assert sorted(700_033 in each and 600_033 in each for each in sizes) == [False, True]
        for file in python.folder.glob("out*"):
            file.unlink()


def test_standard_error_that_is_closed(python):
    """What is meant for it goes nowhere: never into another file that has its number."""
    (python.folder / "program.py").write_text(
        "import os\nprint('out')\nprint(os.open('second', os.O_CREAT | os.O_RDWR))\n"
    )
    for options in [], ["--stats"]:
        command = 'exec "$@" 2>&-'
        words = ["sh", "-c", command, "sh", python.python]
        texts = []
        for ours in [], ["-m", "heapprof", "-o", "out", *options]:
            run_ = subprocess.run([*words, *ours, "program.py"], env=python.environment(), cwd=python.folder, stdout=-1)
            texts.append((run_.returncode, run_.stdout, (python.folder / "second").read_bytes()))
        assert texts[0] == texts[1] and texts[0][2] == b""
    (python.folder / "program.py").write_text("import sys\nprint('out')\nsys.stderr = None\n")
    assert run(python, "program.py", options=["-o", "out"]).stdout == "out\n"


def test_quiet(python):
    (python.folder / "program.py").write_text("pass\n")
    for options, environment in (["-q"], {}), (["--quiet"], {}), (["-o", "out"], {"HEAPPROF_QUIET": "1"}):
        assert run(python, "program.py", options=options, env=environment).stderr == ""
    assert run(python, "program.py", options=["-o", "out"], env={"HEAPPROF_QUIET": "0"}).stderr != ""


def test_pickles_of_the_programs_classes(python):
    (python.folder / "program.py").write_text(
        "import pickle\nclass Kept: pass\nopen('kept', 'wb').write(pickle.dumps(Kept()))\n"
    )
    assert recorded(python, "program.py").returncode == 0
    assert b"__main__" in (python.folder / "kept").read_bytes() and pickle.dumps(1)
