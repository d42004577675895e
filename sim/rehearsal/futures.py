"""The same moment in many futures: what a session, and everything done otherwise, comes to.

All comparisons are paired: in each redrawn future every alternative is lived, and only their differences are used.
References begin when the trainee sits down; the alternatives of one reply begin just before its post appears, with the
past as it was. What was drawn before that (who saw what) is kept, all chance after it is drawn anew.

A post of the crowd is named by what led its author to write, which lies before the fork: kept, it would meet the same
viewers in every future. So it gets a key of the future it is in (`_renamed`), and what was done about it follows.

`measured_futures` is the unit of work: a plain function of plain values, so that it can run in any process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.core.chance import exponential, keyed, stream, unit
from sim.model.journey import UNAWARE
from sim.rehearsal.action import Action
from sim.rehearsal.bots import BOTS, HOUSE, play
from sim.rehearsal.facts import reputation
from sim.rehearsal.load import Script
from sim.rehearsal.stage import HOUR, STEP, Stage, opened, taken_over
from sim.world import state as s
from sim.world.purpose import LISTENED, NOTICED_LATE

Played = tuple[tuple[int, Action], ...]
"""Actions with their seconds, in order."""

MEASURES = ("author", "reached", "population", "kept")
"""Columns of what is measured, per alternative: points of 100 (kept: customers of those of the beginning)."""


@dataclass(frozen=True)
class Way:
    """One way to live a future: a list of actions, or a bot, or the house."""

    name: str
    actions: Played = ()
    bot: str = ""


@dataclass(frozen=True)
class Futures:
    """What ways came to. values: float64 [futures, ways, MEASURES]; lines: float64 [futures, ways, points] of
    reputation each `STEP` seconds from the fork's session on, or empty; lapsed: int [futures, ways]."""

    names: tuple[str, ...]
    values: np.ndarray
    lines: np.ndarray
    lapsed: np.ndarray

    def of(self, name: str, measure: str = "reached") -> np.ndarray:
        """float64 [futures]: one measure of one way."""
        column: np.ndarray = self.values[:, self.names.index(name), MEASURES.index(measure)]
        return column

    def gain(self, name: str, over: str, measure: str = "reached") -> np.ndarray:
        """float64 [futures]: what one way has over another, future by future."""
        gained: np.ndarray = self.of(name, measure) - self.of(over, measure)
        return gained

    def joined(self, other: Futures) -> Futures:
        """These futures and others of the same ways."""
        return Futures(
            self.names, np.concatenate([self.values, other.values]), np.concatenate([self.lines, other.lines]),
            np.concatenate([self.lapsed, other.lapsed]),
        )


def future_seeds(seed: int, number: int, purpose: str) -> list[int]:
    """Seeds of redrawn futures, by what they are for."""
    start = stream(seed, f"futures: {purpose}")
    return [keyed(start, k) >> 1 for k in range(number)]


_kept: list[tuple[tuple[str, str, int], Stage]] = []
"""The latest stage at the beginning of a moment (by hand: not yet): built once a process."""


def beginning(script: Script, seed: int) -> Stage:
    """The stage of a moment as it begins, before anybody takes the desk over."""
    key = (script.text, script.scenario_text, seed)
    if not _kept or _kept[0][0] != key:
        _kept[:] = [(key, opened(script, seed, by_hand=False))]
    return _kept[0][1].copied()


def measured_futures(
    script: Script, seed: int, past: Played, fork_at: int, author: str | int, ways: Sequence[Way],
    seeds: Sequence[int], lines: bool,
) -> Futures:
    """Live each way in each redrawn future, from `fork_at` (a second of the session) on, after the actions before it.

    author: whose attitude is measured apart: a persona's id, the key of a post of theirs, or empty for nobody.
    """
    base = beginning(script, seed)
    hands = taken_over(base.copied())
    _live(hands, past, fork_at)
    values = np.zeros((len(seeds), len(ways), len(MEASURES)))
    drawn = np.zeros((len(seeds), len(ways), hands.length // STEP + 1 if lines else 0))
    if lines:
        base.line, hands.line = [reputation(base)], [reputation(hands)]
    lapsed = np.zeros((len(seeds), len(ways)), np.int64)
    firsts = _first_alike(ways)
    who = hands.author(author) if isinstance(author, int) else hands.parts.get(author)
    known = base.simulation.world.tables.opinions[:, script.brand]["stage"] != UNAWARE
    mine = base.simulation.world.tables.people["current"] == script.brand
    for place, future in enumerate(seeds):
        ended: list[Stage] = []
        for number, way in enumerate(ways):
            if (first := firsts[number]) < number:
                drawn[place, number], lapsed[place, number] = drawn[place, first], lapsed[place, first]
                ended.append(ended[first])
                continue
            stage = (base if way.bot == HOUSE else hands).copied(future)
            _live_way(stage, _renamed(stage, way, author, future) if isinstance(author, int) else way)
            if stage.line is not None:
                drawn[place, number] = stage.line
            lapsed[place, number] = sum(not done.done for done in stage.done)
            ended.append(stage)
        values[place] = _measured(ended, who, known, mine)
    return Futures(tuple(way.name for way in ways), values, drawn, lapsed)


def _renamed(stage: Stage, way: Way, post: int, future: int) -> Way:
    """Give a post that is about to appear a key of its future; the same way, of that post.

    Viewers, shares and patience follow from a post's key. The desk hears of it as it did: not, or no later. A post that
    had appeared before the fork stays what it is.
    """
    tables, row = stage.simulation.world.tables, stage.row(post)
    if row is None or float(row["time"]) <= stage.simulation.world.now:
        return way
    listens = 1.0 if int(row["kind"]) == s.PRIVATE else float(tables.brands[stage.script.brand]["listens"])
    heard = unit(keyed(post, LISTENED)) < listens
    late = exponential(keyed(post, NOTICED_LATE))
    key = keyed(post, future)
    while (unit(keyed(key, LISTENED)) < listens) != heard or (heard and exponential(keyed(key, NOTICED_LATE)) > late):
        key = keyed(key, future)
    row["key"] = key
    stage.forget_rows()
    return replace(way, actions=tuple(
        (second, replace(action, post=key) if action.post == post else action) for second, action in way.actions
    ))


def _first_alike(ways: Sequence[Way]) -> list[int]:
    """For each way, the number of the first that does the very same: it need not be lived twice."""
    deeds = [
        (way.bot, tuple((at, do.do, do.on, do.post, do.point, do.channel, do.promise) for at, do in way.actions))
        for way in ways
    ]
    return [deeds.index(deed) for deed in deeds]


def _live(stage: Stage, actions: Played, until: int) -> None:
    """Do what was done before a second, and go there."""
    stage.watches = False
    for second, action in actions:
        if second < until:
            stage.advance(second)
            stage.perform(action)
    stage.advance(until)


def _live_way(stage: Stage, way: Way) -> None:
    """Live one way to the instant of measuring."""
    stage.watches = False
    if way.bot and way.bot != HOUSE:
        play(stage, BOTS[way.bot])
    else:
        begun = stage.second
        for second, action in way.actions:
            if second >= begun:
                stage.advance(second)
                stage.perform(action)
        stage.advance(stage.length)
    measure_at(stage)


def measure_at(stage: Stage) -> None:
    """Go on, with nobody at the desk doing anything more, to the instant at which the moment is measured.

    The house's desk closes with the session, too: it is an hour at the desk that is compared, not the day after it.
    """
    script = stage.script
    if not stage.by_hand:
        taken_over(stage)
    stage.simulation.go_to(stage.hours(round((script.measured_at - script.begins) * HOUR)))


def attitudes(stage: Stage) -> np.ndarray:
    """float64 [people]: everyone's attitude to the brand now."""
    world = stage.simulation.world
    opinions = world.tables.opinions[:, stage.script.brand]
    passed = np.maximum(0, np.floor(world.now) - opinions["heard_hour"]).astype(np.int64)
    felt: np.ndarray = opinions["own"].astype(np.float64) + opinions["heard"] * world.tables.fade[passed]
    return felt


def _measured(ended: list[Stage], who: int | None, known: np.ndarray, mine: np.ndarray) -> np.ndarray:
    """float64 [ways, MEASURES] of the ways of one future. Reached: who complained or saw a complaint in any of them."""
    brand = ended[0].script.brand
    felt = np.stack([50.0 * (1.0 + attitudes(stage)) for stage in ended])
    flags = np.bitwise_or.reduce([stage.simulation.world.tables.opinions[:, brand]["flags"] for stage in ended])
    reached = (flags & (s.AUTHOR | s.EXPOSED)) != 0
    values = np.zeros((len(ended), len(MEASURES)))
    values[:, 0] = felt[:, who] if who is not None else np.nan
    values[:, 1] = felt[:, reached].mean(axis=1) if reached.any() else np.nan
    values[:, 2] = felt[:, known].mean(axis=1)
    values[:, 3] = [
        100.0 * np.mean(stage.simulation.world.tables.people["current"][mine] == brand) for stage in ended
    ]
    return values
