"""What happens at the desk and among managers: without any effect when off, in its direction when on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import HUMAN, run, world_of

from sim.scenario.schema import Scenario
from sim.world.record import Record

SEEDS = (1, 2, 3, 4)


def market(**first: Any) -> Scenario:
    """A brand that fails often, with a desk, and a rival."""
    desk = {"agents": 3, "hours": "24/7", "handling_time": "15 min"} | first.pop("desk", {})
    brand = {"name": "Skyline", "quality": 0.65, "failures": {"late": 0.25}, "policy": "human", "desk": desk} | first
    return world_of([brand, {"name": "Northair", "policy": "template"}], 150, 4)


def lives(record: Record) -> bytes:
    """What people went through: everything a mechanism that is off must leave alone."""
    return b"".join(getattr(record, name).tobytes() for name in ("people", "opinions", "posts", "daily", "replies"))


OFF: dict[str, dict[str, Any]] = {
    "promises": {"crowd.reply.promise_kept": 1.0, "crowd.reply.promise_broken": 1.0},
    "thanks": {"crowd.thanks.gratitude": 1.0, "crowd.thanks.observed": -1.0, "crowd.thanks.advocacy": 9.0,
               "brands.Skyline.desk.thanks_time": "9 h"},
    "improvement": {"crowd.improvement.shown": 1.0, "crowd.improvement.claim_broken": 1.0},
}


@pytest.mark.parametrize("name", OFF)
def test_what_is_off_has_exactly_no_effect(name: str) -> None:
    """Its parameters at their extremes, and not used by anyone: the same bytes."""
    assert lives(run(market())) == lives(run(market().changed(OFF[name])))


def attitude_of_authors(record: Record, brand: int = 0) -> float:
    """Mean attitude to the brand of those who complained of it in public."""
    posts = record.posts[(record.posts["brand"] == brand) & (record.posts["valence"] < 0)]
    return float(record.attitudes()[np.unique(posts["author"]), brand].mean())


def gap(one: dict[str, Any], other: dict[str, Any], measured: Any, **first: Any) -> np.ndarray:
    """The paired difference between two arms, a number a seed."""
    scenario = market(**first)
    return np.array([
        measured(run(scenario.changed(one), seed)) - measured(run(scenario.changed(other), seed)) for seed in SEEDS
    ])


def test_promises_pay_where_they_are_kept_and_cost_where_not() -> None:
    """With specialists enough a promise of an hour is kept; with none on duty it is broken each time."""
    desk = {"specialist_share": 1.0, "specialist_time": "5 min", "specialists": 9}
    promise = {"policies.human.promise": "1 h", "crowd.reply.promise_kept": 0.5}
    kept = gap(promise, {}, attitude_of_authors, desk=desk)
    broken = gap(promise, {}, attitude_of_authors, desk=desk | {"specialists": 0})
    assert kept.min() > 0 > broken.max(), f"kept {kept}, broken {broken}"


def test_thanks_make_advocates_and_may_please_or_annoy_who_reads_them() -> None:
    """More praise from those thanked; readers of public thanks follow the sign of the assumption."""
    praise = gap({"policies.human.thanks": 1.0, "crowd.thanks.advocacy": 1.0}, {},
                 lambda record: float(record.series("praise", 0).sum()))
    assert praise.mean() > 0, praise
    public = {"policies.human.thanks": 1.0, "policies.human.thanks_channel": "public", "crowd.thanks.gratitude": 0.0,
              "crowd.thanks.advocacy": 0.0, "crowd.reply.reexposure": 0.0}
    mean = [
        gap(public | {"crowd.thanks.observed": sign}, {"crowd.reply.reexposure": 0.0},
            lambda record: float(record.attitudes()[:, 0].mean()))
        for sign in (-0.02, 0.02)
    ]
    assert mean[0].max() < 0 < mean[1].min(), mean


LEARNS: dict[str, Any] = {"fixes_a_month": 30, "lag": "1 h", "survey": 50, "effect": 0.9}


def learning(**way: Any) -> dict[str, Any]:
    """An arm in which the first brand learns fast."""
    return {"brands.Skyline.learning": LEARNS | way}


def test_learning_without_mending_leaves_the_crowd_alone() -> None:
    """Choosing priorities, and fixes that mend nothing and are shown to nobody: the same bytes."""
    scenario = market()
    idle = scenario.changed(learning(effect=0.0, co_creation={"ideas": 1, "lag": "1 h", "gain": 0.0}))
    assert lives(run(scenario)) == lives(run(idle))
    assert {"priority", "fix", "launch"} <= {note.kind for note in run(idle).notes}


def test_what_is_mended_fails_less_and_a_product_of_posts_pleases() -> None:
    """Fewer failures a use than without fixes; higher reputation once the product is there, none before."""
    failures = gap(learning(), {}, lambda record: record.series("failures", 0).sum() / record.series("uses", 0).sum())
    assert failures.max() < -0.05, failures
    made = {"ideas": 30, "lag": "1 h", "gain": 0.2}
    liked = gap(learning(effect=0.0, co_creation=made), {}, lambda record: float(record.attitudes()[:, 0].mean()))
    assert liked.min() > 0, liked
    never = gap(learning(effect=0.0, co_creation=made | {"lag": "90 days"}), {},
                lambda record: float(record.attitudes()[:, 0].mean()))
    assert not never.any(), never


def test_a_fix_shown_beats_one_unseen_beats_a_claim() -> None:
    """Show, don't tell (A38): among all who know the brand, in every one of the worlds."""
    def attitude(record: Record) -> float:
        return float(record.attitudes()[:, 0].mean())

    shown = gap(learning(shows="fixes"), learning(), attitude)
    claimed = gap(learning(shows="claims"), learning(), attitude)
    assert shown.min() > 0 > claimed.max(), f"shown {shown}, claimed {claimed}"


def priorities(record: Record) -> list[str]:
    """What a brand took in hand, in order."""
    return [note.text for note in record.notes if note.kind == "priority"]


def test_who_posts_is_not_who_suffers() -> None:
    """Small delays for many are hardly posted, lost bags of few are: a survey finds what costs more in all."""
    failures = {"late": {"chance": 0.4, "severity": 0.08}, "lost bag": {"chance": 0.04, "severity": 0.6}}
    brand = {"name": "Skyline", "quality": 0.78, "quality_spread": 0.02, "failures": failures,
             "policy": "monitor"}
    quiet = {"voice": {"ordinary": 0.002}}
    for seed in SEEDS:
        first = {}
        for way in ("posts", "surveys"):
            learns = LEARNS | {"priorities": way, "survey": 2000, "fixes_a_month": 10}
            first[way] = priorities(run(world_of([brand | {"learning": learns}], 800, 4, crowd=quiet), seed))[0]
        assert first == {"posts": "lost bag", "surveys": "late"}, seed


def test_a_defensive_reply_is_worse_than_none() -> None:
    """To fight the customer does harm to who complained, and to those who read it."""
    defensive = {"policies.human.quality": HUMAN | {"action": 0.0, "empathy": -1.0, "honesty": 0.2, "personal": 0.2}}
    silent = {"brands.Skyline.policy": "silence"}
    for measured in (attitude_of_authors, lambda record: float(record.attitudes()[:, 0].mean())):
        worse = gap(defensive, silent, measured)
        assert worse.mean() < 0, worse
