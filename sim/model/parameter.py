"""How a number of the model is declared: once, with its meaning, unit, range, default and source.

A `Block` is a set of parameters that belong to one idea; it lives in that idea's file beside its rules. One
declaration feeds validation, defaults, editor hints, `sim explain`, the parameter table of docs/MODEL.md and
the list of assumed values at the end of each report.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

ASSUMED = "assumed"
"""The source of a number nobody measured: a judgement that must be swept before one leans on it."""


class Block(BaseModel):
    """Parameters of one idea. Unknown keys are refused; a block never changes after it was made."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, validate_default=True)


def parameter(
    default: Any,
    meaning: str,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    source: str = ASSUMED,
    sweep: tuple[float, float] | None = None,
) -> Any:
    """Declare one number of the model.

    `low` and `high` are the bounds of what is allowed (inclusive), in the unit the engine uses (hours for
    durations, 0..1 for shares); `sweep` is the range in which a careful reader would vary it; `source` says
    where the default comes from, or `assumed`.
    """
    return Field(
        default=default,
        ge=low,
        le=high,
        description=meaning,
        json_schema_extra={
            "unit": unit,
            "source": source,
            "sweep": list(sweep) if sweep else None,
        },
    )
