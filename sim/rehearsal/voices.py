"""Who writes, and what: handles and words for every post of the crowd (`crowd_text`), an author's own for an inject."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from sim.core.chance import keyed, name_word
from sim.rehearsal.crowd_text import Kind, PostFacts, phrases, text_of
from sim.world import state as s

if TYPE_CHECKING:
    from sim.rehearsal.stage import Stage

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
    """What a post says."""
    key = int(row["key"])
    if key not in stage.said:
        stage.said[key] = _said(stage, row, key)
    return stage.said[key]


def _said(stage: Stage, row: np.void, key: int) -> str:
    moment, tables = stage.script.moment, stage.simulation.world.tables
    for name, (_, post) in stage.arrived.items():
        if post == key:
            return moment.by_id[name].text
    issue = tables.issues[int(row["issue"])]
    first = tables.posts[int(row["grievance"])]
    segment = stage.script.scenario.customers.segments[int(tables.people[int(row["author"])]["segment"])]
    cause = "" if int(issue["kind"]) == s.ORDINARY else stage.simulation.world.issue_names[int(row["issue"])]
    kind: Kind = KINDS.get(int(row["kind"]), "complaint" if row["valence"] < 0 else "praise")
    facts = PostFacts(
        kind=kind, brand=f"@{stage.script.brand_name}",
        cause=cause,
        arousal=float(row["arousal"]), valence=float(row["valence"]), times=int(row["times"]),
        answered=not math.isinf(float(first["first_reply"])) and float(first["first_reply"]) < float(row["time"]),
        loyalty=segment.loyalty, author=int(row["author"]), words=_own_words(stage, cause), language=moment.language,
    )
    return text_of(facts, key)


def _own_words(stage: Stage, cause: str) -> tuple[str, ...]:
    """What the scenario's author lets people say about a cause or incident of the brand; often nothing."""
    scenario, brand = stage.script.scenario, stage.script.scenario.brands[stage.script.brand]
    if cause in brand.failures:
        return tuple(brand.failures[cause].words)
    found = [incident for incident in scenario.incidents if incident.brand == brand.name and incident.label == cause]
    return tuple(found[0].words) if found else ()


def said_after(stage: Stage, post: int, change: float, who: int) -> str:
    """What someone who was answered says of it: thanks if it moved them up, else a complaint said again, or nothing."""
    row = stage.row(post)
    if row is None or abs(change) < 0.01:
        return ""
    facts = PostFacts(
        kind="thanks" if change > 0 else "complaint", brand=f"@{stage.script.brand_name}", arousal=0.5,
        valence=change, times=0 if change > 0 else 1, answered=change < 0, author=who,
        language=stage.script.moment.language,
    )
    return text_of(facts, keyed(post, name_word("after")))
