"""Drawing social graphs of six kinds, straight into flat arrays, in time proportional to the ties.

Every draw is keyed (`sim.core.chance`), so a graph depends on its parameters, the number of people and the
seed, and on nothing else. The loops that draw are in `sim.core.ties`; here is what each kind of graph is.

What a person's number says: in `communities` and `followers`, neighbours in number share a community; in a
`small world` they are neighbours on the ring; in the other kinds it says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np

from sim.core import ties
from sim.core.chance import stream
from sim.core.graph import MOST_PEOPLE, Graph, Ids, Places, from_ties, strong_by_overlap
from sim.core.ties import Weights
from sim.errors import UserError

MOST_BYTES = 2**31
"""A graph that would take more memory is refused."""
BYTES_AN_ENTRY = 5
"""Memory of one entry of a row: who, and how strong the tie is."""


class Wanted(Protocol):
    """What drawing a graph needs to know: `sim.model.network.Network`, which says what each number means."""

    @property
    def kind(self) -> str: ...
    @property
    def mean_degree(self) -> float: ...
    @property
    def community_size(self) -> int: ...
    @property
    def inside(self) -> float: ...
    @property
    def activity_spread(self) -> float: ...
    @property
    def community_spread(self) -> float: ...
    @property
    def triad_chance(self) -> float: ...
    @property
    def rewiring(self) -> float: ...
    @property
    def popularity_exponent(self) -> float: ...
    @property
    def reciprocity(self) -> float: ...
    @property
    def strong_overlap(self) -> float: ...
    @property
    def seed(self) -> int | None: ...


def generate(network: Wanted, n: int, seed: int) -> Graph:
    """Draw the graph of `n` people that `network` asks for; its own seed, if pinned, goes before `seed`.

    More ties than `n` people can have become all they can have. Raises UserError for fewer than one person,
    for too many, and for a graph beyond 2 GiB.
    """
    if not 1 <= n <= MOST_PEOPLE:
        raise UserError(f"a graph needs between 1 and {MOST_PEOPLE:,} people; got {n:,}")
    degree = n - 1 if network.kind == "complete" else min(network.mean_degree, n - 1)
    most = int(MOST_BYTES / BYTES_AN_ENTRY / n)
    if degree > most:
        cure = f"take fewer people, or a mean_degree of at most {most:,}"
        if network.kind == "complete":
            cure = f"take at most {math.isqrt(MOST_BYTES // BYTES_AN_ENTRY):,} people, or kind: random"
        raise UserError(
            f"a {network.kind} graph of {n:,} people with {degree:,g} ties each needs "
            f"{n * degree * BYTES_AN_ENTRY / 2**30:,.1f} GiB: {cure}"
        )
    return KINDS[network.kind](network, n, seed if network.seed is None else network.seed)


def communities(network: Wanted, n: int, seed: int) -> Graph:
    """Communities of about equal size: ties inside them and between them, by activity.

    A person's activity is lognormal, times a lognormal activity shared by the whole community. Between
    communities two people are tied with a chance proportional to the product of their activities (Chung & Lu
    2002), inside one likewise, relative to the community's own. So active communities are dense, and their
    people know each other: that is where the clustering and the assortativity of friendship graphs come from.
    """
    community = _community_numbers(network, n)
    sources, targets = _community_ties(network, n, seed, network.mean_degree, community)
    return from_ties(n, sources, targets, community=community)


def followers(network: Wanted, n: int, seed: int) -> Graph:
    """One-way follows of the popular, and friends in communities who follow each other.

    Of all connected pairs the share `reciprocity` are friends, drawn like `communities`. The others are
    follows: who follows by activity, who is followed by a popularity with a power-law tail.
    """
    wanted = min(network.mean_degree, n - 1)
    friends = 2 * network.reciprocity / (1 + network.reciprocity) * wanted
    community = _community_numbers(network, n)
    one, other = _community_ties(network, n, seed, friends, community)

    activity = ties.lognormals(_key(seed, "activity"), n, network.activity_spread)
    popularity = ties.paretos(_key(seed, "popularity"), n, network.popularity_exponent)
    order = np.argsort(-popularity, kind="stable").astype(np.int32)
    not_friends = 1 - friends / max(1, n - 1)
    total = min(n * (wanted - friends) / max(not_friends, 1e-9), n * (n - 1.0))
    scale = _scale_for(
        total, n * (n - 1.0), float(activity.sum() * popularity.sum()),
        lambda scale: ties.expected_arcs(activity, popularity, order, scale),
    )
    key = _key(seed, "follows")
    fans, stars = _collected(
        total, lambda fans, stars: ties.draw_arcs(key, activity, popularity, order, scale, fans, stars)
    )
    heard = np.concatenate([one, other, stars])
    hearing = np.concatenate([other, one, fans])
    return from_ties(n, heard, hearing, directed=True, community=community)


def power_law(network: Wanted, n: int, seed: int) -> Graph:
    """Newcomers befriend the well-connected, and then friends of those (Holme & Kim 2002).

    The degree distribution has a tail of exponent 3; `triad_chance` gives clustering. People are numbered in
    an order that says nothing of when they came.
    """
    total = n * min(network.mean_degree, n - 1) / 2
    core = min(n, math.ceil(total / n) + 1) if total else 1
    while core < n and total > core * (core - 1) / 2 + core * (n - core):
        core += 1
    half = (total - core * (core - 1) / 2) / (n - core) if n > core else 0.0
    key = _key(seed, "growth")
    sources, targets = _collected(
        total, lambda sources, targets: ties.grow(key, n, core, half, network.triad_chance, sources, targets)
    )
    number = np.argsort(ties.units(_key(seed, "numbering"), n), kind="stable").astype(np.int32)
    graph = from_ties(n, number[sources], number[targets])
    return replace(graph, strong=strong_by_overlap(graph, network.strong_overlap))


def small_world(network: Wanted, n: int, seed: int) -> Graph:
    """Neighbours on a ring, and some ties rewired to anyone (Watts & Strogatz 1998).

    Ties along the ring are strong.
    """
    half = min(network.mean_degree, n - 1) / 2
    key = _key(seed, "ring")
    sources, targets = _collected(
        n * half, lambda sources, targets: ties.draw_ring(key, n, half, network.rewiring, sources, targets)
    )
    graph = from_ties(n, sources, targets)
    ties.mark_ring(graph.offsets, graph.targets, math.ceil(half), graph.strong)
    return graph


def random(network: Wanted, n: int, seed: int) -> Graph:
    """Each pair tied with the same chance (Gilbert 1959); no tie is strong, for there are no circles."""
    pairs = n * (n - 1) / 2
    total = n * min(network.mean_degree, n - 1) / 2
    alike = np.ones(n)
    everyone = np.arange(n, dtype=np.int32)
    scale = total / pairs if pairs else 0.0
    return from_ties(n, *_pairs(_key(seed, "pairs"), everyone, alike, np.array([0, n]), scale, total, None))


def complete(network: Wanted, n: int, seed: int) -> Graph:
    """Everyone tied to everyone, strongly; `seed` changes nothing."""
    return Graph(
        offsets=np.arange(n + 1, dtype=np.int64) * (n - 1),
        targets=ties.everyone_else(n),
        strong=np.ones(n * (n - 1), np.uint8),
        follows=np.full(n, n - 1, np.int32),
        community=np.full(n, -1, np.int32),
        directed=False,
    )


KINDS: dict[str, Callable[[Wanted, int, int], Graph]] = {
    "communities": communities,
    "power law": power_law,
    "small world": small_world,
    "random": random,
    "complete": complete,
    "followers": followers,
}


def _key(seed: int, purpose: str) -> np.uint64:
    """The key of one purpose of the graph, as compiled code needs it."""
    return np.uint64(stream(seed, f"graph: {purpose}"))


def _community_numbers(network: Wanted, n: int) -> Ids:
    """int32 [n]: communities of consecutive people, as equal in size as can be."""
    n_communities = max(1, round(n / network.community_size))
    return (np.arange(n, dtype=np.int64) * n_communities // n).astype(np.int32)


def _community_ties(
    network: Wanted, n: int, seed: int, mean_degree: float, community: Ids
) -> tuple[Ids, Ids]:
    """The two ends of each tie of a graph of communities."""
    activity = ties.lognormals(_key(seed, "activity"), n, network.activity_spread)
    n_communities = int(community[-1]) + 1
    shared = ties.lognormals(_key(seed, "community activity"), n_communities, network.community_spread)
    overall = activity * shared[community]
    within = activity * np.sqrt(shared[community])

    total = n * min(mean_degree, n - 1) / 2
    starts = np.searchsorted(community, np.arange(n_communities + 1)).astype(np.int64)
    sizes = np.diff(starts).astype(np.float64)
    pairs_within = float((sizes * (sizes - 1) / 2).sum())
    pairs_between = n * (n - 1) / 2 - pairs_within
    total_within = min(total * network.inside if n_communities > 1 else total, pairs_within)
    total_between = min(total - total_within, pairs_between)

    order = np.lexsort((-within, community)).astype(np.int32)
    scale = _scale_for(
        total_within, pairs_within, ties.expected_pairs(order, within, starts, 0.0),
        lambda scale: ties.expected_pairs(order, within, starts, scale),
    )
    near = _pairs(_key(seed, "ties within"), order, within, starts, scale, total_within, None)

    ranked = np.argsort(-overall, kind="stable").astype(np.int32)
    in_circles = np.lexsort((-overall, community)).astype(np.int32)
    all_people = np.array([0, n])

    def expected_between(scale: float) -> float:
        everywhere = ties.expected_pairs(ranked, overall, all_people, scale)
        return float(everywhere - ties.expected_pairs(in_circles, overall, starts, scale))

    scale = _scale_for(total_between, pairs_between, expected_between(0.0), expected_between)
    far = _pairs(_key(seed, "ties between"), ranked, overall, all_people, scale, total_between, community)
    return np.concatenate([near[0], far[0]]), np.concatenate([near[1], far[1]])


def _pairs(
    key: np.uint64, order: Ids, weights: Weights, starts: Places, scale: float, expected: float,
    apart: Ids | None,
) -> tuple[Ids, Ids]:
    """Pairs drawn with chance min(1, scale x both weights); with `apart`, of different communities only."""
    community = np.empty(0, np.int32) if apart is None else apart
    return _collected(
        expected,
        lambda sources, targets: ties.draw_pairs(
            key, order, weights, starts, scale, community, sources, targets
        ),
    )


def _scale_for(total: float, most: float, weight: float, expected: Callable[[float], float]) -> float:
    """The scale at which `expected(scale)` ties are `total`, of `most` possible.

    `weight` is the sum of the pairs' weights: without the limit of 1 on chances, `expected` is scale x
    weight. The limit only lowers it, so raising the scale by what is missing comes closer from below.
    """
    if total <= 0:
        return 0.0
    if total >= most * (1 - 1e-12):
        return math.inf
    scale = total / weight
    for _ in range(200):
        reached = expected(scale)
        if reached >= total * (1 - 1e-5):
            break
        scale *= total / reached
    return scale


def _collected(expected: float, draw: Callable[[Ids, Ids], int]) -> tuple[Ids, Ids]:
    """What `draw` writes into two int32 arrays, when only about how much is known.

    `draw` returns how many it found, even beyond the room it was given; being a pure function, it is
    then simply asked again with room enough.
    """
    room = int(expected + 6 * math.sqrt(expected) + 64)
    while True:
        sources, targets = np.empty(room, np.int32), np.empty(room, np.int32)
        found = draw(sources, targets)
        if found <= room:
            return sources[:found], targets[:found]
        room = found
