"""The desk by hand: what waits in a brand's inbox, and what one person can do about it now.

For a desk that is `by_hand`: complaints are noticed and wait, and nobody takes them until one of these functions is
called. What it does takes effect at the world's present instant, before anything else that falls on it, by the same
rules and the same keyed draws as a desk that works by itself. A post is named by its key, the same in every arm and
fork; an action whose post is not there (any more), or was answered, lapses and says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.model.broadcast import statement_worth
from sim.scenario.brand import Quality
from sim.world import desk, replies
from sim.world import state as s
from sim.world.world import World


@dataclass(frozen=True)
class Waiting:
    """A post in the inbox, as someone at the desk sees it.

    Times are hours from day 0. `post` is its key. valence -1..1, arousal 0..1 and more when repeated. `times`: how
    often the same grievance was posted before. `views`: how often it was seen so far. `failures`: the author's own
    with this brand in 90 days. `promised`: by when a further answer was promised (None: nothing is). `row` is the
    whole row of the table of posts.
    """

    post: int
    author: int
    segment: str
    posted: float
    detected: float
    followers: int
    valence: float
    arousal: float
    issue: str
    private: bool
    views: int
    shares: int
    grievance: int
    times: int
    failures: int
    is_customer: bool
    promised: float | None
    row: np.void


@dataclass(frozen=True)
class Outcome:
    """Whether an action took effect; if not, why it lapsed. `change`: of the author's attitude, if it was a reply."""

    done: bool
    why: str = ""
    change: float = 0.0


# ---------------------------------------------------------------------------------------------- what there is


def inbox(world: World, brand: int) -> list[Waiting]:
    """What waits for an answer by hand, in the order in which it was noticed.

    Complaints; praise too, if the brand's policy thanks for any (`thanks` above 0); and what was held with a promise,
    until its further answer (with `promised` in the past if that is overdue).
    """
    tables = world.tables
    line = tables.waiting[brand, desk.AGENTS, : tables.desks[brand]["waiting"][desk.AGENTS]]
    waiting = [int(idx) for idx in line if tables.posts[idx]["state"] == s.WAITING]
    posts = tables.posts[: tables.counts[s.N_POSTS]]
    waiting += np.flatnonzero((posts["state"] == s.HELD) & (posts["brand"] == brand)).tolist()
    return sorted((_seen(world, idx) for idx in waiting), key=lambda post: (post.detected, post.posted, post.post))


def _seen(world: World, idx: int) -> Waiting:
    """A post as it looks now."""
    tables = world.tables
    row = tables.posts[idx].copy()
    author, brand = int(row["author"]), int(row["brand"])
    person, opinion = tables.people[author], tables.opinions[author, brand]
    recent = world.now - float(opinion["failed_at"]) <= s.FAILURES_COUNT_FOR
    return Waiting(
        post=int(row["key"]), author=author, segment=world.segment_names[int(person["segment"])],
        posted=float(row["time"]), detected=float(row["noticed"]),
        followers=int(tables.offsets[author + 1] - tables.offsets[author]),
        valence=float(row["valence"]), arousal=float(row["arousal"]), issue=world.issue_names[int(row["issue"])],
        private=int(row["kind"]) == s.PRIVATE, views=int(row["views"]), shares=int(row["shares"]),
        grievance=int(tables.posts[int(row["grievance"])]["key"]), times=int(row["times"]),
        failures=int(opinion["failures"]) if recent else 0, is_customer=int(person["current"]) == brand,
        promised=float(row["promised"]) if np.isfinite(row["promised"]) else None, row=row,
    )


# ---------------------------------------------------------------------------------------------- what one can do


def reply(world: World, post: int, quality: Quality, channel: str = "public") -> Outcome:
    """Answer a post, now: what a desk's finished reply of this quality in this channel would do, by a person.

    channel: one of `state.CHANNELS`; a private complaint is always answered in private. Raises ValueError if there
    is no such channel.
    """
    idx, lapsed = _open(world, post)
    return lapsed or _answer(world, idx, quality, channel)


def hold(world: World, post: int, quality: Quality, within: float, channel: str = "public") -> Outcome:
    """An honest holding reply: answer now ("we do not know yet"), and promise a further answer within some hours.

    The promise is kept by a `reply` in time, which is then worth more; if the time passes without one, it is broken,
    which costs (`crowd.reply.promise_kept`, `promise_broken`). A reply that comes later is still possible.
    """
    idx, lapsed = _open(world, post)
    if lapsed:
        return lapsed
    outcome = _answer(world, idx, quality, channel)
    replies.promise(world.tables, world.now, idx, within)
    world.tables.posts[idx]["state"] = s.HELD
    return outcome


def thank(world: World, post: int, quality: Quality, channel: str = "private") -> Outcome:
    """Thank for praise, now. Lapses if the post is a complaint."""
    idx, lapsed = _open(world, post)
    if lapsed:
        return lapsed
    if world.tables.posts[idx]["valence"] < 0.0:
        return Outcome(False, "the post is no praise")
    return _answer(world, idx, quality, channel)


def escalate(world: World, post: int) -> Outcome:
    """Hand a post to the specialists, who answer it in their turn with the qualities of the brand's policy."""
    idx, lapsed = _open(world, post)
    if lapsed:
        return lapsed
    if world.tables.posts[idx]["line"] == desk.SPECIALISTS:
        return Outcome(False, "a specialist has it already")
    brand = int(world.tables.posts[idx]["brand"])
    if not world.scenario.brands[brand].desk.specialists:
        return Outcome(False, "the desk has no specialists")
    world.make_ready()
    _leave_line(world, idx)
    desk.join(world.tables, brand, desk.SPECIALISTS, idx)
    desk.take_next(world.tables, world.now, brand, desk.SPECIALISTS)
    return Outcome(True)


def speak(
    world: World, brand: int, name: str, explanation: float, ownership: float, sincerity: float = 1.0,
    reach: float = 0.30, about: str | None = None,
) -> Outcome:
    """Make a statement to all, now, as a scheduled one of the same name would be made at this instant.

    explanation, ownership, sincerity, reach: 0..1. about: the name of an incident, cause or content (left out: what
    began last). Raises ValueError if the brand has no such story.
    """
    if about is None:
        issue = world.latest_issue(brand)
    else:
        found = [
            number for number, known in enumerate(world.issue_names)
            if known == about and world.tables.issues[number]["brand"] == brand
        ]
        if not found:
            raise ValueError(f"{world.brand_names[brand]} has no story named {about!r}")
        issue = max(found)
    worth = statement_worth(explanation, ownership, sincerity)
    world.make_ready()
    world.broadcast(world.now, brand, s.STATEMENT, name, reach, issue, worth=worth)
    world.note(world.now, brand, "statement", "the brand speaks to all")
    return Outcome(True)


def leave_to_policy(world: World, brand: int) -> None:
    """Let the desk work by itself from now on: what waits is taken in turn by whoever is on duty."""
    world.tables.brands[brand]["by_hand"] = 0
    world.make_ready()
    world.make_room(int(world.tables.desks[brand]["waiting"].sum()))
    desk.take_next(world.tables, world.now, brand, desk.AGENTS)


def take_over(world: World, brand: int) -> None:
    """Answer by hand from now on; replies already begun are finished."""
    world.tables.brands[brand]["by_hand"] = 1


# ---------------------------------------------------------------------------------------------- how it is done


def _open(world: World, post: int) -> tuple[int, Outcome | None]:
    """The number of the post that has this key; or why nothing can be done about it."""
    posts = world.tables.posts[: world.tables.counts[s.N_POSTS]]
    found = np.flatnonzero(posts["key"] == np.uint64(post))
    if not len(found):
        return s.NO_POST, Outcome(False, "there is no such post")
    idx = int(found[0])
    row = posts[idx]
    if not row["noticed"] <= world.now:
        return idx, Outcome(False, "nobody at the desk has noticed that post")
    if row["state"] == s.ANSWERED:
        return idx, Outcome(False, "the post was answered already")
    if row["state"] == s.DROPPED:
        return idx, Outcome(False, "the post was dropped as too old")
    if row["state"] == s.UNHEARD:
        return idx, Outcome(False, "the desk answers no such posts")
    if row["state"] == s.IN_HAND:
        return idx, Outcome(False, "someone else is answering that post")
    return idx, None


def _answer(world: World, idx: int, quality: Quality, channel: str) -> Outcome:
    if channel not in s.CHANNELS:
        raise ValueError(f"there is no channel {channel!r}: one of {', '.join(s.CHANNELS)}")
    world.make_ready()
    _leave_line(world, idx)
    number = s.CHANNELS.index(channel)
    manner = (quality.ease, quality.empathy, quality.honesty, quality.personal)
    if world.tables.posts[idx]["valence"] < 0.0:
        replies.answer(world.tables, world.now, idx, s.BY_HAND, number, quality.action, *manner)
    else:
        replies.thank(world.tables, world.now, idx, s.BY_HAND, number, *manner)
    written: Any = world.tables.replies[world.tables.counts[s.N_REPLIES] - 1]
    return Outcome(True, change=float(written["change"]))


def _leave_line(world: World, idx: int) -> None:
    """Take a post out of the line it waits in."""
    tables = world.tables
    row = tables.posts[idx]
    if row["state"] != s.WAITING:
        return
    brand, line = int(row["brand"]), int(row["line"])
    waiting = tables.waiting[brand, line]
    n = int(tables.desks[brand]["waiting"][line])
    kept = [other for other in waiting[:n] if other != idx]
    waiting[: len(kept)] = kept
    tables.desks[brand]["waiting"][line] = len(kept)
