"""A grievance is all posts about one matter: answered first once, closed by what puts it right, not by words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import TEMPLATE, run, storm, world_of

from sim.model.reply import worth_to_author
from sim.world import state as s
from sim.world.record import Record

EMPTY = {"reply_after": "20 min", "quality": dict.fromkeys(TEMPLATE, 0)}
"""A reply that says nothing, long before anyone's patience runs out."""


def first_replies(record: Record) -> np.ndarray:
    """How many replies count as the first to each grievance that was answered."""
    replies = record.replies
    matter = record.posts["grievance"][replies["post"]]
    return np.bincount(matter, weights=replies["first"])[np.unique(matter)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_first_reply_a_grievance(seed: int) -> None:
    """However often it is posted, and whatever else its author complains of meanwhile."""
    record = run(storm(200, 6), seed)
    posts = record.posts
    again = posts["again"] != s.NO_POST
    assert again.sum() > 50 and (posts["parent"][posts["again"][again]] == np.flatnonzero(again)).all()
    assert (first_replies(record) == 1).all()
    first = record.hourly[:, :, s.H_FIRST_REPLIES].sum()
    assert first == len(np.unique(posts["grievance"][record.replies["post"]]))


def posted_again(policy: dict[str, Any], **crowd: Any) -> int:
    """How many complaints are posted again when every one is answered within the hour by a policy."""
    brand = {"name": "A", "quality": 0.5, "failures": {"late": 0.4}, "policy": "this", "desk": {"listens": 1.0}}
    record = run(world_of([brand], 200, policies={"this": policy}, crowd=crowd), 2)
    assert len(record.replies) > 60
    return int((record.posts["times"] > 0).sum())


def test_an_empty_reply_does_not_close_the_matter() -> None:
    """Who is fobbed off posts again; who is helped does not. It turns with the threshold, which is assumed."""
    helped = {"reply_after": "20 min", "quality": dict.fromkeys(TEMPLATE, 0.9)}
    slow = posted_again(helped)
    fobbed_off = posted_again(EMPTY)
    assert fobbed_off > 3 * slow, f"posted again: helped {slow}, fobbed off {fobbed_off}"
    worth = worth_to_author(0, 0, 0, 0, 0, 1 / 3, 0.5, 0.35, 0.15, 1.0)
    lenient = posted_again(EMPTY, reply={"threshold": worth / 2})
    assert lenient < fobbed_off / 3, f"below the threshold {fobbed_off}, above it {lenient}"
    assert posted_again(EMPTY, voice={"escalates": 0}) == 0
