"""Intervals that may be looked at after every value: a confidence sequence for a mean.

A fixed 95 % interval covers in 95 of 100 studies if one looks once. Whoever looks after every value and stops when the
answer is clear, stops at a lucky moment: looked at often enough, fixed intervals miss the truth in most studies. A
confidence sequence covers at all looks at once, so that a study may stop whenever it likes.

It is the anytime-valid t interval: the means that a Bayes factor does not refute, whose prior on the standardised
effect is normal with variance 1/c and whose prior on the spread is the right Haar measure. That Bayes factor is a
test martingale whatever the spread, so that by Ville's inequality it ever reaches 1/(1 - confidence) with at most that
chance (Lai 1976; Wang & Ramdas 2024, "Anytime-valid t-tests and confidence sequences for Gaussian means with unknown
variance"). Exact for normal values; for others by the central limit theorem, and tests say how nearly.

A share of worlds is not nearly normal: ten worlds without a hit have no spread at all, and a t interval of no width. It
has a sequence of its own, by the same argument with a mixture of coins as the alternative (Robbins 1970).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaln

TUNED_FOR = 30
"""The number of values at which the interval is about as narrow as a confidence sequence can be."""


def confidence_sequence(values: Sequence[float], confidence: float = 0.95) -> tuple[float | None, float | None]:
    """The interval of the mean after these values, valid at every look; (None, None) while it is unbounded.

    values: independent, in the order in which they came. With c and g = 1 + n/c the Bayes factor against mean m is
    g^(-1/2) [(1 + t²/v) / (1 + t²/(v g))]^(n/2), with t = (mean - m) √n / s and v = n - 1.
    """
    n = len(values)
    if n < 2:
        return None, None
    alpha = 1.0 - confidence
    widening = 1.0 + n / _prior(alpha)
    limit = (math.sqrt(widening) / alpha) ** (2.0 / n)
    if limit >= widening:
        return None, None
    sample = np.asarray(values, dtype=np.float64)
    mean = float(sample.mean())
    if bool((sample == sample[0]).all()):
        return mean, mean
    squared = (n - 1) * (limit - 1.0) / (1.0 - limit / widening)
    reach = math.sqrt(squared / n) * float(sample.std(ddof=1))
    return mean - reach, mean + reach


def _prior(alpha: float) -> float:
    """How many values the prior is worth: c, chosen for the narrowest interval at about TUNED_FOR values."""
    doubled = -2.0 * math.log(alpha)
    return TUNED_FOR / (doubled + math.log(doubled) + 1.0)


def confidence_sequence_of_share(hits: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """The interval of the chance of a hit after `hits` in `n` independent tries, valid at every look.

    It holds each chance p whose likelihood is not 1/(1 - confidence) times below that of a coin drawn from Jeffreys'
    prior, Beta(1/2, 1/2): exact, for any chance and any n.
    """
    if n == 0:
        return 0.0, 1.0
    mixture = betaln(hits + 0.5, n - hits + 0.5) - betaln(0.5, 0.5)

    def refuted(chance: float) -> float:
        """Above 0 where the mixture refutes a chance."""
        likelihood = hits * math.log(chance) + (n - hits) * math.log1p(-chance)
        return float(mixture - likelihood + math.log(1.0 - confidence))

    seen, tiny = hits / n, 1e-12
    low = brentq(refuted, tiny, min(seen, 1.0 - tiny)) if hits and refuted(tiny) > 0.0 else 0.0
    high = brentq(refuted, max(seen, tiny), 1.0 - tiny) if hits < n and refuted(1.0 - tiny) > 0.0 else 1.0
    return float(low), float(high)
