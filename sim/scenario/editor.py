"""The schema of scenario files for editors: JSON Schema draft 7, as the YAML extension of VS Code reads it.

Made from the declarations pydantic validates with, and rewritten: editors know draft 7 and below, read
`20_000` as text, and show what stands in a description.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from sim.model.parameter import STATED
from sim.scenario.schema import Scenario

DRAFT = "http://json-schema.org/draft-07/schema#"
DIGITS = r"^[-+]?[0-9][0-9_]*(\.[0-9_]*)?$"
_OURS = frozenset({"unit", "source", "sweep"})


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 7) of a scenario file."""
    return schema_of(Scenario, "A scenario of sim")


def schema_of(model: type[BaseModel], title: str) -> dict[str, Any]:
    """The JSON Schema (draft 7) of files that hold a model."""
    made = model.model_json_schema(by_alias=True, mode="validation")
    schema: dict[str, Any] = _rewritten(made)
    return {"$schema": DRAFT, **schema, "title": title}


def _rewritten(node: Any) -> Any:
    """A part of pydantic's schema (2020-12) in draft 7."""
    if isinstance(node, list):
        return [_rewritten(item) for item in node]
    if not isinstance(node, dict):
        return node.replace("#/$defs/", "#/definitions/") if isinstance(node, str) else node
    out = {_NEW_NAMES.get(key, key): _rewritten(value) for key, value in node.items() if key not in _OURS}
    if isinstance(node.get("title"), str):
        out.pop("title")
    if "source" in node or "unit" in node:
        out["description"] = _told(node)
    if node.get("type") in ("integer", "number"):
        out["type"] = [node["type"], "string"]
        out["pattern"] = DIGITS
    if "$ref" in out and len(out) > 1:
        out["allOf"] = [{"$ref": out.pop("$ref")}]  # draft 7 reads nothing beside a $ref
    return out


_NEW_NAMES = {"$defs": "definitions", "prefixItems": "items"}


def _told(node: dict[str, Any]) -> str:
    """What an editor shows for a key: its meaning, unit and source."""
    notes = [str(node[key]) for key in ("unit", "source") if node.get(key) not in (None, "", STATED)]
    meaning = node.get("description", "")
    return f"{meaning} ({'; '.join(notes)})" if notes else meaning
