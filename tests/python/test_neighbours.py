"""Other things that hook, interrupt or run at odd moments in the same process."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("rate", ["{}", "1000", "{100: 0.5}"])
def test_tracemalloc_before_and_after(python, rate):
    python.run(f"""
        import tracemalloc
        def work(n): return [bytes(n) for _ in range(100)]
        for round in range(3):
            # Ours inside theirs, theirs inside ours, and taken away in every order.
            tracemalloc.start(5); heapprof.start(BASE, {rate}); a = work(5001); heapprof.stop(); tracemalloc.stop()
            heapprof.start(BASE, {rate}); tracemalloc.start(); b = work(5002); tracemalloc.stop(); heapprof.stop()
            tracemalloc.start(); heapprof.start(BASE, {rate}); c = work(5003); tracemalloc.stop(); d = work(5004); heapprof.stop()
            heapprof.start(BASE, {rate}); tracemalloc.start(); e = work(5005); heapprof.stop(); work(100)
            heapprof.start(BASE + "-again", {rate}); f = work(5006)
            taken = sum(s.size for s in tracemalloc.take_snapshot().statistics("filename"))
            assert taken > 1_000_000
            heapprof.stop(); tracemalloc.stop()
            heapprof.start(BASE + "-{rate[0]}", {{}} if round % 2 else {rate}); g = work(5007); heapprof.stop()
            del a, b, c, d, e, f, g
        heapprof.start(BASE, {{}})
        last = work(6000)
        heapprof.stop()
    """)
    capture = python.read()
    assert len([e for e in capture.live().values() if e.size == 6033]) == 100
    again = python.read(python.filebase + "-again")
    count = len([e for e in again.live().values() if e.size == 5039])
    assert count == 100 if rate[0] == "{" else count > 80


def test_a_gap_in_our_hooks(python):
    """tracemalloc.stop() puts back what it found, without us: the blocks freed meanwhile are found out later."""
    python.run("""
        import tracemalloc
        tracemalloc.start()
        heapprof.start(BASE, {})
        kept = [bytes(100) for _ in range(5000)]
        tracemalloc.stop()
        del kept
        more = [bytes(100) for _ in range(5000)]
        heapprof.stop()
    """)
    python.read()


def test_signal_handlers_finalizers_and_gc_callbacks_that_allocate(python):
    python.run("""
        import gc, signal, weakref
        kept = []
        class Loud:
            def __init__(self): self.me = self; self.data = [object() for _ in range(5)]
            def __del__(self): kept.append(bytes(500)); kept.append([Quiet() for _ in range(3)])
        class Quiet: pass
        gc.callbacks.append(lambda phase, info: kept.append(bytes(600)))
        count = 0
        def onSignal(*_):
            global count
            count += 1
            kept.append(bytes(700)); kept.extend([object() for _ in range(10)])
        signal.signal(signal.SIGALRM, onSignal)
        heapprof.start(BASE, {})
        signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
        gc.set_threshold(50)
        for i in range(8000):
            loud = Loud()
            q = Quiet(); r = weakref.ref(q, lambda _: kept.append(bytes(800))); q = None
            if i % 100 == 0: kept.clear()
        signal.setitimer(signal.ITIMER_REAL, 0)
        heapprof.stop()
        assert count > 10
    """)
    capture = python.read()
    assert {533, 633, 733, 833} <= {e.size for e in capture.events}


def test_weak_references_to_code_that_dies(python):
    python.run("""
        import weakref
        kept, watched = [], []
        heapprof.start(BASE, {})
        for i in range(3000):
            space = {}
            exec(f"def f{i}(x=None): return [x, object()]", space)
            f = space[f"f{i}"]
            watched.append(weakref.ref(f.__code__, lambda _: kept.append([bytes(900), object()])))
            f(); del f, space
            kept[:-50] = []
        heapprof.stop()
    """)
    capture = python.read()
    stacks = {tuple(f.name for f in capture.traces[e.trace].frames) for e in capture.events if e.size == 933}
    assert stacks and all(s[-1] == "<lambda>" and s[0] == "<module>" for s in stacks)


@pytest.mark.parametrize("rate", ["{}", "3000", "{64: 0.1, 512: 0.5}"])
def test_hundreds_of_starts_and_stops_under_threads(python, rate):
    python.run(f"""
        import ctypes, random, threading, time
        raw = ctypes.CDLL(None)
        raw.PyMem_RawMalloc.restype = ctypes.c_void_p
        raw.PyMem_RawMalloc.argtypes = [ctypes.c_size_t]
        raw.PyMem_RawFree.argtypes = [ctypes.c_void_p]
        running = True
        def churn():
            kept = []
            while running:
                kept.append([object(), bytes(random.randrange(2000)), {{1: 2}}])
                if len(kept) > 300: del kept[:200]
        def withoutGil():
            blocks = []
            while running:
                blocks.append(raw.PyMem_RawMalloc(random.randrange(1, 3000)))
                if len(blocks) > 100: raw.PyMem_RawFree(blocks.pop(random.randrange(100)))
            for b in blocks: raw.PyMem_RawFree(b)
        def shortLived():
            while running:
                t = threading.Thread(target=lambda: [bytes(100) for _ in range(50)]); t.start(); t.join()
        threads = [threading.Thread(target=f) for f in (churn, churn, withoutGil, withoutGil, shortLived)]
        for t in threads: t.start()
        sys.setswitchinterval(0.0001)
        for i in range(300):
            heapprof.start(BASE, {rate})
            marker = [bytes(4000 + i) for _ in range(3)]
            if i % 50 == 0: time.sleep(0.05)
            heapprof.stop()
        running = False
        for t in threads: t.join()
        print("done")
    """)
    python.read()


def test_many_threads_do_not_accumulate(python):
    python.run("""
        import resource, threading
        def work(): return [object() for _ in range(20)]
        heapprof.start(BASE, {})
        for i in range(3000):
            t = threading.Thread(target=work); t.start(); t.join()
            if i == 500: before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        heapprof.stop()
        assert after - before < 20_000, (before, after)
    """)
    assert len(python.read().threads) >= 3000


def test_limited_address_space(python):
    python.run("""
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))
        heapprof.start(BASE, {})
        kept = [bytes(1000) for _ in range(50_000)]
        try:
            bytes(1 << 30)
        except MemoryError:
            kept.append(bytes(2000))
        heapprof.stop()
    """)
    assert 2033 in {e.size for e in python.read().live().values()}


def test_subinterpreters_do_not_crash(python):
    if python.version >= (3, 8):
        module = "_interpreters" if python.version >= (3, 13) else "_xxsubinterpreters"
        run = "one = interpreters.create(); interpreters.run_string(one, code); interpreters.destroy(one)"
    else:
        module, run = "_testcapi", "interpreters.run_in_subinterp(code)"
    python.run(f"""
        import {module} as interpreters
        heapprof.start(BASE, {{}})
        for i in range(5):
            code = "def inside(): return [bytes(5000) for _ in range(10)]\\nx = inside()"
            {run}
        heapprof.stop()
    """)
    capture = python.read()
    names = {capture.traces[e.trace].frames[-1].name for e in capture.events if e.kind == "alloc" and e.size == 5033}
    assert names <= {"inside", python.name("inside.<locals>.<listcomp>")} and names


def test_a_subinterpreter_may_import_it_first(python):
    """From 3.12 on it has a GIL of its own, and what would change the recording is refused there."""
    if python.version < (3, 8):
        pytest.skip("nothing to make one with")
    module = "_interpreters" if python.version >= (3, 13) else "_xxsubinterpreters"
    inside = f"""
        import sys
        sys.path[:] = PATHS
        import heapprof
        @heapprof.label(job="inner")
        def work(): return [bytes(5000) for _ in range(100)]
        with heapprof.phase("inner"): kept = work()
        heapprof.mark("inner")
        heapprof.stop()
        try: heapprof.start({python.filebase + ".inner"!r})
        except RuntimeError as error: assert "a GIL of its own" in str(error), error
        else:
            assert sys.version_info < (3, 12)
            heapprof.stop()
    """
    python.run(f"""
        import textwrap
        import {module} as interpreters
        inside = textwrap.dedent({inside!r}).replace("PATHS", repr(sys.path))
        def inner():
            one = interpreters.create()
            problem = interpreters.run_string(one, inside)
            assert problem is None, problem
            interpreters.destroy(one)
        del sys.modules["heapprof"]
        for name in [each for each in sys.modules if each.startswith("heapprof.")]: del sys.modules[name]
        inner()
        import heapprof
        heapprof.start(BASE, {{}})
        if sys.version_info >= (3, 12): inner()
        kept = bytes(700_000)
        heapprof.stop()
    """)
    sizes = {e.size for e in python.read().live().values()}
    assert 700_033 in sizes


def test_closed_standard_streams(python):
    python.run("""
        for fd in 0, 1, 2: os.close(fd)
        heapprof.start(BASE, {})
        for fd in 0, 1, 2:
            try: os.fstat(fd)
            except OSError: pass
            else: os._exit(7)
        kept = bytes(100_000)
        heapprof.stop()
        os._exit(0)
    """)
    python.read()
