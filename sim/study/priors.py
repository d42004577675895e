"""What nobody controls, as points of the unit cube: from one to values of the scenario, and back.

A point u in 0..1 of an uncertainty is its cumulative chance: equally spread u are draws from its distribution (of `one
of`, equal parts of 0..1 are its values).
Numbers are the engine's (hours, 0..1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.errors import ScenarioError, UserError
from sim.model.units import hours, share
from sim.scenario.catalogue import as_written, find
from sim.scenario.questions import Distribution
from sim.scenario.schema import Scenario
from sim.study.inference import value_of
from sim.study.quantiles import quantile

OUTERMOST = 1e-6
"""Distributions without ends are cut at this chance on either side."""


@dataclass(frozen=True)
class Prior:
    """One uncertainty: its path, shape and the shape's numbers; low and high are what the scenario allows.

    choices: of `one of`, its values as written; it has no numbers.
    """

    path: str
    shape: str
    numbers: tuple[float, ...]
    low: float
    high: float
    choices: tuple[Any, ...] = ()

    def written(self, u: float) -> Any:
        """What a scenario writes at a cumulative chance u (0..1)."""
        if self.choices:
            return self.choices[int(value_of(np.array(u), len(self.choices)))]
        return as_written(self.path, float(self.at(u)))

    def at(self, u: np.ndarray | float) -> np.ndarray:
        """The numbers at cumulative chances u (0..1), held within what the scenario allows."""
        return np.asarray(np.clip(quantile(self.shape, self.numbers, u, OUTERMOST), self.low, self.high))

    def chance_below(self, value: float) -> float:
        """The cumulative chance of a value, 0..1: what `at` turns into it (to one part in a thousand)."""
        grid = np.linspace(0, 1, 1001)
        return float(np.interp(value, self.at(grid), grid))


def priors(scenario: Scenario) -> tuple[Prior, ...]:
    """The uncertainties of a scenario as numbers, or as choices. Raises UserError without any."""
    if not scenario.uncertain:
        raise UserError(f"{scenario.source.file}: nothing is uncertain: say under uncertain what is to be fitted")
    return tuple(_prior(scenario, path, given) for path, given in scenario.uncertain.items())


def _prior(scenario: Scenario, path: str, given: Distribution) -> Prior:
    if given.shape == "one of":
        return Prior(path, given.shape, (), -np.inf, np.inf, given.values)
    entry = find(path)
    low = -np.inf if entry is None or entry.low is None else entry.low
    high = np.inf if entry is None or entry.high is None else entry.high
    if given.shape == "beta":
        numbers = tuple(float(value) for value in given.values)
    elif given.shape == "lognormal":
        numbers = (_seen(scenario, path, given.values[0]), float(given.values[1]))
    elif given.shape == "normal":
        numbers = (_seen(scenario, path, given.values[0]), _spread(entry.unit if entry else "", given.values[1]))
    else:
        numbers = tuple(_seen(scenario, path, value) for value in given.values)
    return Prior(path, given.shape, numbers, low, high)


def _seen(scenario: Scenario, path: str, value: Any) -> float:
    """What the engine sees when a value is written at a path."""
    return float(scenario.changed({path: value}).value(path))


def _spread(unit: str, value: Any) -> float:
    """A standard deviation in the engine's unit."""
    if isinstance(value, str):
        return hours(value) if unit == "h" else share(value)
    return float(value)


def settings(of: Sequence[Prior], u: np.ndarray) -> dict[str, Any]:
    """A point of the unit cube as a scenario writes it: paths and values."""
    return {prior.path: prior.written(float(x)) for prior, x in zip(of, u, strict=True)}


def placed(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """The scenario with some values. Raises UserError with the values if they cannot stand together."""
    try:
        return scenario.changed(changes)
    except ScenarioError as error:
        raise UserError(f"uncertain: {dict(changes)} cannot be: {error.problems[0].message}") from error
