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


def test_a_defensive_reply_is_worse_than_none() -> None:
    """To fight the customer does harm to who complained, and to those who read it."""
    defensive = {"policies.human.quality": HUMAN | {"action": 0.0, "empathy": -1.0, "honesty": 0.2, "personal": 0.2}}
    silent = {"brands.Skyline.policy": "silence"}
    for measured in (attitude_of_authors, lambda record: float(record.attitudes()[:, 0].mean())):
        worse = gap(defensive, silent, measured)
        assert worse.mean() < 0, worse
