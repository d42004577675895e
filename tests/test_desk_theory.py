"""The desk against queueing theory, and its rules on examples small enough to do by hand."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from worlds import run, storm, world_of

from sim.core.chance import exponential, keyed
from sim.model import desk as desk_rules
from sim.scenario.schema import Scenario
from sim.world import desk as desk_loops
from sim.world import purpose
from sim.world import state as s
from sim.world.brand import Alarm
from sim.world.build import build
from sim.world.opinion import plan
from sim.world.record import Record
from sim.world.simulation import Simulation

HANDLING = 0.1
"""Mean handling time: 6 minutes."""
PEOPLE = 2000
DAYS = 80


def poisson_complaints(rate: float, desk: dict[str, Any], days: int = DAYS) -> Scenario:
    """Complaints arrive as a Poisson process of `rate` an hour, in the engine's own way.

    Everyone is a customer of one brand and knows nobody; every use disappoints alike and is posted at once;
    uses come from everyone's own exponential clock, awake round the clock. Nobody posts again.
    """
    return world_of(
        [{
            "name": "Desk", "quality": 0.2, "quality_spread": 0.0, "failures": {}, "policy": "desk",
            "start": {"share": 1.0},
            "desk": {"hours": "24/7", "handling_time": "6 min", "listens": 1.0, "notice_delay": 0,
                     "drops_after": "10000 h"} | desk,
        }],
        clock={"days": days, "warm_up": "2 days"},
        customers={"number": PEOPLE},
        graph={"kind": "random", "mean_degree": 0},
        policies={"desk": {}},
        crowd={
            "journey": {"uses": rate * 24 / PEOPLE, "purchases": 0, "searches": 0, "discoveries": 0,
                        "diurnal": [1.0] * 24},
            "voice": {"ordinary": 1.0, "private": 0, "escalates": 0, "post_delay": "30 min"},
            "choice": {"reconsiders": 0},
        },
    )


def erlang_c(rate: float, agents: int) -> dict[str, float]:
    """P(wait), mean wait (minutes) and the share that waits at most 6 and 15 minutes, of M/M/c."""
    load = rate * HANDLING
    last = load**agents / math.factorial(agents) * agents / (agents - load)
    waits = last / (sum(load**k / math.factorial(k) for k in range(agents)) + last)
    spare = agents / HANDLING - rate
    within = {f"within {m}": 1 - waits * math.exp(-spare * m / 60) for m in (6, 15)}
    return {"waits": waits, "mean wait": 60 * waits / spare, **within}


TABLE = {
    (20, 3): (0.444, 2.67, 0.836, 0.964), (20, 4): (0.174, 0.52, 0.977, 0.999),
    (60, 7): (0.614, 3.68, 0.774, 0.950), (60, 8): (0.357, 1.07, 0.952, 0.998),
    (60, 9): (0.196, 0.39, 0.990, 1.000), (120, 13): (0.704, 4.23, 0.741, 0.942),
    (120, 14): (0.482, 1.45, 0.935, 0.997),
}
"""Erlang C for a handling time of 6 minutes, as published tables have it."""


@pytest.mark.parametrize(("rate", "agents"), TABLE)
def test_formula_gives_the_table(rate: int, agents: int) -> None:
    """The theory this file tests against is the published one (within one of the table's last digit)."""
    for value, printed, digit in zip(erlang_c(rate, agents).values(), TABLE[rate, agents], (3, 2, 3, 3), strict=True):
        assert value == pytest.approx(printed, abs=1.01 * 10**-digit)


@cache
def waits_of(rate: float, agents: int, spread: float) -> np.ndarray:
    """Waiting times in hours, in order of arrival: from noticed to taken."""
    record = run(poisson_complaints(rate, {"agents": agents, "spread": spread}), 11)
    posts = record.posts[record.replies["post"]]
    draws = np.array([exponential(keyed(int(key), purpose.SERVICE)) for key in posts["key"]])
    service = HANDLING * (1.0 - spread + spread * draws)
    waits = record.replies["time"] - posts["noticed"] - service
    assert waits.min() > -1e-9
    order = np.argsort(posts["noticed"])[2 * len(waits) // DAYS :]  # a desk that has filled up
    return np.where(waits < 1e-9, 0.0, waits)[order]


def measured(waits: np.ndarray) -> dict[str, np.ndarray]:
    """The same four numbers for each of 40 batches: batches of two days hardly depend on each other."""
    batches = np.array_split(waits, 40)
    return {
        "waits": np.array([(batch > 0).mean() for batch in batches]),
        "mean wait": np.array([60 * batch.mean() for batch in batches]),
        "within 6": np.array([(batch <= 0.1).mean() for batch in batches]),
        "within 15": np.array([(batch <= 0.25).mean() for batch in batches]),
    }


def far_off(waits: np.ndarray, theory: dict[str, float]) -> dict[str, float]:
    """By how many standard errors (of batch means) each number misses theory."""
    return {
        name: (batches.mean() - theory[name]) / (batches.std(ddof=1) / math.sqrt(len(batches)) + 1e-4)
        for name, batches in measured(waits).items()
    }


ROWS = [(20, 3), (20, 4), (60, 7), (60, 9)]


@pytest.mark.parametrize(("rate", "agents"), ROWS)
def test_desk_is_erlang_c(rate: int, agents: int) -> None:
    """38,000 (rate 20) or 115,000 complaints: all four numbers within 3.5 standard errors of Erlang C."""
    waits = waits_of(rate, agents, 1.0)
    assert len(waits) > 0.95 * rate * 24 * (DAYS - 2)
    off = far_off(waits, erlang_c(rate, agents))
    print(f"{rate}/h, {agents} agents, n={len(waits)}: off by", {name: f"{by:+.1f} se" for name, by in off.items()})
    assert max(map(abs, off.values())) < 3.5, off


@pytest.mark.parametrize(("rate", "agents"), ROWS)
def test_another_desk_is_not(rate: int, agents: int) -> None:
    """Negative controls: one agent more, 5 % more complaints, or handling without spread, miss by far more."""
    waits = waits_of(rate, agents, 1.0)
    assert max(map(abs, far_off(waits, erlang_c(rate, agents + 1)).values())) > 10
    assert max(map(abs, far_off(waits, erlang_c(rate * 1.05, agents)).values())) > 3.5
    steady = waits_of(rate, agents, 0.0)
    assert max(map(abs, far_off(steady, erlang_c(rate, agents)).values())) > 10


def test_overload_grows_as_theory_says() -> None:
    """60 an hour for 5 agents (50 an hour): the backlog grows by 10 an hour, in 300 h to 3,000 +- 4 x 182."""
    record = run(poisson_complaints(60, {"agents": 5}, 13), 11)
    waiting = record.series("waiting", 0)
    assert waiting[300] - waiting[0] == pytest.approx(10 * 300, abs=4 * math.sqrt(110 * 300))
    assert record.series("busy", 0)[24:].mean() > 4.999


# ------------------------------------------------------------------------------------------ nothing is lost


def test_nothing_is_lost() -> None:
    """What was noticed waits, is in hand, answered or dropped; the lines hold what their levels say."""
    for seed in (1, 2, 3):
        record = run(storm(), seed)
        for b in range(2):
            posts = record.posts[record.posts["brand"] == b]
            noticed = posts[np.isfinite(posts["noticed"])]
            counts = {state: int((noticed["state"] == state).sum()) for state in range(5)}
            assert counts[s.UNHEARD] == 0, "every noticed complaint joins a line: both brands answer all"
            assert len(noticed) == sum(counts.values()) == record.hourly[:, b, s.H_NOTICED].sum()
            assert not np.isin(posts[~np.isfinite(posts["noticed"])]["state"], (s.WAITING, s.IN_HAND, s.DROPPED)).any()
            answered = posts[posts["state"] == s.ANSWERED]
            assert np.isfinite(answered["first_reply"]).all()
            replied_to = record.posts["grievance"][record.replies["post"]]
            assert np.isin(answered["grievance"], replied_to).all(), "answered, or part of an answered grievance"
            assert record.hourly[:, b, s.H_DROPPED].sum() >= counts[s.DROPPED]
            assert record.series("waiting", b)[-1] >= counts[s.WAITING]
        first = record.replies["post"][record.replies["first"] == 1]
        assert len(first) == len(np.unique(first)), "a post has one first reply"
        grievances = record.posts["grievance"]
        assert set(grievances[first]) == set(grievances[record.replies["post"]]), "and every grievance answered has one"


def test_a_lone_desk_is_balanced_exactly() -> None:
    """Without escalation nothing leaves a line but by an answer or a drop: the books balance to the last post."""
    desk = {"agents": 2, "hours": "09:00-17:00", "handling_time": "20 min", "drops_after": "10 h"}
    record = run(poisson_complaints(8, desk, 10), 3)
    hourly = record.hourly[:, 0]
    inflow = hourly[:, s.H_NOTICED].cumsum() - hourly[:, s.H_REPLIES].cumsum() - hourly[:, s.H_DROPPED].cumsum()
    assert np.array_equal(inflow, hourly[:, s.H_WAITING] + hourly[:, s.H_BUSY])
    assert hourly[:, s.H_DROPPED].sum() > 100 and hourly[:, s.H_REPLIES].sum() > 100
    dropped = record.posts[record.posts["state"] == s.DROPPED]
    assert not np.isfinite(dropped["first_reply"]).any()
    taken = record.replies["time"] - service_of(record, 1 / 3)
    assert (taken - record.posts["time"][record.replies["post"]]).max() <= 10 + 1e-9, "a stale post was taken"


def service_of(record: Record, mean: float) -> np.ndarray:
    """Handling times of the replies of agents."""
    keys = record.posts["key"][record.replies["post"]]
    return mean * np.array([exponential(keyed(int(key), purpose.SERVICE)) for key in keys])


@pytest.mark.parametrize("hours", ["09:00-17:00", "08:20-16:40", "22:10-05:50"])
def test_nothing_is_begun_while_closed(hours: str) -> None:
    """Agents begin within the hours, every day on the second, and finish what they began."""
    record = run(poisson_complaints(8, {"agents": 2, "hours": hours, "handling_time": "20 min"}, 20), 3)
    opens, closes = (int(part[:2]) + int(part[3:]) / 60 for part in hours.split("-"))
    taken = (record.replies["time"] - service_of(record, 1 / 3) - opens) % 24
    span = (closes - opens) % 24
    late = taken[(taken > span + 1e-6) & (taken < 24 - 1e-6)]
    assert not len(late), f"{len(late)} taken while closed"
    after_hours = ((record.replies["time"] - opens) % 24 > span).sum()
    assert after_hours > 5, "nobody ever finished what was begun before closing"
    days = np.unique(np.floor((record.replies["time"] - service_of(record, 1 / 3) - opens + 1e-6) / 24))
    assert set(range(19)) <= set(days.astype(int)), "some day the desk did not open"
    assert record.hourly[:, 0, s.H_STAFF].sum() >= 2 * span * 20


def test_alarm_calls_in_help_and_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the alarm the surge comes and goes when it should, and the statement kept for it is given."""
    alarms: list[float] = []  # each time it rings: only the first of a series is told among the happenings
    ring = Alarm.ring
    monkeypatch.setattr(
        Alarm, "ring", lambda self, world, now: (alarms.append(now / 3600), ring(self, world, now))[1]
    )
    record = run(storm(), 3)
    assert next(note.time for note in record.notes if note.kind == "alarm") == alarms[0]
    spoken = [note.time for note in record.notes if note.kind == "statement"]
    assert alarms and all((time * 4) % 1 == 0 for time in alarms), "looks at every quarter of an hour"
    assert alarms[0] + 20 / 60 in [pytest.approx(time) for time in spoken]
    gaps = np.diff(alarms)
    assert (gaps >= 2.5 - 1e-9).all(), "an alarm rests until the surge it called is over"
    on_duty = record.hourly[:, 0, s.H_ON_DUTY]
    start = round(-record.start)
    usual = {0, 2}  # closed, or one agent and one specialist
    for hour, on in enumerate(on_duty):
        now = hour - start + 1.0  # the level at the end of an hour, after what managers do on it
        surge = any(alarm + 0.5 <= now < alarm + 2.5 for alarm in alarms)
        assert (on - 2 if surge else on) in usual, f"{on:.0f} on duty at {now:.2f}"


# ------------------------------------------------------------------------------------------ who comes first


def one_agent(triage: str) -> tuple[Any, dict[str, int]]:
    """A world with one agent who is busy, and four complaints that then come to wait; the complaints by name."""
    scenario = world_of(
        [{"name": "Desk", "policy": "desk", "failures": {}, "known_by": 1.0,
          "desk": {"agents": 1, "hours": "24/7", "handling_time": "1 h", "spread": 0.0, "notice_delay": 0}}],
        12, 1, customers={"number": 12}, clock={"days": 1, "warm_up": "0 h"},
        graph={"kind": "communities", "mean_degree": 4, "community_size": 6}, policies={"desk": {"triage": triage}},
        crowd={"journey": {"uses": 0, "purchases": 0, "searches": 0, "discoveries": 0},
               "voice": {"expects_reply_within": "900 h"}},
    )
    world = build(scenario, 1)
    by_followers = np.argsort(np.diff(world.tables.offsets), kind="stable")
    few, some, many = int(by_followers[0]), int(by_followers[6]), int(by_followers[-1])
    complaints = {  # name: (time, author, arousal)
        "in hand": (0.10, int(by_followers[1]), 0.1), "old": (0.20, few, 0.2), "angry": (0.30, few, 0.9),
        "famous": (0.40, many, 0.3), "new": (0.50, some, 0.5),
    }
    numbers = {}
    for number, (name, (when, who, arousal)) in enumerate(complaints.items()):
        post = world.tables.posts[number]
        post["key"], post["time"], post["author"] = number + 1, when, who
        for column in ("noticed", "first_reply", "reply_time", "promised"):
            post[column] = np.inf
        post["root"] = post["grievance"] = number
        post["parent"] = post["next_copy"] = post["again"] = s.NO_POST
        post["kind"], post["valence"], post["arousal"] = s.PRIVATE, -0.5, arousal
        post["issue"] = world.tables.brands[0]["ordinary"]
        world.tables.counts[s.N_POSTS] += 1
        plan(world.tables, when, s.NOTICED, who, number)
        numbers[name] = number
    return world, numbers


def order_served(triage: str) -> list[str]:
    """The order in which the one agent answers."""
    world, numbers = one_agent(triage)
    names = {number: name for name, number in numbers.items()}
    replies = Simulation(world).run().replies
    assert np.allclose(replies["time"], 0.1 + np.arange(1, 6))
    return [names[int(post)] for post in replies["post"]]


@pytest.mark.parametrize(
    ("triage", "order"),
    {
        "oldest first": ["old", "angry", "famous", "new"],
        "newest": ["new", "famous", "angry", "old"],
        "angriest": ["angry", "new", "famous", "old"],
        "most followed": ["famous", "new", "old", "angry"],
    }.items(),
)
def test_triage_orders(triage: str, order: list[str]) -> None:
    """One exact example for each policy; ties go to the older."""
    assert order_served(triage) == ["in hand", *order]


def test_reach_x_anger_orders() -> None:
    """By followers times arousal, worked out beside it."""
    world, numbers = one_agent("reach x anger")
    posts = world.tables.posts
    reach = np.diff(world.tables.offsets)
    score = {name: reach[posts[i]["author"]] * float(posts[i]["arousal"]) for name, i in numbers.items()}
    expected = sorted(("old", "angry", "famous", "new"), key=lambda name: -score[name])
    assert order_served("reach x anger") == ["in hand", *expected]
    assert expected not in (["old", "angry", "famous", "new"], ["angry", "new", "famous", "old"])


def test_a_user_adds_a_triage(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain function listed in TRIAGE is compiled like the others, and scored by its number."""

    def most_often_posted(
        age_hours: float, arousal: float, followers: float, negative: bool, times_posted: float
    ) -> float:
        return 10.0 * times_posted + arousal if negative else -1.0

    from sim.core.compiled import use_compiled

    use_compiled(most_often_posted)
    monkeypatch.setitem(desk_rules.TRIAGE, "most often posted", most_often_posted)
    score = desk_loops._score_by_number()
    number = list(desk_rules.TRIAGE).index("most often posted")
    assert score(number, 1.0, 0.25, 9.0, True, 2.0) == 20.25
    assert score(number, 1.0, 0.25, 9.0, False, 2.0) == -1.0
    for other, policy in enumerate(desk_rules.TRIAGE.values()):
        assert score(other, 1.5, 0.25, 9.0, True, 2.0) == policy(1.5, 0.25, 9.0, True, 2.0)
