"""What a file is, by its first keys: a scenario, a moment that is rehearsed in one, or a claim that is tried in one."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from sim.errors import FileError, Problem
from sim.scenario.tree import Node, compose, read


class Kind(Enum):
    """What a file is."""

    SCENARIO = "scenario"
    MOMENT = "moment"
    CLAIM = "claim"


VERBS = {Kind.SCENARIO: "run", Kind.MOMENT: "rehearse", Kind.CLAIM: "evidence"}
"""What takes a file of each kind."""


def kind_of(tree: Node | None) -> Kind | None:
    """What a tree is; None for what names itself as nothing of ours."""
    keys = tree.entries() if tree is not None else {}
    if "claim" in keys and "brands" not in keys:
        return Kind.CLAIM
    if "scenario" in keys:
        return Kind.SCENARIO
    return Kind.MOMENT if "moment" in keys else None


def kind_in(file: Path) -> Kind | None:
    """What a file is; None for one that cannot be read."""
    try:
        return kind_of(compose(read(file), str(file))[0])
    except FileError:
        return None


def mistaken(tree: Node, wanted: Kind) -> list[Problem]:
    """The problem of a tree that is plainly of another kind than the one wanted, with the verb that takes it."""
    found = kind_of(tree)
    if found in (None, wanted):
        return []
    cure = f"sim {VERBS[found]} {tree.place.file} takes it"
    return [tree.place.problem("", f"is a {found.value}, not a {wanted.value}", cure, "kind")]
