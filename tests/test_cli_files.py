"""The command line about files: what it prints where, with which exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft7Validator

from sim.app import output
from sim.app.cli import answer
from sim.scenario.load import load
from sim.scenario.templates import templates

ROOT = Path(__file__).parents[1]
FLIGHT = str(ROOT / "scenarios" / "flight_cancelled.yaml")


class Said(NamedTuple):
    """What a command did: its exit code, and the lines on each stream."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str) -> Said:
        code = answer(arguments)
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return call


@pytest.fixture
def bad(tmp_path: Path) -> str:
    file = tmp_path / "bad.yaml"
    file.write_text("scenario: t\nbrands:\n  - {name: A, desk: {agnets: 3}}\nclock: {days: 0}\n")
    return str(file)


def test_a_good_file_is_fine(run: Run) -> None:
    said = run("validate", FLIGHT)
    assert said == (
        0,
        f"{FLIGHT}: fine. 20,000 customers, 2 brands, 30 days, 4 what-ifs "
        "(silence, copy and paste, round the clock, statement next morning).\n",
        "",
    )
    assert run("validate", FLIGHT, "--quiet") == (0, "", "")


def test_a_bad_file_gives_every_problem_on_stderr_and_exit_3(run: Run, bad: str) -> None:
    assert run("validate", FLIGHT, bad) == (
        3,
        "",
        f"{bad}:3:22: brands.A.desk.agnets: unknown key (did you mean 'agents'?)\n"
        f"{bad}:4:15: clock.days: must be at least 1; got 0\n2 problems.\n",
    )


def test_problems_as_json(run: Run, bad: str) -> None:
    said = run("validate", bad, "--json")
    assert (said.code, said.err) == (3, "")
    assert said.json["schema"] == "sim.validate/1"
    assert said.json["ok"] is False
    assert said.json["errors"][0] == {
        "file": bad,
        "line": 3,
        "column": 22,
        "path": "brands.A.desk.agnets",
        "code": "unknown-key",
        "message": "unknown key",
        "hint": "did you mean 'agents'?",
    }


def test_a_place_as_json_is_file_line_and_column_apart(run: Run, tmp_path: Path) -> None:
    """A line that is not known is null, not line 0."""
    (tmp_path / "onecol.txt").write_text("1\n2\n")
    (tmp_path / "world.yaml").write_text("scenario: t\ngraph: {file: onecol.txt}\nbrands: [{name: A}]\n")
    asked = ("run", str(tmp_path / "world.yaml"), "--out", str(tmp_path / "out"))
    (error,) = run(*asked, "--json").json["errors"]
    assert (error["file"], error["line"], error["column"]) == (str(tmp_path / "onecol.txt"), 1, None)
    assert run(*asked).err.splitlines()[-1] == f"{tmp_path / 'onecol.txt'}:1: {error['message']}"
    (missing,) = run("validate", str(tmp_path / "no: such.yaml"), "--json").json["errors"]
    assert (missing["file"], missing["line"]) == (str(tmp_path / "no: such.yaml"), None)


def test_a_good_file_as_json(run: Run) -> None:
    said = run("validate", FLIGHT, "--json", "--set", "seed=4")
    assert (said.code, said.json["ok"], said.json["warnings"]) == (0, True, [])
    (facts,) = said.json["data"]["files"]
    assert (facts["customers"], facts["brands"]) == (20_000, ["Skyline", "Northair"])
    assert facts["digest"] == load(FLIGHT).digest


def test_warnings_go_to_stderr_and_fail_only_when_strict(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "idle.yaml"
    file.write_text("scenario: t\nbrands: [{name: A}]\npolicies: {p: {}}\n")
    said = run("validate", str(file))
    assert said.code == 0
    assert said.err == f"warning: {file}:3:12: policies.p: no brand and no arm follows this policy\n"
    assert run("validate", str(file), "--strict").code == 5
    as_json = run("validate", str(file), "--strict", "--json")
    assert as_json.code == 5
    assert as_json.json["warnings"][0]["path"] == "policies.p"


def test_overrides_are_applied_and_refused(run: Run) -> None:
    assert run("validate", FLIGHT, "--set", "customers.number=500", "--set", "incidents=[]").out.startswith(
        f"{FLIGHT}: fine. 500 customers"
    )
    said = run("validate", FLIGHT, "--set", "clock.dyas=3")
    assert (said.code, said.err) == (
        3,
        "--set clock.dyas=3: clock.dyas: unknown key (did you mean 'days'?)\n",
    )


def test_the_resolved_scenario_can_be_loaded_again(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "resolved.yaml"
    file.write_text(run("validate", FLIGHT, "--resolved").out)
    assert load(file) == load(FLIGHT)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["validate", "nowhere.yaml"], "nowhere.yaml: no such file"),
        (
            ["validate", str(ROOT / "scenarios")],
            f"{ROOT / 'scenarios'}: is a folder; a scenario is a file (.yaml)",
        ),
    ],
)
def test_files_that_cannot_be_read(run: Run, arguments: list[str], line: str) -> None:
    assert run(*arguments) == (3, "", f"{line}\n")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["validte"], "sim: there is no verb 'validte' (did you mean 'validate'?)"),
        (["validate"], "sim validate: Missing argument 'FILE...' (see sim validate --help)"),
        (["validate", FLIGHT, "--frob"], "sim validate: No such option: --frob (see sim validate --help)"),
        (["--frob"], "sim: No such option: --frob (see sim --help)"),
        (["explain", "crowd.vioce"], "sim: there is no key 'crowd.vioce' (did you mean 'crowd.voice'?)"),
        (
            ["explain", "brands.X.agents"],
            "sim: there is no key 'brands.X.agents' (did you mean 'brands.*.desk.agents'?)",
        ),
        (["new", "x", "-t", "minimul"], "sim: there is no template 'minimul' (did you mean 'minimal'?)"),
        (["new", "..."], "sim: '...' is no title: give it some letters"),
        (
            ["validate", FLIGHT, "--set", "incidents"],
            "sim validate: Invalid value for '--set': 'incidents': write path=value, like brands.0.desk.agents=6 "
            "(see sim validate --help)",
        ),
        (
            ["run", FLIGHT, "--out", ""],
            "sim run: Invalid value for '--out' / '-o': is empty: name a folder, or . for the current one "
            "(see sim run --help)",
        ),
        (
            ["explain", "injects.when"],
            "sim: 'injects.when' is a key of a moment: docs/TRAINERS.md and `sim schema rehearsal` tell of it",
        ),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(
    run: Run, arguments: list[str], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*arguments) == (2, "", f"{line}\n")
    said = run(*arguments, "--json")
    assert (said.code, said.err, said.json["ok"]) == (2, "", False)
    assert said.json["errors"][0]["message"] in line


@pytest.mark.parametrize("template", templates())
def test_new_writes_a_scenario_that_is_good_and_its_schema(run: Run, tmp_path: Path, template: str) -> None:
    said = run("new", "My storm", "--template", template, "--out", str(tmp_path / "deep" / "er"))
    file = tmp_path / "deep" / "er" / "my_storm.yaml"
    assert (said.code, said.out, said.err) == (0, f"{file}\n", f"Next: sim validate {file}\n")
    assert load(file).scenario == "My storm"
    assert file.read_text().startswith("# yaml-language-server: $schema=scenario.schema.json\n")
    Draft7Validator.check_schema(json.loads((file.parent / "scenario.schema.json").read_text()))
    assert run("validate", str(file), "--strict").code == 0


@pytest.mark.parametrize(
    "title", ["Storm: day 1", "true", "12", "a # b", "Überfall", "it's", '"q"', "x - y", "x\\1"]
)
def test_any_title_is_written_so_that_it_is_read_again(run: Run, tmp_path: Path, title: str) -> None:
    said = run("new", title, "--out", str(tmp_path))
    assert load(said.out.strip()).scenario == title


def test_new_never_overwrites_unless_told(run: Run, tmp_path: Path) -> None:
    run("new", "storm", "--out", str(tmp_path))
    file = tmp_path / "storm.yaml"
    file.write_text("mine")
    said = run("new", "storm", "--out", str(tmp_path))
    assert said.code == 3
    assert said.err == f"{file}: exists already; choose another name, or overwrite it with --force\n"
    assert file.read_text() == "mine"
    assert run("new", "storm", "--out", str(tmp_path), "--force").code == 0
    assert file.read_text() != "mine"


def test_new_takes_the_name_of_a_file(run: Run, tmp_path: Path) -> None:
    said = run("new", "big_storm.yaml", "--out", str(tmp_path))
    assert (said.code, said.out) == (0, f"{tmp_path / 'big_storm.yaml'}\n")
    assert load(tmp_path / "big_storm.yaml").scenario == "Big storm"


def test_a_reader_who_leaves_early_is_no_fault() -> None:
    """`sim schema | head -1`: the pipe closes while there is more to say."""
    code = "import sys; from sim.app.cli import main; sys.argv = ['sim', 'schema']; main()"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert (process.wait(), process.stderr.read()) == (0, b"")


def test_a_folder_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = run("new", "storm", "--out", str(tmp_path / "file"))
    assert said.code == 3
    assert said.err == f"{tmp_path / 'file'}: cannot be made: is a file\n"


def test_what_cannot_be_written_in_full_is_not_written(tmp_path: Path) -> None:
    """A disk that fills up, by way of the most bytes a file may have: nothing stands in the way afterwards."""
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); from sim.app.cli import answer;"
        f"raise SystemExit(answer(['new', 'Full', '--out', {str(tmp_path)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert "cannot be written: file too large" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_another_kind_is_told_as_such(run: Run) -> None:
    claim = str(next((ROOT / "scenarios" / "claims").glob("*.yaml")))
    moment = str(next((ROOT / "scenarios" / "moments").glob("*.yaml")))
    for arguments, found in (
        (("validate", claim), f"is a claim, not a scenario (sim evidence {claim} takes it)"),
        (("run", claim), f"is a claim, not a scenario (sim evidence {claim} takes it)"),
        (("run", moment), f"is a moment, not a scenario (sim rehearse {moment} takes it)"),
        (("rehearse", claim), f"is a claim, not a moment (sim evidence {claim} takes it)"),
        (("evidence", FLIGHT), f"is a scenario, not a claim (sim run {FLIGHT} takes it)"),
        (("evidence", moment), f"is a moment, not a claim (sim rehearse {moment} takes it)"),
    ):
        said = run(*arguments)
        lines = [line for line in said.err.splitlines() if not line.startswith("First run of this version")]
        assert (said.code, said.out, len(lines)) == (3, "", 1)
        assert found in lines[0]


def test_a_fault_of_ours_is_one_line_and_a_traceback_only_when_asked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("sim.scenario.load.load", fail)
    said = run("validate", FLIGHT)
    assert (said.code, said.out) == (1, "")
    assert said.err == (
        "sim: this is our fault: RuntimeError: planted (run again with --debug and send us what it prints)\n"
    )
    assert "Traceback" in run("validate", FLIGHT, "--debug").err
    assert run("validate", FLIGHT, "--json").json["errors"][0]["code"] == "fault"


def test_ctrl_c_exits_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.scenario.load.load", interrupted)
    assert run("validate", FLIGHT) == Said(130, "", "interrupted\n")
    said = run("validate", FLIGHT, "--json")
    assert (said.code, said.err, said.json["errors"][0]["code"]) == (130, "interrupted\n", "interrupted")


def test_not_a_number_is_null_in_json(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json({"a": float("nan"), "b": [float("inf")], "c": {1: "é"}})
    assert json.loads(capsys.readouterr().out) == {"a": None, "b": [None], "c": {"1": "é"}}


def test_a_reader_that_leaves_and_a_disk_that_is_full() -> None:
    command = f"{sys.executable} -m sim schema"
    assert (
        subprocess.run(f"{command} | head -1", shell=True, capture_output=True, text=True, cwd=ROOT).stderr
        == ""
    )
    if Path("/dev/full").exists():
        done = subprocess.run(f"{command} > /dev/full", shell=True, capture_output=True, text=True, cwd=ROOT)
        assert (done.returncode, done.stderr) == (3, "output: cannot be used: no space left on device\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize("said", ["list metrics", "list metrics --json", "validate no.yaml --json"])
def test_what_cannot_be_printed_is_told_in_one_line(said: str) -> None:
    """A short answer waits in a buffer until the end: it is seen to before."""
    command = f"{sys.executable} -m sim {said} > /dev/full"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=ROOT)
    why = "no.yaml: no such file" if "no.yaml" in said else "output: cannot be used: no space left on device"
    assert (done.returncode, done.stderr) == (3, f"{why}\n")
