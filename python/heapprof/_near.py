"""What a user may have meant by a name that a recording does not know."""

from __future__ import annotations

import difflib
import os
from typing import Iterable, List, Tuple

from .types import RawTraceLine

__all__ = ["lineIsUnknown", "nameIsUnknown"]

_MOST = 3


def lineIsUnknown(line: RawTraceLine, known: Iterable[Tuple[str, int]]) -> str:
    """A sentence on a line that no stack passes through, and the known lines that are most like it."""
    lines = [RawTraceLine(*each) for each in known]
    near = [str(each) for each in _near(line, lines)]
    return _sentence(f"no stack of this recording passes through {str(line)!r}", near)


def nameIsUnknown(kind: str, name: str, known: Iterable[str]) -> str:
    """The same of a file, function, module or thread."""
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, _MOST)
    near += [each for each in names if each not in near and name and name in each]
    return _sentence(f"this recording has no {kind} {name!r}", near[:_MOST])


def _sentence(text: str, near: List[str]) -> str:
    return f"{text}; the nearest it has: {', '.join(near)}" if near else text


def _near(line: RawTraceLine, known: List[RawTraceLine]) -> List[RawTraceLine]:
    """Lines of the same file, by whole path, by the end of the path, or by a similar one: the nearest numbers first."""

    def byNumber(lines: Iterable[RawTraceLine]) -> List[RawTraceLine]:
        return sorted(set(lines), key=lambda each: (abs(each.lineno - line.lineno), each))[:_MOST]

    files = {each.filename for each in known}
    name = os.path.basename(line.filename)
    same = [each for each in files if each == line.filename]
    ends = [each for each in files if each.endswith("/" + line.filename) or line.filename.endswith("/" + each)]
    named = [each for each in files if os.path.basename(each) == name]
    alike = difflib.get_close_matches(line.filename, sorted(files), _MOST)
    chosen = set(same or ends or named or alike)
    return byNumber(each for each in known if each.filename in chosen)
