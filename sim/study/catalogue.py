"""How a measured number is declared: what it says, its unit, and which way is better for the brand.

A metric is a field of a frozen dataclass, declared with `number(...)`; tables, figures, comparisons and help
take their words from that one declaration.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Literal, TypeVar, get_type_hints

Better = Literal["higher", "lower", "neither"]
"""Which way a number should go for the brand; `neither` where more is not by itself good or bad."""


@dataclass(frozen=True)
class Meaning:
    """What a number says. unit: `0-100`, `share` (0..1), `-100..100`, a count's noun, a measure."""

    label: str
    definition: str
    unit: str
    better: Better = "neither"


def number(label: str, definition: str, unit: str, better: Better = "neither") -> Any:
    """Declare a field that holds a number, or None where it is not defined."""
    return field(metadata=group(label, definition, unit, better))


def group(label: str, definition: str, unit: str, better: Better = "neither") -> dict[str, Meaning]:
    """What a field with a group of numbers (a dataclass of them) says: `field(metadata=group(...))`."""
    return {"meaning": Meaning(label, definition, unit, better)}


def meanings(kind: type[Any]) -> dict[str, Meaning]:
    """What each number of a dataclass says, by name; numbers within a group have dots: `reputation.end`."""
    types = get_type_hints(kind)
    found: dict[str, Meaning] = {}
    for each in fields(kind):
        whole: Meaning = each.metadata["meaning"]
        if not is_dataclass(types[each.name]):
            found[each.name] = whole
            continue
        for name, part in meanings(types[each.name]).items():
            found[f"{each.name}.{name}"] = Meaning(
                f"{whole.label}{part.label}",
                f"{whole.definition}, {part.definition}",
                part.unit or whole.unit,
                whole.better,
            )
    return found


def flat(values: Any) -> dict[str, float | None]:
    """The numbers of a dataclass by their names, those of groups with dots."""
    return dict(_flat(values, ""))


def _flat(values: Any, prefix: str) -> Iterator[tuple[str, float | None]]:
    for each in fields(values):
        value = getattr(values, each.name)
        if is_dataclass(value):
            yield from _flat(value, f"{prefix}{each.name}.")
        else:
            yield f"{prefix}{each.name}", value


T = TypeVar("T")


def mean_of(several: Sequence[T]) -> T:
    """Number by number the mean of several values of one shape; None is left out, and remains if all are
    None.

    Whole numbers that agree stay whole. Raises ValueError for none at all, or for values of unlike shapes.
    """
    if not several:
        raise ValueError("a mean needs at least one value")
    first: Any = several[0]
    if is_dataclass(first) and not isinstance(first, type):
        return type(first)(
            **{  # type: ignore[return-value]
                each.name: mean_of([getattr(one, each.name) for one in several]) for each in fields(first)
            }
        )
    if isinstance(first, dict):
        if any(list(one) != list(first) for one in several):  # type: ignore[call-overload]
            raise ValueError("the values are not of one shape")
        return {key: mean_of([one[key] for one in several]) for key in first}  # type: ignore[index,return-value]
    known: list[Any] = [value for value in several if value is not None]
    if not known:
        return None  # type: ignore[return-value]
    return known[0] if len(set(known)) == 1 else sum(known) / len(known)  # type: ignore[no-any-return]
