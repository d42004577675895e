"""What happens at the desk and among managers: without any effect when off, in its direction when on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from worlds import HUMAN, run, world_of

from sim.model.desk_health import chance_to_leave
from sim.scenario.schema import Scenario
from sim.world import state as s
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
    "phone": {"crowd.phone.prefer": 1.0, "crowd.phone.tolerance": "1000 h", "crowd.phone.holds_on": "1000 h"},
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


def gap(
    one: dict[str, Any], other: dict[str, Any], measured: Any, seeds: Sequence[int] = SEEDS, **first: Any
) -> np.ndarray:
    """The paired difference between two arms, a number a seed."""
    scenario = market(**first)
    return np.array([
        measured(run(scenario.changed(one), seed)) - measured(run(scenario.changed(other), seed)) for seed in seeds
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
    """Show, don't tell (A38): among all who know the brand; a mere claim costs in every one of the worlds."""
    def attitude(record: Record) -> float:
        return float(record.attitudes()[:, 0].mean())

    shown = gap(learning(shows="fixes"), learning(), attitude, range(1, 9))
    claimed = gap(learning(shows="claims"), learning(), attitude)
    error = shown.std(ddof=1) / np.sqrt(len(shown))
    assert shown.mean() > 3 * error and claimed.max() < 0, f"shown {shown}, claimed {claimed}"


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


def attitude(record: Record) -> float:
    """Mean attitude of everyone to the first brand."""
    return float(record.attitudes()[:, 0].mean())


def replies_of(record: Record, by: int) -> int:
    """Replies of the first brand given by one kind of answerer."""
    return int(((record.replies["brand"] == 0) & (record.replies["by"] == by)).sum())


TIRES = {"sustainable": 0.3, "builds": 2.0, "recovers": 0.05, "quits": 0.5, "review": "6 h", "recruits_after": "30 h"}
SMALL = {"agents": 2, "handling_time": "40 min"}


def test_a_tired_desk_declines_and_empowerment_reverses_it() -> None:
    """The cycle of failure: strain, slower and worse answers, people who leave; an empowered desk has none of it."""
    tires = {"brands.Skyline.desk.health": TIRES}
    empowered = {"brands.Skyline.desk.health": TIRES | {"empowerment": 1.0, "turnover": 0.0}}
    worse = gap(tires, {}, attitude_of_authors, desk=SMALL)
    backlog = gap(tires, {}, lambda record: float(record.series("waiting", 0).mean()), desk=SMALL)
    assert worse.mean() < 0 < backlog.mean(), f"authors {worse}, backlog {backlog}"
    strain = [run(market(desk=SMALL).changed(arm)).series("strain", 0)[-1] for arm in (tires, empowered)]
    assert strain[0] > 0.1 and strain[1] == 0.0, strain
    assert lives(run(market(desk=SMALL).changed(empowered))) == lives(run(market(desk=SMALL)))


def test_people_who_leave_are_missing_until_their_places_are_filled() -> None:
    """Of many some leave at each review; the sooner recruits come, the more are on duty."""
    leave = {"turnover": 1.0, "review": "24 h", "recruits_after": "30 h", "learns_in": "10 h"}
    left = []
    for seed in SEEDS:
        record = run(market(desk={"agents": 60, "health": leave}), seed)
        on_duty = record.series("on_duty", 0)
        left.append(len([note for note in record.notes if note.kind == "turnover"]))
        assert 60 - left[-1] <= on_duty.min() < 60, f"{left} left; {on_duty.min()} to {on_duty.max()} on duty"
    expected = 4 * 4 * 60 * chance_to_leave(0.0, 1.0, 0.1, 1 / 7)
    assert abs(sum(left) - expected) < 3 * expected**0.5, f"{left} left, {expected:.0f} expected in all"
    soon = run(market(desk={"agents": 60, "health": leave | {"recruits_after": "1 h"}}), SEEDS[-1]).series("on_duty", 0)
    assert soon.mean() > on_duty.mean()


def test_training_makes_replies_better_and_handling_steadier() -> None:
    """Better manner, never more action; handling times that vary less."""
    taught = {"brands.Skyline.desk.training": 1.0}
    plain, trained = run(market()), run(market().changed(taught))
    first = [record.replies[record.replies["brand"] == 0] for record in (plain, trained)]
    assert first[1]["empathy"].min() > first[0]["empathy"].max() and set(first[0]["action"]) == set(first[1]["action"])
    assert gap(taught, {}, attitude_of_authors).mean() > 0


def test_a_front_line_without_authority_hands_on() -> None:
    """Complaints above its authority go to a specialist; with authority for all, none do."""
    desk = {"specialists": 3, "specialist_time": "20 min"}
    without, some = (run(market(desk=desk | {"authority": limit})) for limit in (100.0, 0.5))
    assert replies_of(without, s.BY_SPECIALIST) == 0 < replies_of(some, s.BY_SPECIALIST)
    assert gap({"brands.Skyline.desk.authority": 0.0}, {}, attitude_of_authors, desk=desk).mean() < 0


def test_a_bot_that_solves_helps_and_one_that_cannot_annoys() -> None:
    """Self-service beats a slow desk if it settles the matter; left at that, a bot that settles nothing does harm."""
    desk = {"agents": 1, "hours": "09:00-17:00"}
    good = gap({"brands.Skyline.desk.bot": {"solves": 1.0}}, {}, attitude_of_authors, desk=desk)
    bad = gap({"brands.Skyline.desk.bot": {"solves": 0.0, "hands_over": False}}, {}, attitude_of_authors, desk=desk)
    assert good.mean() > 0 > bad.mean(), f"good {good}, bad {bad}"
    handed = run(market(desk=desk | {"bot": {"solves": 0.0}}))
    assert replies_of(handed, s.BY_BOT) > 0 < replies_of(handed, s.BY_AGENT)


def test_the_longer_the_wait_on_hold_the_more_is_said_in_public() -> None:
    """A phone line takes complaints off the feed; with the wait fewer call, more hang up, and more is posted (A03)."""
    def share_in_public(record: Record) -> float:
        public, private, calls, hung_up = (
            float(record.series(name, 0).sum()) for name in ("complaints", "private_complaints", "calls", "hung_up")
        )
        return public / (public + private + calls - hung_up)

    waits = [{"brands.Skyline.phone": {"wait": wait}} for wait in ("1 min", "10 min", "2 h")]
    shares = [np.mean([share_in_public(run(market().changed(arm), seed)) for seed in SEEDS]) for arm in (*waits, {})]
    assert shares[:3] == sorted(shares[:3]) and shares[0] < shares[3] - 0.2, shares
    hung_up = [run(market().changed(arm)).series("hung_up", 0).sum() for arm in waits]
    assert hung_up[0] < hung_up[1], hung_up
    called = run(market().changed(waits[0]))
    assert replies_of(called, s.BY_PHONE) > 0
    assert not called.posts[called.posts["kind"] == s.PHONED]["views"].any()


def test_a_bot_that_takes_up_nothing_is_none() -> None:
    """Neither do training 0, an authority without limit, and a desk's health without load: the same bytes."""
    idle = {"brands.Skyline.desk.bot": {"tries": 0.0}, "brands.Skyline.desk.training_gain": 1.0,
            "brands.Skyline.desk.training_steadies": 1.0, "brands.Skyline.desk.authority": 100.0,
            "brands.Skyline.desk.health": {"sustainable": 0.99, "builds": 0.0, "turnover": 0.0, "harm": 1.0}}
    desk = {"specialists": 0}
    assert lives(run(market(desk=desk))) == lives(run(market(desk=desk).changed(idle)))
