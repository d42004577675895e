"""The social graph as flat arrays: who hears whom, and how close they are.

Here live the `Graph`, how one is laid flat from a list of ties, and the shared neighbours of a tie. How
graphs are drawn lives in `sim.core.generate`, how files are read in `sim.core.graph_files`, what a graph
looks like in numbers in `sim.core.graph_facts`. People are numbered from 0; nothing here knows what they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import njit

Ids = NDArray[np.int32]
Places = NDArray[np.int64]
Flags = NDArray[np.uint8]
MOST_PEOPLE = 2**31 - 2
"""People are numbered in 32 bits."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Who hears whom. The audience of person i is `targets[offsets[i]:offsets[i+1]]`: ascending, without i.

    In an undirected graph each tie stands twice, once in the row of each end; in a directed one, row i holds
    the followers of i. `n` is the number of people, `m` the number of entries.
    """

    offsets: Places
    """int64 [n+1]: where each person's row begins in `targets` and `strong`."""
    targets: Ids
    """int32 [m]: those who see what the row's person posts; no person twice in a row."""
    strong: Flags
    """uint8 [m]: 1 where the tie is strong: same community or, without those, enough shared neighbours."""
    follows: Ids
    """int32 [n]: how many people each person follows (the number of ties when undirected)."""
    community: Ids
    """int32 [n]: the number of each person's community, -1 where the graph has none."""
    directed: bool
    """Whether hearing goes one way."""
    labels: tuple[str, ...] | None = None
    """The ids a file gave the people, in their order here; None for a drawn graph."""
    notes: tuple[str, ...] = ()
    """What reading a file left out or assumed, a sentence each: to be shown, never to be swallowed."""

    @property
    def n(self) -> int:
        """Number of people."""
        return len(self.offsets) - 1

    @property
    def n_edges(self) -> int:
        """Number of ties (undirected), or of follows (directed)."""
        return len(self.targets) if self.directed else len(self.targets) // 2

    def audience(self, person: int) -> Ids:
        """Those who see what `person` posts, ascending."""
        return self.targets[self.offsets[person] : self.offsets[person + 1]]

    def __str__(self) -> str:
        kind = "follows" if self.directed else "ties"
        return f"graph of {self.n:,} people and {self.n_edges:,} {kind}"


def from_ties(
    n: int,
    sources: Ids,
    targets: Ids,
    *,
    directed: bool = False,
    community: Ids | None = None,
    labels: tuple[str, ...] | None = None,
    notes: tuple[str, ...] = (),
) -> Graph:
    """A graph of `n` people from ties: `targets[k]` hears `sources[k]` (int32; and back, if undirected).

    Ties to oneself and repeats are dropped. Ties inside a community are strong, all others weak; without
    communities all are weak; see `strong_by_overlap`. Both ends must lie in 0..n-1.
    """
    offsets, rows = laid_flat(n, sources, targets, not directed)
    degrees = np.diff(offsets).astype(np.int32)
    circles = np.full(n, -1, np.int32) if community is None else community
    strong = np.zeros(len(rows), np.uint8)
    if community is not None:
        mark_same_community(offsets, rows, community, strong)
    follows = np.bincount(rows, minlength=n).astype(np.int32) if directed else degrees
    return Graph(offsets, rows, strong, follows, circles, directed, labels, notes)


def both_ways(graph: Graph) -> tuple[Places, Ids]:
    """Offsets and targets of the graph with directions left out: its own when it is undirected."""
    if not graph.directed:
        return graph.offsets, graph.targets
    sources = np.repeat(np.arange(graph.n, dtype=np.int32), np.diff(graph.offsets))
    offsets, targets = laid_flat(graph.n, sources, graph.targets, True)
    return offsets, targets


def strong_by_overlap(graph: Graph, overlap: float) -> Flags:
    """uint8 [m]: 1 where the two ends of a tie share enough neighbours, direction left aside.

    Enough is `overlap` (0..1) of the neighbours the less connected end has besides the other end, and never
    none. Shared neighbours follow tie strength in calls between people (Onnela et al. 2007); taking the less
    connected end as the measure keeps a hub's closest friends strong.
    """
    offsets, targets = both_ways(graph)
    starts, ends, shared = shared_neighbours(offsets, targets)
    strong = np.zeros(len(graph.targets), np.uint8)
    mark_overlap(graph.offsets, graph.targets, np.diff(offsets), starts, ends, shared, overlap, strong)
    return strong


@njit
def laid_flat(n: int, sources: Ids, targets: Ids, both: bool) -> Any:
    """Offsets int64 [n+1] and rows int32 of ties given in any order: rows ascending, no self, no repeats.

    Two passes of bucketing, by target and then by source, sort every row without comparing anything.
    """
    arriving = np.zeros(n + 1, np.int64)
    offsets = np.zeros(n + 1, np.int64)
    for k in range(len(sources)):
        if sources[k] != targets[k]:
            arriving[targets[k] + 1] += 1
            offsets[sources[k] + 1] += 1
            if both:
                arriving[sources[k] + 1] += 1
                offsets[targets[k] + 1] += 1
    for i in range(n):
        arriving[i + 1] += arriving[i]
        offsets[i + 1] += offsets[i]

    by_target = np.empty(arriving[n], np.int32)
    cursor = arriving[:-1].copy()
    for k in range(len(sources)):
        source, target = sources[k], targets[k]
        if source != target:
            by_target[cursor[target]] = source
            cursor[target] += 1
            if both:
                by_target[cursor[source]] = target
                cursor[source] += 1

    rows = np.empty(len(by_target), np.int32)
    cursor[:] = offsets[:-1]
    repeats = 0
    for target in range(n):
        for place in range(arriving[target], arriving[target + 1]):
            source = by_target[place]
            if cursor[source] > offsets[source] and rows[cursor[source] - 1] == target:
                repeats += 1
                continue
            rows[cursor[source]] = target
            cursor[source] += 1
    if repeats == 0:
        return offsets, rows

    filled = 0
    for i in range(n):
        first, last = offsets[i], cursor[i]
        offsets[i] = filled
        for place in range(first, last):
            rows[filled] = rows[place]
            filled += 1
    offsets[n] = filled
    return offsets, rows[:filled].copy()


@njit
def mark_same_community(offsets: Places, targets: Ids, community: Ids, strong: Flags) -> None:
    """Set `strong` to 1 where both ends live in one community."""
    for i in range(len(offsets) - 1):
        for place in range(offsets[i], offsets[i + 1]):
            if community[i] >= 0 and community[i] == community[targets[place]]:
                strong[place] = 1


@njit
def ranks_before(degree_a: int, a: int, degree_b: int, b: int) -> bool:
    """The order in which ties are pointed when triangles are counted: fewer ties first, then lower number."""
    return degree_a < degree_b or (degree_a == degree_b and a < b)


@njit
def pointed(offsets: Places, targets: Ids) -> Any:
    """Each tie once, from its less connected end: offsets int64 [n+1] and ends int32, ascending.

    No person then has more than sqrt(2 x ties) ends, which is what makes triangles cheap to find (Latapy
    2008).
    """
    n = len(offsets) - 1
    starts = np.zeros(n + 1, np.int64)
    ends = np.empty(len(targets) // 2, np.int32)
    filled = 0
    for i in range(n):
        degree = offsets[i + 1] - offsets[i]
        for place in range(offsets[i], offsets[i + 1]):
            other = targets[place]
            if ranks_before(degree, i, offsets[other + 1] - offsets[other], other):
                ends[filled] = other
                filled += 1
        starts[i + 1] = filled
    return starts, ends


@njit
def shared_neighbours(offsets: Places, targets: Ids) -> Any:
    """How many neighbours the two ends of each tie share, exactly, for an undirected graph.

    Returns `starts` and `ends` of `pointed`, and `shared` int32, one count for each of those ties.
    """
    starts, ends = pointed(offsets, targets)
    n = len(offsets) - 1
    shared = np.zeros(len(ends), np.int32)
    reached = np.full(n, -1, np.int64)
    for i in range(n):
        for place in range(starts[i], starts[i + 1]):
            reached[ends[place]] = place
        for place in range(starts[i], starts[i + 1]):
            middle = ends[place]
            for step in range(starts[middle], starts[middle + 1]):
                third = reached[ends[step]]
                if third >= starts[i]:
                    shared[place] += 1
                    shared[step] += 1
                    shared[third] += 1
    return starts, ends, shared


@njit
def place_of(ends: Ids, first: int, last: int, wanted: int) -> int:
    """Where `wanted` stands in the ascending stretch [first, last) of `ends`; -1 if it does not."""
    low, high = first, last
    while low < high:
        middle = (low + high) // 2
        if ends[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < last and ends[low] == wanted else -1


@njit
def mark_overlap(
    offsets: Places, targets: Ids, degrees: Places, starts: Places, ends: Ids, shared: Ids, overlap: float,
    strong: Flags,
) -> None:
    """Set `strong` to 1 where the shared neighbours reach `overlap` of what could be shared.

    `degrees` are those of the graph with directions left out, to which `starts`, `ends`, `shared` belong.
    """
    for low in range(len(starts) - 1):
        for place in range(starts[low], starts[low + 1]):
            if shared[place] == 0 or shared[place] < overlap * (degrees[low] - 1):
                continue
            high = np.int64(ends[place])
            for a, b in ((low, high), (high, low)):
                spot = place_of(targets, offsets[a], offsets[a + 1], b)
                if spot >= 0:
                    strong[spot] = 1
