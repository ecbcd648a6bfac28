"""Processes that descend from a recorded one record into captures of their own."""

from __future__ import annotations

import glob
import os
import tempfile

import pytest


def captures(python):
    """All captures but the first process's own, by the part of the name after the filebase."""
    names = glob.glob(python.filebase + ".*.hpd")
    return {name[len(python.filebase) + 1 : -4]: python.read(name[:-4]) for name in names}


def sizes(capture):
    return {event.size for event in capture.events}


def descends(child, parent):
    return child.ancestor == (parent.uuid, parent.process["pid"])


def test_a_child_records_into_its_own_files(python):
    out = python.run("""
        heapprof.start(BASE, {})
        inherited = bytes(500_000)
        child = os.fork()
        if child == 0:
            assert heapprof.isProfiling()
            mine = bytes(700_000)  #: child
            del inherited
            heapprof.stop()
            assert not heapprof.isProfiling()
            after = bytes(800_000)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        parents = bytes(600_000)
        print(os.getpid(), child)
    """)
    parentPid, childPid = map(int, out.split())
    parent, found = python.read(), captures(python)
    (name, child), *others = found.items()
    assert name == str(childPid) and not others
    assert (child.process["pid"], child.process["parentPid"]) == (childPid, parentPid)
    assert child.process["argv"] == parent.process["argv"] and child.sampling == parent.sampling
    assert descends(child, parent) and parent.ancestor is None and child.uuid != parent.uuid
    assert child.end[1] == 0 and parent.end[1] == 1
    (mine,) = [event for event in child.live().values() if event.size > 100_000]
    assert mine.size == 700_033
    (frame,) = child.traces[mine.trace].frames
    assert frame.line == python.lines["child"]
    assert {500_033, 600_033} <= {e.size for e in parent.live().values()} and not {700_033, 800_033} & sizes(parent)
    assert mine.time < 30_000_000 and child.threads[1][1] == "MainThread"
    import time

    started = os.stat(python.filebase + f".{childPid}.hpd").st_mtime
    assert abs(started - time.time()) < 120


def test_a_child_that_records_nothing_leaves_no_files(python):
    python.run("""
        heapprof.start(BASE)
        for i in range(20):
            child = os.fork()
            if child == 0:
                if i % 2: heapprof.stop()
                os._exit(0 if heapprof.isProfiling() == (i % 2 == 0) else 1)
            assert os.waitpid(child, 0)[1] == 0
    """)
    assert len(captures(python)) <= 2  # by chance one of them may have allocated enough


def test_children_of_children_and_daemons(python):
    out = python.run("""
        import time
        heapprof.start(BASE, {4000: 0.0})
        os.chdir("/")  # the filebase stays what it was
        read, write = os.pipe()
        if os.fork() == 0:  # a daemon, as in the books
            os.setsid()
            if os.fork(): os._exit(0)
            os.dup2(write, 1)
            os.closerange(3, 256)
            files = [open("/dev/null") for _ in range(6)]
            kept = [bytes(100_000 + i) for i in range(2000)]
            child = os.fork()
            if child == 0:
                mine = bytes(777_777)
                os._exit(0)
            os.waitpid(child, 0)
            print(os.getpid(), child, flush=True)
            heapprof.stop()
            os.write(1, b".")
            os._exit(0)
        os.wait()
        answer = b""
        while not answer.endswith(b"."): answer += os.read(read, 100)
        print(answer.decode().rstrip("."))
    """)
    daemonPid, childPid = out.split()
    found = captures(python)
    daemon, child = found.pop(daemonPid), found.pop(childPid)
    assert not found
    assert descends(daemon, python.read())  # the one between left no capture
    assert descends(child, daemon) and child.process["parentPid"] == int(daemonPid)
    assert {100_033 + i for i in range(2000)} <= {e.size for e in daemon.live().values()} and daemon.end
    assert 777_810 in sizes(child) and 777_810 not in sizes(daemon)


def test_a_storm_of_forks_with_busy_threads(python, rounds):
    count = rounds(40)
    out = python.run(f"""
        import threading, time
        running = True
        def busy():
            kept = []
            while running:
                for _ in range(50): kept.append([bytes(300), object()])
                del kept[:-100]
                time.sleep(0.0005)
        threads = [threading.Thread(target=busy) for _ in range(4)]
        heapprof.start(BASE, {{}})
        for thread in threads: thread.start()
        for i in range({count}):
            child = os.fork()
            if child == 0:
                def work(): mine.append(bytes(200_000 + i))
                mine = []
                worker = threading.Thread(target=work)
                worker.start()
                worker.join()
                grandchild = os.fork() if i % 4 == 0 else None
                if grandchild: os.waitpid(grandchild, 0)
                mine.append(bytes(300_000 + i))
                if i % 3 == 0: heapprof.stop()
                os._exit(0)
            print(child, i)
            assert os.waitpid(child, 0)[1] == 0
        running = False
        for thread in threads: thread.join()
        heapprof.stop()
    """)
    parent, found = python.read(), captures(python)
    assert not [size for size in sizes(parent) if 200_033 <= size < 200_033 + count]
    for line in out.splitlines():
        pid, i = line.split()
        child = found.pop(pid)
        assert descends(child, parent)
        assert {200_033 + int(i), 300_033 + int(i)} <= {e.size for e in child.live().values()}
        assert (child.end is not None) == (int(i) % 3 == 0)
        assert len(child.threads) == 2
    assert len(found) == (count + 3) // 4


def test_a_capture_of_the_same_number_is_not_replaced(python):
    out = python.run("""
        heapprof.start(BASE, {500_000: 0.0})  # buffers of files are smaller
        child = os.fork()
        if child == 0:
            for name in ".hpm", "-2.hpd", "-3.hpm", "-3.hpd":
                with open(f"{BASE}.{os.getpid()}{name}", "w") as file: file.write("somebody's")
            mine = bytes(700_000)
            os._exit(0)
        os.waitpid(child, 0)
        print(child)
    """)
    base = f"{python.filebase}.{out.strip()}"
    for name in ".hpm", "-2.hpd", "-3.hpm", "-3.hpd":
        with open(base + name) as file:
            assert file.read() == "somebody's"
    assert not os.path.exists(base + ".hpd") and not os.path.exists(base + "-2.hpm")
    assert 700_033 in sizes(python.read(base + "-4"))


def test_without_following_children_stop(python):
    python.run("""
        heapprof.start(BASE, {}, followFork=False)
        child = os.fork()
        if child == 0:
            mine = [bytes(700_000), object()]
            os._exit(heapprof.isProfiling())
        assert os.waitpid(child, 0)[1] == 0
    """)
    assert not captures(python) and 700_033 not in sizes(python.read())


def test_other_programs_started_from_a_recorded_one(python):
    """vfork, posix_spawn and fork with an exec: what is started knows nothing of the recording."""
    python.run("""
        import subprocess
        heapprof.start(BASE, {})
        assert subprocess.run(["/bin/true"], close_fds=False).returncode == 0
        assert subprocess.run(["/bin/true"], close_fds=True, start_new_session=True).returncode == 0
        assert subprocess.check_output("echo $$", shell=True)
        open_ = subprocess.check_output(["ls", "-l", "/proc/self/fd"], close_fds=False, text=True)
        assert ".hp" not in open_, open_
        open_ = subprocess.check_output(["ls", "-l", "/proc/self/fd"], preexec_fn=lambda: bytes(700_000), text=True)
        assert ".hp" not in open_, open_
        pid = os.posix_spawn("/bin/true", ["true"], {})
        assert os.waitpid(pid, 0)[1] == 0
        kept = bytes(400_000)
        heapprof.stop()
    """)
    parent, found = python.read(), captures(python)
    assert 400_033 in sizes(parent) and 700_033 not in sizes(parent)
    (child,) = found.values()  # the one that ran Python code before its exec
    assert 700_033 in sizes(child)


@pytest.mark.parametrize("method", ["fork", "forkserver"])
def test_pools(python, method):
    python.run(f"""
        import multiprocessing
        kept = []
        def work(n):
            kept.append(bytes(n))
            return os.getpid()
        if __name__ == "__main__":
            heapprof.start(BASE, {{}})
            with multiprocessing.get_context("{method}").Pool(3) as pool:
                print(*set(pool.map(work, range(300_000, 300_060), chunksize=1)))
            heapprof.stop()
    """)
    if method == "forkserver":
        return  # its server was started by exec: see test_following.py
    found = captures(python)
    recorded = [e.size for c in found.values() for e in c.live().values() if 300_033 <= e.size < 300_093]
    assert sorted(recorded) == list(range(300_033, 300_093))
    assert all(descends(child, python.read()) for child in found.values())


def test_children_of_multiprocessing_end_in_order(python):
    python.run("""
        import multiprocessing, weakref
        kept = []
        def work(n):
            kept.append(bytes(n))
            multiprocessing.util.Finalize(None, lambda: kept.append(bytes(500_000)), exitpriority=-10)
        def start(n):
            process = multiprocessing.get_context("fork").Process(target=work, args=(n,))
            process.start()
            process.join()
            assert process.exitcode == 0
        start(200_000)
        heapprof.start(BASE, {})
        start(300_000)
        start(400_000)
        heapprof.stop()
        start(600_000)
    """)
    found = captures(python)
    big = sorted(sorted(size for size in sizes(child) if 200_000 < size < 1_000_000) for child in found.values())
    assert big == [[300_033, 500_033], [400_033, 500_033]]
    assert [child.end[1] for child in found.values()] == [1, 1]


def test_a_server_that_forks_its_workers_before_they_serve(python):
    python.run("""
        import signal, socket
        heapprof.start(BASE, {4000: 0.0})
        cache = bytes(5_000_000)
        server = socket.create_server(("127.0.0.1", 0))
        workers = []
        for i in range(3):
            pid = os.fork()
            if pid == 0:
                kept = []
                signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
                while True:
                    connection, _ = server.accept()
                    kept.append(bytes(int(connection.recv(20))))
                    connection.close()
            workers.append(pid)
        for i in range(60):
            with socket.create_connection(server.getsockname()) as client:
                client.send(b"%d" % (400_000 + i))
                client.recv(1)
        for pid in workers[:2]: os.kill(pid, signal.SIGTERM)
        os.kill(workers[2], signal.SIGKILL)
        for pid in workers: os.waitpid(pid, 0)
    """)
    found = captures(python)
    recorded = [e.size for c in found.values() for e in c.live().values() if 400_033 <= e.size < 400_093]
    assert sorted(recorded) == list(range(400_033, 400_093))
    assert 5_000_033 not in {size for child in found.values() for size in sizes(child)}
    assert sorted(child.end is not None for child in found.values())[-1:] == [True]


def test_full_disk_in_a_child(python, smallDisk):
    python.run(
        """
        heapprof.start(BASE, {4000: 0.0})
        for fill in False, True:
            if fill:
                try:
                    with open(os.path.dirname(BASE) + "/fill", "wb") as file:
                        while True: file.write(bytes(4096)); file.flush()
                except OSError: pass
            child = os.fork()
            if child == 0:
                for i in range(1000 if fill else 400_000): block = bytes(5000 + i % 3000)
                os._exit(0 if heapprof.isProfiling() != fill else 1)
            assert os.waitpid(child, 0)[1] == 0
            print(child)
        kept = bytes(800_000)
        assert heapprof.isProfiling()
    """,
        env={"BASE": str(smallDisk / "out")},
    )
    (name,) = glob.glob(str(smallDisk / "out.*.hpd"))
    child = python.read(name[:-4])
    assert child.events[-1].kind == "lost"
    assert len(glob.glob(str(smallDisk / "*"))) == 5  # two captures, and what fills the disk


@pytest.mark.parametrize("ending", ["pass", "os._exit(0)", "os.kill(os.getpid(), 9)", "heapprof.stop()"])
def test_a_child_that_loses_something_says_which_it_is(python, ending):
    """However it ends, once, and its capture says it, too."""
    program = python.write(f"""
        import resource, warnings
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
            for i in range(400_000): block = bytes(600 + i % 300)
            warnings.simplefilter("ignore")  # what stop() says to the program
            {ending}
        elif "kill" in "{ending}":
            assert os.waitpid(child, 0)[1] == 9
            print(child)
        else:
            assert os.waitpid(child, 0)[1] == 0
            print(child)
    """)
    process = python.start("-m", "heapprof", "-q", "-o", "out", "--sample", "{}", program)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert err == f"heapprof: process {out.strip()} could not record to the end: File too large\n"
    python.run(f"r = heapprof.read(BASE + '.{out.strip()}'); assert r.ending() == 'incomplete', r.ending()")
    child = python.read(f"{python.filebase}.{out.strip()}")
    assert child.events[-1].kind == "lost"


def test_a_folder_that_the_child_may_not_write(python):
    if os.getuid() != 0:
        pytest.skip("needs another user's rights")
    with tempfile.TemporaryDirectory() as instead:
        os.chmod(instead, 0o1777)
        child = python.run(
            """
            heapprof.start(BASE)
            child = os.fork()
            if child == 0:
                os.setuid(65534)
                kept = bytes(5_000_000)
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
            assert heapprof.isProfiling()
            print(child)
        """,
            env={"TMPDIR": instead},
        ).strip()
        assert python.read().end
        assert python.read(f"{instead}/out.{child}").process["pid"] == int(child)
        assert python.stderr == (
            f"heapprof: cannot record to {python.filebase}.{child}.hpm: Permission denied; process {child} records to "
            f"{instead}/out.{child}.hpm instead\n"
        )


def test_captures_in_another_folder_are_of_the_run(python):
    if os.getuid() != 0:
        pytest.skip("needs another user's rights")
    with tempfile.TemporaryDirectory() as instead:
        os.chmod(instead, 0o1777)
        program = python.write("""
            import time
            children = []
            for user in 0, 65534, 65534:
                children.append(os.fork())
                if children[-1] == 0:
                    os.setuid(user)
                    kept = bytes(5_000_000)
                    if user and len(children) == 3:
                        child = os.fork()
                        if child == 0:
                            more = bytes(5_000_000)
                            os._exit(0)
                        os.waitpid(child, 0)
                    os._exit(0)
                assert os.waitpid(children[-1], 0)[1] == 0
            print(*children)
        """)
        process = python.start("-m", "heapprof", "-o", "out", "--output-dir-fallback", instead, program)
        out, err = process.communicate(timeout=120)
        assert err.endswith("heapprof: recorded to out.hpm and out.hpd, and 4 captures of child processes\n"), err
        beside, other, parent = (int(pid) for pid in out.split())
        names = sorted(os.path.basename(name) for name in glob.glob(f"{instead}/*.hpm"))
        assert len(names) == 3 and f"out.{other}.hpm" in names and f"out.{beside}.hpm" not in names
        for base in python.filebase, f"{python.filebase}.{beside}", f"{instead}/out.{parent}":
            python.run(f"""
                run = heapprof.readRun({base!r})
                assert not run.problems
                pids = [member.reader.process().pid for member in run.members]
                assert len(pids) == 5 and pids[1:4] == [{beside}, {other}, {parent}], pids
                assert [member.parent for member in run.members] == [None, 0, 0, 0, 3], run.members
            """)


def test_readers_say_where_a_capture_comes_from(python):
    python.run("""
        heapprof.start(BASE, {})
        child = os.fork()
        if child == 0:
            mine = bytes(700_000)
            os._exit(0)
        os.waitpid(child, 0)
        heapprof.stop()
        parent, child = heapprof.Reader(BASE), heapprof.Reader(f"{BASE}.{child}")
        assert child.ancestor() == (parent.identity(), parent.process().pid) and parent.ancestor() is None
        assert parent.process().pid == os.getpid() == child.process().parentPid
        assert parent.process().arguments == sys.argv and len(parent.identity()) == 32
    """)
