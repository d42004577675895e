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
