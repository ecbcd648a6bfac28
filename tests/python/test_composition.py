"""What resident memory consists of: readings of its parts, and Reader.composition() of them."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from compositions import ASK, MB, memory

CAPTURES = Path(__file__).parents[1] / "captures" / "v1"

# What the tests below ask of a program at an instant, by the kernel's account.
KERNEL = """
def kernel():
    lines = dict(line.split(":", 1) for line in open("/proc/self/status"))
    return [int(lines[name].split()[0]) * 1024 for name in ("RssAnon", "RssFile", "RssShmem")]
"""


@pytest.mark.parametrize("options", ["", ", {}", ", native=True"])
def test_the_parts_add_up_and_are_the_same_numbers_everywhere(python, options):
    python.run(f"""
        import json, time
        heapprof.start(BASE{options})
        kept = [json.dumps(list(range(i % 300))) for i in range(20_000)]
        time.sleep(0.2)
        more = [{{"a": i}} for i in range(50_000)]
        time.sleep(0.1)  # marks do not measure as often as they like
        heapprof.mark("full")
        del more, kept[::2]
        time.sleep(0.1)
        heapprof.stop()
    """)
    python.run("""
        r = heapprof.read(BASE)
        times = [round(i * r.elapsedTime() / 40, 6) for i in range(-1, 43)] + [r.peak().relativeTime, r.marks()[-1].time]
        for time in times:
            c, s = r.composition(time), r.snapshotAt(time)
            assert c.time == time and sum(c.parts.values()) == c.resident
            assert c.anonymous + c.file + c.shared == c.resident
            live = {name: 0 for name in r.domains()}
            for trace, used in s.usage.items(): live[r._capture.domain(trace) or "python"] += used
            for name in r.domains():
                if name != "shared": assert abs(c.parts[name] - live[name]) <= 1, (name, c.parts, live)
            before = [each for each in r.resident() if each.time <= time] or r.resident()[:1]
            assert c.readAt == before[-1].time and c.resident == before[-1].bytes + before[-1].ofProfiler
            kinds = next(each for each in reversed(r.residentKinds()) if each.time == c.readAt)
            assert (c.anonymous, c.file, c.shared) == kinds[1:] and sum(kinds[1:]) == c.resident and len(r.residentKinds()) == len(r.resident())
            assert c.measuredAt <= time or c.measuredAt == r.composition(-1).measuredAt, c
            assert c.parts["not in RAM"] <= 0 <= c.parts["unexplained"]
            assert all(size >= 0 for name, size in c.parts.items() if name != "not in RAM")
            assert c.errors["unexplained"] == 0 and (c.errors["python"] > 0) == (r.samplingRate() != {} and c.parts["python"] > 0)
        # At a mark memory is read together with the log; a spike of milliseconds outruns the readings beside it.
        full = r.composition(next(mark.time for mark in r.marks() if mark.text == "full"))
        assert full.parts["python"] > 3e6 and abs(full.unexplained()) < 0.1 + 3 * full.errors["python"] / full.resident, full
        assert full.parts["not in RAM"] > -0.1 * full.resident - 3 * full.errors["python"], full
        peak = r.composition(r.peak())
        r.useDomains("python")
        assert r.composition(r.peak()).parts == peak.parts or r.domains() != ["python"]
    """)


def test_resident_memory_is_known_in_its_kinds(python):
    out = python.run(
        KERNEL
        + """
import mmap, time
heapprof.start(BASE)
def say(text):
    heapprof.mark(text)
    print(text, *kernel())
say("begin")
shared = mmap.mmap(-1, 40 << 20)
shared.write(b"x" * len(shared))
say("shared")
private = mmap.mmap(-1, 30 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
private.write(b"x" * len(private))
say("private")
with open(BASE + ".file", "wb") as file: file.write(bytes(20 << 20))
file = open(BASE + ".file", "rb")
mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
sum(mapped[::4096])
say("file")
"""
    )
    capture = python.read()
    assert len(capture.kinds) == len(capture.resident) and None not in capture.kinds
    marks = {mark.text: mark.time for mark in capture.marks}
    for line in out.splitlines():
        text, *truth = line.split()[0], *map(int, line.split()[1:])
        at = [i for i, reading in enumerate(capture.resident) if reading[0] <= marks[text]][-1]
        file, shared = capture.kinds[at]
        found = capture.resident[at][1] - file - shared, file, shared
        assert all(abs(a - b) < 2 * MB for a, b in zip(found, truth)), (text, found, truth)


def test_kinds_are_known_while_nobody_allocates(python):
    """The watcher has them too: what grows is told apart in a program that calls no hook."""
    library = python.compile(
        "grow",
        """
        #include <string.h>
        #include <sys/mman.h>
        #include <unistd.h>
        void grow(void) {
            char* m = mmap(0, 60 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
            memset(m, 1, 60 << 20);
            usleep(400000);
            munmap(m, 60 << 20);
            usleep(400000);
        }
        """,
    )
    python.run(f"""
        import ctypes
        grow = ctypes.CDLL({library!r}).grow
        heapprof.start(BASE)
        grow()
        kept = [bytes(1000) for _ in range(1000)]
        heapprof.stop()
    """)
    capture = python.read()
    high = [shared for _, shared in capture.kinds if shared > 59 * MB]
    assert high and capture.kinds[0][1] < 5 * MB and capture.kinds[-1][1] < 5 * MB, capture.kinds


@pytest.mark.parametrize("count, keep", [(0, 1), (300_000, 1), (300_000, 4), (2_000_000, 3)])
def test_pools_are_as_python_itself_counts_them(python, count, keep):
    python.run(f"""
        import time
        heapprof.start(BASE)
        kept = [(i, str(i)) for i in range({count})]
        heapprof.mark("full")
        kept = kept[::{keep}]
        time.sleep(0.3)  # marks, too, do not measure as often as they like
        heapprof.mark("holes")
        heapprof.stop()
        sys._debugmallocstats()  # which says nothing while there are hooks
    """)
    numbers = {}
    for line in python.stderr.splitlines():
        name, _, value = (each.strip() for each in line.partition("="))
        if value.replace(",", "").isdigit():
            numbers[name] = int(value.replace(",", ""))
    (unused,) = (value for name, value in numbers.items() if "unused pools" in name)
    used, available = numbers["# bytes in allocated blocks"], numbers["# bytes in available blocks"]
    inUse, held = memory(python, 1)[-1], memory(python, 2)[-1]
    assert abs(inUse - used) < 0.06 * used + MB / 4, (inUse, used)
    # Pools of the last arena that were never used are not in RAM.
    assert used + available - MB / 4 < held < 1.03 * (used + available + unused) + MB / 4, (held, numbers)
    if keep == 1:
        return
    python.run(
        ASK
        + """
gone = part("full", "python") - part("holes", "python")
free = part("holes", "pymalloc free") - part("full", "pymalloc free")
assert gone > 15e6 and abs(free - gone) < 0.3 * gone, (gone, free)
assert abs(at["holes"].unexplained()) < 0.1 and part("holes", "not in RAM") > -0.1 * at["holes"].resident, at["holes"]
"""
    )


@pytest.mark.parametrize("native", [False, True])
def test_the_c_allocator_has_a_part_in_use_and_a_free_one(python, native):
    library = python.compile(
        "hold",
        """
        #include <stdlib.h>
        #include <string.h>
        static void* blocks[40000];
        void hold(void) { for (int i = 0; i < 40000; ++i) memset(blocks[i] = malloc(1000), 1, 1000); }
        void letGo(void) { for (int i = 0; i < 40000; i += 2) free(blocks[i]); }
        """,
    )
    python.run(f"""
        import ctypes, time
        library = ctypes.CDLL({library!r})
        heapprof.start(BASE, native={native})
        def say(text):
            time.sleep(0.3)
            kept = [object() for _ in range(10_000)]
            heapprof.mark(text)
        say("begin")
        library.hold()
        say("held")
        library.letGo()
        say("free")
    """)
    python.run(
        ASK
        + """
name = "native" if "native" in r.domains() else "not recorded"
assert abs(part("held", name) - part("begin", name) - 40e6) < 4e6, at
assert abs(part("free", name) - part("begin", name) - 20e6) < 4e6, at
assert abs(part("free", "malloc free") - part("held", "malloc free") - 20e6) < 2e6, at
assert all(abs(c.unexplained()) < 0.1 for c in at.values()), at
assert all(c.parts["not in RAM"] > -0.1 * c.resident for c in at.values()), at
"""
    )


def test_memory_from_before_the_recording_is_a_part(python):
    python.run("""
        import time
        old = [(i, i + 1.5) for i in range(200_000)]
        buffers = [bytes(100_000) for _ in range(100)]
        heapprof.start(BASE)
        heapprof.mark("begin")
        new = [(i, i + 1.5) for i in range(100_000)]
        time.sleep(0.2)
        heapprof.mark("more")
        del old, buffers
        time.sleep(0.2)
        more = [object() for _ in range(10_000)]
        heapprof.mark("gone")
    """)
    python.run(
        ASK
        + """
assert part("begin", "before") > 28e6 and part("begin", "python") < 1e6, at
assert abs(part("more", "before") - part("begin", "before")) < 2e6, at
assert part("gone", "before") < part("more", "before") - 20e6, at
assert all(abs(c.unexplained()) < 0.1 for c in at.values()), at
"""
    )


def test_memory_that_was_never_touched_is_told(python):
    library = python.compile(
        "reserve", "#include <stdlib.h>\nvoid* volatile block;\nvoid reserve(void) { block = malloc(300000000); }"
    )
    python.run(f"""
        import ctypes, time
        library = ctypes.CDLL({library!r})
        heapprof.start(BASE, native=True)
        heapprof.mark("begin")
        time.sleep(0.2)
        library.reserve()
        kept = [object() for _ in range(10_000)]
        heapprof.mark("reserved")
    """)
    python.run(
        ASK
        + """
assert part("reserved", "native") >= 300e6 and at["reserved"].resident < 100e6, at
assert abs(part("reserved", "not in RAM") + 300e6) < 5e6, at
"""
    )


def test_a_child_has_its_own(python):
    python.run("""
        import time
        heapprof.start(BASE)
        kept = [(i, str(i)) for i in range(100_000)]
        child = os.fork()
        if child == 0:
            own = [(i, str(i)) for i in range(50_000)]
            time.sleep(0.2)
            heapprof.mark("own")
            heapprof.stop()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        print(child)
    """)
    child = next(each for each in python.folder.iterdir() if each.name.startswith("out.") and each.suffix == ".hpm")
    if not child.stem.partition(".")[2].isdigit():
        child = next(each for each in python.folder.iterdir() if each.stem[4:].isdigit() and each.suffix == ".hpm")
    python.run(
        f"BASE = {str(child)[:-4]!r}\n"
        + ASK
        + """
assert part("own", "before") > 10e6 and part("own", "python") > 4e6, at
assert abs(at["own"].unexplained()) < 0.1, at
"""
    )


@pytest.mark.parametrize("allocator", ["malloc", "debug"])
def test_with_other_allocators_of_python(python, allocator):
    python.run(
        """
        import time
        heapprof.start(BASE)
        kept = [(i, str(i)) for i in range(200_000)]
        time.sleep(0.2)
        heapprof.mark("full")
        """,
        env={"PYTHONMALLOC": allocator},
    )
    assert (memory(python, 2)[-1] == 0) == (allocator == "malloc")
    python.run(ASK + "assert abs(at['full'].unexplained()) < 0.1, at\nassert part('full', 'python') > 15e6, at")


def test_arenas_that_go_behind_our_back_are_not_read(python):
    python.run("""
        import ctypes, time
        class Allocator(ctypes.Structure):
            _fields_ = [("ctx", ctypes.c_void_p), ("alloc", ctypes.c_void_p), ("free", ctypes.c_void_p)]
        def allocator():
            found = Allocator()
            ctypes.pythonapi.PyObject_GetArenaAllocator(ctypes.byref(found))
            return found
        plain = allocator()
        heapprof.start(BASE)
        assert allocator().alloc != plain.alloc
        kept = [(i, str(i)) for i in range(100_000)]
        ctypes.pythonapi.PyObject_SetArenaAllocator(ctypes.byref(plain))
        del kept
        time.sleep(0.3)
        more = [(i, str(i)) for i in range(100_000)]
        heapprof.mark("later")
        del more
        heapprof.stop()
        heapprof.start(BASE)
        heapprof.stop()
        heapprof.start(BASE)
        kept = [(i, str(i)) for i in range(100_000)]
        heapprof.mark("again")
        heapprof.stop()
        assert allocator().alloc == plain.alloc
    """)
    python.run(ASK + "assert abs(at['again'].unexplained()) < 0.15, at")


def test_a_killed_program_has_all_but_the_last(python):
    process = python.start(
        python.write("""
        import time
        heapprof.start(BASE)
        kept = [(i, str(i)) for i in range(100_000)]
        heapprof.mark("full")
        print("ready", flush=True)
        while True:
            more = [object() for _ in range(1000)]
            time.sleep(0.01)
    """)
    )
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    python.run(ASK + "assert abs(at['full'].unexplained()) < 0.1, at")


@pytest.mark.parametrize("how", ["BASE", "BASE, native=True", "BASE, {}"])
def test_a_program_that_takes_large_blocks_alone_is_measured(python, how):
    python.run(
        f"""
        import signal, time
        heapprof.start({how})
        kept = []
        for _ in range(60):
            kept.append(bytearray(b"x") * 2_000_000)
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGKILL)
    """,
        status=-9,
    )
    python.run("""
        r = heapprof.read(BASE)
        at = r.composition(r.elapsedTime())
        assert r.elapsedTime() - at.measuredAt < 0.4 and abs(at.unexplained()) < 0.1, at
    """)


def test_readings_cost_little(python):
    """They are not more frequent than is said, and take no more than their share of the time."""
    python.run("""
        import time
        heapprof.start(BASE)
        end = time.monotonic() + 2
        while time.monotonic() < end: kept = [bytes(50_000) for _ in range(10)]
        heapprof.stop()
    """)
    assert 4 <= len(memory(python, 0)) <= 2 / 0.04 + 3


@pytest.mark.parametrize("name", ["a_tiny", "c_spike_all", "h_default"])
def test_old_captures_have_none(python, name):
    for ending in (".hpm", ".hpd"):
        shutil.copy(CAPTURES / (name + ending), python.folder)
    python.run(
        """
        r = heapprof.read(os.environ["OLD"])
        assert r.composition(r.peak()) is None and r.composition(0) is None
        assert r.residentKinds() == []
        """,
        env={"OLD": os.fspath(python.folder / name)},
    )
