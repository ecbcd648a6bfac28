"""All processes of a run in one: found, on one time axis, summed and apart."""

import json


def test_a_program_and_its_children(python):
    python.run("""
        import multiprocessing, time

        def work(megabytes):
            block = bytes(megabytes * 1_000_000)  #: block
            time.sleep(0.5)
            late = bytes(1000)
            os._exit(0)

        heapprof.start(BASE, {})
        own = bytes(5_000_000)  #: own
        time.sleep(0.1)
        children = []
        for megabytes in (10, 20):
            child = os.fork()
            if child == 0:
                work(megabytes)
            children.append(child)
        for child in children:
            os.waitpid(child, 0)
        time.sleep(0.1)
        more = bytes(1_000_000)
        heapprof.stop()
    """)
    out = python.run(
        """
        import json, pathlib
        block = heapprof.RawTraceLine(sys.argv[1], json.loads(sys.argv[2])["block"])
        with heapprof.readRun(BASE) as run:
            assert not run.problems
            first, *children = run.members
            assert first.parent is None and first.start == 0 and [c.parent for c in children] == [0, 0]
            assert all(0.1 <= c.start <= 60 for c in children), run.members
            assert all(c.reader.ancestor()[0] == first.reader.identity() for c in children)
            together = max(c.start for c in children) + 0.25
            used = [amount.bytes for amount in run.usageAt(together)]
            steps = run.timePlot(steps=200)
            step = next(s for s in steps if s.begin <= together < s.end)
            lines = run.linesAt(together)
            run.writeFlameGraph(BASE + ".txt", together)
            run.writeFlameGraph(pathlib.Path(BASE + ".json"), together)
            last = run.usageAt(run.elapsedTime())
            again = heapprof.readRun(children[1].reader.filebase)
            assert [m.reader.identity() for m in again.members] == [m.reader.identity() for m in run.members]
            print(json.dumps({
                "used": used, "step": step, "block": lines[block], "own": run.linesAt(together, False)[block],
                "peak": max(s.greatest for s in steps), "last": [a.bytes for a in last], "end": steps[-1].last,
            }))
        """,
        python.program,
        json.dumps(python.lines),
    )
    found = json.loads(out)
    first, ten, twenty = found["used"]
    assert 5_000_000 <= first < 6_000_000
    assert sorted([ten // 1_000_000, twenty // 1_000_000]) == [10, 20]
    assert found["block"] == found["own"] == 30_000_066
    total = sum(found["used"])
    step = found["step"]  # begin, end, least, greatest, last, error
    assert step[2] <= total <= step[3] and step[5] == 0
    assert found["peak"] >= total
    assert found["last"][1:] == [0, 0] and 6_000_000 < found["last"][0] == found["end"]
    collapsed = (python.folder / "out.txt").read_text()
    assert sum(int(line.rpartition(" ")[2]) for line in collapsed.splitlines()) == total
    profile = json.loads((python.folder / "out.json").read_text())["profiles"][0]
    assert sum(profile["weights"]) == total


def test_a_run_of_one(python):
    python.run("import time; heapprof.start(BASE); time.sleep(0.05); keep = bytes(10_000_000); heapprof.stop()")
    python.run("""
        run = heapprof.readRun(BASE + ".hpm")
        (member,) = run.members
        (amount,) = run.usageAt(run.elapsedTime())
        assert amount.bytes == member.reader.snapshotAt(1e6).totalUsage() > 9_000_000
        assert run.timePlot(steps=3)[-1].last == amount.bytes
        try:
            run.usageAt(float("nan"))
        except ValueError as error:
            assert "finite" in str(error)
        else:
            raise AssertionError
    """)


def test_a_process_that_ends_after_it_was_read_lived_until_then(python):
    python.run("""
        import time
        heapprof.start(BASE, {})
        own = bytes(5_000_000)
        asked, answer = os.pipe(), os.pipe()
        child = os.fork()
        if child == 0:
            block = bytes(10_000_000)
            time.sleep(0.2)
            os.write(asked[1], b"x")
            os.read(answer[0], 1)
            os._exit(0)
        os.read(asked[0], 1)
        time.sleep(0.3)
        more = bytes(1_000_000)
        run = heapprof.readRun(BASE)
        before = [amount.bytes for amount in run.usageAt(run.elapsedTime())]
        os.write(answer[1], b"x")
        os.waitpid(child, 0)
        after = [amount.bytes for amount in run.usageAt(run.elapsedTime())]
        assert before == after and before[1] > 10_000_000, (before, after)
        heapprof.stop()
    """)


def test_programs_of_forked_processes_are_theirs(python):
    """Also where they are given the environment that the first process had."""
    program = python.write("""
        import json, subprocess
        known = dict(os.environ)
        started = "import os; kept = bytes(1_000_000); print(os.getpid())"
        def start(**more):
            return int(subprocess.run([sys.executable, "-c", started], capture_output=True, check=True, **more).stdout)
        pids = [start()]
        if os.fork() == 0:
            kept = bytes(500_000)
            with open("pids", "w") as file:
                json.dump([os.getpid(), start(), start(env=known)], file)
            os._exit(0)
        os.wait()
        print(json.dumps(pids))
    """)
    process = python.start("-m", "heapprof", "-q", "-o", "out", "--sample", "{}", program)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0 and not err
    (own,), (forked, *theirs) = json.loads(out), json.loads((python.folder / "pids").read_text())
    out = python.run("""
        import json
        with heapprof.readRun(BASE) as run:
            pids = [member.reader.process().pid for member in run.members]
            print(json.dumps([[pid, None if member.parent is None else pids[member.parent]]
                              for pid, member in zip(pids, run.members)]))
    """)
    first = process.pid
    assert sorted(json.loads(out)[1:]) == sorted([[own, first], [forked, first], *([pid, forked] for pid in theirs)])
