"""Every key of a scenario: its path, meaning, unit, range, default and source, read from the declarations.

`sim explain`, `sim list parameters`, the parameter table of docs/MODEL.md and the list of assumed values at
the end of a report all ask here. In a pattern, `*` stands for any name or place: `brands.*.desk.agents`.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel, WithJsonSchema
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sim.model.parameter import ASSUMED, STATED
from sim.model.units import hours
from sim.scenario.moments import DayHours, Moment
from sim.scenario.paths import first_step
from sim.scenario.schema import ASIDE, Scenario
from sim.scenario.shape import bare, below, is_share, keys_of, model_of

ANY = "*"

UNLESS_STATED = "assumed unless the scenario states it"
"""The source of a default that stands in where a scenario does not state a fact of its own."""


@dataclass(frozen=True)
class Entry:
    """One key. `low` and `high` are in the engine's unit (hours, 0..1); `default` is as it is declared."""

    pattern: str
    meaning: str
    unit: str
    low: float | None
    high: float | None
    default: Any
    required: bool
    source: str
    sweep: tuple[float, float] | None
    choices: tuple[str, ...]
    section: bool
    """True if there are keys below this one."""
    whole: bool
    """True for whole numbers."""
    number: bool
    """True if the engine sees a number here."""

    @property
    def seen(self) -> Any:
        """The default as the engine sees it: hours for a duration, else as written."""
        return hours(self.default) if self.unit == "h" and isinstance(self.default, str) else self.default

    @property
    def assumed(self) -> bool:
        """True for a number of the model that nobody measured."""
        return self.source.startswith(ASSUMED) and self.source != UNLESS_STATED


def _bound(info: FieldInfo, name: str) -> float | None:
    for metadata in info.metadata:
        if (bound := getattr(metadata, name, None)) is not None:
            return float(bound)
    return None


def _choices(info: FieldInfo) -> tuple[str, ...]:
    """The words a key can take, if they are few."""
    kind = bare(info.annotation)
    if typing.get_origin(kind) is typing.Literal:
        return typing.get_args(kind)
    for metadata in info.metadata:
        if isinstance(metadata, WithJsonSchema):
            return tuple((metadata.json_schema or {}).get("enum", ()))
    return ()


def _default(info: FieldInfo) -> Any:
    value = info.get_default()
    if value is PydanticUndefined or isinstance(value, BaseModel):
        return None
    if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        return [item.model_dump(mode="json") for item in value]
    return str(value) if isinstance(value, (Moment, DayHours)) else value


def _source(declared: str, pattern: str, info: FieldInfo) -> str:
    """Where a default comes from: of a fact that is the scenario's to state, the default is an assumption."""
    default = _default(info)
    stands_in = not info.is_required() and default is not False and default not in (None, "", (), [], {})
    return UNLESS_STATED if declared == STATED and stands_in and pattern.partition(".")[0] not in ASIDE else declared


def _entry(pattern: str, info: FieldInfo) -> Entry:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    kind = bare(info.annotation)
    model = model_of(info.annotation)
    item = below(info.annotation)
    share = is_share(info)
    sweep = extra.get("sweep")
    meaning = info.description or (model.__doc__ or "" if model else "")
    return Entry(
        pattern=pattern,
        meaning=" ".join(meaning.split()),
        unit=str(extra.get("unit", "")),
        low=0.0 if share else _bound(info, "ge"),
        high=1.0 if share else _bound(info, "le"),
        default=_default(info),
        required=info.is_required(),
        source=_source(str(extra.get("source", "")), pattern, info),
        sweep=(float(sweep[0]), float(sweep[1])) if isinstance(sweep, list) else None,  # type: ignore[arg-type]
        choices=_choices(info),
        section=model is not None or model_of(item) is not None,
        whole=kind is int,
        number=kind in (int, float),
    )


def _walk(model: type[BaseModel], prefix: str) -> Iterator[Entry]:
    for key, info in keys_of(model).items():
        pattern = f"{prefix}{key}"
        yield _entry(pattern, info)
        inner = model_of(info.annotation)
        item = model_of(below(info.annotation))
        if inner is not None:
            yield from _walk(inner, f"{pattern}.")
        elif item is not None:
            yield from _walk(item, f"{pattern}.{ANY}.")


@cache
def entries() -> dict[str, Entry]:
    """Every key of a scenario by its pattern, in the order of the schema."""
    return {entry.pattern: entry for entry in _walk(Scenario, "")}


def pattern_of(path: str) -> str | None:
    """The pattern of a path with names or places: `brands.Skyline.quality` -> `brands.*.quality`.

    None if there is no such key. `brands.Skyline.policy.quality` is `policies.*.quality`.
    """
    here: Any = Scenario
    pattern: list[str] = []
    rest = path
    while rest:
        model = model_of(here)
        if model is not None:
            step, rest = first_step(rest, keys_of(model))
            if step not in keys_of(model):
                return None
            here = keys_of(model)[step].annotation
            pattern.append(step)
            if pattern == ["brands", ANY, "policy"] and rest:
                here, pattern = Scenario.model_fields["policies"].annotation, ["policies"]
                rest = f"{ANY}.{rest}"
            continue
        here = below(here)
        if here is None:
            return None
        rest = _after_name(rest, here)
        pattern.append(ANY)
    return ".".join(pattern)


def _after_name(rest: str, item: Any) -> str:
    """What follows a name in a path. A name may hold dots: it ends before the first key that fits."""
    steps = rest.split(".")
    model = model_of(item)
    if model is None:
        return ""
    for end in range(1, len(steps)):
        if steps[end] in keys_of(model):
            return ".".join(steps[end:])
    return ".".join(steps[1:])


def find(path: str) -> Entry | None:
    """The entry of a path or pattern, or None."""
    pattern = pattern_of(path)
    return entries().get(pattern) if pattern else None


def children(pattern: str) -> list[Entry]:
    """The entries one step below a pattern (`` for the top): a list's items are looked through."""
    prefix = f"{pattern}." if pattern else ""
    found = []
    for entry in entries().values():
        if entry.pattern.startswith(prefix):
            rest = entry.pattern[len(prefix) :].removeprefix(f"{ANY}.")
            if "." not in rest:
                found.append(entry)
    return found


def as_written(path: str, number: float) -> float | str:
    """A number of the engine as a scenario writes it at a path: with its unit, whole where it must be."""
    entry = find(path)
    if entry is not None and entry.unit == "h":
        return f"{number!r} h"
    return round(number) if entry is not None and entry.whole else number


def values(scenario: Scenario) -> list[tuple[str, Entry, Any]]:
    """Every single value of a scenario: its path (with names), its entry, and what the engine sees."""
    return list(_values(scenario, "", ""))


def _values(here: Any, path: str, pattern: str) -> Iterator[tuple[str, Entry, Any]]:
    entry = entries().get(pattern)
    if isinstance(here, BaseModel):
        for key, info in keys_of(type(here)).items():
            name = next(name for name, field in type(here).model_fields.items() if field is info)
            yield from _values(
                getattr(here, name), f"{path}.{key}".lstrip("."), f"{pattern}.{key}".lstrip(".")
            )
    elif isinstance(here, dict) and entry is not None and entry.section:
        for name, item in here.items():
            yield from _values(item, f"{path}.{name}", f"{pattern}.{ANY}")
    elif isinstance(here, tuple) and entry is not None and entry.section:
        for number, item in enumerate(here):
            name = getattr(item, "name", None) or str(number)
            yield from _values(item, f"{path}.{name}", f"{pattern}.{ANY}")
    elif entry is not None:
        yield path, entry, here


def assumed(scenario: Scenario) -> list[tuple[Entry, Any]]:
    """The model's assumed numbers a scenario leans on, each with its value there."""
    leaned = []
    for entry in entries().values():
        if entry.assumed and ANY not in entry.pattern:
            try:
                leaned.append((entry, scenario.value(entry.pattern)))
            except KeyError:
                continue  # a section that is left out, like the press
    return leaned
