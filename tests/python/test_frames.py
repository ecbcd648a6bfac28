"""Our frames against those that the interpreter shows of itself, everywhere a program can be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "programs" / "every_frame.py"


def test_frames_are_the_interpreters_own(python):
    said = json.loads(python.run(PROGRAM.read_text()))
    assert len(said) > 1500
    capture = python.read()
    events = {}
    for event in capture.events:
        if event.kind == "alloc":
            events.setdefault(event.size, []).append(event)
    wrong = []
    for size, stack in said:
        (event,) = events[size + 33]
        frames = [[f.file, f.name, f.line] for f in capture.traces[event.trace].frames]
        assert frames.pop()[1] == "here"
        if frames != stack:
            wrong.append((stack, frames))
    assert wrong == []


def test_a_stack_that_shows_nothing_is_not_taken_for_a_proof(python):
    out = python.run("""
        from heapprof import _collector
        def down(n): return down(n - 1) if n else _collector.checkFrames()
        print([_collector.checkFrames(), down(3), down(4), down(100)])
    """)
    assert out == "['too few frames to tell', 'too few frames to tell', '', '']\n"


@pytest.mark.parametrize(
    ("word", "value", "reason"),
    [
        ("cookie", 0, "does not describe"),
        ("version", 0x030F00A1, "another version"),
        ("free_threaded", 1, "no GIL"),
        ("interpreter_frame.previous", 3, "cannot be"),
        ("interpreter_frame.executable", 1 << 40, "cannot be"),
        ("interpreter_frame.instr_ptr", -4, "cannot be"),
        ("interpreter_frame.owner", 1 << 40, "cannot be"),
        ("interpreter_frame.executable", "interpreter_frame.localsplus", "another function"),
        ("thread_state.current_frame", 0, "another function"),
        ("interpreter_frame.instr_ptr", "interpreter_frame.previous", "another line"),
        ("code_object.linetable", 8, "code objects"),
    ],
)
def test_frames_that_are_described_wrongly_are_not_read(python, word, value, reason):
    if python.version < (3, 15):
        pytest.skip("the frames of this version are known without a description")
    program = r"""
        import ctypes, re, sysconfig
        from heapprof import _collector, _self_check
        words, members = [], []  # in the table's order; each is of 8 bytes
        header = open(sysconfig.get_path("include") + "/internal/pycore_debug_offsets.h").read()
        for line in header[header.index("typedef struct _Py_DebugOffsets") :].splitlines():
            if re.match(r" +struct", line): words, members = words + members, []
            if found := re.match(r" +(?:char|uint64_t) (\w+)", line): members.append(found[1])
            if found := re.match(r" +} (\w+);", line): words, members = words + [f"{found[1]}.{m}" for m in members], []
            if line.startswith("}"): break
        described = (ctypes.c_uint64 * len(words)).in_dll(ctypes.pythonapi, "_PyRuntime")
        place, value = words.index(WORD), VALUE
        if isinstance(value, str): value = described[words.index(value)]
        before, described[place] = described[place], value
        print(_self_check.checkFrames(_collector.checkFrames))
        described[place] = before
        def main():
            global kept
            kept = bytes(700_000)
        heapprof.start(BASE, {})
        main()
        heapprof.stop()
        assert _self_check.checkFrames(_collector.checkFrames) == ""
    """
    out = python.run(program.replace("WORD", repr(word)).replace("VALUE", repr(value)))
    assert reason in out
    capture = python.read()
    assert [capture.traces[e.trace].frames for e in capture.live().values() if e.size == 700_033] == [()]
