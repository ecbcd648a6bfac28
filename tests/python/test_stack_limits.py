"""maxTraces: what is kept of stacks and functions is bounded, and small."""

from __future__ import annotations

import json

import pytest

DEEPER, OTHERS = "[deeper frames]", "[other functions]"

# f0() to f3() call one another at random and allocate at the bottom: a size of its own each time.
RECURSION = r"""
import json, random, threading
random.seed(1)
kept, said = [], []
below = threading.local()
source = "".join(f'''
def f{i}(n):
    below.names.append("f{i}")
    if n: FUNCTIONS[int(random.random() * 4)](n - 1)
    else: allocate()
''' for i in range(4))
def allocate():
    kept.append(bytes(100_000 + len(said)))
    said.append(below.names[:])
exec(compile(source, "recursion.py", "exec"))
FUNCTIONS = [f0, f1, f2, f3]
def recur(depth):
    below.names = []
    FUNCTIONS[int(random.random() * 4)](depth)
"""

ANONYMOUS = r"""
import re
def anonymous():
    with open("/proc/self/status") as status:
        return int(re.search(r"RssAnon:\s*(\d+)", status.read())[1]) << 10
"""


def stacks(capture, said):
    """For each stack that the program said, in order: (what it was, names recorded, whether cut)."""
    result = []
    allocations = {e.size - 33: e for e in capture.events if e.kind == "alloc"}
    for i, names in enumerate(said):
        frames = capture.traces[allocations[100_000 + i].trace].frames
        cut = bool(frames) and frames[-1].name == DEEPER
        if cut:
            assert (frames[-1].file, frames[-1].line) == ("", 0)
        names = names + ["allocate"]
        recorded = [f.name for f in (frames[:-1] if cut else frames)]
        assert not [name for name in recorded if name.startswith("[")]
        result.append((names, [name for name in recorded if name in names], cut))
    return result


def test_new_stacks_are_cut_to_what_is_known_of_them(python):
    out = python.run(
        RECURSION
        + """
heapprof.start(BASE, {100_000: 0.0}, maxTraces=1000)
for times in 4000, 300:
    random.seed(1)
    for i in range(times): recur(20)
heapprof.stop()
print(json.dumps(said))
reader = heapprof.Reader(BASE)
cut = [i for i in range(1, reader._capture.traceCount() + 1) if reader.isCut(i)]
assert len(cut) > 200 and not reader.isCut(0) and not reader.isCut(10**6)
assert all(reader.trace(i)[-1].function == "[deeper frames]" for i in cut)
"""
    )
    capture = python.read()
    known = set()
    whole = 0
    seen = set()
    found = stacks(capture, json.loads(out))
    for i, (names, recorded, cut) in enumerate(found):
        if not cut:
            assert recorded == names
            known.update(tuple(names[:n]) for n in range(len(names) + 1))
            whole += 1
            continue
        assert recorded == names[: len(recorded)] and len(recorded) < len(names)
        if len(seen) < 150:  # then there may be too many cut ones, too
            seen.add(tuple(recorded))
            assert tuple(names[: len(recorded) + 1]) not in known and tuple(recorded) in known, i
    # Stacks that were known before the limit are recorded as they are, whenever they come again.
    assert 500 < whole - 300 < 1000 and not any(cut for _, _, cut in found[-300:])
    assert len(capture.traces) <= 1251
    assert capture.functions < 1024


def test_deep_stacks_count_for_more(python):
    out = python.run(
        RECURSION
        + """
sys.setrecursionlimit(10_000)
heapprof.start(BASE, {100_000: 0.0}, maxTraces=1000)
for i in range(300): recur(600)
heapprof.stop()
print(json.dumps(said))
"""
    )
    capture = python.read()
    assert capture.nodes <= 16_000 + 250
    cuts = [cut for _, _, cut in stacks(capture, json.loads(out))]
    assert not any(cuts[:20]) and all(cuts[-100:])


def test_every_thread_has_its_cut_stacks(python):
    out = python.run(
        RECURSION
        + """
heapprof.start(BASE, {100_000: 0.0}, maxTraces=1000)
for i in range(3000): recur(20)
for i in range(50):
    thread = threading.Thread(target=recur, args=(20,))
    thread.start(); thread.join()
heapprof.stop()
print(json.dumps(said))
"""
    )
    capture = python.read()
    for _names, recorded, cut in stacks(capture, json.loads(out))[-50:]:
        assert cut and recorded == []
    threads = {capture.traces[e.trace].thread for e in capture.events if e.kind == "alloc"}
    assert len(threads) == 51 and len(capture.traces) <= 1251 + 50


def test_a_child_has_the_same_limit(python):
    out = python.run(
        RECURSION
        + """
heapprof.start(BASE, {100_000: 0.0}, maxTraces=1000)
child = os.fork()
for i in range(3000): recur(20)
if child == 0: os._exit(0)
os.waitpid(child, 0)
print(child)
"""
    )
    for filebase in python.filebase, f"{python.filebase}.{out.strip()}":
        assert 1000 < len(python.read(filebase).traces) <= 1251


def test_many_stacks_take_little_memory(python):
    out = python.run(
        ANONYMOUS
        + """
import random
random.seed(1)
source = "".join(f'''
def f{i}(n):
    return FUNCTIONS[int(random.random() * 12)](n - 1) if n else object()
''' for i in range(12))
exec(source)
FUNCTIONS = [globals()[f"f{i}"] for i in range(12)]
heapprof.start(BASE, {})
for i in range(100): f0(20)
before = anonymous()
for i in range(150_000): f0(20)
took = anonymous() - before
heapprof.stop()
traces = heapprof.Reader(BASE)._capture.traceCount()
assert traces > 150_000
print(took / traces)
"""
    )
    assert float(out) < 120


def test_functions_that_are_compiled_for_ever(python):
    program = python.write(
        ANONYMOUS
        + """
kept = []
def run(first, count):
    for i in range(first, first + count):
        code = compile(f"def function_{i}(): kept.append(bytes(100_000)); kept.pop()\\nfunction_{i}()", f"<{i}>", "exec")
        exec(code, {"kept": kept})
def sameFile():
    space = {"kept": kept}
    exec(compile("\\n" * 70_000 + "def late(): kept.append(bytes(200_000))", __file__, "exec"), space)
    space["late"]()
def known(): kept.append(bytes(300_000))
if len(sys.argv) > 1: heapprof.start(BASE, {100_000: 0.0}, maxTraces=20_000)
known()
run(0, 10_000)
before = anonymous()
run(10_000, 190_000)
print(anonymous() - before)
known(); sameFile()
heapprof.stop()
"""
    )
    grown = []
    for arguments in [], ["recorded"]:  # since 3.12 an interpreter keeps all names anyway
        out, err = python.start(program, *arguments).communicate(timeout=300)
        assert err == ""
        grown.append(int(out))
    assert grown[1] - grown[0] < 2 << 20
    capture = python.read()
    assert capture.functions <= 2600
    innermost = {}
    for e in capture.events:
        if e.kind == "alloc":
            frame = capture.traces[e.trace].frames[-1]
            innermost.setdefault(e.size - 33, []).append((frame.name, frame.file, frame.line))
    made = innermost[100_000]
    assert len(made) == 200_000
    assert made[:1000] == [(f"function_{i}", f"<{i}>", 1) for i in range(1000)]
    assert set(made[-1000:]) == {(OTHERS, "", 0)}
    assert innermost[200_000] == [(OTHERS, python.program, 0)]
    assert {name for name, _, _ in innermost[300_000]} == {"known"}


def test_marks_that_are_never_the_same(python):
    out = python.run(
        ANONYMOUS
        + """
heapprof.start(BASE, 1 << 40)
steps = []
for i in range(6):
    for j in range(50_000): heapprof.mark(f"step {i}, and there are many of them: {j}")
    steps.append(anonymous())
    heapprof.mark("the same")
heapprof.stop()
print(steps[-1] - steps[1])
"""
    )
    assert int(out) < 1 << 20
    marks = [mark for mark in python.read().marks if mark.kind == 0]
    assert len(marks) == 300_006
    assert marks[-2].text == "step 5, and there are many of them: 49999" and marks[-1].text == "the same"


def test_wrong_limits(python):
    python.run("""
        for kind, value in (ValueError, 0), (ValueError, -1), (ValueError, 999), (TypeError, 1e9), (TypeError, True):
            try: heapprof.start(BASE, maxTraces=value)
            except kind as error: assert "maxTraces" in str(error)
            else: raise AssertionError(value)
        heapprof.start(BASE, maxTraces=10**30)
    """)


@pytest.mark.parametrize(("limit", "status"), [("1000", 0), ("999", 2), ("1M", 2), ("-5", 2)])
def test_the_command_line_has_the_limit(python, limit, status):
    program = python.write(RECURSION + "for i in range(3000): recur(20)\n")
    process = python.start("-m", "heapprof", "-o", "out", "--sample", "{100_000: 0.0}", "--max-traces", limit, program)
    _, err = process.communicate(timeout=60)
    assert process.returncode == status, err
    if status == 0:
        assert 1000 < len(python.read().traces) <= 1251
    else:
        assert limit in err
