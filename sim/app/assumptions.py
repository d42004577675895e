"""The assumed numbers a scenario's result leans on: nobody measured them, and another value may change the answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.app.words import capital, number, percent, span
from sim.model.network import USED_BY
from sim.scenario.brand import Brand
from sim.scenario.catalogue import ANY, Entry, assumed, entries
from sim.scenario.schema import Scenario

NEEDS = {
    "crowd.reply.": "replies",
    "crowd.broadcast.statement_": "statements",
    "crowd.broadcast.carried": "statements",
    "crowd.broadcast.press_influence": "press",
    "crowd.broadcast.comments": "press",
    "crowd.broadcast.content_influence": "content",
    "crowd.broadcast.delay": "voices to all",
    "crowd.sharing.answered": "replies",
    "crowd.choice.nothing": "choice",
    "crowd.advertising.": "campaigns",
    "crowd.referral.": "referral",
}
"""What must be in a scenario for a parameter to matter, by the beginning of its path."""


@dataclass(frozen=True)
class Assumption:
    """One assumed number: its path, meaning, value and unit, whether the scenario changed it, the range to try."""

    path: str
    meaning: str
    value: str
    unit: str
    changed: bool
    sweep: str


@dataclass(frozen=True)
class Idea:
    """The assumed numbers of one section of a scenario, and what the section is about."""

    path: str
    about: str
    assumptions: tuple[Assumption, ...]


def leaned_on(scenario: Scenario) -> list[Idea]:
    """The assumed numbers that matter to a scenario, by section; those of what it does not have are left out."""
    found: dict[str, list[Assumption]] = {}
    for entry, path, value in _numbers(scenario):
        section = entry.pattern.rpartition(".")[0]
        sweep = "" if entry.sweep is None else " to ".join(written(end, entry.unit) for end in entry.sweep)
        changed = value != entry.seen
        told = Assumption(path, capital(entry.meaning), written(value, entry.unit), left_of(entry.unit), changed, sweep)
        found.setdefault(section, []).append(told)
    return [Idea(section, about(section), tuple(numbers)) for section, numbers in found.items()]


def about(section: str) -> str:
    """What a section is about, in its own words."""
    return capital(entries()[section].meaning.rstrip(".")) if section in entries() else ""


def _numbers(scenario: Scenario) -> Iterator[tuple[Entry, str, Any]]:
    """The assumed numbers that matter: entry, path, value."""
    has = _present(scenario)
    kind = "file" if scenario.graph.file is not None else scenario.graph.kind
    for entry, value in assumed(scenario):
        part, _, name = entry.pattern.rpartition(".")
        idle = part == "graph" and name not in USED_BY[kind]
        needed = next((what for path, what in NEEDS.items() if entry.pattern.startswith(path)), None)
        if entry.number and value is not None and not idle and (needed is None or needed in has):
            yield entry, entry.pattern, value
    for entry in entries().values():
        if entry.assumed and entry.number and ANY in entry.pattern:
            yield from _of_brands(scenario, entry)


def _present(scenario: Scenario) -> set[str]:
    """What there is in a scenario that parameters can be about."""
    press = scenario.press is not None or any(incident.press is not None for incident in scenario.incidents)
    statements = any(brand.statements for brand in scenario.brands)
    has = {
        "replies": any(scenario.policy(brand).replies for brand in scenario.brands),
        "statements": statements,
        "press": press,
        "content": bool(scenario.content),
        "voices to all": press or statements or bool(scenario.content),
        "choice": True,
        "campaigns": any(brand.campaigns for brand in scenario.brands),
        "referral": any(brand.referral for brand in scenario.brands),
    }
    return {what for what, there in has.items() if there}


def _of_brands(scenario: Scenario, entry: Entry) -> Iterator[tuple[Entry, str, Any]]:
    """A number of the desk for the brands that have one at work: once if they agree, else brand by brand."""
    section, _, rest = entry.pattern.partition(f".{ANY}.")
    if section != "brands":
        return
    values: dict[str, Any] = {}
    for brand in scenario.brands:
        value: Any = brand if _works(scenario, brand, rest) else None
        for step in rest.split("."):
            value = getattr(value, step, None)
        if value is not None:
            values[brand.name] = value
    if len(values) > 1 and len(set(values.values())) == 1:
        yield entry, entry.pattern, next(iter(values.values()))
        return
    for name, value in values.items():
        yield entry, f"brands.{name}.{rest}", value


def _works(scenario: Scenario, brand: Brand, rest: str) -> bool:
    """Whether a number of a brand's desk matters: the desk listens, and has whom the number is about."""
    return scenario.policy(brand).listens and (".specialist" not in rest or brand.desk.specialist_share > 0)


def written(value: Any, unit: str) -> str:
    """A value as it is read best: hours as a span of time, shares and chances in percent, else the number."""
    if not isinstance(value, (int, float)):
        return str(value)
    if unit == "h":
        return span(60 * value)
    if unit.startswith(("share", "chance")):
        return percent(value, 0 if abs(100 * value - round(100 * value)) < 1e-9 else 1)
    return number(value, next((digits for digits in range(5) if abs(value - round(value, digits)) < 1e-9), 4))


def left_of(unit: str) -> str:
    """What of the unit is not yet said by `written`."""
    return "" if unit == "h" else unit.removeprefix("share").removeprefix("chance").strip()
