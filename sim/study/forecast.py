"""How well the part that was held back is foretold: by the fitted simulator, and by what needs no simulator at all."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.study.observed import Per

CYCLE = {"hour": 24, "day": 7, "week": 52, "month": 12}
"""Bins after which a series is expected to repeat itself: a day of hours, a week of days; years do not."""
LEAST_BINS = 8

MUCH = 1.5
"""Errors whose means are further apart than by this factor do not read as alike."""

Verdict = Literal["better", "worse", "alike", "few decide", "too few"]


@dataclass(frozen=True)
class Forecast:
    """The held-back part of one series.

    mean, low, high: float64 [bins], the mean over worlds and the band in which nine of ten lie, over all bins; begins:
    the first bin held back. errors: mean absolute error there, by forecaster, `simulator` first. apart: whether that
    of the simulator differs from the best baseline's by more than chance, None for too few bins to say. nearer: bins
    in which the simulator is nearer than that baseline, of the `judged` that can be judged; steadily: whether that is
    more or less often than chance. few: how many bins hold nine tenths of the greater error. inside: the share of the
    bins held back that the band holds.
    """

    series: str
    begins: int
    observed: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    errors: dict[str, float]
    apart: bool | None
    nearer: int
    judged: int
    steadily: bool | None
    few: int
    inside: float

    @property
    def best_baseline(self) -> str:
        """The baseline with the least error."""
        return best_baseline(self.errors)

    @property
    def verdict(self) -> Verdict:
        """How the simulator foretells against the best baseline."""
        if self.apart is None:
            return "too few"
        if self.apart:
            return "better" if self.times < 1 else "worse"
        return "few decide" if self.steadily or not 1 / MUCH < self.times < MUCH else "alike"

    @property
    def times(self) -> float:
        """How many times as large as that of the best baseline the error of the simulator is; inf if that has none."""
        own, other = self.errors["simulator"], self.errors[self.best_baseline]
        return own / other if other > 0 else 1.0 if own == 0 else np.inf

    def __str__(self) -> str:
        told = ", ".join(f"{name} {error:.4g}" for name, error in self.errors.items())
        return f"{self.series}: mean absolute error {told}; {self.inside:.0%} of what came lay in the band"


def forecast(name: str, observed: np.ndarray, begins: int, worlds: Sequence[np.ndarray], per: Per) -> Forecast:
    """Judge the forecast of a series. worlds: the series in worlds drawn from the fit, float64 [bins] each."""
    runs = np.array(worlds)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a bin that no world has a value for is nan
        low, high = np.nanquantile(runs, (0.05, 0.95), axis=0)
        mean = np.nanmean(runs, axis=0)
    later = observed[begins:]
    seen = np.isfinite(later)
    others = baselines(name, observed[:begins], len(observed) - begins, per)
    errors = {"simulator": _error(later, mean[begins:])}
    errors |= {other: _error(later, told) for other, told in others.items()}
    own, other = np.abs(later - mean[begins:]), np.abs(later - others[best_baseline(errors)])
    judged = np.isfinite(own) & np.isfinite(other)
    own, other = own[judged], other[judged]
    held = ((low[begins:] <= later) & (later <= high[begins:]))[seen]
    inside = float(held.mean()) if len(held) else np.nan
    return Forecast(
        series=name,
        begins=begins,
        observed=observed,
        mean=mean,
        low=low,
        high=high,
        errors=errors,
        apart=clearly_apart(own, other),
        nearer=int((own < other).sum()),
        judged=len(own),
        steadily=clearly_apart((own < other) * 1.0, (other < own) * 1.0),
        few=fewest(own if own.sum() > other.sum() else other),
        inside=inside,
    )


def best_baseline(errors: Mapping[str, float]) -> str:
    """The baseline with the least error."""
    return min((name for name in errors if name != "simulator"), key=lambda name: errors[name])


def clearly_apart(one: np.ndarray, other: np.ndarray) -> bool | None:
    """Whether two losses [bins] differ on average by more than chance, at 95 %.

    Diebold & Mariano 1995: the mean difference against its standard error, in which what neighbouring bins share counts
    (Newey & West 1987, over about n to the third). None for fewer than 8 bins. A few enormous errors make that standard
    error as large as the difference, and the test blind; with losses of 0 and 1, for who is nearer, it is their sign
    test, which no size of an error can blind.
    """
    from scipy.stats import t

    differences = one - other
    n = len(differences)
    if n < LEAST_BINS:
        return None
    off = differences - differences.mean()
    lags = int(n ** (1 / 3)) + 1
    shared = sum((1 - k / (lags + 1)) * float(off[k:] @ off[:-k]) for k in range(1, lags + 1))
    variance = (float(off @ off) + 2 * shared) / n
    return bool(abs(differences.mean()) > t.ppf(0.975, n - 1) * np.sqrt(max(variance, 0.0) / n))


def fewest(errors: np.ndarray) -> int:
    """How many of the bins, the worst first, hold nine tenths of all error."""
    summed = np.cumsum(np.sort(errors)[::-1])
    return int(np.searchsorted(summed, 0.9 * summed[-1])) + 1 if len(summed) else 0


def _error(later: np.ndarray, told: np.ndarray) -> float:
    both = np.isfinite(later) & np.isfinite(told)
    return float(np.abs(later - told)[both].mean()) if both.any() else np.nan


def baselines(name: str, before: np.ndarray, n: int, per: Per) -> dict[str, np.ndarray]:
    """Forecasts of the next n bins from those before: float64 [n] each.

    The last value; the mean; the last cycle again, if two were seen; for adopters Bass's curve, if it can be fitted.
    """
    known = before[np.isfinite(before)]
    if len(known) == 0:
        return {"last value": np.full(n, np.nan)}
    found = {"last value": np.full(n, known[-1]), "mean": np.full(n, known.mean())}
    cycle = CYCLE.get(per, 0)
    if cycle and len(before) >= 2 * cycle:
        last = np.where(np.isfinite(before[-cycle:]), before[-cycle:], known.mean())
        found["seasonal"] = last[np.arange(n) % cycle]
    if name == "adopters" and (curve := bass(before)) is not None:
        p, q, market = curve
        found["Bass"] = bass_increments(np.arange(len(before), len(before) + n), p, q, market)
    return found


def bass_increments(bins: np.ndarray, p: float, q: float, market: float) -> np.ndarray:
    """Adopters in each bin by Bass (1969): m (F(t+1) - F(t)), F(t) = (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t)."""

    def adopted(t: np.ndarray) -> np.ndarray:
        gone = np.exp(-(p + q) * t)
        return np.asarray((1 - gone) / (1 + q / p * gone))

    return np.asarray(market * (adopted(bins + 1.0) - adopted(bins.astype(np.float64))))


def bass(before: np.ndarray) -> tuple[float, float, float] | None:
    """Bass's p, q and m by non-linear least squares on the adopters of each bin; None if it cannot be fitted."""
    from scipy.optimize import curve_fit

    bins = np.flatnonzero(np.isfinite(before))
    if len(bins) < 4 or before[bins].sum() <= 0:
        return None
    try:
        start = (0.01, 0.3, 2 * float(before[bins].sum()))
        found, _ = curve_fit(bass_increments, bins, before[bins], start, bounds=((1e-6, 1e-6, 1e-6), (1, 5, np.inf)))
    except (RuntimeError, ValueError):
        return None
    return float(found[0]), float(found[1]), float(found[2])
