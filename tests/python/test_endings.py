"""However a program ends, what it recorded is in the files."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import struct
import subprocess
import time

import pytest

COUNTING = """
    import ctypes, mmap
    with open(sys.argv[1], "r+b") as file:
        shared = mmap.mmap(file.fileno(), 16)
    begun, done = ctypes.c_int64.from_buffer(shared, 0), ctypes.c_int64.from_buffer(shared, 8)  # stored in one go
    heapprof.start(BASE, eval(sys.argv[2]))
    i = 0
    kept = [None] * 1000
    while True:
        i += 1
        begun.value = i
        kept[i % 1000] = bytes(5000 + i % 500)
        done.value = i
"""


@pytest.mark.parametrize("rate", ["{}", "{4000: 0.0}"])
def test_killed_at_any_moment(python, rate, rounds):
    counter = python.folder / "counter"
    program = python.write(COUNTING)
    generator = random.Random(7)
    for _ in range(rounds(12)):
        counter.write_bytes(bytes(16))
        process = python.start(program, str(counter), rate)
        while struct.unpack("<q", counter.read_bytes()[8:])[0] < 10 and process.poll() is None:
            time.sleep(0.002)
        time.sleep(generator.uniform(0, 0.25))
        process.kill()
        assert process.wait() == -signal.SIGKILL, process.stderr.read()
        process.communicate()
        begun, done = struct.unpack("<qq", counter.read_bytes())
        capture = python.read()
        recorded = [e.size - 5033 for e in capture.events if e.kind == "alloc" and 5033 <= e.size < 5533]
        assert done <= len(recorded) <= begun
        assert recorded == [i % 500 for i in range(1, len(recorded) + 1)]
        assert capture.openBlocks >= 1 and capture.end is None  # 1: killed between two blocks of one file
        frees = sum(1 for e in capture.events if e.kind == "free" and 5033 <= e.size < 5533)
        assert max(0, done - 1000) <= frees <= max(0, begun - 1000)


@pytest.mark.parametrize(
    "ending, status, reason",
    [
        ("pass", 0, 1),
        ("sys.exit(3)", 3, 1),
        ("raise ValueError", 1, 1),
        ("raise SystemExit('text')", 1, 1),
        ("os._exit(4)", 4, None),
        ("os.abort()", -signal.SIGABRT, None),
        ("os.kill(os.getpid(), signal.SIGINT)", -signal.SIGINT, 1),
        ("heapprof.stop()", 0, 0),
        ("os.execv('/bin/true', ['true'])", 0, None),
        ("threading.Thread(target=lambda: (time.sleep(0.1), kept.append(bytes(700_000)))).start()", 0, 1),
        ("atexit.register(lambda: kept.append(bytes(700_000)))", 0, 1),
        ("threading.Thread(target=lambda: time.sleep(60), daemon=True).start()", 0, 1),
    ],
)
def test_every_way_to_end(python, ending, status, reason):
    if status == -signal.SIGINT:
        status = python.interrupted
    python.run(
        f"""
        import atexit, signal, threading, time
        kept = []
        heapprof.start(BASE, {{}})
        kept.append(bytes(600_000))
        {ending}
    """,
        status=status,
    )
    capture = python.read()
    assert 600_033 in [e.size for e in capture.live().values()]
    assert (capture.end[1] if capture.end else None) == reason
    assert ("700_000" in ending) == (700_033 in [e.size for e in capture.live().values()])
    if reason is not None:
        assert capture.openBlocks == 0


def test_fork_leaves_the_parents_files_alone(python):
    out = python.run("""
        import threading, time
        kept = []
        running = True
        def busy():
            while running:
                for _ in range(20): kept.append(bytes(3000))
                del kept[:-100]
                time.sleep(0.001)
        threads = [threading.Thread(target=busy) for _ in range(3)]
        heapprof.start(BASE, {}, followFork=False)
        for thread in threads: thread.start()
        for i in range(40):
            child = os.fork()
            if child == 0:
                try:
                    assert not heapprof.isProfiling()
                    garbage = [bytes(888_888) for _ in range(20)] + [object() for _ in range(10000)]
                    kept.clear()
                    if i % 4 == 0:
                        heapprof.start(BASE + f"-child{i}", {})
                        mine = bytes(777_777)
                        assert heapprof.isProfiling()
                        heapprof.stop()
                    if i % 4 == 1:
                        heapprof.stop()
                    if i % 8 == 2: sys.exit(5)
                except SystemExit: os._exit(5)
                except BaseException as e: print(repr(e), file=sys.stderr); os._exit(9)
                os._exit(5)
            assert os.waitpid(child, 0)[1] == 5 << 8
        last = bytes(666_666)
        running = False
        for thread in threads: thread.join()
        child = os.fork()
        if child == 0:
            os.close(1); os.close(2)
            time.sleep(10)
            os._exit(0)
        print(child)
        heapprof.stop()
    """)
    os.kill(int(out), signal.SIGSTOP)  # the last child still lives: did it keep the lock?
    assert not locked(python.filebase + ".hpd")
    os.kill(int(out), signal.SIGKILL)
    capture = python.read()
    everything = {e.size for e in capture.events}
    assert 888_921 not in everything and 666_699 in everything and capture.end[1] == 0
    for i in range(0, 40, 4):
        child = python.read(python.filebase + f"-child{i}")
        assert 777_810 in {e.size for e in child.live().values()}


def locked(path):
    with open(path, "r+b") as file:
        request = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        answer = fcntl.fcntl(file, 36, request)  # F_OFD_GETLK
        return struct.unpack("hhqqi4x", answer)[0] != fcntl.F_UNLCK


def test_the_log_is_locked_while_it_is_written(python):
    process = python.start(
        python.write("""
        heapprof.start(BASE)
        print("started", flush=True)
        import time; time.sleep(60)
    """)
    )
    try:
        assert process.stdout.readline() == "started\n"
        assert locked(python.filebase + ".hpd")
        assert os.stat(python.filebase + ".hpd").st_mode & 0o777 == 0o600
        assert python.read().process["pid"] == process.pid  # readable while it grows
    finally:
        process.kill()
        process.communicate()
    assert not locked(python.filebase + ".hpd")


def test_a_child_of_the_bare_system_call_does_not_record(python):
    python.run("""
        import ctypes
        syscall = ctypes.CDLL(None).syscall
        kept = []
        heapprof.start(BASE, {})
        for i in range(10):
            child = syscall(57)  # fork, without its handlers
            if child == 0:
                garbage = [bytes(888_888) for _ in range(20)] + [object() for _ in range(10000)]
                kept.clear()
                os._exit(heapprof.isProfiling())
            assert os.waitpid(child, 0)[1] == 0
            kept.append(bytes(400_000))
        heapprof.stop()
    """)
    capture = python.read()
    assert [e.size for e in capture.events if e.size > 300_000] == [400_033] * 10


FORKING_HANDLER = """
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int forks, failure;
static void fork_and_wait(int signal) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        if (forks % 2) _exit(0);
        struct itimerval never = {0};
        setitimer(ITIMER_REAL, &never, 0);
        alarm(20);
        return; /* into what was interrupted */
    }
    if (child < 0 || waitpid(child, &status, 0) != child) failure = -1;
    else if (status != 0 && status != 7 << 8) failure = -status;
    forks++;
}
void begin(void) {
    struct sigaction action = {.sa_handler = fork_and_wait, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, 0);
    struct itimerval often = {{0, 1000}, {0, 1000}};
    setitimer(ITIMER_REAL, &often, 0);
}
int soFar(void) { return forks; }
int end(void) {
    struct itimerval never = {0};
    setitimer(ITIMER_REAL, &never, 0);
    return failure ? failure : forks;
}
"""


@pytest.mark.parametrize("follow", [False, True])
def test_fork_in_a_signal_handler_that_interrupts_the_recorder(python, follow):
    source = python.folder / "forking.c"
    source.write_text(FORKING_HANDLER)
    library = python.folder / "forking.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
    out = python.run(
        f"""
        import ctypes, time
        forking = ctypes.CDLL(sys.argv[1])
        parent = os.getpid()
        kept = []
        heapprof.start(BASE, {{}}, followFork={follow})
        forking.begin()
        until = time.monotonic() + 0.3
        while (time.monotonic() < until or forking.soFar() <= 50) and os.getpid() == parent:
            kept.append([object() for _ in range(50)])
            del kept[:-100]
        forks = forking.end()
        if os.getpid() != parent:
            more = [bytes(888_888) for _ in range(10)]
            os._exit(7)
        print(forks)
        heapprof.stop()
    """,
        str(library),
    )
    assert int(out) > 50
    capture = python.read()
    assert not [e for e in capture.events if e.size > 800_000]


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(python, method):
    python.run(f"""
        import multiprocessing
        def work(n): return len(bytes(n))
        if __name__ == "__main__":
            heapprof.start(BASE, {{}})
            kept = bytes(500_000)
            context = multiprocessing.get_context("{method}")
            with context.Pool(2) as pool:
                assert sum(pool.map(work, range(1000, 1100))) == sum(range(1000, 1100))
            heapprof.stop()
    """)
    assert 500_033 in {e.size for e in python.read().live().values()}
