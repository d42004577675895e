"""One voice to many: incidents, statements, the press and content as they reach people. Compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.chance import exponential, keyed, normal, unit
from sim.core.compiled import entrance, in_place
from sim.model.advertising import persuaded
from sim.model.attitude import within_bounds
from sim.model.broadcast import excused, hours_into, restored
from sim.model.experience import arousal, expectation_after, performance
from sim.model.journey import UNAWARE, later
from sim.model.learning import told_of_fix
from sim.model.observers import swayed
from sim.model.voice import chance_of_post
from sim.world import state as s
from sim.world.opinion import count, follow_story, get_to_know, hear, judge, live, make_good, plan, remember, trace
from sim.world.posts import draft, held_against, met_when, reaches, trusting
from sim.world.purpose import FELT, PASSES_ON, POST_KEY, REACHED, REACHED_LATE, SPEAKS, SPEAKS_LATE, STIRRED
from sim.world.state import Tables


@in_place
def at_meet(w: Tables, now: float, who: int, number: int) -> None:
    """Someone meets a statement, a press story, content of the brand, or the news that it has fixed something."""
    rule = w.rules[0]
    cast = w.broadcasts[number]
    b = np.int64(cast.brand)
    o = w.opinions[who, b]
    if (cast.kind == s.STATEMENT or cast.kind == s.FIX) and o.stage == UNAWARE:
        return
    cast.met += 1
    att = remember(w, o, now)
    get_to_know(w, o, b)
    trace(w, now, s.MEET, who, cast.key)
    if cast.kind == s.STATEMENT:
        hear_statement(w, now, who, b, number, att)
    elif cast.kind == s.PRESS:
        meet_press(w, now, who, b, number, att)
    elif cast.kind == s.ADVERTISEMENT:
        meet_advertisement(w, now, who, b, number, att)
    elif cast.kind == s.FIX:
        o.heard_good = now
        hear(w, o, who, b, told_of_fix(att, rule.improvement_shown))
    else:
        meet_content(w, now, who, b, number, att)


@in_place
def hear_statement(w: Tables, now: float, who: int, b: int, number: int, att: float) -> None:
    """A statement restores part of what the story cost; what was lived is mended where it was lived.

    To be spoken to insincerely is lived, too: it does not fade as hearsay does.
    """
    rule = w.rules[0]
    cast = w.broadcasts[number]
    o = w.opinions[who, b]
    in_story = o.issue == cast.issue
    before = np.float64(o.before) if in_story else att
    change = restored(
        att, before, cast.worth, hours_into(now, w.issues[cast.issue].began), rule.broadcast_statement_threshold,
        rule.broadcast_statement_strength, rule.broadcast_statement_decay, rule.broadcast_statement_insult,
    )
    if o.flags & s.HIT_BY and in_story:
        make_good(o, excused(
            cast.worth, hours_into(now, w.issues[cast.issue].began), rule.broadcast_statement_threshold,
            rule.broadcast_statement_strength, rule.broadcast_statement_decay,
        ))
    if change < 0.0 or (o.flags & s.HIT_BY and in_story):
        live(w, o, who, b, np.float64(o.own) + within_bounds(att, change))
    else:
        hear(w, o, who, b, change)


@in_place
def meet_press(w: Tables, now: float, who: int, b: int, number: int, att: float) -> None:
    """A story in the press moves like a strong post, and stirs some to speak."""
    rule = w.rules[0]
    cast = w.broadcasts[number]
    o = w.opinions[who, b]
    o.heard_bad = now
    times = follow_story(w, o, cast.issue, now, att)
    change = swayed(
        att, cast.valence, times, 1.0, rule.broadcast_press_influence, rule.observers_negativity,
        rule.observers_resistance, rule.observers_committed,
    )
    change *= held_against(w, now, who, np.int64(cast.issue), told_by_press(w, cast))
    hear(w, o, who, b, trusting(w, o, change))
    key = keyed(keyed(w.streams[s.S_COMMENT], cast.key), who)
    loud = w.segments[w.people[who].segment].voice
    if unit(keyed(key, STIRRED)) < rule.broadcast_comments * loud:
        say(w, now, who, number, s.COMMENT, cast.valence, cast.arousal, key)


@in_place
def told_by_press(w: Tables, cast: Any) -> bool:
    """Whether a press story tells what the brand has said: if it said so before."""
    answer = w.issues[cast.issue].answer
    return answer != s.NO_BROADCAST and w.broadcasts[answer].time <= cast.time


@in_place
def meet_content(w: Tables, now: float, who: int, b: int, number: int, att: float) -> None:
    """Content is judged as it is felt, whatever was meant; the stirred speak."""
    rule = w.rules[0]
    cast = w.broadcasts[number]
    o = w.opinions[who, b]
    felt = w.perceived[cast.issue, w.people[who].segment]
    key = keyed(keyed(w.streams[s.S_COMMENT], cast.key), who)
    judged = judge(w, o, performance(felt, w.brands[b].spread, normal(keyed(key, FELT)), 0.0))
    times = follow_story(w, o, cast.issue, now, att)
    if judged < 0.0:
        o.heard_bad = now
    else:
        o.heard_good = now
    change = swayed(
        att, judged, times, 1.0, rule.broadcast_content_influence, rule.observers_negativity,
        rule.observers_resistance, rule.observers_committed,
    )
    hear(w, o, who, b, change)
    loud = w.segments[w.people[who].segment].voice
    chance = chance_of_post(judged, rule.voice_ordinary, rule.voice_praise, rule.voice_complaint, loud)
    if unit(keyed(key, SPEAKS)) < chance:
        say(w, now, who, number, s.COMMENT, judged, arousal(judged, 0.0), key)


@in_place
def meet_advertisement(w: Tables, now: float, who: int, b: int, number: int, att: float) -> None:
    """An advertisement raises what is expected, persuades a little, and is passed on by some who would recommend."""
    rule = w.rules[0]
    cast = w.broadcasts[number]
    o = w.opinions[who, b]
    promise = w.issues[cast.issue].promise
    count(w, b, s.H_ADS, 1.0)
    count(w, b, s.H_SPENT, cast.cost)
    o.heard_good = now
    o.expectation = expectation_after(np.float64(o.expectation), promise, rule.advertising_learning)
    hear(w, o, who, b, persuaded(
        att, promise, rule.advertising_influence, rule.observers_resistance, rule.observers_committed
    ))
    key = keyed(keyed(w.streams[s.S_COMMENT], cast.key), who)
    if att >= rule.attitude_promoter and unit(keyed(key, PASSES_ON)) < cast.passed_on:
        say(w, now, who, number, s.ADVERT, cast.valence, 0.0, key)


@in_place
def say(w: Tables, now: float, who: int, number: int, kind: int, valence: float, stirred: float, key: int) -> None:
    """A post about something one met in public: a comment, or an advertisement passed on."""
    cast = w.broadcasts[number]
    when = later(now, exponential(keyed(key, SPEAKS_LATE)) * w.rules[0].voice_post_delay, w.rhythm)
    if when < w.start[1]:
        idx = draft(
            w, when, kind, who, np.int64(cast.brand), np.int64(cast.issue), valence, stirred, cast.vividness, 0.0,
            keyed(key, POST_KEY),
        )
        plan(w, when, s.POST, who, idx)


@in_place
def meant_for(w: Tables, now: float, cast: Any, who: int) -> bool:
    """Whether someone is among those a broadcast is meant for, as they stand now."""
    if cast.target == s.TO_EVERYONE:
        return True
    mine = w.people[who].current == cast.brand
    if cast.target == s.TO_CUSTOMERS:
        return mine
    if cast.target == s.TO_PROSPECTS:
        return not mine
    o = w.opinions[who, np.int64(cast.brand)]
    att = remember(w, o, now)
    if cast.target == s.TO_PROMOTERS:
        return o.stage != UNAWARE and att >= w.rules[0].attitude_promoter
    return o.stage != UNAWARE and att < w.rules[0].attitude_detractor


@entrance
def announce(w: Tables, now: float, number: int) -> None:
    """Let a broadcast reach whom it reaches, each after a delay of their own. Needs room for as many events."""
    cast = w.broadcasts[number]
    for who in range(w.people.size):
        if reaches(cast, who) and meant_for(w, now, cast, who):
            plan(w, met_when(w, cast, who), s.MEET, who, number)


@entrance
def strike(w: Tables, now: float, issue: int, affected: np.ndarray, over: float) -> None:
    """Let an incident hit its share of the people of each segment (`affected`), spread over `over` hours.

    Whether a person is then a customer of the brand is seen when it strikes. Needs room for as many events.
    """
    start = keyed(w.streams[s.S_INCIDENT], w.issues[issue].key)
    for who in range(w.people.size):
        key = keyed(start, who)
        if unit(keyed(key, REACHED)) < affected[w.people[who].segment]:
            plan(w, now + over * unit(keyed(key, REACHED_LATE)), s.HIT, who, issue)
