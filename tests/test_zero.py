"""Zero tests: what must not happen when its cause is absent, and what must be equal when nothing tells it apart."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from worlds import run, world_of

from sim.scenario.schema import Scenario
from sim.world import state as s
from sim.world.build import build
from sim.world.simulation import Simulation

QUIET = {"voice": {"ordinary": 0, "praise": 0, "complaint": 0, "private": 0}}


def two(n: int = 300, **sections: Any) -> Scenario:
    """Two brands with desks."""
    brands = [{"name": "A", "policy": "human", "known_by": 1.0}, {"name": "B", "policy": "template", "known_by": 1.0}]
    return world_of(sections.pop("brands", brands), n, **sections)


def never_customers(before: Any, record: Any, brand: int) -> np.ndarray:
    """Who never had a brand: no experience of it of their own."""
    return (before.people["current"] != brand) & (record.opinions[:, brand]["satisfaction"] == 0.0)


def test_no_posts_leave_prospects_as_they_were() -> None:
    """Nobody speaks: who never used a brand thinks of it what they thought, to the bit. If they speak, not."""
    for crowd, unchanged in ((QUIET, True), ({}, False)):
        world = build(two(crowd=crowd), 2)
        before = s.copied(world.tables)
        record = Simulation(world).run()
        assert (len(record.posts) == 0) == unchanged
        for b in range(2):
            outside = never_customers(before, record, b)
            assert outside.sum() > 50
            same = before.opinions[outside, b]["own"].tobytes() == record.opinions[outside, b]["own"].tobytes()
            assert same and (not record.opinions[outside, b]["heard"].any()) == unchanged


def test_no_ties_no_views() -> None:
    """Nobody hears without a tie, unless they search."""
    record = run(two(graph={"kind": "random", "mean_degree": 0}, crowd={"journey": {"searches": 0}}))
    assert len(record.posts) > 50
    assert record.hourly[:, :, [s.H_VIEWS, s.H_SHARES, s.H_REPLY_VIEWS]].sum() == 0
    assert not record.opinions["heard"].any()


def test_nobody_hears_without_a_tie() -> None:
    """Who is touched by a post follows its author, or someone who passed it on (searching switched off)."""
    scenario = two(120, crowd={"journey": {"searches": 0}})
    world = build(scenario, 3, trace=True)
    record = Simulation(world).run()
    offsets, targets = world.tables.offsets, world.tables.targets
    root_of = {int(post["key"]): i for i, post in enumerate(record.posts)}
    audience: dict[int, set[int]] = {}
    for post in record.posts:
        author = int(post["author"])
        audience.setdefault(int(post["root"]), set()).update(targets[offsets[author] : offsets[author + 1]].tolist())
    views = record.trace[record.trace["event"] == s.VIEW]
    assert len(views) > 500
    assert all(int(row["who"]) in audience[root_of[int(row["what"])]] for row in views)


def test_no_failures_and_met_expectations_no_complaints() -> None:
    """A brand that never fails and delivers what is expected, evenly: nobody complains, attitude does not drift."""
    brand = {"name": "A", "quality": 0.75, "quality_spread": 0, "failures": {}, "start": {"share": 1.0}}
    segments = {"number": 300}
    record = run(two(brands=[brand], customers=segments, days=6, crowd={"voice": {"ordinary": 0.05}}))
    hourly = record.hourly.sum((0, 1))
    assert hourly[s.H_USES] > 1000 and hourly[s.H_POSTS] > 50
    assert hourly[s.H_COMPLAINTS] == hourly[s.H_PRIVATE] == hourly[s.H_FAILURES] == 0
    attitude = record.survey("attitude_cohort", 0) / record.survey("cohort", 0)
    assert np.diff(attitude).min() > -0.01, "it sinks"
    failing = run(two(brands=[brand | {"failures": {"late": 0.3}}], customers=segments, days=6))
    assert failing.hourly[:, :, s.H_COMPLAINTS].sum() > 50, "the test has lost its subject"


def test_no_moments_nothing_happens() -> None:
    """Nobody moves: every book is empty but for its levels."""
    still = {"journey": {"uses": 0, "purchases": 0, "searches": 0, "discoveries": 0}}
    record = run(two(crowd=still))
    flows = record.hourly[:, :, : s.H_WAITING]
    assert record.moments == 0
    assert not np.delete(flows, s.H_STAFF, axis=2).any()
    assert not record.transitions.any()


def share_gap(second: dict[str, Any], seeds: int) -> np.ndarray:
    """Share of A less share of B at the end, of all people, for some seeds; nobody is loyal, so all choose anew."""
    like = {"quality": 0.7, "failures": {"late": 0.1}, "policy": "human", "known_by": 1.0}
    scenario = two(200, brands=[{"name": "A"} | like, {"name": "B"} | like | second])
    gaps = []
    for seed in range(seeds):
        current = run(scenario, seed).people["current"]
        gaps.append(np.mean(current == 0) - np.mean(current == 1))
    return np.array(gaps)


def test_identical_brands_share_alike() -> None:
    """40 worlds: the mean gap lies within 3.5 standard errors of zero; a better brand B falls far outside."""
    gaps = share_gap({}, 40)
    error = gaps.std(ddof=1) / math.sqrt(len(gaps))
    assert abs(gaps.mean()) < 3.5 * error, f"{gaps.mean():+.4f} +- {error:.4f}"
    assert error < 0.02
    better = share_gap({"quality": 0.9, "failures": {}}, 10)
    assert better.mean() < -3.5 * better.std(ddof=1) / math.sqrt(len(better)), "a better brand would go unseen"


def test_the_dearer_of_two_like_brands_is_chosen_less() -> None:
    """Only the price tells the brands apart: the dearer one is chosen less, in every one of five worlds."""
    assert (share_gap({"price": 300.0}, 5) > 0.05).all()


@pytest.mark.parametrize("n", [1, 2])
def test_smallest_worlds(n: int) -> None:
    """One person alone, and two."""
    record = run(two(n, customers={"number": n}, graph={"kind": "complete"}), 1)
    assert len(record.people) == n and np.isfinite(record.attitudes()).all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_books_agree_with_tables(seed: int) -> None:
    """Sums kept as events happen equal sums over people and posts at the end; bounds hold."""
    record = run(two(days=4), seed)
    attitudes = record.attitudes()
    assert np.abs(attitudes).max() <= 1 + 1e-6
    assert ((record.opinions["expectation"] >= 0) & (record.opinions["expectation"] <= 1)).all()
    for b in range(2):
        mine = record.people["current"] == b
        knows = record.opinions[:, b]["stage"] != 0
        assert (record.opinions[:, b]["stage"][mine] == 3).all(), "customers stand at the stage of customers"
        assert record.series("customers", b)[-1] == mine.sum()
        assert record.series("known", b)[-1] == knows.sum()
        assert record.series("attitude_customers", b)[-1] == pytest.approx(attitudes[mine, b].sum(), abs=1e-4)
        assert record.series("attitude_others", b)[-1] == pytest.approx(attitudes[knows & ~mine, b].sum(), abs=1e-4)
        posts = record.posts[record.posts["brand"] == b]
        roots = posts[np.isin(posts["kind"], (s.PUBLIC, s.COMMENT))]
        assert record.hourly[:, b, s.H_POSTS].sum() == len(roots)
        assert record.hourly[:, b, s.H_VIEWS].sum() == posts["views"].sum()
        assert record.hourly[:, b, s.H_SHARES].sum() == (posts["kind"] == s.SHARE).sum() == posts["shares"].sum()
        acquired, churned = record.series("acquired", b).sum(), record.series("churned", b).sum()
        moves = record.transitions[b]
        assert moves[:, 3].sum() == acquired and moves[3, 4] == churned
