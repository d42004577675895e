"""From a rehearsal file to a `Script`: the moment, the scenario it extends (its arm, its settings), and their texts.

Every problem is told at once with file, line and column, as for scenarios: YAML, keys, values, names, and what only
the whole can show (`lint.py`).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import FileError, Problem, ScenarioError
from sim.rehearsal import lint
from sim.rehearsal.moment import Moment
from sim.scenario import load as scenarios
from sim.scenario.kind import Kind, kind_of, mistaken
from sim.scenario.names import BASELINE, nearest
from sim.scenario.schema import Scenario
from sim.scenario.tree import Node, Place, compose, read
from sim.scenario.wording import problems_of


@dataclass(frozen=True)
class Script:
    """A moment ready to be played: with its scenario (arm and settings applied, crowd sized), the brand, the texts."""

    moment: Moment
    scenario: Scenario
    file: str
    text: str
    scenario_file: str
    scenario_text: str

    @cached_property
    def brand(self) -> int:
        """The number of the trainee's brand."""
        names = [brand.name for brand in self.scenario.brands]
        return names.index(self.moment.role.brand) if self.moment.role.brand else 0

    @property
    def brand_name(self) -> str:
        """The trainee's brand."""
        return self.scenario.brands[self.brand].name

    @property
    def begins(self) -> float:
        """Hours from day 0 at which the trainee sits down."""
        return self.scenario.hours(self.moment.clock.begins)

    @property
    def ends(self) -> float:
        """Hours from day 0 at which the session is over."""
        return self.begins + self.moment.clock.length

    @property
    def measured_at(self) -> float:
        """Hours from day 0 at which the crowd's reaction is measured."""
        return self.ends + self.moment.scoring.outcome.after


def load(path: str | Path) -> Script:
    """The moment in a file. Raises FileError if it cannot be read, ScenarioError with all that is wrong."""
    return loads(read(path), file=str(path), folder=Path(path).parent)


def loads(
    text: str, *, file: str = "<text>", folder: Path | None = None, scenario_text: str | None = None
) -> Script:
    """Like `load`, from text. scenario_text: of the scenario it extends (None: read from the file it names)."""
    tree, problems = compose(text, file)
    if tree is None:
        raise ScenarioError(problems)
    if not isinstance(tree.value, dict):
        raise ScenarioError([tree.place.problem("", "a moment is made of keys with values, like moment: A title")])
    kind = kind_of(tree)
    if kind is Kind.CLAIM:
        raise ScenarioError(mistaken(tree, Kind.MOMENT))
    if kind is Kind.SCENARIO and "moment" not in tree.entries():
        hint = f"write a moment with extends: {Path(file).name}, or take one: sim list moments"
        raise ScenarioError([tree.place.problem("", "is a scenario, not a moment: nobody sits at a desk in it", hint)])
    moment: Moment | None = None
    try:
        moment = Moment.model_validate(tree.plain())
    except ValidationError as error:
        problems += problems_of(error, tree, Moment)
    scenario, scenario_file, found = _extended(tree, moment, file, folder, scenario_text)
    problems += found
    problems += lint.problems(tree, moment, scenario)
    if problems or moment is None or scenario is None:
        unique = {str(problem): problem for problem in problems}
        raise ScenarioError(sorted(unique.values(), key=lambda found: (found.file, found.line, found.column)))
    return Script(moment, scenario, file, text, scenario_file, scenario.source.text)


def _extended(
    tree: Node, moment: Moment | None, file: str, folder: Path | None, text: str | None
) -> tuple[Scenario | None, str, list[Problem]]:
    """The scenario a moment extends, with its settings; where it is; and what is wrong with that."""
    node = tree.child("extends")
    name = node.text() if node is not None else None
    if node is None or name is None:
        return None, "", []
    place = Path(name)
    if text is None:
        here = [folder / name] if folder is not None else []
        places = [candidate for candidate in (*here, Path(name)) if candidate.is_file()]
        if not places:
            return None, name, [node.place.problem("extends", f"there is no file {name!r} here", code="file")]
        place = places[0]
    try:
        scenario = scenarios.loads(read(place) if text is None else text, file=str(place), folder=place.parent)
    except FileError as error:
        return None, name, [node.place.problem("extends", str(error), code="file")]
    except ScenarioError as error:
        first = error.problems[0]
        more = f" (and {len(error.problems) - 1} more)" if len(error.problems) > 1 else ""
        message = f"the scenario has errors: {first}{more}"
        return None, name, [node.place.problem("extends", message, "see sim validate", "scenario")]
    scenario, problems = _armed(tree, scenario)
    if not problems:
        scenario, problems = _set(tree, scenario)
    if moment is not None and not problems:
        scenario, problems = _sized(tree, moment, scenario)
    return scenario, str(place), problems


def _armed(tree: Node, scenario: Scenario) -> tuple[Scenario, list[Problem]]:
    """The arm of the scenario that the moment names, or the scenario as it stands."""
    node = tree.child("arm")
    name = node.text() if node is not None else None
    if node is None or name is None:
        return scenario, []
    arms = [BASELINE, *scenario.what_if]
    if name not in arms:
        return scenario, [node.place.problem("arm", f"there is no arm {name!r}", nearest(name, arms), "unknown-name")]
    return scenario.arm(name), []


def _set(tree: Node, scenario: Scenario) -> tuple[Scenario, list[Problem]]:
    """The scenario with the moment's settings, each problem told at its place."""
    settings = tree.child("settings")
    arms = list(scenario.what_if)
    problems: list[Problem] = []
    for path, node in (settings.entries() if settings is not None else {}).items():
        assert settings is not None
        try:
            scenario = scenario.changed({path: node.plain()})
        except ScenarioError as error:
            problems += [
                settings.keys[path].problem(
                    f"settings.{path}", found.message, _cure(node, arms) or found.hint, found.code
                )
                for found in error.problems
            ]
    return scenario, problems


def _cure(value: Node, arms: Collection[str]) -> str:
    """What to write where a setting has the name of an arm."""
    return f"{value.value!r} is an arm of the scenario: write arm: {value.value}" if value.value in arms else ""


def _sized(tree: Node, moment: Moment, scenario: Scenario) -> tuple[Scenario, list[Problem]]:
    """The scenario with the crowd's size and days enough to measure the outcome."""
    crowd = tree.child("crowd")
    size = crowd.child("size") if crowd is not None else None
    place = size.place if size is not None else tree.place
    days = scenario.hours(moment.clock.begins) + moment.clock.length + moment.scoring.outcome.after
    changes: dict[str, Any] = {"customers.number": moment.crowd.size}
    needed = max(1, math.ceil(days / 24 + 1e-9))
    shorter, problems = _changed(scenario, {**changes, "clock.days": needed}, place)
    if not problems:  # a shorter world is copied faster; but something may be planned later in it
        return shorter, []
    return _changed(scenario, {**changes, "clock.days": max(needed, scenario.clock.days)}, place)


def _changed(scenario: Scenario, changes: Mapping[str, Any], place: Place) -> tuple[Scenario, list[Problem]]:
    asked: dict[str, Any] = {"what_if": {}, "levers": {}, "uncertain": {}, "goals": []}
    try:
        return scenario.changed({**asked, **changes}), []
    except ScenarioError as error:
        message = "; ".join(found.message for found in error.problems[:3])
        return scenario, [place.problem("crowd", f"the scenario cannot be played so: {message}")]
