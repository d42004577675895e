"""As many worlds as it takes: when the rule stops, how often its intervals cover, and that jobs change nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from test_cli_run import PLAIN, Sim, sim  # noqa: F401  (a fixture)

from sim.app.enough import _wide
from sim.errors import EXIT_USAGE, UserError
from sim.study.compare import interval
from sim.study.metrics import Metrics
from sim.study.precision import BATCH, FIRST, Precision, half_width
from sim.study.replicate import Effects, WorldResult


def world(*gains: float | None) -> WorldResult:
    """A world in which arm k moved the population of brand A by so much."""
    arms = {f"arm {k}": Effects(None, None, None, None, gain) for k, gain in enumerate(gains)}
    metrics = Metrics(1, {"A": None}, None, None)  # type: ignore[dict-item,arg-type]
    every = dict.fromkeys(["baseline", *arms], metrics)
    return WorldResult(1, every, {arm: {"A": gain} for arm, gain in arms.items()}, {}, {}, {})


def drawn(values: np.ndarray, precision: Precision) -> int:
    """How many of some values the rule takes."""
    worlds: list[WorldResult] = []
    while len(worlds) < (wanted := precision.wanted(worlds)):
        worlds += [world(float(value)) for value in values[len(worlds) : wanted]]
    return len(worlds)


def test_it_stops_a_batch_after_the_last_arm_is_narrow_enough() -> None:
    draws = np.random.default_rng(4).normal(0, [0.5, 1.0], (400, 2))
    worlds = [world(*pair) for pair in draws.tolist()]
    precision = Precision(0.25)
    taken = precision.wanted(worlds)
    looks = [look for look in range(FIRST, taken, BATCH) if precision.met(worlds[:look])]
    assert looks[0] == taken - BATCH > FIRST, "one batch after the first look that was narrow enough"
    reached = precision.reached(worlds[: taken - BATCH])
    low, high = interval(draws[: taken - BATCH, 1])
    assert low is not None and high is not None
    assert reached["arm 1"] == pytest.approx((high - low) / 2)
    assert precision.wanted(worlds[:taken]) == taken, "the rest does not matter"
    assert precision.wanted([]) == FIRST and Precision(1, most=7).wanted([]) == 7


def test_it_ends_at_most_and_says_so() -> None:
    worlds = [world(float(value)) for value in np.random.default_rng(1).normal(size=50)]
    precision = Precision(1e-6, most=35)
    assert precision.wanted(worlds) == 35 and not precision.met(worlds[:35])
    undefined = [world(None)] * 50
    assert Precision(1, most=35).wanted(undefined) == 35


def covered(precision: Precision, spread: float, studies: int = 400) -> tuple[float, float]:
    """How often mean ± h, and the t interval, hold the true mean 0 when the rule has stopped."""
    draws = np.random.default_rng(8)
    wide = narrow = 0
    for _ in range(studies):
        values = draws.normal(0, spread, precision.most)
        taken = values[: drawn(values, precision)]
        low, high = interval(taken)
        assert low is not None and high is not None
        wide += abs(taken.mean()) <= precision.half_width
        narrow += low <= 0 <= high
    return wide / studies, narrow / studies


def test_its_intervals_cover_as_often_as_they_say() -> None:
    wide, narrow = covered(Precision(0.3, most=150), spread=1.0)
    assert wide >= 0.95, wide
    assert narrow == pytest.approx(0.95, abs=0.03), narrow


def test_stopping_when_the_effect_is_clear_would_not_cover() -> None:
    draws = np.random.default_rng(8)
    held = 0
    for _ in range(400):
        values = draws.normal(0, 1, 150)
        for n in range(2, 151):
            low, high = interval(values[:n])
            assert low is not None and high is not None
            if low > 0 or high < 0 or n == 150:
                held += low <= 0 <= high
                break
    assert held / 400 < 0.75, "a rule that sees the mean is far from 95 %: the test above can tell"


@pytest.mark.parametrize(
    ("text", "metric", "width"), [("0.5", "population", 0.5), ("1 %", "retention", 0.01), (".02", "retention", 0.02)]
)
def test_half_widths_are_read_in_the_unit_of_the_metric(text: str, metric: str, width: float) -> None:
    assert half_width(text, metric) == pytest.approx(width)


@pytest.mark.parametrize(
    ("text", "metric"), [("0", "population"), ("-1", "population"), ("1", "retention"), ("1 %", "nps"), ("x", "nps")]
)
def test_odd_half_widths_are_refused(text: str, metric: str) -> None:
    with pytest.raises(UserError, match="half-width"):
        half_width(text, metric)


def test_what_was_asked_can_be_read_again() -> None:
    precision = Precision(0.1 + 0.2, "ttfr_minutes.median", 77)
    assert Precision.from_words(precision.as_words()) == precision
    assert Precision.from_words(()) is None


def test_compare_stops_by_itself_alike_with_any_jobs_and_repeats(sim: Sim, tmp_path: Path) -> None:  # noqa: F811
    asked = ("--runs", "auto", "--half-width", "6", "--metric", "reputation.end", "--most", "60")
    study = ("compare", "late.yaml", "--arms", "silence", *asked, *PLAIN)
    one = sim(*study, "--json", "--jobs", "1")
    data = one.data
    assert data["precision"]["met"] and data["runs"] == FIRST + BATCH
    found = data["differences"]["silence"]["Acme"]["reputation.end"]
    assert (found["high"] - found["low"]) / 2 == pytest.approx(data["precision"]["reached"]["silence"])
    assert "were enough" in sim("show", data["output"]).out
    other = sim(*study, "--json", "--jobs", "2", "--out", "other").data
    place = Path(data["output"])
    for name in ("comparison.json", "worlds.csv", "summary.txt", "manifest.json"):
        assert (tmp_path / place / name).read_bytes() == (tmp_path / other["output"] / name).read_bytes(), name
    assert sim("compare", data["output"], *PLAIN, "-q").code == 0
    assert sim("compare", "late.yaml", "--runs", "auto").code == EXIT_USAGE
    assert sim("compare", "late.yaml", "--most", "5").code == EXIT_USAGE
    assert sim("compare", "late.yaml", "--runs", "0").code == EXIT_USAGE


def test_a_half_width_is_told_in_the_unit_of_the_table() -> None:
    assert _wide(0.0014, "retention") == "0.14 pt" and _wide(0.005, "retention") == "0.5 pt"
    assert _wide(0.25, "reputation.end") == "0.25"
