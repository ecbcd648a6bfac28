"""The program that soak.py records: many kinds of work, paced, for as long as it is told, and a ledger of blocks that it
holds. Arguments: role, filebase, seconds, share of a processor. What it does it tells on standard output, as JSON lines.

Roles: "everything" and "sampled" are one long recording each, "cycles" a new recording every few seconds while the work
goes on, with C allocations in every other one, and "plain" is not recorded.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import json
import math
import os
import random
import socket
import sys
import threading
import time

import heapprof

try:
    import numpy
except ImportError:
    numpy = None

TICK = 0.03  # the log knows the time to a few milliseconds; around a check the ledger rests for longer than that
CHILD = 2_000_000

role, filebase, seconds, load = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
end = time.monotonic() + seconds
running = True
rounds: dict = {}
holding = True  # between two recordings nothing is held
RATES = [({}, False), (None, True), ({128: 1e-3, 8192: 0.1}, False), ({}, True), (20_000, False)]


def tell(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


# -- the ledger ------------------------------------------------------------------------------------------------------


def small():
    block = bytes(random.randrange(200, 420))  #: small
    return block


def medium():
    block = bytearray(random.randrange(4_000, 12_000))  #: medium
    return block


def large():
    block = bytes(random.randrange(200_000, 1_000_000))  #: large
    return block


def array():
    block = numpy.empty(random.randrange(100_000, 400_000), numpy.uint8)  #: array
    return block


class Ledger:
    """Blocks that come and go, each kind from one line. The lock is held while they change."""

    def __init__(self):
        self.lock = threading.Lock()
        self.kinds = {small: 12_000, medium: 1_000, large: 15}
        if numpy and role == "cycles":
            self.kinds[array] = 20
        self.blocks = {kind: [] for kind in self.kinds}

    def turnOver(self, share):
        for kind, most in self.kinds.items():
            blocks = self.blocks[kind]
            wanted = int(most * (0.6 + 0.4 * math.sin(time.monotonic() / 40)))
            for _ in range(max(1, int(most * share))):
                if len(blocks) >= wanted:
                    blocks[random.randrange(len(blocks))] = blocks[-1]
                    blocks.pop()
                if len(blocks) < wanted:
                    blocks.append(kind())

    def clear(self):
        for blocks in self.blocks.values():
            blocks.clear()

    def sizes(self):
        """Bytes by kind. An empty bytearray's own part comes from the same line as its buffer."""
        return {kind.__name__: sum(map(sys.getsizeof, blocks)) for kind, blocks in self.blocks.items()}

    def check(self, number):
        with self.lock:
            time.sleep(TICK)
            heapprof.mark(f"check {number}")
            sizes = self.sizes()
            time.sleep(TICK)
        tell(check=number, sizes=sizes, counts={k.__name__: len(b) for k, b in self.blocks.items()}, rounds=rounds)


ledger = Ledger()


# -- the work --------------------------------------------------------------------------------------------------------


def work_json():
    rows = [{"key": str(i), "value": [i] * (i % 20), "text": "x" * (i % 300)} for i in range(150)]
    assert json.loads(json.dumps(rows)) == rows


def work_executed():
    """Code that dies, under names that come again."""
    for i in range(10):
        number = random.randrange(200)
        space: dict = {}
        exec(f"def made{number}(n):\n    return [object() for _ in range(n)]\nresult = len(made{number}(30))", space)
        assert space["result"] == 30 and i < 10


def work_generators():
    def numbers(n):
        yield from (str(i) for i in range(n))

    class Broken(Exception):
        def __del__(self):
            self.trace = [None] * 10

    def deep(n):
        if n == 0:
            raise Broken([object() for _ in range(5)])
        try:
            deep(n - 1)
        finally:
            sum(1 for _ in numbers(3))

    for depth in (3, 40):
        try:
            deep(depth)
        except Broken as error:
            assert len(error.args[0]) == 5
    try:
        endless()
    except RecursionError:
        pass
    assert len(sorted(numbers(500), key=lambda text: text[::-1])) == 500


def endless():
    return [endless()]


def work_cycles():
    class Node:
        pass

    for _ in range(20):
        nodes = [Node() for _ in range(50)]
        for one, other in zip(nodes, nodes[1:] + nodes[:1]):
            one.next, other.previous, one.load = other, one, bytes(1000)
    del nodes, one, other
    if random.random() < 0.05:
        gc.collect()


def work_arrays():
    if numpy is None:
        return
    matrix = numpy.arange(40_000, dtype=float).reshape(200, 200)
    assert numpy.isfinite((matrix * 2 + matrix.T).sum()) and len(numpy.sort(matrix.ravel()[::-1].copy())) == 40_000


async def echo(pair):
    left, right = pair
    loop = asyncio.get_running_loop()

    async def serve():
        while True:
            data = await loop.sock_recv(right, 65536)
            if not data:
                return
            await loop.sock_sendall(right, data[::-1])

    server = loop.create_task(serve())
    for i in range(30):
        message = b"%d" % i * random.randrange(1, 500)
        await loop.sock_sendall(left, message)
        answer = b""
        while len(answer) < len(message):
            answer += await loop.sock_recv(left, 65536)
        assert answer == message[::-1]
    left.close()
    await server
    right.close()


def work_asyncio():
    loop = asyncio.new_event_loop()
    try:
        pair = socket.socketpair()
        for side in pair:
            side.setblocking(False)
        loop.run_until_complete(echo(pair))
    finally:
        loop.close()


def work_marks():
    with heapprof.phase("accounts"):
        accounts = {i: [i, {"a": i}] for i in range(300)}
        heapprof.mark("half")
        accounts.clear()


WORK = [work_json, work_executed, work_generators, work_cycles, work_asyncio, work_marks, work_arrays]


def paced(step, share):
    """Repeats a step so that this thread takes that share of a processor."""
    while running:
        before = time.thread_time()
        step()
        used = time.thread_time() - before
        time.sleep(min(2.0, max(0.001, used * (1 / share - 1))))


def worker(work, share):
    name = work.__name__
    rounds[name] = 0

    def step():
        work()
        rounds[name] += 1

    paced(step, share)


def turnOver(share):
    def step():
        with ledger.lock:
            if holding:
                ledger.turnOver(0.01)

    paced(step, share)


# -- what happens now and then ---------------------------------------------------------------------------------------


def forked(number):
    """A short-lived child with a recording of its own; every third becomes another program in the end."""
    child = os.fork()
    if child == 0:
        try:
            block = bytes(CHILD)  #: child
            garbage = [str(i) for i in range(3000)]
            assert len(block) == CHILD and len(garbage) == 3000
            if number % 3 == 0:
                os.execv("/bin/true", ["true"])
            os._exit(0)
        except BaseException as error:
            os.write(2, repr(error).encode())
        os._exit(1)
    status = os.waitpid(child, 0)[1]
    tell(forked=child, status=status)


def paused():
    """What is allocated here is in no recording; what is freed here is."""
    with ledger.lock:
        heapprof.pause()
        for blocks in ledger.blocks.values():
            del blocks[len(blocks) // 2 :]
        ignored = [small() for _ in range(500)]
        assert len(ignored) == 500
        del ignored
        heapprof.resume()


def shortThread():
    thread = threading.Thread(target=work_json, name="short")
    thread.start()
    thread.join()


def cycle(number):
    """Ends the recording, and begins the next one onto other files."""
    global holding
    with ledger.lock:
        heapprof.stop()
        holding = False
        ledger.clear()
    if number > 0:
        tell(ended=f"{filebase}-{number - 1}")
    base, (rate, native) = f"{filebase}-{number}", RATES[number % len(RATES)]
    for again, alsoNative in RATES * 4 if number % 10 == 0 else ():  # in quick succession
        heapprof.start(base, again, native=alsoNative)
        heapprof.stop()
    heapprof.start(base, rate, native=native)
    with ledger.lock:
        holding = True
    tell(begins=base, error=error(rate), native=native)


def error(rate):
    """An amount of B bytes is known to sqrt(B times this)."""
    if rate == {}:
        return 0
    return max(bound * (1 / p - 1) for bound, p in rate.items()) if isinstance(rate, dict) else rate or 65536


def main():
    global running
    cycles = 0
    if role == "cycles":
        cycle(0)
    elif role != "plain":
        rate = {} if role == "everything" else None
        heapprof.start(filebase, rate)
        tell(begins=filebase, error=error(rate), native=False)
    share = load / (len(WORK) + 1)
    threads = [threading.Thread(target=worker, args=(work, share), name=work.__name__) for work in WORK]
    threads.append(threading.Thread(target=turnOver, args=(share,), name="ledger"))
    for thread in threads:
        thread.start()
    lastCheck = lastCycle = time.monotonic()
    try:
        for number in itertools.count(1):
            time.sleep(1)
            now = time.monotonic()
            if now >= end:
                break
            if number % 7 == 0:
                paused()
            if number % 11 == 0:
                forked(number)
            if number % 13 == 0:
                shortThread()
            if now - lastCheck >= 15:
                lastCheck = now
                ledger.check(number)
                if role == "cycles" and now - lastCycle >= 20:
                    lastCycle = now
                    cycles += 1
                    cycle(cycles)
    finally:
        running = False
        for thread in threads:
            thread.join()
    ledger.check(0)
    if role == "everything":
        heapprof.stop()
    tell(ends=role)
    if role == "sampled":
        time.sleep(3600)  # until it is killed


with contextlib.suppress(BrokenPipeError):
    main()
