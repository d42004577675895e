"""Inference with a cheap stand-in for the simulator: intervals hold what they promise, and a planted fault is seen."""

from __future__ import annotations

import numpy as np
import pytest

from sim.study.inference import LEAST_WIDTH, Posterior, infer, surely

NINETY = np.array([0.05, 0.95])
HOURS = np.arange(30)


def series_of(u: np.ndarray, random: np.random.Generator, worlds: int = 1) -> np.ndarray:
    """Counts of an over-dispersed burst: its height and its decay are inputs; a third input does nothing.

    worlds: the mean over so many, with luck of their own.
    """
    height, decay = 5 + 30 * u[0], 2 + 18 * u[1]
    rate = 2 + height * np.exp(-HOURS / decay)
    luck = random.gamma(8, 1 / 8, size=(worlds, 1))
    return np.asarray(random.poisson(rate * luck).mean(axis=0))


def numbers_of(counts: np.ndarray) -> np.ndarray:
    return np.log(counts.reshape(6, 5).mean(axis=1) + 0.1)


def case(k: int, worlds: int = 1) -> tuple[np.ndarray, Posterior]:
    """A truth drawn from the prior, and what is inferred from one world of it. worlds: averaged by the simulator."""
    random = np.random.default_rng([11, k])
    truth = random.random(3)
    observed = numbers_of(series_of(truth, random))

    def simulate(u: np.ndarray, before: int) -> np.ndarray:
        rows = [series_of(row, np.random.default_rng([k, before, j]), worlds) for j, row in enumerate(u)]
        return np.array([numbers_of(row) for row in rows])

    return truth, infer(simulate, observed, 3, points=100, waves=3, seed=k)


def held(cases: int, worlds: int = 1) -> np.ndarray:
    """Whether the 90 % interval held the truth: bool [cases, 3]."""
    found = []
    for k in range(cases):
        truth, posterior = case(k, worlds)
        low, high = posterior.quantiles(NINETY)
        found.append((low <= truth) & (truth <= high))
    return np.array(found)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """200 cases at nominal 90 %: 86 to 94 % expected; a binomial with .9 falls below .83 once in a thousand."""
    share = held(200).mean(axis=0)
    assert (share >= 0.83).all(), share
    assert (share <= 0.98).all(), share


def test_the_negative_control_means_over_worlds_promise_too_much() -> None:
    """If the simulator gives means over 16 worlds, luck is understated, and the interval of the height fails."""
    share = held(40, worlds=16).mean(axis=0)
    assert share[0] < 0.75, share


def test_what_is_not_informed_stays_as_wide_as_before() -> None:
    widths = np.array([np.diff(case(k)[1].quantiles(NINETY), axis=0)[0] for k in range(10)]).mean(axis=0)
    assert widths[2] > 0.8, widths
    assert widths[1] < 0.6 and widths[0] < 0.7, widths


def test_inputs_that_only_act_together_are_told_by_their_correlation() -> None:
    def simulate(u: np.ndarray, before: int) -> np.ndarray:
        noise = np.random.default_rng([9, before]).normal(size=(len(u), 2))
        return np.column_stack([u[:, 0] + u[:, 1] + 0.02 * noise[:, 0], noise[:, 1]])

    posterior = infer(simulate, np.array([1.0, 0.0]), 2, points=150)
    assert posterior.correlations()[0, 1] < -0.9
    assert posterior.sample(50, 1).sum(axis=1) == pytest.approx(1.0, abs=0.15)


def test_numbers_that_never_vary_or_were_not_observed_are_left_out() -> None:
    def simulate(u: np.ndarray, before: int) -> np.ndarray:
        return np.column_stack([u[:, 0], np.full(len(u), 3.0), np.full(len(u), np.nan)])

    posterior = infer(simulate, np.array([0.4, 9.0, 1.0]), 1, points=60, waves=2)
    assert posterior.quantiles(np.array([0.5]))[0, 0] == pytest.approx(0.4, abs=0.02)
    with pytest.raises(ValueError, match="varies"):
        infer(simulate, np.array([np.nan, 3.0, 1.0]), 1, points=20)


def test_the_same_seed_gives_the_same_answer() -> None:
    assert np.array_equal(case(3)[1].draws, case(3)[1].draws)
    assert not np.array_equal(case(3)[1].draws, case(4)[1].draws)


# ------------------------------------------------------------------------------------------------ choices

CENTRES = np.array([0.0, 3.0, -3.0])
"""What each of three values adds to the first number: no straight line through the values in their order."""


def chosen(k: int, planted: bool = False) -> tuple[int, np.ndarray, np.ndarray]:
    """A choice beside a number: the truth, the chances inferred, and the exact ones.

    The simulator gives the centre of the value plus twice the number in 0..1, and the number alone, with noise of
    spread 1 and .2. planted: the values do nothing.
    """
    random = np.random.default_rng([21, k])
    u = random.random(2)
    truth = int(3 * u[0])

    def simulate(points: np.ndarray, before: int) -> np.ndarray:
        noise = np.random.default_rng([k, before]).normal(size=(len(points), 2))
        value = 0.0 if planted else CENTRES[(3 * points[:, 0]).astype(int)]
        return np.column_stack([value + 2 * points[:, 1] + noise[:, 0], points[:, 1] + 0.2 * noise[:, 1]])

    observed = np.array([CENTRES[truth] + 2 * u[1], u[1]]) + random.normal(size=2) * [1.0, 0.2]
    grid = np.linspace(0.0005, 0.9995, 1000)
    of_number = np.exp(-0.5 * ((observed[1] - grid) / 0.2) ** 2)
    exact = np.array([(of_number * np.exp(-0.5 * (observed[0] - c - 2 * grid) ** 2)).sum() for c in CENTRES])
    posterior = infer(simulate, observed, 2, points=100, waves=3, seed=k, choices=(3, 0))
    return truth, posterior.chances(0), exact / exact.sum()


def test_the_chances_of_values_are_those_of_bayes_rule() -> None:
    cases = [chosen(k) for k in range(60)]
    off = np.array([np.abs(found - exact).sum() / 2 for _, found, exact in cases])
    assert off.mean() < 0.08 and np.quantile(off, 0.9) < 0.2, (off.mean(), np.sort(off)[-6:])
    told = np.mean([found[truth] for truth, found, _ in cases])
    assert told == pytest.approx(np.mean([exact[truth] for truth, _, exact in cases]), abs=0.06) and told > 0.6


def test_values_that_do_nothing_keep_equal_chances() -> None:
    found = np.array([chosen(k, planted=True)[1] for k in range(20)])
    assert np.abs(found - 1 / 3).mean() < 0.06, found
    exact = np.array([chosen(k)[2] for k in range(20)])
    assert np.abs(exact - 1 / 3).mean() > 0.2, "the negative control: where they act, chances are far from equal"


@pytest.mark.parametrize("observed", [-1e9, 1e9])
@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_an_observation_far_from_every_run_lies_at_an_end_and_never_nowhere(observed: float, noise: float) -> None:
    """Runs give 0..1 and the data a thousand million: waves used to shrink to a box without room, and to nan."""

    def simulate(u: np.ndarray, before: int) -> np.ndarray:
        return u[:, :1] + noise * np.random.default_rng([5, before]).normal(size=(len(u), 1))

    posterior = infer(simulate, np.array([observed]), 2, points=60, waves=4)
    assert np.isfinite(posterior.draws).all() and np.isfinite(posterior.weights).all()
    assert np.isfinite(posterior.correlations()).all()
    assert posterior.weights.sum() == pytest.approx(1)
    low, high = posterior.quantiles(NINETY)
    assert high[0] > 0.9 if observed > 0 else low[0] < 0.1


def test_a_box_always_has_room() -> None:
    for at in (0.0, 1e-9, 0.4, 1.0):
        low, high = surely(np.full((50, 1), at), np.full(50, 0.02))
        assert 0 <= low[0] <= high[0] - LEAST_WIDTH / 2 and high[0] <= 1
