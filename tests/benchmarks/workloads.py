"""What the profilers are measured on: each returns a function that works for some tenths of a second, every time alike."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import pickle
import random
import sys
from itertools import repeat
from pathlib import Path
from typing import Any, Callable, Dict

Work = Callable[[], object]


def objects() -> Work:
    """Nothing but the allocator: objects that a list holds for a moment."""

    def work() -> None:
        for _ in range(20):
            [object() for _ in repeat(None, 200_000)]

    return work


def buffers() -> Work:
    """Bytes of 0.6 to 7.6 KB, 512 of them alive."""

    def work() -> None:
        kept = [b""] * 512
        for i in range(400_000):
            kept[i & 511] = bytes(600 + (i * 37) % 7000)

    return work


def jsonText() -> Work:
    document = {f"key{i}": {"name": f"name {i}", "values": list(range(i % 20)), "ratio": i / 7} for i in range(3000)}
    return lambda: [json.loads(json.dumps(document)) for _ in range(12)]


def pickled() -> Work:
    rng = random.Random(1)
    rows = [{"id": i, "name": f"row {i}", "tags": [rng.random() for _ in range(5)]} for i in range(5000)]
    return lambda: [pickle.loads(pickle.dumps(rows)) for _ in range(20)]


def asyncEcho() -> Work:
    async def client(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for i in range(400):
            writer.write(b"%d hello\n" % i)
            await reader.readline()
        writer.close()

    async def serve(reader: Any, writer: Any) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        await asyncio.gather(*(client(port) for _ in range(10)))
        server.close()

    return lambda: asyncio.run(run())


def _pyperformance(name: str) -> Any:
    """A benchmark module of the pyperformance suite, from its package."""
    package = importlib.util.find_spec("pyperformance")
    if package is None or package.origin is None:
        sys.exit("the pyperformance package is needed: see compare.sh")
    path = Path(package.origin).parent / "data-files" / "benchmarks" / f"bm_{name}" / "run_benchmark.py"
    spec = importlib.util.spec_from_file_location(f"bm_{name}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def deltablue() -> Work:
    module = _pyperformance("deltablue")
    return lambda: module.delta_blue(3000)


def richards() -> Work:
    module = _pyperformance("richards")
    return lambda: module.Richards().run(5)


def regex() -> Work:
    module = _pyperformance("regex_effbot")
    module.bench_regex_effbot(1)
    return lambda: module.bench_regex_effbot(6)


def templates() -> Work:
    captured = []

    class Runner:
        def bench_func(self, _name: str, function: Work) -> None:
            captured.append(function)

    _pyperformance("mako").bench_mako(Runner(), 150, 50, 50)
    return lambda: [captured[0]() for _ in range(25)]


def sqlite() -> Work:
    module = _pyperformance("sqlite_synth")
    return lambda: module.bench_sqlite(100_000)


ALL: Dict[str, Callable[[], Work]] = {
    "objects": objects,
    "buffers": buffers,
    "json": jsonText,
    "pickle": pickled,
    "deltablue": deltablue,
    "richards": richards,
    "regex": regex,
    "templates": templates,
    "sqlite": sqlite,
    "async echo": asyncEcho,
}
