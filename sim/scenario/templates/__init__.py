"""Scenarios to start from, shipped with the package. The `about` of each says what it is for."""

from __future__ import annotations

from pathlib import Path

from sim.errors import UserError
from sim.scenario.names import nearest
from sim.scenario.tree import compose

FOLDER = Path(__file__).parent


def templates() -> dict[str, str]:
    """The names of all templates, each with what it is about."""
    found = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        tree, _ = compose(file.read_text(encoding="utf-8"), file.name)
        about = tree.child("about") if tree else None
        found[file.stem] = str(about.value) if about else ""
    return found


def template_text(name: str) -> str:
    """The text of a template. Raises UserError for an unknown name."""
    file = FOLDER / f"{name}.yaml"
    if name not in templates():
        raise UserError(f"there is no template {name!r} ({nearest(name, templates())})")
    return file.read_text(encoding="utf-8")
