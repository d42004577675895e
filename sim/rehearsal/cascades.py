"""The worst cascade of a session: the complaint that went furthest, who passed it on, and until when it was small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.rehearsal.stage import HOUR
from sim.rehearsal.voices import handle_of, words_of
from sim.world import state as s

if TYPE_CHECKING:
    from sim.rehearsal.session import Session


@dataclass(frozen=True)
class Passed:
    """One who passed a post on: when (second of the session), from whom, to how many (as shown)."""

    second: int
    handle: str
    source: str
    depth: int
    followers: int


@dataclass(frozen=True)
class Cascade:
    """A complaint and how it spread until the session's end (views and followers as shown)."""

    name: str
    handle: str
    text: str
    appeared: int
    answered: int | None
    views: int
    unanswered_views: int
    passed: tuple[Passed, ...]
    stoppable_until: int | None
    """The second at which the one with most followers passed it on: an answer before might have kept it small."""
    stopper: str


def worst_cascade(session: Session) -> Cascade | None:
    """The public complaint that most people saw by the session's end; None if nobody saw any."""
    stage = session.stage
    tables = stage.simulation.world.tables
    posts = tables.posts[: tables.counts[s.N_POSTS]]
    now, scale = stage.simulation.world.now, session.script.moment.crowd.stands_for
    mine = (posts["brand"] == session.script.brand) & (posts["kind"] == s.PUBLIC) & (posts["valence"] < 0)
    mine &= (posts["time"] <= now) & (posts["time"] > now - 24.0)
    if not mine.any() or not posts["views"][mine].max():
        return None
    numbers = np.flatnonzero(mine)
    root = int(numbers[np.argmax(posts["views"][numbers])])
    post = posts[root]

    def second(hours: float) -> int:
        return round(hours * HOUR) - stage.began

    def audience(who: int) -> int:
        return int(tables.offsets[who + 1] - tables.offsets[who]) * scale

    copies = np.flatnonzero((posts["root"] == root) & (posts["kind"] == s.SHARE))
    passed = tuple(
        Passed(
            second(float(posts[copy]["time"])), handle_of(stage, int(posts[copy]["author"])),
            handle_of(stage, int(posts[int(posts[copy]["parent"])]["author"])), int(posts[copy]["depth"]),
            audience(int(posts[copy]["author"])),
        )
        for copy in copies
    )
    widest = max(passed, key=lambda each: each.followers) if passed else None
    first_reply = float(posts[int(post["grievance"])]["first_reply"])
    grievance = int(posts[int(post["grievance"])]["key"])
    return Cascade(
        name=session.names.get(grievance, "not noticed"), handle=handle_of(stage, int(post["author"])),
        text=words_of(stage, post), appeared=second(float(post["time"])),
        answered=second(first_reply) if first_reply <= now else None, views=int(post["views"]) * scale,
        unanswered_views=int(post["views_unanswered"]) * scale,
        passed=tuple(sorted(passed, key=lambda each: each.second)),
        stoppable_until=widest.second if widest else None,
        stopper="" if widest is None else widest.handle,
    )
