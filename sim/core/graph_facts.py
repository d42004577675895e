"""What a graph looks like, in the numbers by which social networks are compared.

Exact where that takes seconds, sampled by keyed draws (and saying so) where it would not. Checked against
public friendship graphs and against NetworkX.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sim.core.chance import keyed, stream, unit
from sim.core.compiled import njit
from sim.core.graph import Graph, Ids, Places, both_ways, place_of, pointed, shared_neighbours

EXACT_WORK = 3_000_000_000
"""Steps up to which triangles are counted, not sampled: a few seconds."""
SAMPLED_TRIPLES = 400_000
"""Triples drawn for each clustering figure beyond that: a standard error below .001."""
PATH_WORK = 60_000_000
"""Tie visits spent on the mean path."""
FEWEST_SOURCES = 4


@dataclass(frozen=True)
class GraphFacts:
    """A graph in numbers. Structure (from `clustering` on) leaves directions aside."""

    nodes: int
    """People."""
    edges: int
    """Ties; follows where directed."""
    directed: bool
    mean_degree: float
    """Ties a person; followers a person where directed, as for the next three."""
    median_degree: float
    p99_degree: float
    max_degree: int
    reciprocity: float
    """Share of follows that are returned (1 where undirected, nan without ties)."""
    share_strong: float
    """Share of ties that are strong (nan without ties)."""
    clustering: float
    """Mean over people of the chance that two of their neighbours know each other; 0 for fewer than two."""
    transitivity: float
    """Share of all connected triples that are closed; 0 where there is none."""
    assortativity: float
    """Correlation of the degrees at the two ends of a tie; nan where all are alike."""
    mean_path: float
    """Mean steps between two people of the largest component, from `path_sources` of them; nan for one."""
    components: int
    largest_component: float
    """Share of people in the largest component."""
    isolated: int
    """People without any tie."""
    path_sources: int
    """People from whom paths were measured."""
    exact_clustering: bool
    """False where clustering and transitivity were sampled (standard error below .001)."""

    def as_dict(self) -> dict[str, Any]:
        """The facts by name, as plain numbers."""
        return asdict(self)

    def __str__(self) -> str:
        what, who = ("follows", "followers") if self.directed else ("ties", "ties")
        sampled = "" if self.exact_clustering else ", sampled"
        lines = [
            ("people", f"{self.nodes:,}"),
            (what, f"{self.edges:,}"),
            (f"{who} a person", f"mean {self.mean_degree:.2f}, median {self.median_degree:g}, "
                                f"99th percentile {self.p99_degree:.0f}, most {self.max_degree:,}"),
            ("strong ties", f"{self.share_strong:.1%}"),
            ("clustering", f"{self.clustering:.4f} (transitivity {self.transitivity:.4f}{sampled})"),
            ("assortativity", f"{self.assortativity:+.3f}"),
            ("mean path", f"{self.mean_path:.2f} steps (from {self.path_sources:,} people)"),
            ("components", f"{self.components:,}, the largest {self.largest_component:.1%} of people"),
            ("without ties", f"{self.isolated:,}"),
        ]
        if self.directed:
            lines.insert(3, ("returned follows", f"{self.reciprocity:.1%}"))
        return "\n".join(f"{name:<20}{value}" for name, value in lines)


def facts(graph: Graph, seed: int = 0) -> GraphFacts:
    """The facts of a graph.

    `seed` keys what is sampled: the mean path, and the clustering of very dense large graphs.
    """
    offsets, targets = both_ways(graph)
    audiences = np.diff(graph.offsets)
    degrees = np.diff(offsets)
    clustering, transitivity, exact = _clustering(offsets, targets, seed)
    component, sizes = components(offsets, targets)
    path, sources = _mean_path(offsets, targets, component, sizes, seed)
    n, entries = graph.n, len(graph.targets)
    returned = (2 * entries - len(targets)) / entries if entries else float("nan")
    return GraphFacts(
        nodes=n,
        edges=graph.n_edges,
        directed=graph.directed,
        mean_degree=entries / n if n else 0.0,
        median_degree=float(np.median(audiences)) if n else 0.0,
        p99_degree=float(np.percentile(audiences, 99)) if n else 0.0,
        max_degree=int(audiences.max(initial=0)),
        reciprocity=returned if graph.directed or not entries else 1.0,
        share_strong=float(graph.strong.mean()) if entries else float("nan"),
        clustering=clustering,
        transitivity=transitivity,
        assortativity=float(assortativity(offsets, targets)),
        mean_path=path,
        components=len(sizes),
        largest_component=float(sizes.max() / n) if n else 0.0,
        isolated=int((degrees == 0).sum()),
        path_sources=sources,
        exact_clustering=exact,
    )


def _clustering(offsets: Places, targets: Ids, seed: int) -> tuple[float, float, bool]:
    """Mean local clustering, transitivity, and whether both are exact."""
    degrees = np.diff(offsets).astype(np.float64)
    pairs = degrees * (degrees - 1) / 2
    if not pairs.any():
        return 0.0, 0.0, True
    if triangle_work(offsets, targets) <= EXACT_WORK:
        triangles = triangles_at(offsets, targets)
        with np.errstate(invalid="ignore"):
            local = np.where(pairs > 0, triangles / pairs, 0.0)
        return float(local.mean()), float(triangles.sum() / pairs.sum()), True
    alike = np.ones(len(degrees))
    local_share, pair_share = (
        float(closed_share(np.uint64(stream(seed, what)), offsets, targets, cumulative, SAMPLED_TRIPLES))
        for what, cumulative in (("clustering", alike.cumsum()), ("transitivity", pairs.cumsum()))
    )
    return local_share, pair_share, False


def _mean_path(
    offsets: Places, targets: Ids, component: Ids, sizes: Places, seed: int
) -> tuple[float, int]:
    """Mean steps between people of the largest component, and from how many of them it was measured."""
    if not len(sizes) or sizes.max() < 2:
        return float("nan"), 0
    members = np.flatnonzero(component == np.argmax(sizes))
    wanted = min(len(members), max(FEWEST_SOURCES, PATH_WORK // len(targets)))
    order = np.argsort(draws(np.uint64(stream(seed, "path sources")), members), kind="stable")
    sources = members[order[:wanted]]
    return float(steps_from(offsets, targets, sources) / (wanted * (len(members) - 1))), wanted


@njit
def draws(key: int, people: Places) -> Any:
    """One draw on (0, 1) for each person: float64, same shape."""
    drawn = np.empty(len(people))
    for i in range(len(people)):
        drawn[i] = unit(keyed(key, people[i]))
    return drawn


@njit
def triangle_work(offsets: Places, targets: Ids) -> int:
    """Steps that counting all triangles would take."""
    starts, ends = pointed(offsets, targets)
    work = 0
    for end in ends:
        work += starts[end + 1] - starts[end]
    return work


@njit
def triangles_at(offsets: Places, targets: Ids) -> Any:
    """int64 [n]: the number of triangles each person is a corner of."""
    starts, ends, shared = shared_neighbours(offsets, targets)
    twice = np.zeros(len(offsets) - 1, np.int64)
    for i in range(len(starts) - 1):
        for place in range(starts[i], starts[i + 1]):
            twice[i] += shared[place]
            twice[ends[place]] += shared[place]
    return twice // 2


@njit
def closed_share(key: int, offsets: Places, targets: Ids, cumulative: Any, n_triples: int) -> float:
    """Share of drawn triples that are closed: a person by weight, then two different neighbours.

    `cumulative` float64 [n] is the running sum of the people's weights; a person with fewer than two
    neighbours counts as open.
    """
    closed = 0
    for k in range(n_triples):
        own = keyed(key, k)
        person = np.searchsorted(cumulative, unit(keyed(own, 0)) * cumulative[-1])
        first, degree = offsets[person], offsets[person + 1] - offsets[person]
        if degree < 2:
            continue
        one = int(unit(keyed(own, 1)) * degree)
        other = int(unit(keyed(own, 2)) * (degree - 1))
        if other >= one:
            other += 1
        a, b = targets[first + one], targets[first + other]
        if place_of(targets, offsets[a], offsets[a + 1], b) >= 0:
            closed += 1
    return closed / n_triples


@njit
def assortativity(offsets: Places, targets: Ids) -> float:
    """Correlation of the degrees at the two ends of a tie (Newman 2002); nan where all are alike."""
    n_ends = float(len(targets))
    mean = 0.0
    for i in range(len(offsets) - 1):
        degree = float(offsets[i + 1] - offsets[i])
        mean += degree * degree / n_ends
    covariance = variance = 0.0
    for i in range(len(offsets) - 1):
        own = (offsets[i + 1] - offsets[i]) - mean
        variance += own * own * (offsets[i + 1] - offsets[i])
        for place in range(offsets[i], offsets[i + 1]):
            other = targets[place]
            covariance += own * ((offsets[other + 1] - offsets[other]) - mean)
    if n_ends == 0 or variance <= 1e-12 * n_ends * mean * mean:
        return np.nan
    return covariance / variance


@njit
def components(offsets: Places, targets: Ids) -> Any:
    """int32 [n] the number of each person's component, and int64 the size of each component."""
    n = len(offsets) - 1
    component = np.full(n, -1, np.int32)
    sizes = np.empty(n, np.int64)
    waiting = np.empty(n, np.int32)
    count = 0
    for start in range(n):
        if component[start] >= 0:
            continue
        component[start] = count
        waiting[0] = start
        taken, found = 0, 1
        while taken < found:
            person = waiting[taken]
            taken += 1
            for place in range(offsets[person], offsets[person + 1]):
                other = targets[place]
                if component[other] < 0:
                    component[other] = count
                    waiting[found] = other
                    found += 1
        sizes[count] = found
        count += 1
    return component, sizes[:count].copy()


@njit
def steps_from(offsets: Places, targets: Ids, sources: Places) -> float:
    """Sum of the numbers of steps from each of `sources` to everyone it can reach."""
    n = len(offsets) - 1
    steps = np.empty(n, np.int32)
    waiting = np.empty(n, np.int32)
    total = 0.0
    for source in sources:
        steps[:] = -1
        steps[source] = 0
        waiting[0] = source
        taken, found = 0, 1
        while taken < found:
            person = waiting[taken]
            taken += 1
            total += steps[person]
            for place in range(offsets[person], offsets[person + 1]):
                other = targets[place]
                if steps[other] < 0:
                    steps[other] = steps[person] + 1
                    waiting[found] = other
                    found += 1
    return total
