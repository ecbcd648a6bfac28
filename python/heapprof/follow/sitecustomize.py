"""Found first by interpreters that a recorded program starts: `heapprof._following` puts this folder on their path.

Goes on recording, takes the folder away again, and makes room for the sitecustomize that would have been found without
it.
"""

import sys


def _follow() -> None:
    import importlib.machinery
    import importlib.util
    import os

    folder = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != folder]
    if "HEAPPROF_FOLLOW" not in os.environ or "heapprof" in sys.modules:
        return
    # This very package, wherever the program's own path leads. Another version of Python cannot load it.
    package = os.path.dirname(folder)
    spec = importlib.machinery.PathFinder.find_spec("heapprof", [os.path.dirname(package)])
    if spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    sys.modules["heapprof"] = module
    try:
        spec.loader.exec_module(module)
        from heapprof import _following

        _following.resume()
    except Exception:
        for name in [name for name in sys.modules if name.partition(".")[0] == "heapprof"]:
            del sys.modules[name]


try:
    _follow()
except Exception:
    pass  # whatever is wrong, the program runs as it would without us

sys.modules.pop("sitecustomize", None)
import sitecustomize  # type: ignore[import-not-found]  # noqa: E402, F401
