"""Playing a moment with bots before anybody does: is everything reached, is there something to decide, is it fair?

Each bot plays the same worlds (seeds); the house plays as it does. What is reported: the score and the crowd's end a
bot, which injects came and which options were ever chosen, which options dominate in what they do (not only in what
is declared), and whether the best-scored bot is also best for the crowd.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from sim.rehearsal import score
from sim.rehearsal.action import SAID, of_option
from sim.rehearsal.bots import BOTS, HOUSE, SILENCE, played
from sim.rehearsal.enter import attitude
from sim.rehearsal.facts import reputation
from sim.rehearsal.futures import beginning, future_seeds, measure_at
from sim.rehearsal.load import Script
from sim.rehearsal.score import Parts
from sim.rehearsal.stage import taken_over
from sim.study.workers import ordered

EASY, HARD = 0.85, 0.35
"""Score (of 100: times 100) of the random bot above which a moment is easy, and of the best one below which hard."""


@dataclass(frozen=True)
class Play:
    """One bot's play of one world: the parts of its score but outcome, reputation measured, and what came and was said.

    options: `m1.b` for each option chosen; `answers.fix` for one of those for any post.
    """

    craft: float
    timing: float
    triage: float
    reputation: float
    injects: tuple[str, ...]
    options: tuple[str, ...]


@dataclass(frozen=True)
class BotResult:
    """A bot over all worlds. score: float64 [worlds]; reputation: float64 [worlds]; injects: mean number that came."""

    name: str
    about: str
    score: np.ndarray
    reputation: np.ndarray
    injects: float
    answered: float


@dataclass(frozen=True)
class Playtest:
    """What bots found out about a moment."""

    script: Script
    worlds: int
    bots: tuple[BotResult, ...]
    never_came: tuple[str, ...]
    sometimes: tuple[tuple[str, float], ...]
    """Injects that came in some plays only, with the share of plays."""
    never_chosen: tuple[str, ...]
    n_options: int
    dominated: tuple[tuple[str, str], ...]
    """Pairs of options of one inject: the first is never worth more than the second, to author or to watchers."""
    best_scored: str
    best_for_crowd: str
    spread: float
    """Best score less the random bot's."""
    difficulty: str


def playtest(script: Script, worlds: int, executor: Executor, on_progress: Callable[[float], None]) -> Playtest:
    """Let every bot play `worlds` worlds, of seeds that follow from the moment's own."""
    seeds = [script.moment.crowd.seed, *future_seeds(script.moment.crowd.seed, worlds - 1, "playtest")]
    names = [*BOTS, HOUSE]
    calls = [(script, name, seed) for seed in seeds for name in names]
    plays: list[Play] = []
    for each in ordered(executor, played_out, calls):
        plays.append(each)
        on_progress(len(plays) / len(calls))
    by_bot = {name: plays[place :: len(names)] for place, name in enumerate(names)}
    return _found(script, worlds, by_bot)


def played_out(script: Script, name: str, seed: int) -> Play:
    """One bot in one world, to the instant of measuring."""
    stage = played(script, name, seed)
    options = tuple(
        f"{done.name or 'answers'}.{done.action.option}" for done in stage.done if done.done and done.action.option
    )
    parts = score.craft(stage), score.timing(stage), score.triage(stage)
    measure_at(stage)
    return Play(*parts, reputation(stage), tuple(stage.arrived), options)


def _found(script: Script, worlds: int, by_bot: dict[str, list[Play]]) -> Playtest:
    ends = {name: np.array([play.reputation for play in plays]) for name, plays in by_bot.items()}
    means = {name: float(values.mean()) for name, values in ends.items()}
    best = np.max([ends[name] for name in ends], axis=0)
    bots = tuple(
        BotResult(
            name, BOTS[name].about if name in BOTS else "the scenario's own desk",
            np.array([
                _total(script, play, float(quiet), float(most))
                for play, quiet, most in zip(plays, ends[SILENCE], best, strict=True)
            ]), ends[name],
            float(np.mean([len(play.injects) for play in plays])),
            float(np.mean([len(play.options) for play in plays])),
        )
        for name, plays in by_bot.items()
    )
    every = [play for plays in by_bot.values() for play in plays]
    injects = [inject.id for inject in script.moment.injects]
    came = {name: float(np.mean([name in play.injects for play in every])) for name in injects}
    chosen = {option for play in every for option in play.options}
    wanted = [
        *(f"{inject.id}.{option.id}" for inject in script.moment.injects for option in inject.options),
        *(f"answers.{option.id}" for option in script.moment.answers),
    ]
    players = {bot.name: float(bot.score.mean()) for bot in bots if bot.name != HOUSE}
    scored = max(players, key=lambda name: players[name])
    crowd = max((bot.name for bot in bots if bot.name != HOUSE), key=lambda name: means[name])
    return Playtest(
        script=script, worlds=worlds, bots=bots,
        never_came=tuple(name for name, share in came.items() if share == 0),
        sometimes=tuple((name, share) for name, share in came.items() if 0 < share < 1),
        never_chosen=tuple(name for name in wanted if name not in chosen), n_options=len(wanted),
        dominated=tuple(_dominated(script)), best_scored=scored, best_for_crowd=crowd,
        spread=players[scored] - players["random"], difficulty=_difficulty(players),
    )


def _total(script: Script, play: Play, silence: float, best: float) -> float:
    weights = script.moment.scoring.weights
    gained = score.outcome(play.reputation, silence, best)
    parts = Parts(play.craft, play.timing, play.triage, gained)
    return (
        weights.craft * parts.craft + weights.timing * parts.timing + weights.triage * parts.triage
        + weights.outcome * parts.outcome
    )


FLAT = 1.0
"""Points by which bots differ at least in a moment in which it matters what is done."""


def _difficulty(players: dict[str, float]) -> str:
    """In a word: what chance alone earns, and what the best bot does."""
    if max(players.values()) - min(players.values()) < FLAT:
        return "none: whatever is done scores the same"
    if players["random"] >= 100 * EASY * 0.75:
        return "easy: any answer scores well"
    if max(players.values()) < 100 * HARD:
        return "hard: even the best bot fails"
    return "fair: chance earns little, the best answers earn much"


def _dominated(script: Script) -> list[tuple[str, str]]:
    """Options that another of the same inject beats in what they do in the world, for its author and for the crowd.

    Tried with one answer a world, two minutes after the inject came, in three redrawn futures; only injects at a time.
    """
    found = []
    seed = script.moment.crowd.seed
    for inject in script.moment.injects:
        said = [option for option in inject.options if option.speaks and option.move in SAID and option.move != "hold"]
        if inject.at is None or len(said) < 2:
            continue
        ends = {option.id: _tried(script, seed, inject.id, round(inject.at * 3600) + 120, option.id) for option in said}
        for option in said:
            for other in said:
                if option is not other and all(
                    mine <= theirs for mine, theirs in zip(ends[option.id], ends[other.id], strict=True)
                ) and ends[option.id] != ends[other.id] and not other.requires and other.takes is None:
                    found.append((f"{inject.id}.{option.id}", f"{inject.id}.{other.id}"))
    return found


def _tried(script: Script, seed: int, inject: str, second: int, option: str) -> tuple[float, ...]:
    """Attitude of the author, and reputation, after one option alone, in three futures."""
    ends: list[float] = []
    for future in future_seeds(seed, 3, "dominance"):
        stage = taken_over(beginning(script, seed)).copied(future)
        stage.watches = False
        stage.advance(min(second, stage.length - 1))
        stage.perform(of_option(script.moment.options(inject)[option], inject))
        stage.advance(stage.length)
        who = stage.author(stage.arrived[inject][1]) if inject in stage.arrived else None
        measure_at(stage)
        world = stage.simulation.world
        ends += [0.0 if who is None else attitude(world, script.brand, who), reputation(stage)]
    return tuple(ends)
