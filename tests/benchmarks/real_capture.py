"""Records a real program for minutes, everything, so that reading_speed has more than generated captures to read.

    python tests/benchmarks/real_capture.py FILEBASE [SECONDS]
    reading_speed --capture FILEBASE

The program is what a checker of code does, with the standard library for its input: parse every file, compile it, write
it down again, count its names, and keep the last of what came out, in phases of one kind of work each.
"""

from __future__ import annotations

import ast
import collections
import itertools
import random
import sys
import sysconfig
import time
import tokenize
from pathlib import Path
from typing import Deque, Dict, List

import heapprof

FILES_PER_PHASE = 120


def sources() -> List[Path]:
    files = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))
    random.Random(1).shuffle(files)
    return files


def names(tree: ast.AST) -> Dict[str, int]:
    counts: Dict[str, int] = collections.Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            counts[node.id] += 1
    return counts


def tokens(path: Path) -> List[tokenize.TokenInfo]:
    with tokenize.open(path) as file:
        return list(tokenize.generate_tokens(file.readline))


def work(seconds: float) -> None:
    def parse(path: Path) -> object:
        return ast.parse(path.read_bytes())

    kinds = {
        "parse": parse,
        "compile": lambda path: compile(path.read_bytes(), str(path), "exec"),
        "write down": lambda path: ast.unparse(ast.parse(path.read_bytes())),
        "count names": lambda path: names(ast.parse(path.read_bytes())),
        "tokens": tokens,
    }
    kept: Deque[object] = collections.deque(maxlen=60)
    files = itertools.cycle(sources())
    end = time.monotonic() + seconds
    for name in itertools.cycle(kinds):
        with heapprof.phase(name):
            for path in itertools.islice(files, FILES_PER_PHASE):
                kept.append(kinds[name](path))
                if time.monotonic() > end:
                    return


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    heapprof.start(sys.argv[1], {})
    work(float(sys.argv[2]) if len(sys.argv) > 2 else 180)
    heapprof.stop()


if __name__ == "__main__":
    main()
