"""How memory flows through lines of code, and its picture in Graphviz's language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Dict, List, TextIO, Tuple

from .types import RawTraceLine, Snapshot

if TYPE_CHECKING:
    from ._heapprof import Digest

__all__ = ["FlowGraph"]


@dataclass(frozen=True)
class FlowGraph:
    """One node per line of code, one edge per call from line to line. A line that a stack passes several times counts
    once, so that nothing exceeds the total.

    nodeLocalUsage: bytes of traces that end at the line.
    nodeCumulativeUsage: bytes of traces that contain it.
    edgeUsage: bytes of traces that go from the first line straight to the second.
    totalUsage: all bytes, those without a stack included.
    """

    nodeLocalUsage: Dict[RawTraceLine, int]
    nodeCumulativeUsage: Dict[RawTraceLine, int]
    edgeUsage: Dict[Tuple[RawTraceLine, RawTraceLine], int]
    totalUsage: int
    _snapshot: Snapshot = field(repr=False)
    _digest: Digest = field(repr=False, compare=False)

    @classmethod
    def _of(cls, digest: Digest, snapshot: Snapshot) -> FlowGraph:
        tables = digest.flowGraph(snapshot.usage)
        return cls(
            {RawTraceLine(*line): used for line, used in tables["local"].items()},
            {RawTraceLine(*line): used for line, used in tables["cumulative"].items()},
            {(RawTraceLine(*a), RawTraceLine(*b)): used for (a, b), used in tables["edges"].items()},
            snapshot.totalUsage(),
            snapshot,
            digest,
        )

    def asDotFile(
        self,
        dotFile: TextIO,
        minNodeFraction: float = 0.01,
        minEdgeFraction: float = 0.05,
        collapseNodes: bool = True,
        sizeNodesBasedOnLocalUsage: bool = True,
    ) -> None:
        """Writes the graph for Graphviz. Lines below ``minNodeFraction`` of the total and edges below
        ``minEdgeFraction`` of their caller are left out; runs of lines that only lead to each other become one box.
        Raises ValueError for a fraction outside [0, 1]."""
        dotFile.write(
            _dot([self], minNodeFraction, minEdgeFraction, collapseNodes, sizeNodesBasedOnLocalUsage),
        )

    def writeDotFile(self, filename: str, **kwargs: object) -> None:
        """asDotFile() into a new file."""
        with open(filename, "w", encoding="utf-8") as dotFile:
            self.asDotFile(dotFile, **kwargs)  # type: ignore[arg-type]

    @classmethod
    def compare(
        cls,
        dotFileName: str,
        *usageGraphs: FlowGraph,
        minNodeFraction: float = 0.01,
        minEdgeFraction: float = 0.05,
        collapseNodes: bool = True,
        sizeNodesBasedOnLocalUsage: bool = True,
    ) -> None:
        """Writes one graph with a field per compared graph in each box. All of them come from one reader."""
        if not usageGraphs:
            raise ValueError("there is nothing to compare")
        text = _dot(list(usageGraphs), minNodeFraction, minEdgeFraction, collapseNodes, sizeNodesBasedOnLocalUsage)
        with open(dotFileName, "w", encoding="utf-8") as dotFile:
            dotFile.write(text)


def _dot(graphs: List[FlowGraph], minNode: float, minEdge: float, collapse: bool, sizeByLocal: bool) -> str:
    instants = [(graph._snapshot.relativeTime, graph._snapshot.usage) for graph in graphs]
    return graphs[0]._digest.dot(instants, minNode, minEdge, collapse, sizeByLocal)
