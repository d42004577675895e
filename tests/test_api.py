"""The simulator from Python: light to import, the numbers of the command line, values that print well."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from test_cli_run import PLAIN, SCENARIO, Sim
from test_cli_run import sim as cli  # noqa: F401  (a fixture)
from test_resume import ASKED

import sim
from sim.errors import UserError


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("api") / "late.yaml"
    path.write_text(SCENARIO.replace("number: 300", "number: 200"))
    return path


@pytest.fixture(scope="module")
def study(file: Path) -> sim.Study:
    return sim.compare(file, runs=3)


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sim, sys; print(sorted({'numpy', 'numba', 'scipy', 'typer', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    with pytest.raises(AttributeError, match="comparee"):
        sim.comparee  # type: ignore[attr-defined]  # noqa: B018
    assert {"compare", "run"} <= set(dir(sim))


def test_numbers_are_those_of_the_command_line(cli: Sim, file: Path, study: sim.Study) -> None:  # noqa: F811
    told = cli("compare", str(file), "--runs", "3", "--json", *PLAIN).data
    found = study.of("silence", "retention")
    assert told["differences"]["silence"]["Acme"]["retention"] == found.as_json()
    ran = sim.run(file, runs=2, arm="silence", seed=5)
    told = cli("run", str(file), "--runs", "2", "--arm", "silence", "--seed", "5", "--json", *PLAIN).data
    assert ran.metrics.as_json()["brands"] == told["brands"]


def test_values_print_well(file: Path, study: sim.Study) -> None:
    assert "3 worlds" in str(study) and "95 % interval" in str(study)
    assert len(repr(study)) < 120 and "\n" not in repr(study)
    assert "<pre>" in study._repr_html_() and "silence" in study._repr_html_()
    assert len(study.table()["mean"]) == len(study.table()["arm"]) > 100
    ran = sim.run(file)
    assert "Acme" in str(ran) and "retention" in ran.table()["metric"] and "<pre>" in ran._repr_html_()
    with pytest.raises(UserError):
        sim.compare(file, arms=["silense"])


def test_any_executor_gives_the_same_bytes(file: Path, study: sim.Study) -> None:
    asked: list[Any] = []

    class Counting(ThreadPoolExecutor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            asked.append(fn)
            return super().submit(fn, *args, **kwargs)

    with Counting(2) as pool:
        found = sim.compare(file, runs=3, executor=pool)
        assert len(asked) == 3
        assert pool.submit(int).result() == 0, "an executor that was given is left open"
    assert repr(found.comparison.worlds) == repr(study.comparison.worlds)


def test_enough_worlds_and_plausible_ones(cli: Sim, file: Path) -> None:  # noqa: F811
    auto = sim.compare(file, runs="auto", half_width=0.5, metric="population", arms=["silence"])
    asked = ("--runs", "auto", "--half-width", "0.5", "--metric", "population", "--arms", "silence")
    told = cli("compare", str(file), *asked, "--json", *PLAIN).data
    assert auto.task.runs == told["runs"] >= 20 and "were enough" in str(auto)
    robust = file.with_name("robust.yaml")
    robust.write_text(file.read_text() + ASKED)
    found = sim.compare(robust, runs=4, robust=True, metric="retention")
    assert "In plausible worlds, by retention" in str(found)
    told = cli("compare", str(robust), "--runs", "4", "--robust", "--metric", "retention", "--json", *PLAIN).data
    assert told["differences"]["silence"]["Acme"]["retention"] == found.of("silence", "retention").as_json()
    with pytest.raises(UserError, match="half-width"):
        sim.compare(file, runs="auto")


def test_every_study_is_there_with_the_numbers_of_the_command_line(cli: Sim, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "late.yaml"
    path.write_text(SCENARIO.replace("number: 300", "number: 200") + ASKED)
    (tmp_path / "seen.csv").write_text("hour,n\n" + "".join(f"{hour},{hour % 7}\n" for hour in range(96)))
    answers = {
        "sweep": sim.sweep(path, {"brands.Acme.desk.agents": [1, 3]}, runs=2),
        "sensitivity": sim.sensitivity(path, points=2, runs=2),
        "optimise": sim.optimise(path, trials=4, runs=1, confirm_runs=2),
        "calibrate": sim.calibrate(path, tmp_path / "seen.csv", {"posts": "n"}, points=50),
    }
    for verb, answer in answers.items():
        assert answer.task.kind == verb and len(str(answer).splitlines()) > 3 and "<pre>" in answer._repr_html_()
        assert len(answer.figures()) > 0 and "<table" in answer.report() and len(repr(answer)) < 200
        assert all(len(column) for column in answer.table().values())
    asked = ("--vary", "brands.Acme.desk.agents=1,3", "--runs", "2")
    told = cli("sweep", str(path), *asked, "--json", *PLAIN).data
    assert told["finding"].startswith(answers["sweep"].page.answers[0])
    asked = ("--data", "seen.csv", "--map", "n=posts", "--points", "50")
    told = cli("calibrate", str(path), *asked, "--json", *PLAIN).data
    fitted = told["fitted"]["crowd.journey.uses"]
    assert (fitted["low"], fitted["high"]) == (answers["calibrate"].value.fitted[0].low, fitted["high"])
    with pytest.raises(UserError):
        sim.sweep(path, {"brands.Acme.desk.agentz": [1]})


def test_tables_go_to_other_libraries_where_they_are(study: sim.Study, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = len(study.table()["mean"])
    for library, convert in (("pandas", study.to_pandas), ("polars", study.to_polars), ("pyarrow", study.to_arrow)):
        with monkeypatch.context() as without:
            without.setitem(sys.modules, library, None)
            with pytest.raises(UserError, match=f"pip install {library}"):
                convert()
        try:
            __import__(library)
        except ImportError:
            continue
        frame = convert()
        assert len(frame) == rows and "mean" in list(getattr(frame, "column_names", None) or frame.columns)
        undefined = frame["pairing"].null_count if library != "pandas" else frame["pairing"].isna().sum
        assert (undefined if isinstance(undefined, int) else undefined()) > 0
