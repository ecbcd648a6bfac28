"""gatherStats() counts every request by size."""

from __future__ import annotations

import pytest

LIBRARY = """
    import ctypes
    api = ctypes.pythonapi
    def function(name, result, *arguments):
        f = getattr(api, name)
        f.restype, f.argtypes = result, arguments
        return f
    size, pointer = ctypes.c_size_t, ctypes.c_void_p
    def counts():
        return {c.greatest: c for c in heapprof.statistics().classes}
"""


@pytest.mark.parametrize("allocators", ["", "malloc", "debug"])
@pytest.mark.parametrize("domain", ["PyMem_Raw", "PyMem_", "PyObject_"])
def test_every_size_class_is_exact(python, domain, allocators):
    python.run(
        LIBRARY
        + f"""
    malloc = function("{domain}Malloc", pointer, size)
    calloc = function("{domain}Calloc", pointer, size, size)
    realloc = function("{domain}Realloc", pointer, pointer, size)
    free = function("{domain}Free", None, pointer)
    # Powers of two and their neighbours, up to what only address space can serve.
    powers = range(4, {16 if allocators == "debug" else 34})  # debug hooks write to all of it
    sizes = [0, 1, 2, 3, 4, 5, 8, 9] + [(1 << k) + d for k in powers for d in (-1, 0, 1)]
    heapprof.gatherStats()
    before = counts()
    for n in sizes:
        rounds = 1000 if n < 1 << 17 else 2
        for _ in range(rounds): block = malloc(n); free(block)
        for _ in range(rounds): block = calloc(1, n); free(block)
        block = malloc(n)
        for _ in range(rounds): block = realloc(block, n)
        free(block)
    after = counts()
    expected = {{}}
    for n in sizes:
        rounds = 1000 if n < 1 << 17 else 2
        greatest = 0 if n == 0 else 1 << (n - 1).bit_length()
        e = expected.setdefault(greatest, [0, 0, 0, 0])
        for i, more in enumerate((2 * rounds + 1, rounds, 2 * rounds + 1, (3 * rounds + 1) * n)): e[i] += more
    for greatest, e in expected.items():
        was = before.get(greatest, (0,) * 6)
        found = [after[greatest][i + 2] - was[i + 2] for i in range(4)]
        assert all(0 <= f - x for f, x in zip(found, e)), (greatest, found, e)
        if greatest > 512: assert all(f - x <= 20 for f, x in zip(found[:3], e)), (greatest, found, e)
        if greatest > 1 << 17: assert found == e, (greatest, found, e)
    heapprof.stop()
    """,
        env={"PYTHONMALLOC": allocators} if allocators else {},
    )
    assert "recommended: samplingRate=" in python.stderr


def test_the_table_adds_up(python):
    python.run("""
        heapprof.gatherStats()
        assert heapprof.isProfiling()
        for call in (lambda: heapprof.start(BASE)), heapprof.gatherStats:
            try: call()
            except RuntimeError as error: assert "already" in str(error)
            else: raise AssertionError
        kept = [bytes(i) for i in range(5000)]
        freed = len(kept); del kept
        heapprof.stop()
        heapprof.stop()
        assert not heapprof.isProfiling()
        s = heapprof.statistics()
        allocations, frees = sum(c.allocations for c in s.classes), sum(c.frees for c in s.classes)
        assert allocations - frees == s.liveBlocks and s.peakBytes >= 5000 * 4999 // 2 > s.liveBytes
        for c in s.classes:
            assert c.least <= c.bytes / max(1, c.allocations + c.reallocations) <= c.greatest or not c.allocations, c
        more = [bytes(3_000_000)]
        assert heapprof.statistics() == s
        heapprof.start(BASE, {})
        more = bytes(700_000)
        heapprof.stop()
    """)
    lines = python.stderr.splitlines()
    assert lines[0].split() == ["Size", "Count", "Reallocs", "Frees", "Bytes"]
    numbers = [[int(word.replace(",", "")) for word in line.split()[-4:]] for line in lines[1:-2]]
    assert [sum(column) for column in zip(*numbers[:-1], strict=True)] == numbers[-1]
    assert not [line for line in lines if "3,000,000" in line]
    assert 700_033 in {e.size for e in python.read().live().values()}


def test_what_it_recommends(python):
    python.run("""
        import io, time
        heapprof.gatherStats(eventsPerSecond=5000)
        kept = []
        until = time.monotonic() + 1
        while time.monotonic() < until:
            kept.append([bytes(i % 3000) for i in range(100)])
            if len(kept) > 50: kept.clear()
        s = heapprof.statistics()
        rate = s.rateForEvents(5000)
        assert 0.5 * 5000 < s.eventsPerSecond(rate) <= 5000 * 1.3, (rate, s.eventsPerSecond(rate))
        by = s.rateForAccuracy(0.1, part=0.5)
        assert 0.85 * 0.01 * 0.5 * s.peakBytes <= by <= 0.01 * 0.5 * s.peakBytes
        assert s.rateForAccuracy(1e-6) == {} and s.eventsPerSecond({}) > s.eventsPerSecond(rate)
        for wrong in 0, -1, float("nan"), float("inf"):
            for call in s.rateForEvents, s.rateForAccuracy:
                try: call(wrong)
                except ValueError: pass
                else: raise AssertionError
        heapprof.stop()
        for wrong in {"accuracy": 0}, {"eventsPerSecond": -1}:
            try: heapprof.gatherStats(**wrong)
            except ValueError: assert not heapprof.isProfiling()
            else: raise AssertionError
    """)
    assert "at most 5,000 events/s" in python.stderr


def test_threads_and_children(python):
    python.run("""
        import threading, warnings
        warnings.simplefilter("ignore")  # of fork() with threads: what prints it allocates
        heapprof.gatherStats()
        def work():
            for i in range(20000): kept = [bytes(70_000 + i % 10), object()]
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads: thread.start()
        for i in range(30):
            child = os.fork()
            if child == 0:
                garbage = [bytes(70_000) for _ in range(10)]
                os._exit(heapprof.isProfiling())
            assert os.waitpid(child, 0)[1] == 0
        for thread in threads: thread.join()
        (found,) = [c for c in heapprof.statistics().classes if c.least == 65537]
        assert found.allocations == 80000 and 79_995 <= found.frees <= 80_000, found
    """)
    assert python.stderr.count("recommended") == 1  # at exit


def test_the_command_line(python):
    process = python.start("-m", "heapprof", "--stats", python.write("print('runs'); kept = bytes(3_000_000)"))
    out, err = process.communicate(timeout=60)
    assert out == "runs\n" and process.returncode == 0 and "2,097,153 - 4,194,304" in err
    assert not (python.folder / "hprof.hpm").exists()
