"""The folders of the source tree and what they include: the table in docs/architecture.md, beside the sources.

python3 tests/tree/arrows.py          says which arrows the table lacks or has too many
python3 tests/tree/arrows.py --draw   draws the page's picture again from its table
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Dict, List, Set

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = os.path.join(ROOT, "docs", "architecture.md")
BEGIN, END = "<!-- drawn by tests/tree/arrows.py --draw -->\n", "<!-- end -->\n"

Arrows = Dict[str, Set[str]]  # folder -> folders that its files include


def ofTable(page: str) -> Arrows:
    """In the order of the rows: | `folder` | what it holds | `folder`, `folder` |"""
    rows = re.findall(r"^\| `([\w/]+)` \|[^|]*\|([^|]*)\|$", page, re.MULTILINE)
    return {folder: set(re.findall(r"`([\w/]+)`", includes)) for folder, includes in rows}


def ofSources() -> Arrows:
    listed = subprocess.run(["git", "ls-files", "--", "*.h", "*.cpp"], cwd=ROOT, check=True, capture_output=True)
    arrows: Arrows = {}
    for path in listed.stdout.decode().split():
        if not re.match(r"(attach|core|collector|python|gui)/", path):
            continue
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            included = re.findall(r'#include "((?:attach|core|collector|python|gui)/[^"]+)"', file.read())
        folder = os.path.dirname(path)
        arrows.setdefault(folder, set()).update({os.path.dirname(each) for each in included} - {folder})
    return arrows


def problems(table: Arrows, sources: Arrows) -> List[str]:
    found = []
    above: Set[str] = set()
    for folder, allowed in table.items():
        found += [f"the table's {folder} includes {each}, which does not stand above it" for each in allowed - above]
        above.add(folder)
    for folder, included in sources.items():
        if folder not in table:
            found.append(f"the table does not know {folder}")
            continue
        found += [f"{folder} includes {each}, which the table does not allow" for each in included - table[folder]]
        found += [f"{folder} no longer includes {each}: the table does" for each in table[folder] - included]
    return found + [f"{folder} has no sources" for folder in table if folder not in sources]


def picture(table: Arrows) -> str:
    """Without the arrows that follow from others."""

    def reached(folder: str) -> Set[str]:
        return set().union(*({each} | reached(each) for each in table[folder]))

    lines = ["```mermaid", "flowchart BT"]
    for room in ("core", "collector", "python", "gui"):
        lines += [f"  subgraph {room}_room [{room}]"]
        lines += [f'    {each.replace("/", "_")}["{each}"]' for each in table if each.split("/")[0] == room]
        lines += ["  end"]
    for folder, included in table.items():
        direct = included - set().union(*(reached(each) for each in included))
        lines += [f"  {folder.replace('/', '_')} --> {each.replace('/', '_')}" for each in table if each in direct]
    return "\n".join([*lines, "```", ""])


def withPicture(page: str) -> str:
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    return page[:begin] + picture(ofTable(page)) + page[end:]


def main() -> int:
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    if "--draw" in sys.argv:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(withPicture(page))
    found = problems(ofTable(page), ofSources())
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
