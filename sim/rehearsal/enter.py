"""How an author's post enters the world: as what its persona lived and wrote, by the rules of everybody else's posts.

A complaint first costs its author what such an experience costs anyone (attitude, a failure, the story begun); then
it is published, seen, passed on, and heard of by the desk at once. Its key descends from the world's streams: a
redrawn future has other viewers.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.core.chance import exponential, keyed, name_word
from sim.core.compiled import entrance
from sim.model.attitude import own_after
from sim.model.journey import AWARE, UNAWARE
from sim.rehearsal.moment import Inject
from sim.world import desk, posts
from sim.world import state as s
from sim.world.opinion import plan
from sim.world.purpose import PATIENCE
from sim.world.world import World

_draft, _publish, _noticed = entrance(posts.draft), entrance(posts.publish), entrance(desk.at_noticed)
"""Parts of the compiled loops that nobody but a moment's author calls from Python."""


def enter(world: World, brand: int, who: int, inject: Inject) -> int:
    """Let `who` write an inject at the world's present instant; the key of the post."""
    world.make_ready()
    tables, now = world.tables, world.now
    issue = issue_of(world, brand, inject.about)
    key = keyed(keyed(int(tables.streams[s.S_COMMENT]), name_word(f"inject/{inject.id}")), who)
    before = lived(world, brand, who, issue, inject.mood) if inject.mood < 0 else attitude(world, brand, who)
    kind = s.PUBLIC if inject.channel == "public" else s.PRIVATE
    idx = int(_draft(
        tables, now, kind, who, brand, issue, inject.mood, inject.anger, inject.vividness, before, _word(key)
    ))
    if kind == s.PUBLIC:
        _publish(tables, now, idx)
    else:
        tables.hour[brand, s.H_PRIVATE] += 1.0
    if inject.mood < 0:
        opinion = tables.opinions[who, brand]
        opinion["grievance"] = idx
        opinion["flags"] = (int(opinion["flags"]) | (s.AUTHOR if kind == s.PUBLIC else 0)) & ~s.SLIGHTED
        patience = world.scenario.crowd.voice.expects_reply_within
        patience *= float(tables.segments[int(tables.people[who]["segment"])]["patience"])
        plan(tables, now + patience * exponential(keyed(key, PATIENCE)), s.ESCALATE, who, idx)
    world.make_ready()
    _noticed(tables, now, idx)
    return key


def _word(key: int) -> Any:
    """A key as compiled code needs it."""
    return np.uint64(key)


def issue_of(world: World, brand: int, about: str | None) -> int:
    """The number of a story about the brand; without a name, of what began last."""
    if about is None:
        return world.latest_issue(brand)
    rows = world.tables.issues
    return max(
        number for number, name in enumerate(world.issue_names) if name == about and rows[number]["brand"] == brand
    )


def attitude(world: World, brand: int, who: int) -> float:
    """A person's whole attitude to the brand now, hearsay faded up to the present hour."""
    tables = world.tables
    opinion = tables.opinions[who, brand]
    passed = math.floor(world.now) - int(opinion["heard_hour"])
    if passed > 0:
        opinion["heard"] = float(opinion["heard"]) * float(tables.fade[passed])
        opinion["heard_hour"] = math.floor(world.now)
    return float(opinion["own"]) + float(opinion["heard"])


def lived(world: World, brand: int, who: int, issue: int, judged: float) -> float:
    """Let a person live what they will complain about; their attitude before it."""
    tables, now = world.tables, world.now
    opinion = tables.opinions[who, brand]
    before = attitude(world, brand, who)
    if opinion["stage"] == UNAWARE:
        opinion["stage"] = AWARE
        tables.sums[brand, 1] += (1.0, float(opinion["own"]), float(opinion["heard"]))
    recent = now - float(opinion["failed_at"]) <= s.FAILURES_COUNT_FOR
    opinion["failures"] = int(opinion["failures"]) + 1 if recent else 1
    opinion["failed_at"] = now
    opinion["issue"], opinion["times"], opinion["seen_at"], opinion["before"] = issue, 1, now, before
    opinion["satisfaction"] = judged
    learning = world.scenario.crowd.attitude.learning
    set_own(world, brand, who, own_after(float(opinion["own"]), before, judged, learning))
    return before


def set_own(world: World, brand: int, who: int, own: float) -> None:
    """Set the lived part of an attitude, within bounds, and keep the sums."""
    tables = world.tables
    opinion = tables.opinions[who, brand]
    was = float(opinion["own"])
    opinion["own"] = min(1.0, max(-1.0, own))
    group = 0 if tables.people[who]["current"] == brand else 1
    tables.sums[brand, group, 1] += float(opinion["own"]) - was
