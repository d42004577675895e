"""Arms crossed with what is uncertain: settings spread evenly, regret by hand, the same bytes, and a resume."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from test_cli_run import PLAIN, SCENARIO, Sim, sim  # noqa: F401  (a fixture)
from test_precision import world

from sim.app.robust import _sentence
from sim.errors import EXIT_USAGE, UserError
from sim.scenario.load import load
from sim.study.robust import Robustness, robustness, settings

DOUBT = """\
uncertain:
  incidents.0.affects: {uniform: [0.1, 0.9]}
  crowd.voice.praise: {triangular: [0.1, 0.3, 0.6]}
"""


@pytest.fixture
def doubtful(sim: Sim, tmp_path: Path) -> Path:  # noqa: F811
    path = tmp_path / "late.yaml"
    path.write_text(SCENARIO + DOUBT)
    return path


def test_settings_are_spread_evenly_and_the_same_again(doubtful: Path) -> None:
    found = settings(load(doubtful), 20, seed=3)
    assert found == settings(load(doubtful), 20, seed=3) != settings(load(doubtful), 20, seed=4)
    values = [load(doubtful).changed(each).incidents[0].affects for each in found]
    slots = np.floor((np.array(values, dtype=float) - 0.1) / 0.8 * 20)
    assert sorted(slots) == list(range(20)), "one in each twentieth of the range: a Latin hypercube"


def test_a_scenario_without_doubts_is_told(sim: Sim, tmp_path: Path) -> None:  # noqa: F811
    with pytest.raises(UserError, match="uncertain"):
        settings(load(tmp_path / "late.yaml"), 5, seed=1)


def test_wins_worst_and_regret_by_hand() -> None:
    gains = [(1.0, 2.0), (-1.0, 3.0), (1.0, -9.0), (-1.0, -2.0)]
    found = robustness([world(*pair) for pair in gains], "population")
    assert found == {
        "baseline": Robustness(1, 0.0, 0.0, (2 + 3 + 1 + 0) / 4, 3.0, 4),
        "arm 0": Robustness(1, 0.0, -1.0, (1 + 4 + 0 + 1) / 4, 4.0, 4),
        "arm 1": Robustness(2, -1.5, -9.0, (0 + 0 + 10 + 2) / 4, 10.0, 4),
    }
    tied = robustness([world(0.0)], "population")
    assert (tied["baseline"].best, tied["arm 0"].best) == (1, 1)


def test_compare_robustly_whatever_the_jobs_and_from_its_folder(
    sim: Sim,  # noqa: F811
    doubtful: Path,
    tmp_path: Path,
) -> None:
    study = ("compare", "late.yaml", "--arms", "silence", "--runs", "6", "--robust", *PLAIN)
    data = sim(*study, "--json", "--jobs", "1").data
    fares = data["robust"]["arms"]
    assert set(fares) == {"baseline", "silence"} and data["robust"]["metric"] == "population"
    assert sum(each["best"] for each in fares.values()) >= 6
    assert len({each["incidents.0.affects"] for each in data["robust"]["settings"]}) == 6
    told = sim("show", data["output"]).out
    page = sim("compare", "late.yaml", "--runs", "2", "--robust", "--json", "--no-figures").data["output"]
    assert "--robust --metric population" in (tmp_path / page / "report.html").read_text()
    assert "plausible worlds" in told and "regret" in told
    other = sim(*study, "--json", "--jobs", "2", "--out", "other").data
    for name in ("comparison.json", "worlds.csv", "manifest.json"):
        mine, theirs = (tmp_path / each["output"] / name for each in (data, other))
        assert mine.read_bytes() == theirs.read_bytes(), name
    assert sim("compare", data["output"], *PLAIN).code == 0, "the result repeats from its folder"
    plain = sim("compare", "late.yaml", "--arms", "silence", "--runs", "6", "--json", *PLAIN).data
    assert plain["differences"] != data["differences"], "doubt changes the worlds"
    auto = ("compare", "late.yaml", "--robust", "--runs", "auto", "--half-width", "1")
    assert sim(*auto).code == EXIT_USAGE


def test_an_arm_that_is_always_best_is_said_to_be_so() -> None:
    """It "fell less short of the best where it is wrong", and was wrong nowhere."""

    def fares(best: int, regret: float) -> SimpleNamespace:
        return SimpleNamespace(best=best, runs=20, regret_most=regret)

    assert _sentence({"a": fares(20, 0.0), "b": fares(0, 3.0)}) == "'a' is best in all of 20 plausible worlds."
    assert "no arm falls less short" in _sentence({"a": fares(19, 0.5), "b": fares(1, 3.0)})
