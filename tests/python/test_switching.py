"""switchSampling(): the rule changes while a program is recorded, and amounts stay right."""

from __future__ import annotations

import math
import re

import pytest
from running_program import Running

# make(n) keeps n blocks of each of three sizes, in three lists; at: the file and line of one of them.
MAKE = """
import gc, threading, time
gc.disable()
def make(n, keep):
    keep.extend(bytes(100) for _ in range(5 * n))  #: small
    keep.extend(bytes(3000) for _ in range(n))  #: middle
    keep.extend(bytes(40_000) for _ in range(n // 10))  #: large
for _ in range(12): make(1000, [])  # what interpreters keep of code that has run, they have before anything is recorded
"""
SIZES = {133, 3033, 40_033}


def made(capture, events):
    """Those of make()."""
    return [event for event in events if event.size in SIZES]


def estimate(capture, events):
    """What they stand for, in bytes, and the variance of that."""
    total = variance = 0.0
    for event in events:
        p = capture.probability(event.size, event.trace)
        total += event.size / p
        variance += event.size**2 * (1 - p) / p**2
    return total, variance


@pytest.mark.parametrize(
    "rates", ["20_000 {}", "{} 20_000", "{200:0.05} 5000", "{} {200:0.05,5000:0.3}", "90_000 3000 {}"]
)
def test_estimates_are_unbiased_through_switches(python, rates):
    """Half of what was made by one rule is freed by the next."""
    runs = 40
    python.run(
        MAKE
        + """
rates = [eval(rate) for rate in sys.argv[2:]]
for i in range(int(sys.argv[1])):
    keeps = [[] for _ in rates]
    heapprof.start(BASE + str(i), rates[0])
    make(200, keeps[0])
    for rate, before, keep in zip(rates[1:], keeps, keeps[1:]):
        heapprof.switchSampling(rate)
        make(200, keep)
        del before[::2]
    heapprof.mark("made")
    del keep, before
    keeps.clear()
    heapprof.stop()
""",
        str(runs),
        *rates.split(),
    )
    one = 1000 * 133 + 200 * 3033 + 20 * 40_033
    expected = one * (rates.count(" ") / 2 + 1)
    totals, variances = [], []
    for i in range(runs):
        capture = python.read(python.filebase + str(i))
        assert len(capture.rules) == rates.count(" ") and not made(capture, capture.live().values())
        (mark,) = [mark for mark in capture.marks if mark.kind == 0]
        total, variance = estimate(capture, made(capture, capture.live(mark.position).values()))
        totals.append(total)
        variances.append(variance)
    error = math.sqrt(sum(variances)) / runs
    assert abs(sum(totals) / runs - expected) < 4 * error, (sum(totals) / runs, expected, error)
    inside = sum(abs(total - expected) <= 1.96 * math.sqrt(own) for total, own in zip(totals, variances))
    assert inside >= 0.8 * runs
    python.run(f"""
        for i in range({runs}):
            r = heapprof.read(BASE + str(i))
            (marked,) = [mark.time for mark in r.marks() if mark.kind == "mark"]
            lines = ["{python.program}:%d" % line for line in {sorted(python.lines.values())}]
            ends, _ = r.estimatesAt(r.elapsedTime(), lines)
            assert [(end.bytes, end.error) for end in ends] == [(0, 0)] * len(lines), ends
            made, _ = r.estimatesAt(marked, lines)
            print(sum(line.bytes for line in made))
    """)


def test_readers_say_both_rules_and_where(python):
    python.run(
        MAKE
        + """
heapprof.start(BASE, 20_000)
kept = []
make(200, kept)
time.sleep(0.1)
heapprof.switchSampling({})
heapprof.switchSampling({})  # it is in force
before = time.time()
make(200, kept)
heapprof.switchSampling({100: 0.5})
heapprof.stop()
print(before)
"""
    )
    out = python.run("""
        r = heapprof.read(BASE)
        assert r.samplingRate() == 20_000
        (first, everything), (second, ranges) = r.samplingSwitches()
        assert everything == {} and ranges == {100: 0.5} and 0.1 < first < second <= r.elapsedTime()
        assert [(m.time, m.text) for m in r.marks() if m.kind == "sampling"] == [
            (first, "everything recorded"), (second, "by size: below 100 B 0.5, else 1")]
        assert r.temporaryAllocations(0.01) is not None
        try:
            r.temporaryAllocations(atMost=1)
        except ValueError as error:
            assert "sampled" in str(error)
        else:
            raise AssertionError
        import heapprof.lowlevel
        hpd = heapprof.lowlevel.HPD(BASE)
        events = [e for e in hpd if e.size == 3033]
        assert all(e.scaleFactor == hpd.hpm.scaleFactor(3033, e.traceindex) for e in events)
        exact = [e.timestamp - r.initialTime() for e in events if e.scaleFactor == 1]
        assert len(exact) == 200 and all(first <= each <= second for each in exact)
        assert all(6 < e.scaleFactor < 8 for e in events if e.scaleFactor != 1)
    """)
    assert out == ""


@pytest.mark.parametrize("allocator", ["", "debug", "malloc"])
def test_after_a_switch_to_everything_nothing_is_missing(python, allocator):
    python.run(
        MAKE
        + """
ready = threading.Barrier(5)
def work(keep):
    ready.wait()  # what draws there are
    make(20, [])
    ready.wait()
    ready.wait()  # switched
    make(100, keep)
    ready.wait()
    ready.wait()  # switched back
    keep.clear()
    make(100, keep)
    ready.wait()
    keep.clear()
keeps = [[] for _ in range(4)]
threads = [threading.Thread(target=work, args=(keep,)) for keep in keeps]
heapprof.start(BASE, 50_000)
for thread in threads: thread.start()
ready.wait()
ready.wait()
heapprof.switchSampling({})
ready.wait()
ready.wait()
heapprof.mark("all")
heapprof.switchSampling(50_000)
ready.wait()
ready.wait()
for thread in threads: thread.join()
heapprof.stop()
""",
        env={"PYTHONMALLOC": allocator},
    )
    capture = python.read()
    (mark,) = [mark for mark in capture.marks if mark.kind == 0]
    live = [event for event in capture.live(mark.position).values() if capture.ruleOf(event.trace)[0] == 0]
    perThread = {}
    for event in made(capture, live):
        key = capture.traces[event.trace].thread, event.size
        perThread[key] = perThread.get(key, 0) + 1
    assert sorted(perThread.values()) == [10] * 4 + [100] * 4 + [500] * 4
    assert not made(capture, capture.live().values())
    assert len(capture.rules) == 2 and len({trace.thread for trace in capture.traces.values()}) <= 6
    after = [event for event in capture.events[mark.position :] if event.kind == "alloc" and event.size in SIZES]
    total, variance = estimate(capture, after)
    assert abs(total - 4 * (500 * 133 + 100 * 3033 + 10 * 40_033)) < 5 * math.sqrt(variance)


def test_threads_that_switch_back_and_forth(python):
    python.run(
        MAKE
        + """
heapprof.start(BASE, {}, native=len(sys.argv) > 1)
end = time.monotonic() + 1.5
def work():
    while time.monotonic() < end:
        keep = []
        make(20, keep)
        time.sleep(0.001)
def switch(rates):
    while time.monotonic() < end:
        for rate in rates:
            time.sleep(0.01)
            heapprof.switchSampling(rate)
threads = [threading.Thread(target=work) for _ in range(4)]
threads += [threading.Thread(target=switch, args=(rates,)) for rates in ([{}, 10_000], [{200: 0.1}, 1000, {}])]
for thread in threads: thread.start()
for thread in threads: thread.join()
heapprof.stop()
""",
        "native",
    )
    capture = python.read()  # which checks that each free is of a block that was recorded, and the sums
    assert len(capture.rules) > 50 and len([mark for mark in capture.marks if mark.kind == 5]) == len(capture.rules)
    assert not made(capture, capture.live().values())
    # A rule that comes again has its traces again.
    assert len(capture.traces) < 2000


def test_while_paused(python):
    python.run(
        MAKE
        + """
heapprof.start(BASE, 1000)
kept, more = [], []
make(100, kept)
heapprof.pause()
heapprof.switchSampling({})
make(100, more)
heapprof.resume()
more = []
make(100, more)
kept = None
heapprof.stop()
"""
    )
    capture = python.read()
    assert [mark.kind for mark in capture.marks] == [3, 5, 4]
    assert len(made(capture, capture.live().values())) == 610
    position = capture.marks[1].position
    assert capture.marks[2].position == position


def test_children_go_on_by_the_rule_in_force(python):
    python.run(
        MAKE
        + """
heapprof.start(BASE, 10_000)
kept, own = [], []
make(100, kept)
heapprof.switchSampling({})
if os.fork() == 0:
    make(100, own)
    heapprof.switchSampling(10**9)  # nothing, very likely
    make(100, own)
    if os.fork() == 0:
        heapprof.switchSampling({})  # before its first event
        own = []
        make(100, own)
        heapprof.stop()
        os._exit(0)
    os.wait()
    heapprof.stop()
    os._exit(0)
os.wait()
heapprof.stop()
"""
    )
    children = []
    for path in sorted(python.folder.glob("out.*.hpm")):
        children.append(python.read(str(path)[:-4]))
    assert len(children) == 2
    child, grandchild = sorted(children, key=lambda capture: len(capture.rules), reverse=True)
    assert [mode for mode, _, _ in child.sampling] == [0] and [rule[2] for rule in child.rules] == [1]
    assert [mode for mode, _, _ in grandchild.sampling] == [0] and not grandchild.rules
    assert len(made(grandchild, grandchild.live().values())) == 610
    exact = [event for event in child.live().values() if child.ruleOf(event.trace)[0] == 0]
    assert len(made(child, exact)) == 610
    assert [rule[2] for rule in python.read().rules] == [0]


@pytest.mark.parametrize("waits", [[], ["--when-resident", "1M"]], ids=["at once", "by a trigger"])
def test_interpreters_that_are_started_go_on_by_the_rule_in_force(python, waits):
    program = python.write("""
import subprocess, time
def start(name, **more):
    grown = "spike = bytes(5 << 20); import time; time.sleep(0.3); kept = [bytes(3000) for _ in range(5000)]"
    subprocess.run([sys.executable, "-c", grown, name], check=True, **more)
if __name__ == "__main__":
    events = []
    if hasattr(sys, "addaudithook"): sys.addaudithook(lambda event, _: events.append(event))
    before = dict(os.environ)
    while not heapprof.isProfiling(): time.sleep(0.01)
    start("first")
    del events[:]
    heapprof.switchSampling({})
    assert "os.putenv" not in events and "import" not in events, events
    start("switched")
    start("copied", env=dict(os.environ))
    start("as before", env=before)
    heapprof.switchSampling(5000)
    if os.fork() == 0:
        while not heapprof.isProfiling(): time.sleep(0.01)
        heapprof.switchSampling({100: 0.5})
        start("of a child")
        os._exit(0)
    os.wait()
    assert {name for name in before if before[name] != os.environ[name]} == {"HEAPPROF_FOLLOW"}
    os.environ.pop("HEAPPROF_FOLLOW")
    heapprof.switchSampling({})
    assert "HEAPPROF_FOLLOW" not in os.environ and not os.getenv("HEAPPROF_FOLLOW")
""")
    process = python.start("-m", "heapprof", "-q", "-o", "out", "--sample", "7000", *waits, program)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out, err) == (0, "", "")
    captures = [python.read(str(path)[:-4]) for path in python.folder.glob("out.*.hpm")]
    started = {c.process["argv"][-1]: c.sampling[0][0] for c in captures if "-c" in c.process["argv"]}
    assert started == {"first": 1, "switched": 0, "copied": 0, "as before": 1, "of a child": 2}


def test_new_files_tell_the_rules_again(python):
    python.run(
        MAKE
        + """
heapprof.start(BASE, 10_000, keep=1)
kept = []
make(400, kept)
heapprof.switchSampling({})
later = []
make(100, later)
end = time.monotonic() + 1.2
while time.monotonic() < end:
    passing = [bytes(500) for _ in range(100)]
    time.sleep(0.01)
heapprof.switchSampling(10_000)
heapprof.mark("before")
kept = later = None
heapprof.mark("after")
heapprof.stop()
"""
    )
    previous, capture = python.read(python.filebase + ".previous"), python.read()
    assert [rule[2] for rule in previous.rules] == [0] and [rule[2] for rule in capture.rules] == [0, 1]
    assert capture.rules[0][1] == 0 < capture.rules[1][1]
    first, last = [mark.position for mark in capture.marks if mark.kind == 0]
    old = estimate(previous, made(previous, previous.live().values()))
    new = estimate(capture, made(capture, capture.live(first).values()))
    assert old == pytest.approx(new) and not made(capture, capture.live(last).values())
    python.run("""
        r = heapprof.read(BASE)
        (first, everything), (second, rate) = r.samplingSwitches()
        assert (first, everything, rate) == (0, {}, 10_000) and second > 0
        before, after = heapprof.read(BASE + ".previous"), r
        last, first = (before.snapshotAt(before.elapsedTime()).usage, after.snapshotAt(0).usage)
        assert all(abs(last.get(t, 0) - first.get(t, 0)) <= 1 for t in set(last) | set(first))
    """)


def test_mappings_keep_what_they_stand_for(python):
    python.run("""
        import mmap
        heapprof.start(BASE, {}, native=True)
        whole = mmap.mmap(-1, 8 << 20)
        whole.write(b"x" * (4 << 20))
        heapprof.mark("half")
        heapprof.switchSampling(65536)
        whole.write(b"x" * (4 << 20))
        heapprof.mark("all")
        whole.close()
        heapprof.stop()
    """)
    capture = python.read()
    half, full = [mark.position for mark in capture.marks if mark.kind == 0]
    for position, expected in (half, 4 << 20), (full, 8 << 20):
        mapped = [e for e in capture.live(position).values() if capture.traces[e.trace].domain >= 2]
        assert estimate(capture, mapped) == (expected, 0)
    assert not [e for e in capture.live().values() if capture.traces[e.trace].domain >= 2]


def test_a_program_that_is_followed_while_it_switches(python):
    python.run(
        MAKE
        + """
heapprof.start(BASE, {})
kept = []
make(50, kept)
r = heapprof.read(BASE)
for rate in 1000, {}, {200: 0.2}, 1000:
    heapprof.switchSampling(rate)
    make(50, kept)
    r.refresh()
    heapprof.pause()
    line = f"{sys.argv[0]}:%d" % int(sys.argv[1])
    fresh = heapprof.Reader(BASE)
    fresh.makeDigest()
    # Shares differ when something else ends meanwhile.
    used, again = (each.estimatesAt(r.elapsedTime(), [line])[0][0] for each in (r, fresh))
    assert (again.bytes, again.error) == (used.bytes, used.error) and used.bytes > 0, (again, used)
    heapprof.resume()
heapprof.stop()
r.refresh()
""",
        "7",
    )


def test_where_nothing_is_recorded_and_with_bad_rules(python):
    python.run("""
        def refused(kind, words, *rates):
            for rate in rates:
                try:
                    heapprof.switchSampling(rate)
                except kind as error:
                    assert words in str(error), error
                else:
                    raise AssertionError(rate)
        refused(RuntimeError, "nothing is being recorded", {}, None)
        heapprof.start(BASE, {})
        refused(ValueError, "samplingRate", 0, -1, {0: 1}, {10: 2})
        refused(TypeError, "samplingRate", "all", {"a": 1})
        for mean in range(1000, 8000, 1000):
            heapprof.switchSampling(mean)
        refused(RuntimeError, "at most 8 different sampling rules", 8000)
        heapprof.switchSampling({})
        heapprof.stop()
        refused(RuntimeError, "nothing is being recorded", {})
        heapprof.start(BASE, {})  # another recording, with as many again
        for mean in range(1000, 8000, 1000):
            heapprof.switchSampling(mean + 1)
        heapprof.stop()
        heapprof.gatherStats()
        refused(RuntimeError, "nothing is being recorded", {})
        heapprof.stop()
    """)
    assert len(python.read().rules) == 7


PROGRAM = """
import time
begun()
kept = []
while True:
    kept.append(bytes(3000))
    if len(kept) == 500: kept.clear()
    time.sleep(0.0005)
"""


@pytest.mark.parametrize("listens", [False, True])
def test_a_program_is_told_from_outside(python, listens):
    python.run("pass")  # the folder of the package is compiled
    with Running(python, PROGRAM) as running:
        assert "nothing is being recorded" in running.heapprof("sample", running.pid, "--sample", "{}", status=1)
    program = PROGRAM.replace("begun()", "import heapprof; heapprof.listen(); begun()") if listens else PROGRAM
    with Running(python, program, PYTHONPATH=python.package) as running:
        running.attach("--sample", "20000")
        assert "everything recorded from now on" in running.heapprof("sample", running.pid, "--sample", "{}")
        assert "one record per 9.77 KiB" in running.heapprof("sample", running.pid, "--sample", "10_000")
        running.heapprof("sample", running.pid, status=2)
        running.detach()
        assert running.end()[0] == ""
    capture = python.read()
    assert [rule[2] for rule in capture.rules] == [0, 1] and [m.thread for m in capture.marks if m.kind == 5] == [0, 0]
    assert not [name for _, name in capture.threads.values() if re.match("heapprof", name)]
