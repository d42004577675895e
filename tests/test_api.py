"""The simulator from Python: light to import, the numbers of the command line, values that print well."""

from __future__ import annotations

import importlib
import inspect
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


def shows_itself(found: Any) -> bool:
    """Whether a notebook shows figures and real tables, and loads nothing for it."""
    html = found._repr_html_()
    assert "<pre>" not in html and html.count("<svg") == 1 and "<th scope" in html and html.count("<td>") > 3
    return not any(word in html for word in ("<script", "<img", "<link", 'src="', "@import"))


def options_of(verb: str) -> set[str]:
    """The options of a verb as Python can name them, without those about files and the terminal."""
    module = importlib.import_module(f"sim.app.{verb}")
    named = {name.removesuffix("_") for name in inspect.signature(getattr(module, verb)).parameters}
    return named - {"json", "quiet", "parquet", "figures", "report"}


@pytest.mark.parametrize("verb", ["run", "compare", "sweep", "sensitivity", "optimise", "calibrate"])
def test_arguments_have_the_names_of_the_options(verb: str) -> None:
    known = set(inspect.signature(getattr(sim, verb)).parameters)
    wanted = options_of(verb)
    assert {"set", "seed", "resume", "cluster", "jobs", "out"} <= wanted <= known, wanted - known
    assert known - wanted <= {"file", "files", "executor"}, known - wanted


def test_options_take_the_texts_of_the_command_line(file: Path, tmp_path: Path) -> None:
    agents = "brands.Acme.desk.agents"
    one = sim.sweep(file, vary=[f"{agents}=1,3"], set={"customers.number": 100}, runs=1)
    other = sim.sweep(file, vary={agents: [1, 3]}, set=["customers.number=100"], runs=1)
    assert one.task == other.task and str(one) == str(other)
    third = sim.sweep(file, vary=f"{agents}=1:3:3", set="customers.number=100", runs=1)
    assert third.task.asked[2] == f"{agents}=1:3:3"
    judged = sim.compare(file, runs=2, arms=["silence"], fail_if="silence.posts >= 0", metric="retention")
    assert [verdict.failed for verdict in judged.verdicts] == [True]
    assert "retention" in str(judged) and "NPS" not in str(judged).partition("\n\n")[2].partition("\n\n")[0]


def test_a_study_that_was_stopped_goes_on(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of three worlds are done when it is stopped; with `resume` only the third is run again."""
    done: list[int] = []

    class Stopping(ThreadPoolExecutor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            if len(done) == 2:
                raise KeyboardInterrupt
            done.append(1)
            result: Future[Any] = Future()
            result.set_result(fn(*args, **kwargs))
            return result

    with pytest.raises(KeyboardInterrupt), Stopping(1) as pool:
        sim.compare(file, runs=3, resume=True, out=tmp_path, executor=pool)
    assert len(list(tmp_path.rglob("study.json"))) == 1
    done.clear()
    with Stopping(1) as pool:
        found = sim.compare(file, runs=3, resume=True, out=tmp_path, executor=pool)
    assert len(done) == 1, "two worlds were kept"
    assert found.task.runs == 3 and not list(tmp_path.rglob("study.json")), "done: nothing is kept any more"


def test_an_answer_says_its_sentence_once(tmp_path: Path) -> None:
    path = tmp_path / "late.yaml"
    path.write_text(SCENARIO.replace("number: 300", "number: 100") + ASKED)
    found = sim.optimise(path, trials=3, runs=1, confirm_runs=2, goal="retention: max", save_policy="gold")
    assert str(found).count(found.page.answers[0]) == 1
    assert found.saved == tmp_path / "late-gold.yaml" and "gold" in found.saved.read_text()
    with pytest.raises(UserError, match="exists already"):
        sim.optimise(path, trials=3, save_policy="gold")


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
    assert "<pre>" not in study._repr_html_() and "silence" in study._repr_html_()
    assert len(study.table()["mean"]) == len(study.table()["arm"]) > 100
    ran = sim.run(file)
    assert "Acme" in str(ran) and "retention" in ran.table()["metric"] and shows_itself(ran)
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
        "calibrate": sim.calibrate(path, tmp_path / "seen.csv", {"n": "posts"}, points=50),
    }
    for verb, answer in answers.items():
        assert answer.task.kind == verb and len(str(answer).splitlines()) > 3 and shows_itself(answer)
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
