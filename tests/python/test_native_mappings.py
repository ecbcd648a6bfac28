"""Mapped memory: what programs map counts, in whole and in part; what allocators map does not."""

from __future__ import annotations

from collections import Counter

import pytest
from native_unit import MAPPED, PRELUDE, SHARED, allocations, compiled, live


def test_mappings(python):
    path = compiled(python.folder)
    python.run(
        PRELUDE
        + """
unit = lib(sys.argv[1])
K = 4096
heapprof.start(BASE, {}, native=True)
unit.reserve(1000 * K)
a = unit.map(100 * K)
unit.unmap(a, 100 * K)
b = unit.map(110 * K - 5)
unit.unmap(b + 10 * K, 20 * K)  # 10 + 80 remain
c = unit.map(120 * K)
unit.unmap(c, 100 * K)  # 20 remains
d = unit.map(130 * K)
d = unit.remap(d, 130 * K, 131 * K, 1)
assert not unit.remap(d, 131 * K, 1 << 46, 0)
e = unit.map(140 * K)
unit.mapAt(e + 40 * K, 50 * K)  # 40 + 50 remain, and 50
f = unit.map(150 * K); g = unit.map(151 * K)
low, length = (f, 150) if f < g else (g, 151)
unit.unmap(min(f, g), 301 * K)  # they are neighbours, mostly
with open("/dev/zero", "rb") as zero:
    import mmap
    shared = mmap.mmap(-1, 160 * K)
    shared.write(b'x' * len(shared))
    untouched = mmap.mmap(-1, 170 * K)
    file = mmap.mmap(os.open(sys.executable, os.O_RDONLY), 100, prot=mmap.PROT_READ)  # on no tmpfs
neighbours = abs(f - g) in (150 * K, 151 * K)
heapprof.stop()
print(neighbours)
""",
        path,
    )
    capture = python.read()
    page = 4096
    mapped = allocations(capture, MAPPED)
    sizes = [100, 110 - 5 / page, 10, 80 - 5 / page, 120, 20, 130, 130, 130]  # pages that are added are not touched
    assert mapped[:9] == [int(pages * page) for pages in sizes]
    # Of what is mapped over nothing is known any more, if nobody looked before, or while the middle was new.
    found = Counter(mapped[9:]) - Counter([140 * page]) - Counter([90 * page])
    assert found == Counter(p * page for p in (40, 50, 50, 150, 151))
    assert allocations(capture, SHARED) == live(capture, SHARED) == [160 * page]
    remaining = [10, 80 - 5 / page, 20, 130, 40, 50, 50]
    found = Counter(live(capture, MAPPED))
    assert not Counter(int(pages * page) for pages in remaining) - found


def test_sampled_mappings_stand_for_their_size(python):
    """Also what is left of one that is unmapped in part, or moved."""
    path = compiled(python.folder)
    python.run(
        PRELUDE
        + """
unit = lib(sys.argv[1])
K = 4096
heapprof.start(BASE, native=True)
for i in range(2000):
    a = unit.map(20 * K)
    unit.unmap(a + K, 19 * K)
    b = unit.map(3 * K)
    unit.remap(b, 3 * K, 7 * K, 1)
heapprof.stop()
""",
        path,
    )
    capture = python.read()
    for found, pages in [
        (allocations(capture, MAPPED), 20),
        (live(capture, MAPPED), 1),
        (live(capture, MAPPED), 3),
    ]:
        expected = 2000 * capture.probability(4096 * pages)
        assert abs(found.count(4096 * pages) - expected) < 5 * expected**0.5, pages
    assert set(live(capture, MAPPED)) <= {4096, 3 * 4096}  # the pages that are added are not touched


def test_reserved_pages_do_not_count(python):
    python.run(
        """
        import mmap, time
        heapprof.start(BASE, {} if sys.argv[1] == "all" else None, native=True)
        segments = [mmap.mmap(-1, 64 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) for _ in range(24)]
        for segment in segments: segment[0] = 1
        heapprof.mark("reserved")
        big = segments[0]
        big.write(b"x" * len(big))
        heapprof.mark("touched")
        if hasattr(big, "madvise"): big.madvise(mmap.MADV_DONTNEED, 0, 48 << 20)
        else: big.close()
        heapprof.mark("given back")
        for segment in segments: segment.close()
        heapprof.mark("closed")
        heapprof.stop()
        r = heapprof.read(BASE)
        r.useDomains("mapped")
        at = {mark.text: r.snapshotAt(mark.time).totalUsage() for mark in r.marks() if mark.kind == "mark"}
        assert at["reserved"] < 1 << 20, at
        assert abs(at["touched"] - (64 << 20)) < 3 << 20, at
        assert abs(at["given back"] - (16 << 20 if hasattr(mmap.mmap, "madvise") else 0)) < 3 << 20, at
        assert at["closed"] == 0 and r.peak().totalUsage() < 68 << 20, (at, r.peak().totalUsage())
        assert sum(r.allocations(0, r.elapsedTime()).blocks.values()) < 200
        assert [size for _, size in r.reserved()][-1] == 0 and max(size for _, size in r.reserved()) >= 24 * 64 << 20
    """,
        "all",
    )


@pytest.mark.parametrize("name", ["silent", "large"])
def test_mapped_memory_rises_and_falls_when_it_was_touched_and_given_back(python, name):
    """Also when nothing else was recorded meanwhile: the watcher has seen when the process's memory did."""
    python.run(
        """
        import mmap, time
        heapprof.start(BASE, native=True)
        m = mmap.mmap(-1, (4 << 30) if sys.argv[1] == "large" else 100 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        source = b"x" * (100 << 20)
        time.sleep(1.5)
        began = time.time()
        m.write(source)
        time.sleep(1.5)
        closing = time.time()
        m.close()
        closed = time.time()
        time.sleep(0.2)
        heapprof.stop()
        r = heapprof.read(BASE)
        r.useDomains("mapped")
        at = lambda when: r.snapshotAt(when - r.initialTime()).totalUsage()
        seen = [at(began - 0.1), at(began + 1.2), at(closing - 0.1), at(closed + 0.1)]
        assert seen[0] < 5 << 20 and abs(seen[1] - (100 << 20)) < 5 << 20 and abs(seen[2] - seen[1]) < 5 << 20, seen
        assert seen[3] == 0, seen
    """,
        name,
    )


def test_arenas_and_thread_stacks_are_not_mapped_memory(python):
    python.run("""
        import threading
        heapprof.start(BASE, {}, native=True)
        kept = [[i] for i in range(300_000)]
        threads = [threading.Thread(target=lambda: None) for _ in range(10)]
        for t in threads: t.start()
        for t in threads: t.join()
        def deep(n): return n and deep(n - 1)
        sys.setrecursionlimit(20_000)
        deep(5000)
        heapprof.stop()
    """)
    capture = python.read()
    assert allocations(capture, MAPPED) == []


def test_shared_memory_is_a_domain_of_its_own(python):
    python.run("""
        import mmap, multiprocessing
        SIZE = 8_000_000
        heapprof.start(BASE, {}, native=True)
        array = multiprocessing.RawArray("b", SIZE)
        array[:] = bytes([1]) * SIZE
        anonymous = mmap.mmap(-1, SIZE)
        anonymous[:] = bytes([1]) * SIZE
        file = os.memfd_create("x") if hasattr(os, "memfd_create") else os.open("/dev/shm", os.O_RDWR | os.O_TMPFILE)
        os.ftruncate(file, SIZE)
        named = mmap.mmap(file, SIZE)
        named[:] = bytes([1]) * SIZE
        private = mmap.mmap(-1, SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        private[:] = bytes([1]) * SIZE
        heapprof.mark("held")
        named.close()
        heapprof.mark("closed")
        heapprof.stop()
        r = heapprof.read(BASE)
        held, closed = [mark.time for mark in r.marks() if mark.kind == "mark"]
        r.useDomains("mapped")
        mapped = r.snapshotAt(held).totalUsage()
        r.useDomains("shared")
        assert abs(mapped - SIZE) < SIZE / 10, mapped
        shared = r.snapshotAt(held).totalUsage(), r.snapshotAt(closed).totalUsage()
        assert abs(shared[0] - 3 * SIZE) < SIZE / 10 and abs(shared[1] - 2 * SIZE) < SIZE / 10, shared
    """)
