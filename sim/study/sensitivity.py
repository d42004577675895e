"""Which of it decides: how far each uncertain value and each lever moves a number, and how much of all is luck.

Every point of the design lives in the same worlds; indices are computed from the means over worlds (SALib), the
share of luck from the single runs (`luck.py`), and a swing is what an input does alone, from its low to its high
end, all else as it stands. Morris screens with few points; Sobol splits variance with many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sim.core.chance import keyed, stream
from sim.errors import UserError
from sim.scenario.names import BASELINE
from sim.scenario.schema import Scenario
from sim.study.catalogue import flat
from sim.study.compare import CONFIDENCE, MEANINGS, Difference, difference
from sim.study.inputs import Input, inputs_of
from sim.study.luck import Luck, luck
from sim.study.points import Settings, in_worlds, scenarios_at
from sim.study.replicate import EFFECTS, WorldResult
from sim.study.seeds import seed_of_run
from sim.study.tables import MissingExtraError
from sim.study.vary import power_of_two
from sim.study.where import Where

Method = Literal["morris", "sobol"]
METHODS: tuple[Method, ...] = ("morris", "sobol")
POINTS: dict[Method, int] = {"morris": 10, "sobol": 64}
"""Trajectories (morris) or base points (sobol), unless asked otherwise."""
RUNS = 10
SHOWN = ("reputation.end", "retention")
"""What is analysed unless other metrics are asked for."""
MUCH_LEFT = 0.2
"""A share of luck in the means over worlds from which on indices are not to be trusted."""
RESAMPLES = 200
"""Times the points are drawn again for the intervals of indices."""
LEVELS = 4
"""Levels of Morris's grid: 0, 1/3, 2/3 and 1 of each input."""


@dataclass(frozen=True)
class Plan:
    """What is to be run: the present setting, each input alone at its ends, and the points of the design.

    cube: the design in the unit cube, float64 [points, inputs]. base: trajectories or base points.
    """

    method: Method
    inputs: tuple[Input, ...]
    cube: np.ndarray
    base: int
    seed: int

    @property
    def n_ends(self) -> int:
        """How many settings there are before the design: the present one, then two for each input."""
        return 1 + 2 * len(self.inputs)

    @property
    def settings(self) -> tuple[Settings, ...]:
        """Everything to be run, in order: the present setting, low and high end of each input, the design."""
        ends = [{each.path: each.written(u)} for each in self.inputs for u in each.ends]
        return ({}, *ends, *(self._at(row) for row in self.cube.tolist()))

    def _at(self, row: Sequence[float]) -> Settings:
        return {each.path: each.written(u) for each, u in zip(self.inputs, row, strict=True)}

    @property
    def drawn(self) -> np.ndarray:
        """Which points of the design are draws from the inputs' distributions: bool [points].

        Of Sobol's those are the two base samples; the mixed ones repeat them. Morris has only its grid.
        """
        if self.method == "morris":
            return np.ones(len(self.cube), dtype=bool)
        return np.isin(np.arange(len(self.cube)) % (len(self.inputs) + 2), (0, len(self.inputs) + 1))


@dataclass(frozen=True)
class Index:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Answer:
    """What one input does to one metric.

    low, high: paired differences from the present setting with the input alone at its low and high end. For Sobol
    `first` and `total` are its share, alone and with its interactions, of the variance that the inputs cause. For
    Morris `move` is the mean size of its elementary effects over its whole range (mu*, in the metric's unit),
    `slope` their mean (mu), and `bend` their standard deviation (sigma: interactions and curves).
    """

    given: Input
    low: Difference
    high: Difference
    first: Index | None = None
    total: Index | None = None
    move: Index | None = None
    slope: float | None = None
    bend: float | None = None

    @property
    def weight(self) -> Index:
        """What inputs are ranked by: the total index, or the mean size of the elementary effects."""
        index = self.total if self.total is not None else self.move
        return index if index is not None else Index(0.0, 0.0, 0.0)

    @property
    def swing(self) -> float:
        """How far the input alone moves the metric between its ends."""
        ends = (self.low.mean or 0.0, self.high.mean or 0.0, 0.0)
        return max(ends) - min(ends)


@dataclass(frozen=True)
class OfMetric:
    """What decides one metric: the inputs, those that decide most first, and luck. level: of the present setting."""

    metric: str
    level: float
    answers: tuple[Answer, ...]
    luck: Luck

    @property
    def is_clear(self) -> bool:
        """Whether the first input decides more than any other: their intervals do not overlap, and what differs between
        points is not luck.
        """
        first, *others = (answer.weight for answer in self.answers)
        return all(other.high < first.low for other in others) and (self.luck.left or 0.0) <= MUCH_LEFT

    def of(self, path: str) -> Answer:
        """The answer about one input. Raises KeyError if there is none."""
        for answer in self.answers:
            if answer.given.path == path:
                return answer
        raise KeyError(path)

    def __str__(self) -> str:
        luck = "luck unknown" if self.luck.share is None else f"luck {self.luck.share:.0%}"
        told = [f"{answer.given.path} {answer.weight.value:.3g}" for answer in self.answers]
        return f"{self.metric}: {', '.join(told)}; {luck}"


@dataclass(frozen=True)
class Sensitivity:
    """What decides some metrics of a brand."""

    brand: str
    plan: Plan
    seeds: tuple[int, ...]
    values: Mapping[str, np.ndarray]
    """By metric, every run: float64 [settings of the plan, worlds]."""
    of: Mapping[str, OfMetric]

    def __str__(self) -> str:
        head = f"{self.plan.method}, {len(self.plan.settings)} points in {len(self.seeds)} worlds, {self.brand}"
        return "\n".join([head, *(str(each) for each in self.of.values())])


def sensitivity(
    scenario: Scenario,
    over: str = "both",
    method: Method = "morris",
    *,
    points: int | None = None,
    runs: int = RUNS,
    metrics: Sequence[str] = SHOWN,
    brand: str | None = None,
    seed: int | None = None,
    jobs: int | None = 1,
) -> Sensitivity:
    """Which of the `uncertain`, the `levers` or both decide some metrics of a brand (None: the first).

    points: trajectories (morris) or base points (sobol, a power of two). Raises UserError, also where SALib is not
    installed or a metric is not defined in every run, and ScenarioError for points the scenario cannot take.
    """
    seed = scenario.seed if seed is None else seed
    planned = plan(inputs_of(scenario, over), method, points, seed)
    seeds = [seed_of_run(seed, k) for k in range(runs)]
    return studied(scenario, planned, brand or scenario.brands[0].name, metrics, seeds, Where(jobs))


def plan(inputs: Sequence[Input], method: str, points: int | None, seed: int) -> Plan:
    """The design of an analysis. Raises UserError for a method or a number of points that cannot be."""
    if method not in METHODS:
        raise UserError(f"there is no method {method!r} (there is: {', '.join(METHODS)})")
    base = POINTS[method] if points is None else points
    if base < 2 or (method == "sobol" and base & (base - 1)):
        cure = f"a power of two, like {power_of_two(max(base, 2))}" if method == "sobol" else "at least 2"
        raise UserError(f"--points {base}: {method} needs {cure}")
    check_salib()
    if method == "morris":
        from SALib.sample.morris import sample as trajectories

        cube = trajectories(_problem(inputs), base, num_levels=LEVELS, seed=_chance(seed, "sample"))
    else:
        from SALib.sample.sobol import sample as saltelli

        cube = saltelli(_problem(inputs), base, calc_second_order=False, seed=_chance(seed, "sample"))
    return Plan(method, tuple(inputs), np.asarray(cube, dtype=np.float64), base, seed)


def check_salib() -> None:
    """Raise MissingExtraError with the cure if SALib is not installed."""
    try:
        import SALib  # noqa: F401
    except ImportError:
        cure = "pip install 'micro-moments[analysis]'"
        raise MissingExtraError(f"sensitivity needs an optional part of the program: {cure}") from None


def _problem(inputs: Sequence[Input]) -> dict[str, object]:
    """The inputs as SALib wants them: all in the unit interval."""
    return {"num_vars": len(inputs), "names": [each.path for each in inputs], "bounds": [[0.0, 1.0]] * len(inputs)}


def _chance(seed: int, what: str) -> int:
    """A seed for SALib: 31 bits and never 0, which SALib takes for no seed at all."""
    return (keyed(stream(seed, f"sensitivity {what}"), 0) >> 33) | 1


# ---------------------------------------------------------------------------------------------- runs


def studied(
    scenario: Scenario,
    planned: Plan,
    brand: str,
    metrics: Sequence[str],
    seeds: Sequence[int],
    where: Where | None = None,
    told: Callable[[float], None] | None = None,
) -> Sensitivity:
    """Run a plan in the worlds of some seeds, and analyse it. told: told how many worlds are done."""
    return sensitivity_of(planned, brand, metrics, in_worlds(tried(scenario, planned), seeds, where, told))


def tried(scenario: Scenario, planned: Plan) -> dict[str, Scenario]:
    """The scenario at every setting of a plan, by the names of the settings; the present one first."""
    return scenarios_at(scenario, dict(zip(_names(planned), planned.settings, strict=True)))


def _names(planned: Plan) -> list[str]:
    return [str(place) if place else BASELINE for place in range(len(planned.settings))]


def sensitivity_of(planned: Plan, brand: str, metrics: Sequence[str], worlds: Sequence[WorldResult]) -> Sensitivity:
    """What the worlds of a plan tell, one or more."""
    values = {metric: _values(worlds, _names(planned), brand, metric) for metric in metrics}
    found = {metric: analysed(planned, metric, each) for metric, each in values.items()}
    return Sensitivity(brand, planned, tuple(world.seed for world in worlds), values, found)


def _values(worlds: Sequence[WorldResult], names: Sequence[str], brand: str, metric: str) -> np.ndarray:
    """A metric of every run: float64 [settings, worlds]. Raises UserError if it is not defined in all of them."""

    def value(world: WorldResult, name: str) -> float | None:
        if metric not in EFFECTS:
            return world.metrics[name].of(brand)[metric] if brand in world.metrics[name].brands else None
        return 0.0 if name == BASELINE else flat(world.effects[name][brand])[metric]

    values = np.array([[value(world, name) for world in worlds] for name in names], dtype=np.float64)
    missing = int(np.isnan(values).sum())
    if missing:
        raise UserError(
            f"{metric} of {brand} is not defined in {missing:,} of {values.size:,} runs: choose another --metric"
        )
    return values


# ---------------------------------------------------------------------------------------------- analysis


def analysed(planned: Plan, metric: str, values: np.ndarray) -> OfMetric:
    """What decides a metric, from all its runs: float64 [settings of the plan, worlds].

    The runs may come from anywhere: this is the way the known answers are tested.
    """
    now, design = values[0], values[planned.n_ends :]
    better = MEANINGS[metric].better if metric in MEANINGS else "higher"
    mean = design.mean(axis=1)
    flat_everywhere = bool(np.ptp(mean) <= 1e-12 * max(1.0, float(np.abs(mean).max())))
    if flat_everywhere:
        indices = _none(planned)
    else:
        indices = _morris(planned, mean) if planned.method == "morris" else _sobol(planned, mean)
    answers = [
        replace(
            indices[k],
            given=each,
            low=difference(now, values[1 + 2 * k], better),
            high=difference(now, values[2 + 2 * k], better),
        )
        for k, each in enumerate(planned.inputs)
    ]
    ranked = sorted(answers, key=lambda answer: -answer.weight.value)
    return OfMetric(metric, float(now.mean()), tuple(ranked), luck(design[planned.drawn]))


def _answer(given: Input, **indices: Index | float | None) -> Answer:
    """An answer whose swings are still to come."""
    unknown = Difference(None, None, None, 0, 0)
    return Answer(given, unknown, unknown, **indices)  # type: ignore[arg-type]


def _none(planned: Plan) -> list[Answer]:
    """The indices where the inputs change nothing."""
    zero = Index(0.0, 0.0, 0.0)
    if planned.method == "sobol":
        return [_answer(each, first=zero, total=zero) for each in planned.inputs]
    return [_answer(each, move=zero, slope=0.0, bend=0.0) for each in planned.inputs]


def _sobol(planned: Plan, mean: np.ndarray) -> list[Answer]:
    """First-order and total indices (Saltelli 2010, as SALib has them), with bootstrap intervals."""
    from SALib.analyze.sobol import analyze

    found = analyze(
        _problem(planned.inputs),
        mean,
        calc_second_order=False,
        conf_level=CONFIDENCE,
        num_resamples=RESAMPLES,
        seed=_chance(planned.seed, "analyse"),
    )
    return [
        _answer(
            each,
            first=_index(found["S1"][k], found["S1_conf"][k]),
            total=_index(found["ST"][k], found["ST_conf"][k]),
        )
        for k, each in enumerate(planned.inputs)
    ]


def _morris(planned: Plan, mean: np.ndarray) -> list[Answer]:
    """Sizes, means and spreads of elementary effects (Morris 1991, Campolongo 2007), as SALib has them."""
    from SALib.analyze.morris import analyze

    found = analyze(
        _problem(planned.inputs),
        planned.cube,
        mean,
        conf_level=CONFIDENCE,
        num_levels=LEVELS,
        num_resamples=RESAMPLES,
        seed=_chance(planned.seed, "analyse"),
    )
    return [
        _answer(
            each,
            move=_index(found["mu_star"][k], found["mu_star_conf"][k]),
            slope=float(found["mu"][k]),
            bend=float(found["sigma"][k]),
        )
        for k, each in enumerate(planned.inputs)
    ]


def _index(value: float, reach: float) -> Index:
    return Index(float(value), float(value - reach), float(value + reach))
