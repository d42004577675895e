"""How a number of the model is declared: once, with its meaning, unit, range, default and source.

A `Block` is a set of parameters that belong to one idea; it lives in that idea's file beside its rules. One
declaration feeds validation, defaults, editor hints, `sim explain`, the parameter table of docs/MODEL.md and
the list of assumed values at the end of each report.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

ASSUMED = "assumed"
"""The source of a number nobody measured: a judgement that must be swept before one leans on it."""

STATED = "stated by the scenario"
"""The source of a fact that is the author's to say (a name, a price, a moment), not the model's."""


class Block(BaseModel):
    """Parameters of one idea. Unknown keys are refused; a block never changes after it was made."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, validate_default=True)

    @field_validator("*", mode="before")
    @classmethod
    def _true_is_no_number(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse true and false where a number belongs, and `yes` or 1 where true or false does."""
        wanted = cls.model_fields[info.field_name].annotation if info.field_name else None
        if isinstance(value, bool) and wanted in (int, float, int | None, float | None):
            raise ValueError(f"a number is needed; got {str(value).lower()}")
        if wanted is bool and isinstance(value, (str, int, float)) and not isinstance(value, bool):
            raise ValueError(f"true or false is needed; got {value!r}")
        return value


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


def stated(
    default: Any, meaning: str, *, unit: str = "", low: float | None = None, high: float | None = None
) -> Any:
    """Declare a fact of the scenario, which has no source but its author. `...` as default: must be given."""
    return parameter(default, meaning, unit=unit, low=low, high=high, source=STATED)
