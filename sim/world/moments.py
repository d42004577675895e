"""People's moments: when they come, what people then live, and whether they speak of it. Compiled."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.core.chance import exponential, keyed, normal, unit
from sim.core.compiled import in_place
from sim.model.attitude import betrays, own_after, within_bounds
from sim.model.choice import chance_to_reconsider
from sim.model.experience import arousal, expectation_after, learning_from, performance
from sim.model.journey import later
from sim.model.loss import lost
from sim.model.phone import chance_to_phone
from sim.model.thanks import praises_more
from sim.model.voice import chance_of_post, chance_of_private_complaint, escalated, squeaking
from sim.world import state as s
from sim.world.choosing import brand_that_comes_to_mind, decide, search
from sim.world.opinion import attitude, count, follow_story, get_to_know, judge, live, outstanding, plan, remember
from sim.world.posts import draft, has_met
from sim.world.purpose import (
    CHOICE,
    COMPLAINS,
    FAILS,
    HANGS_UP,
    HOLDS,
    KIND,
    MAJOR,
    PHONES,
    POST_KEY,
    QUALITY,
    RECONSIDERS,
    RECONSIDERS_LATE,
    SPEAKS,
    SPEAKS_LATE,
    WAIT,
)
from sim.world.referrals import ask_to_recommend
from sim.world.state import Tables


@in_place
def at_moment(w: Tables, now: float, who: int, ordinal: int) -> None:
    """A customer's clock strikes: plan the next moment, then live this one."""
    rule = w.rules[0]
    segment = w.segments[w.people[who].segment]
    key = keyed(keyed(w.streams[s.S_MOMENT], who), ordinal)
    total = rule.journey_uses + rule.journey_purchases + rule.journey_searches + rule.journey_discoveries
    wait = 24.0 * exponential(keyed(key, WAIT)) / (total * segment.activity)
    plan(w, later(now, wait, w.rhythm), s.MOMENT, who, ordinal + 1)
    if now >= 0.0:
        w.counts[s.N_MOMENTS] += 1
    draw = unit(keyed(key, KIND)) * total
    if draw < rule.journey_uses:
        use(w, now, who, key)
    elif draw < rule.journey_uses + rule.journey_purchases:
        decide(w, now, who, keyed(key, CHOICE))
    elif draw < rule.journey_uses + rule.journey_purchases + rule.journey_searches:
        search(w, now, who, key)
    else:
        b = brand_that_comes_to_mind(w, key)
        get_to_know(w, w.opinions[who, b], b)


@in_place
def use(w: Tables, now: float, who: int, key: int) -> None:
    """Use the brand one has; each cause of failure strikes by its own chance, keyed by its name."""
    b = np.int64(w.people[who].current)
    if b == s.NO_BRAND:
        return
    brand = w.brands[b]
    worst = s.NO_ISSUE
    least = 1.0
    for issue in range(brand.first_failure, brand.first_failure + brand.n_failures):
        cause = w.issues[issue]
        odds = unit(keyed(keyed(key, FAILS), cause.key)) / cause.chance
        if odds < least:
            least = odds
            worst = issue
    count(w, b, s.H_USES, 1.0)
    count(w, b, s.H_REVENUE, brand.price)
    if worst == s.NO_ISSUE:
        undergo(w, now, who, b, brand.ordinary, 0.0, 1.0, key)
        return
    loss = w.issues[worst].loss
    if math.isnan(loss):
        major = unit(keyed(key, MAJOR)) < w.rules[0].experience_share_major
        loss = w.rules[0].experience_loss_major if major else w.rules[0].experience_loss_minor
    undergo(w, now, who, b, worst, loss, w.issues[worst].vividness, key)


@in_place
def at_hit(w: Tables, now: float, who: int, issue: int) -> None:
    """An incident strikes someone who is, at that moment, a customer of the brand."""
    incident = w.issues[issue]
    b = np.int64(incident.brand)
    if w.people[who].current != b:
        return
    o = w.opinions[who, b]
    o.flags = o.flags | s.HIT_BY
    count(w, b, s.H_USES, 1.0)
    key = keyed(keyed(w.streams[s.S_INCIDENT], incident.key), who)
    undergo(w, now, who, b, issue, incident.loss, incident.vividness, key)


@in_place
def undergo(w: Tables, now: float, who: int, b: int, issue: int, loss: float, vividness: float, key: int) -> None:
    """An experience: performance, satisfaction, attitude, expectation; then voice, and perhaps second thoughts."""
    rule = w.rules[0]
    o = w.opinions[who, b]
    att = remember(w, o, now)
    brand = w.brands[b]
    delivered = performance(brand.quality, brand.spread, normal(keyed(key, QUALITY)), loss)
    judged = judge(w, o, delivered)
    weight = 1.0
    if loss > 0.0:
        count(w, b, s.H_FAILURES, 1.0)
        weight = 1.0 + rule.attitude_double_deviation if left_alone(w, o, now) else 1.0
        o.lost = outstanding(w, o, now) + weight * lost(loss, rule.loss_any_failure, rule.loss_severity)
        o.failures = min(o.failures + 1, 32000) if now - np.float64(o.failed_at) <= s.FAILURES_COUNT_FOR else 1
        o.failed_at = now
        follow_story(w, o, issue, now, att)
        w.issues[issue].struck += 1
        if rule.attitude_betrayal > 0.0 and betrays(
            np.float64(o.own), loss, o.failures, rule.attitude_severe, rule.observers_committed
        ):
            weight *= 1.0 + rule.attitude_betrayal
            o.flags = o.flags | s.BETRAYED
    count(w, b, s.H_SATISFIED, 1.0 if judged > 0.0 else 0.0)
    o.satisfaction = judged
    learning = learning_from(loss, rule.experience_expectation_learning, rule.experience_failures_lower)
    o.expectation = expectation_after(np.float64(o.expectation), delivered, learning)
    live(w, o, who, b, own_after(np.float64(o.own), att, judged, min(1.0, weight * rule.attitude_learning)))
    claim = np.int64(w.issues[issue].claim)
    if loss > 0.0 and claim != s.NO_BROADCAST and has_met(w, now, who, claim):
        live(w, o, who, b, np.float64(o.own) + within_bounds(attitude(o), -rule.improvement_claim_broken))
    speak_up(w, now, who, b, issue, judged, arousal(judged, loss), vividness, att, key)
    if brand.invites > 0.0:
        ask_to_recommend(w, now, who, b, judged, key)
    if unit(keyed(key, RECONSIDERS)) < chance_to_reconsider(judged, rule.choice_reconsiders):
        when = later(now, exponential(keyed(key, RECONSIDERS_LATE)) * rule.choice_reconsiders_after, w.rhythm)
        plan(w, when, s.DECIDE, who, np.int64(keyed(key, CHOICE)))


@in_place
def left_alone(w: Tables, o: Any, now: float) -> bool:
    """Whether someone complained within 90 days and was not put right."""
    if o.grievance == s.NO_POST:
        return False
    own = w.posts[o.grievance]
    return not own.calmed and now - own.time <= s.FAILURES_COUNT_FOR


@in_place
def speak_up(
    w: Tables, now: float, who: int, b: int, issue: int, judged: float, stirred: float, vividness: float, before:
    float, key: int,
) -> None:
    """Voice: a public post, a private complaint, a call, or silence; who hangs up posts, angrier."""
    rule = w.rules[0]
    loud = w.segments[w.people[who].segment].voice
    praise = praises_more(rule.voice_praise, (w.opinions[who, b].flags & s.THANKED) != 0, rule.thanks_advocacy)
    put_right = (w.opinions[who, b].flags & s.PUT_RIGHT) != 0
    in_public = chance_of_post(
        judged, rule.voice_ordinary, praise, squeaking(rule.voice_complaint, put_right, rule.voice_squeaky), loud
    )
    if unit(keyed(key, SPEAKS)) < in_public:
        kind = s.PUBLIC
    elif unit(keyed(key, COMPLAINS)) < chance_of_private_complaint(
        judged, squeaking(rule.voice_private, put_right, rule.voice_squeaky)
    ):
        kind = s.PRIVATE
    else:
        return
    when = later(now, exponential(keyed(key, SPEAKS_LATE)) * rule.voice_post_delay, w.rhythm)
    if judged < 0.0 and will_phone(w, b, key):
        count(w, b, s.H_CALLS, 1.0)
        hold = w.brands[b].phone_wait * exponential(keyed(key, HOLDS))
        patience = rule.phone_holds_on * exponential(keyed(key, HANGS_UP))
        if hold <= patience:
            call(w, when, hold, who, b, issue, judged, stirred, vividness, before, key)
            return
        count(w, b, s.H_HUNG_UP, 1.0)
        kind = s.PUBLIC
        stirred = escalated(stirred, rule.voice_escalation)
        when += patience
    if when < w.start[1]:
        idx = draft(w, when, kind, who, b, issue, judged, stirred, vividness, before, keyed(key, POST_KEY))
        plan(w, when, s.POST, who, idx)


@in_place
def will_phone(w: Tables, b: int, key: int) -> bool:
    """Whether someone with a complaint phones: where there is a line, and the wait does not put them off."""
    rule = w.rules[0]
    wait = w.brands[b].phone_wait
    if math.isnan(wait):
        return False
    return unit(keyed(key, PHONES)) < chance_to_phone(wait, rule.phone_prefer, rule.phone_tolerance)


@in_place
def call(
    w: Tables, when: float, hold: float, who: int, b: int, issue: int, judged: float, stirred: float, vividness:
    float, before: float, key: int,
) -> None:
    """Phone the brand at `when`, and be put through after some hours on hold."""
    if when + hold < w.start[1]:
        idx = draft(w, when, s.PHONED, who, b, issue, judged, stirred, vividness, before, keyed(key, POST_KEY))
        plan(w, when + hold, s.CALL, who, idx)
