"""Resident memory while nobody allocates: the watcher, what it knows, and that the program notices nothing of it."""

from __future__ import annotations

import bisect
import os
import shutil
import subprocess
import textwrap
import time
from pathlib import Path

import pytest

PROGRAMS = {
    "native plateau": """
        import mmap, time
        time.sleep(0.4)
        m = mmap.mmap(-1, 120 << 20)
        for i in range(0, len(m), 4096): m[i] = 1
        time.sleep(1.5)
        m.close()
        time.sleep(0.7)
    """,
    "saw": """
        import time
        for _ in range(8):
            x = bytearray(80 << 20)
            time.sleep(0.15)
            del x
            time.sleep(0.25)
    """,
    "stairs": """
        import time
        kept = []
        for _ in range(10):
            kept.append(bytearray(12 << 20))
            time.sleep(0.12)
        while kept:
            kept.pop()
            time.sleep(0.12)
    """,
    "a child": """
        import mmap, os, time
        if os.fork() == 0:
            kept = [bytes(100_000) for _ in range(10)]
            time.sleep(0.3)
            m = mmap.mmap(-1, 120 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            m.write(b"x" * len(m))
            time.sleep(1)
            m.close()
            time.sleep(0.5)
            heapprof.stop()
            os._exit(0)
        os.wait()
    """,
}


@pytest.fixture
def notInstalled(python):
    if not python.package:
        pytest.skip("what the command line records would load the installed package beside the test's own")


@pytest.fixture
def ownPackage(python):
    """A copy of the package under test: programs recorded at the same time have watchers of another path."""
    here = Path(python.run("print(os.path.dirname(os.path.realpath(heapprof.__file__)))").strip())
    python.package = str(python.folder / "package")
    shutil.copytree(here, Path(python.package) / "heapprof", ignore=shutil.ignore_patterns("__pycache__"))


def watchers(python):
    """Those of the test's own package: see ownPackage."""
    program = watcherProgram(python)
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/exe") == program:
                found.add(int(pid))
        except OSError:
            pass
    return found


def watcherProgram(python):
    return f"{python.package}/heapprof/heapprof-watch"


def assertGone(python):
    deadline = time.time() + 8
    while watchers(python) and time.time() < deadline:
        time.sleep(0.02)
    assert not watchers(python)


def resident(pid):
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * 4096


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return file.read().split()


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_recorded_curve_is_that_of_the_process(python, name):
    process = python.start(python.write("heapprof.start(BASE)\n" + textwrap.dedent(PROGRAMS[name])))
    seen, child = [], None
    while process.poll() is None:
        try:
            if name == "a child" and child is None:
                recorded = (pid for pid in children(process.pid) if os.path.exists(f"{python.filebase}.{pid}.hpm"))
                child = next(recorded, None)  # not the one that starts the watcher
            elif name != "a child" or child:
                seen.append((time.time(), resident(child or process.pid)))
        except (OSError, IndexError):
            pass
        time.sleep(0.02)
    assert process.wait() == 0
    base = f"{python.filebase}.{child}" if child else python.filebase
    out = python.run(
        "r = heapprof.read(os.environ['READ'])\n"
        "print(r.initialTime(), r.elapsedTime(), *(v for each in r.resident() for v in each))",
        env={"READ": base},
    )
    begin, end, *numbers = map(float, out.split())
    readings = [(numbers[i], numbers[i + 1] + numbers[i + 2]) for i in range(0, len(numbers), 3)]
    times = [at for at, _ in readings]

    def drawn(at):
        i = bisect.bisect_right(times, at)
        if i in (0, len(readings)):
            return readings[min(i, len(readings) - 1)][1]
        (a, x), (b, y) = readings[i - 1], readings[i]
        return x + (y - x) * (at - a) / (b - a)

    truth = [(at - begin, value) for at, value in seen if times[0] <= at - begin <= end]
    assert len(truth) > 30
    top = max(value for _, value in truth)
    error = sum(abs(drawn(at) - value) for at, value in truth) / len(truth)
    assert error < 0.05 * top, (error, top, len(readings))
    assert max(value for _, value in readings) > 0.95 * top


def test_nothing_of_the_watcher_is_noticed(python, ownPackage):
    python.run("""
        import resource, signal, threading, time, warnings
        warnings.simplefilter("error")
        def state():
            fields = dict(line.split(":", 1) for line in open("/proc/self/status"))
            return (os.listdir("/proc/self/task"), fields["Threads"], fields["SigBlk"], fields["SigCgt"],
                    open("/proc/self/task/%d/children" % os.getpid()).read(), os.getcwd(), os.getpgrp())
        seen = []
        signal.signal(signal.SIGCHLD, lambda number, frame: seen.append(number))
        first = state()
        heapprof.start(BASE)
        assert state() == first, (first, state())
        try: os.wait()
        except ChildProcessError: pass
        else: raise AssertionError("wait() found somebody")
        time.sleep(0.3)
        heapprof.stop()
        assert state() == first and not seen and threading.active_count() == 1
        heapprof.start(BASE)
        child = os.fork()
        if child == 0: os._exit(7)
        assert os.wait() == (child, 7 << 8)
        time.sleep(0.1)
        assert seen == [signal.SIGCHLD]
        import ctypes
        unshare = ctypes.CDLL(None).unshare
        plain = os.fork()
        if plain == 0: os._exit(0 if unshare(0x10000000) == 0 else 1)  # CLONE_NEWUSER
        if os.waitpid(plain, 0)[1] == 0: assert unshare(0x10000000) == 0
    """)
    assertGone(python)


def test_the_watcher_keeps_no_file_of_the_program_open_and_survives_its_signals(python, ownPackage):
    process = python.start(
        python.write("""
        import signal, time
        heapprof.start(BASE)
        print("ready", flush=True)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.setpgrp()
        os.killpg(0, signal.SIGTERM)
        time.sleep(60)
    """)
    )
    try:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.2)
        (watcher,) = watchers(python)
        files = [os.readlink(f"/proc/{watcher}/fd/{number}") for number in os.listdir(f"/proc/{watcher}/fd")]
        assert all(file.startswith((f"/proc/{process.pid}/", "/memfd:heapprof")) for file in files), files
        assert os.readlink(f"/proc/{watcher}/cwd") == "/"
        assert resident(watcher) < 4_000_000
        with open(f"/proc/{watcher}/environ") as file:
            assert file.read() == ""
    finally:
        process.kill()
        process.communicate()
    assertGone(python)


def test_there_is_no_watcher_where_it_is_not_wanted_or_would_be_noticed(python, ownPackage):
    for arguments in "residentEvery=None", "":
        python.run(f"""
            import ctypes, time
            if not {arguments!r}: ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
            heapprof.start(BASE, {arguments})
            time.sleep(0.1)
            def program(pid):
                try: return os.readlink(f"/proc/{{pid}}/exe")
                except OSError: return ""
            found = [pid for pid in os.listdir("/proc") if pid.isdigit() and program(pid) == {watcherProgram(python)!r}]
            assert not found, found
        """)
    python.run("""
        for wrong in 0, -1, 1e9, float("nan"):
            try: heapprof.start(BASE, residentEvery=wrong)
            except ValueError: pass
            else: raise AssertionError(wrong)
        for wrong in "1", True:
            try: heapprof.start(BASE, residentEvery=wrong)
            except TypeError: pass
            else: raise AssertionError(wrong)
    """)


def test_a_program_that_becomes_another_is_watched_no_longer(python, ownPackage):
    process = python.start(
        python.write("""
        import time
        heapprof.start(BASE)
        time.sleep(0.2)
        os.execv("/bin/sleep", ["sleep", "30"])
    """)
    )
    try:
        time.sleep(0.5)
        assertGone(python)
        assert process.poll() is None
    finally:
        process.kill()
        process.communicate()


def test_interpreters_that_are_started_share_one_watcher(python, notInstalled, ownPackage):
    python.write("import time; kept = [bytes(100_000) for _ in range(50)]; time.sleep(0.5)", "other.py")
    program = python.write("""
        import subprocess, time
        folder = os.path.dirname(os.path.abspath(__file__))
        others = [subprocess.Popen([sys.executable, folder + "/other.py"]) for _ in range(3)]
        time.sleep(0.4)
        print("sleeping", flush=True)
        input()
        for other in others: assert other.wait() == 0
    """)
    run = subprocess.Popen(
        [python.python, "-m", "heapprof", "-o", python.filebase, program],
        env=python.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout.readline() == "sleeping\n"
    assert len(watchers(python)) == 1
    run.communicate("\n")
    assert run.returncode == 0
    logs = [path for path in python.folder.iterdir() if path.name.startswith("out.") and path.suffix == ".hpd"]
    assert len(logs) == 4
    for log in logs:
        assert len(python.read(str(log)[: -len(".hpd")]).resident) >= 3


STARTING = """
import os, subprocess, sys, time
kept = [bytes(1000) for _ in range(5000)]
code = "import time; grow = lambda: [bytes(1000) for _ in range(20_000)]; "
code += "kept = grow(); time.sleep(0.5); kept += grow(); time.sleep(0.7)"
others = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
child = os.fork()
if child == 0:
    exec(code)
    os._exit(0)
"""


ENDING = """
left = {*[each.pid for each in others], child}
while True:
    try: left.remove(os.wait()[0])
    except ChildProcessError: break
assert not left
"""


def test_processes_that_begin_by_themselves_share_one_watcher(python, notInstalled, ownPackage):
    process = python.start("-m", "heapprof", "--when-growth", "10M", "-o", "out", python.write(STARTING + ENDING))
    deadline = time.monotonic() + 20
    while not watchers(python) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    assert len(watchers(python)) == 1
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0 and "3 captures of child processes" in err, err
    assertGone(python)


def test_who_adopts_orphans_later_gets_none_of_a_trigger(python):
    """A program that says so itself, before its children begin to record."""
    adopting = "import ctypes\nctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER"
    waiting = "time.sleep(4)  # as long as a watcher without a process waits, and longer"
    program = python.write(adopting + STARTING + waiting + ENDING)
    process = python.start("-m", "heapprof", "--when-growth", "10M", "-o", "out", program)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0 and "3 captures of child processes" in err, err


def test_memory_that_was_not_recorded_is_spoken_of(python):
    def closing(text, *options):
        run = subprocess.run(
            [python.python, "-m", "heapprof", "-o", python.filebase, *options, python.write(text)],
            env=python.environment(),
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0 and run.stderr.count("\n") == 1, run.stderr
        return run.stderr

    native = "import mmap, time; m = mmap.mmap(-1, 120 << 20)\nfor i in range(120): m.write(b'x' * (1 << 20))\n"
    native += "time.sleep(0.3); m.close()"
    assert "likely native memory, which --native records" in closing(native)
    assert "likely native" not in closing(native, "--native")
    assert "likely native" not in closing("import time; x = b'x' * (200 << 20); time.sleep(0.2)")
    if python.run("print(hasattr(sys, 'gettotalrefcount'))").strip() == "True":
        return  # a debug build, which has more beside each object than in it
    # What is freed and kept by the allocator, here behind a few blocks that live, was recorded while it was in use.
    kept = "x = [object() for _ in range(9_000_000)]; del x[::-1000]; x = x[::3000]"
    assert "likely native" not in closing(f"import time; {kept}; time.sleep(0.3)")


def test_process_1_of_a_container_has_no_children_that_it_did_not_make(python):
    program = python.write(
        """
        import os, subprocess, sys, time
        mine = {subprocess.Popen([sys.executable, "-c", "kept = [bytes(1000) for _ in range(5000)]"]).pid for _ in range(3)}
        found = {os.wait()[0] for _ in mine}
        time.sleep(3)  # as long as a watcher without a process waits, and longer
        left = os.waitpid(-1, os.WNOHANG) if os.path.exists("/proc/1/task/1/children") else None
        print(found == mine, left)
    """
    )
    container = ["unshare", "--pid", "--fork", "--mount-proc", python.python]

    def run(*words):
        environment = python.environment()
        ended = subprocess.run([*container, *words], env=environment, capture_output=True, text=True, timeout=60)
        return ended.returncode, ended.stdout, ended.stderr

    plain = run(program)
    if plain[2].startswith("unshare"):
        pytest.skip("this user may not make a name space of processes")
    for words in ([], ["--when-growth", "1M"]):
        assert run("-m", "heapprof", "-q", *words, "-o", python.filebase, "--", program) == plain
