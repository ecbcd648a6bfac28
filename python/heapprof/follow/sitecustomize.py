"""Found first by interpreters that are to record from their start: the folder is on their path, by PYTHONPATH or by
heapprof.pth, when HEAPPROF_FOLLOW says what to record, or HEAPPROF_LISTEN that they may be told later.

Begins to record or to listen, takes the folder away again, and makes room for the sitecustomize that would have been
found without it. Imports nothing that an interpreter has not imported itself by now: the program may have modules of
its own under those names. Also read by interpreters that are too old for heapprof.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any  # noqa: F401


_FOLDER = os.path.dirname(__file__)  # as it is in the path: where there is no working folder, nothing else can be told


def _begin(folder):
    # type: (str) -> None
    sys.path[:] = [entry for entry in sys.path if entry != folder]
    sys.path_importer_cache.pop(folder, None)
    isToListen = os.environ.get("HEAPPROF_LISTEN", "") not in ("", "0")
    if not isToListen and "HEAPPROF_FOLLOW" not in os.environ:
        return
    package = os.path.dirname(folder)
    importing = sys.modules["_frozen_importlib"]
    finding = sys.modules["_frozen_importlib_external"]

    def load(name, path, **kind):
        # type: (str, str, **Any) -> Any
        return importing._load(finding.spec_from_file_location(name, path, **kind))

    def reportStatistics():
        # type: () -> None
        load("heapprof", os.path.join(package, "__init__.py"), submodule_search_locations=[package])
        from heapprof import _statistics

        _statistics.sayAll()

    # This very package, wherever the program's own path leads. What is made for another Python cannot be loaded.
    for suffix in finding.EXTENSION_SUFFIXES:
        path = os.path.join(package, "_collector" + suffix)
        if os.path.exists(path):
            break
    else:
        return
    known = set(sys.modules)
    collector = load("heapprof._collector", path)
    check = load("heapprof._self_check", os.path.join(package, "_self_check.py"))
    for name in set(sys.modules) - known:  # with what Python itself needs to load an extension
        del sys.modules[name]
    if isToListen:
        collector.listen()
    collector.begin(folder, check.checkFrames(collector.checkFrames), reportStatistics)
    for module in collector, check:  # they go now, and not when the program has its garbage collected
        vars(module).clear()


try:
    _begin(_FOLDER)
except Exception:
    pass  # whatever is wrong, the program runs as it would without us

if _FOLDER not in sys.path:
    sys.modules.pop("sitecustomize", None)
    import sitecustomize  # type: ignore[import-not-found]  # noqa: F401
