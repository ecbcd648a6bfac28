"""heapprof.read(): snapshots, traces, plots and graphs, of our own recordings and of heapprof 1.0.2's."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

CAPTURES = Path(__file__).parents[1] / "captures" / "v1"
NAMES = ["a_tiny", "c_spike_all", "e_names", "g_trunc_b", "h_default", "i_huge"]


def copy(name: str, folder: Path) -> str:
    for ending in (".hpm", ".hpd"):
        shutil.copy(CAPTURES / (name + ending), folder)
    return str(folder / name)


@pytest.mark.parametrize("name", NAMES)
def test_old_captures_equal_the_truth(python, name):
    truth = json.loads((CAPTURES / f"{name}.fixed.json").read_text())
    out = python.run(f"""
        import json, warnings
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            r = heapprof.read({copy(name, python.folder)!r}, timeInterval={truth["interval_ms"] / 1000!r})
        from heapprof.lowlevel import HPD, HPM
        warnings.simplefilter("ignore")
        totals = [s.totalUsage() for s in r.snapshots()]
        plot = r.timePlot()
        assert plot.totalUsage == totals and plot.times == [s.relativeTime for s in r.snapshots()]
        events = sum(1 for _ in HPD(r.filebase))
        print(json.dumps([totals, [str(w.message) for w in caught], events, HPM(r.filebase).traceCount(),
                          [r.rawTrace(i + 1) for i in range(3)]]))
    """)
    totals, warned, events, traces, stacks = json.loads(out)
    assert totals[: len(truth["totals_unscaled"])] == truth["totals_unscaled"]
    assert totals[-1] == truth["live_bytes_end_unscaled"]
    assert (events, traces) == (truth["hpd"]["events"], truth["hpm"]["traces"])
    assert stacks == [[line for line in stack if not line[0].startswith("<")] for stack in truth["firstRawTraces"][:3]]
    assert any("did not sample" in w for w in warned) == (name == "h_default")
    assert any("name stack traces" in w for w in warned) == (truth["events_with_missing_trace"] > 0)


def test_from_a_recording_to_the_guilty_line(python):
    comprehension = python.name("load.<locals>.<listcomp>")  # a frame of its own before 3.12
    program = """
        import json, time
        def load():
            return [bytes(100_000) for _ in range(50)]  #: load
        heapprof.start(BASE, {})
        kept = load()
        time.sleep(0.05)
        more = load()
        del kept
        heapprof.stop()
        r = heapprof.read(BASE)
        line = heapprof.RawTraceLine(__file__, 6)
        last = r.snapshots()[-1]
        (used,), total = r.fastGetUsage(last, (line,))
        assert total == last.totalUsage() == r.snapshotAt(1e9).totalUsage()
        guilty = max(last.usage, key=last.usage.get)
        assert r.rawTrace(guilty)[-1] == line
        dressed = r.trace(guilty)[-1]
        assert dressed.fileline.startswith("return [bytes(100_000)"), dressed
        assert dressed.function in ("load", sys.argv[1]), dressed
        plot = r.timePlot({"load": f"{__file__}:6", "nothing": "nowhere.py:1"})
        assert plot.labels == ["load", "nothing"] and set(plot.lines[1]) == {0}
        assert plot.lines[0][-1] == used and plot.totalUsage[-1] == total
        graph = r.flowGraphAt(r.elapsedTime())
        assert graph.nodeCumulativeUsage[line] == used <= graph.totalUsage
        assert r.rawTrace(0) is r.trace(10**9) is None
        assert r.samplingRate() == {} and abs(r.finalTime() - time.time()) < 60
        print(used)
    """
    out = python.run(program, comprehension)
    assert python.lines["load"] == 6
    assert 50 * 100_033 <= int(out) <= 50 * 100_033 + 1000


def test_lines_of_files_in_archives_have_their_text(python):
    program = """
        import zipfile
        def archive(name, member, data):
            with open(name, "wb") as file:
                file.write(b"#!/usr/bin/env python3\\n")
            with zipfile.ZipFile(name, "a", zipfile.ZIP_DEFLATED) as packed:
                packed.writestr(member, data)
            return os.path.abspath(name)
        source = b"# coding: latin-1\\ndef load():\\n    return [bytes(9999), 'caf\\xe9']  # the line\\n"
        sys.path.insert(0, archive("app.pyz", "archived.py", source))
        import archived
        heapprof.start(BASE, {})
        kept = archived.load()
        heapprof.stop()

        def text():
            r = heapprof.read(BASE)
            usage = r.snapshots()[-1].usage
            return r.trace(max(usage, key=usage.get))[-1].fileline
        assert text() == "return [bytes(9999), 'caf\\xe9']  # the line", text()
        archive("app.pyz", "archived.py", b"x\\n" * (4 << 20))  # packed it is small
        assert text() == ""
        archive("app.pyz", "archived.py", b"# coding: klingon\\n" + source)
        assert text() == ""
        with open("app.pyz", "wb") as file:
            file.write(b"no archive")
        assert text() == ""
        os.remove("app.pyz")
        assert text() == ""
    """
    python.run(program)


def test_the_workstation_shows_the_same_bytes(python):
    """Known allocations, at three instants: the workstation's line table says what the program did, and what Python says."""
    workstation = Path(__file__).parents[2] / "build" / "bin" / "heapprof-workstation"
    if not workstation.exists():
        pytest.skip("the workstation is not built")
    out = python.run("""
        import json, time
        heapprof.start(BASE, {})
        a = bytes(3_000_000)  #: a
        time.sleep(0.1)
        b = [bytearray(200_000) for _ in range(7)]  #: b
        time.sleep(0.1)
        del a
        time.sleep(0.1)
        heapprof.stop()
        r = heapprof.read(BASE)
        instants = [0.05, 0.15, 0.25]
        lines = [heapprof.RawTraceLine(__file__, n) for n in (6, 8)]
        print(json.dumps([r.fastGetUsage(r.snapshotAt(t), lines)[0] for t in instants]))
    """)
    assert (python.lines["a"], python.lines["b"]) == (6, 8)
    expected = json.loads(out)
    a, b = 3_000_033, 7 * 200_001
    assert expected[0] == [a, 0] and expected[2][0] == 0
    assert expected[1][0] == a and b <= expected[1][1] == expected[2][1] <= b + 1000
    for number, values in enumerate(expected):
        instant = 0.05 + 0.1 * number
        table = python.folder / "lines.csv"
        subprocess.run(
            [workstation, "--export", table, "--view", "traces", "--at", str(instant), python.filebase],
            check=True,
            capture_output=True,
        )
        with table.open(newline="") as file:
            rows = {int(row["line"]): row for row in csv.DictReader(file) if row["file"] == python.program}
        shown = [int(rows[line]["cumulative_bytes"]) if line in rows else 0 for line in (6, 8)]
        assert shown == values


def test_sampled_recordings_are_scaled(python):
    python.run("""
        heapprof.start(BASE)
        kept = [bytes(1000) for _ in range(20_000)]
        heapprof.stop()
        r = heapprof.read(BASE)
        assert r.samplingRate() == heapprof.DEFAULT_SAMPLING_RATE
        total = r.snapshots()[-1].totalUsage()
        assert 12e6 < total < 30e6, total    # 20.66 MB are known to 5.7 %
    """)


def test_graph_and_flame_files(python):
    python.run(f"""
        import pathlib
        r = heapprof.read({copy("c_spike_all", python.folder)!r})
        r.compareFlowGraphs("both.dot", 3, 10)
        r.flowGraphAt(10).writeDotFile("one.dot", minNodeFraction=0.2, collapseNodes=False)
        r.writeFlameGraph("stacks.txt", 10)
        r.writeFlameGraph("stacks.speedscope.json", r.snapshotAt(10))
        r.writeFlameGraph("blocks.txt", 10, unit="blocks")
        r.writeFlameGraph(pathlib.Path("blocks.speedscope.json"), 10, unit="blocks")
        blocks = sum(bucket.amount.blocks for bucket in r.sizesAt(10))
        assert blocks == sum(int(line.rsplit(" ", 1)[1]) for line in open("blocks.txt"))
        try:
            r.flowGraphAt(10).writeDotFile("x.dot", minEdgeFraction=2)
        except ValueError as error:
            assert "between 0 and 1" in str(error)
        else:
            raise AssertionError
    """)
    total = 34280243
    assert (python.folder / "both.dot").read_text().startswith("digraph")
    assert sum(int(line.rsplit(" ", 1)[1]) for line in (python.folder / "stacks.txt").read_text().splitlines()) == total
    assert sum(json.loads((python.folder / "stacks.speedscope.json").read_text())["profiles"][0]["weights"]) == total
    blocks = json.loads((python.folder / "blocks.speedscope.json").read_text())["profiles"][0]
    lines = (python.folder / "blocks.txt").read_text().splitlines()
    assert blocks["endValue"] == sum(int(line.rsplit(" ", 1)[1]) for line in lines) < total


def test_precision_folds_but_keeps_the_total(python):
    python.run(f"""
        r = heapprof.read({copy("c_spike_all", python.folder)!r}, timeInterval=1, precision=0.05)
        whole = heapprof.read(r.filebase, timeInterval=1)
        for folded, full in zip(r.snapshots(), whole.snapshots()):
            assert folded.totalUsage() == full.totalUsage()
            assert len(folded.usage) < len(full.usage) and 0 < folded.usage[0] <= 0.05 * full.totalUsage()
        for bad in dict(timeInterval=0), dict(timeInterval=float("nan")), dict(precision=1), dict(precision=-0.1):
            try:
                r.useSnapshots(**bad)
            except ValueError:
                continue
            raise AssertionError(bad)
    """)


def test_interrupt_keeps_a_valid_digest(python):
    """Ctrl-C in the middle of makeDigest(); then the digest is valid up to there, and can be continued."""
    process = python.start(
        python.write("""
        import random
        heapprof.start(BASE, {})
        random.seed(1)
        kept = {}
        for i in range(3_000_000):
            kept[random.randrange(1000)] = str(i)
        heapprof.stop()
        r = heapprof.Reader(BASE)
        assert not r.hasDigest()
        print("building", flush=True)
        try:
            for _ in range(300):
                r.makeDigest()
            raise AssertionError("was never interrupted")
        except KeyboardInterrupt:
            pass
        assert r.hasDigest()
        events = r._recording.events()
        r.snapshots()[-1]
        if not r._recording.complete():
            assert 0 < events
        r.continueDigest()
        assert r._recording.complete() and r._recording.events() >= events
        print("interrupted")
        """)
    )
    assert process.stdout.readline() == "building\n"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert (out, process.returncode) == ("interrupted\n", 0), err


def test_read_while_the_program_runs(python):
    python.run("""
        heapprof.start(BASE, {})
        kept = [bytes(10_000) for _ in range(100)]
        r = heapprof.read(BASE)
        first = r.snapshots()[-1].totalUsage()
        assert first >= 1_000_000
        more = [bytes(10_000) for _ in range(100)]
        r.continueDigest()
        assert r.snapshots()[-1].totalUsage() >= first + 1_000_000
        heapprof.stop()
    """)


def test_refresh_follows_the_program_to_its_end(python):
    python.run("""
        heapprof.start(BASE, {})
        kept = [bytes(10_000) for _ in range(100)]
        r = heapprof.read(BASE)
        most = 900_000  # of a million: what reading itself has kept may be freed meanwhile
        for _ in range(3):
            before = r.snapshotAt(r.elapsedTime()).totalUsage()
            kept += [bytes(10_000) for _ in range(100)]
            assert r.refresh() is True
            assert r.snapshotAt(r.elapsedTime()).totalUsage() >= before + most
        kept += [bytes(10_000) for _ in range(100)]
        heapprof.stop()
        assert r.refresh() is False
        assert r.snapshotAt(r.elapsedTime()).totalUsage() >= before + 2 * most and r.ending() == "stop"
    """)


@pytest.mark.parametrize("change", ["os.truncate(BASE + '.hpd', 500)", "os.remove(BASE + '.hpm')"])
def test_refresh_says_what_became_of_the_files(python, change):
    python.run(f"""
        import warnings
        heapprof.start(BASE, {{}})
        kept = [bytes(10_000) for _ in range(100)]
        more = [bytes(100) for _ in range(200_000)]  # much more than the log's chunk that is being written
        r = heapprof.read(BASE)
        assert r.snapshotAt(r.elapsedTime()).totalUsage() >= 100 * 10_033
        {change}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert r.refresh() is False
        assert any("removed, replaced or cut" in str(each.message) for each in caught)
        assert r.snapshotAt(r.elapsedTime()).totalUsage() >= 100 * 10_033
    """)


def test_time_plot_is_drawn_by_matplotlib(python):
    """With a matplotlib that only notes what it is asked to draw; without any, ImportError."""
    filebase = copy("c_spike_all", python.folder)
    (python.folder / "stand_in" / "matplotlib").mkdir(parents=True)
    (python.folder / "stand_in" / "matplotlib" / "__init__.py").write_text("")
    (python.folder / "stand_in" / "matplotlib" / "pyplot.py").write_text(
        "from unittest.mock import MagicMock\n"
        "axes = [[MagicMock()] for _ in range(3)]\n"
        "subplots = MagicMock(side_effect=lambda rows, *a, **k: (MagicMock(), axes[:rows]))\n"
        "show = MagicMock()\n"
    )
    python.run(f"""
        import sys
        r = heapprof.read({filebase!r})
        sys.path.insert(0, "stand_in")
        from matplotlib import pyplot
        r.timePlot().pyplot()
        assert pyplot.subplots.call_args[0][0] == 1 and pyplot.show.called
        r.timePlot({{"a": "/srv/h1/scripts/work/c_spike.py:1"}}).pyplot()
        assert pyplot.subplots.call_args[0][0] == 3
        shares = pyplot.axes[2][0].step.call_args[0][1]
        assert all(0 <= share <= 1 for share in shares) and max(shares) > 0
    """)


def test_errors_name_the_file_and_the_reason(python):
    (python.folder / "folder").mkdir()
    (python.folder / "program.hpm").write_bytes(b"import this\n")
    (python.folder / "program.hpd").write_bytes(b"")
    (python.folder / "lonely.hpm").write_bytes(b"\0\0\0\1")
    python.run("""
        for name, kind, part in [
            ("nothing", FileNotFoundError, "no such file"),
            ("folder", IsADirectoryError, "is a directory"),
            ("lonely", FileNotFoundError, "lonely.hpd: is missing"),
            ("program", ValueError, "not a heapprof capture"),
        ]:
            try:
                heapprof.read(name)
            except kind as error:
                assert part in str(error) and name in str(error), error
            else:
                raise AssertionError(name)
        r = heapprof.RawTraceLine
        for bad, kind in ("x", ValueError), ("x:y", ValueError), (3, TypeError):
            try:
                r.parse(bad)
            except kind:
                continue
            raise AssertionError(bad)
        assert r.parse("a:b:12") == ("a:b", 12)
    """)


def test_our_own_frames_are_not_shown(python):
    python.run("""
        heapprof.start(BASE, {})
        heapprof.switchSampling(1)
        heapprof.switchSampling({})
        with heapprof.phase("loads what it needs"): kept = bytes(100_000)
        heapprof.stop()
        r = heapprof.read(BASE)
        traces = range(1, max(r.allocations().bytes.usage) + 1)
        files = [{line.filename for trace in traces for line in r.rawTrace(trace, hides)} for hides in (True, False)]
        ours = os.path.dirname(heapprof.__file__)
        assert [any(file.startswith(ours) for file in found) for found in files] == [False, True], files
    """)
