"""The debrief: what a session was worth, by letting the same moment go otherwise in many redrawn futures.

`headline` is quick (a score from few futures); `debrief` is whole, a piece of work at a time through an executor, in an
order that does not depend on it. Nothing here prints or draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import reduce

import numpy as np

from sim.rehearsal import score
from sim.rehearsal.action import CONFIDENCE, Action
from sim.rehearsal.bots import BEST, HOUSE, SILENCE
from sim.rehearsal.cascades import Cascade, worst_cascade
from sim.rehearsal.facts import reputation
from sim.rehearsal.futures import (
    Futures,
    Played,
    Way,
    beginning,
    future_seeds,
    measure_at,
    measured_futures,
)
from sim.rehearsal.load import Script
from sim.rehearsal.reviews import (
    NOTHING,
    Estimate,
    Review,
    Stated,
    actions_of,
    fork_second,
    left_waiting,
    review_of,
    reviewed,
    statements_of,
    valued,
    ways_of,
    ways_without,
)
from sim.rehearsal.score import Parts
from sim.rehearsal.session import Session
from sim.rehearsal.stage import STEP, Stage, taken_over
from sim.study.workers import Here, ordered

YOU = "you"
REFERENCES = (Way("silence", bot=SILENCE), Way("house policy", bot=HOUSE), Way("best known", bot=BEST))
FIRST_LOOK = 24
"""Futures of the quick headline."""
CHUNK = 10
"""Futures in one piece of work."""
GOOD = 0.75
"""A reply worth this part of the best one counts as a good one, where confidence is judged."""
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Luck:
    """How much of the outcome was luck. expected: the score over redrawn futures; lived: as this world went."""

    expected: float
    lived: float
    spread: float
    """Standard deviation of the score between futures in which the same was done."""


@dataclass(frozen=True)
class Left:
    """Who had no answer at the end: how many followers are shown, and for how many minutes they had waited.

    why: `left alone` on purpose, wrote `after you had left`, or nothing.
    """

    name: str
    handle: str
    followers: int
    minutes: int
    why: str = ""


@dataclass(frozen=True)
class Debrief:
    """Everything known about a session. Estimates are differences in points of 100, with 95 % intervals."""

    session: Session
    parts: Parts
    score: float
    passed: bool
    worlds: int
    references: dict[str, Estimate]
    """What you achieved against each reference: reputation among all who know the brand."""
    reached: dict[str, Estimate]
    """The same among those who complained or saw a complaint."""
    luck: Luck
    lines: dict[str, np.ndarray]
    """float64 [3, points]: 5 %, 50 % and 95 % of reputation for each way, each `STEP` seconds."""
    lived: np.ndarray
    """float64 [points]: reputation as this session went."""
    reviews: tuple[Review, ...] = ()
    statements: tuple[Stated, ...] = ()
    waiting: tuple[Left, ...] = ()
    cascade: Cascade | None = None
    predicted: Mapping[str, object] = field(default_factory=dict)
    brier: float | None = None
    """Mean squared error of the stated confidence (0 perfect, 0.25 a coin)."""
    futures: int = 0
    ended: float = 0.0
    """Reputation at the end of the session, as it was lived."""


# ---------------------------------------------------------------------------------------------- references


def headline(session: Session, executor: Executor | None = None) -> Debrief:
    """The score and the references, from few futures (in this process, if there is no executor)."""
    session = session.to_its_time()
    return _scored(session, _references(session, FIRST_LOOK, executor or Here(), lambda done: None))


def debrief(
    session: Session, executor: Executor, on_progress: Progress, *, worlds: int | None = None,
    futures: int | None = None, reviews: bool = True,
) -> Debrief:
    """The whole debrief. worlds, futures: of each reference and of each alternative (default: the moment's own).

    on_progress: told the share of the work that is done.
    """
    session = session.to_its_time()
    outcome = session.script.moment.scoring.outcome
    worlds = outcome.worlds if worlds is None else worlds
    futures = outcome.futures if futures is None else futures
    threads = _to_review(session) if reviews else []
    statements = statements_of(session.stage) if reviews else []
    plans = [*(_plan(session, review) for review in threads), *(_plan_without(session, each) for each in statements)]
    first = worlds * (len(REFERENCES) + 1)
    work = float(first + futures * sum(len(plan.ways) for plan in plans))
    told = _scored(session, _references(session, worlds, executor, lambda done: on_progress(done * first / work)))
    found = _lived(
        session, plans, futures, executor, lambda share: on_progress((first + share * (work - first)) / work)
    )
    return replace(
        told, futures=futures, reviews=tuple(map(reviewed, threads, found)),
        statements=tuple(map(valued, statements, found[len(threads) :])),
    )


def _references(session: Session, worlds: int, executor: Executor, on_progress: Progress) -> Futures:
    """You and the references, lived from the beginning of the moment in redrawn futures."""
    ways = (Way(YOU, actions_of(session.stage)), *REFERENCES)
    seeds = future_seeds(_seed(session), worlds, "references")
    script, seed = session.script, _seed(session)
    calls = [(script, seed, (), 0, "", ways, part, True) for part in _chunks(seeds)]
    return _gathered(executor, calls, on_progress)


def _gathered(executor: Executor, calls: Sequence[tuple[object, ...]], on_progress: Progress) -> Futures:
    joined: Futures = reduce(Futures.joined, _each(executor, list(calls), on_progress))
    return joined


def _chunks(seeds: list[int]) -> list[list[int]]:
    return [seeds[at : at + CHUNK] for at in range(0, len(seeds), CHUNK)]


def _seed(session: Session) -> int:
    return int(session.header["seed"])


def _scored(session: Session, futures: Futures) -> Debrief:
    """The score of a session, with what its references' futures say."""
    stage = session.stage
    mean = {name: float(futures.of(name, "population").mean()) for name in futures.names}
    best = max(mean["best known"], mean["house policy"], mean[YOU])
    parts = Parts(
        score.craft(stage), score.timing(stage), score.triage(stage), score.outcome(mean[YOU], mean["silence"], best)
    )
    total = parts.total(stage)
    ended, line, luck = _luck(session, futures, parts, mean["silence"], best)
    return Debrief(
        session=session, parts=parts, score=total, passed=total >= session.script.moment.scoring.pass_mark,
        worlds=len(futures.values),
        references={way.name: Estimate.of(futures.gain(YOU, way.name, "population")) for way in REFERENCES},
        reached={way.name: Estimate.of(futures.gain(YOU, way.name)) for way in REFERENCES},
        luck=luck, lived=line,
        lines={
            name: np.percentile(futures.lines[:, number], (5, 50, 95), axis=0)
            for number, name in enumerate(futures.names)
        },
        waiting=_waiting(session), cascade=worst_cascade(session), predicted=guessed(session, ended),
        brier=_brier(session), ended=ended,
    )


def _luck(
    session: Session, futures: Futures, parts: Parts, silence: float, best: float
) -> tuple[float, np.ndarray, Luck]:
    """Reputation in the end and on the way as this world went; and how much of the score was its luck."""
    lived = replay(session.script, _seed(session), actions_of(session.stage), drawn=True)
    line = np.array(lived.line)
    ended = reputation(lived)
    quiet = replay(session.script, _seed(session), (), drawn=False)
    stages = (lived, quiet)
    for stage in stages:
        measure_at(stage)
    gain = reputation(lived) - reputation(quiet)
    span = best - silence
    each = futures.gain(YOU, "silence", "population")
    outcomes = [score.outcome(value, 0.0, span) for value in (gain, *each)]
    totals = [replace(parts, outcome=value).total(session.stage) for value in outcomes]
    luck = Luck(parts.total(session.stage), totals[0], float(np.std(totals[1:])))
    return ended, line, luck


def replay(script: Script, seed: int, actions: Played, *, drawn: bool) -> Stage:
    """A stage with these actions, lived to the end of its session."""
    stage = taken_over(beginning(script, seed))
    if drawn:
        stage.line = [reputation(stage)]
    stage.watches = False
    for second, action in actions:
        stage.advance(second)
        stage.perform(action)
    stage.advance(stage.length)
    return stage


# ---------------------------------------------------------------------------------------------- threads


def _to_review(session: Session) -> list[Review]:
    """The threads on which something was done, and the injects that came; in the order of their appearance."""
    posts = [done.post for done in session.stage.done if done.done and done.post]
    posts += [post for _, post in session.stage.arrived.values()]
    return sorted((review_of(session, post) for post in dict.fromkeys(posts)), key=lambda review: review.appeared)


@dataclass(frozen=True)
class _Plan:
    """What is to be lived to judge one deed: from which second, and whose attitude is measured apart."""

    purpose: str
    fork_at: int
    author: str | int
    ways: list[Way]


def _plan(session: Session, review: Review) -> _Plan:
    author = session.script.moment.by_id[review.name].sender if review.inject else review.post
    return _Plan(review.name, fork_second(review), author, ways_of(session.stage, review))


def _plan_without(session: Session, stated: Stated) -> _Plan:
    at = max(0, stated.second - 1)
    return _Plan(f"statement at {stated.second}", at, "", ways_without(session.stage, stated))


def _lived(
    session: Session, plans: Sequence[_Plan], futures: int, executor: Executor, on_progress: Progress
) -> list[Futures]:
    """The futures of each plan."""
    actions = actions_of(session.stage)
    script, seed = session.script, _seed(session)
    calls: list[tuple[object, ...]] = []
    sizes = []
    for plan in plans:
        past = tuple(deed for deed in actions if deed[0] < plan.fork_at)
        parts = _chunks(future_seeds(seed, futures, plan.purpose))
        calls += [(script, seed, past, plan.fork_at, plan.author, plan.ways, part, False) for part in parts]
        sizes.append(len(parts))
    found = list(_each(executor, calls, on_progress))
    ends = np.cumsum(sizes).tolist()
    return [reduce(Futures.joined, found[end - size : end]) for end, size in zip(ends, sizes, strict=True)]


def _each(executor: Executor, calls: list[tuple[object, ...]], on_progress: Progress) -> list[Futures]:
    found = []
    for each in ordered(executor, measured_futures, calls):
        found.append(each)
        on_progress(len(found) / len(calls))
    return found


def what_if(session: Session, post: int, second: int | None, action: Action | None, futures: int) -> Estimate:
    """What one answer instead of yours would have changed among those reached (None: no answer at all)."""
    review = review_of(session, post)
    mine = actions_of(session.stage)
    rest = [deed for deed in mine if not _answers(session, deed, post)]
    changed = rest if action is None or second is None else sorted([*rest, (second, action)], key=lambda deed: deed[0])
    at = min(fork_second(review), second if second is not None else review.appeared)
    past = tuple(deed for deed in mine if deed[0] < at)
    ways = (Way(YOU, mine), Way(NOTHING, tuple(changed)))
    author = session.script.moment.by_id[review.name].sender if review.inject else post
    seeds = future_seeds(_seed(session), futures, review.name)
    found = measured_futures(session.script, _seed(session), past, at, author, ways, seeds, False)
    return Estimate.of(found.gain(NOTHING, YOU))


def _answers(session: Session, deed: tuple[int, Action], post: int) -> bool:
    """Whether a deed was done on a thread."""
    _, action = deed
    arrived = session.stage.arrived
    return post in (action.post, arrived[action.on][1] if action.on in arrived else 0)


# ---------------------------------------------------------------------------------------------- people and guesses


def _waiting(session: Session) -> tuple[Left, ...]:
    """Who never had an answer; those who were left alone on purpose, or came too late for the trainee, at the end."""
    now, scale = session.stage.simulation.world.now, session.script.moment.crowd.stands_for
    last = max((done.second for done in session.stage.done), default=0)
    found = []
    for thread, name in left_waiting(session):
        review = review_of(session, thread.post)
        followers = review.followers if review.inject else thread.latest.followers * scale
        late = session.left and review.noticed > last
        why = review.deed if review.deed == "left alone" else "after you had left" if late else ""
        found.append(Left(name, review.handle, followers, round(60 * (now - thread.latest.posted)), why))
    return tuple(sorted(found, key=lambda each: bool(each.why)))


def guessed(session: Session, ended: float) -> dict[str, object]:
    """The trainee's guess beside the reputation that came."""
    return {**session.prediction, "reputation_was": ended} if session.prediction else {}


def _brier(session: Session) -> float | None:
    """How well confidence told good replies from others."""
    errors = []
    for post in score.answered_threads(session.stage):
        review = review_of(session, post)
        if review.confidence:
            good = review.best_worth <= 0 or review.worth >= GOOD * review.best_worth
            errors.append((CONFIDENCE[review.confidence] - good) ** 2)
    return sum(errors) / len(errors) if errors else None


__all__ = ["FIRST_LOOK", "STEP", "YOU", "Debrief", "Luck", "debrief", "headline", "replay", "what_if"]
