"""With everything recorded, the files say exactly what the program knows it allocated, where, and when."""

from __future__ import annotations

import pytest


def sizes(capture, file, line):
    """Sizes of all blocks ever allocated with `line` of `file` innermost."""
    result = []
    for event in capture.events:
        frames = capture.traces[event.trace].frames if event.kind == "alloc" else ()
        if frames and frames[-1].file == file and frames[-1].line == line:
            result.append(event.size)
    return result


def test_known_allocations_at_each_instant(python):
    python.run("""
        heapprof.start(BASE, {})
        a = bytes(1_000_000)
        b = [bytearray(200_000),
             bytearray(300_000)]
        a = None
        c = bytes(50)
        del b
        heapprof.stop()
    """)
    capture = python.read()
    big = [e for e in capture.events if e.size >= 100_000]
    lines = [capture.traces[e.trace].frames[-1].line for e in big]
    a, b, c = 1_000_033, python.heldBy(200_000), python.heldBy(300_000)
    assert [(e.kind, e.size) for e in big[:4]] == [("alloc", a), ("alloc", b), ("alloc", c), ("free", a)]
    assert sorted((e.kind, e.size) for e in big[4:]) == [("free", b), ("free", c)]
    assert lines[:3] == [5, 6, 7]
    assert capture.liveByLine(python.program)[9] == 50 + 33
    at = next(i for i, e in enumerate(capture.events) if e.size == c) + 1
    live = capture.liveByLine(python.program, at)
    assert live[5] == a and b <= live[6] < b + 200 and c <= live[7] < c + 200
    assert capture.end == (capture.end[0], 0) and capture.openBlocks == 0
    assert [e for e in capture.events if e.kind == "lost"] == []


def test_every_domain_and_size(python):
    python.run("""
        import ctypes
        api = ctypes.pythonapi
        calls = []
        for domain in "PyMem_Raw", "PyMem_", "PyObject_":
            for call in "Malloc", "Calloc", "Realloc", "Free":
                f = getattr(api, domain + call)
                f.restype = ctypes.c_void_p
                f.argtypes = {"Malloc": [ctypes.c_size_t], "Calloc": [ctypes.c_size_t] * 2,
                              "Realloc": [ctypes.c_void_p, ctypes.c_size_t], "Free": [ctypes.c_void_p]}[call]
                calls.append(f)
        heapprof.start(BASE, {})
        for i in range(0, 12, 4):
            malloc, calloc, realloc, free = calls[i:i + 4]
            for size in 0, 1, 511, 512, 513, 514, 70_000:
                block = malloc(size)  #: malloc
                free(block)
            block = calloc(3, 333)  #: calloc
            for size in 101, 511, 513, 600, 200, 90_000, 87:
                block = realloc(block, size)  #: realloc
            free(block)
            realloc(None, 100)  #: null
            big = malloc(5000)  #: big
            failed = realloc(big, (1 << 63) - 1)
            failed = realloc(big, 1 << 60)
            free(big)
        heapprof.stop()
    """)
    capture = python.read()

    def check(name, expected):
        found = sizes(capture, python.program, python.lines[name])
        assert [size for size in found if size in expected] == expected * 3  # ctypes allocates, too

    check("malloc", [0, 1, 511, 512, 513, 514, 70_000])
    check("calloc", [999])
    check("realloc", [101, 511, 513, 600, 200, 90_000, 87])
    # A realloc that fails leaves the block alive: freed and recorded again, with its own stack.
    check("big", [5000, 5000, 5000])
    live = capture.liveByLine(python.program)
    addresses = 200  # the ints that ctypes made of them; some are kept for use again
    assert 300 <= live[python.lines["null"]] <= 300 + addresses
    left = {name: live[python.lines[name]] for name in ("malloc", "calloc", "realloc", "big")}
    assert all(size <= addresses for size in left.values()), left


@pytest.mark.parametrize("allocator", ["debug", "malloc", "malloc_debug", "pymalloc_debug"])
def test_sizes_do_not_depend_on_the_layering(python, allocator):
    for rate in "{}", "1":
        objectSize = python.run(
            f"""
            heapprof.start(BASE, {rate})
            kept = [bytes(n) for n in (10, 400, 479, 480, 600, 100_000)]
            grown = bytearray(100)  #: object
            grown *= 50  #: buffer
            heapprof.stop()
            print(bytearray.__basicsize__)
        """,
            env={"PYTHONMALLOC": allocator},
        )
        capture = python.read()
        kept = [
            s - 33 for s in (e.size for e in capture.live().values()) if s - 33 in (10, 400, 479, 480, 600, 100_000)
        ]
        assert kept == [10, 400, 479, 480, 600, 100_000]
        live = capture.liveByLine(python.program)
        assert live[python.lines["object"]] == int(objectSize)
        assert live[python.lines["buffer"]] == python.heldBy(5000)


def test_growing_list_and_bytearray(python):
    out = python.run("""
        heapprof.start(BASE, {})
        growing = []
        buffer = bytearray()
        none = None
        for i in range(3000):
            growing.append(none)  #: list
            buffer += b"0123456789"  #: buffer
        heapprof.stop()
        print(sys.getsizeof(growing) - sys.getsizeof([]), sys.getsizeof(buffer) - sys.getsizeof(bytearray()))
    """)
    listSize, bufferSize = map(int, out.split())
    live = python.read().liveByLine(python.program)
    assert live[python.lines["list"]] == listSize
    assert live[python.lines["buffer"]] == bufferSize


def test_everything_is_freed_in_the_end(python):
    python.run("""
        def work():
            rows = [{"key": str(i), "value": [i] * (i % 50)} for i in range(5000)]
            return sum(len(row["value"]) for row in rows)
        work()
        heapprof.start(BASE, {})
        work()
        heapprof.stop()
    """)
    capture = python.read()
    assert len(capture.events) > 20_000
    assert sum(capture.liveByLine(python.program).values()) < 50_000
    assert capture.bytesPerEvent < 4


def test_threads_are_named_and_told_apart(python):
    python.run("""
        import threading, _thread
        keep = {}
        def work(number):
            keep[number] = bytes(10_000 + number)
        heapprof.start(BASE, {})
        mine = bytes(9_000)
        threads = [threading.Thread(target=work, args=(i,)) for i in range(1, 4)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        heapprof.stop()
        print(os.getpid())
    """)
    capture = python.read()
    threadOf = {e.size: capture.traces[e.trace].thread for e in capture.live().values()}
    assert capture.threads[threadOf[9_033]][1] == "MainThread"
    others = {threadOf[10_034], threadOf[10_035], threadOf[10_036]}
    assert len(others) == 3 and threadOf[9_033] not in others
    assert len({native for native, _ in capture.threads.values()}) == len(capture.threads)
    assert capture.threads[threadOf[9_033]][0] == capture.process["pid"]


def test_raw_domain_without_the_gil_and_without_python(python):
    python.run("""
        import ctypes, threading
        lib = ctypes.CDLL(None)  # releases the GIL around calls
        lib.PyMem_RawMalloc.restype = ctypes.c_void_p
        lib.PyMem_RawMalloc.argtypes = [ctypes.c_size_t]
        stop = False
        def spin():
            while not stop: sum(range(100))
        threading.Thread(target=spin).start()
        heapprof.start(BASE, {777: 0})
        for i in range(200):
            lib.PyMem_RawMalloc(777)  #: raw
        thread = ctypes.c_ulong()
        for i in range(50):  # a thread that Python does not know runs PyMem_RawMalloc(7777)
            lib.pthread_create(ctypes.byref(thread), None, lib.PyMem_RawMalloc, ctypes.c_void_p(7777))
            lib.pthread_join(thread, None)
        heapprof.stop()
        stop = True
    """)
    capture = python.read()
    stacks = {
        size: [capture.traces[e.trace] for e in capture.live().values() if e.size == size] for size in (777, 7777)
    }
    assert len(stacks[777]) == 200 and len(stacks[7777]) == 50
    assert all([(f.name, f.line) for f in trace.frames] == [("<module>", python.lines["raw"])] for trace in stacks[777])
    assert all(trace.frames == () for trace in stacks[7777])


def test_deterministic_ranges(python):
    python.run("""
        heapprof.start(BASE, {500: 0, 2000: 1.0, 100_000: 0})
        kept = [bytes(n) for n in (100, 466, 467, 1000, 1966, 1967, 50_000, 99_966, 99_967, 300_000)]
        heapprof.stop()
    """)
    capture = python.read()
    kept = [e.size - 33 for e in capture.live().values() if len(capture.traces[e.trace].frames) >= 1]
    assert [n for n in kept if n in (100, 466, 467, 1000, 1966, 1967, 50_000, 99_966, 99_967, 300_000)] == [
        467,
        1000,
        1966,
        99_967,
        300_000,
    ]
    assert capture.sampling == [(2, 0, [(500, 0.0), (2000, 1.0), (100_000, 0.0)])]


def test_recording_again_and_again_in_one_process(python):
    python.run("""
        for i in range(5):
            heapprof.start(BASE + str(i), [{}, 1, {1 << 40: 1.0}][i % 3])
            kept = bytes(1000 + i)
            assert heapprof.isProfiling()
            heapprof.stop()
            kept = None  # not ours any more
            assert not heapprof.isProfiling()
        heapprof.stop()
    """)
    for i in range(5):
        capture = python.read(python.filebase + str(i))
        assert [e.size for e in capture.live().values() if e.size > 1000] == [1033 + i]


def test_huge_sizes(python):
    python.run("""
        import ctypes
        raw = ctypes.pythonapi
        raw.PyMem_RawMalloc.restype = ctypes.c_void_p
        raw.PyMem_RawMalloc.argtypes = [ctypes.c_size_t]
        raw.PyMem_RawFree.argtypes = [ctypes.c_void_p]
        heapprof.start(BASE, {1000: 0.0})
        block = raw.PyMem_RawMalloc(5 << 30)  # never touched
        assert block
        other = bytearray(3000)
        raw.PyMem_RawFree(block)
        heapprof.stop()
    """)
    capture = python.read()
    assert [e.kind for e in capture.events if e.size == 5 << 30] == ["alloc", "free"]
