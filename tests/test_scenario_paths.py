"""Overrides, arms and changes: one way of putting a value at a path, and of reading it there."""

from __future__ import annotations

from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario.catalogue import ANY, as_written, assumed, children, entries, find, pattern_of, values
from sim.scenario.cautions import cautions
from sim.scenario.load import UnknownArmError, loads
from sim.scenario.schema import Scenario

TEXT = """
scenario: t
brands:
  - name: Sky.line
    policy: human
    failures: {late flight: 5 %}
  - {name: Northair, policy: human}
policies:
  human: {quality: {action: 0.6}, reply_after: 15 min}
  other: {}
incidents: [{name: storm, at: day 1, brand: Northair, cause: weather, affects: 10 %}]
what_if:
  better: {brands.Northair.policy.quality.action: 0.9, brands.Sky.line.desk.agents: 7}
  switched: {brands.Northair.policy: other, brands.Northair.policy.quality.empathy: 1}
"""


@pytest.fixture
def scenario() -> Scenario:
    return loads(TEXT)


@pytest.mark.parametrize(
    ("override", "path", "value"),
    [
        ("seed=7", "seed", 7),
        ("brands.0.desk.agents=6", "brands.Sky.line.desk.agents", 6),
        ("brands.Sky.line.desk.agents=6", "brands.0.desk.agents", 6),
        ("brands.Sky.line.failures.late flight=7 %", "brands.0.failures.late flight.chance", 0.07),
        ("brands.0.failures.late flight.severity=0.2", "brands.0.failures.late flight.chance", 0.05),
        ("brands.0.failures.lost bag=2 %", "brands.0.failures.lost bag.chance", 0.02),
        ("incidents.storm.severity=0.1", "incidents.0.severity", 0.1),
        ("incidents=[]", "incidents", ()),
        ("crowd.voice.post_delay=2 h", "crowd.voice.post_delay", 2.0),
        ("press={}", "press.picks_up", 0.1),
        ("brands.0.desk.hours=24/7", "brands.0.desk.hours.0.agents", None),
        ("brands.0.start.share=40 %", "brands.0.start.share", 0.4),
        ("policies.human.quality.action=0.1", "brands.Northair.policy.quality.action", 0.1),
        (
            "what_if.better.seed=4",
            "what_if.better",
            {
                "brands.Northair.policy.quality.action": 0.9,
                "brands.Sky.line.desk.agents": 7,
                "seed": 4,
            },
        ),
        ("about=a = b", "about", "a = b"),
        ("about=", "about", None),
    ],
)
def test_an_override_puts_a_value_at_a_path(override: str, path: str, value: Any) -> None:
    if override == "about=":
        with pytest.raises(ScenarioError):
            loads(TEXT, [override])
        return
    assert loads(TEXT, [override]).value(path) == value


def test_overrides_come_in_order_and_before_the_arm() -> None:
    base = loads(TEXT, ["brands.0.desk.agents=3", "brands.0.desk.agents=4"])
    assert base.value("brands.0.desk.agents") == 4
    assert base.arm("better").value("brands.0.desk.agents") == 7
    assert loads(TEXT, ["brands.0.desk.agents=4"], arm="switched").value("brands.0.desk.agents") == 4


def test_a_policy_changed_through_a_brand_is_that_brands_alone(scenario: Scenario) -> None:
    better = scenario.arm("better")
    assert better.value("brands.Northair.policy.quality.action") == 0.9
    assert better.value("brands.Northair.policy.reply_after") == 0.25
    assert better.value("brands.Sky.line.policy.quality.action") == 0.6
    switched = scenario.arm("switched")
    assert switched.value("brands.Northair.policy.quality.empathy") == 1
    assert switched.value("policies.other.quality.empathy") == 0.5


def test_the_scenario_itself_is_left_alone(scenario: Scenario) -> None:
    before = scenario.resolved()
    scenario.arms()
    scenario.changed({"brands.Northair.policy.quality.action": 0.1, "incidents": []})
    assert scenario.resolved() == before
    assert scenario.arm("baseline") is scenario


def test_changes_add_up(scenario: Scenario) -> None:
    twice = scenario.changed({"seed": 2}).changed({"brands.0.policy.answers": "50 %"})
    assert (twice.seed, twice.value("brands.0.policy.answers")) == (2, 0.5)
    assert twice.arm("better").seed == 2


def test_an_override_may_leave_a_question_without_an_object() -> None:
    text = f"""{TEXT}
uncertain: {{incidents.0.severity: {{uniform: [0.1, 0.2]}}}}
levers: {{brands.0.policy.answers: {{from: 0, to: 1}}}}
"""
    scenario = loads(text, ["incidents=[]", "brands.0.policy=silence"])
    assert scenario.incidents == ()
    said = [caution.message for caution in cautions(scenario)]
    assert "incidents has no item '0'" in said
    assert "brands.0 follows the built-in policy 'silence', which has nothing to set" in said
    with pytest.raises(ScenarioError, match=r"what_if\.new: brands\.Sky\.line\.qualty: unknown key"):
        loads(text, ["what_if.new={brands.0.qualty: 1}"])


def test_unknown_arms_and_wrong_changes_are_refused(scenario: Scenario) -> None:
    with pytest.raises(UnknownArmError, match=r"there is no arm 'betr' \(did you mean 'better'\?\)"):
        scenario.arm("betr")
    with pytest.raises(
        ScenarioError, match=r"brands\.0\.quality=2: brands\.Sky\.line\.quality: must be at most 1; got 2"
    ):
        scenario.changed({"brands.0.quality": 2})
    with pytest.raises(KeyError):
        scenario.value("brands.Nobody.quality")


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("brands.Skyline.desk.agents", "brands.*.desk.agents"),
        ("brands.*.desk.agents", "brands.*.desk.agents"),
        ("brands.Sky.line.desk.agents", "brands.*.desk.agents"),
        ("brands.Skyline.policy", "brands.*.policy"),
        ("brands.Skyline.policy.quality.action", "policies.*.quality.action"),
        ("brands.0.failures.late flight.chance", "brands.*.failures.*.chance"),
        ("crowd.voice", "crowd.voice"),
        ("levers.brands.Skyline.quality.from", "levers.*.from"),
        ("crowd.voise", None),
        ("brands.Skyline.desk.agents.more", None),
    ],
)
def test_a_path_has_a_pattern(path: str, pattern: str | None) -> None:
    assert pattern_of(path) == pattern


def test_every_key_says_what_it_means_and_every_number_of_the_model_where_it_is_from() -> None:
    for pattern, entry in entries().items():
        assert entry.meaning, pattern
        assert find(pattern) == entry
        if entry.number and pattern.startswith("crowd."):
            assert entry.source, pattern
            assert entry.low is not None and entry.high is not None, pattern


def test_a_sections_children_are_one_step_down() -> None:
    names = [entry.pattern for entry in children("brands")]
    assert "brands.*.desk" in names
    assert "brands.*.desk.agents" not in names
    assert next(entry.pattern for entry in children("")) == "scenario"
    assert children("seed") == []


def test_every_value_of_a_scenario_has_an_entry(scenario: Scenario) -> None:
    found = {path: value for path, _, value in values(scenario)}
    assert found["brands.Sky.line.failures.late flight.chance"] == 0.05
    assert found["policies.human.reply_after"] == 0.25
    assert found["incidents.storm.over"] == 2
    for path, entry, _ in values(scenario):
        assert ANY in entry.pattern or entry.pattern == path


def test_the_assumed_numbers_are_those_of_the_model(scenario: Scenario) -> None:
    leaned = {entry.pattern: value for entry, value in assumed(scenario)}
    assert leaned["crowd.voice.private"] == 0.15
    assert not any(pattern.startswith(("brands", "clock", "customers", "press")) for pattern in leaned)
    assert any(entry.pattern == "press.picks_up" for entry, _ in assumed(loads(TEXT, ["press={}"])))


def test_a_number_of_the_engine_can_be_written_back(scenario: Scenario) -> None:
    for path, number in {
        "crowd.voice.post_delay": 1.5,
        "brands.0.desk.agents": 3.0,
        "brands.0.quality": 0.4,
        "brands.0.margin": 0.25,
    }.items():
        assert scenario.changed({path: as_written(path, number)}).value(path) == number
