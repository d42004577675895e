"""Drills: single moments of 90 seconds, made from the skills a trainee was weak in, due by spaced repetition (FSRS).

A skill is what an inject says it practises: one of the five qualities, `speed`, or a name of the author's (then the
whole reply counts). Skills are read from logs: no world is built, so a drill begins at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fsrs import Card, Rating, Scheduler

from sim.core.chance import keyed, name_word
from sim.errors import UserError
from sim.rehearsal.action import SAID, Action, of_option
from sim.rehearsal.appraisal.judge import overall_of
from sim.rehearsal.load import Script
from sim.rehearsal.log import read_log
from sim.rehearsal.moment import QUALITIES, Inject
from sim.rehearsal.own_words import appraised
from sim.rehearsal.session import script_of
from sim.rehearsal.store import Store

SECONDS = 90
"""What a drill should take; its speed is worth nothing at twice that."""
GOOD_REPLY = 0.75
"""Worth to a reader from which a reply counts in full: even the best leave something open."""

SCHEDULER = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
"""Days, not minutes: a drill is done when one sits down to drill."""


@dataclass(frozen=True)
class Drill:
    """One post to answer: its moment, the inject, and the skill it practises."""

    script: Script
    inject: Inject
    skill: str


@dataclass(frozen=True)
class Outcome:
    """How a drill went: the skill's score 0..1, the scheduler's rating 1..4, when it is due again, and why."""

    score: float
    rating: int
    due: dt.datetime
    reasons: tuple[str, ...]


def skills_of(log: Path) -> dict[str, list[float]]:
    """Of a session that has begun: each skill's scores 0..1, one for every inject that practised it and came in time.

    An inject that was not answered scores 0. Raises FileError for what is no log.
    """
    header, records, _ = read_log(log)
    script = script_of(header)
    last = max((int(record["at"]) for record in records), default=0)
    answers: dict[str, tuple[int, Action]] = {}
    for record in records:
        if record.get("do") == "act":
            action = Action.from_json(record["action"])
            if action.do in SAID and action.on not in answers:
                answers[action.on] = int(record["at"]), action
    scores: dict[str, list[float]] = {}
    for inject in script.moment.injects:
        met = inject.id in answers or (inject.at is not None and inject.at * 3600 + 60 < last)
        if met and inject.scored:
            second, answer = answers.get(inject.id, (0, None))
            for skill in inject.skills:
                scores.setdefault(skill, []).append(_score(script, inject, skill, second, answer))
    return scores


def _score(script: Script, inject: Inject, skill: str, second: int, answer: Action | None) -> float:
    if answer is None:
        return 0.0
    if skill == "speed":
        if inject.at is None:
            return 1.0  # when it came is not in the log
        waited = second / 3600 - inject.at
        target, zero = script.moment.deadline(inject), script.moment.scoring.timing.zero_at
        return _clipped(1 - (waited - target) / max(zero - target, 1 / 60))
    return skill_in(skill, answer.point)


def skill_in(skill: str, point: tuple[float, ...] | None) -> float:
    """How well a reply shows a skill, 0..1: a quality as it is, anything else by what the whole is worth."""
    if point is None:
        return 0.0
    if skill in QUALITIES:
        return point[QUALITIES.index(skill)]
    return _clipped(overall_of(dict(zip(QUALITIES, point, strict=True))) / GOOD_REPLY)


def _clipped(value: float) -> float:
    return min(1.0, max(0.0, value))


def weak_skills(store: Store, trainee: str) -> dict[str, float]:
    """The skills in which a trainee's latest three tries were weak on average, with that average, weakest first."""
    tried: dict[str, list[float]] = {}
    bound: dict[str, float] = {}
    for row in store.sessions(trainee):
        path = store.folder / row["log"]
        below = script_of(read_log(path)[0]).moment.debrief.drills_below
        for skill, scores in skills_of(path).items():
            tried.setdefault(skill, []).extend(scores)
            bound[skill] = below
    means = {skill: sum(scores[-3:]) / len(scores[-3:]) for skill, scores in tried.items()}
    return dict(sorted(((s, mean) for s, mean in means.items() if mean < bound[s]), key=lambda item: item[1]))


def plan(store: Store, trainee: str, now: dt.datetime) -> None:
    """Give every weak skill a card that is due now, unless it has one."""
    for skill in weak_skills(store, trainee):
        card = Card(card_id=name_word(f"{trainee}/{skill}") >> 1, due=now)
        store.add_card(trainee, skill, now.isoformat(), card.to_json())


def due(store: Store, trainee: str, now: dt.datetime, *, ahead: bool = False) -> list[str]:
    """The skills that are due, longest first (ahead: all, due or not)."""
    cards = store.cards(trainee)
    return [card["skill"] for card in cards if ahead or dt.datetime.fromisoformat(card["due"]) <= now]


def drill_for(store: Store, trainee: str, skill: str) -> Drill:
    """A post that practises a skill, from the moments the trainee has played; another one each time.

    Raises UserError if none does (any more).
    """
    found: dict[tuple[str, str], Drill] = {}
    for row in store.sessions(trainee):
        script = script_of(read_log(store.folder / row["log"])[0])
        for inject in script.moment.injects:
            if skill in inject.skills:
                found[(script.moment.moment, inject.id)] = Drill(script, inject, skill)
    if not found:
        raise UserError(f"no moment {trainee} has played practises {skill!r}")
    drills = [found[name] for name in sorted(found)]
    done = sum(1 for review in store.reviews(trainee) if review["skill"] == skill)
    first = int(keyed(name_word(trainee), name_word(skill))) % len(drills)
    return drills[(first + done) % len(drills)]


def answered(store: Store, trainee: str, drill: Drill, said: str, seconds: float, now: dt.datetime) -> Outcome:
    """Judge an answer (an option's id, or own words), keep it, and say when the skill is due again.

    Raises UserError for an empty answer.
    """
    point, reasons = read(drill, said)
    score = skill_in(drill.skill, point)
    if drill.skill == "speed":
        score = _clipped(2 - seconds / SECONDS) * skill_in("", point)
    rating = Rating(1 + sum(score >= bound for bound in (0.4, 0.6, 0.8)))
    row = next(card for card in store.cards(trainee) if card["skill"] == drill.skill)
    card, _ = SCHEDULER.review_card(Card.from_json(row["card"]), rating, now)
    review = {
        "trainee": trainee, "skill": drill.skill, "at": now.isoformat(), "moment": drill.script.moment.moment,
        "inject": drill.inject.id, "score": score, "rating": int(rating),
    }
    store.reviewed(review, card.due.isoformat(), card.to_json())
    return Outcome(score, int(rating), card.due, reasons)


def read(drill: Drill, said: str) -> tuple[tuple[float, ...] | None, tuple[str, ...]]:
    """The point of an answer, and why. Raises UserError for words that cannot be judged."""
    said, moment, inject = said.strip(), drill.script.moment, drill.inject
    if not said:
        raise UserError("the answer is empty")
    option = moment.options(inject.id).get(said)
    if option is not None:
        return of_option(option, inject.id).point, (option.note,) if option.note else ()
    rubric = moment.rubrics.get(inject.free_text.rubric or "")
    found = appraised(inject.text, said, rubric, inject.channel, moment.language)
    if found.point is None:
        raise UserError(f"these words cannot be judged: {found.verdict}")
    return found.point, (found.verdict, *found.reasons)


def as_rows(cards: list[dict[str, Any]], now: dt.datetime) -> Iterator[Mapping[str, Any]]:
    """Cards as they are listed: skill, due, and whether it is."""
    for card in cards:
        yield {"skill": card["skill"], "due": card["due"], "is_due": dt.datetime.fromisoformat(card["due"]) <= now}
