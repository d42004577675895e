"""How far stories travelled: against brute force on random trees, and against the closed forms of branching."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import run, storm

from sim.study.cascades import cascades, half_life_minutes, measure_cascades, trees
from sim.world import state as s


def rows_of(parents: list[int]) -> np.ndarray:
    """Post rows of trees: each entry is the place of the parent (which comes first), or -1 for a first post."""
    rows = np.zeros(len(parents), s.POST_ROW)
    for place, parent in enumerate(parents):
        rows[place]["kind"] = s.PUBLIC if parent < 0 else s.SHARE
        rows[place]["parent"] = parent
        rows[place]["root"] = place if parent < 0 else rows[parent]["root"]
        rows[place]["depth"] = 0 if parent < 0 else rows[parent]["depth"] + 1
    return rows


@st.composite
def forests(draw: st.DrawFn) -> list[int]:
    """Parents of some random trees: shallow, deep, single, stars and chains."""
    n = draw(st.integers(1, 40))
    return [draw(st.integers(-1, place - 1)) for place in range(n)]


@given(forests())
def test_cascades_are_what_brute_force_says(parents: list[int]) -> None:
    rows = rows_of(parents)
    roots = np.flatnonzero(rows["kind"] == s.PUBLIC)
    found = trees(rows, roots)
    graph = nx.Graph()
    graph.add_nodes_from(range(len(parents)))
    graph.add_edges_from((place, parent) for place, parent in enumerate(parents) if parent >= 0)
    distances = nx.floyd_warshall_numpy(graph, nodelist=range(len(parents)))
    assert found.size.sum() == len(parents)
    for place, root in enumerate(roots):
        members = np.flatnonzero(np.isfinite(distances[root]))
        within = distances[np.ix_(members, members)]
        n = len(members)
        assert found.size[place] == n
        assert found.depth[place] == distances[root, members].max()
        assert found.within_one_step[place] == (distances[root, members] <= 1).sum()
        if n == 1:
            assert math.isnan(found.virality[place])
        else:
            assert found.virality[place] == pytest.approx(within.sum() / (n * (n - 1)), rel=1e-12)


def test_virality_tells_a_star_from_a_chain() -> None:
    star = trees(rows_of([-1, *[0] * 50]), np.array([0]))
    chain = trees(rows_of([-1, *range(50)]), np.array([0]))
    assert star.size[0] == chain.size[0] == 51
    assert star.virality[0] == pytest.approx(2 * 50 / 51)
    assert chain.virality[0] == pytest.approx(52 / 3)


# ------------------------------------------------------------------------------------- closed forms of branching

N_SEEDS = 40_000
"""Cascades drawn; a share of them is then known to within four standard errors of .0025 at most."""


def branching(mean: float) -> np.ndarray:
    """Rows of cascades in which each post is passed on by a Poisson number of people."""
    draws = np.random.default_rng(7)
    parents = [-1] * N_SEEDS
    living = list(range(N_SEEDS))
    while living:
        children = draws.poisson(mean, len(living))
        begin = len(parents)
        parents += np.repeat(living, children).tolist()
        living = list(range(begin, len(parents)))
    return rows_of(parents)


def deviations(rows: np.ndarray, mean: float) -> dict[str, float]:
    """How many standard errors measured cascades are off the closed forms for a mean number of children."""
    found = trees(rows, np.flatnonzero(rows["kind"] == s.PUBLIC))
    expected = 1 / (1 - mean)
    spread = math.sqrt(mean / (1 - mean) ** 3)
    alone, shallow = math.exp(-mean), math.exp(-mean * (1 - math.exp(-mean)))

    def share(measured: np.ndarray, p: float) -> float:
        return float((measured.mean() - p) / math.sqrt(p * (1 - p) / N_SEEDS))

    within = found.within_one_step - (1 - mean**2) * found.size
    return {
        "mean size": float((found.size.mean() - expected) / (spread / math.sqrt(N_SEEDS))),
        "alone": share(found.size == 1, alone),
        "within one step": share(found.depth <= 1, shallow),
        "posts within one step": float(within.mean() / (within.std() / math.sqrt(N_SEEDS))),
    }


@pytest.mark.parametrize("mean", [0.1, 0.25, 0.5])
def test_cascades_of_a_branching_process_meet_the_closed_forms(mean: float) -> None:
    off = deviations(branching(mean), mean)
    assert all(abs(errors) < 4 for errors in off.values()), off


def test_the_closed_forms_would_notice_a_slightly_wrong_mean() -> None:
    off = deviations(branching(0.25), 0.27)
    assert all(abs(errors) > 4 for errors in off.values()), off


# ------------------------------------------------------------------------------------- of a run


def test_only_public_posts_after_the_warm_up_begin_cascades() -> None:
    record = run(storm())
    found = cascades(record)
    roots = record.posts[found.root]
    assert len(found) > 50
    assert np.isin(roots["kind"], (s.PUBLIC, s.COMMENT)).all()
    assert (roots["time"] >= 0).all()
    public = np.isin(record.posts["kind"], (s.PUBLIC, s.COMMENT))
    assert (public & (record.posts["time"] < 0)).sum() > 0, "without posts in the warm-up this test tests nothing"
    assert (roots["root"] == found.root).all()
    assert (found.size - 1 == roots["shares"]).all()
    said_again = roots[roots["times"] > 0]
    assert len(said_again) > 0 and (said_again["depth"] == 0).all()


def test_a_run_in_numbers_agrees_with_its_cascades() -> None:
    record = run(storm())
    found = cascades(record)
    measured = measure_cascades(record)
    assert measured.count == len(found)
    assert measured.mean_size == found.size.mean()
    assert measured.max_size == found.size.max() == found.size[list(found.root).index(found.largest())]
    assert measured.share_within_one_step == found.within_one_step.sum() / found.size.sum()
    assert measured.max_depth == found.depth.max() > 1
    assert measured.share_single == (found.size == 1).mean()
    biggest = found.largest(brand=1)
    assert biggest is not None and record.posts[biggest]["brand"] == 1


def test_without_posts_nothing_is_defined() -> None:
    mute = {"ordinary": 0, "praise": 0, "complaint": 0, "private": 0}
    record = run(storm(crowd={"voice": mute, "broadcast": {"comments": 0}}))
    measured = measure_cascades(record)
    assert measured.count == 0
    assert measured.mean_size is measured.max_size is measured.share_within_one_step is None
    assert measured.view_half_life_minutes is None
    assert cascades(record).largest() is None


@pytest.mark.parametrize(
    ("ages", "half"),
    [
        ([0, 0, 0], None),
        ([10, 1, 1, 10], 2.0),
        ([4, 0, 0], 0.5),
        ([2, 2, 0], 1.0),
        ([1, 0, 3], 2 + 1 / 3),
        ([1, 2, 1], 1.5),
    ],
)
def test_half_life(ages: list[int], half: float | None) -> None:
    measured = half_life_minutes(np.array(ages))
    assert measured is None if half is None else measured == pytest.approx(half)
