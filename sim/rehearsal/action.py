"""What a trainee (or a bot, or a facilitator) does: one plain value, as it stands in the log."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Any

from sim.rehearsal.moment import QUALITIES, Moment, Option
from sim.scenario.brand import Quality

REPLY, HOLD, ESCALATE, PRIVATE, THANK, STATEMENT, IGNORE = (
    "reply", "hold", "escalate", "private", "thank", "statement", "ignore"
)
MOVES = (REPLY, HOLD, ESCALATE, PRIVATE, THANK, STATEMENT, IGNORE)
SAID = (REPLY, HOLD, PRIVATE, THANK, STATEMENT)
"""Moves in which something is said."""
CONFIDENCE = {"low": 1 / 3, "medium": 2 / 3, "high": 0.95}
"""What each word of confidence claims: the chance that the reply is a good one."""
GRANTED, RETURNED = "granted", "returned"


@dataclass(frozen=True)
class Action:
    """One deed at the desk.

    do: one of `MOVES`. on: the thread, as the trainee names it (m1, p3; empty for a statement). post: the key of the
    thread's first post, for one that is no inject (0: an inject, or none). option: the id of an option, or empty for
    own words. point: the five qualities, of the option or as the text was appraised (None: nothing is said).
    promise: hours, of a hold. reasons: why the appraisal gave that point. confidence: low, medium, high or empty.
    """

    do: str
    on: str = ""
    post: int = 0
    option: str = ""
    text: str = ""
    point: tuple[float, ...] | None = None
    channel: str = "public"
    promise: float | None = None
    confidence: str = ""
    verdict: str = ""
    reasons: tuple[str, ...] = field(default=())
    penalty: float = 0.0

    @property
    def quality(self) -> Quality:
        """The point as the engine takes it."""
        return _quality(self.point or (0.0,) * 5)

    def as_json(self) -> dict[str, Any]:
        """The action as plain values, without what is empty. A key is text: JSON's numbers are not whole enough."""
        values = {name: value for name, value in asdict(self).items() if value not in ("", None, (), 0, 0.0)}
        return {**values, **({"post": str(self.post)} if self.post else {})}

    @staticmethod
    def from_json(values: dict[str, Any]) -> Action:
        """The action that `as_json` wrote."""
        known = {name: values[name] for name in Action.__dataclass_fields__ if name in values}
        known["post"] = int(known.get("post", 0))
        for name in ("point", "reasons"):
            if known.get(name) is not None:
                known[name] = tuple(known[name])
        return Action(**known)


@lru_cache(4096)
def _quality(point: tuple[float, ...]) -> Quality:
    return Quality(**dict(zip(QUALITIES, point, strict=True)))


def of_option(option: Option, on: str, post: int = 0) -> Action:
    """The action an option stands for."""
    quality = option.quality
    point = None if quality is None else tuple(float(getattr(quality, name)) for name in QUALITIES)
    return Action(
        do=option.move, on=on, post=post, option=option.id, text=option.text, point=point, channel=option.where,
        promise=option.promise,
    )


def resaid(action: Action, moment: Moment, option: str) -> Action:
    """The same deed with the words of another option."""
    other = of_option(moment.options(action.on)[option], action.on, action.post)
    return replace(other, confidence=action.confidence)


def as_statement(quality: Quality) -> tuple[float, float, float]:
    """Words said to all: explanation (what was done, what comes next), ownership (honesty), sincerity (the rest)."""
    sincerity = (quality.empathy + quality.personal + quality.honesty) / 3
    return (quality.action + quality.ease) / 2, quality.honesty, sincerity
