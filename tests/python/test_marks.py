"""What a recording holds besides allocations: resident memory, garbage collections, marks, threads."""

from __future__ import annotations

import os
import textwrap

import pytest


def test_resident_memory(python):
    out = python.run("""
        import time
        heapprof.start(BASE, {})
        kept = []
        until = time.monotonic() + 2.5
        while time.monotonic() < until:
            if len(kept) < 60: kept.append(bytearray(b"x" * 1_000_000))
            time.sleep(0.01)
            object()
        with open("/proc/self/statm") as file: now = int(file.read().split()[1]) * 4096
        heapprof.stop()
        r = heapprof.Reader(BASE)
        print(now, *[size for _, size in r.rss()])
        assert all(0 <= time <= 3 for time, _ in r.rss())
    """)
    now, first, *others = map(int, out.split())
    assert others and first < others[-1] - 30_000_000
    assert abs(others[-1] - now) < 10_000_000
    # 20 a second, while it moves five times as many, and of a jump both sides.
    assert 2 * 3 * 100 > len(python.read().resident) >= 2.5 * 20
    assert python.read().residentPeak >= now


def test_resident_memory_has_both_sides_of_a_jump_and_the_end(python):
    out = python.run("""
        import time
        def resident():
            with open("/proc/self/statm") as file: return int(file.read().split()[1]) * 4096
        time.sleep(0.02)
        heapprof.start(BASE)
        kept = [bytes(100_000) for _ in range(20)]
        time.sleep(0.3)
        heapprof.mark("low")
        low = resident()
        kept.append(b"x" * 100_000_000)
        heapprof.mark("high")
        high = resident()
        time.sleep(0.3)
        del kept
        end = resident()
        heapprof.stop()
        r = heapprof.Reader(BASE)
        low2, high2 = (mark.time for mark in r.marks() if mark.kind == "mark")
        before = [reading for reading in r.resident() if reading.time <= low2][-1]
        after = [reading for reading in r.resident() if reading.time <= high2][-1]
        assert r.resident()[-1].time > high2 + 0.3
        print(*(a + b for _, a, b in (before, after, r.resident()[-1])), low, high, end, r.residentPeak())
    """)
    *recorded, low, high, end, peak = map(int, out.split())
    assert all(abs(a - b) < 2_000_000 for a, b in zip(recorded, (low, high, end))), out
    assert high - 2_000_000 < peak < high + 20_000_000


def test_resident_memory_is_stated_without_the_profilers_own(python):
    program = """
        kept = [(i, i + 1) for i in range(1_000_000)]
        heapprof.mark("")
        print(int(open("/proc/self/statm").read().split()[1]) * 4096)
    """
    plain = int(python.run(program))
    python.run("heapprof.start(BASE, {})\n" + textwrap.dedent(program))
    _, resident, ofProfiler = python.read().resident[-1]
    assert ofProfiler > 15_000_000
    assert abs(resident - ofProfiler - plain) < 0.05 * plain, (resident, ofProfiler, plain)


def test_resident_memory_is_read_after_chroot_and_closed_descriptors(python):
    if os.geteuid() != 0:
        pytest.skip("needs root")
    python.run("""
        import time
        def grow():
            kept = []
            for i in range(20):
                kept.append(b"x" * 1_000_000)
                time.sleep(0.01)
            return kept
        heapprof.start(BASE)
        os.mkdir(BASE + "jail")
        os.chroot(BASE + "jail")
        kept = grow()
        heapprof.stop()
    """)
    values = [value for _, value, _ in python.read().resident]
    assert len(values) >= 10 and max(values) - min(values) > 15_000_000
    python.run("""
        import time
        heapprof.start(BASE)
        files = []
        os.closerange(3, 50)
        for _ in range(20): files.append(open(__file__))
        before = [os.fstat(file.fileno()).st_ino for file in files]
        kept = [b"x" * 1_000_000 for _ in range(20) if not time.sleep(0.01)]
        assert [os.fstat(file.fileno()).st_ino for file in files] == before and all(f.tell() == 0 for f in files)
        heapprof.stop()
        values = [value for _, value in heapprof.Reader(BASE).rss()]
        assert len(values) >= 10 and max(values) - min(values) > 15_000_000, values
    """)


def test_garbage_collections(python):
    python.run("""
        import gc, time
        gc.disable()
        before = list(gc.callbacks)
        class Slow:
            def __del__(self): time.sleep(0.05)
        seen = []
        def allocating(phase, info): seen.append([object() for _ in range(1000)])
        gc.callbacks.append(allocating)
        heapprof.start(BASE, {})
        gc.collect(0)
        slow = Slow(); slow.me = slow; del slow
        gc.collect()
        gc.collect(1)
        heapprof.stop()
        assert gc.callbacks == before + [allocating]
        gc.collect()
        found = heapprof.Reader(BASE).collections()
        assert [generation for _, generation, _ in found] == [0, 2, 1], found
        durations = [duration for _, _, duration in found]
        assert 0.05 <= durations[1] < 5 and durations[0] < 0.05 and durations[2] < 0.05, durations
        heapprof.start(BASE + "2")
        assert len(gc.callbacks) == len(before) + 2
    """)
    assert [generation for _, generation, _ in python.read().collections] == [0, 2, 1]


def test_collections_of_busy_threads(python):
    python.run("""
        import gc, threading
        gc.set_threshold(50)
        gc.callbacks.append(lambda phase, info: [object() for _ in range(20)])
        worked, collected = threading.Barrier(5), threading.Barrier(5)
        def work():
            for i in range(3000):
                cycle = [[] for _ in range(10)]
                cycle.append(cycle)
            worked.wait()
            collected.wait()
        heapprof.start(BASE, {})
        threads = [threading.Thread(target=work, name=f"wörker {i}") for i in range(4)]
        for thread in threads: thread.start()
        worked.wait()
        gc.collect()  # while one collects and waits for the GIL, others may work and never see a collection end
        collected.wait()
        for thread in threads: thread.join()
        heapprof.stop()
    """)
    capture = python.read()
    assert len(capture.collections) > 100
    assert {name for _, name in capture.threads.values()} == {"MainThread", *(f"wörker {i}" for i in range(4))}


def test_marks_and_phases(python):
    python.run("""
        import threading
        heapprof.mark("not recorded")
        heapprof.start(BASE, {})
        heapprof.mark("loaded")
        with heapprof.phase("träin"):
            first = bytes(300_000)
            with heapprof.phase("epoch \\udc80"):
                heapprof.mark("")
            try:
                with heapprof.phase("fails"): 1 / 0
            except ZeroDivisionError: pass
        @heapprof.phase("in a thread")
        def work(): return bytes(200_000)
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        heapprof.mark("x" * 100_000)
        for wrong in (None, b"x", 5):
            for call in heapprof.mark, heapprof.phase:
                try: call(wrong)
                except TypeError: pass
                else: raise AssertionError
        heapprof.stop()
        heapprof.mark("not recorded")
        with heapprof.phase("not recorded"): pass
        marks = [mark for mark in heapprof.Reader(BASE).marks() if mark.kind != "thread"]
        assert [(mark.kind, mark.text[:20]) for mark in marks] == [
            ("mark", "loaded"), ("begin", "träin"), ("begin", "epoch \\udc80"), ("mark", ""), ("end", "epoch \\udc80"),
            ("begin", "fails"), ("end", "fails"), ("end", "träin"), ("begin", "in a thread"), ("end", "in a thread"),
            ("mark", "x" * 20)], marks
        assert all(0 <= mark.time < 60 for mark in marks) and len(marks[-1].text) > 30_000
        assert marks[0].value == 1 and marks[8].value == marks[9].value == 2
        (main, other) = [mark for mark in heapprof.Reader(BASE).marks() if mark.kind == "thread"]
        assert main.text == "MainThread" and other.text == thread.name and other.value == getattr(thread, "native_id", other.value), other
    """)
    capture = python.read()
    begin, end = [mark.position for mark in capture.marks if mark.text == "träin"]
    (first,) = [i for i, e in enumerate(capture.events) if e.kind == "alloc" and e.size == 300_033]
    assert begin <= first < end


def test_a_phase_is_no_decorator_of_what_runs_later(python):
    out = python.run("""
        def generator(): yield
        async def coroutine(): pass
        async def asynchronous(): yield
        for function in generator, coroutine, asynchronous:
            try: heapprof.phase("x")(function)
            except TypeError as error: print("with heapprof.phase()" in str(error))
    """)
    assert out.split() == ["True"] * 3


def test_the_instant_of_a_mark_parts_what_came_before_from_what_follows(python):
    python.run("""
        heapprof.start(BASE, {})
        kept = []
        for i in range(50):
            kept.append(bytes(1_000_000))
            heapprof.mark(str(i))
            kept.append(bytes(10_000_000))
        heapprof.stop()
        r = heapprof.read(BASE)
        for mark in r.marks():
            if mark.kind != "mark": continue
            expected = 1_000_033 * (int(mark.text) + 1) + 10_000_033 * int(mark.text)
            live = sum(r.snapshotAt(mark.time).usage.values())
            assert expected <= live < expected + 500_000, (mark, live - expected)
    """)


def test_the_first_event_of_a_child_may_be_a_mark(python):
    out = python.run("""
        heapprof.start(BASE)
        child = os.fork()
        if child == 0:
            with heapprof.phase("child"): pass
            os._exit(0)
        os.waitpid(child, 0)
        print(child)
    """)
    capture = python.read(python.filebase + "." + out.strip())
    assert [(mark.kind, mark.text) for mark in capture.marks] == [(1, "child"), (2, "child")]
    assert not [mark for mark in python.read().marks if mark.text]


def test_marks_of_a_growing_recording(python):
    process = python.start(
        python.write("""
        heapprof.start(BASE, {})
        heapprof.mark("here")
        print("ready", flush=True)
        import time; time.sleep(60)
    """)
    )
    try:
        assert process.stdout.readline() == "ready\n"
        assert [mark.text for mark in python.read().marks] == ["here"]
    finally:
        process.kill()
        process.communicate()


def test_names_of_threads(python):
    python.run("""
        import threading, _thread, time
        done = threading.Barrier(4)
        def work():
            kept = bytes(200_000)
            done.wait()
        class Odd(threading.Thread):
            def __getattr__(self, name): raise SystemError(name)
        heapprof.start(BASE, {})
        threads = [threading.Thread(target=work, name="plain"), Odd(target=work, name="odd \\udc80")]
        for thread in threads: thread.start()
        _thread.start_new_thread(work, ())
        time.sleep(0.2)
        heapprof.mark("now")
        done.wait()
        for thread in threads: thread.join()
        later = threading.Thread(target=lambda: (bytes(300_000), time.sleep(0.2)), name="later")
        later.start()
        time.sleep(0.1)
        heapprof.stop()
    """)
    names = [name for _, name in python.read().threads.values()]
    assert names[0] == "MainThread" and {"plain", "later"} <= set(names) and len(names) == 5
