"""Referral (D14): promoters just satisfied invite; some come, and stay longer; asking who was let down backfires."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import run, world_of

from sim.model.referral import invitations, may_invite, pull_of_referred
from sim.world import state as s
from sim.world.record import Record

LIKED = {"start": {"share": 0.1}, "known_by": 0.1, "quality": 0.9, "failures": {"late": 0.1}}


def grown(referral: dict[str, Any] | None, seed: int = 1, days: int = 10, crowd: Any = None, **brand: Any) -> Record:
    """A brand that few know, which customers like, with or without a referral programme."""
    settings = {"name": "A", "referral": referral} | LIKED | brand
    return run(world_of([settings], 800, days, crowd=crowd or {}), seed)


def test_without_invitations_nothing_changes() -> None:
    """No programme, one that invites nobody, one that begins after the end: the same bytes."""
    names = ("people", "opinions", "posts", "hourly", "daily", "transitions")
    none = grown(None)
    for idle in ({"invites": 0}, {"at": "day 9 23:59", "invites": 1}):
        other = grown(idle, crowd={"referral": {"invited_after": "100 h"}} if "at" in idle else {})
        assert all(getattr(none, name).tobytes() == getattr(other, name).tobytes() for name in names), idle
    assert grown({"invites": 1}).people.tobytes() != none.people.tobytes()


def test_invitations_bring_customers() -> None:
    """More customers, from among those who did not know the brand; the more, the more it is liked (A40)."""
    gained = {}
    for quality in (0.6, 0.9):
        brand = {"quality": quality, "failures": {"late": 0.3 if quality < 0.7 else 0.05}}
        with_it, without = grown({"invites": 2, "accepts": 0.3, "reward": 5}, **brand), grown(None, **brand)
        gained[quality] = int((with_it.people["current"] == 0).sum() - (without.people["current"] == 0).sum())
        referred = with_it.series("referred", 0).sum()
        assert with_it.series("invitations", 0).sum() >= 2 * referred and (referred > 0 or quality < 0.7)
        assert with_it.series("spent", 0).sum() == 5 * referred
    assert gained[0.9] > 2 * max(gained[0.6], 1), f"customers gained by quality: {gained}"


def test_who_was_let_down_does_not_invite() -> None:
    """A prerequisite to asking for recommendations is a good experience."""
    assert may_invite(0.6, 0.1, 0.4) and not may_invite(0.6, -0.1, 0.4) and not may_invite(0.3, 0.9, 0.4)
    assert [invitations(1.3, draw) for draw in (0.1, 0.69, 0.71)] == [1, 1, 2]
    always_late = {"failures": {"late": {"chance": 1.0, "severity": 0.9}}}
    assert grown({"invites": 2}, **always_late).series("invitations", 0).sum() == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_asking_the_let_down_backfires(seed: int) -> None:
    """Its only effect is on them; with nothing at stake it is none at all."""
    failing = {"failures": {"late": 0.3}, "start": {"share": 0.5}}
    gentle, blunt = (
        grown({"invites": 0.01, "accepts": 0, "asks_the_let_down": asks}, seed, **failing) for asks in (False, True)
    )
    assert blunt.attitudes().mean() < gentle.attitudes().mean() - 0.01
    harmless = {"referral": {"backfires": 0}}
    one, two = (
        grown({"invites": 0.01, "accepts": 0, "asks_the_let_down": asks}, seed, crowd=harmless, **failing)
        for asks in (False, True)
    )
    assert one.opinions.tobytes() == two.opinions.tobytes()


def left(record: Record) -> float:
    """Share of those who came by invitation and stayed, of all who came."""
    referred = (record.opinions[:, 0]["flags"] & s.REFERRED) > 0
    return float(referred.sum() / record.series("referred", 0).sum())


def test_the_referred_stay_longer() -> None:
    """The odds of leaving are those of others times the ratio: the utility says so exactly, worlds in direction."""
    for odds in (0.2, 1.0, 3.0):
        assert odds * np.exp(-pull_of_referred(0.82)) == pytest.approx(0.82 * odds)
    assert pull_of_referred(1.0) == 0.0
    stay = [
        [
            left(grown({"invites": 2, "accepts": 0.5}, seed, 20, {"referral": {"churn_ratio": ratio}}))
            for seed in range(1, 6)
        ]
        for ratio in (0.1, 1.0)
    ]
    assert np.mean(stay[0]) > np.mean(stay[1]) + 0.02, f"share of the referred who are there at the end: {stay}"


def test_a_programme_begins_and_ends() -> None:
    """Invitations come between its two moments (and a little later: they take a while to be met)."""
    record = grown({"at": "day 2 00:00", "until": "day 5 00:00", "invites": 2}, crowd={
        "referral": {"invited_after": "1 h"},
    })
    daily = record.series("invitations", 0).reshape(-1, 24).sum(axis=1)
    assert daily[:2].sum() == 0 and daily[2:5].min() > 0 and daily[6:].sum() == 0, daily
