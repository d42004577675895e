"""How people choose: what comes to mind, what they look up, which brand they decide on. Compiled."""

from __future__ import annotations

import math

import numpy as np

from sim.core.chance import gumbel, keyed, unit
from sim.core.compiled import in_place
from sim.model.choice import utility, utility_of_nothing
from sim.model.journey import AWARE, CONSIDERING, CUSTOMER, LAPSED, may_choose, may_look_up
from sim.world import state as s
from sim.world.opinion import add_to_sums, count, get_to_know, move_to, outstanding, remember
from sim.world.posts import read
from sim.world.purpose import CHOICE, DECIDES, LOOKS_FOR, NOTHING
from sim.world.state import Tables


@in_place
def brand_that_comes_to_mind(w: Tables, key: int) -> int:
    """One brand, each as likely, keyed by name."""
    best = 0
    highest = -math.inf
    for b in range(w.brands.size):
        draw = gumbel(keyed(keyed(key, LOOKS_FOR), w.brands[b].key))
        if draw > highest:
            highest = draw
            best = b
    return best


@in_place
def decide(w: Tables, now: float, who: int, key: int) -> None:
    """Choose among the brands one knows, and none."""
    rule = w.rules[0]
    person = w.people[who]
    loyalty = w.segments[person.segment].loyalty
    best = s.NO_BRAND
    highest = gumbel(keyed(key, NOTHING)) + utility_of_nothing(
        person.current == s.NO_BRAND, loyalty, rule.choice_nothing, rule.choice_staying
    )
    for b in range(w.brands.size):
        o = w.opinions[who, b]
        if may_choose(o.stage, person.current == b, rule.journey_linear != 0.0):
            count(w, b, s.H_WEIGHED, 1.0)
            count(w, b, s.H_WARNED, 1.0 if now - np.float64(o.heard_bad) <= s.HEARD_RECENTLY else 0.0)
            appeal = gumbel(keyed(key, w.brands[b].key)) + utility(
                remember(w, o, now), w.desks[b].rating, person.current == b, loyalty, w.brands[b].price,
                rule.choice_attitude, rule.choice_rating, rule.choice_staying, rule.choice_price,
            )
            appeal -= outstanding(w, o, now)
            if person.current == b and o.flags & s.REFERRED:
                appeal += rule.referral_pull
            if appeal > highest:
                highest = appeal
                best = b
    switch_to(w, now, who, best)
    stop_considering(w, who)


@in_place
def stop_considering(w: Tables, who: int) -> None:
    """Who has decided considers the others no more: they know of them, or have left them, as before."""
    for b in range(w.brands.size):
        o = w.opinions[who, b]
        if o.stage == CONSIDERING:
            move_to(w, o, b, LAPSED if o.flags & s.FORMER else AWARE)


@in_place
def switch_to(w: Tables, now: float, who: int, b: int) -> None:
    """Leave the brand one had, if it is another, and take the chosen one."""
    person = w.people[who]
    had = np.int64(person.current)
    if had == b:
        return
    person.current = b
    if had != s.NO_BRAND:
        o = w.opinions[who, had]
        remember(w, o, now)
        add_to_sums(w, o, had, 0, -1.0)
        add_to_sums(w, o, had, 1, 1.0)
        o.flags = (o.flags | s.FORMER) & ~s.REFERRED
        move_to(w, o, had, LAPSED)
        count(w, had, s.H_CHURNED, 1.0)
    if b != s.NO_BRAND:
        o = w.opinions[who, b]
        remember(w, o, now)
        add_to_sums(w, o, b, 1, -1.0)
        add_to_sums(w, o, b, 0, 1.0)
        count(w, b, s.H_ACQUIRED, 1.0)
        if o.flags & s.FORMER:
            count(w, b, s.H_RETURNED, 1.0)
        move_to(w, o, b, CUSTOMER)


@in_place
def search(w: Tables, now: float, who: int, key: int) -> None:
    """Look a brand up in a spare moment: read its latest posts; perhaps decide at once."""
    rule = w.rules[0]
    b = brand_that_comes_to_mind(w, key)
    o = w.opinions[who, b]
    get_to_know(w, o, b)
    linear = rule.journey_linear != 0.0
    if not may_look_up(o.stage, linear):
        return
    count(w, b, s.H_SEARCHES, 1.0)
    if o.stage == AWARE or o.stage == LAPSED:
        move_to(w, o, b, CONSIDERING)
    latest = np.int64(w.recent[b, s.RECENT])
    for back in range(min(np.int64(rule.journey_search_reads), latest)):
        idx = w.recent[b, (latest - 1 - back) % s.RECENT]
        if w.posts[idx].author != who:
            read(w, now, who, idx, rule.observers_stranger)
    if not linear and unit(keyed(key, DECIDES)) < rule.journey_search_decides:
        decide(w, now, who, keyed(key, CHOICE))
