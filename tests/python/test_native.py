"""Native allocations: what C libraries take counts, each block once, and nothing that the program does is changed."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections import Counter
from pathlib import Path

import pytest
from native_unit import LINKS, MAPPED, NATIVE, PRELUDE, PYTHON, allocations, compiled, live, only


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("rate", ["{}", "{10: 0.0}"])
def test_every_function_counts(python, link, when, rate):
    path = compiled(python.folder, options=LINKS[link])
    python.run(
        PRELUDE
        + f"""
if {when == "before"}:
    unit = lib(sys.argv[1])
    unit.give(unit.take(10))  # bound
heapprof.start(BASE, {rate}, native=True)
if {when == "after"}: unit = lib(sys.argv[1])
block = unit.take(100_001)
unit.give(block)
block = unit.takeZeroed(7, 14_300)  # 100_100
block = unit.resize(block, 100_201)
block = unit.resizeArray(block, 9, 11_200)  # 100_800
unit.giveByPointer(block)
for how in range(5): unit.takeAligned(how, 102_400 + 256 * how)
unit.takeByPointer(103_001)
unit.takeByConstant(103_002)
unit.copy(b"x" * 103_002)  # 103_003
unit.give(unit.takeInThread(104_001))
unit.resize(None, 104_002)
heapprof.stop()
""",
        path,
    )
    capture = python.read()
    aligned = [102_400 + 256 * how for how in range(5)]
    wanted = [100_001, 100_100, 100_201, 100_800, *aligned, 103_001, 103_002, 103_003, 104_001, 104_002]
    assert only(allocations(capture, NATIVE), wanted) == wanted
    assert only(live(capture, NATIVE), wanted) == [*aligned, 103_001, 103_002, 103_003, 104_002]
    assert not only(allocations(capture, PYTHON) + allocations(capture, MAPPED), wanted[:-5])
    assert capture.domains == 15
    trace = {e.size: capture.traces[e.trace] for e in capture.events if e.kind == "alloc"}
    assert trace[104_001].frames == () and trace[104_001].thread != trace[104_002].thread
    assert trace[104_002].frames[-1].name == "<module>"


def test_without_native_nothing_is_touched(python):
    path = compiled(python.folder)
    out = python.run(
        PRELUDE
        + """
unit = lib(sys.argv[1])
heapprof.start(BASE, {})
print(heapprof._collector.hookedSlots())
unit.take(100_001)
unit.map(1 << 20)
heapprof.stop()
""",
        path,
    )
    capture = python.read()
    assert out == "0\n" and capture.domains == 1
    assert not allocations(capture, NATIVE) and not allocations(capture, MAPPED)


@pytest.mark.parametrize("allocator", ["pymalloc", "malloc", "debug", "malloc_debug"])
def test_python_objects_count_once(python, allocator):
    """The same blocks as without native, and none of them as native."""
    program = """
        import ctypes
        raw = ctypes.pythonapi
        raw.PyMem_RawMalloc.restype = raw.PyMem_RawRealloc.restype = raw.PyMem_RawCalloc.restype = ctypes.c_void_p
        raw.PyMem_RawMalloc.argtypes = [ctypes.c_size_t]
        raw.PyMem_RawCalloc.argtypes = [ctypes.c_size_t] * 2
        raw.PyMem_RawRealloc.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
        raw.PyMem_RawFree.argtypes = [ctypes.c_void_p]
        sizes = [*range(1, 1200, 3), *range(509, 517), *range(1200, 100_000, 997)]
        def work():
            kept = [bytes(n) for n in sizes]
            grown = [bytearray(n) for n in sizes]
            for g in grown: g.extend(b"x" * 300)
            for g in grown: del g[10:]
            blocks = [raw.PyMem_RawMalloc(n) for n in sizes[::7]] + [raw.PyMem_RawCalloc(3, n) for n in sizes[::7]]
            blocks = [raw.PyMem_RawRealloc(b, 5000) for b in blocks]
            blocks = [raw.PyMem_RawRealloc(b, 50) for b in blocks]
            for b in blocks: raw.PyMem_RawFree(b)
            return kept
        work()
        kept = None
        heapprof.start(BASE + sys.argv[1], eval(sys.argv[2]), native=sys.argv[1] == "native")
        kept = work()
        more = [[i] for i in range(20_000)]  # arenas
        del more
        heapprof.stop()
    """
    for rate in "{}", "1":
        for mode in "native", "plain":
            python.run(program, mode, rate, env={"PYTHONMALLOC": allocator})
        both = python.read(python.filebase + "native")
        plain = python.read(python.filebase + "plain")
        ours, theirs = Counter(allocations(both, PYTHON)), Counter(allocations(plain, PYTHON))
        different = (ours - theirs) + (theirs - ours)
        del different[28], different[32]  # ints that hold addresses, which are not always as long
        assert sum(ours.values()) > 20_000 and sum(different.values()) < (20 if rate == "{}" else 300)
        assert sum(s * n for s, n in Counter(allocations(both, NATIVE)).items()) < 50_000
        assert allocations(both, MAPPED) == []
        # Where new arenas come to lie decides whether pymalloc's map of them needs a node, of 128 KiB.
        kept = [sum(size for size in live(capture, PYTHON) if size != 1 << 17) for capture in (both, plain)]
        assert abs(kept[0] - kept[1]) < 10_000


@pytest.mark.parametrize("rate", ["20_000", "{2033: 0.3, 5000: 0.1}"])
def test_sampled_python_objects_count_once(python, rate):
    """Where two layers could pay for one block, each block is still recorded with its own probability."""
    path = compiled(python.folder)
    python.run(
        PRELUDE
        + f"""
unit = lib(sys.argv[1])
heapprof.start(BASE, {rate}, native=True)
for i in range(60_000):
    a = bytes(2000)  #: python
    unit.give(unit.take(2033))  #: native
    del a
heapprof.stop()
""",
        path,
    )
    capture = python.read()
    found = Counter(
        (capture.traces[e.trace].domain, capture.traces[e.trace].frames[-1].line)
        for e in capture.events
        if e.kind == "alloc" and e.size == 2033
    )
    expected = 60_000 * capture.probability(2033)
    assert set(found) == {(PYTHON, python.lines["python"]), (NATIVE, python.lines["native"])}
    for count in found.values():
        assert abs(count - expected) < 5 * expected**0.5, (found, expected)


@pytest.mark.parametrize("rate", ["{}", "10", "{100: 0.5}"])
def test_tracemalloc_before_and_after(python, rate):
    python.run(f"""
        import tracemalloc
        kept = []
        tracemalloc.start(5)
        heapprof.start(BASE + "0", {rate}, native=True)
        kept.append([bytes(5001) for _ in range(100)])
        heapprof.stop()
        tracemalloc.stop()
        heapprof.start(BASE + "1", {rate}, native=True)
        tracemalloc.start()
        kept.append([bytes(5001) for _ in range(100)])
        heapprof.stop()
        heapprof.start(BASE + "2", {rate}, native=True)
        kept.append([bytes(5001) for _ in range(100)])
        heapprof.stop()
        assert heapprof._collector.hookedSlots() == 0
    """)
    for i in range(3):
        capture = python.read(python.filebase + str(i))
        assert live(capture, PYTHON).count(5034) == 100 and live(capture, NATIVE).count(5034) == 0


def test_blocks_of_one_recording_freed_in_another(python):
    path = compiled(python.folder)
    python.run(
        PRELUDE
        + """
unit = lib(sys.argv[1])
blocks = [unit.take(n) for n in range(1000, 2000)]
for round in range(3):
    heapprof.start(BASE, {}, native=True)
    for b in blocks: unit.give(b)
    blocks = [unit.take(n) for n in range(1000, 2000)]
    maps = [unit.map(50_000) for _ in range(10)]
    heapprof.stop()
    for m in maps: assert unit.unmap(m, 50_000) == 0
    blocks = [unit.resize(b, 3000) for b in blocks]
""",
        path,
    )
    capture = python.read()
    assert len([s for s in live(capture, NATIVE) if 1000 <= s < 2000]) >= 1000


@pytest.mark.parametrize("rate", ["{}", "1000"])
def test_errors_are_the_programs(python, rate):
    path = compiled(python.folder)
    python.run(
        PRELUDE
        + f"""
unit = lib(sys.argv[1])
assert unit.checkErrors() == 0
heapprof.start(BASE, {rate}, native=True)
assert unit.checkErrors() == 0
heapprof.stop()
""",
        path,
    )
    capture = python.read()
    if rate == "{}":
        assert sorted(only(live(capture, NATIVE), [12345, 23456])) == []
        # The realloc that failed: freed, and there again.
        assert only(allocations(capture, NATIVE), [12345, 23456]) == [12345, 23456, 23456]


def test_fork(python):
    path = compiled(python.folder)
    out = python.run(
        PRELUDE
        + """
unit = lib(sys.argv[1])
heapprof.start(BASE, {}, native=True)
unit.beginHammering()
for i in range(30):
    child = os.fork()
    if child == 0:
        block = unit.take(300_001)
        unit.give(block)
        lib(sys.argv[2]).take(300_002)
        unit.unmap(unit.map(300_003), 300_003)
        if i % 3 == 0:
            heapprof.stop()
            heapprof.start(BASE + f"-child{i}", {}, native=True)
            lib(sys.argv[2]).take(300_004)
            heapprof.stop()
            os._exit(5 if heapprof._collector.hookedSlots() == 0 else 6)
        os._exit(5)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 5
    print(child)
unit.endHammering()
unit.take(300_005)
heapprof.stop()
""",
        path,
        compiled(python.folder, "late"),
    )
    for child in out.split():
        sizes = [e.size for e in python.read(f"{python.filebase}.{child}").events if e.kind == "alloc"]
        assert [size for size in sizes if 300_000 < size < 300_010] == [300_001, 300_002, 300_003]
    assert only(allocations(python.read(), NATIVE), range(300_000, 300_010)) == [300_005]
    for i in range(0, 30, 3):
        child = python.read(python.filebase + f"-child{i}")
        assert only(allocations(child, NATIVE), range(300_000, 300_010)) == [300_004]


def test_a_child_of_the_bare_system_call(python):
    if os.uname().machine != "x86_64":
        pytest.skip("fork() is no system call here")
    path = compiled(python.folder)
    python.run(
        PRELUDE
        + """
unit = lib(sys.argv[1])
syscall = ctypes.CDLL(None).syscall
heapprof.start(BASE, {}, native=True)
kept = [unit.take(300_001) for _ in range(10)]
for i in range(10):
    child = syscall(57)
    if child == 0:
        for block in kept: unit.give(block)
        unit.unmap(unit.map(300_002), 300_002)
        unit.take(300_003)
        os._exit(heapprof.isProfiling())
    assert os.waitpid(child, 0)[1] == 0
for block in kept: unit.give(block)
heapprof.stop()
""",
        path,
    )
    capture = python.read()
    assert only(allocations(capture, NATIVE), range(300_000, 300_010)) == [300_001] * 10
    assert only(live(capture, NATIVE), range(300_000, 300_010)) == []


def test_numpy(python):
    found = importlib.util.find_spec("numpy")
    sameVersion = python.version == sys.version_info[:2]
    path = os.pathsep.join([python.environment()["PYTHONPATH"], str(Path(found.origin).parents[1])]) if found else ""
    if not (found and sameVersion):
        pytest.skip("no numpy for this interpreter")
    python.run(
        """
        heapprof.start(BASE, {1000: 0.0}, native=True)
        import numpy
        big = numpy.zeros(1_000_003)  #: big
        small = [numpy.empty(n, dtype=numpy.uint8) for n in range(2000, 2100)]  #: small
        total = numpy.arange(500_009) + 1.5  #: sum
        other = total.copy(); del other
        heapprof.stop()
    """,
        env={"PYTHONPATH": path},
    )
    capture = python.read()
    byLine = {}
    for event in capture.live().values():
        frames = [frame for frame in capture.traces[event.trace].frames if frame.file == python.program]
        if frames:
            byLine.setdefault(frames[-1].line, []).append(event.size)
    # In one domain: from NumPy 2.5 on arrays are Python's memory.
    assert byLine[python.lines["big"]].count(8_000_024) == 1
    assert only(byLine[python.lines["small"]], range(2000, 2100)) == list(range(2000, 2100))
    assert byLine[python.lines["sum"]].count(8 * 500_009) == 1
    sizes = [event.size for event in capture.live().values()]
    assert sizes.count(8 * 500_009) == 1


def test_command_line_and_reading(python):
    path = compiled(python.folder)
    program = python.write(PRELUDE + "unit = lib(sys.argv[1])\nunit.take(400_001)\nm = unit.map(409_600)\n")
    process = python.start("-m", "heapprof", "--sample", "{}", "--native", "-o", python.filebase, program, path)
    out, err = process.communicate()
    assert process.returncode == 0, err
    out = python.run("""
        from heapprof.lowlevel import HPD
        log = HPD(BASE)
        assert log.hpm.native and log.hpm.domain(0) is None
        domains = {event.size: log.hpm.domain(event.traceindex) for event in log}
        print(domains[400_001], domains[409_600], "python" in domains.values())
    """)
    assert out == "native mapped True\n"
