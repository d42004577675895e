"""The loop: which event comes next, what it calls, and what is done at the end of each hour and day. Compiled."""

from __future__ import annotations

import numpy as np

from sim.core.calendar import AT, CURRENT, LAST, N_DUE, N_LATE, drop_late, has_room, is_late, open_next
from sim.core.compiled import entrance, in_place, prefetch
from sim.model.choice import public_rating
from sim.model.journey import UNAWARE
from sim.world import state as s
from sim.world.broadcasts import at_meet
from sim.world.choosing import decide
from sim.world.desk import at_bot, at_call, at_noticed, at_reply, at_served
from sim.world.moments import at_hit, at_moment
from sim.world.opinion import plan
from sim.world.posts import at_escalate, at_post, at_view
from sim.world.referrals import at_invited
from sim.world.replies import at_notice_reply, at_promise, at_reach
from sim.world.state import Tables

DONE, NEEDS_CALENDAR, NEEDS_DUE, NEEDS_POSTS, NEEDS_REPLIES, NEEDS_LINES, NEEDS_SHARED, NEEDS_TRACE = range(8)
"""Why `advance` came back: it is done, or a table must grow before it can go on."""

AHEAD = 12
"""How many events ahead memory is asked for what they will touch."""

SURVEYED_AHEAD = 16
"""How many people ahead memory is asked for their opinions in a survey."""

MOST_TRACED = s.RECENT + 8
"""Rows one event may add to a trace: a search reads up to RECENT posts."""


@entrance
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
    if w.trace.size > 0 and counts[s.N_TRACED] + MOST_TRACED > w.trace.size:
        return NEEDS_TRACE
    return DONE


@entrance
def advance(w: Tables, until: float, most: int, chunks: int) -> int:
    """Carry the world up to (not including) `until`. Returns DONE, or which table must grow first.

    `most`: how many events one event may plan (the largest audience, and a few); `chunks`: how many chunks of
    the calendar they may take.
    """
    calendar = w.calendar
    at = calendar.counts
    last = min(at[LAST], np.int64((until - calendar.span[0]) * calendar.span[1]))
    while True:
        if at[AT] == at[N_DUE] and at[N_LATE] == 0:
            if at[CURRENT] >= last:
                return DONE
            if not open_next(calendar):
                return NEEDS_DUE
            for place in range(AHEAD):
                fetch(w, place)
            continue
        late = is_late(calendar)
        first = calendar.late[0] if late else calendar.due[np.uint64(at[AT])]
        now = first.time
        if now >= until:
            return DONE
        short = lacking(w, most, chunks)
        if short != DONE:
            return short
        tag = first.tag
        what = first.what
        if late:
            drop_late(calendar)
        else:
            at[AT] += 1
            fetch(w, at[AT] + AHEAD)
            fetch_audience(w, at[AT] + AHEAD // 2)
        w.counts[s.N_EVENTS] += 1
        happen(w, now, tag >> 32, tag & 0xFFFFFFFF, what)


@in_place
def fetch(w: Tables, place: int) -> None:
    """Ask memory for what a coming event will touch: person, opinions, post; for a new post its author's audience."""
    calendar = w.calendar
    if place >= calendar.counts[N_DUE]:
        return
    entry = calendar.due[np.uint64(place)]
    kind = entry.tag >> 32
    who = entry.tag & 0xFFFFFFFF
    prefetch(w.people, who)
    prefetch(w.opinions, who)
    if kind == s.VIEW:
        prefetch(w.posts, entry.what >> 1)
    elif kind == s.POST:
        prefetch(w.posts, entry.what)
        prefetch(w.offsets, who)


@in_place
def fetch_audience(w: Tables, place: int) -> None:
    """Ask memory for the audience of a post that is soon to appear (where it stands has been asked for before)."""
    if place >= w.calendar.counts[N_DUE]:
        return
    entry = w.calendar.due[np.uint64(place)]
    if entry.tag >> 32 == s.POST:
        begin = w.offsets[entry.tag & 0xFFFFFFFF]
        prefetch(w.targets, begin)
        prefetch(w.strong, begin)


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
    elif kind == s.REACH:
        at_reach(w, now, who, what)
    elif kind == s.HIT:
        at_hit(w, now, who, what)
    elif kind == s.DECIDE:
        decide(w, now, who, np.uint64(what))
    elif kind == s.BOT:
        at_bot(w, now, who, what)
    elif kind == s.CALL:
        at_call(w, now, np.int64(w.posts[what].brand), what)
    elif kind == s.PROMISE:
        at_promise(w, now, who, what)
    elif kind == s.INVITED:
        at_invited(w, now, who, what)
    elif kind == s.HOUR:
        at_hour(w, now)


@entrance
def at_hour(w: Tables, now: float) -> None:
    """The end of an hour: publish ratings, let hearsay fade in the sums, write levels; at midnight, survey."""
    hour = w.counts[s.HOUR_NOW]
    for b in range(w.brands.size):
        close_hour(w, now, hour, b)
    w.counts[s.HOUR_NOW] = hour + 1
    if now == 0.0:
        begin_day_zero(w)
    if now >= 0.0 and np.int64(now) % 24 == 0:
        for b in range(w.brands.size):
            survey(w, now, w.counts[s.DAY_NOW], b)
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
    for what in range(s.H_WAITING):
        row[what] = w.hour[b, what]
        w.hour[b, what] = 0.0
    row[s.H_WAITING] = desk.waiting[0] + desk.waiting[1]
    row[s.H_BUSY] = desk.busy[0] + desk.busy[1]
    row[s.H_ON_DUTY] = desk.on[0] + desk.on[1]
    row[s.H_RATING] = desk.rating
    row[s.H_CUSTOMERS] = w.sums[b, 0, 0]
    row[s.H_KNOWN] = w.sums[b, 0, 0] + w.sums[b, 1, 0]
    row[s.H_ATTITUDE_CUSTOMERS] = w.sums[b, 0, 1] + w.sums[b, 0, 2]
    row[s.H_STRAIN] = desk.strain
    row[s.H_ATTITUDE_OTHERS] = w.sums[b, 1, 1] + w.sums[b, 1, 2]


@entrance
def book_staff(w: Tables, now: float, b: int) -> None:
    """Book the hours of those on duty up to now (those who finish a complaint after closing are paid too)."""
    desk = w.desks[b]
    paid = max(desk.on[0], desk.busy[0]) + max(desk.on[1], desk.busy[1])
    w.hour[b, s.H_STAFF] += paid * (now - desk.since)
    desk.on_duty += desk.on[0] * (now - desk.since)
    desk.since = now


@in_place
def begin_day_zero(w: Tables) -> None:
    """The warm-up is over: today's customers are the cohort; authors, exposed and moves are counted from here."""
    w.transitions[:] = 0
    for who in range(w.people.size):
        w.people[who].cohort = w.people[who].current
        for b in range(w.brands.size):
            o = w.opinions[who, b]
            o.flags = o.flags & s.KEPT_ON_DAY_0


@entrance
def first_survey(w: Tables) -> None:
    """Survey the midnight of day 0 in a world without warm-up, where no hour ends at it."""
    for b in range(w.brands.size):
        survey(w, 0.0, 0, b)
    w.counts[s.DAY_NOW] = 1


@in_place
def survey(w: Tables, now: float, day: int, b: int) -> None:
    """Ask everyone about a brand, at midnight; only who knows it counts.

    There are as many answers as people, brands and days, so sums are kept in variables and nothing is branched on:
    what does not count adds zero (a twelfth off a run of two brands).
    """
    rule = w.rules[0]
    hour = np.int64(now)
    opinions = w.opinions[:, b]
    known = good = bad = promoters_known = detractors_known = 0
    customers = promoters = detractors = cohort = kept = 0
    attitude_cohort = 0.0
    for who in range(w.people.size):
        prefetch(opinions, who + SURVEYED_AHEAD)
        o = opinions[who]
        person = w.people[who]
        knows = o.stage != UNAWARE
        att = np.float64(o.own) + np.float64(o.heard) * w.fade[np.uint64(hour - o.heard_hour)]
        promoter = knows & (att >= rule.attitude_promoter)
        detractor = knows & (att < rule.attitude_detractor)
        mine = knows & (person.current == b)
        was_mine = knows & (person.cohort == b)
        known += knows
        good += knows & (now - o.heard_good <= s.HEARD_RECENTLY)
        bad += knows & (now - o.heard_bad <= s.HEARD_RECENTLY)
        promoters_known += promoter
        detractors_known += detractor
        customers += mine
        promoters += mine & promoter
        detractors += mine & detractor
        cohort += was_mine
        kept += was_mine & mine
        attitude_cohort += att if was_mine else 0.0
    row = w.daily[day, b]
    row[s.D_KNOWN], row[s.D_HEARD_GOOD], row[s.D_HEARD_BAD] = known, good, bad
    row[s.D_PROMOTERS_KNOWN], row[s.D_DETRACTORS_KNOWN] = promoters_known, detractors_known
    row[s.D_CUSTOMERS], row[s.D_PROMOTERS], row[s.D_DETRACTORS] = customers, promoters, detractors
    row[s.D_COHORT], row[s.D_COHORT_KEPT], row[s.D_ATTITUDE_COHORT] = cohort, kept, attitude_cohort
