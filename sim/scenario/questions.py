"""What is asked of a scenario: levers to pull, what nobody controls, and goals."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from sim.model.parameter import Block, stated
from sim.scenario.names import RefusedError, nearest

METRICS = (
    "reputation.start", "reputation.end", "reputation.min",
    "retention", "nps", "net_sentiment", "market_share", "posts", "praise_posts", "complaint_posts",
    "replies", "reply_rate", "ttfr_minutes.median", "ttfr_minutes.p90", "staff_hours",
    "reputation_customers.start", "reputation_customers.end", "reputation_customers.min",
    "reputation_prospects.start", "reputation_prospects.end", "reputation_prospects.min",
    "nps_customers", "nps_known", "churn", "csat", "revenue", "clv", "share_of_voice", "buzz", "rating",
    "views", "views_unanswered", "shares", "private_complaints", "grievances", "resolution",
    "backlog.mean", "backlog.max", "care_cost", "care_cost_per_kept", "profit",
    "referred", "spent", "cost_per_kept", "message_match",
)  # fmt: skip
"""The names of a brand's numbers that goals can ask for. What each says stands in `sim.study.metrics`."""

_COST = re.compile(r"\s*([\d_]+(?:\.\d+)?)(?:\s+per\s+(hour|day|week|month))?\s*")
HOURS_PER = {"hour": 1.0, "day": 24.0, "week": 168.0, "month": 730.5}


@dataclass(frozen=True)
class Cost:
    """What one unit of a lever costs: an amount of money, once, or `per` hour, day, week or month."""

    amount: float
    per: str | None = None

    def over(self, hours: float) -> float:
        """The cost of one unit over a run of some hours."""
        return self.amount if self.per is None else self.amount * hours / HOURS_PER[self.per]

    def __str__(self) -> str:
        return f"{self.amount!r}" if self.per is None else f"{self.amount!r} per {self.per}"


def cost(value: Any) -> Cost:
    """`31 per hour`, `500 per day`, or a bare number (paid once). Raises ValueError for anything else."""
    if isinstance(value, Cost):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < math.inf:
        return Cost(float(value))
    found = _COST.fullmatch(value) if isinstance(value, str) else None
    if not found or not any(character.isdigit() for character in found[1]):
        raise ValueError(f"{value!r} is no cost: write 31 per hour, 500 per month, or 1000 (paid once)")
    return Cost(float(found[1].replace("_", "")), found[2])


def _single(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("one value is needed, like 4, 25 % or 15 min")
    return value


End = Annotated[
    Any,
    AfterValidator(_single),
    WithJsonSchema({"type": ["number", "string"], "examples": [1, "25 %", "15 min"]}),
]


class Lever(Block):
    """Something the brand can pull, and how far."""

    from_: End = Field(alias="from", description="the least it can be set to, with its unit")
    to: End = stated(..., "the most it can be set to, with its unit")
    cost: Annotated[
        Cost | None,
        BeforeValidator(lambda value: None if value is None else cost(value)),
        PlainSerializer(lambda value: None if value is None else str(value)),
        WithJsonSchema({"type": ["number", "string", "null"], "examples": ["31 per hour"]}),
    ] = stated(None, "what one unit of it costs, like 31 per hour (left out: nothing)")
    integer: bool = stated(False, "try whole numbers only")

    @model_validator(mode="after")
    def _has_room(self) -> Lever:
        if self.from_ == self.to:
            raise ValueError(f"from and to are the same, {self.to}: nothing to vary")
        return self


Shape = Literal["uniform", "triangular", "normal", "lognormal", "beta", "one of"]

SHAPES: dict[str, tuple[str, int | None]] = {
    "uniform": ("[lowest, highest]", 2),
    "triangular": ("[lowest, likeliest, highest]", 3),
    "normal": ("[mean, standard deviation]", 2),
    "lognormal": ("[median, standard deviation of its logarithm]", 2),
    "beta": ("[a, b], for a share", 2),
    "one of": ("[value, value, ...]", None),
}


@dataclass(frozen=True)
class Distribution:
    """How something nobody controls may turn out. `values` are as written, with their units."""

    shape: Shape
    values: tuple[Any, ...]

    def extremes(self) -> tuple[Any, ...]:
        """Values this distribution can take, to try whether the scenario bears them."""
        if self.shape == "beta":
            return (0.5,)
        return self.values[:1] if self.shape in ("normal", "lognormal") else self.values


def distribution(value: Any) -> Distribution:
    """`{triangular: [0.4, 0.6, 0.9]}` and its like. Raises ValueError for anything else."""
    if isinstance(value, Distribution):
        return value
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError("one distribution is needed, like {triangular: [0.4, 0.6, 0.9]}")
    ((shape, values),) = value.items()
    if shape not in SHAPES:
        raise RefusedError(f"there is no distribution {shape!r}", nearest(shape, SHAPES))
    form, count = SHAPES[shape]
    single = isinstance(values, (list, tuple)) and all(
        isinstance(item, (int, float, str)) and not isinstance(item, bool) for item in values
    )
    if not single or len(values) != (count or max(2, len(values))):
        raise ValueError(f"{shape} is given as {form}")
    return _in_order(Distribution(shape, tuple(values)), form)


def _in_order(given: Distribution, form: str) -> Distribution:
    numbers = [value for value in given.values if isinstance(value, (int, float))]
    if any(not math.isfinite(number) for number in numbers):
        raise ValueError("a distribution has finite numbers only")
    if len(numbers) < len(given.values):
        return given
    if given.shape in ("uniform", "triangular") and (numbers != sorted(numbers) or numbers[0] == numbers[-1]):
        raise ValueError(f"{given.shape} is given as {form}, in rising order; got {list(given.values)}")
    if given.shape == "beta" and min(numbers) <= 0:
        raise ValueError(f"beta is given as {form}, both above 0; got {list(given.values)}")
    if given.shape in ("normal", "lognormal") and numbers[1] <= 0:
        raise ValueError(f"{given.shape} is given as {form}, the second above 0; got {list(given.values)}")
    return given


Uncertainty = Annotated[
    Distribution,
    BeforeValidator(distribution),
    PlainSerializer(lambda given: {given.shape: list(given.values)}),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {
                shape: {"type": "array", "items": {"type": ["number", "string"]}, "description": form}
                for shape, (form, _) in SHAPES.items()
            },
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        }
    ),
]

Aim = Literal["max", "min", "at least", "at most"]


@dataclass(frozen=True)
class Goal:
    """What is wanted: a metric as large or small as can be, or kept at least or at most at a bound."""

    metric: str
    aim: Aim
    bound: float | None = None
    brand: str | None = None
    """Whose metric; None: the first brand of the scenario."""

    def written(self) -> dict[str, str]:
        """The goal as a scenario writes it."""
        key = self.metric if self.brand is None else f"{self.brand}.{self.metric}"
        return {key: self.aim if self.bound is None else f"{self.aim} {self.bound!r}"}


def goal(value: Any) -> Goal:
    """`{retention: max}`, `{reputation.min: at least 45}`, `{Skyline.nps: max}`. Else raises ValueError."""
    if isinstance(value, Goal):
        return value
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError("a goal is one metric and what is wanted of it, like {retention: max}")
    ((key, wanted),) = value.items()
    metric = next((name for name in METRICS if key == name or key.endswith("." + name)), None)
    if metric is None:
        raise RefusedError(f"there is no metric {key!r}", nearest(key, METRICS))
    brand = key[: -len(metric) - 1] or None
    if wanted == "max":
        return Goal(metric, "max", None, brand)
    if wanted == "min":
        return Goal(metric, "min", None, brand)
    found = re.fullmatch(r"\s*at (least|most)\s+([-+]?\d[\d_]*(?:\.\d+)?)\s*(%?)\s*", str(wanted))
    if not found:
        raise ValueError(f"{wanted!r} is no aim: write max, min, at least 45 or at most 45")
    bound = float(found[2]) / (100 if found[3] else 1)
    return Goal(metric, "at least" if found[1] == "least" else "at most", bound, brand)


Wanted = Annotated[
    Goal,
    BeforeValidator(goal),
    PlainSerializer(lambda given: given.written()),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": {"type": "string", "examples": ["max", "min", "at least 45"]},
            "minProperties": 1,
            "maxProperties": 1,
        }
    ),
]
