"""What happens to many at once: incidents, and content of a brand's own."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from sim.model.message import match
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
Weight = Annotated[float, Field(ge=0, le=1e6)]


def _for_everyone(value: Any) -> Any:
    return value if isinstance(value, dict) else {EVERYONE: value}


def _themes_for_everyone(value: Any) -> Any:
    by_segment = isinstance(value, dict) and any(isinstance(item, dict) for item in value.values())
    return value if by_segment or not isinstance(value, dict) or not value else {EVERYONE: value}


def _say_something(themes: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    for name, weights in themes.items():
        if sum(weights.values()) <= 0:
            raise ValueError(f"what does {name} take from it? give at least one theme a weight above 0")
    return themes


class Content(Block):
    """A video, an advertisement, a post of the brand's own: judged as it is felt, not as it was meant."""

    name: Name = stated(..., "what it is called")
    at: At = stated(..., "when it goes out", unit="moment")
    brand: Name = stated(..., "whose it is")
    reach: Share = stated(0.30, "share of all people it reaches", unit="share")
    over: Hours = stated("24 h", "time over which it reaches them", unit="h", low=0.01, high=10_000)
    perceived: (
        Annotated[dict[Name, Felt], BeforeValidator(_for_everyone, json_schema_input_type=Felt | dict[Name, Felt])]
        | None
    ) = stated(
        None,
        "how good it is felt to be: one number, or one for each segment and everyone for the rest (left out: as good "
        "as the match of intended and themes)",
        unit="performance",
    )
    intended: dict[Name, Weight] = stated({}, "what it is meant to say: themes and their weights")
    themes: Annotated[
        dict[Name, dict[Name, Weight]],
        BeforeValidator(
            _themes_for_everyone, json_schema_input_type=dict[Name, Weight] | dict[Name, dict[Name, Weight]]
        ),
        AfterValidator(_say_something),
    ] = stated({}, "what people take from it: themes and their weights, for all or for each segment and everyone")
    vividness: float = stated(
        1.0, "how much likelier than an ordinary story it is to be passed on", unit="ratio", low=0, high=100
    )

    def perceived_by(self, segment: str) -> float:
        """How a segment feels it, 0..1; what is not stated is as good as the message that lands."""
        if self.perceived is None:
            return match(self.intended, self.themes_of(segment))
        return self.perceived.get(segment, self.perceived.get(EVERYONE, 0.5))

    def themes_of(self, segment: str) -> dict[str, float]:
        """What a segment takes from it: themes and their weights."""
        return self.themes.get(segment, self.themes.get(EVERYONE, {}))

    @model_validator(mode="after")
    def _felt_somehow(self) -> Content:
        if self.perceived is None and not (self.intended and self.themes):
            raise ValueError("how is it felt? give perceived, or both intended and themes")
        if bool(self.intended) != bool(self.themes):
            raise ValueError("intended and themes belong together: give both, or neither")
        if self.intended and sum(self.intended.values()) <= 0:
            raise ValueError("what is it meant to say? give at least one theme of intended a weight above 0")
        return self
