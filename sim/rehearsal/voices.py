"""Who writes, and what: handles and words for every post of the crowd (`crowd_text`), an author's own for an inject."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from sim.core.chance import keyed, name_word
from sim.rehearsal.action import SAID
from sim.rehearsal.crowd_text import Kind, PostFacts, phrases, text_of
from sim.rehearsal.moment import QUALITIES
from sim.rehearsal.phrasing import Memory
from sim.world import state as s

if TYPE_CHECKING:
    from sim.rehearsal.stage import Done, Stage

MOVED = 0.01
"""Change of attitude from which somebody who was answered says something."""
REMEMBERED = 24.0
"""Hours before the moment from which on posts are said with those before them in mind."""
KINDS: dict[int, Kind] = {s.PRIVATE: "private", s.SHARE: "share", s.COMMENT: "comment"}


def handle_of(stage: Stage, who: int) -> str:
    """The name above someone's posts: a persona's own, else one made up from the person's number."""
    for name, person in stage.parts.items():
        if person == who:
            return stage.script.moment.personas[name].handle
    return _made_up(who, stage.script.moment.language)


@lru_cache(20_000)
def _made_up(who: int, language: str) -> str:
    key, parts = keyed(name_word("handle"), who), phrases(language)["handles"]
    first, second = parts["first"][key % len(parts["first"])], parts["second"][(key >> 8) % len(parts["second"])]
    return f"@{first}_{second}{who}"


def words_of(stage: Stage, row: np.void) -> str:
    """What a post says: nothing that the posts before it said."""
    key = int(row["key"])
    if key not in stage.said:
        _tell(stage)
    return stage.said[key] if key in stage.said else _said(stage, row, None)


def _tell(stage: Stage) -> None:
    """Let all that was posted before this instant be said, in order of time, however often one looks."""
    tables, now = stage.simulation.world.tables, stage.simulation.world.now
    posts = tables.posts[: tables.counts[s.N_POSTS]]
    since = max(stage.told_until, stage.began / 3600 - REMEMBERED)
    times = posts["time"]
    rows = np.flatnonzero((posts["brand"] == stage.script.brand) & (times >= since) & (times < now))
    for number in rows[np.argsort(times[rows], kind="stable")]:
        stage.said[int(posts["key"][number])] = _said(stage, posts[number], _memory(stage, posts[number]))
    stage.told_until = max(stage.told_until, now)


def _memory(stage: Stage, row: np.void) -> Memory:
    """What the posts of its sort said before: those for the desk stand in its inbox, the others around it."""
    return stage.heard[0] if int(row["kind"]) in (s.PUBLIC, s.PRIVATE) else stage.heard[1]


def _said(stage: Stage, row: np.void, memory: Memory | None) -> str:
    moment, key = stage.script.moment, int(row["key"])
    for name, (_, post) in stage.arrived.items():
        if post == key:
            if memory is not None:
                memory.overhear(moment.by_id[name].text)
            return moment.by_id[name].text
    return text_of(_facts(stage, row), key, memory)


def _facts(stage: Stage, row: np.void) -> PostFacts:
    """What is known of a post that its words may depend on."""
    tables, scenario = stage.simulation.world.tables, stage.script.scenario
    time, issue = float(row["time"]), tables.issues[int(row["issue"])]
    first = tables.posts[int(row["root"] if int(row["kind"]) == s.SHARE else row["grievance"])]
    cause = "" if int(issue["kind"]) == s.ORDINARY else stage.simulation.world.issue_names[int(row["issue"])]
    reply = _reply_to(stage, int(first["key"]), time)
    segment = scenario.customers.segments[int(tables.people[int(row["author"])]["segment"])]
    return PostFacts(
        kind=KINDS.get(int(row["kind"]), "complaint" if row["valence"] < 0 else "praise"),
        brand=f"@{stage.script.brand_name}", cause=cause, arousal=float(row["arousal"]), valence=float(row["valence"]),
        times=int(row["times"]), answered=float(first["first_reply"]) < time, segment=segment.name,
        loyalty=segment.loyalty, author=int(row["author"]), words=_own_words(stage, cause),
        language=stage.script.moment.language,
        setting=f"{scenario.scenario} {scenario.about}", since=_since(float(issue["began"]), time),
        waited=max(0.0, time - float(first["time"])), hour=time % 24,
        reply="" if reply is None else reply.action.text, personal=_personal(stage, reply),
    )


def _since(began: float, time: float) -> float:
    """Hours since something began; inf for what always was."""
    return time - began if math.isfinite(began) else math.inf


def _reply_to(stage: Stage, post: int, time: float) -> Done | None:
    """The trainee's last words under a thread before a time."""
    said = [
        done for done in stage.done
        if done.post == post and done.done and done.action.do in SAID and stage.hours(done.second) <= time
    ]
    return said[-1] if said else None


def _personal(stage: Stage, reply: Done | None) -> float:
    """How personal an answer was; without one by hand, how personal the house's are."""
    if reply is not None and reply.action.point is not None:
        return reply.action.point[QUALITIES.index("personal")]
    return float(stage.simulation.world.tables.brands[stage.script.brand]["personal"])


def _own_words(stage: Stage, cause: str) -> tuple[str, ...]:
    """What the scenario's author lets people say about a cause or incident of the brand; often nothing."""
    scenario, brand = stage.script.scenario, stage.script.scenario.brands[stage.script.brand]
    if cause in brand.failures:
        return tuple(brand.failures[cause].words)
    found = [incident for incident in scenario.incidents if incident.brand == brand.name and incident.label == cause]
    return tuple(found[0].words) if found else ()


def said_after(stage: Stage, place: int) -> str:
    """What who was answered says of an action (by its place among `stage.done`): thanks if it moved them up, else a
    complaint said again, or nothing."""
    while len(stage.after) <= place:
        stage.after.append(_after(stage, stage.done[len(stage.after)]))
    return stage.after[place]


def _after(stage: Stage, done: Done) -> str:
    row = stage.row(done.post) if done.done and done.action.do in SAID else None
    if row is None or abs(done.change) < MOVED:
        return ""
    facts = replace(
        _facts(stage, row), kind="thanks" if done.change > 0 else "complaint", arousal=0.5, valence=done.change,
        times=0 if done.change > 0 else 1, answered=True, waited=done.waited, hour=stage.hours(done.second) % 24,
        reply=done.action.text, personal=_personal(stage, done),
    )
    return text_of(facts, keyed(done.post, name_word("after")), stage.heard_after)
