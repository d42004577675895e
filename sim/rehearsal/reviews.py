"""Each thread of a session under review: what was done, what else could have been, and what that is worth.

`ways_of` lists the alternatives of one thread for `futures.measured_futures`: everything else stays as it was done.
A statement stands on no thread; it is held against the same session without it.
`reviewed` reads the futures that came of them: the marginal value of the answer, the regret, and their split into
speed and words by Shapley's rule, so that neither is counted first.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from sim.rehearsal.action import ESCALATE, HOLD, IGNORE, STATEMENT, Action, of_option
from sim.rehearsal.bots import worth, worth_of
from sim.rehearsal.futures import Futures, Played, Way
from sim.rehearsal.moment import Option
from sim.rehearsal.score import answers_to, best_words, craft_of, timing_of
from sim.rehearsal.session import Session
from sim.rehearsal.stage import HOUR, MINUTE, Stage, Thread
from sim.rehearsal.voices import handle_of, words_of
from sim.study.compare import interval
from sim.world import state as s

FAST = 60
"""Seconds after a post appeared at which an answer is called at once (if the desk has heard of it by then)."""
SOONER = 10 * MINUTE
YOURS, NOTHING, YOURS_FAST, BEST_NOW, BEST_FAST, YOURS_SOONER = (
    "as you did", "no answer", "your words, at once", "the best words, at your time", "the best words, at once",
    "your words, ten minutes sooner",
)


@dataclass(frozen=True)
class Estimate:
    """A mean over futures with its 95 % interval (None: fewer than two futures), in points of 100."""

    mean: float
    low: float | None
    high: float | None

    @staticmethod
    def of(values: np.ndarray) -> Estimate:
        """The estimate of some paired differences."""
        known = values[~np.isnan(values)]
        if not len(known):
            return Estimate(0.0, None, None)
        low, high = interval(known)
        return Estimate(float(known.mean()), low, high)


@dataclass(frozen=True)
class Review:
    """One thread: what was done with it and what it was worth. Times in seconds of the session."""

    name: str
    post: int
    handle: str
    text: str
    followers: int
    inject: bool
    appeared: int
    noticed: int
    """When the desk heard of it: nobody could have answered before."""
    answered: int | None
    deadline: int | None
    said: tuple[str, ...]
    deed: str
    """What was done with it but not said: `escalated`, `left alone` (on purpose), or nothing."""
    option: str
    point: tuple[float, ...] | None
    worth: float
    best: str
    best_worth: float
    confidence: str
    verdict: str
    reasons: tuple[str, ...]
    note: str
    broken: bool
    craft: float | None
    timing: float | None
    value: Estimate | None = None
    """What the answer changed among those reached, against none."""
    value_author: Estimate | None = None
    value_population: Estimate | None = None
    regret: Estimate | None = None
    """What the best alternative would have added."""
    instead: str = ""
    speed: Estimate | None = None
    """Part of what the best words at once would have added that is due to speed, and to words."""
    words: Estimate | None = None
    alternatives: tuple[tuple[str, Estimate], ...] = ()
    """Each alternative against what was done, among those reached."""
    lapsed: float = 0.0
    """Mean number of later actions that found no post to act on, in a redrawn future."""

    def as_json(self) -> dict[str, Any]:
        """The review as plain values (the key as text: JSON's numbers are not whole enough)."""
        return {**asdict(self), "post": str(self.post), "alternatives": {n: asdict(e) for n, e in self.alternatives}}


@dataclass(frozen=True)
class Stated:
    """A statement to all: the second it was made, its words, and what it changed, against none."""

    second: int
    text: str
    verdict: str
    reasons: tuple[str, ...]
    value: Estimate | None = None
    """Among those reached."""
    value_population: Estimate | None = None


def actions_of(stage: Stage) -> Played:
    """Everything that took effect on a stage, as it was done."""
    return tuple((done.second, done.action) for done in stage.done if done.done)


def review_of(session: Session, post: int) -> Review:
    """What was done with a thread, without its futures."""
    stage, moment, script = session.stage, session.script.moment, session.script
    row = stage.row(post)
    assert row is not None
    name = next((name for name, (_, key) in stage.arrived.items() if key == post), "")
    inject = moment.by_id.get(name)
    said = answers_to(stage, post)
    deeds = [done for done in stage.done if done.post == post and done.done and done.action.do != IGNORE]
    best = best_words(stage, name, float(row["valence"]) >= 0)
    final = max(said, key=lambda done: worth(script, done.action.point)) if said else None
    options = moment.options(name)
    who = int(row["author"])
    tables = stage.simulation.world.tables
    audience = int(tables.offsets[who + 1] - tables.offsets[who]) * moment.crowd.stands_for
    return Review(
        name=session.names.get(post, name), post=post, handle=handle_of(stage, who), text=words_of(stage, row),
        followers=moment.personas[inject.sender].followers if inject else audience,
        inject=inject is not None, appeared=round(float(row["time"]) * HOUR) - stage.began,
        noticed=_noticed(stage, row),
        answered=min((done.second for done in deeds), default=None),
        deadline=None if inject is None else round(moment.deadline(inject) * HOUR),
        said=tuple(done.action.text for done in said), deed=_deed(stage, post),
        option=final.action.option if final else "",
        point=final.action.point if final else None, worth=worth(script, final.action.point) if final else 0.0,
        best=best.id if best else "", best_worth=worth_of(script, best) if best else 0.0,
        confidence=next((done.action.confidence for done in said if done.action.confidence), ""),
        verdict=final.action.verdict if final else "", reasons=final.action.reasons if final else (),
        note=options[final.action.option].note if final and final.action.option in options else "",
        broken=post in stage.broken, craft=craft_of(stage, post), timing=timing_of(stage, inject) if inject else None,
    )


def _deed(stage: Stage, post: int) -> str:
    """What was done with a thread but not said."""
    done = {each.action.do for each in stage.done if each.post == post and each.done}
    return "escalated" if ESCALATE in done else "left alone" if done == {IGNORE} else ""


def statements_of(stage: Stage) -> list[Stated]:
    """The statements of a session, without their futures."""
    made = [done for done in stage.done if done.done and done.action.do == STATEMENT]
    return [Stated(done.second, done.action.text, done.action.verdict, done.action.reasons) for done in made]


def ways_without(stage: Stage, stated: Stated) -> list[Way]:
    """The session as it was, and without one statement."""
    mine = actions_of(stage)
    rest = tuple(deed for deed in mine if (deed[0], deed[1].do) != (stated.second, STATEMENT))
    return [Way(YOURS, mine), Way(NOTHING, rest)]


def valued(stated: Stated, futures: Futures) -> Stated:
    """A statement with what its futures say."""
    return replace(
        stated, value=Estimate.of(futures.gain(YOURS, NOTHING)),
        value_population=Estimate.of(futures.gain(YOURS, NOTHING, "population")),
    )


def _noticed(stage: Stage, row: np.void) -> int:
    """The second at which the desk first heard of a thread (of its repetition, if it missed the first post)."""
    tables = stage.simulation.world.tables
    posts = tables.posts[: tables.counts[s.N_POSTS]]
    mine = posts[posts["grievance"] == row["grievance"]]
    heard = float(mine["noticed"][np.isfinite(mine["noticed"])].min(initial=float(row["time"]) + 1e6))
    return math.ceil(min(heard, stage.hours(stage.length)) * HOUR) - stage.began


def fork_second(review: Review) -> int:
    """The last second before a thread's post appears (0 for one that was there already)."""
    return max(0, review.appeared - 1)


def ways_of(stage: Stage, review: Review) -> list[Way]:
    """The alternatives of one thread, all else as it was done. The first two are what was done, and nothing."""
    mine = [
        (done.second, done.action) for done in stage.done
        if done.post == review.post and done.done and done.action.do != IGNORE
    ]
    rest = [(done.second, done.action) for done in stage.done if done.post != review.post and done.done]
    on, key = (review.name, 0) if review.inject else (review.name, review.post)
    first = review.answered if review.answered is not None else stage.length - 1
    at_once = min(first, max(review.appeared + FAST, review.noticed + 1, 0))
    options = _options(stage, review)
    best = next((option for option in options if option.id == review.best), None)
    ways = [Way(YOURS, _sorted(rest, mine)), Way(NOTHING, _sorted(rest, []))]
    if mine and at_once < first:
        ways.append(Way(YOURS_FAST, _sorted(rest, _shifted(mine, at_once - first))))
        sooner = max(at_once, first - SOONER)
        ways.append(Way(YOURS_SOONER, _sorted(rest, _shifted(mine, sooner - first))))
    if best is not None:
        if mine:
            ways.append(Way(BEST_NOW, _sorted(rest, _answered(stage, best, best, on, key, first))))
        ways.append(Way(BEST_FAST, _sorted(rest, _answered(stage, best, best, on, key, at_once))))
    for option in options:
        if mine and option is not best and option.id != review.option:
            ways.append(Way(f"option {option.id}", _sorted(rest, _answered(stage, option, best, on, key, first))))
    return ways


def _options(stage: Stage, review: Review) -> list[Option]:
    """What could have been said to a thread (of those for any post only the best, where it has its own)."""
    row = stage.row(review.post)
    assert row is not None
    own = stage.script.moment.by_id[review.name].options if review.inject else ()
    options = list(stage.script.moment.options(review.name if review.inject else "").values())
    praise = float(row["valence"]) >= 0
    said = [option for option in options if option.speaks and (option.move != "thank" or praise)]
    return [option for option in said if not own or option in own or option.id == review.best]


def _answered(stage: Stage, option: Option, best: Option | None, on: str, key: int, second: int) -> Played:
    """An option at a second; a promise is kept with the best answer, a minute before it runs out."""
    deeds = [(second, of_option(option, on, key))]
    if option.move == HOLD and best is not None:
        keeps = second + round((option.promise or 0.5) * HOUR) - MINUTE
        if keeps < stage.length:
            deeds.append((keeps, of_option(best, on, key)))
    return tuple(deeds)


def _shifted(actions: list[tuple[int, Action]], by: int) -> Played:
    return tuple((second + by, action) for second, action in actions)


def _sorted(rest: list[tuple[int, Action]], mine: Played | list[tuple[int, Action]]) -> Played:
    return tuple(sorted([*rest, *mine], key=lambda deed: deed[0]))


def reviewed(review: Review, futures: Futures) -> Review:
    """A review with what its futures say."""
    names = futures.names
    others = {name: futures.gain(name, YOURS) for name in names if name != YOURS}
    # The best alternative of the same futures would look too good by its luck: half of them choose, half tell.
    half = len(futures.values) // 2
    better = {name: float(np.nanmean(gain[:half])) for name, gain in others.items()} if half else {}
    instead = max(better, key=lambda name: better[name]) if better else ""
    regret = Estimate.of(others[instead][half:]) if instead else None
    if regret is not None and regret.mean <= 0:
        instead, regret = "", Estimate(0.0, 0.0, 0.0)
    speed, words = _split(futures)
    return replace(
        review,
        value=Estimate.of(-others[NOTHING]), value_author=Estimate.of(-futures.gain(NOTHING, YOURS, "author")),
        value_population=Estimate.of(-futures.gain(NOTHING, YOURS, "population")), regret=regret, instead=instead,
        speed=speed, words=words, lapsed=float(futures.lapsed[:, names.index(YOURS)].mean()),
        alternatives=tuple((name, Estimate.of(gain)) for name, gain in others.items()),
    )


def _split(futures: Futures) -> tuple[Estimate | None, Estimate | None]:
    """Shapley's split of what the best words at once would have added, into speed and words.

    With v(time, words): speed = mean of what being at once adds to your words and to the best words; words likewise.
    """
    names = futures.names
    if BEST_FAST not in names or BEST_NOW not in names:
        return None, None
    fast = futures.of(YOURS_FAST if YOURS_FAST in names else YOURS)
    slow, best_slow, best_fast = futures.of(YOURS), futures.of(BEST_NOW), futures.of(BEST_FAST)
    speed = 0.5 * ((fast - slow) + (best_fast - best_slow))
    words = 0.5 * ((best_slow - slow) + (best_fast - fast))
    return Estimate.of(speed), Estimate.of(words)


def left_waiting(session: Session) -> list[tuple[Thread, str]]:
    """Who never had an answer, those first whom the moment's triage wants first; with their names in the session."""
    stage = session.stage
    now, triage = stage.simulation.world.now, stage.script.moment.scoring.triage
    waiting = [thread for thread in stage.threads() if not answers_to(stage, thread.post)]
    ranked = sorted(waiting, key=lambda thread: -thread.score(now, triage))
    return [(thread, session.names[thread.post]) for thread in ranked]
