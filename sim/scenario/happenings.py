"""What happens to many at once: incidents, and content of a brand's own."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from sim.model.parameter import Block, stated
from sim.model.press import Press
from sim.model.units import Hours, Share
from sim.scenario.moments import At
from sim.scenario.names import EVERYONE, Name, Names, Sayings


class Incident(Block):
    """Something goes wrong for many customers of one brand within a short time."""

    name: Name | None = stated(None, "what to call it in paths and statements (left out: its cause)")
    at: At = stated(..., "when it begins", unit="moment")
    brand: Name = stated(..., "whose customers are hit")
    cause: Name = stated(..., "what went wrong: stories about one cause of one brand are one issue")
    affects: Share | None = stated(
        None,
        "share of the brand's customers who are hit, in the segments if any are named (left out: all)",
        unit="share",
    )
    segments: Names = stated((), "the segments that are hit (left out: all)")
    over: Hours = stated("2 h", "time over which they are hit", unit="h", low=0.01, high=10_000)
    severity: float = stated(0.6, "what it takes from performance", unit="performance", low=0, high=1)
    vividness: float = stated(
        1.0,
        "how much likelier than an ordinary story this one is to be passed on",
        unit="ratio",
        low=0,
        high=100,
    )
    press: Press | None = stated(
        None, "the press's interest in this story (left out: as in the scenario's press)"
    )
    words: Sayings = stated((), "what people say happened, for rehearsals (left out: words that fit its cause)")

    @model_validator(mode="after")
    def _hits_somebody(self) -> Incident:
        if self.affects is None and not self.segments:
            raise ValueError("who is hit? give affects (like 25 %), segments, or both")
        return self

    @property
    def label(self) -> str:
        """What it is called: its name, or its cause."""
        return self.cause if self.name is None else self.name

    @property
    def share(self) -> float:
        """Share 0..1 of the brand's customers (in its segments) who are hit."""
        return 1.0 if self.affects is None else self.affects


Felt = Annotated[float, Field(ge=0, le=1)]


def _for_everyone(value: Any) -> Any:
    return value if isinstance(value, dict) else {EVERYONE: value}


class Content(Block):
    """A video, an advertisement, a post of the brand's own: judged as it is felt, not as it was meant."""

    name: Name = stated(..., "what it is called")
    at: At = stated(..., "when it goes out", unit="moment")
    brand: Name = stated(..., "whose it is")
    reach: Share = stated(0.30, "share of all people it reaches", unit="share")
    over: Hours = stated("24 h", "time over which it reaches them", unit="h", low=0.01, high=10_000)
    perceived: Annotated[
        dict[Name, Felt], BeforeValidator(_for_everyone, json_schema_input_type=Felt | dict[Name, Felt])
    ] = stated(
        ...,
        "how good it is felt to be: one number, or one for each segment (and everyone for the rest)",
        unit="performance",
    )
    vividness: float = stated(
        1.0, "how much likelier than an ordinary story it is to be passed on", unit="ratio", low=0, high=100
    )

    def perceived_by(self, segment: str) -> float:
        """How a segment feels it, 0..1."""
        return self.perceived.get(segment, self.perceived.get(EVERYONE, 0.5))
