"""The peers do the same work: each in the stated correct range, and all agreeing as samples of one model.

A speed ratio between two programs that do different work says nothing, so this runs with all other tests;
the measuring itself does not. Runs of 2,000 customers cannot see all: an answer's lift of those who saw the
post moves the mean opinion by .003 only, which takes some 400 runs of SimPy to tell from chance.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from importlib import import_module
from statistics import mean, stdev

import numpy as np
import pytest

from tests.benchmarks import workload_b as b
from tests.benchmarks.measure import Contestant, Row, contestant, measure, run_once

N = 2_000
N_REFERENCE_RUNS = 400
STANDARD_ERRORS = 4.5
"""Apart by no more than this; 35 comparisons of right peers fail once in 4,000 times."""

N_RUNS = {"bare loop with jumps": 400, "SimPy": 20, "SimPy usual": 20, "Mesa": 1, "Mesa shuffled": 1}
MODULES = {
    "bare loop": "bare_numba", "bare loop with jumps": "bare_numba",
    "SimPy": "simpy_model", "SimPy usual": "simpy_model",
}


def peer(name: str) -> Contestant:
    """A peer by name; skips the test if its package is not installed."""
    if name.startswith("Mesa"):
        pytest.importorskip("mesa", reason="Mesa is not installed: pip install 'micro-moments[bench]'")
    module = import_module(f"tests.benchmarks.peers.{MODULES.get(name, 'mesa_model')}")
    (found,) = (each for each in module.CONTESTANTS if each.name == name)
    return found


@cache
def graph() -> b.Graph:
    """The graph on which all peers are compared."""
    return b.barabasi_albert(N, seed=1)


@cache
def results(name: str, n_runs: int) -> list[b.Result]:
    """Runs of a peer with seeds from 0."""
    return [played(name, seed) for seed in range(n_runs)]


def played(name: str, seed: int) -> b.Result:
    """The result of one run."""
    return peer(name).play(peer(name).build(N, graph(), seed))


def figures(result: b.Result) -> dict[str, float]:
    """What is compared."""
    counts = ("experiences", "posts", "views", "reshares", "answers")
    per_customer = {name: getattr(result, name) / result.n for name in counts}
    return {"mean opinion": result.mean_opinion, "mean loyalty": result.mean_loyalty, **per_customer}


def disagreements(runs: list[b.Result]) -> list[str]:
    """Figures of some runs that lie too far from the bare loop's for chance."""
    reference = [figures(result) for result in results("bare loop", N_REFERENCE_RUNS)]
    found = []
    for name in reference[0]:
        sample = [run[name] for run in reference]
        theirs = mean(figures(result)[name] for result in runs)
        error = stdev(sample) * math.sqrt(1.0 / len(sample) + 1.0 / len(runs))
        if abs(theirs - mean(sample)) > STANDARD_ERRORS * error:
            found.append(f"{name} {theirs:.5f}, bare loop {mean(sample):.5f}, standard error {error:.5f}")
    return found


@pytest.mark.parametrize("name", ["bare loop", *N_RUNS])
def test_results_are_in_the_stated_range(name: str) -> None:
    for result in results(name, N_RUNS.get(name, N_REFERENCE_RUNS)):
        b.check(result)


@pytest.mark.parametrize("name", N_RUNS)
def test_peers_agree_with_the_bare_loop(name: str) -> None:
    assert disagreements(results(name, N_RUNS[name])) == []


def test_the_bare_loop_is_right_where_ranges_are_narrow() -> None:
    n = 100_000
    b.check(run_once(peer("bare loop"), b.barabasi_albert(n, seed=2), seed=3).result)


def test_a_seed_is_a_result() -> None:
    one, other = (played("bare loop", seed=7) for _ in range(2))
    assert one == other != played("bare loop", seed=8)


@pytest.mark.parametrize(
    ("constant", "fault", "figure"),
    [
        ("AUTHOR_LIFT", 0.0, "mean opinion"),
        ("VIEW_HAZARD", 0.033, "views"),
        ("SERVICE_TICKS", 12.0, "answers"),
    ],
)
def test_planted_faults_are_found(
    monkeypatch: pytest.MonkeyPatch, constant: str, fault: float, figure: str
) -> None:
    """Negative control: a peer with one number wrong must disagree."""
    monkeypatch.setattr(b, constant, fault)
    wrong = [played("SimPy", seed) for seed in range(N_RUNS["SimPy"])]
    assert any(line.startswith(figure) for line in disagreements(wrong)), f"{constant} = {fault} not noticed"


def test_wrong_results_are_refused() -> None:
    right = results("bare loop", N_REFERENCE_RUNS)[0]
    nobody_tied = b.Graph(np.zeros(N + 1, dtype=np.int32), np.empty(0, dtype=np.int32))
    for wrong in (
        replace(right, mean_opinion=right.mean_opinion + 0.06),
        replace(right, mean_loyalty=right.mean_loyalty - 0.02),
        run_once(peer("bare loop"), nobody_tied, seed=0).result,
    ):
        with pytest.raises(b.IncorrectResultError):
            b.check(wrong)


def test_ages_of_views_follow_the_hazard() -> None:
    unseen = math.prod(1.0 - b.chance_seen_at(age) for age in range(b.POST_LIFE_TICKS + 1))
    assert 1.0 - unseen == pytest.approx(b.chance_seen_by(b.POST_LIFE_TICKS), abs=1e-12)
    for age in range(1, b.POST_LIFE_TICKS + 1):
        edge = b.chance_seen_by(age)
        assert b.age_when_seen(edge - 1e-9) == age
        assert b.age_when_seen(edge + 1e-9) == (age + 1 if age < b.POST_LIFE_TICKS else None)


def test_the_graph_is_simple_and_has_its_ties() -> None:
    lists = graph().neighbour_lists()
    assert sum(map(len, lists)) == 2 * b.TIES_PER_NEWCOMER * (N - b.TIES_PER_NEWCOMER)
    for who, neighbours in enumerate(lists):
        assert who not in neighbours
        assert len(set(neighbours)) == len(neighbours)
        assert all(who in lists[neighbour] for neighbour in neighbours)


def test_a_slow_contestant_runs_once_at_the_size_it_can() -> None:
    """A contestant given as one callable, as our own engine will be, too slow for the size asked."""
    right = results("bare loop", N_REFERENCE_RUNS)[0]
    fast = contestant("fast", lambda n, _graph, _seed: replace(right, n=n))
    slow = contestant("slow", lambda n, _graph, _seed: replace(right, n=n), n_repeated=500, n_most=1_000)
    first, second = measure([fast, slow], fast, n=N, rounds=3)
    assert shape(first) == (N, 3, False)
    assert shape(second) == (1_000, 1, True)
    assert first.ratios == [1.0, 1.0, 1.0]
    assert first.fault is None
    assert second.fault is not None, "the result of 2,000 customers is wrong for 1,000"


def shape(row: Row) -> tuple[int, int, bool]:
    """The size a row ran at, how often, and whether it is marked."""
    return row.n_run, len(row.runs), row.is_single


def test_the_bare_loop_with_our_rules_lives_through_the_same_events() -> None:
    """As many experiences, posts, shares and answers as our own engine: else the ratio of the two says nothing."""
    from tests.benchmarks.ours import CONTESTANTS as OURS
    from tests.benchmarks.peers.bare_rules import CONTESTANTS as BARE

    def counts(contestant: Contestant) -> np.ndarray:
        runs = [contestant.play(contestant.build(N, graph(), seed)) for seed in range(20)]
        return np.array([[run.experiences, run.posts, run.reshares, run.answers] for run in runs], float)

    theirs, ours = counts(BARE[0]), counts(OURS[0])
    apart = theirs.mean(0) - ours.mean(0)
    error = np.sqrt((theirs.var(0, ddof=1) + ours.var(0, ddof=1)) / len(ours))
    assert (np.abs(apart) < np.maximum(STANDARD_ERRORS * error, 0.04 * ours.mean(0))).all(), (apart, error)
