"""Our frames against those that the interpreter shows of itself, everywhere a program can be."""

from __future__ import annotations

import json
from pathlib import Path

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
        from heapprof import _heapprof
        def down(n): return down(n - 1) if n else _heapprof.checkFrames()
        print([_heapprof.checkFrames(), down(3), down(4), down(100)])
    """)
    assert out == "['too few frames to tell', 'too few frames to tell', '', '']\n"
