"""The settings a result leaned on that its scenario left to their defaults: assumptions too, about this case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.app.assumptions import Assumption, Idea, leaned_on, left_of, written
from sim.app.words import capital
from sim.model.parameter import STATED
from sim.scenario.catalogue import UNLESS_STATED, Entry, values
from sim.scenario.load import as_written
from sim.scenario.paths import first_step, written_at
from sim.scenario.schema import Scenario
from sim.scenario.tree import Node
from sim.study.task import Subject

SECTIONS = ("brands", "policies", "incidents", "content")
"""Where a scenario describes its case; what it leaves out there, a default stands in for."""
HOURS = "brands.*.desk.hours.*.hours"


def unstated(subject: Subject) -> list[Idea]:
    """The settings that matter and are not stated, as one idea; none if all are, or the scenario has no text.

    A setting that is unstated and alike wherever there is one is told once, as `brands.*.known_by`.
    """
    scenario, origin = subject.scenario, subject.origin
    tree = as_written(origin.text, origin.overrides, origin.arm) if origin.text else None
    if tree is None:
        return []
    every: dict[str, list[tuple[str, Entry, Any]]] = {}
    for path, entry, value in values(scenario):
        own = path.partition(".")[0] in SECTIONS and entry.source in (STATED, UNLESS_STATED)
        if own and (entry.number or entry.pattern == HOURS):
            every.setdefault(entry.pattern, []).append((path, entry, value))
    told = [one for found in every.values() for one in _told(scenario, tree, found)]
    about = "Settings that the scenario does not state, so that their defaults stand in"
    return [Idea("scenario", about, tuple(told))] if told else []


def _told(scenario: Scenario, tree: Node, found: list[tuple[str, Entry, Any]]) -> Iterator[Assumption]:
    """The values of one key that were left out and matter: once if none is stated and all are alike."""
    left = [
        (path, entry, value)
        for path, entry, value in found
        if value is not None and written_at(tree, path) is None and _matters(scenario, path)
    ]
    alike = 1 < len(left) == len(found) and len({str(value) for _, _, value in left}) == 1
    for path, entry, value in left[:1] if alike else left:
        name = entry.pattern if alike else path
        yield Assumption(name, capital(entry.meaning), written(value, entry.unit), left_of(entry.unit), False, "")


def _matters(scenario: Scenario, path: str) -> bool:
    """Whether a setting can matter: a desk and a policy only where somebody answers."""
    section, _, rest = path.partition(".")
    if section == "policies":
        name = first_step(rest, scenario.policies)[0]
        return any(brand.policy == name and scenario.policy(brand).replies for brand in scenario.brands)
    if section != "brands":
        return True
    name, below = first_step(rest, [brand.name for brand in scenario.brands])
    brand = scenario.brand(name)
    if below == "desk.agents" and all(shift.agents is not None for shift in brand.desk.hours):
        return False
    if below.startswith("statements.") and below.endswith(".after"):
        return any(statement.on_alarm for statement in brand.statements)
    return not below.startswith("desk.") or scenario.policy(brand).replies


def assumed_by(subject: Subject) -> list[Idea]:
    """All that was assumed for a result: numbers of the model that nobody measured, and settings left out."""
    return [*leaned_on(subject.scenario), *unstated(subject)]
