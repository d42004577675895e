"""What one person thinks of one brand, as it is stored, faded, moved and counted. Compiled.

Every other room of the crowd stands on this one; here too is how an event is planned, counted and traced.

Names used throughout the crowd: `w` the tables of the world, `now` hours from day 0, `who` a person, `b` a brand,
`idx` a post, `o` one person's opinion of one brand, `rule` the record of all parameters. The rules are the plain
functions of `sim.model`, compiled as they stand; these rooms only say which rule meets which row of which table, in
what order. Arithmetic is in float64, with one rounding where a number is stored.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import sim.world.rules  # noqa: F401  (makes the rules callable from compiled code)
from sim.core.calendar import push
from sim.core.compiled import entrance, in_place
from sim.model.attitude import within_bounds
from sim.model.experience import satisfaction
from sim.model.journey import AWARE, UNAWARE
from sim.model.loss import remembered
from sim.world import state as s
from sim.world.state import Tables


@entrance
def plan(w: Tables, time: float, kind: int, who: int, what: int) -> None:
    """Put an event on the calendar."""
    push(w.calendar, time, (np.int64(kind) << 32) | np.int64(who), np.int64(what))


@in_place
def count(w: Tables, b: int, what: int, amount: float) -> None:
    """Add to a brand's count of the running hour."""
    w.hour[b, what] += amount


@in_place
def trace(w: Tables, now: float, event: int, who: int, what: int) -> None:
    """Write down that an event touched someone, where a trace is kept."""
    if w.trace.size > 0:
        row = w.trace[w.counts[s.N_TRACED]]
        row.time = now
        row.event = event
        row.who = who
        row.what = what
        w.counts[s.N_TRACED] += 1


@in_place
def attitude(o: Any) -> float:
    """The whole attitude: what was lived and what was heard."""
    return np.float64(o.own) + np.float64(o.heard)


@in_place
def remember(w: Tables, o: Any, now: float) -> float:
    """Let hearsay fade up to the present hour; the attitude that is left."""
    hour = np.int64(math.floor(now))
    passed = hour - o.heard_hour
    if passed > 0:
        o.heard = np.float64(o.heard) * w.fade[passed]
        o.heard_hour = hour
    return attitude(o)


@in_place
def group_of(w: Tables, who: int, b: int) -> int:
    """Which sums a person counts in: 0 customers, 1 others who know the brand."""
    return 0 if w.people[who].current == b else 1


@in_place
def add_to_sums(w: Tables, o: Any, b: int, group: int, sign: float) -> None:
    """Count a person's (remembered) attitude in or out of a group."""
    w.sums[b, group, 0] += sign
    w.sums[b, group, 1] += sign * np.float64(o.own)
    w.sums[b, group, 2] += sign * np.float64(o.heard)


@in_place
def judge(w: Tables, o: Any, delivered: float) -> float:
    """How satisfied someone who expects what they do is with what was delivered (0..1), -1..1."""
    rule = w.rules[0]
    return satisfaction(
        delivered, np.float64(o.expectation), rule.experience_acceptable, rule.experience_weight_performance,
        rule.experience_weight_disconfirmation, rule.experience_loss_aversion, rule.experience_softness,
    )


@in_place
def live(w: Tables, o: Any, who: int, b: int, own: float) -> None:
    """Set the lived part of an attitude, within bounds: else hearsay that fades could leave it outside them."""
    was = np.float64(o.own)
    o.own = min(1.0, max(-1.0, own))
    w.sums[b, group_of(w, who, b), 1] += np.float64(o.own) - was


@in_place
def hear(w: Tables, o: Any, who: int, b: int, change: float) -> None:
    """Move the heard part of a (remembered) attitude, within bounds."""
    was = np.float64(o.heard)
    o.heard = was + within_bounds(attitude(o), change)
    w.sums[b, group_of(w, who, b), 2] += np.float64(o.heard) - was


@in_place
def outstanding(w: Tables, o: Any, now: float) -> float:
    """What is still held against the brand of what failures cost (utility)."""
    if o.lost == 0.0:
        return 0.0
    return remembered(np.float64(o.lost), now - np.float64(o.failed_at), w.rules[0].loss_half_life)


@in_place
def make_good(o: Any, share: float) -> None:
    """Make good a part of what failures cost."""
    o.lost = np.float64(o.lost) * (1.0 - share)


@in_place
def move_to(w: Tables, o: Any, b: int, stage: int) -> None:
    """Go to another stage of the journey."""
    if o.stage != stage:
        w.transitions[b, o.stage, stage] += 1
        o.stage = stage


@in_place
def get_to_know(w: Tables, o: Any, b: int) -> None:
    """An unaware person hears of the brand for the first time."""
    if o.stage == UNAWARE:
        move_to(w, o, b, AWARE)
        add_to_sums(w, o, b, 1, 1.0)


@in_place
def follow_story(w: Tables, o: Any, issue: int, now: float, att: float) -> float:
    """Meet a story: how often by now (1: it is news); news sets `before` to the present attitude."""
    if o.issue == issue and now - np.float64(o.seen_at) <= w.rules[0].observers_story_memory:
        o.times = min(o.times + 1, 32000)
    else:
        o.issue = issue
        o.times = 1
        o.before = att
    o.seen_at = now
    return np.float64(o.times)
