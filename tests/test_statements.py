"""What the brand has said goes with the story: who meets that afterwards, and knows it or is told, holds less."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from worlds import run, world_of

from sim.app.behind import happened
from sim.model.broadcast import excused, hours_into, restored
from sim.study.happenings import STATEMENT, texts
from sim.study.tables import happenings_table
from sim.world import state as s
from sim.world.record import Record

SEEDS = (1, 2, 3)
SILENT = {"ordinary": 0, "praise": 0, "private": 0, "escalates": 0, "ignored": 0}
"""Only who is dissatisfied speaks, once, and nobody frets about being ignored."""


def told(reach: float, seed: int, statement: dict[str, Any] | None = None, **broadcast: Any) -> Record:
    """Half of a brand's customers are hit within minutes; the statement is out before anyone has posted."""
    said = {"at": "day 1 12:06", "explanation": 1, "ownership": 1, "reach": reach} | (statement or {})
    brand = {"name": "A", "failures": {}, "known_by": 1.0, "statements": [said] if reach else []}
    return run(world_of(
        [brand], 300, 3,
        incidents=[
            {"at": "day 1 12:00", "brand": "A", "cause": "outage", "affects": 0.5, "severity": 1, "over": "5 min"}
        ],
        crowd={"voice": SILENT, "broadcast": {"delay": "10 s", "statement_strength": 0.8} | broadcast,
               "observers": {"unanswered": 0, "influence": 0.1},
               "journey": {"uses": 0, "purchases": 0, "searches": 0, "discoveries": 0}, "choice": {"reconsiders": 0}},
    ), seed)


def harm(record: Record) -> float:
    """What those who were not hit have lost by hearing of it, on average."""
    bystanders = record.opinions[(record.opinions["flags"] & s.HIT_BY) == 0]
    return -float(bystanders["heard"].mean())


@pytest.mark.parametrize("seed", SEEDS)
def test_who_hears_the_story_after_the_statement_discounts_it(seed: int) -> None:
    """Everyone has met the statement before the first post: the story costs what is left of it, and no more."""
    plain, known = harm(told(0, seed)), harm(told(1, seed))
    left = 1 - excused(1, 0.1, 0.2, 0.8, 48)
    assert plain > 0.01
    assert known == pytest.approx(left * plain, rel=0.15), f"{known / plain:.3f} of the harm, not {left:.3f}"


@pytest.mark.parametrize("seed", SEEDS)
def test_posts_carry_what_was_said(seed: int) -> None:
    """Few have met the statement: who reads those who tell it discounts too; if nobody tells it, they do not."""
    carried, silent = harm(told(0.3, seed, carried=1)), harm(told(0.3, seed, carried=0))
    assert carried < 0.95 * silent, f"told with the story {carried:.4f}, not told {silent:.4f}"


def test_off_is_off() -> None:
    """An empty statement excuses nothing; one that reaches nobody and is carried by nobody is none at all."""
    nothing, unheard = told(0, 1), told(1e-12, 1)
    for name in ("people", "opinions", "posts", "hourly", "daily", "transitions"):
        assert getattr(nothing, name).tobytes() == getattr(unheard, name).tobytes(), name
    empty = told(1, 1, {"explanation": 0.1})
    assert (empty.issue_rows["answer"] == s.NO_BROADCAST).all()
    assert harm(empty) == pytest.approx(harm(nothing), rel=0.1)


def test_the_statement_that_excuses_most_stands() -> None:
    """A worse one later does not undo it; a better one does."""
    said = [{"at": f"day 1 {hour}:00", "explanation": worth, "ownership": 1} for hour, worth in ((13, 0.5), (14, 0.4))]
    base = world_of([{"name": "A", "statements": said}], 50, incidents=[
        {"at": "day 1 12:00", "brand": "A", "cause": "outage", "affects": 0.5},
    ])
    outage = run(base).issues.index("outage")
    assert run(base).issue_rows["answer"][outage] == 0
    assert run(base.changed({"brands.A.statements.1.explanation": 0.9})).issue_rows["answer"][outage] == 1


def test_a_standing_cause_has_no_beginning() -> None:
    """A statement about one works as if it were fresh; it does not restore more than it can."""
    assert hours_into(30.0, math.inf) == 0.0 and hours_into(30.0, 10.0) == 20.0
    change = restored(0.0, 0.5, 1.0, hours_into(30.0, math.inf), 0.2, 0.45, 48.0, 0.05)
    assert change == pytest.approx(0.225)
    said = {"at": "day 1 12:00", "explanation": 1, "ownership": 1, "about": "late", "reach": 1}
    brand = {"name": "A", "failures": {"late": 0.3}}
    without, spoken = run(world_of([brand], 200)), run(world_of([brand | {"statements": [said]}], 200))
    gain = float(np.mean(spoken.attitudes()) - np.mean(without.attitudes()))
    assert 0 < gain < 0.1, f"attitude {gain:+.4f}"


def test_a_statement_is_told_by_which_it_was_and_how_it_was_made() -> None:
    """Those planned for a moment are known by it, the others in the order the alarm called for them."""
    brand = {
        "name": "A",
        "statements": [
            {"on_alarm": True, "after": "1 h", "explanation": 0.1, "ownership": 0.2, "sincerity": 0.3},
            {"name": "regret", "at": "day 1 13:00", "explanation": 0.7, "ownership": 0.9, "sincerity": 0.5},
            {"at": "day 2", "explanation": 0, "ownership": 1},
        ],
        "policy": "human", "desk": {"alarm": {}},
    }
    record = run(world_of(
        [brand, {"name": "B", "statements": [{"at": "day 1 13:00", "explanation": 1, "ownership": 0.25}]}], 300, 3,
        incidents=[{"at": "day 1 12:00", "brand": "A", "cause": "outage", "affects": 0.9, "severity": 1}],
        policies={"human": {}},
    ), 1)  # fmt: skip
    notes = list(zip(record.notes, texts(record), strict=True))
    said = [(note.brand, text) for note, text in notes if note.kind == STATEMENT]
    assert sorted(said) == [
        (0, "statement 1 of 3: explanation 0.1, ownership 0.2, sincerity 0.3"),
        (0, "statement 2 of 3 (regret): explanation 0.7, ownership 0.9, sincerity 0.5"),
        (0, "statement 3 of 3: explanation 0, ownership 1, sincerity 1"),
        (1, "statement 1 of 1: explanation 1, ownership 0.25, sincerity 1"),
    ]
    assert set(happenings_table(record)["text"]) >= {text for _, text in said}
    assert {row[-1] for row in happened(record).rows} >= {text for _, text in said}
    others = [(note.text, text) for note, text in notes if note.kind != STATEMENT]
    assert others and all(was == now for was, now in others)
