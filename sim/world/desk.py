"""The care desk at work: complaints noticed, taken in turn, handled, answered. Compiled.

A desk has two lines, agents and specialists; each has so many on duty, so many busy, and posts waiting. Who is on
duty when, alarms and surges are a manager's affair and run on SimPy (`sim.world.brand`); what happens to one
complaint runs here, between the crowd's events and in one order with them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.core.chance import exponential, keyed, unit
from sim.core.compiled import in_place
from sim.model.attitude import within_bounds
from sim.model.desk import TRIAGE, Triage, service_time
from sim.model.feed import chance_of_view, view_delay
from sim.model.journey import later
from sim.model.reply import (
    chance_of_reexposure,
    impressed,
    repair,
    seen_action,
    worth_to_author,
    worth_to_observer,
)
from sim.world import state as s
from sim.world.opinion import count, hear, live, plan, remember, trace
from sim.world.posts import attentive, seen_when, slight
from sim.world.purpose import (
    ANSWERS,
    NOTICES,
    NOTICES_LATE,
    REEXPOSED,
    REEXPOSED_LATE,
    SERVICE,
    SPECIAL,
    SPECIAL_SERVICE,
)
from sim.world.state import Tables

AGENTS, SPECIALISTS = 0, 1


def _nothing(
    which: int, age_hours: float, arousal: float, followers: float, negative: bool, times_posted: float,
) -> float:
    return 0.0


def _either(number: int, policy: Triage, others: Any) -> Any:
    """A compiled function that scores by `policy` when asked for `number`, else asks `others`."""

    def score(
        which: int, age_hours: float, arousal: float, followers: float, negative: bool, times_posted: float,
    ) -> float:
        if which == number:
            return np.float64(policy(age_hours, arousal, followers, negative, times_posted))
        return others(which, age_hours, arousal, followers, negative, times_posted)

    return in_place(score, cache=False)


def _score_by_number() -> Any:
    """All triage policies behind one door: `score(number, age_hours, ...)`."""
    score = in_place(_nothing, cache=False)
    for number, policy in enumerate(TRIAGE.values()):
        score = _either(number, policy, score)
    return score


score = _score_by_number()


# ---------------------------------------------------------------------------------------------- the lines


@in_place
def at_noticed(w: Tables, now: float, idx: int) -> None:
    """The brand hears of a complaint; if it replies at all, the complaint joins the line (or is planned for)."""
    post = w.posts[idx]
    b = np.int64(post.brand)
    brand = w.brands[b]
    post.noticed = now
    count(w, b, s.H_NOTICED, 1.0)
    w.desks[b].noticed += 1
    if not brand.replies or post.state != s.UNHEARD:
        return
    if brand.by_hand:
        join(w, b, AGENTS, idx)
        return
    if unit(keyed(post.key, ANSWERS)) >= brand.answers:
        return
    if math.isnan(brand.reply_after):
        join(w, b, AGENTS, idx)
        take_next(w, now, b, AGENTS)
    else:
        post.state = s.IN_HAND
        plan(w, max(now, post.time + brand.reply_after), s.REPLY, b, idx)


@in_place
def join(w: Tables, b: int, line: int, idx: int) -> None:
    """Put a post at the end of a line."""
    desk = w.desks[b]
    n = desk.waiting[line]
    w.waiting[b, line, n] = idx
    desk.waiting[line] = n + 1
    w.counts[s.LONGEST_LINE] = max(w.counts[s.LONGEST_LINE], n + 1)
    w.posts[idx].state = s.WAITING
    w.posts[idx].line = line


@in_place
def take_next(w: Tables, now: float, b: int, line: int) -> None:
    """While someone on duty is free and something waits, take what triage puts first (agents: unless by hand)."""
    desk = w.desks[b]
    brand = w.brands[b]
    if brand.by_hand and line == AGENTS:
        return
    while desk.busy[line] < desk.on[line] and desk.waiting[line] > 0:
        idx = first_in_line(w, now, b, line)
        if idx == s.NO_POST:
            return
        post = w.posts[idx]
        post.state = s.IN_HAND
        desk.busy[line] += 1
        if line == AGENTS:
            needed = service_time(exponential(keyed(post.key, SERVICE)), brand.handling_time, brand.handling_spread)
        else:
            needed = service_time(
                exponential(keyed(post.key, SPECIAL_SERVICE)), brand.specialist_time, brand.handling_spread
            )
        plan(w, now + needed, s.SERVED, b, (idx << 1) | line)


@in_place
def first_in_line(w: Tables, now: float, b: int, line: int) -> int:
    """Take out of a line the post that triage scores highest (ties: the older, then the earlier number).

    Posts answered meanwhile leave the line, stale ones are dropped. None left: NO_POST.
    """
    desk = w.desks[b]
    brand = w.brands[b]
    queue = w.waiting[b, line]
    best = s.NO_POST
    best_at = 0
    highest = -math.inf
    i = 0
    while i < desk.waiting[line]:
        idx = np.int64(queue[i])
        post = w.posts[idx]
        stale = now - post.time > brand.drops_after
        if post.state != s.WAITING or stale:
            if post.state == s.WAITING:
                post.state = s.DROPPED
                count(w, b, s.H_DROPPED, 1.0)
            desk.waiting[line] -= 1
            queue[i] = queue[desk.waiting[line]]
            continue
        reach = np.float64(w.offsets[post.author + 1] - w.offsets[post.author])
        points = score(
            np.int64(brand.triage), now - post.time, np.float64(post.arousal), reach, post.valence < 0.0,
            np.float64(post.times),
        )
        if best == s.NO_POST or points > highest or (points == highest and comes_first(w, idx, best)):
            best = idx
            best_at = i
            highest = points
        i += 1
    if best != s.NO_POST:
        desk.waiting[line] -= 1
        queue[best_at] = queue[desk.waiting[line]]
    return best


@in_place
def comes_first(w: Tables, idx: int, other: int) -> bool:
    """Whether a post is older than another (or, at the same instant, has the lower number)."""
    return w.posts[idx].time < w.posts[other].time or (w.posts[idx].time == w.posts[other].time and idx < other)


@in_place
def at_served(w: Tables, now: float, b: int, what: int) -> None:
    """An agent (or specialist) has finished with a complaint: the reply goes out, and the next one is taken."""
    line = what & 1
    idx = what >> 1
    post = w.posts[idx]
    brand = w.brands[b]
    w.desks[b].busy[line] -= 1
    if post.state == s.IN_HAND:
        if line == SPECIALISTS:
            answer_as_policy(w, now, b, idx, s.BY_SPECIALIST, brand.action)
        elif unit(keyed(post.key, SPECIAL)) < brand.specialist_share:
            answer_as_policy(w, now, b, idx, s.BY_AGENT, 0.0)
            join(w, b, SPECIALISTS, idx)
            take_next(w, now, b, SPECIALISTS)
        else:
            answer_as_policy(w, now, b, idx, s.BY_AGENT, brand.action)
    take_next(w, now, b, line)


@in_place
def answer_as_policy(w: Tables, now: float, b: int, idx: int, by: int, action: float) -> None:
    """Answer with the qualities of the brand's policy (and what could be put right)."""
    brand = w.brands[b]
    answer(
        w, now, idx, by, np.int64(brand.channel), action, brand.ease, brand.empathy, brand.honesty, brand.personal
    )


@in_place
def at_reply(w: Tables, now: float, b: int, idx: int) -> None:
    """A reply that the policy pinned to a delay goes out."""
    if w.posts[idx].state == s.IN_HAND:
        answer_as_policy(w, now, b, idx, s.BY_PLAN, w.brands[b].action)


# ---------------------------------------------------------------------------------------------- the reply


@in_place
def answer(
    w: Tables, now: float, idx: int, by: int, channel: int, action: float, ease: float, empathy: float, honesty:
    float, personal: float,
) -> None:
    """Answer one complaint: its author now, those who saw it when they come across the reply, later viewers then.

    Whatever the brand replies, in whatever hand, comes through here.
    """
    rule = w.rules[0]
    post = w.posts[idx]
    b = np.int64(post.brand)
    if post.kind == s.PRIVATE:
        channel = s.CHANNEL_PRIVATE
    delay = now - post.time
    worth = worth_to_author(
        action, ease, empathy, honesty, personal, delay, rule.reply_weight_action, rule.reply_weight_treatment,
        rule.reply_weight_procedure, rule.reply_speed_half_value,
    )
    is_first = close_grievance(w, now, idx, worth > rule.reply_threshold)
    count(w, b, s.H_REPLIES, 1.0)
    if is_first:
        count(w, b, s.H_FIRST_REPLIES, 1.0)
    trace(w, now, s.REPLY, post.author, post.key)
    change = calm_author(w, now, idx, worth)
    note_reply(w, now, idx, by, channel, action, ease, empathy, honesty, personal, delay, worth, change, is_first)
    if channel != s.CHANNEL_PRIVATE:
        shown = seen_action(action, channel == s.CHANNEL_BOTH, rule.reply_private_action)
        post.reply_time = now
        post.reply_worth = worth_to_observer(
            shown, ease, empathy, honesty, personal, rule.reply_weight_action, rule.reply_weight_treatment,
            rule.reply_weight_procedure,
        )
        plan(w, now, s.REACH, np.int64(post.author), (np.int64(idx) << 1) | (channel == s.CHANNEL_BOTH))


@in_place
def at_reach(w: Tables, now: float, who: int, what: int) -> None:
    """A public reply reaches the audience of one copy of its post; the next copy follows at the same instant.

    One event a copy: no event may plan more than one audience, or the calendar would have no room for it.
    """
    rule = w.rules[0]
    copy = what >> 1
    turns = 1.0 if what & 1 else rule.reply_public_turns
    reach_again(w, now, copy, chance_of_reexposure(rule.reply_reexposure, turns))
    following = np.int64(w.posts[copy].next_copy)
    if following != s.NO_POST:
        plan(w, now, s.REACH, who, (following << 1) | (what & 1))


@in_place
def close_grievance(w: Tables, now: float, idx: int, calms: bool) -> bool:
    """Mark every post about this grievance as answered; whether this is the first answer to it.

    calms: whether the reply is worth more than the threshold. If not, the author may yet post again.
    """
    k = np.int64(w.posts[idx].grievance)
    is_first = w.posts[k].first_reply > now
    while k != s.NO_POST:
        other = w.posts[k]
        other.first_reply = min(other.first_reply, now)
        other.state = s.ANSWERED
        if calms:
            other.calmed = 1
        k = np.int64(other.again)
    return is_first


@in_place
def calm_author(w: Tables, now: float, idx: int, worth: float) -> float:
    """Repair (or insult) the author; the change of their attitude."""
    rule = w.rules[0]
    post = w.posts[idx]
    b = np.int64(post.brand)
    who = np.int64(post.author)
    o = w.opinions[who, b]
    att = remember(w, o, now)
    further = np.float64(max(o.failures - 1, 0))
    change = within_bounds(
        att,
        repair(
            att, np.float64(post.before), worth, further, rule.reply_threshold, rule.reply_most_repair,
            rule.reply_insult, rule.reply_repeated,
        ),
    )
    live(w, o, who, b, np.float64(o.own) + change)
    return change


@in_place
def note_reply(
    w: Tables, now: float, idx: int, by: int, channel: int, action: float, ease: float, empathy: float, honesty:
    float, personal: float, delay: float, worth: float, change: float, is_first: bool,
) -> None:
    """Write the reply into its table."""
    row = w.replies[w.counts[s.N_REPLIES]]
    w.counts[s.N_REPLIES] += 1
    row.time = now
    row.delay = delay
    row.post = idx
    row.author = w.posts[idx].author
    row.brand = w.posts[idx].brand
    row.by = by
    row.channel = channel
    row.action = action
    row.ease = ease
    row.empathy = empathy
    row.honesty = honesty
    row.personal = personal
    row.worth = worth
    row.change = change
    row.first = 1 if is_first else 0


@in_place
def reach_again(w: Tables, now: float, copy: int, chance: float) -> None:
    """Find those who saw this copy before the reply, and those whom the reply shows the complaint anew.

    Who saw it and when are recomputed from the keys of (post, viewer): no list of viewers is kept.
    """
    rule = w.rules[0]
    post = w.posts[copy]
    author = post.author
    weak = rule.feed_chance
    strong = chance_of_view(rule.feed_chance, True, rule.feed_strong_tie)
    for tie in range(w.offsets[author], w.offsets[author + 1]):
        viewer = np.int64(w.targets[tie])
        close = np.int64(w.strong[tie])
        key = keyed(post.key, viewer)
        if unit(key) < (strong if close else weak) and attentive(w, key, viewer):
            if unit(keyed(key, NOTICES)) < rule.reply_notices and seen_when(w, post.time, key) <= now:
                plan(w, passed_on(w, now, keyed(key, NOTICES_LATE)), s.NOTICE_REPLY, viewer, np.int64(post.root))
        elif unit(keyed(key, REEXPOSED)) < chance:
            plan(w, passed_on(w, now, keyed(key, REEXPOSED_LATE)), s.VIEW, viewer, (copy << 1) | close)


@in_place
def passed_on(w: Tables, now: float, key: int) -> float:
    """When what was published now is come across, by the kernel of the feed."""
    rule = w.rules[0]
    waking = view_delay(unit(key), rule.feed_plateau, rule.feed_decay, rule.feed_seen_in_lifetime)
    return later(now, waking, w.rhythm)


@in_place
def at_notice_reply(w: Tables, now: float, who: int, root: int) -> None:
    """Someone who saw the complaint earlier comes across the reply."""
    rule = w.rules[0]
    post = w.posts[root]
    if post.author == who:
        return
    b = np.int64(post.brand)
    o = w.opinions[who, b]
    att = remember(w, o, now)
    trace(w, now, s.NOTICE_REPLY, who, post.key)
    count(w, b, s.H_REPLY_VIEWS, 1.0)
    change = impressed(att, np.float64(post.reply_worth), rule.reply_threshold, rule.reply_observed)
    hear(w, o, who, b, change - slight(w, o, now, root))
