"""The text of lines of code, as the files have it now; also of files in archives, as zipapps and eggs are."""

import functools
import io
import linecache
import os
import stat
import sys
import tokenize
import zipfile
from typing import List, Optional, Tuple

_LARGEST = 4 << 20  # bytes of a file in an archive: what it says of its size may be a lie


def fileLine(file: str, number: int) -> str:
    """Stripped; empty when there is none."""
    text = linecache.getline(file, number) if file in linecache.cache or _isOrdinary(file) else ""
    if not text and number > 0 and not file.startswith("<"):
        place = _placeInArchive(file)
        if place is not None:
            text = next(iter(_linesInArchive(*place)[number - 1 : number]), "")
    return text.strip()


def _isOrdinary(file: str) -> bool:
    """Whether what linecache finds under that name is an ordinary file: it would wait for what a pipe or a terminal
    says, and a device may never end."""
    isRelative = file and not os.path.isabs(file)
    for folder in ["", *(sys.path if isRelative else [])]:
        try:
            return stat.S_ISREG(os.stat(os.path.join(folder, file)).st_mode)
        except (OSError, TypeError, ValueError):  # not there, or no name that files have
            continue
    return False


def _placeInArchive(file: str) -> Optional[Tuple[str, str, int]]:
    """The archive, the name in it, and when it was changed last."""
    archive, member = os.path.split(file)
    while member and archive and not os.path.exists(archive):
        archive, folder = os.path.split(archive)
        if not folder:
            return None
        member = f"{folder}/{member}"
    if not os.path.isfile(archive):
        return None
    return archive, member, os.stat(archive).st_mtime_ns


@functools.lru_cache(maxsize=8)
def _linesInArchive(archive: str, member: str, changed: int) -> List[str]:
    try:
        with zipfile.ZipFile(archive) as opened, opened.open(member) as packed:
            data = io.BytesIO(packed.read(_LARGEST + 1))
        if len(data.getbuffer()) > _LARGEST:
            return []
        encoding, _ = tokenize.detect_encoding(data.readline)
        data.seek(0)
        return io.TextIOWrapper(data, encoding).readlines()
    except Exception:  # whatever is wrong with it, it has no text for us
        return []
