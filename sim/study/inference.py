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

An input may be a choice among values without order: u of 0..1 is cut into equal parts, one a value. The sums of numbers
then guess its values' chances (Prangle et al. 2014), its box stays whole, and a multinomial logistic regression on the
guesses weighs the runs by how likely their value is at the observation (Beaumont 2008), instead of moving them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
OUTERMOST = 3.0
"""A guess further than so many standard deviations from the middle of the box counts as so far: where no run was, the
regression is a guess about guesses."""
LEAST_WIDTH = 0.02
"""A wave's box is at least such a part of the one before: a box without room would tell nothing of its inside."""
LOGIT_PENALTY = 0.1
LEAST_LOG_CHANCE = -4.0
"""A run whose value was less likely than this at its own numbers counts as if it were so likely: one run must not
decide."""
LEAST_TOLD = 0.04
"""If the numbers tell less than this part of an input's variance, they are taken to tell nothing of it."""


@dataclass(frozen=True)
class Posterior:
    """Inputs that agree with the observation.

    draws: float64 [m, p] in 0..1; weights: float64 [m], which sum to 1. inputs, numbers: every run of all waves.
    choices: for each input among how many values it chooses, 0 for a number.
    """

    draws: np.ndarray
    weights: np.ndarray
    inputs: np.ndarray
    numbers: np.ndarray
    choices: tuple[int, ...]

    def chances(self, k: int) -> np.ndarray:
        """How likely each value of a choice, input k, is now: float64 [values], which sum to 1."""
        return np.bincount(value_of(self.draws[:, k], self.choices[k]), self.weights, self.choices[k])

    def quantiles(self, chances: np.ndarray) -> np.ndarray:
        """The inputs below which the given chances lie: float64 [chances, p]."""
        return np.stack([_quantiles(column, self.weights, chances) for column in self.draws.T], axis=1)

    def correlations(self) -> np.ndarray:
        """Correlation of the ranks of each two inputs: float64 [p, p]."""
        ranks = self.draws.argsort(axis=0).argsort(axis=0).astype(np.float64)
        centred = ranks - self.weights @ ranks
        covariance = (centred * self.weights[:, None]).T @ centred
        spread = np.sqrt(np.diag(covariance))
        both = np.outer(spread, spread)
        return np.asarray(np.divide(covariance, both, out=np.zeros_like(covariance), where=both > 0))

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
    choices: Sequence[int] = (),
) -> Posterior:
    """The inputs that agree with observed numbers [k] (nan: not observed).

    points: runs of each wave. accept: the share of the runs in the last box, nearest to the observation, from which the
    answer is made. choices: for each input among how many values it chooses, 0 for a number (default: all are numbers).
    Raises ValueError if no number that was observed varies between runs.
    """
    from scipy.stats import qmc

    among = tuple(choices) or (0,) * p
    chosen = np.array(among) > 0
    low, high = np.zeros(p), np.ones(p)
    inputs, numbers = np.empty((0, p)), np.empty((0, len(observed)))
    design = qmc.LatinHypercube(p, rng=seed)
    for wave in range(waves):
        fresh = low + design.random(points) * (high - low)
        inputs = np.concatenate([inputs, fresh])
        numbers = np.concatenate([numbers, simulate(fresh, len(inputs) - points)])
        inside = ((inputs >= low) & (inputs <= high)).all(axis=1)
        scaled = (inputs[inside] - low) / (high - low)
        draws, weights = adjusted(scaled, numbers[inside], observed, accept, among)
        if wave < waves - 1:
            box = surely(draws, weights)
            ends = low + box[0] * (high - low), low + box[1] * (high - low)
            low, high = np.where(chosen, 0.0, ends[0]), np.where(chosen, 1.0, ends[1])
    return Posterior(low + draws * (high - low), weights, inputs, numbers, among)


def adjusted(
    inputs: np.ndarray, numbers: np.ndarray, observed: np.ndarray, accept: float, choices: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Draws [m, p] of the inputs in 0..1 given what was observed, and their weights [m]; from runs in equal spread."""
    from scipy.special import ndtr, ndtri

    chosen = np.array(choices) > 0
    targets = ndtri(np.clip(inputs[:, ~chosen], 1e-6, 1 - 1e-6))
    values = {k: value_of(inputs[:, k], choices[k]) for k in np.flatnonzero(chosen).tolist()}
    marks = [(mine[:, None] == np.arange(choices[k] - 1)).astype(np.float64) for k, mine in values.items()]
    rows, row = standardised(numbers, observed)
    guesses, guess = ridge(rows, np.concatenate([targets, *marks], axis=1), row)
    spread = guesses.std(axis=0) + 1e-9
    distance = np.sqrt((((guesses - guess) / spread) ** 2).mean(axis=1))
    kept = max(min(len(inputs), LEAST_KEPT), round(accept * len(inputs)))
    near = np.argsort(distance, kind="stable")[:kept]
    reach = distance[near].max() * (1 + 1e-9) + 1e-12
    weights = 1 - (distance[near] / reach) ** 2 + 1e-3
    centre, errors = local(guesses[near], targets[near], weights, guess)
    draws = inputs[near].copy()
    draws[:, ~chosen] = ndtr(np.clip(centre, -OUTERMOST, OUTERMOST) + errors)
    there = weights.copy()
    for k, mine in values.items():
        weights = weights * likelier(guesses[near], mine[near], there, guess, choices[k])
    return draws, weights / weights.sum()


def value_of(u: np.ndarray, among: int) -> np.ndarray:
    """Which of so many values stands at u in 0..1: int64 as u."""
    return np.minimum((u * among).astype(np.int64), among - 1)


def likelier(
    guesses: np.ndarray, values: np.ndarray, weights: np.ndarray, guess: np.ndarray, among: int
) -> np.ndarray:
    """How many times as likely as at its own guesses each run's value is at one guess: float64 [runs].

    By a weighted multinomial logistic regression of the values on the guesses, with a small penalty, so that values
    that are told apart without error have finite odds.
    """
    from scipy.optimize import minimize
    from scipy.special import log_softmax

    told = guesses.std(axis=0) > 1e-9
    if not told.any():
        return np.ones(len(values))
    scale = guesses[:, told].std(axis=0)
    rows = np.column_stack([np.ones(len(guesses)), (guesses - guess)[:, told] / scale])
    share = weights / weights.mean()
    is_mine = values[:, None] == np.arange(among)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        slopes = flat.reshape(rows.shape[1], among)
        chances = log_softmax(rows @ slopes, axis=1)
        penalty = LOGIT_PENALTY * slopes[1:]
        value = -float((share * chances[is_mine]).sum()) + 0.5 * float((penalty * slopes[1:]).sum())
        slope = rows.T @ (share[:, None] * (np.exp(chances) - is_mine))
        slope[1:] += penalty
        return value, slope.ravel()

    fitted = minimize(loss, np.zeros(rows.shape[1] * among), jac=True, method="L-BFGS-B").x
    slopes = fitted.reshape(rows.shape[1], among)
    own = log_softmax(rows @ slopes, axis=1)[is_mine]
    return np.asarray(np.exp(log_softmax(slopes[0])[values] - np.maximum(own, LEAST_LOG_CHANCE)))


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
    """A box that holds the answer but for one case in a thousand: its lower and upper corner, in 0..1.

    It never shrinks to nothing, even at an end of the range or where every draw is the same.
    """
    from scipy.special import ndtr, ndtri

    turned = ndtri(np.clip(draws, 1e-6, 1 - 1e-6))
    mean = weights @ turned
    spread = np.sqrt(weights @ (turned - mean) ** 2)
    low, high = ndtr(mean - SURELY * spread), ndtr(mean + SURELY * spread)
    room = np.maximum(LEAST_WIDTH - (high - low), 0.0) / 2
    low = np.clip(low - room, 0.0, 1 - LEAST_WIDTH)
    return low, np.clip(np.maximum(high + room, low + LEAST_WIDTH), 0.0, 1.0)


def _quantiles(values: np.ndarray, weights: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """Weighted quantiles by Weibull's rule: of n values, the k-th lies at k / (n + 1), so that few values promise less.

    n is how many values of equal weight are worth as much.
    """
    order = np.argsort(values)
    n = 1 / (weights**2).sum()
    middle = np.cumsum(weights[order]) - weights[order] / 2
    return np.asarray(np.interp((chances * (n + 1) - 0.5) / n, middle, values[order]))
