"""Threads of every kind: older than the recording, of C, at their very end, and of other interpreters."""

from __future__ import annotations

from collections import Counter

import pytest

# Threads whose thread-specific data is destroyed when they end, by functions that allocate: for Python these threads
# are gone by then. The keys' destructors run in rounds, as a destructor sets its key again.
DYING = """
#include <pthread.h>
#include <stdlib.h>

extern void *PyMem_RawMalloc(size_t);
extern void *PyMem_RawRealloc(void *, size_t);
extern void PyMem_RawFree(void *);

static pthread_key_t key;
static void *kept[100000];
static int count;

static void destroy(void *rounds) {
    void *block = PyMem_RawMalloc(54321);
    PyMem_RawFree(PyMem_RawRealloc(block, 65432));
    kept[__atomic_fetch_add(&count, 1, __ATOMIC_RELAXED) % 100000] = PyMem_RawMalloc(4321);
    free(malloc(76543));
    if (rounds > (void *)1) pthread_setspecific(key, (char *)rounds - 1);
}
void begin(void) { pthread_key_create(&key, destroy); }
void arm(void) { pthread_setspecific(key, (void *)3); }
int destroyed(void) { return count; }

static void *work(void *unused) {
    PyMem_RawFree(PyMem_RawMalloc(1000));
    arm();
    return unused;
}
void threads(int number) {
    pthread_t all[8];
    for (int i = 0; i < number; i++) {
        pthread_create(&all[i % 8], 0, work, 0);
        if (i % 8 == 7) for (int j = 0; j < 8; j++) pthread_join(all[j], 0);
    }
}
"""


@pytest.mark.parametrize("native", [False, True])
def test_threads_that_allocate_when_nothing_is_left_of_them(python, native):
    out = python.run(
        f"""
        import ctypes, threading
        dying = ctypes.CDLL(sys.argv[1])
        dying.begin()
        def work():
            dying.arm()
            return [object() for _ in range(10)]
        heapprof.start(BASE, {{}}, native={native})
        for _ in range(50):
            threads = [threading.Thread(target=work) for _ in range(8)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
        dying.threads(400)
        until = 2400
        while dying.destroyed() < until: os.sched_yield()  # join() of Python returns a little before the end
        heapprof.stop()
        print(dying.destroyed())
    """,
        python.compile("dying", DYING),
    )
    assert int(out) == 2400
    capture = python.read()
    last = [capture.traces[e.trace] for e in capture.live().values() if e.size == 4321]
    assert len(last) == 2400 and all(trace.frames == () for trace in last)
    made = [e.size for e in capture.events if e.kind == "alloc" and e.size in (54321, 65432, 76543)]
    assert [made.count(size) for size in (54321, 65432, 76543)] == [2400, 2400, 2400 if native else 0]
    assert not {54321, 65432, 76543} & {e.size for e in capture.live().values()}


def test_dying_threads_while_recordings_come_and_go(python, rounds):
    size = python.run(
        f"""
        import ctypes, threading
        dying = ctypes.CDLL(sys.argv[1])
        dying.begin()
        running = True
        def inC():
            while running: dying.threads(8)
        def inPython():
            while running:
                thread = threading.Thread(target=lambda: (dying.arm(), [object() for _ in range(10)]))
                thread.start(); thread.join()
        threads = [threading.Thread(target=f) for f in (inC, inPython)]
        for thread in threads: thread.start()
        i = 0
        while i < {rounds(60)} or dying.destroyed() <= {rounds(100)}:
            i += 1
            heapprof.start(BASE, [{{}}, 5000, {{60_000: 0.5}}][i % 3], native=i % 2 == 1)
            block = bytes(100_000 + i)
            heapprof.stop()
        running = False
        for thread in threads: thread.join()
        print(sys.getsizeof(block))
    """,
        python.compile("dying", DYING),
    )
    assert int(size) in {e.size for e in python.read().live().values()}


@pytest.mark.parametrize("rate", ["{}", "{5000: 0.0}"])
def test_threads_that_were_there_before_the_recording(python, rate):
    python.run(f"""
        import threading
        kept = []
        go, done = threading.Barrier(9), threading.Barrier(9)
        def work(number):
            kept.append(bytes(20_000 + number))  # before
            while True:
                go.wait()
                if finished: return
                kept.append(bytes(10_000 + number))  #: kept
                done.wait()
        finished = False
        threads = [threading.Thread(target=work, args=(i,), name=f"worker {{i}}") for i in range(8)]
        for thread in threads: thread.start()
        for recording in range(3):
            heapprof.start(f"{{BASE}}{{recording}}", {rate})
            go.wait(); done.wait()
            heapprof.stop()
        finished = True
        go.wait()
        for thread in threads: thread.join()
    """)
    for recording in range(3):
        capture = python.read(f"{python.filebase}{recording}")
        kept = {
            e.size - 33: capture.traces[e.trace] for e in capture.live().values() if e.size in range(10_033, 10_041)
        }
        assert sorted(kept) == list(range(10_000, 10_008))
        for size, trace in kept.items():
            assert (trace.frames[-1].name, trace.frames[-1].line) == ("work", python.lines["kept"])
            assert capture.threads[trace.thread][1].startswith(f"worker {size - 10_000}")
        assert not [e for e in capture.events if e.size > 20_000 and e.size < 20_100]


INTERPRETERS = """
    import gc, threading
    try: import _interpreters as interpreters
    except ImportError: import _xxsubinterpreters as interpreters
    create = interpreters.create  # since 3.12 each has a GIL and arenas of its own
"""


def inside(capture, event):
    return any(frame.name == "inside" for frame in capture.traces[event.trace].frames)


def test_interpreters_side_by_side(python):
    """Their arenas vanish with them, but not before each block in there was freed."""
    if python.version < (3, 12):
        pytest.skip("one GIL for all")
    python.run(
        INTERPRETERS
        + """
    code = '''
    def inside(n):
        kept = []
        for i in range(1000):
            kept.append(bytes(300 + n))
            kept.append(bytes(5000 + n))
            if i % 3 == 0: kept.clear()
        return kept
    for _ in range(5): held = inside(NUMBER)
    import builtins
    builtins.held = held
    '''
    def run(number):
        one = create()
        assert interpreters.run_string(one, code.replace("NUMBER", str(number))) is None
        interpreters.destroy(one)
    heapprof.start(BASE, {300: 0.0})
    for _ in range(2):
        threads = [threading.Thread(target=run, args=(i,)) for i in range(4)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
    heapprof.stop()
    """
    )
    capture = python.read()
    sizes = [size + number for size in (333, 5033) for number in range(4)]
    made = [e for e in capture.events if e.kind == "alloc" and e.size in sizes and inside(capture, e)]
    # While CPython makes an interpreter it puts its own functions into the raw domain for moments, in which other
    # interpreters' requests of more than 512 bytes pass us by.
    found = Counter(e.size for e in made)
    assert all(10_000 - 10 * (size > 512) <= found[size] <= 10_000 for size in sizes), found
    assert not [e for e in capture.live().values() if e.size in sizes and inside(capture, e)]


def test_recordings_come_and_go_while_other_interpreters_work(python, rounds):
    if python.version < (3, 12):
        pytest.skip("one GIL for all")
    python.run(
        INTERPRETERS
        + f"""
    running = True
    def run():
        while running:
            one = create()
            for code in (
                "x = 1\\nfor i in range(20000): x = [x, bytes(i % 900)] if i % 50 else 1",
                "for i in range(300): exec(f'def f{{i}}(): return [object()]\\\\nf{{i}}()')",
            ):
                problem = interpreters.run_string(one, code)
                assert problem is None, problem
            interpreters.destroy(one)
    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads: thread.start()
    for i in range({rounds(60)}):
        heapprof.start(BASE, [{{}}, 5000, {{400: 0.5}}][i % 3])
        block = bytes(100_000 + i)
        for _ in range(20): exec("def g(): return [object() for _ in range(50)]\\ng()")
        heapprof.stop()
    running = False
    for thread in threads: thread.join()
    """
    )
    assert 100_033 + rounds(60) - 1 in {e.size for e in python.read().live().values()}


@pytest.mark.parametrize("rate", ["{}", "20_000"])
def test_threads_that_work_in_other_interpreters_have_their_names(python, rate):
    """Which begin by making one, that does more than the thread does in its own, or that are called otherwise then."""
    if python.version < (3, 8):
        pytest.skip("there is no module that makes interpreters")
    python.run(
        INTERPRETERS
        + f"""
    def run():
        one = create()
        interpreters.run_string(one, "kept = [bytes(5000) for _ in range(2000)]")
        interpreters.destroy(one)
        name = threading.current_thread().name
        if name.startswith("renamed"): threading.current_thread().name = "now " + name
        kept = [bytes(5000) for _ in range(100)]
        gc.collect()  # which notes another name
    heapprof.start(BASE, {rate})
    for i in range(6):
        thread = threading.Thread(target=run, name=("worker-%d", "renamed-%d")[i % 2] % i)
        thread.start()
        thread.join()
    heapprof.stop()
    """
    )
    names = {name for _, name in python.read().threads.values()}
    wanted = {"worker-0", "now renamed-1", "worker-2", "now renamed-3", "worker-4", "now renamed-5"}
    assert names <= wanted | {"MainThread"} and len(wanted & names) == 6, names


@pytest.mark.parametrize("how", ["BASE, {}", "BASE, {}, native=True", "BASE", "BASE, native=True"])
def test_threads_that_end_soon_have_their_names(python, how):
    """However many there are at once, though nothing collects garbage meanwhile, and though one large block is all that
    is recorded of a thread."""
    program = """
        import gc, threading
        gc.disable()
        heapprof.start(HOW)
        def load(): kept.append(bytes(10_000_000))
        kept = []
        for i in range(300):
            kept.clear()
            thread = threading.Thread(target=load, name=f"brief-{i}")
            thread.start()
            thread.join()
        ready, done = threading.Barrier(401), threading.Event()
        def work():
            own = bytes(10_000_000)
            ready.wait()
            done.wait()
        threads = [threading.Thread(target=work, name=f"w\\u00f6rker-{i}") for i in range(400)]
        for thread in threads: thread.start()
        ready.wait()
        heapprof.stop()
        done.set()
    """
    python.run(program.replace("HOW", how))
    names = [name for _, name in python.read().threads.values()]
    assert {f"brief-{i}" for i in range(300)} | {f"wörker-{i}" for i in range(400)} <= set(names)


@pytest.mark.parametrize("rate", ["{}", "2000"])
def test_threads_that_get_another_name_have_the_last_one(python, rate):
    """Brief ones that begin by giving themselves one, those that work for long, the main one, and numbers of threads
    that are used again."""
    python.run(f"""
        import _thread, gc, threading, time
        gc.disable()
        kept, done = [], threading.Event()
        heapprof.start(BASE, {rate})
        def brief(size):
            threading.current_thread().name = f"brief of {{size}}"
            kept.append(bytes(size))
        for size in range(100_000, 100_020):
            thread = threading.Thread(target=brief, args=(size,))
            thread.start()
            thread.join()
        def long():
            for i in range(400):
                kept.append(bytes(200_000 if i == 0 else 3000))
                if i == 100: threading.current_thread().name = "renamed later"
                time.sleep(0.001)
        thread = threading.Thread(target=long, name="first")
        thread.start()
        thread.join()
        def raw(size, name):
            if name: threading.current_thread().name = name
            kept.append(bytes(size))
            done.set()
        for size, name in (300_000, ""), (300_001, "named raw"):
            done.clear()
            _thread.start_new_thread(raw, (size, name))
            done.wait()
            time.sleep(0.05)
        kept.append(bytes(400_000))
        threading.current_thread().name = "the first of all"
        heapprof.stop()
    """)
    capture = python.read()
    names = {e.size - 33: capture.threads[capture.traces[e.trace].thread][1] for e in capture.live().values()}
    for size in range(100_000, 100_020):
        assert names[size] == f"brief of {size}"
    assert (names[200_000], names[300_001], names[400_000]) == ("renamed later", "named raw", "the first of all")
    assert names[300_000] != "named raw"


def test_threads_that_python_does_not_know_or_that_have_names_of_their_own(python):
    """C threads without a thread state, and a class whose names are made by Python code."""
    library = python.compile(
        "unknown",
        """
        #include <pthread.h>
        #include <stddef.h>
        static void* run(void* allocate) { return ((void* (*)(size_t))allocate)(3000); }
        void begin(void* allocate) { pthread_t t; pthread_create(&t, 0, run, allocate); pthread_join(t, 0); }
    """,
    )
    out = python.run(f"""
        import ctypes, threading, time
        class Named(threading.Thread):
            @property
            def _name(self): time.sleep(0.001); return "made"
            @_name.setter
            def _name(self, name): pass
            def run(self):
                for _ in range(200): kept.append(bytes(1000))
        kept = []
        heapprof.start(BASE, {{}})
        begin = ctypes.PyDLL({library!r}).begin
        begin.argtypes = [ctypes.c_void_p]
        begin(ctypes.cast(ctypes.pythonapi.PyMem_RawMalloc, ctypes.c_void_p))
        if sys.version_info < (3, 12):  # later ones crash by themselves
            begin(ctypes.cast(ctypes.pythonapi.PyMem_Malloc, ctypes.c_void_p))
        threads = [Named() for _ in range(4)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        heapprof.stop()
        print("ended")
    """)
    assert out == "ended\n"
