"""The confidence sequence covers however often one looks; a fixed interval looked at as often does not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.study.compare import interval
from sim.study.confidence_sequence import confidence_sequence, confidence_sequence_of_share

STUDIES, LONGEST = 600, 120
NOISE = 0.0175
"""Twice the standard error of a share of .95 in so many studies."""


def ever_missed(
    draw: Callable[[np.random.Generator, int], np.ndarray], interval_of: Callable[..., tuple], first: int = 4
) -> float:
    """In what share of the studies the true mean 0 lay outside the interval at one look at least, from a first on."""
    rng = np.random.default_rng(20260105)
    missed = 0
    for _ in range(STUDIES):
        values = draw(rng, LONGEST)
        for n in range(first, LONGEST + 1, 2):
            low, high = interval_of(values[:n])
            if low is not None and not low <= 0 <= high:
                missed += 1
                break
    return missed / STUDIES


def normal(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.normal(0, 3, n)


def skewed(rng: np.random.Generator, n: int) -> np.ndarray:
    """Differences between worlds with a tail on one side."""
    return rng.exponential(1.0, n) - 1.0


def test_it_covers_at_all_looks_where_values_are_normal() -> None:
    found = ever_missed(normal, confidence_sequence)
    assert found <= 0.05 + NOISE, f"missed at some look in {found:.3f} of the studies"


def test_it_nearly_covers_where_values_are_skewed() -> None:
    """From the tenth value on, where `sim evidence` looks first. About one in ten is missed."""
    found = ever_missed(skewed, confidence_sequence, first=10)
    assert found <= 0.12, f"missed at some look in {found:.3f} of the studies"


def test_a_fixed_interval_that_is_peeked_at_fails_the_same_test() -> None:
    """The negative control: 95 % once is far less when one may stop at any look."""
    found = ever_missed(normal, lambda values: interval(values))
    assert found > 0.20, f"control: missed at some look in {found:.3f} of the studies"


def test_it_is_at_most_twice_as_wide_as_the_interval_for_one_look() -> None:
    values = np.random.default_rng(3).normal(1, 1, 30)
    low, high = confidence_sequence(values)
    fixed = interval(values)
    assert low is not None and high is not None and fixed[0] is not None and fixed[1] is not None
    ratio = (high - low) / (fixed[1] - fixed[0])
    assert 1.2 < ratio < 2, f"{ratio:.2f} times as wide"


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0]])
def test_too_few_values_have_no_interval(values: list[float]) -> None:
    assert confidence_sequence(values) == (None, None)


def test_values_that_are_all_the_same_have_an_interval_of_one_point() -> None:
    assert confidence_sequence([0.25] * 8) == (0.25, 0.25)


def test_it_moves_and_stretches_with_the_values() -> None:
    values = np.random.default_rng(4).normal(0, 1, 25)
    low, high = confidence_sequence(values)
    moved = confidence_sequence(10 + 2 * values)
    assert low is not None and high is not None
    assert moved == pytest.approx((10 + 2 * low, 10 + 2 * high))


@pytest.mark.parametrize("chance", [0.02, 0.1, 0.4, 0.95])
def test_that_of_a_share_covers_at_all_looks(chance: float) -> None:
    def hits(rng: np.random.Generator, n: int) -> np.ndarray:
        return (rng.random(n) < chance).astype(float)

    def around(values: np.ndarray) -> tuple[float, float]:
        low, high = confidence_sequence_of_share(round(values.sum()), len(values))
        return low - chance, high - chance

    found = ever_missed(hits, around, first=10)
    assert found <= 0.05 + NOISE, f"missed at some look in {found:.3f} of the studies"
    if chance in (0.1, 0.95):
        fooled = ever_missed(lambda rng, n: hits(rng, n) - chance, confidence_sequence, first=10)
        assert fooled > 0.25, f"control, as if shares were normal: missed in {fooled:.3f} of the studies"


def test_that_of_a_share_knows_what_it_has_not_seen() -> None:
    low, high = confidence_sequence_of_share(0, 10)
    assert low == 0 and 0.3 < high < 0.45
    assert confidence_sequence_of_share(10, 10) == pytest.approx((1 - high, 1))
    assert confidence_sequence_of_share(0, 0) == (0, 1)
    low, high = confidence_sequence_of_share(24, 60)
    assert 0.2 < low < 0.25 and 0.55 < high < 0.65
