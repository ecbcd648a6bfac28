"""Children that multiprocessing forks end by os._exit(), past atexit: here their recordings end in order, too."""

from __future__ import annotations

import os
import sys
from typing import Callable

from . import _heapprof

_LAST = -1_000_000  # of multiprocessing's priorities: what else runs at its end is recorded still


def endWith(atExit: Callable[[], None]) -> None:
    """Calls ``atExit`` at the end of children that multiprocessing forks while this process is being recorded."""
    registered = False

    def inChild(_: object) -> None:
        from multiprocessing import util

        util.Finalize(None, atExit, exitpriority=_LAST)

    def beforeFork() -> None:
        nonlocal registered
        util = sys.modules.get("multiprocessing.util")
        if not registered and util is not None and _heapprof.isProfiling():
            registered = True
            util.register_after_fork(inChild, inChild)

    os.register_at_fork(before=beforeFork)
