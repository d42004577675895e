"""What a sensitivity analysis moves: the `uncertain` of a scenario as they are distributed, its levers in their range.

A point of the unit cube becomes a setting through each input's inverse distribution function, so that points spread
evenly over the cube are spread over the inputs as they are distributed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from sim.errors import Problem, ScenarioError, UserError
from sim.model.units import hours, share
from sim.scenario.catalogue import as_written, find
from sim.scenario.questions import Distribution
from sim.scenario.schema import Scenario
from sim.study.points import number_at, unit_of
from sim.study.quantiles import quantile

Over = Literal["uncertain", "levers", "both"]
OVER: tuple[Over, ...] = ("uncertain", "levers", "both")

TAIL = 0.005
"""Shapes without an end are cut where less than this share of them lies beyond, on each side."""
OFTEN = (0.05, 0.95)
"""The low and the high end of what nobody controls: nine of ten times it lies between."""


@dataclass(frozen=True)
class Input:
    """Something that can turn out or be set otherwise. numbers: the values of its distribution as the engine sees
    them (hours, shares 0..1; none for `one of`).
    """

    path: str
    kind: Literal["uncertain", "lever"]
    given: Distribution
    numbers: tuple[float, ...] = ()
    whole: bool = False

    @property
    def unit(self) -> str:
        """The unit of its numbers."""
        return unit_of(self.path)

    @property
    def ends(self) -> tuple[float, float]:
        """Where of 0..1 its low and its high end lie: 5 % and 95 %, for a lever (and a list) the whole range."""
        return OFTEN if self.kind == "uncertain" and self.given.shape != "one of" else (0.0, 1.0)

    def place(self, u: float) -> float | str:
        """The value at u of 0..1, as the engine sees it; of a list, the value as it is written."""
        if self.given.shape == "one of":
            return str(self.written(u))
        entry = find(self.path)
        whole = self.whole or (entry is not None and entry.whole)
        if whole and self.given.shape == "uniform":
            low, high = self.numbers
            return min(high, math.floor(low + u * (high - low + 1)))
        value = float(quantile(self.given.shape, self.numbers, u, TAIL))
        if entry is not None and self.given.shape not in ("uniform", "triangular"):
            value = max(value, -math.inf if entry.low is None else entry.low)
            value = min(value, math.inf if entry.high is None else entry.high)
        return float(round(value)) if whole else value

    def written(self, u: float) -> Any:
        """The value at u of 0..1, as a scenario writes it."""
        if self.given.shape == "one of":
            return self.given.values[min(int(u * len(self.given.values)), len(self.given.values) - 1)]
        return as_written(self.path, float(self.place(u)))


def inputs_of(scenario: Scenario, over: str) -> tuple[Input, ...]:
    """What can be otherwise in a scenario. over: `uncertain`, `levers` or `both`.

    A path that is both counts as a lever. Raises UserError if there is nothing, ScenarioError for values that
    the scenario cannot take.
    """
    if over not in OVER:
        raise UserError(f"--over {over}: there is {', '.join(OVER)}")
    found: dict[str, Input] = {}
    problems: list[Problem] = []
    wanted = {path: ("uncertain", given, False) for path, given in scenario.uncertain.items() if over != "levers"}
    if over != "uncertain":
        for path, lever in scenario.levers.items():
            wanted[path] = ("lever", Distribution("uniform", (lever.from_, lever.to)), lever.integer)
    for path, (kind, given, whole) in wanted.items():
        try:
            found[path] = Input(path, kind, given, _numbers(scenario, path, given), whole)  # type: ignore[arg-type]
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(list(dict.fromkeys(problems)))
    if not found:
        there = "uncertain and no levers" if over == "both" else over
        raise UserError(f"{scenario.source.file}: has no {there}: say there what could be otherwise, and how far")
    return tuple(found.values())


def _numbers(scenario: Scenario, path: str, given: Distribution) -> tuple[float, ...]:
    """The values of a distribution as the engine sees them."""
    if given.shape == "one of":
        return ()
    if given.shape == "beta":
        return tuple(float(value) for value in given.values)
    if given.shape == "normal":
        return number_at(scenario, path, given.values[0]), _width(given.values[1])
    if given.shape == "lognormal":
        return number_at(scenario, path, given.values[0]), float(given.values[1])
    return tuple(sorted(number_at(scenario, path, value) for value in given.values))


def _width(value: Any) -> float:
    """A standard deviation in the engine's unit: `5 min`, `3 %` or a number."""
    if not isinstance(value, str):
        return float(value)
    return share(value) if value.strip().endswith("%") else hours(value)
