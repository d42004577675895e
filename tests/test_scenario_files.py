"""Good scenario files: what plain words mean, that shipped ones are good, that they repeat from their dump."""

# ruff: noqa: E501 (lines are quoted as they are printed)

from __future__ import annotations

import datetime as dt
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from sim.model import units
from sim.scenario.cautions import cautions
from sim.scenario.load import from_values, load, loads
from sim.scenario.moments import DayHours, Moment, day_hours, moment
from sim.scenario.questions import METRICS
from sim.scenario.size import memory_needed, most_people
from sim.scenario.tree import compose, plain
from sim.study.catalogue import meanings
from sim.study.metrics import BrandMetrics

ROOT = Path(__file__).parents[1]
SHIPPED = sorted((ROOT / "scenarios").glob("*.yaml"))
TEMPLATES = sorted((ROOT / "sim" / "scenario" / "templates").glob("*.yaml"))
ACME = "scenario: t\nbrands: [{name: Acme}]\n"


@pytest.mark.parametrize("file", [*SHIPPED, *TEMPLATES], ids=lambda file: file.stem)
def test_every_shipped_scenario_is_good_in_every_arm(file: Path) -> None:
    scenario = load(file)
    assert cautions(scenario) == []
    for name, arm in scenario.arms().items():
        assert arm.source.arm == name
        assert arm.digest != scenario.digest


@pytest.mark.parametrize("file", [*SHIPPED, *TEMPLATES], ids=lambda file: file.stem)
def test_a_resolved_scenario_loads_to_itself(file: Path) -> None:
    scenario = load(file)
    for one in (scenario, *scenario.arms().values()):
        again = loads(json.dumps(one.resolved()))
        assert again == one
        assert again.digest == one.digest
        assert from_values(one.resolved()).resolved() == one.resolved()
        assert pickle.loads(pickle.dumps(one)) == one


def test_the_shipped_scenario_is_also_a_template() -> None:
    file = ROOT / "scenarios" / "flight_cancelled.yaml"
    template = ROOT / "sim" / "scenario" / "templates" / "flight_cancelled.yaml"
    assert file.read_text() == template.read_text()


def test_flight_cancelled_says_what_the_design_says() -> None:
    scenario = load(ROOT / "scenarios" / "flight_cancelled.yaml")
    skyline, northair = scenario.brands
    assert scenario.clock.starts == dt.datetime(2026, 12, 14)
    assert (scenario.clock.days, scenario.clock.warm_up) == (30, 168)
    assert scenario.customers.number == 20_000
    assert [segment.share for segment in scenario.customers.segments] == [0.15, 0.85]
    assert {cause: failure.chance for cause, failure in skyline.failures.items()} == {
        "late flight": 0.05,
        "lost bag": 0.03,
    }
    assert skyline.desk.duty == ((8, 22, 4),)
    assert (skyline.desk.handling_time, skyline.desk.listens) == (0.2, 0.9)
    assert scenario.policy(skyline).channel == "public then private"
    assert scenario.policy(northair).quality.honesty == 0.4
    (incident,) = scenario.incidents
    assert (scenario.hours(incident.at), incident.share, incident.over) == (258, 0.25, 2)
    assert scenario.arm("silence").policy(scenario.arm("silence").brand("Skyline")).replies is False
    assert scenario.arm("round the clock").brand("Skyline").desk.duty == ((0, 24, 4),)
    (statement,) = scenario.arm("statement next morning").brand("Skyline").statements
    assert (scenario.hours(statement.at or Moment(0)), statement.sincerity, statement.reach) == (273, 1, 0.3)


def test_one_brand_is_enough() -> None:
    scenario = loads(ACME)
    (brand,) = scenario.brands
    assert scenario.seed == 1
    assert [segment.name for segment in scenario.customers.segments] == ["customer"]
    assert {cause: failure.chance for cause, failure in brand.failures.items()} == {"failure": 0.08}
    assert (scenario.policy(brand).listens, scenario.policy(brand).replies) == (False, False)
    assert scenario.press is None
    assert scenario.clock.starts.weekday() == 0


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("12:30", "12:30"),
        ("no", "no"),
        ("on", "on"),
        ("010", 10),
        ("20_000", 20_000),
        ("-3", -3),
        ("0x10", "0x10"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("25 %", "25 %"),
        ("24/7", "24/7"),
        ("2026-12-14", "2026-12-14"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_plain_words_mean_what_yaml_1_2_says(word: str, meaning: object) -> None:
    assert plain(word) == meaning
    assert type(plain(word)) is type(meaning)


def test_quoted_words_are_text_and_every_value_knows_its_place() -> None:
    tree, problems = compose('a: "12"\nb:\n  - {c: 010}\n', "f.yaml")
    assert tree is not None and problems == []
    assert tree.plain() == {"a": "12", "b": [{"c": 10}]}
    c = tree.entries()["b"].items()[0].entries()["c"]
    assert (c.place.line, c.place.column) == (3, 9)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("12 min", 0.2),
        ("90 s", 0.025),
        ("4 h", 4),
        ("2 days", 48),
        ("1 week", 168),
        ("1_000 h", 1000),
        ("1e-3 h", 0.001),
    ],
)
def test_durations_are_hours(text: str, hours: float) -> None:
    assert units.hours(text) == hours


@pytest.mark.parametrize(
    ("text", "hours", "again"),
    [
        ("day 10 18:00", 258, "day 10 18:00"),
        ("day 0", 0, "day 0 00:00"),
        ("2026-12-24 18:30", 258.5, "2026-12-24 18:30"),
        ("2026-12-14", 0, "2026-12-14 00:00"),
        ("2026-12-13 23:00", -1, "2026-12-13 23:00"),
    ],
)
def test_moments_are_hours_from_midnight_of_day_0(text: str, hours: float, again: str) -> None:
    parsed = moment(text)
    assert parsed.hours(dt.datetime(2026, 12, 14)) == hours
    assert str(parsed) == again
    assert moment(again) == parsed


@pytest.mark.parametrize(
    ("text", "opens", "closes"),
    [
        ("08:00-22:00", 8, 22),
        ("22:00-06:30", 22, 30.5),
        ("24/7", 0, 24),
        ("9:00 to 24:00", 9, 24),
        ("00:00-24:00", 0, 24),
    ],
)
def test_opening_hours_may_pass_midnight(text: str, opens: float, closes: float) -> None:
    assert day_hours(text) == DayHours(opens, closes)
    assert day_hours(str(day_hours(text))) == day_hours(text)


def test_the_graph_file_is_found_here_or_beside_the_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, here = tmp_path / "beside", tmp_path / "here"
    for folder in (beside, here):
        folder.mkdir()
        (folder / "friends.txt").write_text("1 2\n")
    file = beside / "s.yaml"
    file.write_text(ACME + "graph: {file: friends.txt}\n")
    monkeypatch.chdir(here)
    assert load(file).graph.file == "friends.txt"
    (here / "friends.txt").unlink()
    assert load(file).graph.file == str(beside / "friends.txt")


def test_the_digest_is_of_the_world_and_of_nothing_else() -> None:
    digest = loads(ACME).digest
    for aside in (
        "about: x",
        "seed: 7",
        "goals: [{retention: max}]",
        "what_if: {a: {brands.Acme.quality: 0.1}}",
    ):
        assert loads(ACME + aside).digest == digest
    for world in (
        "clock: {days: 31}",
        "customers: {seed: 3}",
        "graph: {seed: 3}",
        "crowd: {feed: {decay: 0.3}}",
    ):
        assert loads(ACME + world).digest != digest


def test_two_hash_seeds_give_the_same_dump_and_the_same_words() -> None:
    script = (
        "import json, sys\nfrom sim.errors import ScenarioError\nfrom sim.scenario.load import load, loads\n"
        f"scenario = load({str(TEMPLATES[-1])!r})\nprint(json.dumps(scenario.resolved()), scenario.digest)\n"
        "try: loads('sceario: 1\\nbrands: [{nam: A, polcy: x}]\\n')\nexcept ScenarioError as error: print(error)\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "42")
    }
    assert len(said) == 1


def test_goals_can_ask_for_every_number_of_a_brand() -> None:
    assert set(METRICS) == set(meanings(BrandMetrics))
    goals = [{name: "max"} for name in METRICS]
    asked = loads(ACME + f"goals: {json.dumps(goals)}").goals
    assert [goal.metric for goal in asked] == list(METRICS)


def test_memory_grows_with_people_and_brands_and_says_how_many_fit() -> None:
    small, large = loads(ACME), loads(ACME, ["customers.number=100_000", "brands=[{name: A}, {name: B}]"])
    assert memory_needed(large) > 10 * memory_needed(small)
    limit = 1_000_000
    fit = most_people(large, limit)
    assert memory_needed(large.changed({"customers.number": fit})) <= limit
    assert memory_needed(large.changed({"customers.number": fit + 1})) > limit


CAUTIONS = {
    "policies: {p: {}}": "3:12: policies.p: no brand and no arm follows this policy",
    "graph: {kind: complete, mean_degree: 4}": "3:25: graph.mean_degree: changes nothing in a graph of the kind complete",
    "what_if: {same: {brands.Acme.quality: 0.75}}": "3:11: what_if.same: this arm changes nothing",
}


@pytest.mark.parametrize("text", CAUTIONS)
def test_what_is_hardly_meant_is_pointed_out(text: str) -> None:
    (caution,) = cautions(loads(ACME + text, file="f.yaml"))
    assert str(caution) == f"f.yaml:{CAUTIONS[text]}"


def test_a_desk_without_people_and_a_statement_about_nothing_are_pointed_out() -> None:
    said = [
        str(caution)
        for caution in cautions(
            loads(
                "scenario: t\npolicies: {p: {}}\nbrands:\n  - name: A\n    policy: p\n    desk: {agents: 0}\n"
                "    statements:\n      - {at: day 1, explanation: 1, ownership: 1}\n"
                "  - {name: B, desk: {alarm: {}}}\n",
                file="f.yaml",
            )
        )
    ]
    assert said == [
        "f.yaml:6:11: brands.A.desk.agents: nobody is there to answer",
        "f.yaml:8:9: brands.A.statements.0: is made before anything has happened to speak about",
        "f.yaml:9:29: brands.B.desk.alarm: never goes off: the policy 'silence' does not listen",
    ]


def test_what_an_override_made_idle_is_no_slip_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "ties.txt").write_text("1 2\n2 3\n")
    text = """scenario: t
customers: {number: 50}
graph: {kind: communities, mean_degree: 12}
policies: {human: {quality: {action: 0.6}}, spare: {}}
brands: [{name: A, policy: human}]
what_if: {alone: {graph.file: ties.txt}}
"""

    def told(*overrides: str, arm: str | None = None) -> list[str]:
        return [caution.path for caution in cautions(loads(text, overrides, arm, folder=tmp_path))]

    assert told() == ["policies.spare"]
    assert told("brands.A.policy.reply_after=15 min") == ["policies.spare"]
    assert told("brands.A.policy=silence") == ["policies.spare"]
    assert told("graph.file=ties.txt") == ["policies.spare", "what_if.alone"], "but an arm that does the same is told"
    assert told(arm="alone") == []
    assert told("graph.kind=complete", "graph.triad_chance=0.3") == ["graph.triad_chance", "policies.spare"]
    text = text.replace("kind: communities", "file: ties.txt")
    assert told()[:2] == ["customers.number", "graph.mean_degree"], "the file's own are told as before"
