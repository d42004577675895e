"""The drawn graphs: what holds for each of them, closed forms, the figures they promise, and sameness."""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys
from random import Random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core import graph_facts, ties
from sim.core.generate import KINDS, MOST_BYTES, generate
from sim.core.graph import Graph, from_ties, shared_neighbours, strong_by_overlap
from sim.core.graph_facts import facts
from sim.errors import UserError
from sim.model.network import USED_BY, Network

SPARSE = [kind for kind in KINDS if kind != "complete"]


def digest(graph: Graph) -> str:
    """A name for the exact content of a graph."""
    arrays = (graph.offsets, graph.targets, graph.strong, graph.follows, graph.community)
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()


def ties_of(graph: Graph) -> set[tuple[int, int]]:
    """All (who posts, who sees it)."""
    return {(i, int(j)) for i in range(graph.n) for j in graph.audience(i)}


def small_graph(n: int, pairs: list[tuple[int, int]], directed: bool = False) -> Graph:
    """A graph from a list of pairs."""
    ends = np.array(pairs, np.int32).reshape(-1, 2)
    return from_ties(n, ends[:, 0].copy(), ends[:, 1].copy(), directed=directed)


def drawn_pairs(n: int, density: float, chance: Random) -> tuple[int, list[tuple[int, int]]]:
    """`n` people and each ordered pair, even of a person with itself, with this chance."""
    return n, [(i, j) for i in range(n) for j in range(n) if chance.random() < density]


def some_pairs() -> st.SearchStrategy[tuple[int, list[tuple[int, int]]]]:
    """A number of people and any pairs of them: few in any order, with repeats, or many."""
    few = st.integers(1, 25).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))))
    )
    many = st.builds(
        drawn_pairs, st.integers(3, 25), st.floats(0.02, 0.6), st.randoms(use_true_random=False)
    )
    return st.one_of(few, many)


# Invariants


@settings(deadline=None, max_examples=200)
@given(
    kind=st.sampled_from(list(KINDS)),
    n=st.integers(1, 70),
    mean_degree=st.one_of(st.sampled_from([0.0, 1.0, 18.0]), st.floats(0, 90)),
    community_size=st.integers(2, 50),
    share=st.floats(0, 1),
    seed=st.integers(-5, 2**70),
)
def test_every_drawn_graph_is_well_formed(
    kind: str, n: int, mean_degree: float, community_size: int, share: float, seed: int
) -> None:
    network = Network(
        kind=kind, mean_degree=mean_degree, community_size=community_size, inside=share, triad_chance=share,
        rewiring=share, reciprocity=share,
    )
    graph = generate(network, n, seed)
    assert graph.n == n and graph.offsets[0] == 0 and graph.offsets[-1] == len(graph.targets)
    assert graph.offsets.dtype == np.int64 and graph.targets.dtype == np.int32
    assert graph.strong.dtype == np.uint8 and set(graph.strong.tolist()) <= {0, 1}
    assert graph.follows.dtype == graph.community.dtype == np.int32
    for i in range(n):
        row = graph.audience(i)
        assert (np.diff(row) > 0).all(), "ascending, nobody twice"
        assert i not in row, "nobody hears themselves"
    assert ((graph.targets >= 0) & (graph.targets < n)).all()
    assert graph.follows.tolist() == np.bincount(graph.targets, minlength=n).tolist()
    assert graph.directed == (kind == "followers")
    if not graph.directed:
        tied = ties_of(graph)
        assert tied == {(j, i) for i, j in tied}
        strong = {pair for pair, is_strong in zip(sorted(tied), graph.strong, strict=True) if is_strong}
        assert strong == {(j, i) for i, j in strong}


@settings(deadline=None, max_examples=100)
@given(some_pairs(), st.booleans())
def test_laying_flat_keeps_each_tie_once_whatever_the_order(
    people: tuple[int, list[tuple[int, int]]], directed: bool
) -> None:
    n, pairs = people
    graph = small_graph(n, pairs, directed)
    expected = {(i, j) for i, j in pairs if i != j}
    if not directed:
        expected |= {(j, i) for i, j in expected}
    assert ties_of(graph) == expected
    assert digest(graph) == digest(small_graph(n, pairs[::-1] + pairs, directed))
    assert graph.n_edges == len(expected) // (1 if directed else 2)


@pytest.mark.parametrize("kind", KINDS)
def test_one_two_and_three_people_are_enough(kind: str) -> None:
    for n in (1, 2, 3):
        graph = generate(Network(kind=kind), n, 1)
        assert graph.n == n
        assert graph.n_edges == n * (n - 1) // (1 if graph.directed else 2), "all the ties there can be"
        assert "people" in str(facts(graph))


@pytest.mark.parametrize("kind", SPARSE)
def test_a_mean_degree_of_zero_leaves_everyone_alone(kind: str) -> None:
    assert generate(Network(kind=kind, mean_degree=0), 500, 1).n_edges == 0


# Shared neighbours and strength


@settings(deadline=None, max_examples=100)
@given(some_pairs())
def test_shared_neighbours_are_those_counted_one_by_one(people: tuple[int, list[tuple[int, int]]]) -> None:
    graph = small_graph(*people)
    starts, ends, shared = shared_neighbours(graph.offsets, graph.targets)
    circle = [set(graph.audience(i).tolist()) for i in range(graph.n)]
    assert len(ends) == graph.n_edges
    for i in range(graph.n):
        for place in range(starts[i], starts[i + 1]):
            assert shared[place] == len(circle[i] & circle[ends[place]])


@settings(deadline=None, max_examples=100)
@given(some_pairs(), st.booleans(), st.sampled_from([0.0, 0.25, 0.5, 1.0]))
def test_a_tie_is_strong_by_what_the_less_connected_end_shares(
    people: tuple[int, list[tuple[int, int]]], directed: bool, overlap: float
) -> None:
    graph = small_graph(*people, directed)
    tied = ties_of(graph)
    circle: list[set[int]] = [set() for _ in range(graph.n)]
    for i, j in tied:
        circle[i].add(j)
        circle[j].add(i)
    expected = []
    for i, j in sorted(tied):
        common = len(circle[i] & circle[j])
        fewer = min(len(circle[i]), len(circle[j])) - 1
        expected.append(common > 0 and common >= overlap * fewer)
    assert strong_by_overlap(graph, overlap).tolist() == [int(is_strong) for is_strong in expected]


def test_strong_ties_are_those_within_a_circle() -> None:
    friends = generate(Network(), 2_000, 1)
    sources = np.repeat(np.arange(friends.n), np.diff(friends.offsets))
    assert (friends.strong == (friends.community[sources] == friends.community[friends.targets])).all()
    ring = generate(Network(kind="small world", mean_degree=10, rewiring=0.2), 2_000, 1)
    assert ring.strong.mean() == pytest.approx(0.8, abs=0.02)
    assert generate(Network(kind="random"), 500, 1).strong.sum() == 0
    assert generate(Network(kind="complete"), 50, 1).strong.all()


# Closed forms. Each says how far off it may be, and shows a graph that is too far off.


@pytest.mark.parametrize("kind", SPARSE)
@pytest.mark.parametrize("mean_degree", [4.0, 7.3, 18.0, 60.0])
def test_the_mean_degree_is_met(kind: str, mean_degree: float) -> None:
    graph = generate(Network(kind=kind, mean_degree=mean_degree), 4_000, 3)
    reached = graph.n_edges * (1 if graph.directed else 2) / graph.n
    assert reached == pytest.approx(mean_degree, rel=0.02), f"{reached} ties each, {mean_degree} wanted"


@settings(deadline=None, max_examples=100)
@given(
    weights=st.lists(st.floats(0.01, 50), min_size=2, max_size=30),
    scale=st.floats(1e-4, 5),
    n_blocks=st.integers(1, 4),
)
def test_expected_pairs_add_up_the_chances_of_all_pairs(
    weights: list[float], scale: float, n_blocks: int
) -> None:
    heavy = np.array(weights)
    n = len(heavy)
    block = np.arange(n) % n_blocks
    order = np.lexsort((-heavy, block)).astype(np.int32)
    starts = np.searchsorted(block[order], np.arange(n_blocks + 1)).astype(np.int64)
    pairs = [(i, j) for i in range(n) for j in range(i) if block[i] == block[j]]
    by_hand = math.fsum(min(1.0, scale * heavy[i] * heavy[j]) for i, j in pairs)
    assert ties.expected_pairs(order, heavy, starts, scale) == pytest.approx(by_hand, rel=1e-9, abs=1e-9)
    in_all = math.fsum(heavy[i] * heavy[j] for i, j in pairs)
    assert ties.expected_pairs(order, heavy, starts, 0.0) == pytest.approx(in_all, rel=1e-9, abs=1e-9)


def test_each_pair_is_drawn_with_its_own_chance() -> None:
    """20,000 draws of a graph of 5 people: each pair within 4 standard errors of its chance."""
    weights = np.array([3.0, 2.0, 1.0, 0.5, 0.1])
    order, starts, nobody = np.arange(5, dtype=np.int32), np.array([0, 5]), np.empty(0, np.int32)
    n_draws = 20_000
    counts = np.zeros((5, 5))
    for seed in range(n_draws):
        sources, targets = np.empty(10, np.int32), np.empty(10, np.int32)
        key = np.uint64(seed)
        found = ties.draw_pairs(key, order, weights, starts, 0.2, nobody, sources, targets)
        counts[sources[:found], targets[:found]] += 1
    chances = np.triu(np.minimum(1, 0.2 * np.outer(weights, weights)), 1)
    errors = np.sqrt(chances * (1 - chances) / n_draws)
    off = np.abs(counts / n_draws - chances)
    assert (off <= 4 * errors).all(), f"{off / np.maximum(errors, 1e-12)} standard errors off"
    unthinned = np.triu(np.repeat(np.minimum(1, 0.2 * weights * weights[1])[:, None], 5, 1), 1)
    assert (np.abs(counts / n_draws - unthinned) > 4 * errors).any(), "control: kept without thinning"


def test_follows_are_drawn_with_their_own_chance() -> None:
    """20,000 draws among 4 people: each follow within 4 standard errors, and the expected number added up."""
    activity, popularity = np.array([0.5, 1.0, 2.0, 1.0]), np.array([1.0, 4.0, 1.5, 0.2])
    order = np.argsort(-popularity).astype(np.int32)
    n_draws = 20_000
    counts = np.zeros((4, 4))
    for seed in range(n_draws):
        fans, stars = np.empty(12, np.int32), np.empty(12, np.int32)
        found = ties.draw_arcs(np.uint64(seed), activity, popularity, order, 0.2, fans, stars)
        counts[fans[:found], stars[:found]] += 1
    chances = np.minimum(1, 0.2 * np.outer(activity, popularity))
    np.fill_diagonal(chances, 0)
    errors = np.sqrt(chances * (1 - chances) / n_draws)
    assert (np.abs(counts / n_draws - chances) <= 4 * errors).all()
    assert (np.abs(counts / n_draws - chances.T) > 4 * errors).any(), "control: fan and star exchanged"
    assert ties.expected_arcs(activity, popularity, order, 0.2) == pytest.approx(chances.sum())


def test_small_world_clustering_follows_watts_and_strogatz() -> None:
    """Watts & Strogatz 1998: C(0) = 3(k-2)/4(k-1), C(p) = C(0)(1-p)^3 within .02 at n = 2,000, k = 10."""

    def clustering(kind: str, rewiring: float) -> float:
        return facts(generate(Network(kind=kind, mean_degree=10, rewiring=rewiring), 2_000, 1)).clustering

    ordered = 3 * 8 / (4 * 9)
    assert clustering("small world", 0) == pytest.approx(ordered, abs=1e-12)
    for rewiring in (0.01, 0.1, 0.3):
        assert clustering("small world", rewiring) == pytest.approx(ordered * (1 - rewiring) ** 3, abs=0.02)
    assert abs(clustering("random", 0) - ordered * 0.9**3) > 0.02, "control: a random graph must fail"


def test_small_world_paths_shorten() -> None:
    """Watts & Strogatz 1998: mean path 50.4, 9.5, 4.4, 3.3 for p = 0, .01, .1, 1 at n = 1,000, k = 10."""
    known = ((0, 50.45, 0.01), (0.01, 9.5, 1.5), (0.1, 4.4, 0.15), (1, 3.3, 0.1))
    for rewiring, expected, tolerance in known:
        network = Network(kind="small world", mean_degree=10, rewiring=rewiring)
        assert facts(generate(network, 1_000, 1)).mean_path == pytest.approx(expected, abs=tolerance)


def test_a_random_graph_is_poisson_and_unclustered() -> None:
    """Degree variance over mean within .1 of 1, clustering within .003 of k/n, no assortativity (.02)."""
    graph = generate(Network(kind="random"), 5_000, 1)
    degrees = np.diff(graph.offsets)
    measured = facts(graph)
    assert degrees.var() / degrees.mean() == pytest.approx(1, abs=0.1)
    assert measured.clustering == pytest.approx(18 / 5_000, abs=0.003)
    assert measured.assortativity == pytest.approx(0, abs=0.02)
    spread = np.diff(generate(Network(), 5_000, 1).offsets)
    assert abs(spread.var() / spread.mean() - 1) > 0.1, "control: communities are no Poisson graph"


def test_power_law_agrees_with_networkx() -> None:
    """Clustering within .03 and the 99th percentile within 15 % of NetworkX's Holme-Kim graph."""
    ours = facts(generate(Network(kind="power law", mean_degree=10, triad_chance=0.7), 3_000, 1))
    theirs = nx.powerlaw_cluster_graph(3_000, 5, 0.7, seed=1)
    assert ours.clustering == pytest.approx(nx.average_clustering(theirs), abs=0.03)
    percentile = np.percentile([degree for _, degree in theirs.degree], 99)
    assert ours.p99_degree == pytest.approx(percentile, rel=0.15)
    plain = facts(generate(Network(kind="power law", mean_degree=10, triad_chance=0), 3_000, 1))
    assert abs(plain.clustering - nx.average_clustering(theirs)) > 0.03, "control: without triads"


def test_power_law_numbers_say_nothing_of_fame() -> None:
    """Correlation of number and degree within 4 standard errors of none (those who came first have most)."""
    degrees = np.diff(generate(Network(kind="power law"), 4_000, 2).offsets)
    assert abs(np.corrcoef(np.arange(4_000), degrees)[0, 1]) < 4 / math.sqrt(4_000)


def test_followers_have_the_reciprocity_and_the_tail_asked_for() -> None:
    """Returned follows 2q/(1+q) within .02; the tail exponent (Hill, top 2 %) within .2 of the one given."""
    for exponent, reciprocity in ((2.3, 0.22), (3.0, 0.5)):
        network = Network(kind="followers", popularity_exponent=exponent, reciprocity=reciprocity)
        graph = generate(network, 20_000, 1)
        assert facts(graph).reciprocity == pytest.approx(2 * reciprocity / (1 + reciprocity), abs=0.02)
        popularity = np.sort(ties.paretos(np.uint64(1), 20_000, exponent))[-400:]
        assert 1 + 1 / np.log(popularity / popularity[0]).mean() == pytest.approx(exponent, abs=0.2)
        audiences = np.diff(graph.offsets)
        assert audiences.max() > 20 * np.median(audiences), "few are followed by very many"
        assert graph.follows.max() < 20 * np.median(graph.follows), "nobody follows that many"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_default_looks_like_friendships(seed: int) -> None:
    """Facebook 2011 scaled down: mean degree 18, median about 14, clustering about .15, assortativity about +.13."""
    measured = facts(generate(Network(), 5_000, seed))
    assert measured.mean_degree == pytest.approx(18, abs=0.2)
    assert measured.median_degree == pytest.approx(14, abs=1)
    assert measured.clustering == pytest.approx(0.15, abs=0.015)
    assert measured.assortativity == pytest.approx(0.13, abs=0.06)
    assert measured.largest_component > 0.98


# Facts


@settings(deadline=None, max_examples=60)
@given(some_pairs())
def test_facts_agree_with_networkx(people: tuple[int, list[tuple[int, int]]]) -> None:
    n, pairs = people
    measured = facts(small_graph(n, pairs))
    theirs = nx.Graph()
    theirs.add_nodes_from(range(n))
    theirs.add_edges_from((i, j) for i, j in pairs if i != j)
    assert measured.edges == theirs.number_of_edges()
    assert measured.clustering == pytest.approx(nx.average_clustering(theirs))
    assert measured.transitivity == pytest.approx(nx.transitivity(theirs))
    assert measured.components == nx.number_connected_components(theirs)
    assert measured.isolated == nx.number_of_isolates(theirs)
    whole = [theirs.subgraph(part) for part in nx.connected_components(theirs)]
    largest = max(len(part) for part in whole)
    assert measured.largest_component == largest / n
    if largest > 1:
        paths = [nx.average_shortest_path_length(part) for part in whole if len(part) == largest]
        assert any(measured.mean_path == pytest.approx(path) for path in paths)
    if len({degree for _, degree in theirs.degree if degree}) > 1:
        ends = np.array([[theirs.degree[i], theirs.degree[j]] for i, j in theirs.edges], float)
        both = np.vstack([ends, ends[:, ::-1]])
        assert measured.assortativity == pytest.approx(np.corrcoef(both.T)[0, 1])
    else:
        assert math.isnan(measured.assortativity)


def test_sampled_clustering_agrees_with_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within .004 (over 4 standard errors) on a graph whose two clustering figures differ by more."""
    graph = generate(Network(kind="power law"), 3_000, 1)
    exact = facts(graph)
    monkeypatch.setattr(graph_facts, "EXACT_WORK", 0)
    sampled = facts(graph)
    assert exact.exact_clustering and not sampled.exact_clustering
    assert sampled.clustering == pytest.approx(exact.clustering, abs=0.004)
    assert sampled.transitivity == pytest.approx(exact.transitivity, abs=0.004)
    assert abs(exact.clustering - exact.transitivity) > 0.004, "control: one must not pass for the other"
    assert "sampled" in str(sampled)


def test_facts_print_and_convert() -> None:
    measured = facts(generate(Network(kind="followers"), 500, 1))
    assert "followers a person" in str(measured) and "returned follows" in str(measured)
    assert measured.as_dict()["nodes"] == 500
    assert str(generate(Network(kind="complete"), 5, 1)) == "graph of 5 people and 10 ties"


# At the door


def test_a_graph_beyond_memory_is_refused_with_what_it_would_take() -> None:
    with pytest.raises(UserError, match=r"complete graph of 100,000 people .* 46\.6 GiB: take at most 20,7"):
        generate(Network(kind="complete"), 100_000, 1)
    with pytest.raises(UserError, match=r"take fewer people, or a mean_degree of at most"):
        generate(Network(mean_degree=9_000), 1_000_000, 1)
    most = math.isqrt(MOST_BYTES // 5)
    with pytest.raises(UserError):
        generate(Network(kind="complete"), most + 2, 1)


@pytest.mark.parametrize("n", [0, -3, 2**31])
def test_an_impossible_number_of_people_is_refused(n: int) -> None:
    with pytest.raises(UserError, match="between 1 and"):
        generate(Network(), n, 1)


def test_the_network_names_the_keys_that_lie_idle() -> None:
    rewired = Network(kind="random", rewiring=0.2, community_size=10, seed=3)
    assert rewired.idle == ("community_size", "rewiring")
    assert Network(file="friends.csv", kind="random", mean_degree=5).idle == ("kind", "mean_degree")
    assert Network().idle == ()
    declared = set(Network.model_fields)
    assert {key for keys in USED_BY.values() for key in keys} | {"kind", "seed"} == declared


# Sameness


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_graph_and_another_seed_another(kind: str) -> None:
    network = Network(kind=kind, mean_degree=12)
    first = digest(generate(network, 300, 1))
    assert first == digest(generate(network, 300, 1))
    assert (first == digest(generate(network, 300, 2))) == (kind == "complete")
    pinned = Network(kind=kind, mean_degree=12, seed=1)
    assert first == digest(generate(pinned, 300, 99)), "a pinned seed goes before the run's"


def test_ties_that_a_change_does_not_concern_stay() -> None:
    """Ties inside communities do not move when fewer ties lead out of them, for the same number inside."""
    more = generate(Network(mean_degree=20, inside=0.5), 2_000, 1)
    fewer = generate(Network(mean_degree=16, inside=0.625), 2_000, 1)

    def within(graph: Graph) -> set[tuple[int, int]]:
        return {(i, j) for i, j in ties_of(graph) if graph.community[i] == graph.community[j]}

    assert within(more) == within(fewer)
    assert ties_of(more) != ties_of(fewer)


def test_graphs_are_the_same_bytes_under_another_hash_seed() -> None:
    code = (
        "from sim.core.generate import KINDS, generate\n"
        "from sim.core.graph_facts import facts\n"
        "from sim.model.network import Network\n"
        "from tests.test_graph import digest\n"
        "for kind in KINDS:\n"
        "    graph = generate(Network(kind=kind), 400, 7)\n"
        "    print(digest(graph), facts(graph).as_dict())\n"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "NUMBA_NUM_THREADS": threads},
        ).stdout
        for hash_seed, threads in (("1", "1"), ("2", "2"))
    }
    assert len(printed) == 1


def test_the_network_block_never_loads_numba() -> None:
    code = "import sys, sim.model.network; sys.exit('numba' in sys.modules or 'networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
