"""The schema editors read: draft 7, good for every shipped scenario as written, not for a misspelt one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from sim.scenario.editor import json_schema
from sim.scenario.load import loads
from sim.scenario.tree import compose

ROOT = Path(__file__).parents[1]
FILES = [*(ROOT / "scenarios").rglob("*.yaml"), *(ROOT / "sim" / "scenario" / "templates").glob("*.yaml")]


def raw(text: str) -> Any:
    tree, _ = compose(text, "f.yaml")
    assert tree is not None
    return tree.plain()


def test_it_is_a_schema_of_draft_7() -> None:
    schema = json_schema()
    Draft7Validator.check_schema(schema)
    text = json.dumps(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert "$defs" not in text and "prefixItems" not in text


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_shipped_scenarios_are_good_in_an_editor(file: Path) -> None:
    tree = raw(file.read_text())
    if "scenario" not in tree or "claim" in tree:
        pytest.skip("not a scenario")
    assert [error.message for error in Draft7Validator(json_schema()).iter_errors(tree)] == []


def test_numbers_with_underscores_are_good_even_for_readers_of_yaml_that_take_them_for_text() -> None:
    tree = {"scenario": "t", "brands": [{"name": "A", "price": "1_000"}], "customers": {"number": "20_000"}}
    assert Draft7Validator(json_schema()).is_valid(tree)


def test_what_a_scenario_resolves_to_is_good_too() -> None:
    scenario = loads((ROOT / "sim" / "scenario" / "templates" / "tour.yaml").read_text())
    assert [error.message for error in Draft7Validator(json_schema()).iter_errors(scenario.resolved())] == []


@pytest.mark.parametrize(
    "text",
    [
        "scenario: t",
        "scenario: t\nbrands: []",
        "scenario: t\nbrands: [{name: A, qualty: 1}]",
        "scenario: t\nbrands: [{name: A, quality: 2}]",
        "scenario: t\nbrands: [{name: A, margin: 30}]",
        "scenario: t\nbrands: [{name: A, desk: {handling_time: 12}}]",
        "scenario: t\nbrands: [{name: A, desk: {handling_time: 12 parsecs}}]",
        "scenario: t\nbrands: [{name: A}]\npolicies: {p: {triage: newst}}",
        "scenario: t\nbrands: [{name: A}]\nincidents: [{at: soon, brand: A, cause: x, affects: 1 %}]",
        "scenario: t\nbrands: [{name: A}]\nuncertain: {seed: {triangle: [1, 2, 3]}}",
    ],
)
def test_an_editor_sees_what_is_wrong(text: str) -> None:
    assert not Draft7Validator(json_schema()).is_valid(raw(text))


def test_each_key_tells_its_meaning_unit_and_source() -> None:
    definitions = json_schema()["definitions"]
    assert (
        definitions["Desk"]["properties"]["agents"]["description"]
        == "people who answer at the same time (agents)"
    )
    assert definitions["Voice"]["properties"]["private"]["description"].endswith("(chance; assumed)")
