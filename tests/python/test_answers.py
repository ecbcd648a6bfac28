"""What readers make of values of other recordings, of names that are not there, of damage, and of code without a file."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

CAPTURES = Path(__file__).parents[1] / "captures" / "v1"

RECORD = """
import time
def load(n):
    return [bytes(n) for _ in range(60)]  #: load
heapprof.start(BASE + sys.argv[1], {})
kept = load(int(sys.argv[2]))
time.sleep(0.01)
heapprof.stop()
"""


def record(python, suffix: str, size: int) -> str:
    python.run(RECORD, suffix, str(size))
    return python.filebase + suffix


def test_values_of_another_recording_are_refused(python):
    a, b = record(python, "-a", 10_000), record(python, "-b", 30_000)
    out = python.run(
        """
        import copy, pickle
        from heapprof.lowlevel import HPD, HPM
        a, b = heapprof.read(sys.argv[1]), heapprof.read(sys.argv[2])
        peak = b.peak()
        trace = max(peak.usage, key=peak.usage.get)
        calls = {
            "flowGraph": lambda: a.flowGraph(peak),
            "pickled": lambda: a.flowGraph(pickle.loads(pickle.dumps(peak))),
            "copied": lambda: a.fastGetUsage(copy.copy(peak), ()),
            "snapshotAt": lambda: a.snapshotAt(peak),
            "instant": lambda: a.estimatesAt(peak.relativeTime),
            "pickled instant": lambda: a.snapshotAt(pickle.loads(pickle.dumps(peak.relativeTime))),
            "flame graph": lambda: a.writeFlameGraph("x.json", peak),
            "allocations": lambda: a.flowGraph(b.allocations().bytes),
            "interval": lambda: a.allocations(0, peak),
            "trace": lambda: a.trace(trace),
            "rawTrace": lambda: HPM(sys.argv[1]).rawTrace(trace),
            "domain": lambda: HPM(sys.argv[1]).domain(trace),
            "growth": lambda: a.trace(b._traceIndex(1)),
            "event": lambda: a.rawTrace(next(iter(HPD(sys.argv[2]))).traceindex),
            "made by hand": lambda: a.flowGraph(heapprof.Snapshot(1.0, {trace: 5})),
            "no such trace": lambda: a.flowGraph(heapprof.Snapshot(1.0, {9999: 5})),
            "log and metadata": lambda: HPD(sys.argv[1], HPM(sys.argv[2])),
        }
        for name, call in calls.items():
            try:
                print(name, "gave", call())
            except ValueError as error:
                assert "of another recording" in str(error) or "no stack trace 9999" in str(error) or name == "log and metadata", error
        # The same recording opened twice is one.
        again = heapprof.Reader(sys.argv[2])
        assert b.flowGraph(pickle.loads(pickle.dumps(peak))) == again.flowGraph(peak)
        assert again.rawTrace(trace) == b.rawTrace(trace) == HPM(sys.argv[2]).rawTrace(int(trace))
        assert b.flowGraph(heapprof.Snapshot(1.0, dict(peak.usage))) == b.flowGraph(peak)
        """,
        a,
        b,
    )
    assert out == ""


def test_flow_graphs_of_two_recordings_are_compared_by_their_lines(python):
    a, b = record(python, "-a", 10_000), record(python, "-b", 30_000)
    line, dot = json.loads(
        python.run(
            """
            import json, pickle
            graphs = []
            for base in sys.argv[1:]:
                with heapprof.read(base) as r:
                    graphs.append(pickle.loads(pickle.dumps(r.flowGraphAt(r.peak()))))
            local, cumulative, edges, total = graphs[0]  # plain data
            assert isinstance(graphs[0], tuple) and type(local) is type(edges) is dict
            heapprof.FlowGraph.compare("compared.dot", *graphs)
            line = next(line for line in local if local[line] > 500_000)
            print(json.dumps([[g.nodeLocalUsage[line] for g in graphs], open("compared.dot").read()]))
            """,
            a,
            b,
        )
    )
    assert all(0 <= used - 60 * (size + 33) < 2000 for used, size in zip(line, (10_000, 30_000))), line  # and the list
    row = next(row for row in dot.splitlines() if f"program.py:{python.lines['load']}<" in row)
    said = f"{line[0] / 2**10:.0f} KiB", f"{line[1] / 2**20:.2f} MiB"
    assert row.count("<TD BGCOLOR") == 2 and all(f"{amount} / {amount}" in row for amount in said), (said, row)


def test_names_that_a_recording_does_not_know_are_said_with_what_is_like_them(python):
    base = record(python, "", 10_000)
    number = python.lines["load"]
    said = json.loads(
        python.run(
            """
            import json, warnings
            r = heapprof.read(sys.argv[1])
            number, said = int(sys.argv[2]), []
            def ask(call):
                with warnings.catch_warnings(record=True) as caught:
                    warnings.simplefilter("always")
                    call()
                said.append([str(w.message) for w in caught])
                assert all(w.filename == __file__ for w in caught), [w.filename for w in caught]
            ask(lambda: r.timePlot({"known": f"{r.process().arguments[0]}:{number}"}))
            ask(lambda: r.timePlot({"short": f"program.py:{number}"}))
            ask(lambda: r.estimatesAt(0.0, [f"{r.process().arguments[0]}:{number + 100}"]))
            ask(lambda: r.usageOverTime(line="elsewhere.py:1"))
            ask(lambda: r.usageOverTime(function="laod"))
            ask(lambda: r.usageOverTime(thread="MainThraed"))
            ask(lambda: r.usageOverTime(file="program.py"))
            ask(lambda: r.usageOverTime(module="progam"))
            ask(lambda: r.usageOverTime(matching="nothing like it"))
            ask(lambda: r.lifetimes(line="nowhere.py:7"))
            print(json.dumps(said))
            """,
            base,
            str(number),
        )
    )
    known, short, far, *others = said
    assert known == []
    assert short == [short[0]] and f"program.py:{number}'" in short[0] and f"/program.py:{number}" in short[0]
    assert f"program.py:{number}" in far[0].partition("nearest")[2]
    elsewhere, function, thread, file, module, pattern, lifetimes = (messages[0] for messages in others)
    assert "elsewhere.py:1" in elsewhere and "nowhere.py:7" in lifetimes
    assert function.endswith("the nearest it has: load") and thread.endswith("MainThread")
    assert "/program.py" in file and "program" in module and "nothing like it" in pattern


def test_the_low_level_log_goes_on_behind_damage_and_says_what_is_missing(python):
    python.run("""
        import time
        heapprof.start(BASE, {})
        for i in range(300_000):
            kept = bytes(i % 1000)
        heapprof.stop()
    """)
    count = """
        import warnings
        from heapprof.lowlevel import HPD
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            print(sum(1 for _ in HPD(BASE)), len(caught), *(w.message for w in caught))
    """
    whole, warned = map(int, python.run(count).split())
    assert warned == 0 and whole > 300_000
    log = python.filebase + ".hpd"
    with open(log, "r+b") as file:
        file.seek(200_000)
        byte = file.read(1)
        file.seek(200_000)
        file.write(bytes([byte[0] ^ 0xFF]))
    left, warned, *message = python.run(count).split()
    assert 0.7 * whole < int(left) < whole - 1000
    assert int(warned) >= 1 and "out.hpd" in " ".join(message)


def test_code_without_a_file_keeps_its_frames(python):
    program = (
        "import heapprof, os\n"
        "heapprof.start(os.environ['BASE'], {})\n"
        "def f(): return [bytes(1000) for _ in range(2000)]\n"
        "kept = f()\n"
        "exec(compile('more = [bytes(3000) for _ in range(2000)]', '<ipython-input-1-abc>', 'exec'))\n"
        "heapprof.stop()\n"
    )
    ask = """
        r = heapprof.read(BASE)
        peak = r.peak()
        graph = r.flowGraph(peak)
        for name in sys.argv[1:]:
            lines = {line: used for line, used in graph.nodeLocalUsage.items() if line.filename == name}
            assert sum(lines.values()) >= 2_000_000, (name, graph.nodeLocalUsage)
            traces = [trace for trace in peak.usage if any(line.filename == name for line in r.rawTrace(trace) or ())]
            assert sum(peak.usage[trace] for trace in traces) >= 2_000_000, name
        stacks = [r.rawTrace(trace, hideInternal=False) or [] for trace in peak.usage]
        assert not any(line.filename.startswith("<frozen ") for t in peak.usage for line in r.rawTrace(t) or ())
    """
    environment = python.environment(BASE=python.filebase)
    subprocess.run([python.python, "-c", program], env=environment, cwd=python.folder, check=True)
    python.run(ask, "<string>", "<ipython-input-1-abc>")
    subprocess.run([python.python, "-"], input=program, text=True, env=environment, cwd=python.folder, check=True)
    python.run(ask, "<stdin>", "<ipython-input-1-abc>")


def test_a_month_in_seconds_is_a_curve_of_millions_of_points(python):
    """So long a recording comes from a log whose clock jumps; this one was made by a damaged file."""
    for ending in (".hpm", ".hpd"):
        shutil.copy(CAPTURES / ("i_huge" + ending), python.folder / ("out" + ending))
    python.run("""
        import warnings
        warnings.simplefilter("ignore")
        r = heapprof.read(BASE, timeInterval=1.0)
        plot, peak = r.timePlot(), r.peak().totalUsage()
        assert len(plot.times) == len(r.snapshots()) == 1_605_054, len(plot.times)
        assert max(plot.greatest) == peak > 0
        for i in range(0, len(plot.times), 200_003):
            assert plot.totalUsage[i] == r.snapshotAt(plot.times[i]).totalUsage()
        r.useSnapshots()
        assert max(r.timePlot().totalUsage) == peak and len(r.timePlot().times) == 1002
        r.useSnapshots(0.05)
        try:
            r.timePlot()
        except ValueError as error:
            assert "32,101,071 snapshots: too many" in str(error), error
        else:
            raise AssertionError
    """)
