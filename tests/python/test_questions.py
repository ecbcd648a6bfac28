"""What readers answer about blocks: how they live, how big they are, what grows; of real programs, and of old captures."""

import json
import shutil
from pathlib import Path

from native_unit import PRELUDE, compiled

CAPTURES = Path(__file__).parents[1] / "captures" / "v1"

BLOCK = 100_033  # of bytes(100_000)


def test_lifetimes_and_temporary_allocations(python):
    python.run("""
        import time
        heapprof.start(BASE, {})
        for _ in range(40):
            bytes(100_000)  #: moment
        short = [bytes(100_000) for _ in range(10)]  #: short
        kept = [bytes(100_000) for _ in range(5)]  #: kept
        time.sleep(0.1)
        heapprof.mark("then")
        del short
        time.sleep(0.1)
        heapprof.stop()
    """)
    out = python.run(
        """
        import json, time
        lines = json.loads(sys.argv[2])
        r = heapprof.read(BASE)
        then = [mark.time for mark in r.marks() if mark.kind == "mark"][0]
        found, tick = {}, int(time.clock_getres(6) * 1e6) / 1e6  # CLOCK_MONOTONIC_COARSE
        for name, number in lines.items():
            line = heapprof.RawTraceLine(sys.argv[1], number)
            life = r.lifetimes(line=line)
            assert sum(b.amount.bytes for b in life.freed) + life.alive.bytes == life.allocated.bytes
            assert life.freed == [] or life.freed[0].least == 0
            assert all(a.bound == b.least for a, b in zip(life.freed, life.freed[1:]))
            # The clock cannot tell shorter lifetimes apart; the further bounds are round numbers.
            assert life.freed == [] or life.freed[0].bound == tick
            assert all(b.bound == float(f"{b.bound:.0e}") and b.bound - b.least >= tick for b in life.freed[1:])
            first = r.lifetimes(end=then - 0.01, line=f"{sys.argv[1]}:{number}")
            late = r.lifetimes(end=then - 0.01, until=1e6, line=line)
            temporary, allocated = r.temporaryAllocations(0.05)
            immediate, _ = r.temporaryAllocations(atMost=1)
            used = [r.fastGetUsage(each.bytes, (line,))[0][0] for each in (temporary, allocated, immediate)]
            found[name] = [
                [[b.least, b.bound, b.amount.blocks] for b in life.freed if b.amount.bytes >= 100_000],
                life.alive.bytes, life.allocated.bytes, first.alive.bytes, late.alive.bytes, used,
            ]
        assert life.allocated.bytesError == life.allocated.blocksError == 0
        print(json.dumps(found))
        """,
        python.program,
        json.dumps(python.lines),
    )
    found = json.loads(out)

    def near(value, blocks):
        return blocks * BLOCK <= value <= blocks * BLOCK + 5000

    for name, blocks, aliveFirst, alive in [("moment", 40, 0, 0), ("short", 10, 10, 0), ("kept", 5, 5, 5)]:
        freed, aliveAtEnd, allocated, aliveThen, aliveLater, used = found[name]
        assert near(allocated, blocks) and near(aliveAtEnd, alive), name
        assert near(aliveThen, aliveFirst) and near(aliveLater, alive), name
        isBrief = name == "moment"
        assert near(used[0], blocks if isBrief else 0) and near(used[1], blocks), name
        assert near(used[2], blocks if isBrief else 0), name
        if isBrief:
            assert freed and freed[-1][1] <= 0.2
        elif name == "short":
            assert all(least >= 0.05 for least, _, _ in freed) and sum(count for _, _, count in freed) in (10, 11)
        else:
            assert freed == []


def test_allocations_and_sizes(python):
    out = python.run("""
        import json, time
        heapprof.start(BASE, {})
        before = bytes(300_000)
        time.sleep(0.02)
        heapprof.mark("a")
        kept = [bytes(100_000) for _ in range(20)]
        for _ in range(30):
            bytes(1_000_000)
        time.sleep(0.02)
        heapprof.mark("b")
        del kept
        time.sleep(0.02)
        heapprof.stop()
        r = heapprof.read(BASE)
        a, b = (mark.time for mark in r.marks() if mark.kind == "mark")
        during = r.allocations(a, b)
        assert during.begin == a and during.end == b == during.bytes.relativeTime
        assert during.total.bytes == during.bytes.totalUsage() and during.total.blocks == sum(during.blocks.values())
        assert abs(during.bytesPerSecond() * (b - a) - during.total.bytes) < 1
        assert abs(during.blocksPerSecond() * (b - a) - during.total.blocks) < 1e-3
        assert r.flowGraph(during.bytes).totalUsage == during.total.bytes
        whole = r.allocations()
        assert whole.begin == 0 and whole.end == r.elapsedTime() and whole.total.bytes > during.total.bytes
        assert r.allocations(b, b).bytesPerSecond() == 0

        def table(sizes):
            assert all(x.greatest + 1 == y.least for x, y in zip(sizes, sizes[1:]))
            return {bucket.greatest: bucket.amount.blocks for bucket in sizes if bucket.least > 60_000}
        for which in (r.sizesAllocated(a, b), r.sizesAllocated(), r.sizesAt(b), r.sizesAt(1e9)):
            assert sum(bucket.amount.bytes for bucket in which) > 0
        print(json.dumps([during.total.bytes, table(r.sizesAllocated(a, b)), table(r.sizesAt(b)), table(r.sizesAt(1e9)),
                          table(r.sizesAllocated(a, b, f"{__file__}:11")), r.sizesAllocated(line="nowhere.py:1"),
                          table(r.sizesAllocated(end=a))]))
    """)
    total, allocated, live, after, ofLine, ofNone, early = json.loads(out)
    assert 20 * BLOCK + 30 * 1_000_033 <= total <= 20 * BLOCK + 30 * 1_000_033 + 100_000
    assert allocated == {"131072": 20, "262144": 0, "524288": 0, "1048576": 30}
    one = {"131072": 0, "262144": 0, "524288": 1}
    assert live == {**one, "131072": 20} and after == early == one and ofNone == []
    assert ofLine == {"131072": 0, "262144": 0, "524288": 0, "1048576": 30}


def test_peak_is_found_where_it_came_and_went(python):
    python.run("""
        heapprof.start(BASE, {})
        kept = bytes(1_000_000)
        bytes(9_000_000)
        more = bytes(2_000_000)
        heapprof.stop()
        r = heapprof.read(BASE)
        peak = r.peak()
        lines = [heapprof.RawTraceLine(__file__, n) for n in (5, 6, 7)]
        used, total = r.fastGetUsage(peak, tuple(lines))
        assert used == (1_000_033, 9_000_033, 0), used
        assert 10_000_066 <= total < 10_100_000, total
        assert 0 <= peak.relativeTime <= r.elapsedTime()
    """)


def test_growth_finds_the_leak(python):
    out = python.run(
        """
        import json, time
        heapprof.start(BASE, {})
        leak, teeth = [], []
        step = None
        time.sleep(0.01)
        heapprof.mark("begin")
        for i in range(320):
            leak.append(bytes(10_000))  #: leak
            teeth.append(bytes(40_000))  #: teeth
            if i % 15 == 14:
                teeth.clear()
            if i == 200:
                step = bytes(20_000_000)  #: step
            time.sleep(0.005)
        heapprof.mark("end")
        heapprof.stop()
        r = heapprof.read(BASE)
        begin, end = (mark.time for mark in r.marks() if mark.kind == "mark")
        first = r.growth(begin, end)[0]
        function = r.growth(begin, end, by="function", cumulative=True)[0]
        trace = r.growth(begin, end, by="trace")[0]
        assert r.rawTrace(trace.what)[-1] == first.what and trace[1:] == first[1:]
        assert first.what == (__file__, 11) and first.floors == sorted(first.floors) and len(first.floors) == 16
        assert 0 < first.assured <= first.slope and first.error >= 0
        print(json.dumps([first.what, first.slope * (end - begin), first.bytesAtEnd - first.bytesAtBegin, function.what]))
        for each in r.growth(begin, end):
            assert each.what == first.what or each.what.filename != __file__ or each.assured < first.assured / 5, each
        try:
            r.growth(by="file")
        except ValueError as error:
            assert "'line', 'function' or 'trace'" in str(error)
        else:
            raise AssertionError
        """
    )
    line, grown, really, function = json.loads(out)
    assert line == [python.program, python.lines["leak"]]
    assert 320 * 10_033 <= really < 330 * 10_033
    assert abs(grown - really) < really / 2  # a busy machine makes the program stutter
    assert function == [python.program, "<module>", 1]


def test_sampled_answers_have_errors(python):
    python.run("""
        import time
        heapprof.start(BASE, 65536)
        kept = [bytes(1000) for _ in range(20_000)]
        for _ in range(20_000):
            bytes(1000)
        heapprof.stop()
        r = heapprof.read(BASE)
        (ofTheirSize,) = [bucket for bucket in r.sizesAllocated() if bucket.least == 1025 and bucket.greatest == 2048]
        for amount in (
            r.allocations().total, r.lifetimes().allocated, r.temporaryAllocations(1)[1].total, ofTheirSize.amount
        ):
            assert abs(amount.bytes - 40_000 * 1033) < 6 * amount.bytesError + 1_000_000, amount
            assert abs(amount.blocks - 40_000) < 6 * amount.blocksError + 2000, amount
            assert 0 < amount.bytesError < 0.1 * amount.bytes
        try:
            r.temporaryAllocations(atMost=1)
        except ValueError as error:
            assert "sampled" in str(error)
        else:
            raise AssertionError
    """)


def test_generations_and_findings(python):
    python.run("""
        import time
        heapprof.start(BASE, {})
        left = []
        for epoch in range(3):
            heapprof.mark(f"epoch {epoch}")
            time.sleep(0.03)
            left.append(bytearray(100_000 * (epoch + 1))); line = f"{__file__}:{sys._getframe().f_lineno}"
            scratch = bytearray(5_000_000)
            del scratch
            time.sleep(0.03)
        heapprof.stop()
        r = heapprof.read(BASE)
        marks = [mark.time for mark in r.marks() if mark.kind == "mark"]
        found = r.generations([*marks, r.elapsedTime()])
        assert [(each.begin, each.end) for each in found] == list(zip(marks, [*marks[1:], r.elapsedTime()]))
        for epoch, each in enumerate(found):
            size = 100_000 * (epoch + 1)
            assert size <= each.alive.bytes < size + 30_000, each
            assert each.allocated.bytes >= size + 5_000_000
            assert each.snapshot.totalUsage() == each.alive.bytes
        onTheLine = r.generations(marks, line=line)
        assert [each.alive.bytes // 10_000 for each in onTheLine] == [10, 20]
        early = r.generations(marks, until=marks[1])  # the second had not begun
        assert early[0].alive.bytes >= 100_000 and early[1].allocated.bytes == 0
        for wrong in ([2.0, 1.0], [0.0, float("nan")]):
            try:
                r.generations(wrong)
            except ValueError as error:
                assert "ascend" in str(error)
            else:
                raise AssertionError
        assert r.generations([]) == r.generations([1.0]) == []

        peak, *others = r.findings()
        assert peak.kind == "peak" and peak.begin == peak.end and peak.total.bytes == r.peak().totalUsage()
        churn = next(each for each in others if each.kind == "churn")
        assert churn.total == r.allocations().total and churn.line.filename == __file__
        leftOver = next(each for each in others if each.kind == "left over")
        assert f"{leftOver.line.filename}:{leftOver.line.lineno}" == line
        assert 500_000 <= leftOver.ofLine.bytes <= leftOver.total.bytes
    """)


def test_resident_memory_is_said_to_consist_of(python):
    """Memory that C code took and nobody recorded: what is resident is more, and the summary adds it up."""
    python.run(
        PRELUDE
        + """
import time
unit = lib(sys.argv[1])
heapprof.start(BASE, {})
kept = bytearray(20_000_000)
blocks = [unit.take(40_000_000) for _ in range(3)]
for block in blocks:
    ctypes.memset(block, 1, 40_000_000)
time.sleep(2.5)
heapprof.stop()
r = heapprof.read(BASE)
found = next(each for each in r.findings() if each.kind == "resident")
assert found.begin == found.end and found.line is None
assert sum(found.parts) == found.total.bytes == max(each.bytes for each in r.resident() if each.time == found.begin)
assert found.parts.recorded == r.snapshotAt(found.begin).totalUsage()
assert 100_000_000 < found.parts.rest < 140_000_000, found
assert all(each.parts is None for each in r.findings() if each is not found and each.kind != "resident")
""",
        compiled(python.folder),
    )


def test_questions_count_the_domains_chosen(python):
    python.run(
        PRELUDE
        + """
unit = lib(sys.argv[1])
heapprof.start(BASE, {}, native=True)
kept = bytearray(3_000_017); line = f"{__file__}:{sys._getframe().f_lineno}"
block = unit.take(5_000_011)
area = unit.map(8 << 20)
heapprof.stop()
r = heapprof.read(BASE)

def answers():
    end = r.elapsedTime()
    return [
        r.peak().totalUsage(),
        r.lifetimes().alive.bytes,
        r.allocations().total.bytes - r.temporaryAllocations(1)[0].total.bytes,
        sum(bucket.amount.bytes for bucket in r.sizesAt(end)),
        sum(bucket.amount.bytes for bucket in r.sizesAllocated()),
    ]

whole = answers()
parts = []
for domain, size in ("python", 3_000_017), ("native", 5_000_011), ("mapped", 8 << 20):
    r.useDomains(domain)
    parts.append(answers())
    assert all(0 <= found - size < 200_000 for found in parts[-1][:4]), (domain, parts[-1])
    sizes = r.sizesAt(1e9, line), r.sizesAllocated(line=line)
    lived = r.lifetimes(line=line).alive.bytes
    for bytes in (*(sum(bucket.amount.bytes for bucket in each) for each in sizes), lived):
        assert 0 <= bytes - (size if domain == "python" else 0) < 10_000, (domain, bytes)
    assert {growth.what for growth in r.growth(by="trace")} <= {
        i for i in range(1, 10_000) if r._capture.domain(i) == domain
    }
for found, *each in list(zip(whole, *parts))[1:]:
    assert found == sum(each)
r.useDomains()
assert answers() == whole
""",
        compiled(python.folder),
    )


def test_old_captures_answer_what_they_can(python):
    for ending in (".hpm", ".hpd"):
        shutil.copy(CAPTURES / ("c_spike_all" + ending), python.folder)
    python.run("""
        r = heapprof.read("c_spike_all")
        for ask in (r.lifetimes, lambda: r.generations([0, 1]), lambda: r.temporaryAllocations(0.1), lambda: r.temporaryAllocations(atMost=1)):
            try:
                ask()
            except ValueError as error:
                assert "heapprof 1.0.2" in str(error) and "which block a free ends" in str(error)
            else:
                raise AssertionError(ask)
        end = r.elapsedTime()
        assert sum(bucket.amount.bytes for bucket in r.sizesAt(end)) == r.snapshotAt(end).totalUsage()
        assert sum(bucket.amount.bytes for bucket in r.sizesAllocated()) == r.allocations().total.bytes
        assert r.peak().totalUsage() == max(r.snapshotAt(t / 100).totalUsage() for t in range(int(end * 100) + 1)) > 0
        r.growth()
    """)


def test_questions_refuse_nonsense(python):
    python.run("""
        import signal
        heapprof.start(BASE, {})
        kept = bytes(1000)
        heapprof.stop()
        r = heapprof.Reader(BASE)
        try:
            r.peak()
        except RuntimeError as error:
            assert "makeDigest" in str(error)
        else:
            raise AssertionError
        r.makeDigest()
        nan = float("nan")
        for ask in (
            lambda: r.lifetimes(nan), lambda: r.lifetimes(0, 1, nan), lambda: r.lifetimes(3, 1),
            lambda: r.lifetimes(line="x"), lambda: r.allocations(end=float("inf")), lambda: r.sizesAt(nan),
            lambda: r.temporaryAllocations(), lambda: r.temporaryAllocations(0.1, atMost=1),
            lambda: r.temporaryAllocations(-1), lambda: r.temporaryAllocations(atMost=-1), lambda: r.growth(2, 1),
        ):
            try:
                ask()
            except ValueError:
                continue
            raise AssertionError(ask)
        assert r.growth(5, 6) == [] and r.sizesAt(-5) == [] and r.lifetimes(1e11, 1e12).freed == []
        assert r.temporaryAllocations(1e30)[1].total.bytes > 0 and r.temporaryAllocations(atMost=10**30)
    """)


def test_a_signal_ends_a_question(python):
    python.run("""
        import signal
        heapprof.start(BASE, {})
        for i in range(1_000_000):
            bytes(600)
        heapprof.stop()
        r = heapprof.read(BASE)

        class Enough(Exception):
            pass

        def enough(*_):
            raise Enough
        signal.signal(signal.SIGALRM, enough)
        for ask in (r.lifetimes, r.allocations, lambda: r.temporaryAllocations(1), lambda: r.sizesAt(1e9), r.peak, r.growth):
            signal.setitimer(signal.ITIMER_REAL, 0.002)
            try:
                while True:
                    ask()
            except Enough:
                pass
        assert r.allocations().total.blocks >= 1_000_000
    """)


def test_parts_of_a_program_over_time(python):
    (python.folder / "shop").mkdir()
    (python.folder / "shop" / "__init__.py").write_text("")
    (python.folder / "shop" / "cart.py").write_text(
        "class Cart:\n    def fill(self):\n        self.goods = bytes(3_000_000)\n"
    )
    python.run("""
        import gc, threading, time
        sys.path.insert(0, os.path.dirname(__file__))
        from shop.cart import Cart
        kept = []
        def work():
            kept.append(bytes(2_000_000))
            gc.collect()  # names of threads are learned then
        heapprof.start(BASE, {})
        cart = Cart()
        cart.fill()  #: fill
        thread = threading.Thread(target=work, name="wörker")
        thread.start()
        thread.join()
        time.sleep(0.02)
        own = bytes(1_000_000)
        heapprof.stop()
    """)
    out = python.run(
        """
        import json, re
        r = heapprof.read(BASE)
        program, cart, fill = sys.argv[1:3] + [int(sys.argv[3])]
        local = {"cumulative": False}
        asked = {
            "line": dict(line=heapprof.RawTraceLine(program, fill)),
            "local line": dict(line=f"{program}:{fill}", **local),
            "function": dict(function="fill"),
            "file": dict(file=cart),
            "module": dict(module="shop"),
            "local module": dict(module="shop.cart", **local),
            "other module": dict(module="shopping"),
            "thread": dict(thread="wörker"),
            "no thread": dict(thread="worker"),
            "matching": dict(matching=r"cart\\.py:3 .*fill$", **local),
            "pattern": dict(matching=re.compile("PROGRAM", re.I)),
        }
        series = {name: r.usageOverTime(**which) for name, which in asked.items()}
        assert len({len(s) for s in series.values()}) == 1
        for wrong in ({}, {"line": "a:1", "file": "b"}):
            try:
                r.usageOverTime(**wrong)
            except TypeError:
                continue
            raise AssertionError(wrong)
        try:
            r.usageOverTime(matching="(")
        except re.error:
            print(json.dumps({name: s[-1][1] for name, s in series.items()}))
        """,
        python.program,
        str(python.folder / "shop" / "cart.py"),
        str(python.lines["fill"]),
    )
    found = json.loads(out)
    goods = 3_000_033
    for name in ("line", "function", "file", "module", "local module", "matching"):
        assert goods <= found[name] < goods + 5000, (name, found)
    assert found["local line"] < 5000 and found["other module"] == found["no thread"] == 0
    assert 2_000_033 <= found["thread"] < 2_010_000
    assert 6_000_000 < found["pattern"] < 6_100_000
