"""The care desk at work: posts noticed, taken in turn, handled, answered. Compiled.

A desk has two lines, agents and specialists; each has so many on duty, so many busy, and posts waiting. Who is on
duty when, alarms and surges are a manager's affair and run on SimPy (`sim.world.brand`); what happens to one
complaint runs here, between the crowd's events and in one order with them. What an answer does: `sim.world.replies`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.core.chance import exponential, keyed, unit
from sim.core.compiled import entrance, in_place
from sim.errors import UserError
from sim.model import desk as home
from sim.model.desk import TRIAGE, Triage, service_time
from sim.world import state as s
from sim.world.opinion import count, plan
from sim.world.purpose import ANSWERS, BOT_SOLVES, BOT_TRIES, SERVICE, SPECIAL, SPECIAL_SERVICE
from sim.world.replies import answer, promise, thank
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

    return in_place(score)


def _score_by_number() -> Any:
    """All triage policies behind one door: `score(number, age_hours, ...)`."""
    score = in_place(_nothing)
    for number, policy in enumerate(TRIAGE.values()):
        score = _either(number, policy, score)
    return score


score = _score_by_number()


def check_triage() -> None:
    """Refuse triage policies that the compiled desk does not know. Raises UserError."""
    for name, policy in TRIAGE.items():
        if policy.__module__ != home.__name__ or getattr(home, policy.__name__, None) is not policy:
            raise UserError(
                f"triage {name!r} was added while the program runs, and the compiled desk would not see it: write it "
                "into sim/model/desk.py"
            )


# ---------------------------------------------------------------------------------------------- the lines


@in_place
def at_noticed(w: Tables, now: float, idx: int) -> None:
    """The brand hears of a post; if it replies to such posts at all, it joins the line (or is planned for)."""
    post = w.posts[idx]
    b = np.int64(post.brand)
    brand = w.brands[b]
    post.noticed = now
    if post.valence < 0.0:
        count(w, b, s.H_NOTICED, 1.0)
        w.desks[b].noticed += 1
    if not brand.replies or post.state != s.UNHEARD:
        return
    if post.valence < 0.0 and unit(keyed(post.key, BOT_TRIES)) < brand.bot_tries:
        post.state = s.IN_HAND
        plan(w, now + brand.bot_takes, s.BOT, b, idx)
        return
    pass_to_people(w, now, b, idx)


@in_place
def pass_to_people(w: Tables, now: float, b: int, idx: int) -> None:
    """Let a post wait for people (or for its planned moment), if they answer it at all."""
    post = w.posts[idx]
    brand = w.brands[b]
    if brand.by_hand:
        join(w, b, AGENTS, idx)
        return
    if unit(keyed(post.key, ANSWERS)) >= (brand.answers if post.valence < 0.0 else brand.thanks):
        return
    if math.isnan(brand.reply_after):
        join(w, b, AGENTS, idx)
        take_next(w, now, b, AGENTS)
    else:
        post.state = s.IN_HAND
        plan(w, max(now, post.time + brand.reply_after), s.REPLY, b, idx)


@in_place
def at_bot(w: Tables, now: float, b: int, idx: int) -> None:
    """The bot answers: it solves the matter, or says that it cannot and hands over to people."""
    post = w.posts[idx]
    brand = w.brands[b]
    if post.state != s.IN_HAND:
        return
    solved = unit(keyed(post.key, BOT_SOLVES)) < brand.bot_solves
    point = brand.bot_solved if solved else brand.bot_failed
    answer(w, now, idx, s.BY_BOT, np.int64(brand.channel), point[0], point[1], point[2], point[3], point[4])
    if not solved and brand.bot_hands_over:
        pass_to_people(w, now, b, idx)


@in_place
def at_call(w: Tables, now: float, b: int, idx: int) -> None:
    """A caller is put through, and answered on the phone: nobody else hears it."""
    w.posts[idx].noticed = w.posts[idx].time
    point = w.brands[b].phone
    answer(w, now, idx, s.BY_PHONE, s.CHANNEL_PRIVATE, point[0], point[1], point[2], point[3], point[4])


@entrance
def join(w: Tables, b: int, line: int, idx: int) -> None:
    """Put a post at the end of a line."""
    desk = w.desks[b]
    n = desk.waiting[line]
    w.waiting[b, line, n] = idx
    desk.waiting[line] = n + 1
    w.counts[s.LONGEST_LINE] = max(w.counts[s.LONGEST_LINE], n + 1)
    w.posts[idx].state = s.WAITING
    w.posts[idx].line = line


@entrance
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
            mean = brand.handling_time if post.valence < 0.0 else brand.thanks_time
            needed = service_time(exponential(keyed(post.key, SERVICE)), mean, brand.handling_spread)
            desk.worked += needed
        else:
            needed = service_time(
                exponential(keyed(post.key, SPECIAL_SERVICE)), brand.specialist_time, brand.handling_spread
            )
        plan(w, now + needed, s.SERVED, b, (idx << 1) | line)


@in_place
def first_in_line(w: Tables, now: float, b: int, line: int) -> int:
    """Take out of a line the post that triage scores highest (ties: the older, then the earlier number).

    Complaints come before praise. Posts answered meanwhile leave the line, stale ones are dropped. None left: NO_POST.
    """
    desk = w.desks[b]
    brand = w.brands[b]
    queue = w.waiting[b, line]
    best = s.NO_POST
    best_at = 0
    best_is_praise = False
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
        praise = post.valence >= 0.0
        if best == s.NO_POST or (best_is_praise and not praise) or (
            best_is_praise == praise and (points > highest or (points == highest and comes_first(w, idx, best)))
        ):
            best_is_praise = praise
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
        if post.valence >= 0.0:
            thank_as_policy(w, now, b, idx, s.BY_AGENT)
        elif line == SPECIALISTS:
            answer_as_policy(w, now, b, idx, s.BY_SPECIALIST, brand.action)
        elif unit(keyed(post.key, SPECIAL)) < brand.specialist_share or post.arousal > brand.authority:
            answer_as_policy(w, now, b, idx, s.BY_AGENT, 0.0)
            join(w, b, SPECIALISTS, idx)
            if brand.promise < math.inf:
                promise(w, now, idx, brand.promise)
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
def thank_as_policy(w: Tables, now: float, b: int, idx: int, by: int) -> None:
    """Thank for praise in the manner of the brand's policy."""
    brand = w.brands[b]
    thank(
        w, now, idx, by, np.int64(brand.thanks_channel), brand.ease, brand.empathy, brand.honesty, brand.personal
    )


@in_place
def at_reply(w: Tables, now: float, b: int, idx: int) -> None:
    """A reply that the policy pinned to a delay goes out."""
    post = w.posts[idx]
    if post.state == s.IN_HAND and post.valence >= 0.0:
        thank_as_policy(w, now, b, idx, s.BY_PLAN)
    elif post.state == s.IN_HAND:
        answer_as_policy(w, now, b, idx, s.BY_PLAN, w.brands[b].action)
