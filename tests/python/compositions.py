"""Asks recordings what resident memory consists of."""

from __future__ import annotations

MB = 1_000_000

ASK = """
r = heapprof.read(BASE)
at = {mark.text: r.composition(mark.time) for mark in r.marks() if mark.kind == "mark"}
def part(text, name): return at[text].parts.get(name, 0)
for c in at.values():
    assert sum(c.parts.values()) == c.resident == c.anonymous + c.file + c.shared, c
"""


def memory(python, part):
    """The amounts of one part in all readings: see FORMAT.md."""
    return [amount for _, number, amount in python.read().memory if number == part]
