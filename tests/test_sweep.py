"""A sweep: what it asks, the points that come of it, that they live in the same worlds, and its verb."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.app.cli import answer
from sim.app.plots.sweep import dots_note
from sim.errors import ScenarioError, UserError
from sim.scenario.schema import Scenario
from sim.study.compare import interval
from sim.study.replicate import measured, run_arms
from sim.study.sweep import Sweep, sweep
from sim.study.vary import Vary, settings_of, vary
from tests.worlds import storm

ROOT = Path(__file__).resolve().parent.parent
AGENTS = "brands.Skyline.desk.agents"
HOURS = "brands.Skyline.desk.hours"
QUALITY = "brands.Northair.quality"
AFTER = "brands.Skyline.policy.reply_after"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return storm(what_if={"silent": {"brands.Skyline.policy": "silence"}})


@pytest.fixture(scope="module")
def found(scenario: Scenario) -> Sweep:
    return sweep(scenario, {AGENTS: [0, 1, 4], QUALITY: "0.4:0.9:2"}, arms=["silent"], runs=4)


# ------------------------------------------------------------------------------------------------- the question


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (f"{AGENTS}=1:12:4", Vary(AGENTS, (1, 12), True, 4)),
        (f"{AFTER}=5 min:24 h:6:log", Vary(AFTER, ("5 min", "24 h"), True, 6, True)),
        (f"{AFTER} = 5 min:24 h", Vary(AFTER, ("5 min", "24 h"), True)),
        (f"{HOURS}=08:00-22:00,24/7", Vary(HOURS, ("08:00-22:00", "24/7"))),
        (f"{AGENTS}=1, 2, 12", Vary(AGENTS, (1, 2, 12))),
        ("incidents=[],[{cause: a, affects: 5 %}]", Vary("incidents", ([], [{"cause": "a", "affects": "5 %"}]))),
    ],
)
def test_what_varies_is_read_as_it_is_written(text: str, asked: Vary) -> None:
    assert vary(text) == asked


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("agents", "write path=lo:hi:n"),
        (f"{AGENTS}=3", "hold it with --set"),
        (f"{AFTER}=5 min:24 h:many", "is no range: write lo:hi:n"),
        (f"{AGENTS}=[1,2", "not closed"),
    ],
)
def test_a_question_that_varies_nothing_is_refused_with_its_cure(text: str, told: str) -> None:
    with pytest.raises(UserError, match=told.replace("[", r"\[")):
        vary(text)


def test_a_grid_has_every_combination_in_the_units_of_the_scenario(scenario: Scenario) -> None:
    settings = settings_of(scenario, [vary(f"{AFTER}=15 min:4 h:3:log"), vary(f"{AGENTS}=1:4:3")])
    assert [tuple(each.values()) for each in settings] == [
        (after, agents) for after in ("15 min", "1 h", "4 h") for agents in (1, 2, 4)
    ]


def test_values_read_as_they_were_written(scenario: Scenario) -> None:
    """5 min was told as 0.08333333333333333 h; what lies between has a unit people use."""
    asked = [vary(f"{AFTER}=5 min:24 h:4:log")]
    assert [each[AFTER] for each in settings_of(scenario, asked)] == ["5 min", "33.02 min", "3.634 h", "24 h"]
    assert [each[AGENTS] for each in settings_of(scenario, [vary(f"{AGENTS}=1.0:3.0:5")])] == [1, 2, 3]


def test_what_contains_another_path_is_put_in_first(scenario: Scenario) -> None:
    """A policy put in after its own reply_after would take that back: all its settings came out the same."""
    varied = {AFTER: ["5 min", "24 h"], "brands.Skyline.policy": ["human", "template"]}
    for asked in (varied, dict(reversed(varied.items()))):
        found = sweep(scenario, asked, runs=1)
        settings = {(point.places["brands.Skyline.policy"], point.places[AFTER]) for point in found.points[1:]}
        assert settings == {(name, hours) for name in ("human", "template") for hours in (5 / 60, 24.0)}
    arm = storm(what_if={"late": {AFTER: "24 h", "brands.Skyline.policy": "template"}}).arm("late")
    policy = arm.policy(arm.brand("Skyline"))
    assert policy.reply_after == 24 and policy.quality == arm.policies["template"].quality
    both = {AFTER: "3 h", "policies.human.quality.action": 0.9}
    policy = scenario.changed(both).policy(scenario.changed(both).brand("Skyline"))
    assert policy.reply_after == 3 and policy.quality.action == 0.9


def test_a_line_is_explained_only_where_one_is_drawn(scenario: Scenario) -> None:
    """Random points never share a value, so that there are no means to join."""
    grid = sweep(scenario, {AGENTS: [1, 2], QUALITY: [0.5, 0.6], HOURS: ["24/7", "08:00-22:00"]}, runs=1)
    spread = sweep(scenario, {QUALITY: "0.2:0.8", AFTER: "5 min:2 h"}, design="sobol", points=4, runs=1)
    assert "The line is the mean" in dots_note(grid) and "The line" not in dots_note(spread)


def test_a_policy_that_has_nothing_to_set_is_told(scenario: Scenario) -> None:
    with pytest.raises(ScenarioError, match="built-in policy 'silence', which has nothing to set"):
        sweep(scenario, {AFTER: ["5 min", "24 h"], "brands.Skyline.policy": ["human", "silence"]}, runs=1)


def test_whole_numbers_are_rounded_and_repeats_left_out(scenario: Scenario) -> None:
    assert [each[AGENTS] for each in settings_of(scenario, [vary(f"{AGENTS}=1:3:9")])] == [1, 2, 3]


def test_random_designs_spread_their_points_and_follow_the_seed(scenario: Scenario) -> None:
    asked = [vary(f"{QUALITY}=0.2:0.8"), vary(f"{HOURS}=08:00-22:00,24/7")]
    for design in ("lhs", "sobol"):
        points = settings_of(scenario, asked, design, 16, seed=3)  # type: ignore[arg-type]
        in_sixteenths = sorted(int((each[QUALITY] - 0.2) / 0.6 * 16) for each in points)
        assert in_sixteenths == list(range(16)), (design, in_sixteenths)
        assert sum(each[HOURS] == "24/7" for each in points) == 8
        assert points == settings_of(scenario, asked, design, 16, seed=3)  # type: ignore[arg-type]
        assert points != settings_of(scenario, asked, design, 16, seed=4)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("texts", "design", "points", "told"),
    [
        ([f"{AGENTS}=1:3"], "grid", None, "how many"),
        ([f"{AGENTS}=1:3:3"], "grid", 4, "--points is for"),
        ([f"{AGENTS}=1:3"], "sobol", 12, "power of two, like 16"),
        ([f"{AGENTS}=1:3"], "lhs", None, "needs --points"),
        ([f"{AGENTS}=1:3:3", f"{AGENTS}=1,2"], "grid", None, "varied twice"),
        (["brands.0.desk.agents=1:3:3", f"{AGENTS}=1,2"], "grid", None, "varied twice .it is brands.0.desk.agents too"),
        (["incidents.0.affects=0:1:3", "incidents.0.affects=0.1,0.2"], "grid", None, "varied twice"),
        ([f"{QUALITY}=0:1:200", "brands.Skyline.quality=0:1:200"], "grid", None, "40,000 points are too many"),
        ([f"{QUALITY}=0:1:3:log"], "grid", None, "above 0"),
        ([f"{QUALITY}=0.5:0.5:3"], "grid", None, "nothing to vary"),
        ([], "grid", None, "varies something"),
        (["seed=1,2,3"], "grid", None, "with --runs"),
        ([f"{AGENTS}=1:3"], "halton", 4, "there is no design 'halton'"),
    ],
)
def test_what_does_not_fit_together_is_told(
    scenario: Scenario, texts: list[str], design: Any, points: int | None, told: str
) -> None:
    with pytest.raises(UserError, match=told):
        settings_of(scenario, [vary(text) for text in texts], design, points)


def test_all_points_that_cannot_be_are_refused_at_once(scenario: Scenario) -> None:
    with pytest.raises(ScenarioError) as refused:
        sweep(scenario, {AGENTS: [-1, 2, -3], QUALITY: [0.5, 1.5]}, runs=1)
    told = [str(problem) for problem in refused.value.problems]
    assert len(told) == 3, told
    for wrong in (f"{AGENTS}=-1", f"{AGENTS}=-3", f"{QUALITY}=1.5"):
        assert any(line.startswith(f"{wrong}: ") for line in told), (wrong, told)


def test_ranges_and_lists_that_cannot_be_are_refused_together(scenario: Scenario) -> None:
    with pytest.raises(ScenarioError) as refused:
        asked = (f"{AGENTS}=-4:3:3", f"{QUALITY}=0.5,1.5", "brands.Skyline.policy=1:2:2")
        settings_of(scenario, [vary(each) for each in asked])
    told = str(refused.value)
    assert all(part in told for part in (f"{AGENTS}=-4", f"{QUALITY}=1.5", "brands.Skyline.policy=1")), told


# ------------------------------------------------------------------------------------------------- the answer


def test_every_point_is_what_the_scenario_gives_alone(scenario: Scenario, found: Sweep) -> None:
    """A point in the middle of a sweep has the numbers of a run of its own; another seed would not."""
    point = next(point for point in found.points if point.settings == {AGENTS: 4, QUALITY: 0.9})
    seeds = [world.seed for world in found.comparison.worlds]
    alone = [measured(scenario.changed(point.settings), seed).metrics.of("Skyline")["reputation.end"] for seed in seeds]
    assert found.values(point, "Skyline", "reputation.end") == alone
    assert alone[0] != alone[1]


def test_the_present_setting_is_first_and_compared_with(scenario: Scenario, found: Sweep) -> None:
    assert found.present.is_present and found.present.places == {AGENTS: 1, QUALITY: 0.7}
    assert [point.arm for point in found.points if point.is_present] == ["baseline", "silent"]
    assert len(found.points) == 2 * (1 + 3 * 2)
    point = found.of_arm("silent")[2]
    paired = run_arms({"now": scenario, "then": scenario.arm("silent").changed(point.settings)}, 1)
    assert found.comparison.worlds[0].effects[point.name] == paired.effects["then"]
    now, then = (np.array(found.values(each, "Skyline", "reputation.end")) for each in (found.present, point))
    effect = found.effect(point, "Skyline", "reputation.end")
    assert (effect.low, effect.high) == pytest.approx(interval(then - now))
    assert found.effect(found.present, "Skyline", "reputation.end").mean == 0
    assert found.level(point, "Skyline", "reputation.end").mean == pytest.approx(then.mean())


def test_pairing_narrows_the_intervals(found: Sweep) -> None:
    """The interval of a difference is narrower than those of the levels it is taken from."""
    point = found.of_arm("baseline")[0]
    effect = found.effect(point, "Northair", "reputation.end")
    levels = [found.level(each, "Northair", "reputation.end") for each in (point, found.present)]
    assert effect.low is not None and effect.high is not None
    apart = sum((each.high - each.low) ** 2 for each in levels) ** 0.5  # type: ignore[operator]
    assert effect.high - effect.low < 0.6 * apart, (effect, levels)


def test_points_that_are_the_same_are_run_once(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.study import points

    run: list[int] = []

    def counted(arms: dict[str, Scenario], seed: int) -> Any:
        run.append(len(arms))
        return run_arms(arms, seed)

    monkeypatch.setattr(points, "run_arms", counted)
    twice = sweep(scenario, {AGENTS: [2, 2.0, 3]}, runs=1)
    assert run == [3], "the present setting, two agents, three agents"
    assert len(twice.points) == 4
    assert twice.values(twice.points[1], "Skyline", "posts") == twice.values(twice.points[2], "Skyline", "posts")


def test_processes_change_nothing(scenario: Scenario, found: Sweep) -> None:
    other = sweep(scenario, {AGENTS: [0, 1, 4], QUALITY: "0.4:0.9:2"}, arms=["silent"], runs=4, jobs=2)
    assert other.comparison.differences == found.comparison.differences
    assert str(other) == str(found) and "against the present" in str(found)


# ------------------------------------------------------------------------------------------------- the verb


def sim(*words: str) -> int:
    return answer(["sweep", *words])


@pytest.fixture
def small(tmp_path: Path) -> list[str]:
    file = ROOT / "scenarios" / "flight_cancelled.yaml"
    settings = ("customers.number=300", "clock.days=2", "clock.warm_up=1 day", "incidents.0.at=day 0 12:00")
    return [str(file), "--out", str(tmp_path), *(word for each in settings for word in ("--set", each))]


def test_the_verb_leaves_a_folder_and_repeats_from_it(
    small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--vary", f"{AGENTS}=1,4", "--vary", "brands.Skyline.policy.reply_after=15 min:4 h:2", "--runs", "2"]
    assert sim(*small, *words, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "sim.sweep/1" and told["ok"]
    folder = Path(told["data"]["output"])
    assert [point["present"] for point in told["data"]["points"]] == [True, False, False, False, False]
    assert told["data"]["points"][1]["settings"] == {AGENTS: 1, "brands.Skyline.policy.reply_after": 0.25}
    rows = list(csv.DictReader((folder / "points.csv").open()))
    assert {row[AGENTS] for row in rows} == {"1", "4"} and {row["brand"] for row in rows} == {"Skyline", "Northair"}
    worlds = list(csv.DictReader((folder / "worlds.csv").open()))
    level = next(row for row in rows if (row["point"], row["brand"], row["metric"]) == ("1", "Skyline", "posts"))
    single = [float(w["value"]) for w in worlds if (w["point"], w["brand"], w["metric"]) == ("1", "Skyline", "posts")]
    assert float(level["mean"]) == pytest.approx(np.mean(single)) and len(single) == 2
    figures = {file.name for file in (folder / "figures").iterdir()}
    assert {"map-retention.png", "map-retention.svg"} <= figures
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file() and file.name != "timings.json"}
    assert sim(str(folder), "--out", str(tmp_path), "--quiet", "--jobs", "2") == 0
    assert all(file.read_bytes() == text for file, text in before.items())
    assert "better in" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "figures"),
    [
        (["--vary", f"{HOURS}=08:00-22:00,24/7", "--arms", "silence"], {"lines"}),
        (
            ["--vary", f"{AGENTS}=1:4", "--vary", f"{QUALITY}=0.5:0.9", "--design", "lhs", "--points", "3"],
            {"settings-posts"},
        ),
    ],
)
def test_one_path_gives_lines_and_random_points_a_panel_each(
    small: list[str], words: list[str], figures: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert sim(*small, *words, "--runs", "2", "--metric", "posts", "--brand", "Northair", "--json") == 0
    folder = Path(json.loads(capsys.readouterr().out)["data"]["output"])
    assert {file.stem for file in (folder / "figures").iterdir()} == figures


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--vary", f"{AGENTS}=-1,2"], 3, f"{AGENTS}=-1: {AGENTS}: must be at least 0"),
        (["--vary", f"{AGENTS}=1,2", "--metric", "retentoin"], 2, "did you mean 'retention'?"),
        (["--vary", f"{AGENTS}=1,2", "--brand", "Skylin"], 2, "did you mean 'Skyline'?"),
        ([], 2, "a sweep varies something"),
    ],
)
def test_mistakes_are_told_in_a_line(
    small: list[str], words: list[str], code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sim(*small, *words) == code
    assert told in capsys.readouterr().err
