"""What pydantic found wrong, as problems with a place and in a strategist's words."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sim.errors import Problem
from sim.scenario.catalogue import find
from sim.scenario.names import RefusedError, nearest
from sim.scenario.paths import name_of
from sim.scenario.schema import Scenario
from sim.scenario.shape import below, keys_of, model_of
from sim.scenario.tree import Node, Place


def problems_of(error: ValidationError, tree: Node, model: type[BaseModel] = Scenario) -> list[Problem]:
    """Every error pydantic reports on a tree that should be a `model`, at the place where it belongs."""
    found = error.errors(include_url=False)
    deeper = {details["loc"][:end] for details in found for end in range(len(details["loc"]))}
    return [
        _problem(details, tree, model)
        for details in found
        if not (
            details["type"] == "too_short" and details["loc"] in deeper
        )  # its items are wrong, not missing
    ]


def _problem(details: ErrorDetails, tree: Node, model: type[BaseModel]) -> Problem:
    node, path, place = locate(tree, details["loc"])
    kind = details["type"]
    if kind == "extra_forbidden":
        key = str(details["loc"][-1])
        return place.problem(path, "unknown key", _meant(key, details["loc"][:-1], model), "unknown-key")
    if kind == "missing":
        key = str(details["loc"][-1])
        path = f"{path}.{key}" if path else key
        return place.problem(path, "is missing; it has no default", code="missing")
    message, hint = _words(kind, details, path)
    return node.place.problem(path, message, hint, "value")


def locate(tree: Node, loc: Sequence[int | str]) -> tuple[Node, str, Place]:
    """The node a pydantic location names, as far as the tree reaches; its path; and the place of its key."""
    node, steps, place = tree, list[str](), tree.place
    for step in loc:
        if isinstance(node.value, dict) and isinstance(step, str) and step in node.value:
            place = node.keys[step]
            node = node.value[step]
            steps.append(step)
        elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            place = node.place
            steps.append(name_of(node) or str(step))
    return node, ".".join(steps), place


def _meant(key: str, loc: Sequence[int | str], root: type[BaseModel]) -> str:
    """The nearest key to an unknown one: beside it, or further down in the same section."""
    model = _model_at(loc, root)
    if model is None:
        return ""
    for name, info in keys_of(model).items():
        inner = model_of(info.annotation)
        if inner is not None and key in keys_of(inner):
            return f"did you mean '{name}.{key}'?"
    return nearest(key, keys_of(model))


def _model_at(loc: Sequence[int | str], root: type[BaseModel]) -> type[BaseModel] | None:
    here: Any = root
    for step in loc:
        model = model_of(here)
        if model is not None:
            here = keys_of(model)[str(step)].annotation if str(step) in keys_of(model) else here
        else:
            here = below(here)
    return model_of(here)


def shown(value: Any) -> str:
    """A value as a user would recognise it, in at most 60 characters."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    text = repr(value) if isinstance(value, str) or abs(value) < 1e300 else f"{str(value)[:40]}..."
    return text if len(text) <= 60 else f"{text[:56]}..."


def _words(kind: str, details: ErrorDetails, path: str) -> tuple[str, str]:
    """The message and the hint of one kind of error."""
    got, context = shown(details["input"]), details.get("ctx", {})
    if kind in ("value_error", "assertion_error"):
        cause = context.get("error")
        return str(cause), cause.hint if isinstance(cause, RefusedError) else ""
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        return _bound(kind, context, details["input"], path), ""
    if kind == "literal_error":
        entry = find(path)
        choices = entry.choices if entry else re.findall(r"'([^']*)'", context.get("expected", ""))
        return f"unknown value {got}", nearest(str(details["input"]), choices)
    if kind == "string_type" and isinstance(details["input"], (int, float)):
        return f'text is needed; got {got}: write it in quotes, "{details["input"]}"', ""
    if kind in ("too_short", "too_long"):
        limit = context.get("min_length", context.get("max_length"))
        word = "at least" if kind == "too_short" else "at most"
        return f"{word} {limit} must be given; got {context['actual_length']}", ""
    if kind == "int_from_float":
        return f"a whole number is needed; got {got}", ""
    for begins, message in _NEEDED.items():
        if kind.startswith(begins):
            return f"{message}; got {got}", ""
    return details["msg"].replace("Input should be", "must be") + f"; got {got}", ""


_NEEDED = {
    "int_": "a whole number is needed",
    "float_": "a number is needed",
    "finite_number": "a finite number is needed",
    "bool_": "true or false is needed",
    "string_": "text is needed",
    "model_": "keys with values are needed (key: value)",
    "dict_": "keys with values are needed (key: value)",
    "mapping_": "keys with values are needed (key: value)",
    "tuple_": "a list is needed",
    "list_": "a list is needed",
}


def _bound(kind: str, context: dict[str, Any], got: Any, path: str) -> str:
    """`must be at least 0.25 h; got '1 s'`."""
    word = {
        "g": "at least" if kind.endswith("equal") else "above",
        "l": "at most" if kind.endswith("equal") else "below",
    }
    limit = next(value for key, value in context.items() if key in ("ge", "gt", "le", "lt"))
    entry = find(path)
    unit = " h" if entry and entry.unit == "h" else ""
    return f"must be {word[kind[0]]} {limit:,.10g}{unit}; got {shown(got)}"
