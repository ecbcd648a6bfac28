"""maxBytes, pause() and resume(), and starting anew."""

from __future__ import annotations

import glob
import os
import resource
import subprocess

import pytest


def total(filebase):
    return os.path.getsize(filebase + ".hpm") + os.path.getsize(filebase + ".hpd")


@pytest.mark.parametrize("limit", [1 << 18, 2_000_000])
def test_a_limit_while_threads_hammer(python, limit):
    python.run(f"""
        import gc, threading, time
        callbacks = list(gc.callbacks)
        heapprof.start(BASE, {{}}, maxBytes={limit})
        def largest(): return sum(os.stat(BASE + ending).st_blocks * 512 for ending in (".hpm", ".hpd"))
        def work(name):
            scope = {{}}
            for i in range(300_000):
                kept = [object(), bytes(300 + i % 5000)]
                if i % 100 == 0: exec(f"def f{{name}}_{{i}}(): return [object()]\\nf{{name}}_{{i}}()", scope)
                if not heapprof.isProfiling() and i % 1000 == 0: break
        threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
        for thread in threads: thread.start()
        while any(thread.is_alive() for thread in threads):
            assert largest() <= {limit}, largest()
            time.sleep(0.02)
        assert not heapprof.isProfiling()
        for i in range(1000): pass  # pending calls run
        assert gc.callbacks == callbacks
        heapprof.stop()
        assert heapprof.Reader(BASE).ending() == "limit"
        heapprof.start(BASE + "2", {{}})
        kept = bytes(700_000)
        heapprof.stop()
        assert heapprof.Reader(BASE + "2").ending() == "stop"
    """)
    capture = python.read()
    assert capture.end[1] == 2 and capture.openBlocks == 0
    assert not [e for e in capture.events if e.kind == "lost"]
    assert 0.3 * limit < total(python.filebase) <= limit
    assert python.stderr == ""
    assert 700_033 in {e.size for e in python.read(python.filebase + "2").live().values()}


def test_a_limit_that_is_not_reached(python):
    python.run("""
        heapprof.start(BASE, {}, maxBytes=10_000_000)
        kept = bytes(700_000)
        heapprof.stop()
    """)
    assert python.read().end[1] == 0


def everything(folder):
    """What all captures there take on the disk."""
    return sum(os.stat(path).st_blocks * 512 for path in glob.glob(os.path.join(folder, "out*.hp?")))


@pytest.mark.parametrize("residentEvery", [0.05, None])
def test_a_limit_is_for_all_processes_together(python, residentEvery):
    python.run(f"""
        heapprof.start(BASE, {{}}, maxBytes=1 << 20, residentEvery={residentEvery})
        for number in range(3):
            child = os.fork()
            if child == 0:
                while heapprof.isProfiling(): object(), bytes(1000)
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
        print(child)
        while heapprof.isProfiling(): object(), bytes(1000)
    """)
    assert python.read().end[1] == 2
    assert 500_000 < everything(python.folder) <= 1 << 20
    assert python.stderr == ""


def test_a_limit_holds_for_workers_that_come_and_go(python):
    program = python.write("""
        for number in range(300):
            child = os.fork()
            if child == 0:
                kept = [bytes(1000) for _ in range(100)]
                os._exit(0)
            os.waitpid(child, 0)
    """)
    process = python.start("-m", "heapprof", "-o", "out", "--sample", "{}", "--max-bytes", "512K", program)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0 and err.count("\n") == 1 and "--max-bytes" in err, err
    assert everything(python.folder) <= 512 << 10
    files = glob.glob(python.filebase + ".*.hp?")
    assert 20 < len(files) < 300 and len(files) % 2 == 0


@pytest.mark.parametrize("where", ["beside others", "as process 1"])
@pytest.mark.parametrize("begin", [[], ["--when-resident", "1M"]])
def test_a_limit_holds_for_interpreters_that_are_started(python, where, begin):
    """Also where nothing watches them, and when each begins to record for itself."""
    program = python.write("""
        import subprocess, time
        time.sleep(0.3)  # as long as a trigger takes
        for number in range(4):
            code = "import time; end = time.time() + 0.4\\nwhile time.time() < end: object(), bytes(1000)"
            subprocess.run([sys.executable, "-c", code], check=True)
    """)
    command = [python.python, "-m", "heapprof", "-o", "out", "--sample", "{}", "--max-bytes", "1M", *begin, program]
    if where == "as process 1":
        command[:0] = ["unshare", "--pid", "--fork", "--mount-proc"]
        if subprocess.run([*command[:4], "true"], stderr=subprocess.DEVNULL).returncode != 0:
            pytest.skip("this user may not make a name space of processes")
    run = subprocess.run(
        command, env=python.environment(), cwd=python.folder, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0 and "--max-bytes" in run.stderr, run.stderr
    assert 500_000 < everything(python.folder) <= 1 << 20


def test_a_short_capture_that_never_ended_is_small(python):
    python.run("heapprof.start(BASE, {}); kept = bytes(1000); os._exit(0)")
    assert everything(python.folder) <= 6 * 4096
    assert python.read().traces


def test_the_command_line_says_that_it_ended(python):
    program = python.write("for i in range(400_000): kept = [object(), bytes(i % 3000)]")
    for limit, status, words in [("1M", 0, "--max-bytes"), ("1", 2, "less than"), ("x", 2, "'x'"), ("5Q", 2, "'5Q'")]:
        process = python.start("-m", "heapprof", "-o", "out", "--sample", "{}", "--max-bytes", limit, program)
        out, err = process.communicate(timeout=60)
        assert process.returncode == status and words in err, err
    assert python.read().end[1] == 2 and total(python.filebase) <= 1 << 20


def test_wrong_limits(python):
    python.run("""
        for kind, value in (ValueError, 0), (ValueError, -1), (ValueError, 1000), (TypeError, 1e9), (TypeError, True):
            try: heapprof.start(BASE, maxBytes=value)
            except kind as error: assert "maxBytes" in str(error)
            else: raise AssertionError(value)
        heapprof.start(BASE, maxBytes=10**30)
    """)


@pytest.mark.parametrize("rate", ["{}", "{4000: 0.0}"])
def test_pause_and_resume(python, rate):
    python.run(f"""
        heapprof.pause(); heapprof.resume()
        heapprof.start(BASE, {rate})
        before = bytearray(500_000)
        freed = bytes(510_000)
        grown = bytearray(520_000)
        heapprof.pause()
        heapprof.pause()
        assert heapprof.isProfiling()
        within = bytes(600_000)
        del freed
        grown.extend(bytes(100_000))
        heapprof.mark("paused")
        heapprof.resume()
        heapprof.resume()
        after = bytes(700_000)
        del within
        heapprof.stop()
        kinds = [mark.kind for mark in heapprof.Reader(BASE).marks() if mark.kind != "thread"]
        assert kinds == ["pause", "mark", "resume"], kinds
    """)
    capture = python.read()
    alive = sorted(e.size for e in capture.live().values() if e.size >= 500_000)
    assert alive == [python.heldBy(500_000), 700_033]
    assert not [e for e in capture.events if 600_000 <= e.size < 700_000]
    assert sum(e.kind == "free" and e.size in (510_033, python.heldBy(520_000)) for e in capture.events) == 2


def test_pause_and_resume_while_threads_work(python):
    python.run("""
        import random, threading, time
        running = True
        def work():
            kept = []
            while running:
                kept.append([bytes(random.randrange(4000)), object()])
                if len(kept) > 500: del kept[:250]
        threads = [threading.Thread(target=work) for _ in range(4)]
        heapprof.start(BASE, {})
        for thread in threads: thread.start()
        for i in range(100):
            time.sleep(0.002)
            (heapprof.pause, heapprof.resume)[i % 2]()
        running = False
        for thread in threads: thread.join()
        heapprof.stop()
    """)
    capture = python.read()
    marks = [mark for mark in capture.marks if mark.kind in (3, 4)]
    assert [mark.kind for mark in marks] == [3, 4] * 50
    freed = 0
    for begin, end in zip(marks[::2], marks[1::2], strict=True):
        between = capture.events[begin.position : end.position]
        assert not [e for e in between if e.kind == "alloc"]
        freed += len(between)
    assert freed > 100


def test_a_child_of_a_paused_program_is_paused(python):
    out = python.run("""
        heapprof.start(BASE, {})
        heapprof.pause()
        children = []
        for i in range(3):
            children.append(os.fork())
            if children[-1] == 0:
                within = bytes(600_000)
                if i == 1: heapprof.mark("here")
                if i: heapprof.resume()
                after = bytes(700_000)
                os._exit(0)
            os.waitpid(children[-1], 0)
        print(*children)
    """)
    silent, marked, resumed = out.split()
    assert not os.path.exists(f"{python.filebase}.{silent}.hpm")
    for child, kinds in (marked, [3, 0, 4]), (resumed, []):
        capture = python.read(f"{python.filebase}.{child}")
        assert [mark.kind for mark in capture.marks] == kinds
        assert [e.size for e in capture.live().values() if e.size >= 600_000] == [700_033]


def test_starting_again(python):
    python.run("""
        for i in range(3):
            heapprof.start(BASE, {}, maxBytes=1_000_000)
            kept = bytes(500_000 + i)
            heapprof.pause()
            heapprof.stop()
    """)
    capture = python.read()
    assert [e.size for e in capture.live().values() if e.size >= 500_000] == [500_035]


def allowing(descriptors):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))


@pytest.mark.parametrize("options", [[], ["--native", "--sample", "{}"], ["--when-resident", "1"]], ids=" ".join)
def test_a_program_that_may_need_all_descriptors_is_not_recorded(python, options):
    path = python.folder / "program.py"
    path.write_text("import json\nprint(len([bytes(1000) for _ in range(300)]))\n")
    for descriptors in 5, 6, 7, 8, 12, 31:
        plain = python.start(str(path), preexec_fn=allowing(descriptors))
        assert plain.communicate(timeout=60) == ("300\n", "")
        words = ["-m", "heapprof", "-q", "-o", "out", *options, str(path)]
        process = python.start(*words, preexec_fn=allowing(descriptors))
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, "300\n"), (descriptors, err)
        assert err.count("\n") == 1 and f"process {process.pid} is not recorded: fewer than 32" in err, err
    assert [entry.name for entry in python.folder.iterdir()] == ["program.py"]


def test_a_program_with_few_descriptors_finds_them_as_without_us(python):
    path = python.folder / "program.py"
    path.write_text("import os\nprint([os.open('/', os.O_RDONLY) for _ in range(16)])\n")
    plain = python.start(str(path), preexec_fn=allowing(32)).communicate(timeout=60)
    words = ["-m", "heapprof", "-q", "-o", "out", "--native", "--sample", "{}", str(path)]
    assert python.start(*words, preexec_fn=allowing(32)).communicate(timeout=60) == plain
    assert python.read().traces


def test_a_process_that_leaves_itself_few_descriptors(python):
    python.run("""
        import resource
        heapprof.start(BASE, {})
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (6, hard))
        child = os.fork()
        if child == 0:
            kept = [bytes(1000) for _ in range(100)]
            for _ in range(3): os.open("/", os.O_RDONLY)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        heapprof.stop()
        for call, kind in (lambda: heapprof.start(BASE), RuntimeError), (heapprof.listen, OSError):
            try: call()
            except kind: pass
            else: raise AssertionError(kind)
        for _ in range(3): os.open("/", os.O_RDONLY)
    """)
    assert python.stderr.count("\n") == 1 and "is not recorded: fewer than 32" in python.stderr, python.stderr
    assert python.read().end[1] == 0
