"""Estimates are unbiased: the same allocations, recorded many times with other random numbers, average to the truth."""

from __future__ import annotations

import math

import pytest

PROGRAM = """
    import ctypes, json
    rate = eval(sys.argv[1])
    def work(keep):
        for i in range(3000):
            keep.append(bytes(i % 900))
        for i in range(60):
            keep.append(bytes(20_000 + i))
        buffer = bytearray(10)
        for i in range(200):
            buffer += bytes(100)
        keep.append(buffer)
    for i in range(int(sys.argv[2])):
        keep = []
        heapprof.start(BASE + str(i), rate)
        work(keep)
        heapprof.stop()
        keep = None
    heapprof.start(BASE + "truth", {})
    keep = []
    work(keep)
    heapprof.stop()
"""
RUNS = 120


@pytest.mark.parametrize("rate", ["20_000", "{300: 0.01, 600: 0.3, 30_000: 0.5}"])
def test_unbiased_with_honest_intervals(python, rate):
    """Chance alone fails one such check in a few hundred: a first failure is tried again, with other random numbers."""
    try:
        check_estimates(python, rate)
    except AssertionError:
        check_estimates(python, rate)


def check_estimates(python, rate):
    python.run(PROGRAM, rate, str(RUNS))
    truth = python.read(python.filebase + "truth").live().values()
    for select in (lambda size: True, lambda size: size < 300, lambda size: size > 20_000):
        expected = sum(e.size for e in truth if select(e.size))
        expectedBlocks = sum(1 for e in truth if select(e.size))
        totals, blocks, inside = [], [], 0
        variance = 0.0
        for i in range(RUNS):
            capture = python.read(python.filebase + str(i))
            live = [e.size for e in capture.live().values() if select(e.size)]
            total = sum(s / capture.probability(s) for s in live)
            own = sum(s * s * (1 - capture.probability(s)) / capture.probability(s) ** 2 for s in live)
            totals.append(total)
            blocks.append(sum(1 / capture.probability(s) for s in live))
            variance += own / RUNS
            inside += abs(total - expected) <= 1.96 * math.sqrt(own)
        mean = sum(totals) / RUNS
        error = math.sqrt(variance / RUNS)
        assert abs(mean - expected) < 3.3 * error, (mean, expected, error)
        spread = sum((t - mean) ** 2 for t in totals) / (RUNS - 1)
        assert 0.6 < spread / variance < 1.6
        meanBlocks = sum(blocks) / RUNS
        blockError = math.sqrt(sum((b - meanBlocks) ** 2 for b in blocks)) / RUNS
        assert abs(meanBlocks - expectedBlocks) < 3.5 * blockError
        if expected**2 / variance >= 15:
            assert inside >= 0.86 * RUNS


def test_threads_draw_independently(python):
    """One thread after the other, each on the stack and the thread-local storage of the one before."""
    python.run("""
        import threading
        def work(keep):
            for i in range(500): keep.append(bytes(1000))
        keeps = [[] for _ in range(64)]
        heapprof.start(BASE, 10_000)
        for keep in keeps:
            thread = threading.Thread(target=work, args=(keep,))
            thread.start()
            thread.join()
        heapprof.stop()
    """)
    capture = python.read()
    size = 1033  # bytes(1000) with its header
    probability = capture.probability(size)
    perThread = {}
    for event in capture.live().values():
        if event.size == size:
            thread = capture.traces[event.trace].thread
            perThread[thread] = perThread.get(thread, 0) + 1
    counts = list(perThread.values())
    assert len(counts) == 64
    variance = 500 * probability * (1 - probability)
    # Threads that drew alike would have (nearly) one count, and a mean that is off by as much as one thread's.
    assert 0.35 * variance < sum((n - 500 * probability) ** 2 for n in counts) / 64 < 2.2 * variance
    assert abs(sum(counts) / 64 - 500 * probability) < 5 * math.sqrt(variance / 64)


def test_readers_say_how_well_an_amount_is_known(python):
    python.run(
        """
        def load(n):
            return [bytes(50_000) for _ in range(n)]  #: load
        heapprof.start(BASE + "sampled", 65536)
        kept = load(2000)
        heapprof.stop()
        heapprof.start(BASE + "truth", {})
        more = load(20)
        heapprof.stop()
        """
    )
    program = f"""
        import math
        line = "{python.program}:{{}}".format({python.lines["load"]})
        r = heapprof.read(BASE + "truth")
        (used,), total = r.estimatesAt(r.elapsedTime(), [line])
        assert used.bytes >= 20 * 50_000 and used.error == total.error == 0
        assert used.least == used.bytes == used.greatest and total.bytes >= used.bytes
        assert used.share == used.bytes / total.bytes and used.shareError == 0
        r = heapprof.read(BASE + "sampled")
        (used, none), total = r.estimatesAt(r.elapsedTime(), [line, "nowhere.py:1"], cumulative=False)
        p = -math.expm1(-50_033 / 65536)
        blocks = round(used.bytes / 50_033 * p)
        assert abs(used.error / (50_033 * math.sqrt(blocks * (1 - p)) / p) - 1) < 0.02, used
        assert abs(used.greatest / used.bytes - math.exp(1.96 * used.error / used.bytes)) < 1e-9
        assert abs(used.least * used.greatest / used.bytes**2 - 1) < 1e-9
        assert abs(used.bytes / (2000 * 50_033) - 1) < 0.15, used  # 7 standard errors
        assert none == (0, 0, 0, none.greatest, 0, 0) and abs(none.greatest / 65536 - 3) < 0.01
        assert total.bytes >= used.bytes and total.error >= used.error
        assert total.share == 1 and total.shareError == 0
        assert used.share == used.bytes / total.bytes and 0 <= used.shareError < used.error / total.bytes
    """
    path = python.write(program, "reading.py")
    process = python.start(path)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
