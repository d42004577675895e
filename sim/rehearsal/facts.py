"""What the conditions of injects ask of a stage: the functions of `sim.rehearsal.trigger`, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.rehearsal.action import ESCALATE, SAID
from sim.world import state as s

if TYPE_CHECKING:
    from sim.rehearsal.stage import Stage

ROWS = {"views": "views", "shares": "shares", "worth": "reply_worth"}
"""What is asked of an inject and stands in the row of its post."""


def answer(stage: Stage, function: str, inject: str, span_hours: float) -> float:
    """The value of a function of the trigger language now (truths as 0 or 1)."""
    if function in ("negative", "positive"):
        return _posts(stage, span_hours, negative=function == "negative")
    if inject:
        return _of_inject(stage, function, inject, span_hours)
    if function == "minutes":
        return stage.second / 60
    if function == "reputation":
        return reputation(stage)
    if function == "answered":
        return float(sum(done.done and done.action.do in SAID for done in stage.done))
    if function == "stated":
        return float(stage.statements > 0)
    world = stage.simulation.world
    posts = world.tables.posts[: world.tables.counts[s.N_POSTS]]
    waiting = posts[(posts["state"] == s.WAITING) & (posts["brand"] == stage.script.brand)]
    if function == "waiting":
        return float(len(np.unique(waiting["grievance"])))
    return 60.0 * float(world.now - waiting["time"].min()) if len(waiting) else 0.0


def reputation(stage: Stage) -> float:
    """Reputation of the trainee's brand now, 0-100 (hearsay as faded at the last full hour)."""
    sums = stage.simulation.world.tables.sums[stage.script.brand]
    known = float(sums[:, 0].sum())
    return 50.0 * (1.0 + float(sums[:, 1:].sum()) / known) if known else 50.0


def _posts(stage: Stage, span_hours: float, *, negative: bool) -> float:
    """Public posts about the brand in the last span."""
    world = stage.simulation.world
    posts = world.tables.posts[: world.tables.counts[s.N_POSTS]]
    recent = (posts["time"] > world.now - span_hours) & (posts["time"] <= world.now)
    public = (posts["kind"] == s.PUBLIC) | (posts["kind"] == s.COMMENT)
    side = posts["valence"] < 0 if negative else posts["valence"] >= 0
    return float(np.count_nonzero(recent & public & side & (posts["brand"] == stage.script.brand)))


def _of_inject(stage: Stage, function: str, inject: str, span_hours: float) -> float:
    if inject not in stage.arrived:
        return 0.0
    if function == "arrived":
        return 1.0
    second, post = stage.arrived[inject]
    if function == "broken":
        return float(post in stage.broken)
    if function in ROWS:
        row = stage.row(post)
        assert row is not None
        return float(row[ROWS[function]])
    mine = [done for done in stage.done if done.post == post and done.done]
    if function == "held":
        return float(any(done.action.promise for done in mine))
    if function == "escalated":
        return float(any(done.action.do == ESCALATE for done in mine))
    said = any(done.action.do in SAID for done in mine)
    if function == "open":
        return float(not said and stage.second - second >= round(span_hours * 3600))
    assert function == "replied"
    row = stage.row(post)
    assert row is not None
    return float(said or row["first_reply"] <= stage.simulation.world.now)
