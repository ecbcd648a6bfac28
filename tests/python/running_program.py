"""A program that runs, and the command line of heapprof that tells it something."""

from __future__ import annotations

import signal

PREAMBLE = "import os, sys\ndef begun(): print(os.getpid(), flush=True)\n"
# What the program's threads are about when it is told something. Each prints a line once it is there.
SITUATIONS = {
    "sleeps": "import time; begun()\nwhile True: time.sleep(1000)",
    "allocates": "import time; begun()\nwhile True: kept = [bytes(1000) for _ in range(100)]; time.sleep(0.001)",
    "waits for a lock": "import threading; lock = threading.Lock(); lock.acquire(); begun(); lock.acquire()",
    "waits for a lock, with a timeout": "import threading; lock = threading.Lock(); lock.acquire(); begun()\n"
    "while True: lock.acquire(timeout=1000)",
    "waits for a thread": "import threading, time; t = threading.Thread(target=time.sleep, args=(1000,)); t.start()\n"
    "begun(); t.join()",
    "selects": "import select; r, w = os.pipe(); begun(); select.select([r], [], [])",
    "runs an event loop": "import asyncio\nasync def main(): begun(); await asyncio.sleep(1000)\n"
    "loop = asyncio.new_event_loop(); loop.run_until_complete(main())",
    "reads a pipe": "r, w = os.pipe(); begun(); os.read(r, 1)",
    "is blocked in C, without the GIL": "import ctypes; libc = ctypes.CDLL(None); begun(); libc.pause()",
    "works in C, without the GIL": "import hashlib; data = bytes(1 << 26); begun()\n"
    "while True: hashlib.sha256(data)",
    "opens a pipe that nobody writes to": "path = sys.argv[0] + '.fifo'; os.mkfifo(path); begun(); open(path)",
    "waits for a signal, and blocks all": "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, "
    "range(1, 65)); begun(); signal.sigwait({signal.SIGUSR1})",
    "has 20 threads that work": "import threading\ndef work():\n    while True: sum(range(3000)), [bytes(1000) for _ in range(10)]\n"
    "for _ in range(19): threading.Thread(target=work, daemon=True).start()\nbegun(); work()",
    "has 20 threads that wait": "import queue, threading\nq = queue.Queue()\n"
    "for _ in range(19): threading.Thread(target=q.get, daemon=True).start()\nbegun(); q.get()",
}
TRACER = """
import ctypes, sys, time
ctypes.CDLL(None).ptrace(0x4206, int(sys.argv[1]), None, None)  # PTRACE_SEIZE
print("traces", flush=True)
time.sleep(1000)
"""


def ourFiles(capture) -> set:
    """Names in the capture that are not the program's."""
    files = {frame.file for trace in capture.traces.values() for frame in trace.frames}
    return {name for name in files if "heapprof" in name or name == "<string>"}


class Running:
    """A program that runs, and the command line of heapprof."""

    def __init__(self, python, program: str, *options: str, **environment: str) -> None:
        self.python = python
        path = python.folder / "program.py"
        path.write_text(PREAMBLE + program)
        self.process = python.start(*options, str(path), env={"PYTHONPATH": "", **environment})
        self.pid = int(self.process.stdout.readline())

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def heapprof(self, *words: object, status: int = 0) -> str:
        tool = self.python.start("-m", "heapprof", *map(str, words))
        out, err = tool.communicate(timeout=60)
        assert tool.returncode == status, (tool.returncode, out, err)
        return out + err

    def attach(self, *options: object) -> str:
        return self.heapprof("attach", self.pid, "-o", self.python.filebase, *options)

    def detach(self) -> str:
        return self.heapprof("detach", self.pid)

    def end(self, number: int = signal.SIGINT) -> tuple:
        self.process.send_signal(number)
        return self.process.communicate(timeout=60)
