"""What the tests of native allocations share: a C library to take memory by, and what a capture holds of it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import List, Optional

PYTHON, NATIVE, MAPPED, SHARED = 0, 1, 2, 3

# In the program: lib(path) is the library, with types.
PRELUDE = """
import ctypes
P, S, I = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
def lib(path):
    library = ctypes.CDLL(path)
    for name, result, *arguments in [
        ("take", P, S), ("takeZeroed", P, S, S), ("resize", P, P, S), ("resizeArray", P, P, S, S), ("give", None, P),
        ("takeAligned", P, I, S), ("copy", P, ctypes.c_char_p), ("takeByPointer", P, S), ("takeByConstant", P, S),
        ("giveByPointer", None, P), ("map", P, S), ("reserve", P, S), ("mapAt", P, P, S), ("unmap", I, P, S),
        ("remap", P, P, S, S, I), ("takeInThread", P, S), ("beginHammering", None), ("endHammering", None),
        ("checkErrors", I),
    ]:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
"""

LINKS = {
    "lazy": ["-Wl,-z,lazy", "-Wl,-z,norelro"],
    "now": ["-Wl,-z,now", "-Wl,-z,relro"],
    "partial": ["-Wl,-z,lazy", "-Wl,-z,relro"],
    "noplt": ["-fno-plt", "-Wl,-z,now", "-Wl,-z,relro"],
}


def compiled(folder: Path, name: str = "unit", source: Optional[str] = None, options=LINKS["now"]) -> str:
    """Of programs/native_unit.c unless there is another source; the library's path."""
    code = Path(__file__).parent / "programs" / "native_unit.c"
    if source is not None:
        code = folder / f"{name}.c"
        code.write_text(source)
    library = folder / f"{name}.so"
    command = ["cc", "-shared", "-fPIC", "-O1", "-fno-builtin", "-pthread", *options, "-o", library, code]
    subprocess.run(command, check=True)
    return str(library)


def allocations(capture, domain) -> List[int]:
    """Sizes of all blocks ever allocated in this domain, in order."""
    return [e.size for e in capture.events if e.kind == "alloc" and capture.traces[e.trace].domain == domain]


def only(sizes, wanted) -> List[int]:
    return [size for size in sizes if size in wanted]


def live(capture, domain) -> List[int]:
    """Sizes of the blocks that are alive in the end."""
    return [e.size for e in capture.live().values() if capture.traces[e.trace].domain == domain]
