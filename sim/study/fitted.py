"""What a fit tells of each uncertain parameter, and how that is written as an `uncertain` block."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.scenario.catalogue import as_written
from sim.study.inference import Posterior
from sim.study.priors import Prior

NINETY = np.array([0.05, 0.5, 0.95])
TOLD_NOTHING = 0.8
"""An input whose interval is wider than this part of what it was before is not informed by the data."""
TOGETHER = 0.7
"""Two inputs whose ranks correlate by more than this are told only together."""
PARTS = 20
"""The chances of a choice are written in such parts, as repeats of its values."""


@dataclass(frozen=True)
class Fitted:
    """One uncertain parameter after the fit, in the engine's unit. low, high: the 90 % interval.

    before: that interval beforehand. width: the interval as a part of its width before, both measured in chances of
    the distribution beforehand; about 1 if the data tell nothing.
    """

    path: str
    low: float
    middle: float
    high: float
    before: tuple[float, float]
    width: float

    @property
    def informed(self) -> bool:
        """Whether the data tell anything of it."""
        return self.width <= TOLD_NOTHING

    @property
    def at_end(self) -> str:
        """Which end of its range it presses against: `upper`, `lower`, or neither. Then half of what agrees with the
        data is where beforehand one of twenty was."""
        return "upper" if self.middle > self.before[1] else "lower" if self.middle < self.before[0] else ""

    def __str__(self) -> str:
        return f"{self.middle:.4g} ({self.low:.4g} to {self.high:.4g})"


@dataclass(frozen=True)
class Chosen:
    """One choice among values (`one of`) after the fit: each value as written, with its chance now.

    width: how many values of equal chance would leave as much open (e to the entropy), as a part of all; 1 if the data
    tell nothing.
    """

    path: str
    chances: tuple[tuple[Any, float], ...]

    @property
    def width(self) -> float:
        """The part of the values that is left open."""
        entropy = -sum(chance * math.log(chance) for _, chance in self.chances if chance > 0)
        return math.exp(entropy) / len(self.chances)

    @property
    def informed(self) -> bool:
        """Whether the data tell anything of it."""
        return self.width <= TOLD_NOTHING

    @property
    def at_end(self) -> str:
        """A choice has no ends."""
        return ""

    def __str__(self) -> str:
        return ", ".join(f"{value} {chance:.0%}" for value, chance in sorted(self.chances, key=lambda each: -each[1]))


def fits(of: Sequence[Prior], posterior: Posterior) -> tuple[Fitted | Chosen, ...]:
    """What the data tell of each parameter."""
    return tuple(
        _fitted(prior, posterior.quantiles(NINETY)[:, k])
        if not prior.choices
        else Chosen(prior.path, tuple(zip(prior.choices, posterior.chances(k).tolist(), strict=True)))
        for k, prior in enumerate(of)
    )


def _fitted(prior: Prior, told: np.ndarray) -> Fitted:
    """A number's interval in its unit. told: where its 5 %, 50 % and 95 % lie in the distribution beforehand."""
    low, middle, high, *before = (float(value) for value in prior.at(np.array([*told, *NINETY[[0, 2]]])))
    return Fitted(prior.path, low, middle, high, (before[0], before[1]), float(told[2] - told[0]) / 0.9)


def pairs(of: Sequence[Prior], posterior: Posterior) -> tuple[tuple[str, str, float], ...]:
    """Numbers that are told only together, with the correlation of their ranks."""
    r = posterior.correlations()
    numbers = [k for k, prior in enumerate(of) if not prior.choices]
    both = [(i, j) for i in numbers for j in numbers if j < i and abs(r[i, j]) > TOGETHER]
    return tuple((of[j].path, of[i].path, float(r[i, j])) for i, j in both)


def block(prior: Prior, fitted: Fitted | Chosen) -> dict[str, list[Any]]:
    """A fitted parameter as `uncertain` writes it; as it was if the data tell nothing of it.

    A triangle with the same middle whose 5 % and 95 % lie where they were found: the half towards an end reaches beyond
    it by .46 of the way from the middle (sqrt(.05 / 2) of a symmetric triangle), and never beyond what is allowed.
    The values of a choice, each as often as it is likely, in twentieths.
    """
    if not fitted.informed:
        return {prior.shape: _as_before(prior)}
    if isinstance(fitted, Chosen):
        return {prior.shape: _repeated(fitted)}
    low = fitted.low - 0.46 * (fitted.middle - fitted.low)
    high = fitted.high + 0.46 * (fitted.high - fitted.middle)
    ends = prior.at(np.array([0.0, 1.0]))
    corners = [max(low, float(ends[0])), fitted.middle, min(high, float(ends[1]))]
    written = [as_written(prior.path, float(f"{value:.4g}")) for value in corners]
    if len(set(map(str, written))) < 3:
        return (
            {"uniform": [written[0], written[-1]]}
            if written[0] != written[-1]
            else {"uniform": _around(prior, written)}
        )
    return {"triangular": written}


def _as_before(prior: Prior) -> list[Any]:
    """The numbers of a distribution as written; the spread of a lognormal has no unit."""
    if prior.choices or prior.shape == "beta":
        return list(prior.choices or prior.numbers)
    written = [as_written(prior.path, x) for x in prior.numbers]
    return [written[0], prior.numbers[1]] if prior.shape == "lognormal" else written


def _repeated(fitted: Chosen) -> list[Any]:
    """Each value as often as it is likely; at least twice in all, as `one of` needs."""
    times = [round(PARTS * chance) for _, chance in fitted.chances]
    fewest = math.gcd(*times)
    values = [value for (value, _), n in zip(fitted.chances, times, strict=True) for _ in range(n // fewest)]
    return values if len(values) > 1 else 2 * values


def _around(prior: Prior, written: Sequence[Any]) -> list[Any]:
    """One whole number, with its neighbour: a distribution needs room."""
    value = float(written[0])
    return [as_written(prior.path, value), as_written(prior.path, value + 1)]
