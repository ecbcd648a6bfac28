"""python -m heapprof runs a program as if it had been run directly."""

from __future__ import annotations

import os
import re
import signal

import pytest

SHOW = """
    print(sys.argv, sys.path[0], __name__, __file__, __spec__ and __spec__.name, __package__)
    import __main__, pickle
    class Local:
        def __init__(self): self.x = 1
    assert __main__.Local is Local and __main__ is sys.modules["__main__"]
    assert pickle.loads(pickle.dumps(Local())).x == 1
    kept = bytes(400_000)  #: kept
"""


def profiled(python, *arguments, status=0):
    process = python.start("-m", "heapprof", *arguments)
    out, err = process.communicate(timeout=60)
    assert process.returncode == status, (process.returncode, out, err)
    return out, err


def plain(python, *arguments):
    process = python.start(*arguments)
    out, err = process.communicate(timeout=60)
    return out, err, process.returncode


@pytest.mark.parametrize("separator", [[], ["--"]])
def test_a_script_sees_what_it_always_sees(python, separator):
    path = python.write(SHOW)
    arguments = [path, "-o", "x", "--sample", "-m", "--", "y z"]
    out, err = profiled(python, "-o", python.filebase, "--sample", "{}", *separator, *arguments)
    assert out == plain(python, *arguments)[0]
    assert err == f"heapprof: recorded to {python.filebase}.hpm and {python.filebase}.hpd\n"
    capture = python.read()
    (kept,) = [e for e in capture.live().values() if e.size == 400_033]
    frames = capture.traces[kept.trace].frames
    assert [(f.file, f.name, f.line) for f in frames] == [(path, "<module>", python.lines["kept"])]
    assert capture.end[1] == 1 and capture.process["argv"][1:] == arguments
    outermost = {t.frames[0].file for t in capture.traces.values() if t.frames}
    assert not any("heapprof" in os.path.basename(name) or "/heapprof/" in name for name in outermost)


@pytest.mark.parametrize("name", ["package.module", "package"])
def test_a_module(python, name):
    (python.folder / "package").mkdir()
    (python.folder / "package" / "__init__.py").touch()
    for file in "module.py", "__main__.py":
        python.write(SHOW, "package/" + file)
    out, _ = profiled(python, "-o", python.filebase, "-m", name, "-o", "a", "--", "-m")
    assert out == plain(python, "-m", name, "-o", "a", "--", "-m")[0]
    interpreter, *typed = python.read().process["argv"]
    assert typed == ["-m", name, "-o", "a", "--", "-m"] and "python" in interpreter


def test_a_long_option_of_the_interpreter(python):
    words = ["--check-hash-based-pycs", "always", "-c", "import _imp; print(_imp.check_hash_based_pycs)", "-o"]
    assert profiled(python, "-o", python.filebase, *words)[0] == "always\n"
    assert python.read().process["argv"][1:] == words


def test_a_folder_and_an_archive(python):
    import zipfile

    (python.folder / "app").mkdir()
    python.write(SHOW, "app/__main__.py")
    with zipfile.ZipFile(python.folder / "app.zip", "w") as archive:
        archive.write(python.folder / "app" / "__main__.py", "__main__.py")
    for path in "app", "app.zip":
        if python.version < (3, 9):  # which leaves a relative path relative; we never do
            path = str(python.folder / path)
        assert profiled(python, path, "a")[0] == plain(python, path, "a")[0]
    python.read(str(python.folder / "hprof"))


@pytest.mark.parametrize("ending", ["heapprof.stop()", "sys.exit(3)", "1 / 0", "raise KeyboardInterrupt"])
def test_endings_are_the_programs_own(python, ending):
    path = python.folder / "program.py"
    path.write_text("import heapprof, os, sys\n" + ending + "\n")
    out, err, status = plain(python, str(path))
    outProfiled, errProfiled = profiled(python, "-o", python.filebase, str(path), status=status)
    assert outProfiled == out
    ours = [line for line in errProfiled.splitlines() if not line.startswith("heapprof: recorded")]
    assert ours == err.splitlines()


def test_mistakes(python):
    path = python.write("pass")
    for arguments, status, words in [
        ([], 2, "a program to run"),
        (["nothing.py"], 2, "can't open file"),  # as Python itself says
        (["-m", "no.such"], 1, "no.such"),
        (["--sample", "x", path], 2, "'x'"),
        (["--sample", "{1: 2}", path], 2, "between 0 and 1"),
        (["--sample", "0", path], 2, "between 1 and"),
        (["--unknown", path], 2, "--unknown"),
        (["-o", "/no/such/out", path], 1, "/no/such/out"),
        (["-o", f"{path}/out", path], 1, f"{path}/out"),
        (["-o", "", path], 2, "not the name of a file"),
        (["-o", f"{python.folder}/", path], 2, "not the name of a file"),
        (["-o", f"{python.folder}/..", path], 2, "not the name of a file"),
    ]:
        out, err = profiled(python, *arguments, status=status)
        assert words in err and "Traceback" not in err and out == "", err


def test_interrupt(python):
    path = python.write("""
        kept = bytes(400_000)
        print("ready", flush=True)
        import time; time.sleep(60)
    """)
    process = python.start("-m", "heapprof", "-o", python.filebase, path)
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == python.interrupted and "KeyboardInterrupt" in err and "heapprof/__main__" not in err
    assert python.read().end[1] == 1


def test_multiprocessing_finds_the_programs_main(python):
    path = python.write("""
        import multiprocessing
        def work(n): return n * 2
        if __name__ == "__main__":
            with multiprocessing.get_context("spawn").Pool(2) as pool:
                print(pool.map(work, [1, 2, 3]))
    """)
    assert profiled(python, path)[0] == "[2, 4, 6]\n"


def test_the_last_line_counts_the_captures_of_children(python):
    path = python.write("""
        import subprocess, time
        def child(depth):
            kept = bytes(400_000)
            if depth > 1:
                made = os.fork()
                if made == 0: child(depth - 1)
                os.waitpid(made, 0)
            os._exit(0)
        for _ in range(int(sys.argv[1])):
            made = os.fork()
            if made == 0: child(int(sys.argv[2]))
            os.waitpid(made, 0)
        os.chdir("/")  # where the files are is not forgotten
    """)
    (python.folder / "out.1.hpm").write_bytes(b"no capture")
    os.mkfifo(python.folder / "out.2.hpm")
    (python.folder / "out.3.hpm").mkdir()

    def lastLine(*arguments):
        return profiled(python, "-o", "out", "--sample", "{}", *arguments)[1].splitlines()[-1]

    said = "heapprof: recorded to out.hpm and out.hpd"
    assert lastLine(path, "0", "1") == said
    assert lastLine(path, "1", "1") == said + ", and 1 capture of a child process"
    assert lastLine(path, "2", "3") == said + ", and 6 captures of child processes"  # an earlier run's do not count
    assert lastLine("--no-follow", path, "2", "1") == said
    assert lastLine(path, "0", "1") == said


def test_the_last_line_counts_when_recording_has_gone_on_in_new_files(python):
    path = python.write("""
        import time
        if os.fork() == 0:
            kept = bytes(400_000)
            os._exit(0)
        os.wait()
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            passing = [bytes(500) for _ in range(100)]
            time.sleep(0.01)
    """)
    said = profiled(python, "-o", "out", "--sample", "{}", "--keep", "1s", path)[1]
    assert (python.folder / "out.previous.hpm").exists() and said.endswith(", and 1 capture of a child process\n")


def test_names_of_files_have_patterns(python):
    path = python.write("print(os.getpid())")
    out, err = profiled(python, "-o", "of-%h-%p-%t-100%%-%x", path)
    (capture,) = python.folder.glob("*.hpm")
    wanted = rf"of-{re.escape(os.uname().nodename)}-{out.strip()}-\d{{8}}T\d{{6}}-100%-%x"
    assert re.fullmatch(wanted + r"\.hpm", capture.name) and capture.name in err
