"""Mapped memory: what programs map counts, in whole and in part; what allocators map does not."""

from __future__ import annotations

from collections import Counter

from native_unit import MAPPED, PRELUDE, allocations, compiled, live


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
    file = mmap.mmap(os.open(BASE + ".hpm", os.O_RDONLY), 100, prot=mmap.PROT_READ)
neighbours = abs(f - g) in (150 * K, 151 * K)
heapprof.stop()
print(neighbours)
""",
        path,
    )
    capture = python.read()
    page = 4096
    mapped = allocations(capture, MAPPED)
    sizes = [100, 110 - 5 / page, 10, 80 - 5 / page, 120, 20, 130, 131, 131, 140]
    assert mapped[:10] == [int(pages * page) for pages in sizes]
    assert sorted(mapped[10:13]) == [40 * page, 50 * page, 50 * page]
    assert mapped[13:] == [150 * page, 151 * page, 160 * page]
    remaining = [10, 80 - 5 / page, 20, 131, 40, 50, 50, 160]
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
        (allocations(capture, MAPPED), 3),
        (live(capture, MAPPED), 1),
        (live(capture, MAPPED), 7),
    ]:
        expected = 2000 * capture.probability(4096 * pages)
        assert abs(found.count(4096 * pages) - expected) < 5 * expected**0.5, pages
    assert set(live(capture, MAPPED)) <= {4096, 7 * 4096}


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
