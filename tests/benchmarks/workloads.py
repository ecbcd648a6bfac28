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


def numpyArrays() -> Work:
    """Arrays of 80 B to 8 MB, most of them for a moment."""
    import numpy

    source = numpy.random.default_rng(1).random(1_000_000)

    def work() -> None:
        for size in (10, 1_000, 100_000, 1_000_000):
            part = source[:size]
            for _ in range(30_000_000 // (size + 3_000)):
                numpy.sort(part * 2 + part[::-1])

    return work


def pandasFrames() -> Work:
    import numpy
    import pandas

    random_ = numpy.random.default_rng(1)
    orders = pandas.DataFrame({"key": random_.integers(0, 2_000, 60_000), "price": random_.random(60_000)})
    names = pandas.DataFrame({"key": range(2_000), "name": [f"article {i}" for i in range(2_000)]})

    def work() -> None:
        for _ in range(40):
            joined = orders.merge(names, on="key")
            joined["text"] = joined["name"].str.upper() + " x"
            joined.groupby("text").agg({"price": ["mean", "max"]}).sort_values(("price", "mean"))

    return work


def arrowTables() -> Work:
    import io

    import pyarrow
    import pyarrow.compute
    import pyarrow.csv

    text = "a,b,c\n" + "".join(f"{i},{i * 7 % 1000},name {i % 50}\n" for i in range(60_000))
    options = pyarrow.csv.ReadOptions(use_threads=False)

    def work() -> None:
        for _ in range(80):
            table = pyarrow.csv.read_csv(io.BytesIO(text.encode()), read_options=options)
            table = table.filter(pyarrow.compute.greater(table["b"], 300))
            table.group_by("c", use_threads=False).aggregate([("a", "sum"), ("b", "max")]).to_pylist()
            table.slice(0, 3_000).to_pylist()

    return work


#: Work of native libraries; needs numpy, pandas and pyarrow.
NATIVE: Dict[str, Callable[[], Work]] = {
    "numpy": numpyArrays,
    "pandas": pandasFrames,
    "pyarrow": arrowTables,
}

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
EVERY = {**ALL, **NATIVE}
