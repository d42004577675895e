"""Bots that play a moment: what a trainee could do, from nothing to the best there is in the file.

A bot sits at the desk like a trainee: it sees what waits, writes one answer at a time, and writing takes time. House
policy is no bot but the scenario's own desk. What a bot decides depends on its stage and seed only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.core.chance import keyed, name_word, unit
from sim.model.reply import worth_to_observer
from sim.rehearsal.action import HOLD, THANK, Action, of_option
from sim.rehearsal.load import Script
from sim.rehearsal.moment import Option
from sim.rehearsal.stage import MINUTE, Stage, Thread, opened

BEST, HOUSE, SILENCE = "best option", "house policy", "never replies"


@dataclass(frozen=True)
class Bot:
    """How a bot works: how long it lets things lie, what it picks, and how long writing takes it (None: as written)."""

    name: str
    about: str
    waits_minutes: float
    picks: Callable[[Stage, Thread, list[Option]], Option | None]
    takes_minutes: float | None = None


def worth(script: Script, point: tuple[float, ...] | None) -> float:
    """What a reply of five qualities is worth to who reads it, 0..1, by the scenario's rules."""
    rule = script.scenario.crowd.reply
    if point is None:
        return 0.0
    action, ease, empathy, honesty, personal = point
    return worth_to_observer(
        action, ease, empathy, honesty, personal, rule.weight_action, rule.weight_treatment, rule.weight_procedure
    )


def worth_of(script: Script, option: Option) -> float:
    """What an option is worth; 0 for one that says nothing."""
    return worth(script, of_option(option, "").point)


def sayable(stage: Stage, thread: Thread) -> list[Option]:
    """Options that answer a thread: those that say something, thanks only for praise."""
    praise = thread.latest.valence >= 0
    options = stage.script.moment.options(thread.name).values()
    return [option for option in options if option.speaks and (option.move != THANK or praise)]


def best_option(script: Script, options: list[Option]) -> Option | None:
    """The answer worth most (a promise is no answer yet); of equals the first."""
    answers = [option for option in options if option.move != HOLD]
    return max(answers, key=lambda option: worth_of(script, option)) if answers else None


def _best(stage: Stage, thread: Thread, options: list[Option]) -> Option | None:
    return best_option(stage.script, options)


def _canned(stage: Stage, thread: Thread, options: list[Option]) -> Option | None:
    inject = stage.script.moment.by_id.get(thread.name)
    answers = [option for option in options if option.move == "reply"]
    answers = [option for option in answers if inject and option in inject.options] or answers
    return min(answers, key=lambda option: worth_of(stage.script, option)) if answers else None


def _any(stage: Stage, thread: Thread, options: list[Option]) -> Option | None:
    """Any of what can be done, drawn by the bot's seed and the thread; a third of all are left alone."""
    everything = list(stage.script.moment.options(thread.name).values())
    draw = unit(keyed(keyed(stage.simulation.world.seed, name_word("random bot")), thread.post))
    place = int(draw * 1.5 * len(everything))
    return everything[place] if place < len(everything) else None


BOTS: dict[str, Bot] = {
    bot.name: bot
    for bot in (
        Bot(SILENCE, "leaves everything", 0.0, lambda stage, thread, options: None),
        Bot("fast canned", "the emptiest reply, at once", 0.0, _canned, takes_minutes=1.0),
        Bot("slow perfect", "the best answer, after twenty minutes", 20.0, _best),
        Bot("random", "any option, or none", 3.0, _any),
        Bot(BEST, "the best answer, as soon as it is written", 0.0, _best),
    )
}
"""All bots by name. `HOUSE` stands for the scenario's own desk."""


def play(stage: Stage, bot: Bot) -> Stage:
    """Let a bot play a stage to the end of its session; the same stage."""
    if bot.name == SILENCE:
        stage.advance(stage.length)
        return stage
    free_at, left = 0, set[int]()
    while stage.second < stage.length:
        stage.advance(min(stage.length, max(free_at, stage.second + MINUTE)))
        if stage.second >= stage.length:
            break
        chosen = _next(stage, bot, left)
        if chosen is None:
            continue
        thread, option = chosen
        takes = bot.takes_minutes
        if takes is None:
            takes = 60 * (stage.script.moment.clock.reply_takes if option.takes is None else option.takes)
        stage.advance(min(stage.length, stage.second + round(MINUTE * takes)))
        stage.perform(of_option(option, thread.name, 0 if thread.name else thread.post))
        left.add(thread.post)
        free_at = stage.second
    return stage


def _next(stage: Stage, bot: Bot, left: set[int]) -> tuple[Thread, Option] | None:
    """The thread a bot answers next, by the moment's triage, and with what."""
    now, triage = stage.simulation.world.now, stage.script.moment.scoring.triage
    waiting = [
        thread for thread in stage.threads()
        if thread.post not in left and 60 * (now - thread.latest.posted) >= bot.waits_minutes
    ]
    for thread in sorted(waiting, key=lambda thread: -thread.score(now, triage)):
        option = bot.picks(stage, thread, sayable(stage, thread))
        if option is not None:
            return thread, option
        left.add(thread.post)
    return None


def replayed(stage: Stage, actions: list[tuple[int, Action]], until: int | None = None) -> Stage:
    """Do a list of actions at their seconds on a stage, up to a second (default: the session's end); the same stage."""
    until = stage.length if until is None else until
    for second, action in actions:
        if stage.second <= second <= until:
            stage.advance(second)
            stage.perform(action)
    stage.advance(until)
    return stage


def played(script: Script, name: str, seed: int | None = None) -> Stage:
    """A stage played to its end by a bot, or by the house."""
    if name == HOUSE:
        stage = opened(script, seed, by_hand=False)
        stage.advance(stage.length)
        return stage
    return play(opened(script, seed), BOTS[name])
