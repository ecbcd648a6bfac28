"""Executed within a program that is told something from outside: see attach/main.cpp. ``FOLDER`` has the command and
gets the answer, ``PACKAGE`` is this package, ``EXTENSION`` the collector's file for this interpreter.

As follow/sitecustomize.py, it imports nothing that the program may have a module of its own for, and leaves nothing.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any  # noqa: F401

    FOLDER = PACKAGE = EXTENSION = ""


def _obey(folder, package, extension):
    # type: (str, str, str) -> None
    importing = sys.modules["_frozen_importlib"]
    finding = sys.modules["_frozen_importlib_external"]
    posix = sys.modules["posix"]

    def load(name, path):
        # type: (str, str) -> Any
        return importing._load(finding.spec_from_file_location(name, path))

    try:
        known = set(sys.modules)
        collector = load("heapprof._collector", extension)
        check = load("heapprof._self_check", package + "/_self_check.py")
        for name in set(sys.modules) - known:
            del sys.modules[name]
        difference = check.checkFrames(collector.checkFrames)
        if difference:
            raise RuntimeError("stacks of this Python are not understood (" + difference + ")")
    except Exception as error:
        posix.rename(folder + "/command", folder + "/taken")
        with open(folder + "/answer.tmp", "w", errors="surrogateescape") as file:
            file.write("no " + str(error))
        posix.rename(folder + "/answer.tmp", folder + "/answer")
    else:
        collector.obey(folder)  # last: what is made or freed by now is in no recording


_obey(FOLDER, PACKAGE, EXTENSION)
