"""How much of what varies is luck: runs at many points, all in the same worlds, taken apart by analysis of variance.

A run y(x, w) depends on its point x (parameters drawn from their distributions) and its world w (the seed):

    y(x, w) = mean + a(x) + b(w) + c(x, w)

with variances A (the parameters), B (luck that all points share, which pairing takes out of every difference)
and C (luck that a change of parameters redraws). The share of luck is that of the variance between worlds at fixed
parameters: (B + C) / (A + B + C). From P points in W worlds the mean squares of the two-way table without repeats
give unbiased parts (Searle, Casella and McCulloch, Variance Components, 1992, chapter 4):

    C = MS(rest),  A = (MS(points) - MS(rest)) / W,  B = (MS(worlds) - MS(rest)) / P,  below zero taken as zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.study.compare import CONFIDENCE


@dataclass(frozen=True)
class Luck:
    """Shares of the variance of one run. share = shared + redrawn; with `parameters` they are 1.

    low, high: the 95 % interval of `share` (jackknife over worlds and over points; None with fewer than three
    worlds). deviation: the standard deviation between worlds at fixed parameters, in the metric's unit. left: the
    share of luck in the variance of the means over worlds, which indices are computed from: near 0 if there were
    worlds enough. All are None where nothing varies at all; with one world luck is not known.
    """

    share: float | None
    low: float | None
    high: float | None
    shared: float | None
    redrawn: float | None
    parameters: float | None
    deviation: float | None
    left: float | None


UNKNOWN = Luck(None, None, None, None, None, None, None, None)


def luck(values: np.ndarray) -> Luck:
    """Luck and parameters in some runs: float64 [points, worlds], the points drawn from their distributions."""
    if min(values.shape) < 2:
        return UNKNOWN
    parameters, shared, redrawn = parts(values)
    whole = parameters + shared + redrawn
    if whole <= 0:
        return UNKNOWN
    share = (shared + redrawn) / whole
    low, high = _interval(values, share)
    between = parameters + redrawn / values.shape[1]
    return Luck(
        share,
        low,
        high,
        shared / whole,
        redrawn / whole,
        parameters / whole,
        math.sqrt(shared + redrawn),
        redrawn / values.shape[1] / between if between > 0 else None,
    )


def parts(values: np.ndarray) -> tuple[float, float, float]:
    """The variances A (parameters), B (shared luck), C (redrawn luck) of runs [points, worlds]."""
    n_points, n_worlds = values.shape
    centred = values - values.mean()
    of_points, of_worlds = centred.mean(axis=1), centred.mean(axis=0)
    rest = centred - of_points[:, None] - of_worlds[None, :]
    ms_points = n_worlds * float((of_points**2).sum()) / (n_points - 1)
    ms_worlds = n_points * float((of_worlds**2).sum()) / (n_worlds - 1)
    ms_rest = float((rest**2).sum()) / ((n_points - 1) * (n_worlds - 1))
    tiny = 1e-24 * float((values**2).mean())
    found = ((ms_points - ms_rest) / n_worlds, (ms_worlds - ms_rest) / n_points, ms_rest)
    return tuple(part if part > tiny else 0.0 for part in found)  # type: ignore[return-value]


def _interval(values: np.ndarray, share: float) -> tuple[float | None, float | None]:
    """The jackknife interval of the share of luck: leave out each world, then each point; add both variances."""
    n_worlds = values.shape[1]
    if min(values.shape) < 3:
        return None, None
    from scipy.special import stdtrit

    variance = 0.0
    for axis in (0, 1):
        n = values.shape[axis]
        left = np.array([_share(np.delete(values, k, axis=axis)) for k in range(n)])
        variance += (n - 1) / n * float(((left - left.mean()) ** 2).sum())
    reach = float(stdtrit(n_worlds - 1, 0.5 + CONFIDENCE / 2)) * math.sqrt(variance)
    return max(0.0, share - reach), min(1.0, share + reach)


def _share(values: np.ndarray) -> float:
    parameters, shared, redrawn = parts(values)
    whole = parameters + shared + redrawn
    return (shared + redrawn) / whole if whole > 0 else 0.0
