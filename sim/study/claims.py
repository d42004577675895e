"""From a claim file to worlds: read, check, and build every variant to be run, with all problems told at once.

The scenario of a claim is a scenario like any other: it goes through the loader of scenarios, at its own lines and
columns. Arms, the control and other ways are changes at paths, as arms of a `what_if` are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

import sim
from sim.errors import FileError, Problem, ScenarioError, UserError
from sim.scenario.kind import Kind, mistaken
from sim.scenario.load import QUESTIONS, Source, apply_change, of_tree, varied
from sim.scenario.names import BASELINE, nearest
from sim.scenario.schema import Scenario
from sim.scenario.tree import Node, Place, compose, read
from sim.scenario.trials import Change, Trial, changes_of
from sim.scenario.wording import problems_of
from sim.study.claim import Claim, Inequality

FOLDER = Path("scenarios") / "claims"

Variant = tuple[str, str]
"""An arm, and what else is changed in it: '' (nothing), 'off', 'full', or the place of another way."""


@dataclass(frozen=True)
class Loaded:
    """A claim, where it stands, and every world it needs. variants: by arm and what else is changed in it."""

    claim: Claim
    file: str
    text: str
    variants: Mapping[Variant, Scenario]

    @property
    def id(self) -> str:
        """Its id."""
        return self.claim.claim


def shipped() -> list[Path]:
    """The claim files that come with the simulator: below the present folder, or beside the package.

    Raises FileError if there are none.
    """
    for root in (Path(), Path(sim.__file__).resolve().parent.parent):
        found = sorted((root / FOLDER).glob("*.yaml"))
        if found:
            return found
    raise FileError(f"{FOLDER}: there are no claim files here; go to the project's folder, or name files of your own")


def find(asked: Sequence[str]) -> list[Path]:
    """The files of some ids or paths; all that are shipped for none. Raises UserError for an id that nothing has."""
    if not asked:
        return shipped()
    found: list[Path] = []
    for name in asked:
        if "/" in name or name.endswith((".yaml", ".yml")):
            found.append(Path(name))
            continue
        ids = {file.stem.partition("_")[0]: file for file in shipped()}
        if name not in ids:
            raise UserError(f"there is no claim {name!r} ({nearest(name, ids)}); a file of your own ends in .yaml")
        found.append(ids[name])
    return list(dict.fromkeys(found))


def load_all(files: Sequence[Path]) -> list[Loaded]:
    """The claims in some files. Raises ScenarioError with the problems of all of them."""
    claims: list[Loaded] = []
    problems: list[Problem] = []
    for file in files:
        try:
            claims.append(load_claim(file))
        except ScenarioError as error:
            problems += error.problems
    ids: dict[str, str] = {}
    for each in claims:
        if each.id in ids:
            problems.append(Place(each.file).problem("claim", f"{each.id} is the id of {ids[each.id]} too"))
        ids.setdefault(each.id, each.file)
    if problems:
        raise ScenarioError(problems)
    return claims


def load_claim(path: Path) -> Loaded:
    """The claim in a file with all its worlds. Raises FileError, and ScenarioError with all that is wrong with it."""
    text = read(path)
    tree, problems = compose(text, str(path))
    if tree is None:
        raise ScenarioError(problems)
    if not isinstance(tree.value, dict):
        raise ScenarioError([tree.place.problem("", "a claim is made of keys with values, like claim: A19")])
    if other := mistaken(tree, Kind.CLAIM):
        raise ScenarioError(other)
    claim = None
    try:
        claim = Claim.model_validate(tree.plain())
    except ValidationError as error:
        problems += problems_of(error, tree, Claim)
    variants: dict[Variant, Scenario] = {}
    world = tree.child("scenario")
    if world is not None and world.entries():
        source, found = _source(world, text, path)
        problems += found
        base = None
        if source is not None:
            base, found = of_tree(source)
            problems += found
        if source is not None and base is not None and not problems and claim is not None:
            variants, found = _variants(claim, tree, source, base)
            problems += [*found, *_references(claim, tree, base)] or _empty_control(claim, tree, variants)
    if problems or claim is None:
        unique = {str(problem): problem for problem in problems}
        raise ScenarioError(sorted(unique.values(), key=lambda each: (each.file, each.line, each.column)))
    return Loaded(claim, str(path), text, variants)


def _source(world: Node, text: str, path: Path) -> tuple[Source | None, list[Problem]]:
    """The scenario of a claim as a tree: written out, or another file's with values at some paths."""
    named = world.child("extends")
    if named is None:
        tree = world.copy()
        entries = tree.entries()
        if "scenario" not in entries:
            entries["scenario"] = Node(path.stem, world.place)
            tree.keys["scenario"] = world.place
        return Source(str(path), text, (), BASELINE, tree, path.parent), []
    file = named.text()
    if not file:
        return None, [named.place.problem("scenario.extends", "the name of a scenario file is needed")]
    base = path.parent / file
    try:
        found, problems = compose(read(base), str(base))
    except FileError as error:
        message = str(error).replace(f"{base}: ", f"{file}: ")
        return None, [named.place.problem("scenario.extends", message, code="file")]
    if found is None or not isinstance(found.value, dict):
        return None, problems or [named.place.problem("scenario.extends", f"{file} holds no scenario")]
    for question in (*QUESTIONS, "goals"):
        found.entries().pop(question, None)
    for key, value in world.entries().items():
        if key != "extends":
            problems += apply_change(found, (key, value.copy(), world.keys[key]))
    return Source(str(path), text, (), BASELINE, found, base.parent), problems


def _variants(
    claim: Claim, tree: Node, source: Source, base: Scenario
) -> tuple[dict[Variant, Scenario], list[Problem]]:
    """Every variant of the world that the claim asks for."""
    found: dict[Variant, Scenario] = {}
    problems: list[Problem] = []
    arms = _changes(tree.child("arms"))
    for what, own_arms, extra, asks, place in _extras(claim, tree):
        for arm, changes in {BASELINE: (), **(arms if own_arms is None else own_arms)}.items():
            every = (*changes, *extra)
            if not every:
                found[arm, what] = base
                continue
            name = ".".join(part for part in (asks, "" if arm == BASELINE or asks else f"arms.{arm}") if part)
            scenario, wrong = varied(source, Trial(name, place or _place_of(tree, arm), every))
            problems += wrong
            if scenario is not None:
                found[arm, what] = scenario
    return found, problems


Extra = tuple[str, "dict[str, tuple[Change, ...]] | None", "tuple[Change, ...]", str, "Place | None"]


def _extras(claim: Claim, tree: Node) -> Iterator[Extra]:
    """What is changed beside the arms: nothing; the mechanism switched off; other ways; the full size."""
    yield "", None, (), "", None
    control, sign, full = (tree.child(key) for key in ("negative_control", "sign", "full"))
    if control is not None and claim.negative_control is not None:
        own = _changes(control.child("arms")) if claim.negative_control.arms is not None else None
        yield "off", own, _of(control.child("off")), "negative_control", control.place
    ways = sign.child("other_way") if sign is not None else None
    for number, way in enumerate(ways.items() if ways is not None else []):
        yield str(number), None, _of(way.child("changes")), f"sign.other_way.{number}", way.place
    if full is not None:
        yield "full", None, _of(full.child("changes")), "full", full.place


def _changes(arms: Node | None) -> dict[str, tuple[Change, ...]]:
    return {name: _of(arm) for name, arm in arms.entries().items()} if arms is not None else {}


def _of(node: Node | None) -> tuple[Change, ...]:
    return changes_of(node) if node is not None else ()


def _place_of(tree: Node, arm: str) -> Place:
    arms = tree.child("arms")
    return arms.keys[arm] if arms is not None else tree.place


def _references(claim: Claim, tree: Node, base: Scenario) -> Iterator[Problem]:
    """Arms and brands that are not there; inequalities that a control or another way does not find."""
    names = [brand.name for brand in base.brands]
    brands = [*names, *claim.groups]
    arms = [BASELINE, *claim.arms]
    shows = tree.child("shows")
    for number, (each, node) in enumerate(zip(claim.shows, shows.items() if shows else [], strict=True)):
        for key, known in (("arm", arms), ("against", arms), ("brand", brands), ("against_brand", brands)):
            name = getattr(each, key)
            if name is not None and name not in known:
                place = child.place if (child := node.child(key)) is not None else node.place
                message = f"there is no {'brand' if known is brands else 'arm'} {name!r}"
                yield place.problem(f"shows.{number}.{key}", message, nearest(name, known), "unknown-name")
    groups = tree.child("groups")
    for group, members in claim.groups.items():
        for name in members:
            if name not in names and groups is not None:
                message = f"there is no brand {name!r}"
                yield groups.keys[group].problem(f"groups.{group}", message, nearest(name, names), "unknown-name")
    for place, path, number in _numbers(claim, tree):
        if not 1 <= number <= len(claim.shows):
            yield place.problem(path, f"there is no inequality {number}: they are counted from 1 to {len(claim.shows)}")
    control = tree.child("negative_control")
    if control is not None and claim.negative_control is not None and claim.negative_control.arms is not None:
        own = {BASELINE, *claim.negative_control.arms}
        for each in controlled(claim):
            for name in (each.arm, each.against):
                if name is not None and name not in own:
                    message = f"the arm {name!r} is missing"
                    yield control.place.problem("negative_control.arms", message, nearest(name, own))


def _numbers(claim: Claim, tree: Node) -> Iterator[tuple[Place, str, int]]:
    """Where inequalities are named by number."""
    control, sign = tree.child("negative_control"), tree.child("sign")
    if control is not None and claim.negative_control is not None:
        for number in claim.negative_control.of or ():
            yield control.place, "negative_control.of", number
    ways = sign.child("other_way") if sign is not None else None
    if ways is not None and claim.sign is not None:
        for place, (way, node) in enumerate(zip(claim.sign.other_way, ways.items(), strict=True)):
            yield node.place, f"sign.other_way.{place}.of", way.of


def _empty_control(claim: Claim, tree: Node, variants: Mapping[Variant, Scenario]) -> list[Problem]:
    """A control in which both sides are the same world shows nothing: a difference must be left that does nothing."""
    control = tree.child("negative_control")
    for number, each in enumerate(claim.shows, start=1):
        sides = [variants.get((arm, "off")) for arm in (each.arm, each.against) if arm is not None]
        alike = len(sides) == 2 and None not in sides and sides[0] == sides[1]
        if control is not None and each in controlled(claim) and alike:
            message = f"in inequality {number} both sides are the same world then: switch off what the arms act by"
            return [control.place.problem("negative_control", message)]
    return []


def controlled(claim: Claim) -> list[Inequality]:
    """The inequalities that the control is about."""
    control = claim.negative_control
    if control is None:
        return []
    every = [claim.shows[number - 1] for number in control.of or range(1, len(claim.shows) + 1)]
    return [each for each in every if not each.is_level]


def in_full(loaded: Loaded) -> Loaded:
    """The claim in its full size: the worlds of `full` in the place of its own, and no control or other way."""
    variants = {(arm, ""): scenario for (arm, what), scenario in loaded.variants.items() if what == "full"}
    return replace(loaded, variants=variants)
