"""From text to a validated `Scenario`: read, override, validate, lint, with every problem told at once.

`load(path)` is the door. Overrides (`--set path=value`) and arms (`what_if`) are one mechanism: a value is
put at a path of the raw tree, and the whole is validated as if it had been written so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import Problem, ScenarioError, UserError
from sim.scenario import lint
from sim.scenario.kind import Kind, mistaken
from sim.scenario.names import BASELINE, RefusedError, nearest
from sim.scenario.paths import outer_first, set_at
from sim.scenario.schema import Scenario
from sim.scenario.tree import Node, Place, compose, node_of, read
from sim.scenario.trials import Change, Trial, changes_of, trials
from sim.scenario.wording import problems_of


@dataclass(frozen=True)
class Source:
    """Where a scenario came from. `tree` is the raw scenario with the overrides and the arm applied."""

    file: str
    text: str
    overrides: tuple[str, ...]
    arm: str
    tree: Node
    folder: Path | None = None
    """Where files it names are looked for, after the current folder; None: they are not looked for."""


QUESTIONS = ("what_if", "levers", "uncertain")
"""Sections that ask what would be if something else were changed."""


class UnknownArmError(UserError):
    """An arm that `what_if` does not have."""

    code = "arm"


def load(path: str | Path, overrides: Sequence[str] = (), arm: str | None = None) -> Scenario:
    """The scenario in a file, with `path=value` overrides and one arm of its `what_if` (None: as it stands).

    Raises FileError if the file cannot be read, ScenarioError with all problems if it is no good scenario,
    and UnknownArmError. A graph file in it is looked for from the current folder first, then beside the
    scenario.
    """
    return loads(read(path), overrides, arm, file=str(path), folder=Path(path).parent)


def loads(
    text: str,
    overrides: Sequence[str] = (),
    arm: str | None = None,
    *,
    file: str = "<text>",
    folder: Path | None = None,
) -> Scenario:
    """Like `load`, from text. `folder`: where a graph file is looked for (None: taken as it is named)."""
    tree, problems = compose(text, file)
    if tree is None:
        raise ScenarioError(problems)
    if other := mistaken(tree, Kind.SCENARIO):
        raise ScenarioError(other)
    asked = tree.copy()
    problems += [problem for override in overrides for problem in apply_override(tree, override)]
    for override in overrides:
        if override.split(".")[0].split("=")[0].strip() in QUESTIONS:
            apply_override(asked, override)
    source = Source(file, text, tuple(overrides), BASELINE, tree, folder)
    found, scenario = _checked(source)
    problems += [*found, *questions(replace(source, tree=asked))]
    if problems or scenario is None:
        raise ScenarioError(_in_order(problems))
    return scenario if arm is None else arm_of(scenario, arm)


def from_values(values: Mapping[str, Any], *, file: str = "<values>") -> Scenario:
    """Like `load`, from plain values such as `Scenario.resolved()` gives. Its questions are not tried."""
    problems, scenario = _checked(Source(file, "", (), BASELINE, node_of(dict(values), Place(file))))
    if problems or scenario is None:
        raise ScenarioError(_in_order(problems))
    return scenario


def of_tree(source: Source) -> tuple[Scenario | None, list[Problem]]:
    """The scenario in a tree that is part of another file, and all that is wrong with it, its questions included."""
    problems, scenario = _checked(source)
    return scenario, _in_order([*problems, *questions(source)])


def varied(source: Source, trial: Trial) -> tuple[Scenario | None, list[Problem]]:
    """The scenario of a source with the changes of a trial, and what is wrong with it that was not wrong before."""
    known = _checked(replace(source, tree=source.tree.copy()))[0]
    return _tried(source, trial, known)


def source_of(scenario: Scenario) -> Source:
    """The source of a scenario that was made from values alone."""
    return Source("<values>", "", (), BASELINE, node_of(scenario.resolved(), Place("<values>")))


def arm_of(scenario: Scenario, name: str) -> Scenario:
    """One arm of a scenario, without questions of its own.

    Raises UnknownArmError, or ScenarioError if the arm does not fit (any more, after an override).
    """
    if name == BASELINE:
        return scenario
    if name not in scenario.what_if:
        known = [BASELINE, *scenario.what_if]
        raise UnknownArmError(f"there is no arm {name!r} ({nearest(name, known)})")
    source = scenario.source
    tree = source.tree.copy()
    problems = apply_arm(tree, name)
    for question in QUESTIONS:
        tree.entries().pop(question, None)
    found, armed = _checked(replace(source, arm=name, tree=tree))
    if problems or found or armed is None:
        raise ScenarioError(_in_order([*problems, *found]))
    return armed


def changed(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """A scenario with other values (as a file would write them) at some paths. Raises ScenarioError.

    A path that contains another comes first, in whatever order they are given: it would take the other's value back.
    """
    source = scenario.source
    tree = source.tree.copy()
    problems = []
    for path, value in sorted(changes.items(), key=lambda change: outer_first(change[0])):
        place = Place(f"{path}={value}")
        problems += _set(tree, path, node_of(value, place), place)
    found, other = _checked(replace(source, tree=tree))
    if problems or found or other is None:
        raise ScenarioError(_in_order([*problems, *found]))
    return other


def as_written(text: str, overrides: Sequence[str] = (), arm: str = BASELINE, *, file: str = "") -> Node | None:
    """The tree of a scenario's text with overrides and an arm, unchecked: what the author stated. None for no text."""
    tree, _ = compose(text, file)
    if tree is not None:
        for override in overrides:
            apply_override(tree, override)
        apply_arm(tree, arm)
    return tree


def apply_override(tree: Node, override: str) -> list[Problem]:
    """Apply one `path=value` to a tree; what is wrong with it."""
    place = Place(f"--set {override}")
    path, equals, text = override.partition("=")
    if not equals or not path.strip():
        return [place.problem("", "write path=value, like brands.0.desk.agents=6", code="override")]
    if not text.strip():
        return _set(tree, path.strip(), Node(None, place), place)
    value, problems = compose(text, place.file)
    if value is None or problems:
        return [place.problem(path, problem.message, problem.hint, "override") for problem in problems]
    return _set(tree, path.strip(), node_of(value.plain(), place), place)


def apply_arm(tree: Node, name: str) -> list[Problem]:
    """Apply one arm of the tree's `what_if` to the tree; what is wrong with it."""
    arms = tree.child("what_if")
    arm = arms.child(name) if arms else None
    changes = changes_of(arm) if arm else ()
    return [problem for change in changes for problem in _set(tree, *change)]


def apply_change(tree: Node, change: Change) -> list[Problem]:
    """Put a value at a path of a tree; what is wrong with it."""
    return _set(tree, *change)


def _set(tree: Node, path: str, value: Node, place: Place) -> list[Problem]:
    try:
        set_at(tree, path, value, place)
    except RefusedError as error:
        return [place.problem(path, str(error), error.hint, "path")]
    return []


def _checked(source: Source) -> tuple[list[Problem], Scenario | None]:
    """What is wrong with a tree, and the scenario in it if nothing is."""
    tree = source.tree
    if not isinstance(tree.value, dict):
        message = "a scenario is made of keys with values, like scenario: A title"
        return [tree.place.problem("", message, "see `sim new`")], None
    problems = _find_graph(source)
    scenario = None
    try:
        scenario = Scenario.model_validate(tree.plain())
        scenario._source = source
    except ValidationError as error:
        problems += problems_of(error, tree)
    return [*problems, *lint.problems(tree, scenario)], scenario


def questions(source: Source) -> list[Problem]:
    """What is wrong with arms, levers and uncertainties: each is tried on the scenario as the file has it.

    An override may leave some without an object (`--set incidents=[]`): that is no fault of the file.
    """
    known = _checked(source)[0]
    problems: list[Problem] = []
    for trial in trials(source.tree):
        new = _tried(source, trial, known)[1]
        problems += new or trial.no_number()
    return problems


def _tried(source: Source, trial: Trial, known: Sequence[Problem]) -> tuple[Scenario | None, list[Problem]]:
    tried = replace(source, tree=source.tree.copy())
    found = [problem for change in trial.changes for problem in _set(tried.tree, *change)]
    more, scenario = _checked(tried)
    before = {_where(problem) for problem in known}
    return scenario, [trial.blamed(problem) for problem in [*found, *more] if _where(problem) not in before]


def _where(problem: Problem) -> tuple[str, int, int, str]:
    """What tells one problem of a scenario from another: an arm may change the words, and what is near."""
    return problem.file, problem.line, problem.column, problem.path


def _find_graph(source: Source) -> list[Problem]:
    """Put the path at which the graph file was found into the tree; a problem if it was not."""
    graph = source.tree.child("graph")
    node = graph.child("file") if graph else None
    name = node.text() if node else None
    if source.folder is None or node is None or not name:
        return []
    for folder in (Path(), source.folder):
        try:
            if (folder / name).is_file():
                node.value = str(folder / name)
                return []
        except (OSError, ValueError):
            break
    where = "" if source.folder.resolve() == Path.cwd() else f" (nor in {source.folder})"
    return [node.place.problem("graph.file", f"there is no file {name!r} here{where}", code="file")]


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the order of the file, each once."""
    unique = {str(problem): problem for problem in problems}
    return sorted(unique.values(), key=lambda problem: (problem.line, problem.column))
