"""One, two or more values varied while the worlds stay the same: what each setting does, against the present one.

A sweep is a comparison whose arms are settings: every point lives in the same worlds, so that a difference
along it is an effect. The scenario as it stands is always one of the points, and the one compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.errors import Problem, ScenarioError
from sim.scenario.names import BASELINE
from sim.scenario.schema import Scenario
from sim.study.catalogue import flat
from sim.study.compare import Comparison, Difference, compare, difference, interval
from sim.study.points import Settings, in_worlds, is_number, scenarios_at, seen_at, unit_of
from sim.study.replicate import EFFECTS, WorldResult
from sim.study.seeds import seed_of_run
from sim.study.vary import Design, asked_of, settings_of
from sim.study.where import Where

SHOWN = ("population", "exposed", "retention", "ttfr_minutes.median")
"""What is shown of a sweep unless other metrics are asked for."""

OTHERWISE = "otherwise"
"""What stands for a present value that is no number, no text and none of those tried."""


@dataclass(frozen=True)
class Point:
    """One setting in one arm. name: what it is called among the arms of the comparison.

    settings: by path the value as a scenario writes it; empty for the arm as it stands (`is_present`). places: by
    path what the engine sees there (a number in its unit, else text; None for nothing).
    """

    name: str
    arm: str
    settings: Settings
    places: Mapping[str, float | str | None]

    @property
    def is_present(self) -> bool:
        """Whether this is the arm as it stands."""
        return not self.settings


@dataclass(frozen=True)
class Level:
    """A number at one point: its mean over worlds and the 95 % interval of that (Student's t), in `runs` worlds."""

    mean: float | None
    low: float | None
    high: float | None
    runs: int


@dataclass(frozen=True)
class Sweep:
    """Settings tried in the same worlds. points: the scenario as it stands first; then arm by arm."""

    paths: tuple[str, ...]
    points: tuple[Point, ...]
    comparison: Comparison

    @property
    def present(self) -> Point:
        """The scenario as it stands."""
        return self.points[0]

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms, the scenario as it stands first."""
        return tuple(dict.fromkeys(point.arm for point in self.points))

    @property
    def units(self) -> dict[str, str]:
        """By path, the unit of its numbers in `Point.places`."""
        return {path: unit_of(path) for path in self.paths}

    def of_arm(self, arm: str) -> tuple[Point, ...]:
        """The settings tried in an arm, without the arm as it stands."""
        return tuple(point for point in self.points if point.arm == arm and not point.is_present)

    def values(self, point: Point, brand: str, metric: str) -> list[float | None]:
        """A number at a point, world by world; an effect on a group of people is one against the present setting."""
        if metric in EFFECTS:
            return [self._effect(world.effects, point, brand, metric) for world in self.comparison.worlds]
        return [
            metrics.of(brand)[metric] if brand in metrics.brands else None
            for metrics in (world.metrics[point.name] for world in self.comparison.worlds)
        ]

    def _effect(self, effects: Mapping[str, Any], point: Point, brand: str, metric: str) -> float | None:
        if point is self.present:
            return 0.0
        found = effects.get(point.name, {}).get(brand)
        return None if found is None else flat(found)[metric]

    def level(self, point: Point, brand: str, metric: str) -> Level:
        """A number at a point: mean and interval over the worlds in which it is defined."""
        known = np.array([value for value in self.values(point, brand, metric) if value is not None])
        if not len(known):
            return Level(None, None, None, 0)
        return Level(float(known.mean()), *interval(known), len(known))

    def effect(self, point: Point, brand: str, metric: str) -> Difference:
        """How a point differs from the present setting, in the same worlds."""
        if point is self.present:
            values = self.values(point, brand, metric)
            return difference(values, values)
        return self.comparison.differences[point.name].get(brand, {}).get(metric, Difference(None, None, None, 0, 0))

    def __str__(self) -> str:
        brand, metric = self.comparison.brands[0], SHOWN[0]
        lines = [f"{len(self.points)} points in {len(self.comparison.worlds)} worlds, against the present: {metric}"]
        for point in self.points[1:]:
            found = self.effect(point, brand, metric)
            if found.mean is not None:
                interval = "" if found.low is None else f" [{found.low:+.3f}, {found.high:+.3f}]"
                lines.append(f"{point.name}: {found.mean:+.3f}{interval}")
        return "\n".join(lines)


def sweep(
    scenario: Scenario,
    varied: Mapping[str, Any],
    *,
    design: Design = "grid",
    points: int | None = None,
    arms: Sequence[str] = (),
    runs: int = 20,
    seed: int | None = None,
    jobs: int | None = 1,
) -> Sweep:
    """Vary values of a scenario: by path a list, or a range as text (`"5 min:24 h:6:log"`).

    arms: of its `what_if`, each swept beside the scenario as it stands. runs: worlds. seed: of the study (None: the
    scenario's). Raises UserError and ScenarioError for what cannot be varied so.
    """
    seed = scenario.seed if seed is None else seed
    settings = settings_of(scenario, asked_of(varied), design, points, seed)
    found = points_of({arm: scenario.arm(arm) for arm in (BASELINE, *arms)}, settings)
    return swept(*found, [seed_of_run(seed, k) for k in range(runs)], Where(jobs))


def points_of(arms: Mapping[str, Scenario], settings: Sequence[Settings]) -> tuple[list[Point], dict[str, Scenario]]:
    """Every setting in every arm, each arm as it stands in front; and by the names of the points their scenarios.

    Raises ScenarioError with everything that any of them cannot take.
    """
    points: list[Point] = []
    scenarios: dict[str, Scenario] = {}
    problems: list[Problem] = []
    paths = list(settings[0]) if settings else []
    for arm, scenario in arms.items():
        named: dict[str, Settings] = {arm: {}, **{_name(arm, each): each for each in settings}}
        try:
            made = scenarios_at(scenario, named)
        except ScenarioError as error:
            problems += error.problems
            continue
        scenarios.update(made)
        places = {path: _places(path, made, named) for path in paths}
        points += [Point(name, arm, each, {path: places[path][name] for path in paths}) for name, each in named.items()]
    if problems:
        raise ScenarioError(list(dict.fromkeys(problems)))
    return points, scenarios


def _places(path: str, made: Mapping[str, Scenario], named: Mapping[str, Settings]) -> dict[str, float | str | None]:
    """By point what stands at a path: a number of the engine, else the value as it was asked for.

    An arm as it stands has the words of a setting that comes to the same.
    """
    seen = {name: seen_at(scenario, path) for name, scenario in made.items()}
    words = [(seen[name], str(settings[path])) for name, settings in named.items() if settings]

    def place(value: Any) -> float | str | None:
        if value is None or is_number(value):
            return value  # type: ignore[no-any-return]
        own = value if isinstance(value, str) else OTHERWISE
        return next((word for known, word in words if known == value), own)

    return {
        name: str(each[path]) if each and not is_number(seen[name]) else place(seen[name])
        for name, each in named.items()
    }


def _name(arm: str, settings: Settings) -> str:
    """`brands.Skyline.desk.agents=4`, after the name of the arm if it is not the scenario as it stands."""
    told = ", ".join(f"{path}={value}" for path, value in settings.items())
    return told if arm == BASELINE else f"{arm}: {told}"


def swept(
    points: Sequence[Point],
    scenarios: Mapping[str, Scenario],
    seeds: Sequence[int],
    where: Where | None = None,
    told: Callable[[float], None] | None = None,
) -> Sweep:
    """Run points of a sweep in the worlds of some seeds. told: told how many worlds are done."""
    return sweep_of(points, in_worlds(scenarios, seeds, where, told))


def sweep_of(points: Sequence[Point], worlds: Sequence[WorldResult]) -> Sweep:
    """The points of a sweep with all their worlds, one or more."""
    return Sweep(tuple(points[-1].settings), tuple(points), compare(worlds))
