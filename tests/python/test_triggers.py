"""python -m heapprof with a trigger: a recording that begins with memory, and ends by itself."""

from __future__ import annotations

import subprocess

import pytest

MB = 1 << 20


def run(python, options, program, **more):
    script = python.folder / "program.py"
    script.write_text(program)
    command = [python.python, "-m", "heapprof", "-o", python.filebase, *options, "--", str(script)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=100, env=python.environment(), cwd=python.folder, **more
    )


SPIKE = """
import time
early = bytearray(30 << 20)
time.sleep(0.3)
spike = [bytearray(1 << 20) for _ in range(150)]
time.sleep(0.5)
late = [bytearray(1000) for _ in range(20_000)]
time.sleep(0.3)
del spike
time.sleep(0.5)
after = [bytearray(1000) for _ in range(5_000)]
"""


@pytest.mark.parametrize("option", [["--when-resident", "150M"], ["--when-growth", "120M"]])
def test_it_begins_when_memory_asks_for_it(python, option):
    ended = run(python, option, SPIKE)
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr
    assert ended.stderr == f"heapprof: recorded to {python.filebase}.hpm and {python.filebase}.hpd\n"
    python.run("""
        r = heapprof.read(BASE)
        lines = {str(line): used for line, used in r.flowGraphAt(r.elapsedTime()).nodeLocalUsage.items()}
        late, after = (sum(used for line, used in lines.items() if line.endswith(f":{n}")) for n in (7, 11))
        assert 15e6 < late < 27e6 and 2e6 < after < 9e6, lines
        assert not any(line.endswith((":3", ":5")) and used > 90e6 for line, used in lines.items()), lines
        assert r.ending() == "exit"
    """)


@pytest.mark.parametrize("option", [["--until-fall", "100M"], ["--for", "3s"]])
@pytest.mark.parametrize("begin", [[], ["--when-resident", "150M"]])
def test_it_ends_by_itself(python, begin, option):
    ended = run(python, [*begin, *option], SPIKE.replace("time.sleep(0.5)\nafter", "time.sleep(3.5)\nafter"))
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr
    assert ended.stderr == f"heapprof: recorded to {python.filebase}\n", ended.stderr
    python.run(f"""
        r = heapprof.read(BASE)
        lines = {{line.lineno: used for line, used in r.flowGraphAt(r.elapsedTime()).nodeLocalUsage.items()}}
        assert 15e6 < lines[7] < 27e6 and 11 not in lines and (3 in lines) == {not begin}, lines
        assert r.ending() == "stop"
    """)


def test_a_program_that_stays_small_leaves_nothing_but_a_line(python):
    ended = run(python, ["--when-resident", "10G"], "kept = bytearray(40 << 20); import time; time.sleep(0.2)")
    assert ended.returncode == 0 and ended.stderr.startswith(
        "heapprof: nothing was recorded of this process: resident memory reached "
    )
    assert 40 < int(ended.stderr.split()[-4]) < 200
    assert sorted(path.name for path in python.folder.iterdir()) == ["program.py"]
    quiet = run(python, ["--when-resident", "10G", "-q"], "pass")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


def test_each_process_waits_for_its_own_memory(python):
    ended = run(
        python,
        ["--when-resident", "150M", "--sample", "{}"],
        """
import os, subprocess, sys, time
if len(sys.argv) > 1:
    spike = bytearray(200 << 20)
    time.sleep(0.4)
    started = bytearray(3_000_000)
    sys.exit()
print(subprocess.run([sys.executable, __file__, "x"]).returncode, flush=True)
for size in (1, 200):
    child = os.fork()
    if child == 0:
        spike = bytearray(size << 20)
        time.sleep(0.4)
        forked = bytearray(4_000_000)
        os._exit(0)
    print(child, os.waitpid(child, 0)[1], flush=True)
""",
    )
    assert ended.returncode == 0 and ended.stderr.startswith("heapprof: nothing was recorded"), ended.stderr
    assert ended.stderr.endswith("; there are 2 captures of child processes\n") and ended.stderr.count("\n") == 1
    first, small, large = ended.stdout.splitlines()
    assert first == "0" and small.endswith(" 0") and large.endswith(" 0")
    found = sorted(path.name for path in python.folder.glob("out.*.hpm"))
    assert f"out.{large.split()[0]}.hpm" in found and len(found) == 2, found
    python.run(f"""
        for name in {found}:
            r = heapprof.read(os.path.join({str(python.folder)!r}, name))
            size = 4_000_000 if name == "out.{large.split()[0]}.hpm" else 3_000_000
            assert size <= r.peak().totalUsage() < size + 300_000, (name, r.peak().totalUsage())
            assert len(heapprof.readRun(r.filebase).members) == 2
    """)


def test_the_captures_of_children_are_one_run_with_that_of_the_first_process(python):
    ended = run(
        python,
        ["--when-resident", "150M"],
        """
import os, subprocess, sys, time
def grow():
    spike = bytearray(200 << 20)
    time.sleep(0.4)
    return [bytearray(1000) for _ in range(3000)]
if len(sys.argv) > 1:
    kept = grow()
    sys.exit()
child = os.fork()  # before its parent is recorded
if child == 0:
    kept = grow()
    os._exit(0)
os.waitpid(child, 0)
kept = grow()
child = os.fork()  # while it is
if child == 0:
    kept = grow()
    os._exit(0)
os.waitpid(child, 0)
subprocess.run([sys.executable, __file__, "x"], check=True)
""",
    )
    base = python.filebase
    assert ended.stderr == f"heapprof: recorded to {base}.hpm and {base}.hpd, and 3 captures of child processes\n"
    python.run("""
        run = heapprof.readRun(BASE)
        assert not run.problems and len(run.members) == 4, run.members
        root = next(m.reader for m in run.members if m.reader.filebase == BASE)
        assert root.ancestor() is None
        others = [m.reader for m in run.members if m.reader is not root]
        assert {r.ancestor()[0] for r in others} == {root.identity()}, [r.ancestor() for r in others]
    """)


def test_what_the_program_can_see_is_a_thread(python):
    program = """
import os, sys, threading
print(sys.argv, threading.active_count(), sorted(sys.modules) == sorted(set(sys.modules)), len(sys._current_frames()))
print(sorted(name for name in sys.modules if "heapprof" in name), sys.stdin.read())
"""
    plain = subprocess.run(
        [python.python, "-c", program], input="x", capture_output=True, text=True, env=python.environment()
    )
    waiting = run(python, ["-q", "--when-resident", "10G"], program, input="x")
    assert waiting.stdout.replace(str(python.folder / "program.py"), "-c") == plain.stdout
    assert waiting.stderr == ""


@pytest.mark.parametrize("words", [["--when-resident", "lots"], ["--for", "0"], ["--until-fall", "1X"]])
def test_mistakes_are_told(python, words):
    ended = run(python, words, "print('ran')")
    assert ended.returncode == 2 and words[0] in ended.stderr and ended.stdout == ""


def test_a_restarted_program_replaces_nothing(python):
    ended = run(
        python,
        ["--when-growth", "30M", "-o", "cap"],
        """
import os, sys, time
os.makedirs("sub", exist_ok=True)
spike = bytearray(60 << 20)
time.sleep(0.4)
kept = [bytearray(1000) for _ in range(1000)]
if len(sys.argv) == 1:
    os.chdir("sub")
    os.execv(sys.executable, [sys.executable, "../program.py", "again"])
""",
    )
    assert ended.returncode == 0, ended.stderr
    assert len(list(python.folder.glob("cap*.hpm"))) == 2 and not list(python.folder.glob("sub/*.hpm"))


@pytest.mark.parametrize("grows", [True, False])
def test_a_restarted_program_says_what_became_of_it(python, grows):
    ended = run(
        python,
        ["--when-growth", "30M", "-o", "cap"],
        f"""
import os, sys, time
print(os.getpid(), flush=True)
if len(sys.argv) == 1 or {grows}:
    spike = bytearray(60 << 20)
    time.sleep(0.4)
    kept = [bytearray(1000) for _ in range(1000)]
if len(sys.argv) == 1: os.execv(sys.executable, [sys.executable, "program.py", "again"])
""",
    )
    assert ended.returncode == 0, ended.stderr
    base, pid = python.folder / "cap", ended.stdout.split()[0]
    earlier = f"recorded to {base}.hpm and {base}.hpd"
    if grows:
        later = f" and, since the program restarted itself, to {base}.{pid}.hpm and {base}.{pid}.hpd"
        assert ended.stderr == f"heapprof: {earlier}{later}\n"
    else:
        assert ended.stderr.startswith("heapprof: nothing was recorded of this process: resident memory reached ")
        assert ended.stderr.endswith(f"; before it restarted itself, {earlier}\n") and ended.stderr.count("\n") == 1


def test_growth_counts_from_the_start_of_the_program(python):
    for _ in range(5):
        ended = run(python, ["--when-growth", "40M", "-q"], "spike = bytearray(60 << 20); import time; time.sleep(0.3)")
        assert ended.returncode == 0
        (python.folder / "out.hpm").unlink()


@pytest.mark.parametrize("options", [["--for", "0.6s"], ["--when-growth", "30M"], ["--until-fall", "1M"]])
def test_a_program_may_end_slowly(python, options):
    """The end of the interpreter is not the end of the process, nor of the thread that waits."""
    library = python.compile(
        "late",
        """
        #include <stdlib.h>
        #include <unistd.h>
        static void late(void) { sleep(1); }
        __attribute__((constructor)) static void begin(void) { atexit(late); }
        """,
    )
    program = f"import ctypes; ctypes.CDLL({library!r}); kept = bytearray(20 << 20); del kept"
    assert run(python, ["-q", *options], program).returncode == 0


def test_a_recording_of_the_programs_own_is_left_alone(python):
    ended = run(
        python,
        ["--for", "0.5s"],
        """
import heapprof, os, sys, time
heapprof.stop()
heapprof.start(sys.argv[0] + ".mine")
time.sleep(1)
kept = [bytearray(1000) for _ in range(1000)]
assert heapprof.isProfiling()
""",
    )
    assert ended.returncode == 0, ended.stderr


def test_counting_requests_waits_for_nothing(python):
    assert run(python, ["--stats", "--for", "1s"], "pass").returncode == 2


def test_a_place_that_cannot_be_used_is_said_at_once(python):
    command = [python.python, "-m", "heapprof", "-o", "missing/out", "--when-resident", "1G", "-c", "print('runs')"]
    ended = subprocess.run(command, capture_output=True, text=True, env=python.environment(), cwd=python.folder)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (f"heapprof: cannot record to '{python.folder}/missing/out': No such file or directory\n")


def test_a_place_that_is_gone_when_it_comes_to_that(python):
    gone, instead = python.folder / "gone", python.folder / "instead"
    gone.mkdir()
    instead.mkdir()
    program = f"import os, time; os.rmdir({str(gone)!r}); print(os.getpid())\n" + SPIKE.replace("early", "first")
    options = ["-o", f"{gone}/out", "--output-dir-fallback", str(instead), "--when-resident", "150M", "--sample", "{}"]
    ended = run(python, options, program)
    place = f"{instead}/out.{ended.stdout.strip()}"
    assert ended.returncode == 0 and f"records to {place}.hpm instead" in ended.stderr, ended.stderr
    assert len(python.read(place).events) > 20_000
