"""From what was observed to what may have caused it: which inputs of a simulator agree with some numbers it gives.

Simulation-based, without a likelihood. Inputs are points u of the unit cube, equally likely beforehand. In each of a
few waves well-spread points are simulated, each in a world of its own; a ridge regression sums the numbers up into
one guess for each input (Fearnhead & Prangle 2012, semi-automatic summaries); of the runs whose guesses are nearest to
the guess from the observation, a local regression gives the inputs (Beaumont et al. 2002, regression-adjusted
rejection). The regressions' errors for runs left out of them are the uncertainty. Then the box that surely holds the
answer is filled with the next wave (history matching).

Why a world of its own for each point, and no means over worlds: what is observed happened once, with the luck of one
world. A regression over many worlds averages the luck out of the mean and leaves it in the errors, where it belongs;
means over worlds would promise intervals that are too narrow (`tests/test_inference.py` shows it).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Simulate = Callable[[np.ndarray, int], np.ndarray]
"""From inputs [n, p] in 0..1, and the number of runs made before, to numbers [n, k]: each row in its own world."""

RIDGES = np.logspace(-2, 4, 25)
WIDEST = 4.0
"""Numbers further from their mean than so many standard deviations count as so far: luck has long tails."""
SURELY = 3.5
"""The next wave is spread over so many standard deviations on either side."""
LEAST_KEPT = 40
LEAST_TOLD = 0.04
"""If the numbers tell less than this part of an input's variance, they are taken to tell nothing of it."""


@dataclass(frozen=True)
class Posterior:
    """Inputs that agree with the observation.

    draws: float64 [m, p] in 0..1; weights: float64 [m], which sum to 1. inputs, numbers: every run of all waves.
    """

    draws: np.ndarray
    weights: np.ndarray
    inputs: np.ndarray
    numbers: np.ndarray

    def quantiles(self, chances: np.ndarray) -> np.ndarray:
        """The inputs below which the given chances lie: float64 [chances, p]."""
        return np.stack([_quantiles(column, self.weights, chances) for column in self.draws.T], axis=1)

    def correlations(self) -> np.ndarray:
        """Correlation of the ranks of each two inputs: float64 [p, p]."""
        ranks = self.draws.argsort(axis=0).argsort(axis=0).astype(np.float64)
        centred = ranks - self.weights @ ranks
        covariance = (centred * self.weights[:, None]).T @ centred
        spread = np.sqrt(np.diag(covariance))
        return np.asarray(covariance / np.outer(spread, spread))

    def sample(self, n: int, seed: int) -> np.ndarray:
        """Draws with equal weights: float64 [n, p], evenly taken (systematic resampling)."""
        start = np.random.default_rng(seed).random()
        places = np.searchsorted(np.cumsum(self.weights), (start + np.arange(n)) / n)
        return np.asarray(self.draws[np.minimum(places, len(self.draws) - 1)])


def infer(
    simulate: Simulate,
    observed: np.ndarray,
    p: int,
    *,
    points: int = 150,
    waves: int = 3,
    accept: float = 0.6,
    seed: int = 1,
) -> Posterior:
    """The inputs that agree with observed numbers [k] (nan: not observed).

    points: runs of each wave. accept: the share of the runs in the last box, nearest to the observation, from which the
    answer is made. Raises ValueError if no number that was observed varies between runs.
    """
    from scipy.stats import qmc

    low, high = np.zeros(p), np.ones(p)
    inputs, numbers = np.empty((0, p)), np.empty((0, len(observed)))
    design = qmc.LatinHypercube(p, rng=seed)
    for wave in range(waves):
        fresh = low + design.random(points) * (high - low)
        inputs = np.concatenate([inputs, fresh])
        numbers = np.concatenate([numbers, simulate(fresh, len(inputs) - points)])
        inside = ((inputs >= low) & (inputs <= high)).all(axis=1)
        scaled = (inputs[inside] - low) / (high - low)
        draws, weights = adjusted(scaled, numbers[inside], observed, accept)
        if wave < waves - 1:
            box = surely(draws, weights)
            low, high = low + box[0] * (high - low), low + box[1] * (high - low)
    return Posterior(low + draws * (high - low), weights, inputs, numbers)


def adjusted(
    inputs: np.ndarray, numbers: np.ndarray, observed: np.ndarray, accept: float
) -> tuple[np.ndarray, np.ndarray]:
    """Draws [m, p] of the inputs in 0..1 given what was observed, and their weights [m]; from runs in equal spread."""
    from scipy.special import ndtr, ndtri

    targets = ndtri(np.clip(inputs, 1e-6, 1 - 1e-6))
    rows, row = standardised(numbers, observed)
    guesses, guess = ridge(rows, targets, row)
    spread = guesses.std(axis=0) + 1e-9
    distance = np.sqrt((((guesses - guess) / spread) ** 2).mean(axis=1))
    kept = max(min(len(inputs), LEAST_KEPT), round(accept * len(inputs)))
    near = np.argsort(distance, kind="stable")[:kept]
    reach = distance[near].max() * (1 + 1e-9) + 1e-12
    weights = 1 - (distance[near] / reach) ** 2 + 1e-3
    centre, errors = local(guesses[near], targets[near], weights, guess)
    return ndtr(centre + errors), weights / weights.sum()


def standardised(numbers: np.ndarray, observed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Runs [n, k] and the observation [k] with mean 0 and spread 1 over the runs, long tails cut.

    What was not observed or never varies is left out; what a run lacks counts as average.
    """
    defined = np.isfinite(numbers).mean(axis=0) > 0.5
    usable = np.isfinite(observed) & defined
    held = np.where(np.isfinite(numbers), numbers, np.nan)[:, usable]
    mean, spread = np.nanmean(held, axis=0), np.nanstd(held, axis=0)
    varied = spread > 1e-12 * (1 + np.abs(mean))
    if not varied.any():
        raise ValueError("nothing that was observed varies between runs")
    rows = np.nan_to_num((held[:, varied] - mean[varied]) / spread[varied])
    row = (observed[usable][varied] - mean[varied]) / spread[varied]
    return np.clip(rows, -WIDEST, WIDEST), np.clip(row, -WIDEST, WIDEST)


def ridge(rows: np.ndarray, targets: np.ndarray, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Guesses of the targets [n, p] from rows [n, k], each by a fit that left it out; and the guess for one more row.

    The penalty of each target is the one with the least error of rows left out. A target of which the rows tell nearly
    nothing is guessed by its mean: a fit to chance would look like knowledge.
    """
    centre = targets.mean(axis=0)
    u, d, vt = np.linalg.svd(rows, full_matrices=False)
    turned = u.T @ (targets - centre)
    guesses, guess = np.empty_like(targets), np.empty(targets.shape[1])
    for k in range(targets.shape[1]):
        best = np.inf
        for penalty in RIDGES:
            part = d**2 / (d**2 + penalty)
            leverage = (u**2 * part).sum(axis=1)  # the mean is not left out: it would tell its own target
            fitted = centre[k] + u @ (part * turned[:, k])
            left_out = targets[:, k] - (targets[:, k] - fitted) / np.maximum(1 - leverage, 1e-3)
            error = float(((targets[:, k] - left_out) ** 2).mean())
            if error < best:
                best, guesses[:, k] = error, left_out
                guess[k] = centre[k] + row @ (vt.T @ (d / (d**2 + penalty) * turned[:, k]))
        if best > (1 - LEAST_TOLD) * targets[:, k].var():
            guesses[:, k] = guess[k] = centre[k]
    return guesses, guess


def local(guesses: np.ndarray, targets: np.ndarray, weights: np.ndarray, guess: np.ndarray) -> tuple[np.ndarray, ...]:
    """A weighted linear regression of targets on guesses: its value at one guess, and its errors for rows left out."""
    told = guesses.std(axis=0) > 0
    rows = np.column_stack([np.ones(len(guesses)), (guesses - guess)[:, told]])
    root = np.sqrt(weights)[:, None]
    small = 1e-6 * np.eye(rows.shape[1])
    inverse = np.linalg.inv((rows * root).T @ (rows * root) + small)
    fit = inverse @ (rows * weights[:, None]).T @ targets
    leverage = np.einsum("ij,jk,ik->i", rows, inverse, rows) * weights
    errors = (targets - rows @ fit) / np.maximum(1 - leverage, 0.1)[:, None]
    return fit[0], errors - np.average(errors, axis=0, weights=weights)


def surely(draws: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A box that holds the answer but for one case in a thousand: its lower and upper corner, in 0..1."""
    from scipy.special import ndtr, ndtri

    turned = ndtri(np.clip(draws, 1e-6, 1 - 1e-6))
    mean = weights @ turned
    spread = np.sqrt(weights @ (turned - mean) ** 2)
    return ndtr(mean - SURELY * spread), ndtr(mean + SURELY * spread)


def _quantiles(values: np.ndarray, weights: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """Weighted quantiles by Weibull's rule: of n values, the k-th lies at k / (n + 1), so that few values promise less.

    n is how many values of equal weight are worth as much.
    """
    order = np.argsort(values)
    n = 1 / (weights**2).sum()
    middle = np.cumsum(weights[order]) - weights[order] / 2
    return np.asarray(np.interp((chances * (n + 1) - 0.5) / n, middle, values[order]))
