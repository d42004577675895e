"""Paths like `brands.Skyline.desk.agents`: finding what they name in a tree or a scenario, and setting it.

A step is a key, the place of a list item (from 0) or the name of a list item. Names may contain dots: the
longest name that fits is taken. `brands.Skyline.policy.quality` goes on through the policy's name to the
policy; setting a value there gives the brand a policy of its own, so that no other brand changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from sim.scenario.brand import BUILT_IN, Brand, Failure
from sim.scenario.names import RefusedError, nearest
from sim.scenario.schema import Scenario
from sim.scenario.tree import Node, Place


def set_at(tree: Node, path: str, value: Node, key_place: Place) -> None:
    """Put `value` at `path`, creating mappings that are missing. Raises RefusedError if it leads nowhere."""
    if not path.strip() or ".." in f".{path}.":
        raise RefusedError(f"{path!r} is no path: write steps with dots between, like brands.0.desk.agents")
    node, done, rest = tree, "", path
    while True:
        step, rest = _next_step(node, rest)
        if not rest:
            _put(node, step, value, key_place, done)
            return
        if step == "policy" and any(brand is node for brand in _brands(tree)):
            node, done = _own_policy(tree, node, done), f"{done}.policy"
            continue
        done = f"{done}.{step}" if done else step
        if rest.partition(".")[0].isdecimal() and isinstance(node.value, dict) and step not in node.value:
            raise RefusedError(f"{done} has no item {rest.partition('.')[0]!r}", "the list is empty")
        node = _enter(node, step, key_place, done)


def written_at(tree: Node, path: str) -> Node | None:
    """What a tree says of a path: the node there, or a single value above it that is short for it; None for nothing."""
    here, rest = tree, path
    while rest and isinstance(here.value, (dict, list)):
        step, rest = _next_step(here, rest)
        below = here.child(step) or next((item for item in here.items() if name_of(item) == step), None)
        if below is None and step.isdecimal() and int(step) < len(here.items()):
            below = here.items()[int(step)]
        if below is None:
            return None
        here = below
    return here if not rest or here.value is not None else None


def name_of(node: Node) -> str | None:
    """What a list item is called, if it has a name."""
    named = node.child("name")
    return named.text() if named is not None else None


def _brands(tree: Node) -> list[Node]:
    brands = tree.child("brands")
    return brands.items() if brands else []


def _next_step(node: Node, rest: str) -> tuple[str, str]:
    """The first step of a path below `node` (the longest known name that fits), and what follows it."""
    known = [*node.entries(), *(name for item in node.items() if (name := name_of(item)))]
    return first_step(rest, known)


def first_step(path: str, known: Iterable[str]) -> tuple[str, str]:
    """The longest known name that begins the path, else what stands before the first dot; and the rest."""
    fitting = [name for name in known if path == name or path.startswith(f"{name}.")]
    step = max(fitting, key=len) if fitting else path.partition(".")[0]
    return step, path[len(step) + 1 :]


def _position(node: Node, step: str, done: str) -> int:
    """The place in a list that a step names. Raises RefusedError if there is none."""
    items = node.items()
    for place, item in enumerate(items):
        if name_of(item) == step:
            return place
    if step.isdecimal() and int(step) < len(items):
        return int(step)
    names = [name for item in items if (name := name_of(item))]
    if step.isdecimal() or not names:
        count = f"it has {len(items)}, counted from 0" if items else "the list is empty"
        raise RefusedError(f"{done} has no item {step!r}", count)
    raise RefusedError(f"{done} has no item called {step!r}", nearest(step, names))


def _enter(node: Node, step: str, key_place: Place, done: str) -> Node:
    """The node one step down, made if a mapping lacks it. `done`: the path with this step."""
    above = done[: -len(step) - 1]
    if isinstance(node.value, list):
        return node.value[_position(node, step, above)]
    if not isinstance(node.value, dict):
        raise RefusedError(f"{above} is a single value: there is nothing below it")
    child = node.value.get(step)
    if child is None and node.value and (above == "policies" or above.endswith(".failures")):
        raise RefusedError(f"{above} has none called {step!r}", nearest(step, node.value))
    if child is None or child.value is None:
        child = node.value[step] = Node({}, key_place)
        node.keys.setdefault(step, key_place)
    if above.endswith(".failures") and not isinstance(child.value, (dict, list)):
        child = node.value[step] = Node(
            {Failure.shorthand: child}, child.place, {Failure.shorthand: child.place}
        )
    return child


def _put(node: Node, step: str, value: Node, key_place: Place, done: str) -> None:
    if isinstance(node.value, list):
        node.value[_position(node, step, done)] = value
    elif isinstance(node.value, dict):
        node.value[step] = value
        node.keys[step] = key_place
    else:
        raise RefusedError(f"{done} is a single value: there is nothing below it")


def _own_policy(tree: Node, brand: Node, done: str) -> Node:
    """The policy node of one brand alone: a copy of the policy it names, under a name of its own."""
    named = brand.child("policy")
    policies = tree.child("policies")
    name = named.text() if named is not None else None
    if name is None or name in BUILT_IN:
        built_in = name or Brand.model_fields["policy"].default
        raise RefusedError(f"{done} follows the built-in policy {built_in!r}, which has nothing to set")
    shared = policies.child(name) if policies is not None else None
    if policies is None or shared is None:
        raise RefusedError(
            f"there is no policy {name!r}", nearest(name, policies.entries() if policies else ())
        )
    whose = f" ({(name_of(brand) or done)[:48]})"
    if name.endswith(whose):
        return shared
    mine = f"{name[:48]}{whose}"
    assert isinstance(brand.value, dict) and isinstance(policies.value, dict) and named is not None
    policies.value[mine] = shared.copy()
    policies.keys[mine] = policies.keys[name]
    brand.value["policy"] = Node(mine, named.place)
    return policies.value[mine]


def by_name(scenario: Scenario, path: str) -> str:
    """The path with the names of list items for their places: `brands.Skyline.desk` for `brands.0.desk`.

    So two spellings of one path are the same text. A step that leads nowhere is left as it is, with what follows.
    """
    here: Any = scenario
    rest = path
    steps: list[str] = []
    while rest:
        step, after = first_step(rest, _steps(here))
        try:
            below = _below(here, step, path)
        except KeyError:
            return ".".join([*steps, rest])
        steps.append(getattr(below, "name", None) or step if isinstance(here, tuple) else step)
        here = scenario.policy(here) if isinstance(here, Brand) and step == "policy" and after else below
        rest = after
    return ".".join(steps)


def outer_first(path: str) -> tuple[bool, int]:
    """A key to sort paths by, so that none takes back what another has set: what contains comes before what it
    contains, and a policy before the copy of it that a brand is given.
    """
    steps = path.split(".")
    return steps[0] == "brands" and "policy" in steps[:-1], len(steps)


def value_at(scenario: Scenario, path: str) -> Any:
    """The validated value at a path. Raises KeyError if the path leads nowhere."""
    here: Any = scenario
    rest = path
    while rest:
        step, rest = first_step(rest, _steps(here))
        if isinstance(here, Brand) and step == "policy" and rest:
            here = scenario.policy(here)
        else:
            here = _below(here, step, path)
    return here


def _steps(here: Any) -> list[str]:
    if isinstance(here, BaseModel):
        return [info.alias or name for name, info in type(here).model_fields.items()]
    if isinstance(here, dict):
        return list(here)
    if isinstance(here, tuple):
        return [item.name for item in here if getattr(item, "name", None)]
    return []


def _below(here: Any, step: str, path: str) -> Any:
    if isinstance(here, BaseModel):
        for name, info in type(here).model_fields.items():
            if step == (info.alias or name):
                return getattr(here, name)
    elif isinstance(here, dict) and step in here:
        return here[step]
    elif isinstance(here, tuple):
        for item in here:
            if getattr(item, "name", None) == step:
                return item
        if step.isdecimal() and int(step) < len(here):
            return here[int(step)]
    raise KeyError(path)
