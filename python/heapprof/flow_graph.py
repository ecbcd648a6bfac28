"""How memory flows through lines of code, and its picture in Graphviz's language."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, TextIO, Tuple

from . import _heapprof
from .types import RawTraceLine

__all__ = ["FlowGraph"]


class FlowGraph(NamedTuple):
    """One node per line of code, one edge per call from line to line. A line that a stack passes several times counts
    once, so that nothing exceeds the total. Plain data: graphs can be pickled, and those of different recordings
    compared, as lines are the same when file and number are.
    """

    #: Bytes of traces that end at the line.
    nodeLocalUsage: Dict[RawTraceLine, int]
    #: Bytes of traces that contain the line.
    nodeCumulativeUsage: Dict[RawTraceLine, int]
    #: Bytes of traces that go from the first line straight to the second.
    edgeUsage: Dict[Tuple[RawTraceLine, RawTraceLine], int]
    #: All bytes, those without a stack included.
    totalUsage: int

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

    def writeDotFile(self, filename: str, **kwargs: Any) -> None:
        """asDotFile() into a new file."""
        with open(filename, "w", encoding="utf-8") as dotFile:
            self.asDotFile(dotFile, **kwargs)

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
        """Writes one graph with a field per compared graph in each box; they may be of different recordings."""
        if not usageGraphs:
            raise ValueError("there is nothing to compare")
        text = _dot(list(usageGraphs), minNodeFraction, minEdgeFraction, collapseNodes, sizeNodesBasedOnLocalUsage)
        with open(dotFileName, "w", encoding="utf-8") as dotFile:
            dotFile.write(text)


def _dot(graphs: List[FlowGraph], minNode: float, minEdge: float, collapse: bool, sizeByLocal: bool) -> str:
    encoded = [
        (
            {line.encoded(): used for line, used in graph.nodeLocalUsage.items()},
            {line.encoded(): used for line, used in graph.nodeCumulativeUsage.items()},
            {(caller.encoded(), callee.encoded()): used for (caller, callee), used in graph.edgeUsage.items()},
            graph.totalUsage,
        )
        for graph in graphs
    ]
    return _heapprof.dot(encoded, minNode, minEdge, collapse, sizeByLocal)
