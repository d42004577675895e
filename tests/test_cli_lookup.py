"""What explain, list and schema tell."""

# ruff: noqa: F811 (fixtures are imported, and named as arguments)

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from test_cli_files import FLIGHT, ROOT, Run, run  # noqa: F401  (fixtures among them)


def test_explain_says_all_there_is_to_know_of_a_key(run: Run) -> None:
    assert run("explain", "brands.Skyline.desk.listens").out.splitlines() == [
        "brands.*.desk.listens",
        "  share of public complaints the desk's search finds (the private ones all arrive)",
        "  unit     share",
        "  allowed  0 to 1",
        "  default  0.9",
        "  source   assumed",
        "  sweep    0.5 to 1",
    ]
    assert "oldest first, newest, angriest" in run("explain", "policies.human.triage").out
    assert "none: must be given" in run("explain", "brands.*.name").out


def test_what_explain_says_of_a_span_of_time_can_be_written_so(run: Run) -> None:
    said = run("explain", "brands.*.desk.handling_time").out
    assert "allowed  0.001 h to 1000 h" in said and "sweep    0.05 h to 0.5 h" in said
    for value in ("0.001 h", "1000 h", "0.05 h"):
        assert run("validate", FLIGHT, "--set", f"brands.0.desk.handling_time={value}").code == 0, value


def test_explain_lists_what_stands_below_a_section(run: Run) -> None:
    lines = run("explain", "crowd").out.splitlines()
    assert any(line.startswith("crowd.voice ") for line in lines)
    said = run("explain", "brands", "--json")
    assert "brands.*.desk" in [child["path"] for child in said.json["data"]["children"]]


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("templates", "minimal"),
        ("parameters", "crowd.voice.praise"),
        ("policies", "monitor"),
        ("triage", "reach x anger"),
        ("metrics", "reputation.min"),
    ],
)
def test_lists(run: Run, what: str, name: str) -> None:
    assert any(line.startswith(f"{name} ") for line in run("list", what).out.splitlines())
    assert name in [row["name"] for row in run("list", what, "--json").json["data"][what]]


def test_lists_of_a_scenario(run: Run) -> None:
    assert "human" in run("list", "policies", FLIGHT).out
    rows = {
        row["name"]: row for row in run("list", "parameters", FLIGHT, "--json").json["data"]["parameters"]
    }
    assert rows["brands.Skyline.desk.agents"]["value"] == "4"
    assert rows["brands.Skyline.desk.agents"]["note"] == "default 2"
    assert rows["crowd.voice.expects_reply_within"]["note"] == ""
    assert FLIGHT in run("list", "scenarios", str(ROOT / "scenarios")).out


@pytest.mark.parametrize("what", ["scenarios", "moments"])
def test_files_are_listed_each_as_what_it_is(run: Run, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    rows = run("list", what, "--json").json["data"][what]
    assert rows and all(row[what[:-1]] and isinstance(row["about"], str) for row in rows)
    assert not any(Path(row["name"]).match("claims/[A-Z][0-9][0-9]_*") for row in rows)
    assert [row["name"] for row in run("list", what, rows[0]["name"], "--json").json["data"][what]] == [rows[0]["name"]]
    other = run("list", what, str(next((ROOT / "scenarios" / "claims").glob("*.yaml"))))
    assert (other.code, f"there is no {what[:-1]} in" in other.err) == (2, True)


def test_without_a_folder_the_files_here_are_listed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "there is no moment in" in run("list", "moments").err
    run("new", "Here", "--quiet")
    assert run("list", "scenarios").out.startswith("here.yaml  Here; ")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    said = run("list", "scenarios")
    assert said.code == 0 and said.out.startswith("here.yaml  Here; "), "one bad file does not hide the others"
    assert said.err == "warning: bytes.yaml: is not text in UTF-8 (at byte 0)\n"
    assert run("list", "scenarios", "bytes.yaml").code == 3


def test_the_schema_is_json(run: Run) -> None:
    Draft7Validator.check_schema(run("schema").json)
