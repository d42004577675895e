"""Series as a few comparable numbers: level, course in pieces, rhythm of the day, bursts; and quantiles of a sample."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.study.observed import SERIES, Per

PIECES = 8
"""The course of a series is told in so many pieces of equal length."""
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


def features(
    values: Mapping[str, np.ndarray], upto: int, per: Per, mask: Mapping[str, np.ndarray], free: bool
) -> np.ndarray:
    """The numbers by which observation and runs are compared: float64 [k], nan where one is not defined.

    values: the series; of those over time only the first `upto` bins count, and of these the observed ones (mask).
    free: counts are compared by their course only, not by their level.
    """
    return np.array([number for _, number in named_features(values, upto, per, mask, free)])


def named_features(
    values: Mapping[str, np.ndarray], upto: int, per: Per, mask: Mapping[str, np.ndarray], free: bool
) -> list[tuple[str, float]]:
    """The same numbers with their names, `posts: level`."""
    found: list[tuple[str, float]] = []
    for name, held in values.items():
        kind = SERIES[name][0]
        if kind == "sample":
            numbers = _of_sample(held)
        else:
            seen = np.where(mask[name][:upto], held[:upto], np.nan)
            numbers = _of_counts(seen, per, free) if kind == "count" else _of_levels(seen)
        found += [(f"{name}: {what}", value) for what, value in numbers]
    return found


def _of_sample(held: np.ndarray) -> list[tuple[str, float]]:
    """Logarithms of quantiles; of an empty sample they are not defined."""
    if len(held) == 0:
        return [(f"quantile {chance:g}", np.nan) for chance in QUANTILES]
    return [
        (f"quantile {c:g}", float(np.log(max(q, 0.1))))
        for c, q in zip(QUANTILES, np.quantile(held, QUANTILES), strict=True)
    ]


def _of_counts(seen: np.ndarray, per: Per, free: bool) -> list[tuple[str, float]]:
    """Logarithms of means (a half is added to each sum, so that none is minus infinity), bursts and persistence."""
    mean = _log_mean(seen)
    found = [] if free else [("level", mean)]
    found += [(f"part {k + 1}", _log_mean(part) - mean) for k, part in enumerate(_pieces(seen))]
    if per == "hour" and len(seen) >= 48:
        of_day = np.arange(len(seen)) % 24 // 6
        found += [(f"hours {6 * k}-{6 * k + 6}", _log_mean(seen[of_day == k]) - mean) for k in range(4)]
    known = seen[np.isfinite(seen)]
    spread = known.var() / max(float(known.mean()), 0.5 / max(len(known), 1)) if len(known) else np.nan
    found.append(("highest", float(np.log(known.max() + 0.5)) - mean if len(known) else np.nan))
    if not free:
        found.append(("variance to mean", float(np.log(spread + 0.05))))
    found.append(("persistence", _persistence(seen)))
    return found


def _of_levels(seen: np.ndarray) -> list[tuple[str, float]]:
    """Mean, course, lowest and highest."""
    known = seen[np.isfinite(seen)]
    if len(known) == 0:
        return [(what, np.nan) for what in ("mean", *(f"part {k + 1}" for k in range(PIECES)), "lowest", "highest")]
    parts = [part[np.isfinite(part)] for part in _pieces(seen)]
    course = [(f"part {k + 1}", float(part.mean()) if len(part) else np.nan) for k, part in enumerate(parts)]
    return [("mean", float(known.mean())), *course, ("lowest", float(known.min())), ("highest", float(known.max()))]


def _pieces(seen: np.ndarray) -> list[np.ndarray]:
    return [seen[part] for part in np.array_split(np.arange(len(seen)), PIECES)]


def _log_mean(part: np.ndarray) -> float:
    known = part[np.isfinite(part)]
    return float(np.log((known.sum() + 0.5) / len(known))) if len(known) else np.nan


def _persistence(seen: np.ndarray) -> float:
    """Correlation of one bin with the next, of square roots; 0 where nothing varies."""
    root = np.sqrt(seen)
    one, other = root[:-1], root[1:]
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < 3 or one[both].std() == 0 or other[both].std() == 0:
        return 0.0
    return float(np.corrcoef(one[both], other[both])[0, 1])
