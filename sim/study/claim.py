"""A claim as data: what somebody says the world is like, the worlds that would show it, and what switches it off.

What is in a claim file is declared here; `claims.py` reads one and builds its worlds, `evidence.py` tries it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from sim.model.parameter import Block, stated
from sim.model.units import share
from sim.scenario.names import BASELINE, Name, Names, RefusedError, nearest
from sim.study.measures import GROUPS, known_metrics

Seed = Literal["F0", "F1", "F2", "F3", "F4", "other"]
Status = Literal["supported", "contested", "debunked"]
Relation = Literal["higher", "lower", "not higher", "not lower", "same", "identical", "between"]


def _known_metric(name: str) -> str:
    name = GROUPS.get(name, name)
    if name not in known_metrics():
        raise RefusedError(f"there is no metric {name!r}", nearest(name, [*known_metrics(), *GROUPS]))
    return name


def _amount(value: Any) -> Any:
    return share(value) if isinstance(value, str) and value.rstrip().endswith("%") else value


Metric = Annotated[str, AfterValidator(_known_metric)]
Amount = Annotated[float, BeforeValidator(_amount)]


class Source(Block):
    """Who says so, and where."""

    seed: Seed = stated(..., "the source text: F0 to F4, or other")
    author: str = stated(..., "who wrote or said it")
    where: str = stated("", "title, place and year")


class Literature(Block):
    """What others found, beyond the source."""

    status: Status = stated(..., "whether the wider literature supports the claim, contests it, or has debunked it")
    text: str = stated(..., "what was found, in a sentence or two")
    source: str = stated(..., "by whom, and where it can be read")


class Inequality(Block):
    """One thing that has to be so for the claim to be shown: a number in an arm, against another or a range.

    The effect is the number in `arm` less that in `against`, in the same world (or how much larger it is, as a part
    of the other, with `as: ratio`); without `against` and what follows it, the number itself. A group of people as
    metric (authors, observers, customers, prospects, population) is the mean change of its attitude at the end.
    """

    says: str = stated(..., "what it says, in words a reader understands without the rest")
    metric: Metric = stated(..., "a group of people, or a number of `sim list metrics` or of docs/EVIDENCE.md")
    arm: Name = stated(BASELINE, "the arm it is about")
    against: Name | None = stated(None, "the arm it is held against (left out: none, or the same arm)")
    brand: Name | None = stated(None, "whose number, a brand or a group of brands (left out: the first brand's)")
    against_brand: Name | None = stated(None, "whose number it is held against (left out: the same brand's)")
    against_metric: Metric | None = stated(None, "the number it is held against (left out: the same)")
    of: Literal["difference", "ratio", "share of worlds"] = Field(
        default="difference",
        alias="as",
        description="what the effect is: the difference; by what part one is larger; in which share of the worlds the "
        "difference is below `below`",
    )
    below: Amount | None = stated(None, "with `as: share of worlds`: the difference that counts")
    relation: Relation = stated(..., "how the effect has to lie")
    by: Amount = stated(0.0, "the smallest effect that matters, in the metric's unit", low=0)
    range: tuple[Amount, Amount] | None = stated(None, "for the relation `between`: the lowest and the highest")

    @model_validator(mode="after")
    def _makes_sense(self) -> Inequality:
        if (self.relation == "between") != (self.range is not None):
            raise ValueError("a range belongs to the relation 'between', and it to a range")
        if self.relation == "same" and not self.by:
            raise ValueError("'same' needs by: how small an effect does not matter ('identical' is exact)")
        if self.relation == "identical" and self.by:
            raise ValueError("'identical' is exact: leave by out, or say 'same'")
        if (self.of == "share of worlds") != (self.below is not None):
            raise ValueError("'as: share of worlds' needs below: the difference that counts (and the other way round)")
        groups = set(GROUPS.values())
        asked = [name for name in (self.metric, self.against_metric) if name is not None]
        if groups.intersection(asked) and not (self.against and not self.against_brand and groups.issuperset(asked)):
            message = f"{self.metric} is a change of attitude from one arm to another: give against (an arm)"
            raise ValueError(f"{message}, and no brand or number of another kind")
        return self

    @property
    def is_mixed(self) -> bool:
        """Whether different brands or metrics are held against each other."""
        return self.against_brand is not None or self.against_metric is not None

    @property
    def is_level(self) -> bool:
        """Whether it is about a number itself, held against nothing."""
        return self.against is None and not self.is_mixed

    @property
    def region(self) -> tuple[float, float]:
        """Where the effect has to lie."""
        if self.range is not None:
            return self.range
        return {
            "higher": (self.by, math.inf),
            "lower": (-math.inf, -self.by),
            "not higher": (-math.inf, self.by),
            "not lower": (-self.by, math.inf),
            "same": (-self.by, self.by),
            "identical": (0.0, 0.0),
        }[self.relation]


Changes = dict[str, Any]


class Control(Block):
    """The same with the mechanism switched off: there every effect of the claim must be exactly zero."""

    says: str = stated(..., "what is switched off, in words")
    off: Changes = stated({}, "paths and values that switch it off, in all arms")
    arms: dict[Name, Changes] | None = stated(None, "arms of its own, by name (left out: those of the claim)")
    of: tuple[int, ...] | None = stated(None, "which inequalities it controls, counted from 1 (left out: all)")


class OtherWay(Block):
    """Other values of what was assumed (or is contested), and where they lead."""

    says: str = stated(..., "what these values mean, in words")
    changes: Changes = stated(..., "paths and their other values, in all arms")
    of: int = stated(1, "the inequality it turns, counted from 1", low=1)
    relation: Relation = stated(..., "how that effect lies then")
    by: Amount = stated(0.0, "by how much at least", low=0)


class Sign(Block):
    """Whether the direction of the effect emerges, or hangs on a value that was put in."""

    kind: Literal["emergent", "assumed"] = stated(..., "emergent, or assumed")
    because: str = stated(..., "why, in a sentence")
    parameter: str | None = stated(None, "the path of the value it hangs on")
    turns_at: float | str | None = stated(None, "the value at which it turns, as measured")
    other_way: tuple[OtherWay, ...] = stated((), "values at which it lies another way; each is run")

    @model_validator(mode="after")
    def _told(self) -> Sign:
        if self.kind == "assumed" and (self.parameter is None or self.turns_at is None):
            raise ValueError("an assumed sign names its parameter and the value at which it turns (turns_at)")
        return self


class Full(Block):
    """The case in its full size, run only when asked for."""

    changes: Changes = stated(..., "paths and values of the full size, in all arms")
    runs: int = stated(1, "worlds in that size", low=1, high=10_000)


def _usable(value: str) -> str:
    if not value.replace("_", "").isalnum():
        raise ValueError(f"an id is made of letters, digits and underscores, like A19; got {value!r}")
    return value


class Claim(Block):
    """One claim: the words, the worlds that would show it, and what decides."""

    claim: Annotated[str, AfterValidator(_usable)] = stated(..., "its id, like A19")
    title: str = stated(..., "the claim in a line, in our words")
    words: str = stated(..., "the claim in its author's words")
    source: Source = stated(..., "who says so, and where")
    tested: str = stated(..., "how it is tested, in words for a reader who knows nothing of simulation")
    scenario: Mapping[str, Any] = stated(
        {}, "the world: sections of a scenario, or `extends: FILE` and paths to change"
    )
    arms: dict[Name, Changes] = stated({}, "variants of it: for each, paths and the values they take instead")
    groups: dict[Name, Names] = stated({}, "brands that are alike, by the name of the group: its number is their mean")
    shows: tuple[Inequality, ...] = stated((), "what has to be so for the claim to be shown")
    negative_control: Control | None = stated(None, "the mechanism switched off")
    literature: Literature = stated(..., "what others found")
    sign: Sign | None = stated(None, "what decides the direction")
    found: str = stated("", "why it is (not) shown, as far as its author found out")
    lacks: str = stated("", "what the model would need to show it at all, if it cannot")
    runs: int | None = stated(None, "worlds at most, where it needs others than most claims", low=10, high=10_000)
    full: Full | None = stated(None, "the case in its full size, run only with --full")
    quick: bool = stated(False, "whether it is in the reduced set, for tests that must not take long")

    @model_validator(mode="after")
    def _whole(self) -> Claim:
        if self.lacks:
            return self
        missing = [name for name in ("scenario", "shows", "negative_control", "sign") if not getattr(self, name)]
        if missing:
            raise ValueError(f"{', '.join(missing)} is missing (or say what the model lacks)")
        return self
