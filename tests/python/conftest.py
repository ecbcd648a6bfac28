"""Tests of the Python package run programs in real interpreters and look at the files they leave.

Which interpreters: /usr/bin/python3 (or HEAPPROF_TEST_PYTHON) with the package of the build tree (build/python, or
HEAPPROF_PACKAGE), and every further one that HEAPPROF_TEST_PYTHONS names, as PYTHON[=PACKAGE FOLDER], separated by
colons; without a folder the package must be installed there.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Dict, List, Optional

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import v2_decoder  # noqa: E402
from real_programs import real, realHere  # noqa: E402, F401

ROOT = Path(__file__).parents[2]


def interpreters() -> List[tuple]:
    found = [
        (
            os.environ.get("HEAPPROF_TEST_PYTHON", "/usr/bin/python3"),
            os.environ.get("HEAPPROF_PACKAGE", str(ROOT / "build" / "python")),
        )
    ]
    for entry in filter(None, os.environ.get("HEAPPROF_TEST_PYTHONS", "").split(":")):
        python, _, package = entry.partition("=")
        found.append((python, package))
    return found


class Interpreter:
    def __init__(self, python: str, package: str, folder: Path) -> None:
        self.python, self.package, self.folder = python, package, folder
        version = subprocess.run(
            [python, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True
        )
        self.version = tuple(map(int, version.stdout.split()))
        self.filebase = str(folder / "out")
        self.lines: Dict[str, int] = {}

    def environment(self, **more: str) -> dict:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        return {**environment, "PYTHONPATH": self.package, "PYTHONFAULTHANDLER": "1", **more}

    def name(self, qualified: str) -> str:
        """What a recording calls a function: code objects know their qualified names since 3.11."""
        return qualified if self.version >= (3, 11) else qualified.rpartition(".")[2]

    def heldBy(self, bytearraySize: int) -> int:
        """What a new bytearray's contents take: a null behind them, since 3.15 a whole bytes object."""
        return bytearraySize + (33 if self.version >= (3, 15) else 1)

    @property
    def interrupted(self) -> int:
        """How the interpreter ends after KeyboardInterrupt: since 3.8 by the signal itself."""
        return -signal.SIGINT if self.version >= (3, 8) else 1

    def write(self, program: str, name: str = "program.py") -> str:
        path = self.folder / name
        text = "import heapprof, os, sys\nBASE = os.environ.get('BASE')\n" + textwrap.dedent(program)
        path.write_text(text)
        for number, line in enumerate(text.splitlines(), 1):
            if "#: " in line:
                self.lines[line.split("#: ")[1]] = number
        return str(path)

    def start(self, *arguments: str, env: Optional[dict] = None, **options) -> subprocess.Popen:
        environment = self.environment(**{"BASE": self.filebase, **(env or {})})
        # A shell that runs the tests in the background has SIGINT ignored; programs are started as by a person.
        options.setdefault("preexec_fn", lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        return subprocess.Popen(
            [self.python, *arguments],
            env=environment,
            cwd=self.folder,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )

    def run(
        self,
        program: str,
        *arguments: str,
        status: int = 0,
        env: Optional[dict] = None,
        timeout: float = 120,
        **options,
    ) -> str:
        """Runs the program; returns what it printed. A line that ends in ``#: name`` has its number in lines["name"]."""
        process = self.start(self.write(program), *arguments, env=env, **options)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)
            out, err = process.communicate()
            pytest.fail(f"blocked\n{out}\n{err}")
        assert process.returncode == status, f"exit status {process.returncode}\n{out}\n{err}"
        self.stderr = err
        return out

    def compile(self, name: str, source: str, *options: str) -> str:
        """Compiles C into a shared library and returns its path."""
        code, library = self.folder / f"{name}.c", self.folder / f"{name}.so"
        code.write_text(source)
        command = ["cc", "-shared", "-fPIC", "-O1", "-fno-builtin", "-pthread", *options, "-o", library, code]
        subprocess.run(command, check=True)
        return str(library)

    def read(self, filebase: Optional[str] = None) -> v2_decoder.Capture:
        return v2_decoder.read(filebase or self.filebase)

    @property
    def program(self) -> str:
        return str(self.folder / "program.py")


def pytest_addoption(parser) -> None:
    parser.addoption("--installed", action="store_true", help="only the interpreters of HEAPPROF_TEST_PYTHONS")
    parser.addoption("--long", action="store_true", help="tests of minutes, and many more rounds where chance decides")


def pytest_generate_tests(metafunc) -> None:
    if "python" not in metafunc.fixturenames:
        return
    found = interpreters()[1 if metafunc.config.getoption("installed") else 0 :]
    metafunc.parametrize("python", found, ids=[entry[0] for entry in found], indirect=True)


@pytest.fixture
def python(request, tmp_path) -> Interpreter:
    interpreter, package = request.param
    if not os.path.exists(interpreter):
        pytest.skip(f"{interpreter} is not here")
    return Interpreter(interpreter, package, tmp_path)


@pytest.fixture
def isLong(request):
    return request.config.getoption("long")


@pytest.fixture
def rounds(isLong):
    """rounds(n) is n, and twenty times that in the long tier."""
    return lambda count: count * (20 if isLong else 1)


@pytest.fixture
def smallDisk(tmp_path):
    """A file system of a megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    mount = subprocess.run(command, capture_output=True, text=True)
    if mount.returncode != 0:
        pytest.skip("cannot mount a small file system: " + mount.stderr.strip())
    yield disk
    subprocess.run(["umount", str(disk)], check=True)
