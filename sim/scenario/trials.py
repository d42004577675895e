"""What a scenario asks to be tried: the changes of its arms, and the ends of its levers and uncertainties.

Each is applied when the scenario is loaded, so that a what-if that cannot work is refused before any run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.errors import Problem
from sim.scenario.brand import Failure
from sim.scenario.catalogue import find, pattern_of
from sim.scenario.paths import outer_first
from sim.scenario.questions import distribution
from sim.scenario.tree import Node, Place

Change = tuple[str, Node, Place]
"""A path, the value to put there, and the place to blame."""


@dataclass(frozen=True)
class Trial:
    """Changes to try on a scenario, for an arm, a lever or an uncertainty that asks for them."""

    asks: str
    """The path of what asks: `what_if.silence`."""
    place: Place
    changes: tuple[Change, ...]
    number: str = ""
    """A path at which a number must stand afterwards, if one must."""

    def blamed(self, problem: Problem) -> Problem:
        """A problem the changes led to, as one of what asks: at its value if that is wrong, else its key."""
        places = {Place(problem.file, problem.line, problem.column)}
        mine = places & {place for _, value, key in self.changes for place in (key, *_places(value))}
        place = mine.pop() if mine else self.place
        about = "" if self.asks.endswith(f".{problem.path}") else f"{problem.path}: " if problem.path else ""
        return place.problem(self.asks, f"{about}{problem.message}", problem.hint, problem.code)

    def no_number(self) -> list[Problem]:
        """A problem if a number must stand at a path and something else does."""
        if not self.number or ((entry := find(self.number)) is not None and entry.number):
            return []
        pattern = pattern_of(self.number) or ""
        cure = f"its number is {self.number}.{Failure.shorthand}" if pattern.endswith(".failures.*") else ""
        return [self.place.problem(self.asks, "only a number can be varied so", cure, "value")]


def _places(node: Node) -> Iterator[Place]:
    """Every place in a part of the tree."""
    yield node.place
    yield from node.keys.values()
    for child in (*node.items(), *node.entries().values()):
        yield from _places(child)


def changes_of(arm: Node) -> tuple[Change, ...]:
    """The changes an arm makes, in the order it lists them, but a path that contains another before it."""
    changes = ((path, value.copy(), arm.keys[path]) for path, value in arm.entries().items())
    return tuple(sorted(changes, key=lambda change: outer_first(change[0])))


def trials(tree: Node) -> Iterator[Trial]:
    """Every set of changes that arms, levers and uncertainties may make to the scenario."""
    for path, place, arm in _section(tree, "what_if"):
        yield Trial(f"what_if.{path}", place, changes_of(arm))
    for path, place, lever in _section(tree, "levers"):
        for end in ("from", "to"):
            if (node := lever.child(end)) is not None:
                yield Trial(f"levers.{path}", place, ((path, node.copy(), place),), number=path)
    for path, place, given in _section(tree, "uncertain"):
        try:
            written = distribution(given.plain())
        except ValueError:
            continue  # told by the section itself
        for value in written.extremes():
            number = "" if written.shape == "one of" else path
            yield Trial(f"uncertain.{path}", place, ((path, Node(value, given.place), place),), number)


def _section(tree: Node, key: str) -> Iterator[tuple[str, Place, Node]]:
    """The keys of a section, their places and their nodes."""
    section = tree.child(key)
    if section is not None:
        for name, node in section.entries().items():
            yield name, section.keys[name], node
