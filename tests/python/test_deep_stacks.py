"""Deep stacks: a walk stops where frames have gone on, and is never wrong about what is below them."""

from __future__ import annotations

import hashlib
import json

import pytest

# Calls go down and up at random, through functions, generators, C code and classes, and a block is made now and then
# whose stack is known.
WANDER = """
import hashlib, json, random, threading
sys.setrecursionlimit(20_000)
expected, keep, lock = {}, [], threading.Lock()
def digestOf(frames): return hashlib.sha1(repr(frames).encode()).hexdigest()
class Wanderer:
    def __init__(self, seed, deepest):
        self.random = random.Random(seed)
        self.deepest, self.depth, self.goal, self.steps = deepest, 0, deepest - 1, 0
        self.isDown = True
    def note(self):
        frame, frames = sys._getframe(1), []
        while frame:
            frames.append((frame.f_code.co_name, frame.f_lineno))
            frame = frame.f_back
        with lock:
            size = 10_000 + len(expected)
            expected[size + 33] = len(frames), digestOf(frames)
        keep.append(bytes(size))
    def isUp(self):
        self.steps += 1
        if self.steps > STEPS: return True
        if self.depth == self.goal:
            self.isDown = self.random.random() < 0.5
            self.goal = self.random.randrange(*((self.depth, self.deepest) if self.isDown else (5, self.depth + 1)))
        if self.isDown and self.goal - self.depth < 20 and self.random.random() < 0.3: self.note()
        return self.random.random() < (0.9 if self.depth > self.goal else 0.1)
    def a(self):
        self.depth += 1
        while not self.isUp():
            if self.random.random() < 0.5: self.b(1, 2)
            else: self.c()
        self.depth -= 1
    def b(self, one, two, three=3, *more):
        self.depth += 1
        while not self.isUp():
            kind = self.random.random()
            if kind < 0.3: self.a()
            elif kind < 0.5: list(self.g())
            elif kind < 0.6: sorted([1], key=self.k)
            elif kind < 0.7: type(self).D(self)
            else: self.c()
        self.depth -= 1
    def c(self):
        self.depth += 1
        while not self.isUp(): self.a() or \\
            None
        self.depth -= 1
    def k(self, x):
        self.a()
        return x
    def g(self):
        self.depth += 1
        while not self.isUp():
            yield self.b(1, 2)
            if self.random.random() < 0.3: yield from self.g()
        self.depth -= 1
    class D:
        def __init__(self, wanderer): wanderer.a()
"""


@pytest.mark.parametrize("deepest", [40, 400, 2500])
def test_every_stack_is_the_stack(python, deepest):
    python.run(
        f"STEPS, DEEPEST = 60_000, {deepest}\n"
        + WANDER
        + """
threading.stack_size(512 << 20)
heapprof.start(BASE, {10_000: 0.0})
for round in range(2):
    threads = [threading.Thread(target=Wanderer(10 * round + i, DEEPEST).a) for i in range(3)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
heapprof.stop()
json.dump(expected, open(BASE + ".json", "w"))
"""
    )
    capture = python.read()
    with open(python.filebase + ".json") as file:
        expected = {int(size): found for size, found in json.load(file).items()}
    assert len(expected) > 500 and max(depth for depth, _ in expected.values()) > 0.9 * deepest
    right = set()
    for event in capture.events:
        if event.kind == "alloc" and event.size in expected:
            frames = [(f.name.rpartition(".")[2], f.line) for f in capture.traces[event.trace].frames[-2::-1]]
            if hashlib.sha1(repr(frames).encode()).hexdigest() == expected[event.size][1]:
                right.add(event.size)
    assert right == expected.keys()
