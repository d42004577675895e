"""How a session is scored: four parts of 0..1, each from what was done alone (outcome: from many futures).

- craft: what each answer was worth to who reads it, against the best answer the author wrote for it;
- timing: how soon each inject had its first answer, against its deadline;
- triage: whether those were answered first, and at all, whom the moment's ideal triage wants first;
- outcome: what the crowd came to think, between nobody answering (0) and the best known way (1).
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.rehearsal.action import HOLD, IGNORE, SAID, STATEMENT
from sim.rehearsal.bots import best_option, worth, worth_of
from sim.rehearsal.moment import Inject, Option
from sim.rehearsal.stage import HOUR, Done, Stage


@dataclass(frozen=True)
class Parts:
    """The parts of a score, each 0..1."""

    craft: float
    timing: float
    triage: float
    outcome: float

    def total(self, stage: Stage) -> float:
        """The score, 0-100, by the moment's weights."""
        weights = stage.script.moment.scoring.weights
        return (
            weights.craft * self.craft + weights.timing * self.timing + weights.triage * self.triage
            + weights.outcome * self.outcome
        )


def answers_to(stage: Stage, post: int) -> list[Done]:
    """What was said to a thread, in order."""
    return [done for done in stage.done if done.post == post and done.done and done.action.do in SAID]


def answered_threads(stage: Stage) -> list[int]:
    """The threads that were answered, in the order of their first answers."""
    posts = [done.post for done in stage.done if done.done and done.post and done.action.do in SAID]
    return list(dict.fromkeys(posts))


def best_words(stage: Stage, name: str, praise: bool) -> Option | None:
    """The best answer the author wrote for a thread."""
    options = stage.script.moment.options(name).values()
    said = [option for option in options if option.speaks and (option.move != "thank" or praise)]
    return best_option(stage.script, said)


def craft_of(stage: Stage, post: int) -> float | None:
    """What the answers to a thread were worth, 0..1 of the best there was; None for one that was not answered."""
    said = answers_to(stage, post)
    row = stage.row(post)
    if not said or row is None:
        return None
    best = best_words(stage, said[0].name, float(row["valence"]) >= 0)
    most = worth_of(stage.script, best) if best else 0.0
    reached = max(worth(stage.script, done.action.point) for done in said)
    penalty = sum(done.action.penalty for done in said) / 100.0
    return max(0.0, min(1.0, reached / most if most > 0 else 1.0) - penalty)


def timing_of(stage: Stage, inject: Inject) -> float | None:
    """How soon an inject was answered, 0..1; None if it never came, or its time was not up at the end."""
    if inject.id not in stage.arrived:
        return None
    second, post = stage.arrived[inject.id]
    timing = stage.script.moment.scoring.timing
    deadline = stage.script.moment.deadline(inject)
    first = min(
        (done.second for done in stage.done if done.post == post and done.done and done.action.do != IGNORE),
        default=None,
    )
    if first is None:
        return 0.0 if stage.second - second >= round(deadline * HOUR) else None
    late = (first - second) / HOUR - deadline
    share = 1.0 if late <= 0 else max(0.0, 1.0 - late / (timing.zero_at - timing.target))
    return 0.5 * share if post in stage.broken else share


def craft(stage: Stage) -> float:
    """Mean craft of the threads answered (0 if none was), without those the author does not score."""
    unscored = {inject.id for inject in stage.script.moment.injects if not inject.scored}
    values = [
        value for post in answered_threads(stage)
        if answers_to(stage, post)[0].name not in unscored and (value := craft_of(stage, post)) is not None
    ]
    return sum(values) / len(values) if values else 0.0


def timing(stage: Stage) -> float:
    """Mean timing of the injects that came (1 if none had to be answered yet)."""
    injects = [inject for inject in stage.script.moment.injects if inject.scored]
    values = [value for inject in injects if (value := timing_of(stage, inject)) is not None]
    return sum(values) / len(values) if values else 1.0


def triage(stage: Stage) -> float:
    """Half for order (what was answered against what then waited), half for whom no answer was left."""
    order = []
    for done in stage.done:
        if done.done and done.first and done.action.do not in (IGNORE, STATEMENT) and done.open:
            scores = {post: score for _, post, score in done.open}
            most = max(scores.values())
            order.append(scores.get(done.post, 0.0) / most if most > 0 else 1.0)
    if not order:
        return 0.0
    handled = {done.post for done in stage.done if done.done and done.action.do not in (IGNORE, HOLD)}
    weight: dict[int, float] = {}
    for done in stage.done:
        weight.update({post: score for _, post, score in done.open})
    now, ideal = stage.simulation.world.now, stage.script.moment.scoring.triage
    weight.update({thread.post: thread.score(now, ideal) for thread in stage.threads()})
    total = sum(weight.values())
    kept = sum(score for post, score in weight.items() if post in handled) / total if total > 0 else 1.0
    return 0.5 * sum(order) / len(order) + 0.5 * kept


def outcome(yours: float, silence: float, best: float) -> float:
    """Where the crowd ended, 0..1 between silence and the best known way (1 if there was nothing to gain)."""
    if best - silence <= 1e-9:
        return 1.0 if yours >= silence - 1e-9 else 0.0
    return max(0.0, min(1.0, (yours - silence) / (best - silence)))
