"""Executed within a program that has no collector and is to be recorded: see collector/launch/entrance.h.

``PACKAGE`` is this package, ``EXTENSION`` the collector's file for this interpreter.

As follow/sitecustomize.py, it imports nothing that the program may have a module of its own for, and leaves nothing.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any  # noqa: F401

    PACKAGE = EXTENSION = ""


def _prepare(package, extension):
    # type: (str, str) -> None
    importing = sys.modules["_frozen_importlib"]
    finding = sys.modules["_frozen_importlib_external"]

    def load(name, path):
        # type: (str, str) -> Any
        return importing._load(finding.spec_from_file_location(name, path))

    known = set(sys.modules)
    collector = load("heapprof._collector", extension)
    check = load("heapprof._self_check", package + "/_self_check.py")
    for name in set(sys.modules) - known:
        del sys.modules[name]
    difference = check.checkFrames(collector.checkFrames)
    if difference:
        raise RuntimeError("stacks of this Python are not understood (" + difference + ")")


_prepare(PACKAGE, EXTENSION)
