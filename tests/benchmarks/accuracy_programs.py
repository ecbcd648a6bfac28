"""Programs whose heaps are made again exactly alike: each returns what it holds, some tens of megabytes."""

from __future__ import annotations

import ast
import json
import marshal
import random
import sqlite3
import string
import sysconfig
from pathlib import Path
from typing import Any, Callable, Dict, List

#: Returns the function to be recorded; whatever that needs and does not hold has been made before.
Program = Callable[[], Callable[[], Any]]


def _library(count: int) -> List[str]:
    """The sources of the standard library's modules, the first so many by name."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))[:count]]


def jsonDocument() -> Callable[[], Any]:
    rng = random.Random(1)
    record = lambda i: {  # noqa: E731
        "id": i,
        "name": f"customer {i}",
        "email": f"c{i}@example.org",
        "scores": [rng.random() for _ in range(rng.randrange(12))],
        "address": {"street": f"street {i % 700}", "town": f"town {i % 90}", "code": str(i * 7919 % 100_000)},
    }
    text = json.dumps([record(i) for i in range(30_000)])
    return lambda: json.loads(text)


def syntaxTrees() -> Callable[[], Any]:
    sources = _library(40)
    return lambda: [ast.parse(source) for source in sources]


def modules() -> Callable[[], Any]:
    """What importing leaves: code objects as they come from .pyc files, and the names, classes and functions of a module."""
    compiled = [marshal.dumps(compile(source, "module.py", "exec")) for source in _library(120)]
    known = [marshal.loads(data) for data in compiled]  # the table of interned strings stays as it is

    def load() -> Any:
        held: List[Any] = [known]
        for _ in range(3):
            held += [marshal.loads(data) for data in compiled]
            for name in ("argparse", "typing", "ast"):
                namespace: Dict[str, Any] = {"__name__": "module"}
                exec(codes[name], namespace)
                held.append(namespace)
        return held

    codes = {
        name: compile((Path(sysconfig.get_paths()["stdlib"]) / f"{name}.py").read_text(), f"{name}.py", "exec")
        for name in ("argparse", "typing", "ast")
    }
    return load


def buffers() -> Callable[[], Any]:
    """As arrays of numbers are: few and large."""

    def load() -> Any:
        rng = random.Random(2)
        columns = [bytearray(int(2 ** rng.uniform(10, 19))) for _ in range(400)]
        rows = [bytes(8 * rng.randrange(100, 3000)) for _ in range(1500)]
        return columns, rows

    return load


def texts() -> Callable[[], Any]:
    """An index of words, and lines of text."""
    source = "\n".join(_library(150))

    def load() -> Any:
        lines = source.splitlines()
        index: Dict[str, List[int]] = {}
        for number, line in enumerate(lines):
            for word in line.split():
                index.setdefault(word, []).append(number)
        return lines, index, [line.encode() for line in lines]

    return load


def sqlRows() -> Callable[[], Any]:
    """What a database hands out, as tuples, and as lines made from a template."""
    database = sqlite3.connect(":memory:")
    database.execute("create table item (id integer, name text, price real, note blob)")
    database.executemany(
        "insert into item values (?, ?, ?, ?)",
        ((i, f"item number {i}", i / 7, bytes(i % 97)) for i in range(60_000)),
    )
    template = string.Template("<li id=$id><b>$name</b> costs $price</li>")

    def load() -> Any:
        rows = database.execute("select * from item order by id").fetchall()
        page = [template.substitute(id=row[0], name=row[1], price=row[2]) for row in rows[:20_000]]
        return rows, page

    return load


ALL: Dict[str, Program] = {
    "json": jsonDocument,
    "syntax trees": syntaxTrees,
    "modules": modules,
    "buffers": buffers,
    "texts": texts,
    "sql and templates": sqlRows,
}
