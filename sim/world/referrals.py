"""Referral: customers asked to recommend, invitations, and those who come by them. Compiled."""

from __future__ import annotations

import numpy as np

from sim.core.chance import exponential, keyed, unit
from sim.core.compiled import in_place
from sim.model.attitude import within_bounds
from sim.model.journey import later
from sim.model.referral import invitations, may_invite
from sim.world import state as s
from sim.world.choosing import switch_to
from sim.world.opinion import attitude, count, get_to_know, live, plan, remember, trace
from sim.world.purpose import ACCEPTS, INVITATION, INVITED_LATE, INVITES, WHOM
from sim.world.state import Tables


@in_place
def ask_to_recommend(w: Tables, now: float, who: int, b: int, judged: float, key: int) -> None:
    """After an experience: who would recommend invites acquaintances; who was let down and is asked is put off."""
    rule = w.rules[0]
    brand = w.brands[b]
    o = w.opinions[who, b]
    att = attitude(o)
    if not may_invite(att, judged, rule.attitude_promoter):
        if judged < 0.0 and brand.asks_all:
            live(w, o, who, b, np.float64(o.own) + within_bounds(att, -rule.referral_backfires))
        return
    begin = w.offsets[who]
    ties = w.offsets[who + 1] - begin
    if ties == 0:
        return
    for number in range(invitations(brand.invites, unit(keyed(key, INVITES)))):
        each = keyed(keyed(key, INVITATION), number)
        friend = np.int64(w.targets[begin + min(np.int64(unit(keyed(each, WHOM)) * ties), ties - 1)])
        accepts = unit(keyed(each, ACCEPTS)) < brand.accepts
        when = later(now, exponential(keyed(each, INVITED_LATE)) * rule.referral_invited_after, w.rhythm)
        plan(w, when, s.INVITED, friend, (np.int64(who) << 8) | (b << 1) | accepts)


@in_place
def at_invited(w: Tables, now: float, who: int, what: int) -> None:
    """An invitation is met: who has the brand has it; the others now know it, and some come, unless they think ill."""
    b = (what >> 1) & 127
    o = w.opinions[who, b]
    count(w, b, s.H_INVITATIONS, 1.0)
    trace(w, now, s.INVITED, who, np.uint64(what))
    get_to_know(w, o, b)
    o.heard_good = now
    if w.people[who].current == b or not what & 1 or remember(w, o, now) < 0.0:
        return
    count(w, b, s.H_REFERRED, 1.0)
    count(w, b, s.H_SPENT, w.brands[b].reward)
    o.flags = o.flags | s.REFERRED
    switch_to(w, now, who, b)
