"""Intended against perceived message: the match of themes, in what is felt and in what is posted (A14)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import run, world_of

from sim.errors import ScenarioError
from sim.model.message import match, theme_taken
from sim.scenario.schema import Scenario
from sim.study.message import themes_in_posts
from sim.study.metrics import measure

MEANT = {"like a bright shop": 3, "quick": 1}


def lobby(taken: dict[str, Any] | None, n: int = 400, **content: Any) -> Scenario:
    """A brand that opens a new hall, and what travellers take from it."""
    hall = {"name": "the hall", "at": "day 1", "brand": "A", "reach": 1.0, "over": "6 h"} | content
    if taken is not None:
        hall |= {"intended": MEANT, "themes": taken}
    return world_of([{"name": "A", "failures": {}}], n, 4, content=[hall])


def test_the_match_of_two_messages() -> None:
    """1 for the same themes at any weight, 0 for others, in between for some; nothing said matches nothing."""
    assert match(MEANT, {"like a bright shop": 30, "quick": 10}) == pytest.approx(1)
    assert match(MEANT, {"like an airport": 1}) == 0 == match(MEANT, {})
    assert match(MEANT, {"like a bright shop": 1}) == pytest.approx(3 / np.sqrt(10))
    taken = [theme_taken(MEANT, draw) for draw in (0.01, 0.74, 0.76, 0.999999)]
    assert taken == ["like a bright shop"] * 2 + ["quick"] * 2


def test_what_is_posted_follows_what_is_taken() -> None:
    """Shares of themes in posts are the weights of those who write; the score is their match with what was meant."""
    record = run(lobby({"loud": {"quick": 1}, "everyone": {"like a bright shop": 1, "cold": 1}}, 2000))
    said = themes_in_posts(record, record.scenario.content[0])
    loud = record.people["segment"][record.posts["author"]] == 0
    comments = record.posts["kind"] == 3
    assert said["quick"] == (loud & comments & (record.posts["time"] < record.now)).sum() > 50
    assert abs(said["cold"] / (said["cold"] + said["like a bright shop"]) - 0.5) < 0.1
    assert measure(record).brands["A"].message_match == pytest.approx(match(MEANT, said))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_message_that_lands_is_praised_and_pays(seed: int) -> None:
    """A14: the better the match, the more praise and reputation, where it is left to the match how it is felt."""
    arms = {"lands": {"like a bright shop": 3, "quick": 1}, "half": {"like a bright shop": 1, "crowded": 1},
            "misses": {"crowded": 1}}
    found = {name: measure(run(lobby(themes), seed)).brands["A"] for name, themes in arms.items()}
    assert found["lands"].message_match > found["half"].message_match > found["misses"].message_match == 0
    ends = [found[name].reputation.end for name in arms]
    assert ends == sorted(ends, reverse=True) and found["lands"].net_sentiment > found["misses"].net_sentiment


def test_themes_alone_move_nobody() -> None:
    """Named beside how it is felt they are a measure and nothing else: the same bytes; without them no score."""
    plain, measured = run(lobby(None, perceived=0.8)), run(lobby({"quick": 1}, perceived=0.8))
    assert all(
        getattr(plain, name).tobytes() == getattr(measured, name).tobytes()
        for name in ("people", "opinions", "posts", "hourly", "daily")
    )
    assert measure(plain).brands["A"].message_match is None and measure(measured).brands["A"].message_match is not None


@pytest.mark.parametrize(("content", "says"), [
    ({}, "how is it felt"),
    ({"perceived": 0.5, "intended": {"quick": 1}}, "belong together"),
    ({"intended": {"quick": 0}, "themes": {"quick": 1}}, "meant to say"),
    ({"intended": {"quick": 1}, "themes": {"quick": 0}}, "take from it"),
    ({"intended": {"quick": 1}, "themes": {"nobody": {"quick": 1}}}, "no segment 'nobody'"),
])
def test_a_message_half_told_is_refused(content: dict[str, Any], says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        lobby(None, **content)
