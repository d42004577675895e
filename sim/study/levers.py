"""What a brand can pull, as numbers: the range of each lever, the settings it is tried at, what they cost.

A lever's range is laid out in steps that can be read aloud (whole agents, hundredths of a share), so that two trials
are either the same setting or clearly another one. Numbers are the engine's: hours for durations, 0..1 for shares.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.errors import UserError
from sim.scenario.catalogue import as_written, find, pattern_of
from sim.scenario.questions import Cost, Lever
from sim.scenario.schema import Scenario

STEPS = 100
"""A lever that is no whole number has at least so many steps from one end to the other."""

Setting = tuple[float, ...]
"""The value of each lever, in the order of the scenario's `levers`."""


@dataclass(frozen=True)
class Dial:
    """One lever: its range and step, where it stands now, and what a unit of it costs over the run (money)."""

    path: str
    low: float
    high: float
    step: float
    now: float
    price: float

    @property
    def places(self) -> int:
        """How many values it has."""
        return math.ceil((self.high - self.low) / self.step - 1e-9) + 1

    def at(self, place: int) -> float:
        """The value at a place, 0 the lowest; the last place is the upper end, whatever the step."""
        return min(self.high, round(self.low + place * self.step, 12))


def dials(scenario: Scenario) -> tuple[Dial, ...]:
    """The levers of a scenario as numbers. Raises UserError if it has none."""
    if not scenario.levers:
        raise UserError(
            f"{scenario.source.file}: has no levers: say under levers what can be pulled, from where to where"
        )
    return tuple(_dial(scenario, path, lever) for path, lever in scenario.levers.items())


def _dial(scenario: Scenario, path: str, lever: Lever) -> Dial:
    low, high = sorted(float(scenario.changed({path: end}).value(path)) for end in (lever.from_, lever.to))
    entry = find(path)
    whole = lever.integer or (entry is not None and entry.whole)
    price = 0.0 if lever.cost is None else lever.cost.over(paid_hours(scenario, path, lever.cost))
    return Dial(path, low, high, 1.0 if whole else readable_step(high - low), _now(scenario, path), price)


def _now(scenario: Scenario, path: str) -> float:
    """Where a lever stands; nan where the scenario leaves it out."""
    try:
        value = scenario.value(path)
    except KeyError:
        return math.nan
    return math.nan if value is None else float(value)


def readable_step(span: float) -> float:
    """The largest step of 1, 2 or 5 times a power of ten that divides a span into at least `STEPS`."""
    power = 10.0 ** math.floor(math.log10(span / STEPS))
    return max(power * digit for digit in (1, 2, 5) if power * digit * STEPS <= span * (1 + 1e-9))


def paid_hours(scenario: Scenario, path: str, cost: Cost) -> float:
    """For how many hours of the run a unit of a lever is paid.

    All of them; but an agent paid by the hour is paid while on duty, in the shifts that have no number of their own.
    """
    if cost.per != "hour" or pattern_of(path) != "brands.*.desk.agents":
        return scenario.end
    shifts = scenario.value(path.removesuffix(".agents")).hours
    daily = sum(shift.hours.closes - shift.hours.opens for shift in shifts if shift.agents is None)
    return float(daily) * scenario.clock.days


def bill(levers: tuple[Dial, ...], setting: Setting) -> float:
    """What a setting costs over the run, in the money of the levers' costs."""
    return sum(dial.price * value for dial, value in zip(levers, setting, strict=True) if dial.price)


def changes(levers: tuple[Dial, ...], setting: Setting) -> dict[str, Any]:
    """A setting as a scenario writes it: paths and values, as in an arm of `what_if`."""
    return {dial.path: as_written(dial.path, value) for dial, value in zip(levers, setting, strict=True)}


def tried(scenario: Scenario, levers: tuple[Dial, ...], setting: Setting) -> Scenario:
    """The scenario with its levers so set, without arms, levers and goals of its own (they are not run)."""
    return bare(scenario).changed(changes(levers, setting))


def bare(scenario: Scenario, more: Mapping[str, Any] | None = None) -> Scenario:
    """The scenario as it stands without what it asks, and perhaps with other values at some paths."""
    return scenario.changed({"what_if": {}, "levers": {}, "uncertain": {}, "goals": [], **(more or {})})
