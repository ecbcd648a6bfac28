"""What stacks of threads, data of libraries and frames of Python functions take of resident memory."""

from __future__ import annotations

import os

import pytest
from compositions import ASK, MB, memory


def knowsStacksOfThreads():
    """The C library no longer tells where they are from 2.42 on: see README."""
    return tuple(map(int, (os.confstr("CS_GNU_LIBC_VERSION") or "0").split()[-1].split("."))) < (2, 42)


def test_stacks_and_data_are_found(python):
    library = python.compile(
        "deep",
        """
        #include <string.h>
        #include <unistd.h>
        static char data[4000000] = {1};
        void writeData(void) { memset(data, 2, sizeof data); }
        static int ready;
        void deep(void) {
            volatile char stack[700000];
            memset((char*)stack, 1, sizeof stack);
            __atomic_fetch_add(&ready, 1, __ATOMIC_SEQ_CST);
            sleep(3);
        }
        int deepThreads(void) { return __atomic_load_n(&ready, __ATOMIC_SEQ_CST); }
        """,
    )
    python.run(f"""
        import ctypes, threading, time
        library = ctypes.CDLL({library!r})
        heapprof.start(BASE)
        heapprof.mark("begin")
        library.writeData()
        threads = [threading.Thread(target=library.deep) for _ in range(10)]
        for thread in threads: thread.start()
        while library.deepThreads() < 10: time.sleep(0.01)
        heapprof.stop()
        os._exit(0)
    """)
    stacks, data = memory(python, 5), memory(python, 6)
    assert data[0] < 4 * MB  # of which a second passes until the next one, but at the end
    heldByStacks = stacks[-1] - stacks[0] if knowsStacksOfThreads() else 7 * MB
    assert 6.5 * MB < heldByStacks < 9 * MB or len(stacks) == 1, stacks
    assert 3.9 * MB < data[-1] - data[0] < 5 * MB or len(data) == 1, data
    assert len(data) > 1 and len(stacks) > 1


FRAMES = """
import time
sys.setrecursionlimit(10**6)
def call(depth, then):
    if depth: return call(depth - 1, then)
    return then()
def measured(text):
    time.sleep(0.3)
    kept = [bytes(200) for _ in range(10_000)]
    heapprof.mark(text)
"""


def test_frames_of_python_functions_are_explained(python):
    """Since CPython 3.11 they lie in memory of their own, which neither hook of an allocator is asked for. Also those
    of calls that began before the recording, and until they return."""
    if python.version < (3, 11):
        pytest.skip("frames are objects")
    python.run(
        FRAMES
        + """
measured("nothing")
def record():
    heapprof.start(BASE)
    measured("before")
    call(200_000, lambda: measured("deeper"))
    measured("back")
call(200_000, record)
measured("returned")
"""
    )
    python.run(
        ASK
        + """
deep = part("before", "stacks")
assert deep > 15e6 and part("returned", "stacks") < 3e6, at
assert abs(part("deeper", "stacks") - 2 * deep) < 0.2 * deep and abs(part("back", "stacks") - deep) < 0.2 * deep, at
assert all(c.unexplained() < 0.1 and c.parts["not in RAM"] > -0.1 * c.resident for c in at.values()), at
"""
    )


def test_frames_of_all_threads_are_explained(python):
    """Those of threads that were there before the recording, and of others; and when they have ended they are gone."""
    if python.version < (3, 11):
        pytest.skip("frames are objects")
    python.run(
        FRAMES
        + """
import threading
def wait(depth): call(depth, event.wait)
def start(depth):
    threads = [threading.Thread(target=wait, args=(depth,)) for _ in range(100)]
    for thread in threads: thread.start()
    return threads
event = threading.Event()
threads = start(1000)
time.sleep(0.2)
heapprof.start(BASE)
measured("before")
threads += start(2000)
measured("more")
event.set()
for thread in threads: thread.join()
time.sleep(1)
measured("ended")
"""
    )
    python.run(
        ASK
        + """
assert part("before", "stacks") > 8e6 and part("more", "stacks") > 2.5 * part("before", "stacks"), at
assert part("ended", "stacks") < 0.3 * part("more", "stacks"), at
assert all(c.unexplained() < 0.1 and c.parts["not in RAM"] > -0.1 * c.resident for c in at.values()), at
"""
    )


def test_stacks_are_measured_again_when_memory_has_grown(python):
    """Not once a second only: composition() says of them, too, that they were measured at that instant."""
    if not knowsStacksOfThreads():
        pytest.skip("the C library does not tell where stacks are")
    library = python.compile(
        "deep",
        """
        #include <string.h>
        #include <unistd.h>
        void deep(void) {
            volatile char stack[700000];
            memset((char*)stack, 1, sizeof stack);
            sleep(3);
        }
        """,
    )
    python.run(f"""
        import ctypes, threading, time
        library = ctypes.CDLL({library!r})
        heapprof.start(BASE)
        def measured(text):
            for _ in range(6):
                kept = [bytes(200) for _ in range(10_000)]
                time.sleep(0.05)
            heapprof.mark(text)
        measured("begin")
        for _ in range(60): threading.Thread(target=library.deep).start()
        measured("deep")
        os._exit(0)
    """)
    python.run(
        ASK
        + """
assert abs(part("deep", "stacks") - part("begin", "stacks") - 42e6) < 4e6, at
for c in at.values(): assert c.unexplained() < 0.1 and c.time - c.measuredAt < 0.1, c
"""
    )
