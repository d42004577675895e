"""A scenario file with one more arm: what a study found, ready for `sim compare`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.app.whole import write_whole
from sim.errors import FileError, ScenarioError, UserError
from sim.scenario.load import loads
from sim.scenario.schema import Scenario
from sim.scenario.tree import compose
from sim.study.task import slug

MARK = "# Found by sim"


def arm_place(scenario: Scenario, name: str) -> Path:
    """Where the file with the arm goes: beside the scenario's, called after both. Raises UserError if it cannot.

    It never takes the place of a file: what was written so may have been worked on since.
    """
    own = Path(scenario.source.file)
    if name in scenario.what_if:
        raise UserError(f"{own}: has an arm {name!r} already; give it another name")
    place = own.with_name(f"{own.stem}-{slug(name)}.yaml")
    if place.exists():
        raise FileError(f"{place}: exists already, and may hold work of yours: take another name, or move it away")
    return place


def write_arm(scenario: Scenario, name: str, changes: Mapping[str, Any], about: str) -> Path:
    """Write the scenario's own text with one more arm under `what_if`; where.

    Comments stay. about: how it was found, for the first line. Overrides are no part of the file.
    """
    place = arm_place(scenario, name)
    text = f"{MARK} {about}\n{with_arm(scenario.source.text, name, changes, scenario.source.file)}"
    write_whole(place, text)
    return place


def with_arm(text: str, name: str, changes: Mapping[str, Any], file: str) -> str:
    """A scenario's text with one more arm, first of all arms. Raises ScenarioError if the result is no scenario."""
    body = ", ".join(f"{json.dumps(path, ensure_ascii=False)}: {json.dumps(value)}" for path, value in changes.items())
    entry = f"{json.dumps(name, ensure_ascii=False)}: {{{body}}}"
    tree, problems = compose(text, file)
    arms = None if tree is None else tree.child("what_if")
    if tree is None or problems:
        raise ScenarioError(problems)
    if arms is None or not arms.keys:
        kept = text if arms is None else _without(text, tree.keys["what_if"].line)
        whole = f"{kept.rstrip()}\n\nwhat_if:\n  {entry}\n"
    else:
        first = min(arms.keys.values(), key=lambda place: (place.line, place.column))
        lines = text.splitlines(keepends=True)
        line, at = lines[first.line - 1], first.column - 1
        opened = lines[tree.keys["what_if"].line - 1].partition("what_if")[2]
        gap = ", " if "{" in opened.partition("#")[0] else f"\n{line[:at]}"
        lines[first.line - 1] = f"{line[:at]}{entry}{gap}{line[at:]}"
        whole = "".join(lines)
    loads(whole, arm=name, file=file, folder=Path(file).parent)
    return whole


def _without(text: str, line: int) -> str:
    """The text without one of its lines (counted from 1): an empty `what_if`."""
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: line - 1], *lines[line:]])
