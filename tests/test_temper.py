"""What tempers or stirs people: spoilt expectations of speed, trust, betrayal, failed recovery, squeaking, the feed.

All of it is off unless a scenario names it; each is a pair of worlds that differ in one number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import HUMAN, run, storm, world_of

from sim.model.attitude import betrays
from sim.model.observers import buffered
from sim.model.voice import expected_after, squeaking
from sim.world import state as s
from sim.world.record import Record

OFF: dict[str, dict[str, Any]] = {
    "voice": {"speed_creep": 0, "squeaky": 0},
    "observers": {"buffer": 0},
    "attitude": {"betrayal": 0, "double_deviation": 0},
    "feed": {"on": True, "told": 0},
}
ON: dict[str, tuple[str, Any]] = {
    "speed creep": ("voice.speed_creep", 0.5), "squeaky wheel": ("voice.squeaky", 0.5),
    "trust": ("observers.buffer", 0.6),
    "betrayal": ("attitude.betrayal", 1.0), "double deviation": ("attitude.double_deviation", 1.0),
    "told in person": ("feed.told", 5.0), "no feed": ("feed.on", False),
}


def same(one: Record, two: Record) -> bool:
    """Whether nothing that happened to anybody differs."""
    names = ("people", "opinions", "posts", "replies", "hourly", "daily", "transitions")
    return all(getattr(one, name).tobytes() == getattr(two, name).tobytes() for name in names)


def test_nothing_of_it_is_on_unless_named() -> None:
    """Named at its neutral value it changes no bit; each alone changes something."""
    plain = run(storm(80, 4))
    assert same(plain, run(storm(80, 4, crowd=OFF)))
    for name, (path, value) in ON.items():
        changed = storm(80, 4).changed({f"crowd.{path}": value})
        assert not same(plain, run(changed)), name


def replied(seed: int, **crowd: Any) -> Record:
    """A brand that fails a lot and answers every complaint within minutes."""
    brand = {"name": "A", "quality": 0.6, "failures": {"late": 0.4}, "policy": "prompt", "start": {"share": 0.9},
             "desk": {"listens": 1.0}}
    prompt = {"reply_after": "10 min", "quality": HUMAN}
    return run(world_of([brand], 300, 6, policies={"prompt": prompt}, crowd=crowd), seed)


@pytest.mark.parametrize("seed", [1, 2])
def test_fast_replies_spoil(seed: int) -> None:
    """Each shortens what is expected of the next; patience runs out sooner, so that more feel ignored."""
    assert expected_after(4.0, 1.0, 0.5) == 2.5 and expected_after(4.0, 9.0, 0.5) == 4.0
    spoilt, plain = replied(seed, voice={"speed_creep": 0.5}), replied(seed)
    answered = np.unique(spoilt.replies["author"])
    assert (spoilt.opinions["pace"][answered, 0] < 0.7).all() and (plain.opinions["pace"] == 1).all()
    assert spoilt.attitudes().mean() < plain.attitudes().mean()


@pytest.mark.parametrize("seed", [1, 2])
def test_who_was_put_right_complains_more(seed: int) -> None:
    """And thinks no worse of the brand for it: a count of complaints is no measure of success."""
    assert squeaking(0.2, True, 0.5) == pytest.approx(0.3) and squeaking(0.2, False, 0.5) == 0.2
    loud, plain = replied(seed, voice={"squeaky": 0.5, "complaint": 0.4}), replied(seed, voice={"complaint": 0.4})
    assert len(loud.replies) > 1.03 * len(plain.replies)


def bystanders(seed: int, **crowd: Any) -> np.ndarray:
    """What was heard about a brand by customers who were not hit by its incident."""
    record = run(world_of(
        [{"name": "A", "quality": 0.95, "failures": {}, "start": {"share": 1.0}}], 300, 4,
        incidents=[{"at": "day 1", "brand": "A", "cause": "outage", "affects": 0.4, "severity": 1}],
        crowd={"voice": {"praise": 0, "ordinary": 0}} | crowd,
    ), seed)
    heard: np.ndarray = record.opinions["heard"][(record.opinions["flags"] & s.HIT_BY) == 0]
    return heard


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_trust_buffers(seed: int) -> None:
    """A45: the same bad word costs less where more good was lived; the betrayed have no such shield."""
    assert buffered(-0.1, 0.5, 0.6) == pytest.approx(-0.07) and buffered(-0.1, -0.5, 0.6) == -0.1
    assert buffered(0.1, 0.5, 0.6) == 0.1
    assert bystanders(seed, observers={"buffer": 0.6}).mean() > 0.85 * bystanders(seed).mean()


def hit(seed: int, committed: float, betrayal: float) -> float:
    """What customers who were hit lose of a lived attitude, by the size of a betrayal."""
    record = run(world_of(
        [{"name": "A", "quality": 0.95, "failures": {}, "start": {"share": 1.0}}], 300, 2,
        incidents=[{"at": "day 1", "brand": "A", "cause": "outage", "affects": 1.0, "severity": 0.9}],
        crowd={"attitude": {"betrayal": betrayal}, "observers": {"committed": committed},
               "voice": {"praise": 0, "ordinary": 0, "complaint": 0, "private": 0}},
    ), seed)
    return float(record.opinions["own"].mean())


def test_love_turns_to_hate() -> None:
    """A severe failure costs the committed more than others, if they can be betrayed at all."""
    assert betrays(0.6, 0.6, 1, 0.5, 0.5) and betrays(0.6, 0.2, 2, 0.5, 0.5)
    assert not betrays(0.6, 0.2, 1, 0.5, 0.5) and not betrays(0.4, 0.9, 5, 0.5, 0.5)
    for seed in (1, 2):
        assert hit(seed, 0.2, 1.0) < hit(seed, 0.2, 0.0) - 0.05
        assert hit(seed, 1.0, 1.0) == hit(seed, 1.0, 0.0), "nobody is committed: nobody is betrayed"


@pytest.mark.parametrize("seed", [1, 2])
def test_a_failed_recovery_makes_the_next_failure_worse(seed: int) -> None:
    """Double deviation: it weighs where complaints are left alone, and not where they are put right at once."""
    gaps = {}
    for policy in ("silence", "prompt"):
        brand = {"name": "A", "quality": 0.7, "failures": {"late": 0.3}, "policy": policy, "start": {"share": 0.9},
                 "desk": {"listens": 1.0}}
        scenario = world_of(
            [brand], 300, 6, policies={"prompt": {"reply_after": "1 min", "quality": HUMAN}},
            crowd={"voice": {"private": 0.9}},
        )
        twice = scenario.changed({"crowd.attitude.double_deviation": 1.5})
        gaps[policy] = float(run(twice, seed).opinions["own"].mean() - run(scenario, seed).opinions["own"].mean())
    assert gaps["silence"] < -0.01 and gaps["silence"] < 3 * gaps["prompt"], gaps


def reach(seed: int, **feed: Any) -> np.ndarray:
    """How many came across each complaint."""
    brand = {"name": "A", "quality": 0.5, "failures": {"late": 0.3}, "start": {"share": 0.9}}
    record = run(world_of([brand], 500, 6, crowd={"feed": feed, "journey": {"searches": 0}}), seed)
    own = (record.posts["kind"] == s.PUBLIC) & (record.posts["valence"] < 0) & (record.posts["time"] < record.now - 48)
    if not feed.get("on", True):
        assert record.series("posts", 0).sum() == 0 and record.series("rating", 0).std() == 0
    views: np.ndarray = record.posts["views"][own]
    return views


@pytest.mark.parametrize("seed", [1, 2])
def test_a_feed_reaches_more_than_word_of_mouth(seed: int) -> None:
    """A04: a handful are told in person; the feed has a longer tail; neither alone reaches as many as both."""
    alone, feed = reach(seed, on=False, told=2), reach(seed, view_chance=0.9)
    both = reach(seed, view_chance=0.9, told=2)
    assert 1 < alone.mean() < 4 and feed.mean() > 1.5 * alone.mean() and feed.max() > 2 * alone.max()
    assert both.mean() > feed.mean()
    assert reach(seed, on=False).sum() == 0, "nothing is posted, nothing told"
