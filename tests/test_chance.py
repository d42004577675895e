"""Keyed chance: draws of neighbouring keys are uniform and independent; planted faults are seen."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.core.chance import exponential, gumbel, keyed, mix, name_word, normal, stream, unit, word

N = 20_000
SURE = 1e-6
"""A sound generator fails a test here once in a million; keys are fixed, so it passes always or never."""
START = stream(1, "view")


def draws(key_of: Callable[[int], int]) -> np.ndarray:
    """The draws of the keys 0, 1, 2, ..."""
    return np.array([unit(key_of(i)) for i in range(N)])


def chance_of_uniform(sample: np.ndarray) -> float:
    """p of a chi-square test for uniformity in 256 bins."""
    return float(stats.chisquare(np.histogram(sample, 256, (0, 1))[0]).pvalue)


def chance_of_independent(first: np.ndarray, second: np.ndarray) -> float:
    """p of a chi-square test that two draws fall independently (16 x 16 bins)."""
    table = np.histogram2d(first, second, 16, ((0, 1), (0, 1)))[0]
    return float(stats.chi2_contingency(table).pvalue)


FAMILIES: dict[str, Callable[[int], int]] = {
    "neighbouring viewers": lambda i: keyed(START, i),
    "neighbouring posts, one viewer": lambda i: keyed(keyed(START, i), 17),
    "neighbouring seeds": lambda i: keyed(stream(i, "view"), 5),
    "negative numbers": lambda i: keyed(START, -i),
    "powers apart": lambda i: keyed(START, i << 32),
    "one person's purposes": lambda i: keyed(keyed(START, i // 8), 101 + i % 8),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_draws_are_uniform(family: str) -> None:
    """256 bins of 20,000 draws, p above one in a million, whichever way keys are neighbours."""
    assert chance_of_uniform(draws(FAMILIES[family])) > SURE


@pytest.mark.parametrize("family", FAMILIES)
def test_neighbours_are_independent(family: str) -> None:
    """A draw says nothing about the next one, nor about the same key's draw for another purpose."""
    key_of = FAMILIES[family]
    sample = draws(key_of)
    assert chance_of_independent(sample[:-1], sample[1:]) > SURE
    assert chance_of_independent(sample, draws(lambda i: keyed(key_of(i), 1))) > SURE
    assert chance_of_independent(sample, draws(lambda i: keyed(key_of(i), 2))) > SURE


def test_a_poor_generator_is_seen() -> None:
    """Negative control: keys without the mixer, and a key that forgets the viewer, fail."""
    unmixed = draws(lambda i: (START + word(i) * 0x9E3779B97F4A7C15) & (2**64 - 1))
    assert chance_of_independent(unmixed[:-1], unmixed[1:]) < SURE
    forgetful = draws(lambda i: keyed(START, i % 100))
    assert chance_of_uniform(forgetful) < SURE


def test_each_bit_moves_half_of_the_others() -> None:
    """Avalanche: flipping any bit of the key, or of what, flips each bit of the result half of the time."""
    n = 300
    flips = np.zeros((128, 64))
    for i in range(n):
        key, what = mix(3 * i + 1), mix(5 * i + 2)
        was = keyed(key, what)
        for bit in range(64):
            for row, changed in ((bit, keyed(key ^ (1 << bit), what)), (64 + bit, keyed(key, what ^ (1 << bit)))):
                flips[row] += [(changed ^ was) >> k & 1 for k in range(64)]
    worst = np.abs(flips / n - 0.5).max()
    assert worst < 6 * 0.5 / math.sqrt(n), f"some bit is moved {0.5 + worst:.2f} of the time"


@pytest.mark.parametrize(
    ("draw", "law"), [(exponential, stats.expon), (gumbel, stats.gumbel_r), (normal, stats.norm)], ids=lambda it: ""
)
def test_shapes(draw: Callable[[int], float], law: stats.rv_continuous) -> None:
    """Exponential, Gumbel and normal draws follow their laws (Kolmogorov-Smirnov)."""
    sample = [draw(keyed(START, i)) for i in range(N)]
    assert stats.kstest(sample, law.cdf).pvalue > SURE
    assert stats.kstest([1.03 * x + 0.03 for x in sample], law.cdf).pvalue < SURE, "the test sees nothing"


@given(key=st.integers(0, 2**64 - 1))
def test_normal_is_the_inverse_distribution(key: int) -> None:
    """To nine digits, in the tails too."""
    assert normal(key) == pytest.approx(stats.norm.ppf(unit(key)), rel=3e-9, abs=1e-9)


@given(key=st.integers(0, 2**64 - 1), what=st.integers(-(2**63), 2**63 - 1))
def test_draws_stay_inside(key: int, what: int) -> None:
    """Keys are 64 bits; draws are never 0 nor 1, so that no logarithm is infinite."""
    assert 0 <= keyed(key, what) < 2**64
    assert 0.0 < unit(key) < 1.0
    assert math.isfinite(exponential(key)) and math.isfinite(gumbel(key)) and math.isfinite(normal(key))


def test_names_are_told_apart() -> None:
    """Names that look alike get words that do not; one name always the same."""
    names = [f"{stem}{i}" for stem in ("brand", "Brand", "brand ", "é", "e\u0301") for i in range(500)]
    assert len({name_word(name) for name in names}) == len(names)
    assert chance_of_uniform(np.array([unit(name_word(str(i))) for i in range(N)])) > SURE
