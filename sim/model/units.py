"""Values with their units, as a strategist writes them: `25 %`, `12 min`, `2 days`.

Each type is what pydantic validates a scenario's text into: a share is a fraction 0..1, a duration is hours.
A duration without a unit is refused (12 of what?); a share may be `25 %` or 0.25.
"""

from __future__ import annotations

import math
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

HOURS_IN = {
    "s": (1, 3600), "second": (1, 3600), "min": (1, 60), "minute": (1, 60), "h": (1, 1), "hour": (1, 1),
    "d": (24, 1), "day": (24, 1), "week": (168, 1),
}
"""A unit of time as a fraction of an hour: multiply by the first number, divide by the second."""

_QUANTITY = re.compile(r"\s*([-+]?(?:\d[\d_]*)?(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*([A-Za-z%]+)\s*")


def _quantity(value: str) -> tuple[float, str] | None:
    """The number and the unit of `12 min`, or None."""
    found = _QUANTITY.fullmatch(value)
    if not found:
        return None
    try:
        number = float(found[1].replace("_", ""))
    except ValueError:
        return None
    return (number, found[2]) if math.isfinite(number) else None


def hours(value: Any) -> float:
    """`12 min`, `4 h`, `2 days`, `1 week` as hours. Raises ValueError for a number without a unit."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("a duration with a unit is needed, like 12 min, 4 h or 2 days")
    if isinstance(value, (int, float)):
        if value == 0:
            return 0.0
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a duration: write 12 min, 4 h or 2 days")
        raise ValueError(f"{value} has no unit: write {value} min, {value} h or {value} days")
    found = _quantity(value)
    if found is None:
        raise ValueError(f"{value!r} is not a duration: write 12 min, 4 h or 2 days")
    number, name = found
    scale = HOURS_IN.get(name, HOURS_IN.get(name.removesuffix("s")))
    if scale is None:
        raise ValueError(f"unknown unit {name!r}: a duration is in s, min, h, days or weeks")
    if number < 0:
        raise ValueError(f"a duration cannot be negative; got {value}")
    return number * scale[0] / scale[1]


def share(value: Any) -> float:
    """`25 %` or 0.25 as a fraction. Raises ValueError outside 0..1 (so 25 without the sign is refused)."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("a share is needed, like 25 % or 0.25")
    if isinstance(value, str):
        found = _quantity(value)
        if found is None or found[1] != "%":
            raise ValueError(f"{value!r} is not a share: write 25 % or 0.25")
        fraction = found[0] / 100
    else:
        fraction = float(value) if abs(value) < 1e300 else math.inf
    if not 0 <= fraction <= 1:
        cure = f" (did you mean {value} %?)" if isinstance(value, (int, float)) and 1 < value <= 100 else ""
        raise ValueError(f"a share lies between 0 % and 100 %; got {value}{cure}")
    return fraction


Hours = Annotated[
    float,
    BeforeValidator(hours),
    PlainSerializer(lambda number: f"{number!r} h"),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "pattern": r"^\s*[0-9.][0-9_.eE+-]*\s*(s|second|min|minute|h|hour|d|day|week)s?\s*$",
            "minimum": 0,
            "maximum": 0,
            "examples": ["12 min", "4 h", "2 days"],
        }
    ),
]
"""A duration: text with a unit in, hours inside."""

Share = Annotated[
    float,
    BeforeValidator(share),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "pattern": r"^\s*[0-9.][0-9_.eE+-]*\s*%\s*$",
            "minimum": 0,
            "maximum": 1,
            "examples": ["25 %", 0.25],
        }
    ),
]
"""A part of a whole, or a chance: `25 %` or 0.25 in, a fraction inside."""
