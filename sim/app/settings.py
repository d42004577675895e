"""What is varied, in words: short names for paths, and values with the units people use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.app.words import UNKNOWN, number, percent, span

if TYPE_CHECKING:
    from sim.study.sweep import Point


def short_names(paths: Sequence[str]) -> dict[str, str]:
    """`desk agents` for `brands.Skyline.desk.agents`: the last two steps, or the whole path where those are not
    enough to tell them apart.
    """
    short = {path: _short(path) for path in paths}
    return {path: name if list(short.values()).count(name) == 1 else path for path, name in short.items()}


def _short(path: str) -> str:
    steps = [step for step in path.split(".") if not step.isdecimal()]
    return " ".join(steps[-2:]).replace("_", " ")


def said_place(value: float | str | None, unit: str) -> str:
    """A value of what is varied, as the engine sees it, with its unit."""
    if value is None:
        return UNKNOWN
    if isinstance(value, str):
        return value
    if unit == "h":
        return span(60 * value)
    if unit == "share":
        return percent(value, 0 if abs(100 * value - round(100 * value)) < 1e-6 else 1)
    return number(value, next((digits for digits in range(4) if abs(value - round(value, digits)) < 1e-9), 3))


def said_point(point: Point, units: Mapping[str, str], names: Mapping[str, str]) -> str:
    """`desk agents 4, reply after 15 min`; of an arm as it stands, what it is called."""
    if point.is_present:
        return "as it stands"
    return ", ".join(f"{names[path]} {said_place(point.places[path], units[path])}" for path in point.settings)
