"""Advertising: it makes known, promises, persuades less than acquaintances do, and is passed on by promoters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import run, world_of

from sim.model.advertising import persuaded
from sim.model.observers import swayed
from sim.world import state as s
from sim.world.record import Record

NAIVE = {"start": {"share": 0.3}, "known_by": 0.5, "quality": 0.75}


def market(campaign: dict[str, Any] | None, seed: int = 1, days: int = 10, **crowd: Any) -> Record:
    """One brand that three in ten have, and its campaign, if any."""
    usual = {"name": "ad", "at": "day 0 00:00", "over": "2 days", "promise": 0.75}
    shown = [] if campaign is None else [usual | campaign]
    return run(world_of([{"name": "A", "campaigns": shown} | NAIVE], 600, days, crowd=crowd), seed)


def same(one: Record, two: Record) -> bool:
    """Whether nothing that happened to anybody differs."""
    names = ("people", "opinions", "posts", "replies", "hourly", "daily", "transitions")
    return all(getattr(one, name).tobytes() == getattr(two, name).tobytes() for name in names)


def test_a_campaign_that_reaches_nobody_is_none() -> None:
    """Bit-identical; one that reaches half is not."""
    assert same(market(None), market({"reach": 0}))
    assert not same(market(None), market({"reach": 0.5}))


def test_an_advertisement_makes_known() -> None:
    """Half of those who did not know the brand know it after a campaign that reaches half of all."""
    still = {"journey": {"uses": 0, "purchases": 0, "searches": 0, "discoveries": 0}}
    before, after = market(None, days=5, **still), market({"reach": 0.5}, days=5, **still)
    unaware, met = (record.opinions["stage"][:, 0] == 0 for record in (before, after))
    assert 0.4 < met.sum() / unaware.sum() < 0.6
    assert after.series("ads", 0).sum() == after.broadcasts["met"].sum() > 250
    assert after.series("spent", 0).sum() == pytest.approx(0.01 * after.series("ads", 0).sum())


def over_time(record: Record) -> tuple[float, float, float]:
    """Customers on day 4, satisfaction with uses from then on, and what customers think at the end."""
    after = slice(4 * 24, None)
    satisfied = record.series("satisfied", 0)[after].sum() / record.series("uses", 0)[after].sum()
    mine = record.people["current"] == 0
    return float(record.series("customers", 0)[4 * 24]), float(satisfied), float(record.attitudes()[mine].mean())


def test_a_promise_that_is_not_kept_brings_customers_and_disappoints_them() -> None:
    """A15, in every one of four worlds, at fixed quality; without learning from promises nobody is disappointed."""
    crowd: dict[str, Any] = {
        "journey": {"uses": 0.3, "purchases": 0.3, "searches": 0, "discoveries": 0},
        "advertising": {"learning": 0.3, "influence": 0.05},
    }
    gaps, unlearned = [], []
    for seed in range(1, 5):
        none = over_time(market(None, seed, 15, **crowd))
        loud = over_time(market({"promise": 1.0, "reach": 1.0}, seed, 15, **crowd))
        gaps.append(np.subtract(loud, none))
        deaf = crowd | {"advertising": {"learning": 0, "influence": 0.05}}
        unlearned.append(np.subtract(over_time(market({"promise": 1.0, "reach": 1.0}, seed, 15, **deaf)), none))
    more, satisfied, attitude = np.array(gaps).T
    assert (more > 0).all(), f"more customers on day 4: {more}"
    assert (satisfied < -0.02).all() and (attitude < 0).all(), f"satisfied {satisfied}, attitude {attitude}"
    assert (np.array(unlearned)[:, 1] > satisfied).all(), f"control: {np.array(unlearned)[:, 1]}"


def test_acquaintances_persuade_more_than_advertisements() -> None:
    """A10: at shipped values, whatever one thinks, a post that says the same moves more."""
    for attitude in np.linspace(-0.9, 0.7, 9):
        ad = persuaded(attitude, 0.9, 0.02, 0.5, 0.5)
        post = swayed(attitude, 0.8, 1.0, 1.0, 0.06, 1.4, 0.5, 0.5)
        assert 0 < ad < post
    assert persuaded(0.9, 0.6, 0.02, 0.5, 0.5) == 0.0, "an advertisement does not talk a friend of the brand down"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_reach_per_advertisement_is_greatest_among_promoters(seed: int) -> None:
    """A39: views of what was passed on, for each person reached: promoters above everyone above detractors."""
    reach = {}
    for to in ("promoters", "everyone", "detractors"):
        record = market({"to": to, "reach": 0.5, "shared": 0.5}, seed)
        passed_on = record.posts[(record.posts["kind"] == s.ADVERT) & (record.posts["time"] < record.now)]
        assert len(passed_on) == record.series("ads_shared", 0).sum()
        reach[to] = passed_on["views"].sum() / record.broadcasts["met"].sum()
    assert reach["promoters"] > 1.3 * reach["everyone"] > 0 and reach["detractors"] < 0.2 * reach["everyone"], reach
    unshared = market({"reach": 0.5, "shared": 0}, seed)
    assert not (unshared.posts["kind"] == s.ADVERT).any()


def test_a_campaign_goes_out_over_its_span() -> None:
    """Evenly, and to whom it is meant for."""
    record = market({"reach": 1.0, "over": "4 days", "to": "prospects"}, days=6)
    daily = record.series("ads", 0).reshape(-1, 24).sum(axis=1)
    assert daily[4:].sum() < 0.05 * daily.sum() and daily[:4].min() > 0.15 * daily.sum(), daily
