"""The loop: which event comes next, what it calls, and what is done at the end of each hour and day. Compiled."""

from __future__ import annotations

import numpy as np

from sim.core.calendar import CURRENT, LAST, N_FREE, N_HEAP, drop_first, has_room, open_next
from sim.core.compiled import in_place, prefetch
from sim.model.choice import public_rating
from sim.model.journey import UNAWARE
from sim.world import state as s
from sim.world.crowd import (
    at_escalate,
    at_hit,
    at_meet,
    at_moment,
    at_post,
    at_view,
    decide,
    plan,
)
from sim.world.desk import at_notice_reply, at_noticed, at_reply, at_served
from sim.world.state import Tables

DONE, NEEDS_CALENDAR, NEEDS_HEAP, NEEDS_POSTS, NEEDS_REPLIES, NEEDS_LINES, NEEDS_SHARED, NEEDS_TRACE = range(8)
"""Why `advance` came back: it is done, or a table must grow before it can go on."""

FETCHED = 256
"""Events looked ahead for: more would push one another out of the nearest cache."""

HEARD_RECENTLY = 14 * 24.0
"""Buzz asks who heard something in the last 14 days (hours)."""


@in_place
def lacking(w: Tables, most: int, chunks: int) -> int:
    """Which table has no room left for one more event, which may plan `most` others; DONE if none."""
    counts = w.counts
    if not has_room(w.calendar, most, chunks):
        return NEEDS_CALENDAR
    if counts[s.N_POSTS] + 2 > w.posts.size:
        return NEEDS_POSTS
    if counts[s.N_REPLIES] + 1 > w.replies.size:
        return NEEDS_REPLIES
    if counts[s.LONGEST_LINE] + 2 > w.waiting.shape[2]:
        return NEEDS_LINES
    if 2 * (counts[s.N_SHARED] + 1) > w.shared.size:
        return NEEDS_SHARED
    if w.trace.size > 0 and counts[s.N_TRACED] + 8 > w.trace.size:
        return NEEDS_TRACE
    return DONE


@in_place
def advance(w: Tables, until: float, most: int, chunks: int) -> int:
    """Carry the world up to (not including) `until`. Returns DONE, or which table must grow first.

    `most`: how many events one event may plan (the largest audience, and a few); `chunks`: how many chunks of
    the calendar they may take.
    """
    calendar = w.calendar
    last = min(calendar.counts[LAST], np.int64((until - calendar.span[0]) * calendar.span[1]))
    while True:
        if calendar.counts[N_HEAP] == 0:
            if calendar.counts[CURRENT] >= last:
                return DONE
            if calendar.counts[N_FREE] < chunks:
                return NEEDS_CALENDAR
            if not open_next(calendar):
                return NEEDS_HEAP
            fetch_ahead(w)
            continue
        first = calendar.heap[0]
        now = first.time
        if now >= until:
            return DONE
        short = lacking(w, most, chunks)
        if short != DONE:
            return short
        tag = first.tag
        what = first.what
        drop_first(calendar)
        w.counts[s.N_EVENTS] += 1
        happen(w, now, tag >> 32, tag & 0xFFFFFFFF, what)


@in_place
def fetch_ahead(w: Tables) -> None:
    """Ask memory for what the events of the bucket just opened will touch: people, opinions, posts."""
    calendar = w.calendar
    for i in range(min(calendar.counts[N_HEAP], FETCHED)):
        entry = calendar.heap[i]
        kind = entry.tag >> 32
        who = entry.tag & 0xFFFFFFFF
        if kind == s.VIEW:
            prefetch(w.posts, entry.what >> 1)
        if kind == s.VIEW or kind == s.MOMENT:
            prefetch(w.people, who)
            prefetch(w.opinions, who)


@in_place
def happen(w: Tables, now: float, kind: int, who: int, what: int) -> None:
    """One event."""
    if kind == s.VIEW:
        at_view(w, now, who, what)
    elif kind == s.MOMENT:
        at_moment(w, now, who, what)
    elif kind == s.POST:
        at_post(w, now, who, what)
    elif kind == s.NOTICE_REPLY:
        at_notice_reply(w, now, who, what)
    elif kind == s.MEET:
        at_meet(w, now, who, what)
    elif kind == s.ESCALATE:
        at_escalate(w, now, who, what)
    elif kind == s.NOTICED:
        at_noticed(w, now, what)
    elif kind == s.SERVED:
        at_served(w, now, who, what)
    elif kind == s.REPLY:
        at_reply(w, now, who, what)
    elif kind == s.HIT:
        at_hit(w, now, who, what)
    elif kind == s.DECIDE:
        decide(w, now, who, np.uint64(what))
    elif kind == s.HOUR:
        at_hour(w, now)


@in_place
def at_hour(w: Tables, now: float) -> None:
    """The end of an hour: publish ratings, let hearsay fade in the sums, write levels; at midnight, survey."""
    hour = w.counts[s.HOUR_NOW]
    for b in range(w.brands.size):
        close_hour(w, now, hour, b)
    w.counts[s.HOUR_NOW] = hour + 1
    if now == 0.0:
        begin_day_zero(w)
    if now >= 0.0 and np.int64(now) % 24 == 0:
        survey(w, now, w.counts[s.DAY_NOW])
        w.counts[s.DAY_NOW] += 1
    plan(w, now + 1.0, s.HOUR, 0, 0)


@in_place
def close_hour(w: Tables, now: float, hour: int, b: int) -> None:
    """Book one brand's hour."""
    rule = w.rules[0]
    desk = w.desks[b]
    book_staff(w, now, b)
    desk.rating = public_rating(desk.rating_total, desk.rating_weight)
    desk.rating_total *= rule.choice_rating_kept
    desk.rating_weight *= rule.choice_rating_kept
    for group in range(2):
        w.sums[b, group, 2] *= w.fade[1]
    row = w.hourly[hour, b]
    row[s.H_WAITING] = desk.waiting[0] + desk.waiting[1]
    row[s.H_BUSY] = desk.busy[0] + desk.busy[1]
    row[s.H_ON_DUTY] = desk.on[0] + desk.on[1]
    row[s.H_RATING] = desk.rating
    row[s.H_CUSTOMERS] = w.sums[b, 0, 0]
    row[s.H_KNOWN] = w.sums[b, 0, 0] + w.sums[b, 1, 0]
    row[s.H_ATTITUDE_CUSTOMERS] = w.sums[b, 0, 1] + w.sums[b, 0, 2]
    row[s.H_ATTITUDE_OTHERS] = w.sums[b, 1, 1] + w.sums[b, 1, 2]


@in_place
def book_staff(w: Tables, now: float, b: int) -> None:
    """Book the hours of those on duty up to now (those who finish a complaint after closing are paid too)."""
    desk = w.desks[b]
    paid = max(desk.on[0], desk.busy[0]) + max(desk.on[1], desk.busy[1])
    w.hourly[w.counts[s.HOUR_NOW], b, s.H_STAFF] += paid * (now - desk.since)
    desk.since = now


@in_place
def begin_day_zero(w: Tables) -> None:
    """The warm-up is over: today's customers are the cohort; authors and exposed are counted from here."""
    for who in range(w.people.size):
        w.people[who].cohort = w.people[who].current
        for b in range(w.brands.size):
            o = w.opinions[who, b]
            o.flags = o.flags & s.SLIGHTED


@in_place
def survey(w: Tables, now: float, day: int) -> None:
    """Ask everyone about every brand they know, at midnight."""
    rule = w.rules[0]
    hour = np.int64(now)
    for who in range(w.people.size):
        person = w.people[who]
        for b in range(w.brands.size):
            o = w.opinions[who, b]
            if o.stage != UNAWARE:
                att = np.float64(o.own) + np.float64(o.heard) * w.fade[hour - o.heard_hour]
                row = w.daily[day, b]
                row[s.D_KNOWN] += 1.0
                row[s.D_HEARD_GOOD] += 1.0 if now - o.heard_good <= HEARD_RECENTLY else 0.0
                row[s.D_HEARD_BAD] += 1.0 if now - o.heard_bad <= HEARD_RECENTLY else 0.0
                promoter = 1.0 if att >= rule.attitude_promoter else 0.0
                detractor = 1.0 if att < rule.attitude_detractor else 0.0
                row[s.D_PROMOTERS_KNOWN] += promoter
                row[s.D_DETRACTORS_KNOWN] += detractor
                if person.current == b:
                    row[s.D_CUSTOMERS] += 1.0
                    row[s.D_PROMOTERS] += promoter
                    row[s.D_DETRACTORS] += detractor
                if person.cohort == b:
                    row[s.D_COHORT] += 1.0
                    row[s.D_COHORT_KEPT] += 1.0 if person.current == b else 0.0
                    row[s.D_ATTITUDE_COHORT] += att
