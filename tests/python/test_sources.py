"""The text of code that came from no file is kept, where the program registers it for tracebacks."""

from __future__ import annotations

import signal

SHOW = """
    def show(base):
        r = heapprof.read(base)
        usage = r.peak().usage
        largest = max((index for index in usage if r.trace(index)), key=lambda index: usage[index])
        for line in r.trace(largest): print(line.filename, line.lineno, repr(line.fileline))
"""
CELL = """
    import linecache
    def run(name, text, scope):
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        exec(compile(text, name, "exec"), scope)
"""


def test_a_cell_has_its_text(python):
    out = python.run(
        SHOW
        + CELL
        + """
    heapprof.start(BASE, {})
    scope = {}
    run("<cell 1>", "import json\\nkept = bytes(900_000)  # \\u00e4\\n", scope)
    run("/tmp/kernel_1/2.py", "def f():\\n\\treturn bytes(800_000)\\n", scope)
    run("<not used>", "1\\n", {})
    exec("exec_ed = bytes(700_000)")
    heapprof.stop()
    linecache.clearcache()
    show(BASE)
    """,
        env={"PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
    )
    assert "<cell 1> 2 'kept = bytes(900_000)  # \u00e4'\n" in out
    sources = python.read().sources
    assert "<not used>" not in sources and "<string>" not in sources
    assert sources["<cell 1>"] == "import json\nkept = bytes(900_000)  # \u00e4\n"


def test_long_texts_come_whole_and_huge_ones_not_at_all(python):
    python.run(
        CELL
        + """
    heapprof.start(BASE, {})
    long = "".join(f"x{i} = {i}\\n" for i in range(20_000)) + "kept = bytes(1000)\\n"
    run("<long>", long, {"__builtins__": __builtins__})
    run("<huge>", "#" * 2_000_000 + "\\nkept = bytes(1000)\\n", {})
    run("<no text>", "kept = '\\\\udc80'\\n" * 3, {})
    linecache.cache["<no text>"] = (1, None, ["\\udc80"], "<no text>")
    linecache.cache["<odd>"] = 5
    linecache.cache["<odder>"] = (1, None, None, None)
    linecache.cache[5] = (1, None, [5], None)
    with open(BASE + ".long", "w") as file: file.write(long)
    heapprof.stop()
    """
    )
    sources = python.read().sources
    assert set(sources) == {"<long>"}
    with open(python.filebase + ".long") as file:
        assert sources["<long>"] == file.read()


def test_a_killed_program_leaves_the_texts_of_before(python):
    python.run(
        CELL
        + """
    import gc, signal, time
    heapprof.start(BASE, {})
    run("<cell 1>", "kept = [bytes(1000)]\\n", {})
    time.sleep(1.1)  # they are looked for once a second at most
    gc.collect()
    kept = bytes(1000)
    os.kill(os.getpid(), signal.SIGKILL)
    """,
        status=-signal.SIGKILL,
    )
    assert python.read().sources == {"<cell 1>": "kept = [bytes(1000)]\n"}


def test_what_the_program_does_not_use_is_not_loaded(python):
    out = python.run("""
        heapprof.start(BASE, {}); exec(compile("kept = bytes(1000)", "<cell>", "exec")); heapprof.stop()
        print("linecache" in sys.modules)
    """)
    assert out == "False\n" and python.read().sources == {}


def test_files_with_names_that_are_not_text(python):
    python.run("""
        names = os.fsdecode(os.fsencode(BASE) + b"caf\\xe9.py"), "\\ud800.py"
        source = "kept = bytes(500_000)  # the line\\n"
        with open(names[0], "w") as file: file.write(source)
        heapprof.start(BASE, {})
        scopes = [{"__name__": name} for name in names]
        for name, scope in zip(names, scopes): exec(compile(source, name, "exec"), scope)
        heapprof.stop()

        r = heapprof.read(BASE)
        peak = r.peak()
        innermost = [r.trace(trace)[-1] for trace, used in peak.usage.items() if used > 400_000]
        texts = {line.filename: line.fileline for line in innermost}
        assert texts == {names[0]: source.strip(), names[1]: ""}, texts
        lines = [heapprof.RawTraceLine(name, 1) for name in names]
        assert {r.rawTrace(trace)[-1] for trace, used in peak.usage.items() if used > 400_000} == set(lines)
        assert all(used > 400_000 for used in r.fastGetUsage(peak, lines)[0])
        assert all(part.bytes > 400_000 for part in r.estimatesAt(peak, [f"{name}:1" for name in names])[0])
        assert set(lines) <= set(r.flowGraph(peak).nodeLocalUsage)
        for line in lines:
            plot = r.timePlot({"line": line})
            assert max(plot.lines[0]) > 400_000
            for part in {"line": line}, {"file": line.filename}:
                assert max(used for _, used in r.usageOverTime(**part)) > 400_000
            assert r.sizesAt(peak, line) and r.sizesAllocated(line=line)
        for unit in "line", "function", "trace": r.growth(by=unit)
        r.compareFlowGraphs(BASE + ".dot", peak, peak)
        for ending in ".json", ".txt": r.writeFlameGraph(BASE + ending, peak)
        with heapprof.readRun(BASE) as run:
            for member in run.members: member.reader.makeDigest()
            assert set(lines) <= set(run.linesAt(run.elapsedTime()))
            for ending in ".json", ".txt": run.writeFlameGraph(BASE + ending, run.elapsedTime())
    """)


def test_reading_does_not_wait_for_a_pipe(python):
    out = python.run(
        SHOW
        + """
    os.mkfifo("here.py"); os.mkdir("folder"); os.mkfifo("folder/found.py")
    sys.path.append("folder")  # where linecache looks for relative names
    sizes = {os.path.abspath("here.py"): 900_000, "here.py": 800_000, "found.py": 700_000}
    for name, size in sizes.items():
        heapprof.start(BASE, {})
        scope = {}; exec(compile(f"kept = bytes({size})", name, "exec"), scope)
        heapprof.stop()
        show(BASE)
    """
    )
    assert [line.split()[1:] for line in out.splitlines() if "here.py" in line or "found.py" in line] == [
        ["1", "''"]
    ] * 3
