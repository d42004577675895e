"""Sensitivity against known answers, fed through the same plan and analysis as runs are; its inputs; its verb.

The stand-ins for runs: Ishigami's function (Ishigami and Homma 1990: indices in closed form) and a linear one, each
with luck of known variance added: some that all points of a world share, some that every point draws anew.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.app.cli import answer
from sim.errors import UserError
from sim.scenario.questions import Distribution
from sim.study.inputs import TAIL, Input, inputs_of
from sim.study.luck import luck, parts
from sim.study.quantiles import quantile
from sim.study.sensitivity import OfMetric, Plan, analysed, plan, sensitivity
from tests.worlds import storm, world_of

ROOT = Path(__file__).resolve().parent.parent
A, B = 7.0, 0.1
"""The constants of Ishigami's function sin x1 + A sin^2 x2 + B x3^4 sin x1 on (-pi, pi)^3."""
V1, V2, V13 = 0.5 * (1 + B * math.pi**4 / 5) ** 2, A**2 / 8, 8 * B**2 * math.pi**8 / 225
VARIANCE = V1 + V2 + V13
FIRST = {"x1": V1 / VARIANCE, "x2": V2 / VARIANCE, "x3": 0.0}
TOTAL = {"x1": (V1 + V13) / VARIANCE, "x2": V2 / VARIANCE, "x3": V13 / VARIANCE}


def uniform(name: str, low: float, high: float) -> Input:
    return Input(name, "uncertain", Distribution("uniform", (low, high)), (low, high))


ANGLES = [uniform(name, -math.pi, math.pi) for name in FIRST]


def places(planned: Plan) -> np.ndarray:
    """Where the settings of a plan are, with 0 for what stands as it is: float64 [settings, inputs]."""
    return np.array([[float(at.get(each.path, 0.0)) for each in planned.inputs] for at in planned.settings])


def ishigami(x: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])
    return found


def with_luck(mean: np.ndarray, worlds: int, shared: float, redrawn: float, seed: int = 1) -> np.ndarray:
    """Runs [settings, worlds]: the mean, and luck with such standard deviations."""
    rng = np.random.default_rng(seed)
    every = mean[:, None] + shared * rng.standard_normal(worlds)
    return every + redrawn * rng.standard_normal((len(mean), worlds))


def ishigami_study(shared: float, redrawn: float, worlds: int = 60) -> OfMetric:
    planned = plan(ANGLES, "sobol", 1024, seed=5)
    return analysed(planned, "reputation.end", with_luck(ishigami(places(planned)), worlds, shared, redrawn))


# ------------------------------------------------------------------------------------------------- known answers


def test_sobol_indices_and_luck_of_a_known_function() -> None:
    """1,024 base points, 60 worlds; luck with three quarters and one quarter of the parameters' variance."""
    found = ishigami_study(math.sqrt(0.75 * VARIANCE), math.sqrt(0.25 * VARIANCE))
    for name in FIRST:
        first, total = found.of(name).first, found.of(name).total
        assert first is not None and total is not None
        assert first.value == pytest.approx(FIRST[name], abs=0.05), (name, first)
        assert total.value == pytest.approx(TOTAL[name], abs=0.05), (name, total)
        assert first.low - 0.02 <= FIRST[name] <= first.high + 0.02, (name, first)
    assert [each.given.path for each in found.answers] == ["x1", "x2", "x3"]
    assert found.luck.share == pytest.approx(0.5, abs=0.08)
    assert found.luck.redrawn is not None and found.luck.parameters is not None
    assert found.luck.redrawn / found.luck.parameters == pytest.approx(0.25, abs=0.01)
    assert found.luck.low is not None and found.luck.low < 0.5 < found.luck.high  # type: ignore[operator]
    assert found.luck.deviation == pytest.approx(math.sqrt(VARIANCE), rel=0.15)


def test_shared_luck_does_not_touch_the_indices() -> None:
    """Luck that all points share moves no index at all: that is what pairing is for. Redrawn luck does."""
    quiet, loud = ishigami_study(0.0, 0.0, 3), ishigami_study(100.0, 0.0, 3)
    redrawn = ishigami_study(0.0, 20.0, 3)
    for name in FIRST:
        calm, shaken, noisy = (each.of(name).total for each in (quiet, loud, redrawn))
        assert calm is not None and shaken is not None and noisy is not None
        assert shaken.value == pytest.approx(calm.value, abs=1e-9)
    x3 = redrawn.of("x3").total
    assert x3 is not None and abs(x3.value - TOTAL["x3"]) > 0.3, x3
    assert redrawn.luck.left is not None and redrawn.luck.left > 0.8, "and the study says so itself"
    assert quiet.luck.share == pytest.approx(0.0, abs=1e-9)
    assert loud.luck.share is not None and loud.luck.share > 0.95


def test_the_design_matters() -> None:
    """Negative control: the same numbers in another order of points give wrong indices."""
    planned = plan(ANGLES, "sobol", 1024, seed=5)
    values = with_luck(ishigami(places(planned)), 3, 0.0, 0.0)
    values[planned.n_ends :] = np.random.default_rng(1).permutation(values[planned.n_ends :])
    x2 = analysed(planned, "reputation.end", values).of("x2").first
    assert x2 is not None and abs(x2.value - FIRST["x2"]) > 0.2


def test_morris_and_swings_of_a_linear_function_are_exact() -> None:
    """y = 3 p - 2 q + 0 r over p of 0..2, q of 1..2, r of 0..1: effects over the whole range 6, 2 and 0."""
    inputs = [uniform("p", 0, 2), uniform("q", 1, 2), uniform("r", 0, 1)]
    planned = plan(inputs, "morris", 8, seed=0)
    x = places(planned)
    x[0], x[1:3, 1], x[3:5, 0], x[5:7, :2] = (1, 1, 0), 1, 1, 1
    found = analysed(planned, "reputation.end", with_luck(x @ [3.0, -2.0, 0.0], 5, 2.0, 0.0))
    assert [each.given.path for each in found.answers] == ["p", "q", "r"]
    for name, slope in (("p", 6.0), ("q", -2.0), ("r", 0.0)):
        each = found.of(name)
        assert each.slope == pytest.approx(slope) and each.weight.value == pytest.approx(abs(slope))
        assert each.bend == pytest.approx(0, abs=1e-9)
    assert found.of("p").low.mean == pytest.approx(3 * 0.1 - 3) and found.of("p").high.mean == pytest.approx(3 * 0.9)
    assert found.of("q").swing == pytest.approx(2 * 0.95)


def test_nothing_that_moves_is_nothing_and_not_an_error() -> None:
    for method in ("morris", "sobol"):
        planned = plan(ANGLES, method, 8, seed=1)
        found = analysed(planned, "reputation.end", with_luck(np.zeros(len(planned.settings)), 4, 1.0, 0.0))
        assert [each.weight.value for each in found.answers] == [0, 0, 0]
        assert found.luck.share == 1.0


# ------------------------------------------------------------------------------------------------- luck


def test_parts_of_variance_are_unbiased() -> None:
    """400 tables of 12 points in 5 worlds with variances 1, 4 and 0.25: means within four standard errors."""
    rng = np.random.default_rng(2)
    tables = [with_luck(rng.standard_normal(12), 5, 2.0, 0.5, seed) for seed in range(400)]
    found = np.array([parts(table) for table in tables])
    error = found.std(axis=0) / 20
    assert (np.abs(found.mean(axis=0) - [1.0, 4.0, 0.25]) < 4 * error).all(), (found.mean(axis=0), error)


def test_luck_is_the_variance_between_worlds_at_fixed_points() -> None:
    """The share's numerator is the mean over points of the variance between worlds, computed plainly."""
    table = with_luck(np.random.default_rng(3).standard_normal(30), 8, 1.0, 0.7)
    found = luck(table)
    assert found.deviation is not None
    assert found.deviation**2 == pytest.approx(table.var(axis=1, ddof=1).mean())


def test_the_interval_of_luck_covers() -> None:
    """200 studies of 40 points in 10 worlds: the nominal 95 % interval holds the truth in at least 88 %."""
    truth = (1.0 + 0.25) / (1.0 + 1.0 + 0.25)
    points = np.random.default_rng(4)
    held = 0
    for seed in range(200):
        found = luck(with_luck(points.standard_normal(40), 10, 1.0, 0.5, seed))
        assert found.low is not None and found.high is not None
        held += found.low <= truth <= found.high
    assert held >= 176, held


def test_one_world_knows_nothing_of_luck() -> None:
    assert luck(np.arange(5.0)[:, None]).share is None


# ------------------------------------------------------------------------------------------------- inputs


@pytest.mark.parametrize(
    ("shape", "values", "known"),
    [
        ("uniform", (2.0, 5.0), stats.uniform(2, 3)),
        ("triangular", (0.4, 0.6, 0.9), stats.triang(0.4, 0.4, 0.5)),
        ("triangular", (0.4, 0.4, 0.9), stats.triang(0.0, 0.4, 0.5)),
        ("normal", (3.0, 2.0), stats.norm(3, 2)),
        ("lognormal", (2.0, 0.5), stats.lognorm(0.5, scale=2)),
        ("beta", (2.0, 5.0), stats.beta(2, 5)),
    ],
)
def test_quantiles_are_those_of_scipy(shape: str, values: tuple[float, ...], known: object) -> None:
    for u in (TAIL, 0.1, 0.5, 0.77, 1 - TAIL):
        assert float(quantile(shape, values, u, TAIL)) == pytest.approx(known.ppf(u)), u  # type: ignore[attr-defined]


def test_inputs_are_read_with_their_units_and_kept_within_what_can_be() -> None:
    scenario = storm(
        uncertain={
            "brands.Skyline.desk.handling_time": {"normal": ["20 min", "5 min"]},
            "brands.Northair.quality": {"normal": [0.95, 0.2]},
            "brands.Skyline.desk.hours": {"one of": ["08:00-20:00", "24/7"]},
        },
        levers={"brands.Skyline.desk.agents": {"from": 1, "to": 4}},
    )
    handling, quality, hours, agents = inputs_of(scenario, "both")
    assert handling.numbers == pytest.approx((1 / 3, 1 / 12)) and str(handling.written(0.5)).endswith(" h")
    assert quality.written(1.0) == 1.0, "cut at what the scenario can take"
    assert [hours.written(u) for u in (0.0, 0.49, 0.5, 1.0)] == ["08:00-20:00"] * 2 + ["24/7"] * 2
    assert [agents.written(u) for u in (0.0, 0.24, 0.26, 0.74, 0.76, 1.0)] == [1, 1, 2, 3, 4, 4]
    assert [each.path for each in inputs_of(scenario, "levers")] == ["brands.Skyline.desk.agents"]
    with pytest.raises(UserError, match="has no levers"):
        inputs_of(storm(), "levers")


def test_designs_follow_the_seed_and_zero_is_one() -> None:
    """SALib takes a seed of 0 for none; ours gives the same design and the same intervals each time."""
    for method in ("morris", "sobol"):
        one, same, other = (plan(ANGLES, method, 8, seed) for seed in (0, 0, 1))
        assert (one.cube == same.cube).all() and not np.array_equal(one.cube, other.cube)
        values = ishigami(places(one))[:, None]
        assert analysed(one, "nps", values) == analysed(same, "nps", values)


def test_plans_that_cannot_be_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="a power of two, like 64"):
        plan(ANGLES, "sobol", 60, 1)
    with pytest.raises(UserError, match="there is no method 'fast'"):
        plan(ANGLES, "fast", None, 1)
    monkeypatch.setitem(sys.modules, "SALib", None)
    with pytest.raises(UserError, match=r"pip install 'micro-moments\[analysis\]'"):
        plan(ANGLES, "morris", None, 1)


# ------------------------------------------------------------------------------------------------- runs and the verb


def test_a_study_of_runs_says_what_decides() -> None:
    """Views of Skyline's posts hang on whether people see posts at all, and not on Northair's price of failure."""
    scenario = storm(
        uncertain={
            "crowd.feed.view_chance": {"uniform": [0.1, 0.9]},
            "brands.Northair.desk.handling_time": {"uniform": ["10 min", "11 min"]},
        }
    )
    found = sensitivity(scenario, runs=3, points=4, metrics=["views"], jobs=1)
    one = found.of["views"]
    assert one.answers[0].given.path == "crowd.feed.view_chance" and one.is_clear
    assert one.answers[0].slope is not None and one.answers[0].slope > 0
    assert "luck" in str(found)
    other = sensitivity(scenario, runs=3, points=4, metrics=["views"], jobs=2)
    assert all(np.array_equal(found.values[metric], other.values[metric]) for metric in found.values)


def test_sobol_indices_of_a_scenario_with_a_known_answer() -> None:
    """Staff hours are agents times open hours, both drawn by themselves: the indices of a product, in closed form."""
    agents, hours = "brands.A.desk.agents", "brands.A.desk.hours"
    open_hours = {"08:00-12:00": 4, "08:00-16:00": 8, "08:00-20:00": 12, "24/7": 24}
    scenario = world_of(
        [{"name": "A", "policy": "human"}, {"name": "B"}], n=20, days=1,
        uncertain={agents: {"uniform": [1, 10]}, hours: {"one of": list(open_hours)}},
    )
    a, h = np.arange(1.0, 11.0), np.array(list(open_hours.values()), dtype=np.float64)
    variance = (a**2).mean() * (h**2).mean() - (a.mean() * h.mean()) ** 2
    first = {agents: a.var() * h.mean() ** 2 / variance, hours: h.var() * a.mean() ** 2 / variance}
    both = a.var() * h.var() / variance
    assert sum(first.values()) + both == pytest.approx(1.0) and both > 0.1
    found = sensitivity(scenario, method="sobol", points=128, runs=1, metrics=["staff_hours"], jobs=1).of["staff_hours"]
    for path, share in first.items():
        one, whole = found.of(path).first, found.of(path).total
        assert one is not None and whole is not None
        assert one.value == pytest.approx(share, abs=0.08), (path, one, share)
        assert whole.value == pytest.approx(share + both, abs=0.08), (path, whole, share + both)
    assert found.answers[0].given.path == hours


@pytest.fixture
def small(tmp_path: Path) -> list[str]:
    file = ROOT / "scenarios" / "flight_cancelled.yaml"
    settings = ("customers.number=300", "clock.days=2", "clock.warm_up=1 day", "incidents.0.at=day 0 12:00")
    return [str(file), "--out", str(tmp_path), *(word for each in settings for word in ("--set", each))]


@pytest.mark.parametrize("method", [["--points", "2"], ["--method", "sobol", "--points", "4", "--over", "levers"]])
def test_the_verb_leaves_a_folder_and_repeats_from_it(
    method: list[str], small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(["sensitivity", *small, *method, "--runs", "3", "--metric", "posts", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "sim.sensitivity/1"
    data, folder = told["data"], Path(told["data"]["output"])
    assert set(data["metrics"]["posts"]) == {"level", "luck", "inputs"}
    assert "posts of Skyline" in data["findings"]["posts"]
    assert {file.stem for file in (folder / "figures").iterdir()} == {"tornado-posts", "indices-posts"}
    rows = list(csv.DictReader((folder / "indices.csv").open()))
    assert [row["value"] for row in rows if row["number"] == "luck"] == [
        repr(data["metrics"]["posts"]["luck"]["share"]).removesuffix(".0")
    ]
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file() and file.name != "timings.json"}
    assert answer(["sensitivity", str(folder), "--out", str(tmp_path), "--quiet", "--jobs", "1"]) == 0
    assert all(file.read_bytes() == text for file, text in before.items())
    assert "luck" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--over", "uncertian"], "there is uncertain, levers, both"),
        (
            ["--set", "brands.Skyline.policy=silence", "--over", "uncertain", "--metric", "ttfr_minutes.median"],
            "is not defined",
        ),
        (["--method", "sobol", "--points", "5"], "a power of two"),
    ],
)
def test_mistakes_are_told_in_a_line(
    small: list[str], words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(["sensitivity", *small, "--runs", "1", *words]) == 2
    assert told in capsys.readouterr().err
