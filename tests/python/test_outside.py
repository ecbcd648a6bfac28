"""heapprof attach, detach, status and list: programs that run already, told from outside."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import time

import pytest
from running_program import SITUATIONS, TRACER, Running, ourFiles


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_program_is_recorded_from_one_moment_to_another(python, situation):
    with Running(python, SITUATIONS[situation]) as running:
        sample = "20000" if "threads that work" in situation else "{}"
        for _ in range(2):  # the second time the collector is there already
            assert f"recording to {python.filebase}" in running.attach("--sample", sample)
            time.sleep(0.05)
            assert f"recorded to {python.filebase}" in running.detach()
            capture = python.read()
            assert capture.end[1] == 0 and capture.process["pid"] == running.pid
            assert not ourFiles(capture)
            if "allocates" in situation or "work" in situation and "C" not in situation:
                assert capture.traces
        assert running.process.poll() is None


def test_what_the_program_finds_is_as_before(python):
    program = """
import atexit, threading, time  # before 3.10 the module atexit stays, as it has what is to be called
def state():
    return (sorted(sys.modules), sys.path, [t.name for t in threading.enumerate()], sorted(os.environ),
            sorted(globals()), sys.excepthook is sys.__excepthook__, [n for n in range(256) if os.path.exists(f'/proc/self/fd/{n}')])
import queue
kept = before = after = None
before = state()
begun()
try:
    while True:
        time.sleep(0.01)
except KeyboardInterrupt:
    pass
after = state()
print(before == after or (before, after))
"""
    with Running(python, program) as running:
        running.attach()
        running.detach()
        out, err = running.end()
        assert (out, err) == ("True\n", "")


def test_every_signal_comes(python):
    program = """
import signal
r, w = os.pipe()
os.set_blocking(w, False)
signal.set_wakeup_fd(w)
signal.signal(signal.SIGRTMIN, lambda *_: None)
begun()
count = 0
while count < 500: count += len(os.read(r, 100))
print(count)
"""
    with Running(python, program) as running:
        queue = ctypes.CDLL(None).sigqueue
        sent = 0
        for _ in range(10):
            tool = python.start("-m", "heapprof", "attach", str(running.pid), "-o", python.filebase)
            while tool.poll() is None:
                if sent < 499 and queue(running.pid, int(signal.SIGRTMIN), None) == 0:
                    sent += 1
                time.sleep(0.002)
            assert tool.communicate()[1] == ""
            running.detach()
        for _ in range(500 - sent):
            queue(running.pid, int(signal.SIGRTMIN), None)
        assert running.process.communicate(timeout=30) == ("500\n", "")


SLOW_IMPORTS = """
class Slow:
    def find_spec(*_): time.sleep(0.02)
sys.meta_path.insert(0, Slow)
"""


@pytest.mark.parametrize("imports", ["", SLOW_IMPORTS], ids=["as they are", "slow imports"])
@pytest.mark.parametrize("wait", ["time.sleep(1000)", "signal.pause()", "threading.Event().wait()"])
def test_a_signal_ends_what_it_would_end(python, wait, imports):
    program = f"""
import signal, sys, threading, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
{imports}
begun()
{wait}
"""
    for delay in 0, 0.02, 0.05, 0.08, 0.12, 0.16:
        with Running(python, program) as running:
            tool = python.start("-m", "heapprof", "attach", str(running.pid), "-o", python.filebase)
            time.sleep(delay)
            out, err = running.end(signal.SIGTERM)
            tool.communicate(timeout=60)
            assert (running.process.returncode, out, err) == (3, "", "")


def test_who_is_still_preparing_when_python_has_ended(python):
    """What prepares to obey began past the time where the program's end waits for it, and comes back when all is gone."""
    program = """
import atexit, ctypes, sys, threading, time
entered = threading.Event()
class Slow:
    def find_spec(*_):
        if not entered.is_set():
            entered.set()
            time.sleep(1)
sys.meta_path.insert(0, Slow)
ctypes.CDLL(None).on_exit(ctypes.CDLL(None).sleep, None)  # as many seconds as the exit code
atexit.register(entered.wait)
begun()
sys.exit(3)
"""
    with Running(python, program) as running:
        tool = python.start("-m", "heapprof", "attach", str(running.pid), "-o", python.filebase)
        out, err = running.process.communicate(timeout=60)
        tool.communicate(timeout=60)
        assert (running.process.returncode, out, err) == (3, "", "")


def test_what_a_thread_blocks_and_handles_is_as_before(python):
    def signals(pid):
        with open(f"/proc/{pid}/status") as file:
            fields = dict(line.split(":\t") for line in file if line.startswith("Sig"))
        # The C library catches 32 and 33 itself once there are threads.
        return [int(fields[name], 16) & ~(3 << 31) for name in ("SigBlk", "SigIgn", "SigCgt")]

    with Running(python, SITUATIONS["waits for a signal, and blocks all"]) as running:
        time.sleep(0.2)  # while it waits, what it waits for is not blocked
        before = signals(running.pid)
        running.attach()
        running.detach()
        time.sleep(0.2)
        assert signals(running.pid) == before


def test_while_another_thread_holds_the_gil_for_long(python):
    program = """
import ctypes, threading, time
def hold():
    ctypes.PyDLL(None).sleep(5)
    print("held", flush=True)
threading.Thread(target=hold).start()
begun()
time.sleep(6)
print("slept", flush=True)
time.sleep(1000)
"""
    with Running(python, program) as running:
        running.attach("--sample", "{}")
        assert running.process.stdout.readline() == "held\n"
        assert running.process.stdout.readline() == "slept\n"
        running.detach()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_tool_that_is_ended_leaves_the_program_alone(python, number):
    with Running(python, SITUATIONS["allocates"]) as running:
        for turn in range(8):
            tool = python.start("-m", "heapprof", "attach", str(running.pid), start_new_session=True)
            time.sleep(0.02 * turn)
            os.killpg(tool.pid, number)
            tool.communicate(timeout=60)
        time.sleep(0.3)
        assert running.process.poll() is None
        running.heapprof("list")


def test_a_program_that_is_stopped_and_goes_on_meanwhile(python):
    with Running(python, SITUATIONS["sleeps"]) as running:
        for turn in range(8):
            tool = python.start("-m", "heapprof", "attach", str(running.pid), "-o", python.filebase)
            time.sleep(0.02 * turn)
            while tool.poll() is None:
                os.kill(running.pid, signal.SIGSTOP)
                time.sleep(0.001)
                os.kill(running.pid, signal.SIGCONT)
                time.sleep(0.001)
            tool.communicate(timeout=60)
            assert running.process.poll() is None
            if tool.returncode == 0:
                running.detach()


def test_a_program_that_has_forbidden_itself_calls_is_not_entered(python):
    strict = "import ctypes; begun(); ctypes.CDLL(None).prctl(22, 1)\nwhile True: pass"  # read, write, exit alone
    with Running(python, strict) as running:
        time.sleep(0.2)
        assert "seccomp" in running.heapprof("attach", running.pid, "-o", python.filebase, status=1)
        assert running.process.poll() is None


def test_a_program_that_ends_while_it_is_recorded_ends_its_capture(python):
    with Running(
        python, "import time\ntry:\n    begun(); time.sleep(1000)\nexcept KeyboardInterrupt: print('bye')"
    ) as running:
        running.attach("--sample", "{}")
        assert running.end() == ("bye\n", "")
    assert python.read().end[1] == 1


def test_what_is_alive_then_is_not_recorded_and_what_comes_is(python):
    program = """
import time
class Other: pass
old = bytearray(3_000_000)
begun()
while not os.path.exists(sys.argv[0] + '.go'): time.sleep(0.01)
new = bytearray(2_000_000)
del old
print('made', flush=True)
time.sleep(1000)
"""
    with Running(python, program) as running:
        running.attach("--sample", "{}")
        open(python.program + ".go", "w").close()
        assert running.process.stdout.readline() == "made\n"
        running.detach()
    sizes = [event.size for event in python.read().live().values()]
    assert python.heldBy(2_000_000) in sizes and python.heldBy(3_000_000) not in sizes


def test_200_times_nothing_is_lost_and_nothing_grows(python, isLong):
    with Running(python, SITUATIONS["has 20 threads that work"]) as running:
        status = {}
        times = 200 if isLong else 20
        for turn in range(times):
            running.attach()
            running.detach()
            assert python.read().end[1] == 0
            if turn in (times // 2, times - 1):
                with open(f"/proc/{running.pid}/maps") as maps, open(f"/proc/{running.pid}/status") as file:
                    status[turn] = (len(maps.readlines()), len(os.listdir(f"/proc/{running.pid}/fd")), file.read())
        assert running.process.poll() is None
    (mapsBefore, filesBefore, _), (mapsAfter, filesAfter, _) = status.values()
    assert filesAfter <= filesBefore and mapsAfter <= mapsBefore + 6  # allocators map what they like


def test_it_ends_by_itself_after_a_time(python):
    with Running(python, SITUATIONS["allocates"]) as running:
        began = time.monotonic()
        out = running.attach("--for", "0.5s")
        assert time.monotonic() - began >= 0.5 and "recorded to" in out
        assert running.process.poll() is None


def test_the_program_ends_before_that_time(python):
    program = (
        "import time; begun()\nwhile not os.path.exists(os.environ['BASE'] + '.hpd'): time.sleep(0.05)\ntime.sleep(0.5)"
    )
    with Running(python, program) as running:  # its parent does not wait for it
        out = running.attach("--for", "1h")
        assert out.splitlines()[-1] == f"{running.pid}: it has ended"


def test_it_begins_when_memory_has_grown_and_ends_when_it_falls(python):
    program = """
import time
begun()
time.sleep(2)
kept = bytearray(60_000_000)
while not os.path.exists(os.environ["BASE"] + ".hpd"): time.sleep(0.05)
time.sleep(0.5)
more = bytearray(30_000_000)
time.sleep(1)
del kept, more
time.sleep(1000)
"""
    with Running(python, program) as running:
        out = running.attach("--sample", "{}", "--when-growth", "40M", "--until-fall", "50M")
        assert out.count("\n") == 2 and "recorded to" in out
        assert running.process.poll() is None
    sizes = [event.size for event in python.read().events if hasattr(event, "size")]
    assert python.heldBy(30_000_000) in sizes and python.heldBy(60_000_000) not in sizes


def test_status_and_list_touch_nothing(python):
    with Running(python, SITUATIONS["sleeps"]) as running:
        line = [line for line in running.heapprof("list").splitlines() if re.match(rf" *{running.pid} ", line)]
        assert len(line) == 1 and " - " in line[0] and python.program in line[0]
        assert f"{python.version[0]}.{python.version[1]} " in line[0]
        assert "heapprof" not in open(f"/proc/{running.pid}/maps").read()
        running.attach()
        assert python.filebase in running.heapprof("status", running.pid)
        assert python.filebase in running.heapprof("list")


@pytest.mark.parametrize("encoding", ["utf-8:strict", "ascii:strict"])
def test_the_list_says_any_command_line_on_any_terminal(python, encoding):
    """Other programs are called as they like, and the terminal obeys none of them."""
    odd = [
        b"-c",
        b"import time; print(1, flush=True); time.sleep(1000)",
        b"\xff\xfe",
        "\u4e2d".encode(),
        b"\x1b[2J\x9b",
    ]
    program = subprocess.Popen([python.python.encode(), *odd], stdout=subprocess.PIPE)
    program.stdout.readline()
    tool = python.start("-m", "heapprof", "list", env={"PYTHONIOENCODING": encoding})
    out, err = tool.communicate(timeout=60)
    program.kill()
    program.communicate()
    assert tool.returncode == 0, err
    (line,) = (each for each in out.splitlines() if each.split()[0] == str(program.pid))
    assert "sleep(1000)" in line and "dcff" in line and "\x1b" not in line and "\x9b" not in line


def test_the_list_is_whole_while_programs_end(python):
    program = "import subprocess, sys\nbegun()\nwhile True: subprocess.run([sys.executable, '-S', '-E', '-c', ''])"
    with Running(python, program) as running:
        for _ in range(20):
            assert str(running.pid) in running.heapprof("list")


def test_refusals_say_why(python):
    with Running(python, SITUATIONS["sleeps"]) as running:
        assert "nothing is being recorded" in running.heapprof("detach", running.pid, status=1)
        running.attach()
        assert f"recorded already, to {python.filebase}" in running.heapprof("attach", running.pid, status=1)
        running.detach()
        missing = python.folder / "missing" / "out"
        answer = running.heapprof("attach", running.pid, "-o", missing, status=1)
        assert str(missing) in answer and "No such file" in answer
        os.kill(running.pid, signal.SIGSTOP)
        assert "is stopped" in running.heapprof("attach", running.pid, status=1)
        os.kill(running.pid, signal.SIGCONT)
        other = subprocess.Popen(["sleep", "1000"])
        assert "is not Python" in running.heapprof("attach", other.pid, status=1)
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert "has ended" in running.heapprof("attach", other.pid, status=1)
        other.wait()
        assert "there is no process" in running.heapprof("attach", other.pid, status=1)
        for nothing in "", "folder/", ".":
            assert "not the name of a file" in running.heapprof("attach", running.pid, "-o", nothing, status=2)
        assert "not the number" in running.heapprof("attach", "x", status=2)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_another_user_is_refused(python):
    def becomeNobody() -> None:
        os.setgid(65534)
        os.setuid(65534)

    with Running(python, SITUATIONS["sleeps"]) as running:
        command = [python.python, "-m", "heapprof", "attach", str(running.pid)]
        options = {"env": python.environment(), "preexec_fn": becomeNobody, "cwd": "/"}
        try:
            tool = subprocess.run(command, capture_output=True, text=True, **options)
        except PermissionError:
            pytest.skip("others cannot start this interpreter")
        if "No module named" in tool.stderr:
            pytest.skip("others cannot read the package")
        assert tool.returncode == 1 and "it belongs to root" in tool.stderr, tool.stderr


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "ptrace"), reason="needs ptrace")
def test_what_another_one_traces_is_refused(python):
    with Running(python, SITUATIONS["sleeps"]) as running:
        other = python.start("-c", TRACER, str(running.pid))
        assert other.stdout.readline() == "traces\n"
        assert f"traced by process {other.pid}" in running.heapprof("attach", running.pid, status=1)
        other.kill()
        other.communicate()


def test_a_program_that_holds_the_gil_is_not_forced(python):
    program = "import ctypes; libc = ctypes.PyDLL(None); begun(); libc.sleep(13); print('slept', flush=True); import time; time.sleep(1000)"
    with Running(python, program) as running:
        assert "holds the GIL" in running.heapprof("attach", running.pid, "-o", python.filebase, status=1)
        assert running.process.stdout.readline() == "slept\n"
        time.sleep(0.2)
        assert not os.path.exists(python.filebase + ".hpm")  # what was refused does not happen later
        running.attach()
