"""The distributions that a scenario's `uncertain` can name, as quantiles: from a cumulative chance to a number."""

from __future__ import annotations

import numpy as np

Chances = np.ndarray | float


def quantile(shape: str, numbers: tuple[float, ...], u: Chances, tail: float) -> np.ndarray:
    """The inverse distribution function at u of 0..1 (`sim.scenario.questions.SHAPES` says what the numbers are).

    normal, lognormal and beta have no ends worth the name: they are cut at the chances `tail` and 1 - `tail`. Raises
    ValueError for an unknown shape.
    """
    from scipy.special import betaincinv, ndtri

    u = np.asarray(u, dtype=np.float64)
    inside = np.clip(u, tail, 1 - tail)
    if shape == "uniform":
        low, high = numbers
        found = low + u * (high - low)
    elif shape == "triangular":
        found = _triangular(u, *numbers)
    elif shape == "normal":
        mean, deviation = numbers
        found = mean + deviation * ndtri(inside)
    elif shape == "lognormal":
        median, deviation = numbers
        found = median * np.exp(deviation * ndtri(inside))
    elif shape == "beta":
        found = betaincinv(*numbers, inside)
    else:
        raise ValueError(f"there is no distribution {shape!r}")
    return np.asarray(found)


def _triangular(u: np.ndarray, low: float, mode: float, high: float) -> np.ndarray:
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.asarray(np.where(u * (high - low) < mode - low, rising, falling))
