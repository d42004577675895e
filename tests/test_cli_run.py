"""The command line at work: sim run, compare and show. What they print where, what they leave, how they fail."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sim.app import progress
from sim.app.cli import answer
from sim.study.archive import draft
from sim.study.metrics import MEANINGS
from sim.study.seeds import seed_of_run

SCENARIO = """\
scenario: Late again
clock: {days: 4, warm_up: 1 day}
customers: {number: 300}
graph: {mean_degree: 8}
brands:
  - {name: Acme, failures: {late train: 30 %}, policy: kind, desk: {agents: 2, hours: 24/7}}
  - {name: Zenith, failures: {late train: 20 %}}
policies:
  kind: {quality: {action: 0.8, ease: 0.6, empathy: 0.7, honesty: 0.8, personal: 0.7}}
  form letter: {quality: {action: 0, ease: 0.1, empathy: 0.3, honesty: 0.4, personal: 0}}
incidents:
  - {at: day 1 12:00, brand: Acme, cause: no trains, affects: 50 %}
crowd:
  journey: {uses: 0.5}
  voice: {complaint: 0.5, praise: 0.3}
what_if:
  silence: {brands.Acme.policy: silence}
  form letters: {brands.Acme.policy: form letter}
"""
PLAIN = ("--no-figures", "--no-report")


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def data(self) -> Any:
        assert self.json["ok"] is True, self.out
        return self.json["data"]


Sim = Callable[..., Said]


@pytest.fixture
def sim(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Sim:
    """Runs `sim` in an empty folder with one scenario."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "late.yaml").write_text(SCENARIO)

    def call(*arguments: str) -> Said:
        capsys.readouterr()
        code = answer(arguments)
        return Said(code, *capsys.readouterr())

    return call


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "timings.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# ------------------------------------------------------------------------------------- sim run


def test_run_says_a_table_and_a_sentence_and_leaves_a_folder(sim: Sim, tmp_path: Path) -> None:
    said = sim("run", "late.yaml")
    assert said.code == 0, said.err
    (place,) = (tmp_path / "outputs" / "late-again").iterdir()
    assert re.fullmatch(r"baseline-1-[0-9a-f]{8}", place.name)
    lines = said.out.splitlines()
    assert lines[0] == "Late again, baseline, seed 1, 4 days."
    assert lines[1].startswith("Graph: 300 people, ")
    assert [line.split()[0] for line in lines if line.startswith(("Acme ", "Zenith "))] == ["Acme", "Zenith"]
    assert re.fullmatch(
        r"Acme's reputation .* of its customers stayed; .* of \d+ complaints, public or private, .*\.", lines[-1]
    )
    assert str(place.relative_to(tmp_path)) in said.err and "report.html" in said.err
    assert {"manifest.json", "timings.json", "metrics.json", "graph.json", "summary.txt", "report.html"} <= {
        path.name for path in place.iterdir()
    }
    assert (place / "figures" / "reputation.png").stat().st_size > 1000
    assert (place / "figures" / "reputation.svg").exists()
    assert (place / "summary.txt").read_text() == said.out


def test_what_a_graph_does_not_have_is_said_in_words(sim: Sim) -> None:
    """Where everybody knows everybody, nobody is better connected than another: a correlation of equals is none."""
    complete = ("run", "late.yaml", "--set", "graph={kind: complete}", "--set", "customers.number=40")
    said = sim(*complete, "--no-figures")
    assert "assortativity not defined, mean path 1.00 steps." in said.out and "nan" not in said.out
    page = (Path(said.err.rpartition("is in ")[2].partition(" (")[0]) / "report.html").read_text()
    assert ">not defined</td>" in page and ">1.0 steps</td>" in page
    place = Path(sim(*complete, *PLAIN, "--json").data["output"])
    assert json.loads((place / "graph.json").read_text())["assortativity"] is None
    lonely = sim("run", "late.yaml", "--set", "graph={kind: complete}", "--set", "customers.number=1", *PLAIN)
    assert "nan" not in lonely.out and "mean path not defined" in lonely.out


def test_a_path_that_was_sampled_is_about_so_long(sim: Sim) -> None:
    said = sim("run", "late.yaml", *PLAIN, "--set", "customers.number=30000", "--set", "clock.days=2")
    assert re.search(r"mean path about \d\.\d\d steps\.", said.out)


def test_a_comparison_leaves_figures_and_a_page(sim: Sim, tmp_path: Path) -> None:
    assert sim("compare", "late.yaml", "-n", "2").code == 0
    (place,) = (tmp_path / "outputs" / "late-again").iterdir()
    assert (place / "report.html").exists() and list((place / "figures").glob("*.svg"))


def test_the_json_of_a_run_holds_what_other_programs_read(sim: Sim) -> None:
    said = sim("run", "late.yaml", "--json", *PLAIN)
    assert said.json["schema"] == "sim.run/1"
    assert said.err == "" or said.err.startswith("First run")
    data = said.data
    assert set(data["brands"]) == {"Acme", "Zenith"}
    acme = data["brands"]["Acme"]
    assert set(acme["reputation"]) == {"start", "end", "min"}
    assert set(acme["ttfr_minutes"]) == {"median", "p90"}
    for name in (
        "retention", "nps", "net_sentiment", "market_share", "posts", "praise_posts", "complaint_posts", "replies",
        "reply_rate", "staff_hours",
    ):  # fmt: skip
        assert name in acme
    assert data["brands"]["Zenith"]["ttfr_minutes"] == {"median": None, "p90": None}
    assert set(data["graph"]) == {"nodes", "edges", "mean_degree", "clustering"}
    assert set(data["events"]) == {"moments", "views", "shares"}
    assert set(data["seconds"]) == {"build", "run"}
    assert data["customers"] == data["graph"]["nodes"] == 300
    assert data["graph"]["mean_degree"] == pytest.approx(2 * data["graph"]["edges"] / 300)
    assert data["runs"] == 1 and data["seed"] == 1
    assert Path(data["output"], "manifest.json").exists()
    known = json.loads(Path(data["output"], "metrics.json").read_text())
    assert known["brands"] == data["brands"] and known["cascades"] == data["cascades"]


def test_with_several_runs_each_number_is_the_mean(sim: Sim) -> None:
    many = sim("run", "late.yaml", "--runs", "3", "--json", *PLAIN).data
    seeds = [str(seed_of_run(1, k)) for k in range(3)]
    single = [sim("run", "late.yaml", "--seed", seed, "--json", *PLAIN).data for seed in seeds]
    assert many["runs"] == 3 and single[0]["seed"] == 1

    def check(mean: Any, values: list[Any], path: str) -> None:
        if isinstance(mean, dict):
            for key, value in mean.items():
                check(value, [one[key] for one in values], f"{path}.{key}")
        elif path.split(".")[1] in ("brands", "cascades", "customers", "graph", "events"):
            known = [value for value in values if value is not None]
            assert (mean is None) == (not known), path
            assert not known or mean == pytest.approx(sum(known) / len(known)), path

    check(many, single, "data")
    assert many["brands"]["Acme"]["posts"] != single[0]["brands"]["Acme"]["posts"]
    assert (Path(many["output"]) / "runs.csv").read_text().count(seeds[1]) == 2 * len(MEANINGS) + 11


def test_one_run_of_several_is_that_run(sim: Sim) -> None:
    one = sim("run", "late.yaml", "--json", *PLAIN).data
    again = sim("run", "late.yaml", "--runs", "1", "--json", *PLAIN).data
    assert {**one, "seconds": None} == {**again, "seconds": None}


def test_a_run_repeats_byte_for_byte_wherever_and_however(sim: Sim, tmp_path: Path) -> None:
    for out, more in (("a", ["--jobs", "1"]), ("b", ["--jobs", "2"])):
        assert sim("run", "late.yaml", "--runs", "3", "--out", out, "--no-report", *more).code == 0
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert len(contents(tmp_path / "a")) > 10


def test_a_run_is_repeated_from_its_folder_alone(sim: Sim, tmp_path: Path) -> None:
    (tmp_path / "friends.txt").write_text("".join(f"{i} {(i * 7 + 1) % 60}\n" for i in range(60)))
    changes = ("--set", "graph={file: friends.txt}", "--set", "clock.days=3", "--arm", "silence", "--seed", "9")
    place = Path(sim("run", "late.yaml", *changes, "--json", "--out", "a", *PLAIN).data["output"])
    assert place.name.startswith("silence-9-")
    (tmp_path / "friends.txt").unlink()
    (tmp_path / "late.yaml").unlink()
    for result in (place, place / "manifest.json"):
        again = sim("run", str(result), "--json", "--out", "b", *PLAIN)
        assert again.data["seed"] == 9 and again.data["arm"] == "silence"
        assert again.json["warnings"] == [], "nobody wrote the manifest"
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    (place / "posts.csv").write_text("tampered")
    said = sim("run", str(place), "--out", "a", *PLAIN)
    assert said.code == 6 and "does not repeat: posts.csv" in said.err
    assert (place / "posts.csv").read_text() == "tampered"


def test_a_seed_can_be_random_and_is_told(sim: Sim) -> None:
    said = sim("run", "late.yaml", "--seed", "random", "--json", *PLAIN)
    assert said.err.startswith(f"seed {said.data['seed']}\n")


def test_quiet_says_results_only(sim: Sim) -> None:
    said = sim("run", "late.yaml", "--quiet", *PLAIN)
    assert said.code == 0 and said.out.startswith("Late again") and said.err == ""


def test_overrides_and_arms_change_the_result(sim: Sim) -> None:
    plain = sim("run", "late.yaml", "--json", *PLAIN).data
    silent = sim("run", "late.yaml", "--arm", "silence", "--json", *PLAIN).data
    fewer = sim("run", "late.yaml", "--set", "customers.number=200", "--json", *PLAIN).data
    assert plain["brands"]["Acme"]["replies"] > 0 == silent["brands"]["Acme"]["replies"]
    assert silent["arm"] == "silence" and fewer["customers"] == 200
    assert len({plain["output"], silent["output"], fewer["output"]}) == 3


def test_parquet_stands_beside_csv(sim: Sim) -> None:
    pytest.importorskip("pyarrow")
    place = Path(sim("run", "late.yaml", "--parquet", "--json", *PLAIN).data["output"])
    assert {path.stem for path in place.glob("*.parquet")} == {path.stem for path in place.glob("*.csv")}


# ------------------------------------------------------------------------------------- sim compare


def test_compare_says_differences_and_a_sentence(sim: Sim) -> None:
    said = sim("compare", "late.yaml", "--runs", "3", *PLAIN)
    assert said.code == 0, said.err
    assert said.out.startswith("Late again: Acme, 3 worlds, seed 1, against baseline.")
    for word in ("authors", "population", "silence", "form letters", "95 % interval", "of 3"):
        assert word in said.out
    assert said.out.splitlines()[-1].startswith("Against the scenario as it stands, '")
    assert "outputs/late-again/compare-1x3-" in said.err


def test_the_json_of_a_comparison_holds_what_other_programs_read(sim: Sim) -> None:
    said = sim("compare", "late.yaml", "--runs", "3", "--json", *PLAIN)
    assert said.json["schema"] == "sim.compare/1"
    data = said.data
    assert data["baseline"] == "baseline" and data["arms"] == ["silence", "form letters"] and data["runs"] == 3
    for brands in data["differences"].values():
        assert set(brands) == {"Acme", "Zenith"}
        for found in brands.values():
            assert {"reputation.end", "ttfr_minutes.median", "retention", "authors", "population"} <= set(found)
            assert all(set(one) == {"mean", "low", "high", "wins", "runs"} for one in found.values())
    ended = data["differences"]["silence"]["Acme"]["reputation.end"]
    assert ended["low"] <= ended["mean"] <= ended["high"]
    runs = [sim("run", "late.yaml", "--runs", "3", "--json", *PLAIN, *arm).data for arm in ([], ["--arm", "silence"])]
    ends = [one["brands"]["Acme"]["reputation"]["end"] for one in runs]
    assert ended["mean"] == pytest.approx(ends[1] - ends[0])


def test_arms_and_baseline_can_be_chosen(sim: Sim) -> None:
    data = sim("compare", "late.yaml", "-n", "2", "--arms", "silence", "--json", *PLAIN).data
    assert data["arms"] == ["silence"]
    data = sim("compare", "late.yaml", "-n", "2", "--baseline", "silence", "--json", *PLAIN).data
    assert data["baseline"] == "silence" and data["arms"] == ["baseline", "form letters"]
    said = sim("compare", "late.yaml", "-n", "2", "--metric", "nps", "--metric", "retention", "-q", *PLAIN)
    assert "NPS" in said.out and "retention" in said.out and "authors" not in said.out.split("Against")[0]


def test_several_files_are_compared_as_arms(sim: Sim, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(SCENARIO.replace("policy: kind", "policy: silence"))
    data = sim("compare", "late.yaml", "other.yaml", "-n", "2", "--json", *PLAIN).data
    assert data["baseline"] == "late" and data["arms"] == ["other"]
    arm = sim("compare", "late.yaml", "-n", "2", "--arms", "silence", "--json", *PLAIN).data
    assert data["differences"]["other"] == arm["differences"]["silence"]


def test_a_comparison_repeats_whatever_the_jobs_and_from_its_folder(sim: Sim, tmp_path: Path) -> None:
    for out, jobs in (("a", "1"), ("b", "2")):
        assert sim("compare", "late.yaml", "-n", "4", "--jobs", jobs, "--out", out, *PLAIN).code == 0
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    (place,) = (tmp_path / "a" / "late-again").iterdir()
    (tmp_path / "late.yaml").unlink()
    assert sim("compare", str(place), "--out", "c", *PLAIN).code == 0
    assert contents(tmp_path / "a") == contents(tmp_path / "c")


# ------------------------------------------------------------------------------------- sim show


def test_show_tells_a_result_again(sim: Sim, tmp_path: Path) -> None:
    assert sim("show").code == 3
    told = sim("run", "late.yaml", *PLAIN)
    shown = sim("show", "latest")
    assert shown.code == 0 and shown.out.startswith(told.out) and "posts.csv" in shown.out
    compared = sim("compare", "late.yaml", "-n", "2", *PLAIN)
    assert sim("show").out.startswith(compared.out)
    (place,) = (tmp_path / "outputs" / "late-again").glob("baseline-*")
    data = sim("show", str(place), "--json").data
    assert data["result"]["brands"]["Acme"]["posts"] > 0 and data["manifest"]["seed"] == 1
    (place / "posts.csv").unlink()
    assert "missing or changed since it was made: posts.csv" in sim("show", str(place)).err


# ------------------------------------------------------------------------------------- how it fails


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "nowhere.yaml"], 3, "nowhere.yaml"),
        (["run", "late.yaml", "--arm", "silense"], 2, "did you mean 'silence'"),
        (["run", "late.yaml", "--seed", "soon"], 2, "no whole number"),
        (["run", "late.yaml", "--runs", "0"], 2, "--runs"),
        (["run", "late.yaml", "--runs", "99999999999999"], 2, "1<=x<=1000000"),
        (["compare", "late.yaml", "--runs", "1000001"], 2, "--runs 1000001: is more than 1,000,000"),
        (["compare", "late.yaml", "--runs", "9" * 5000], 2, "is more than 1,000,000"),
        (["sweep", "late.yaml", "--vary", "brands.Acme.price=1:9:99999999999999"], 2, "too many: at most 10,000"),
        (["run", "late.yaml", "--set", "clock.dais=3"], 3, "did you mean 'days'"),
        (["run", "late.yaml", "--out", "late.yaml"], 3, "is a file where a folder is needed"),
        (["run", "."], 3, ""),
        (["compare", "late.yaml", "--arms", "silense"], 2, "did you mean 'silence'"),
        (["compare", "late.yaml", "--baseline", "nothing"], 2, "there is no arm 'nothing'"),
        (["compare", "late.yaml", "--metric", "reputation.and"], 2, "reputation.end"),
        (["compare", "late.yaml", "--set", "what_if={}"], 2, "nothing to compare"),
        (["compare", "late.yaml", "late.yaml"], 2, "twice"),
        (["compare", "late.yaml", "late.yaml", "--arms", "silence"], 2, "one file"),
        (["compare"], 2, "FILE"),
        (["show", "nowhere"], 3, "nowhere"),
    ],
)
def test_mistakes_get_one_line_and_their_exit_code(
    sim: Sim, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    said = sim(*arguments)
    assert (said.code, said.out) == (code, ""), said
    assert words in said.err and len(said.err.splitlines()) == 1
    told = sim(*arguments, "--json")
    assert told.code == code
    assert told.json["ok"] is False and words in json.dumps(told.json, ensure_ascii=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["late.yaml"]


def test_a_result_is_not_changed_by_options(sim: Sim) -> None:
    place = sim("run", "late.yaml", "--json", *PLAIN).data["output"]
    assert sim("run", place, "--seed", "2").code == 2
    assert sim("compare", place).code == 2


def test_a_full_disk_is_told_in_one_line(sim: Sim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.study.archive.Draft.write_tables", full)
    said = sim("run", "late.yaml", *PLAIN)
    assert said.code == 3 and said.err.splitlines()[-1].count("the disk is full") == 1
    assert not (tmp_path / "outputs").exists()


def test_of_a_study_that_filled_the_disk_it_is_told_how_to_go_on(sim: Sim, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.study.archive.Draft.write_tables", full)
    said = sim("compare", "late.yaml", "--runs", "2", "--jobs", "1", *PLAIN)
    kept, full_disk = said.err.splitlines()[-2:]
    assert said.code == 3 and "the disk is full" in full_disk
    assert kept.startswith("2 of 2 worlds are in ") and kept.endswith("the same command with --resume goes on")


def test_progress_in_a_log_is_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    lines = progress.Lines("a run", 10)
    for done in range(1, 11):
        now += 4.0
        lines.reached(done)
    assert capsys.readouterr().err.splitlines() == [
        f"a run: {done}0%, about {4 * (10 - done)} s left" for done in (2, 4, 6, 8)
    ]


def test_python_dash_m_sim_runs(tmp_path: Path) -> None:
    (tmp_path / "late.yaml").write_text(SCENARIO)
    command = [sys.executable, "-m", "sim", "run", "late.yaml", "--json", *PLAIN]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["data"]["runs"] == 1


def test_drafts_are_hidden_from_show(sim: Sim, tmp_path: Path) -> None:
    from sim.scenario.load import load
    from sim.study.task import Subject, Task

    task = Task("run", {"baseline": Subject.of(load(tmp_path / "late.yaml"))}, 1)
    with draft(task, tmp_path / "outputs") as folder:
        folder.write("manifest.json", "{}")
        assert sim("show").code == 3
