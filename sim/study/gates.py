"""Gates for scripts: `silence.retention < baseline.retention` as a condition under which a comparison fails.

The grammar is one line: `SIDE OPERATOR SIDE`. A side is a number (`45`, `93 %`), `arm.metric`, or
`arm.brand.metric`; the brand is the first one unless it is named. Names are matched against those there are,
so that arms and brands may have blanks and dots. Nothing is evaluated as code.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.errors import UserError
from sim.scenario.names import nearest
from sim.study.catalogue import flat
from sim.study.compare import MEANINGS, interval
from sim.study.replicate import EFFECTS, WorldResult

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}
"""What a gate may ask; the longer signs first, as they are looked for in this order."""

SIGN = re.compile("|".join(OPERATORS))
NUMBER = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s*(%?)", re.IGNORECASE)


@dataclass(frozen=True)
class Level:
    """One metric of one brand in one arm, taken in every world."""

    arm: str
    brand: str
    metric: str

    def values(self, worlds: Sequence[WorldResult]) -> list[float | None]:
        """Its value in each world; of an effect on people, the difference from the baseline."""
        return [self._value(world) for world in worlds]

    def _value(self, world: WorldResult) -> float | None:
        if self.metric not in EFFECTS:
            return world.metrics[self.arm].of(self.brand)[self.metric]
        if self.arm == next(iter(world.metrics)):
            return 0.0
        effects = world.effects.get(self.arm, {}).get(self.brand)
        return None if effects is None else flat(effects)[self.metric]


@dataclass(frozen=True)
class Constant:
    """A number, the same in every world."""

    number: float

    def values(self, worlds: Sequence[WorldResult]) -> list[float | None]:
        """The number, once a world."""
        return [self.number] * len(worlds)


Side = Level | Constant


@dataclass(frozen=True)
class Verdict:
    """What came of a gate: means of its sides over the worlds in which both are defined, and their difference.

    low, high: the 95 % interval of the difference left - right. All None where no world defines both sides;
    then the gate fails, for what cannot be judged must not pass.
    """

    gate: Gate
    failed: bool
    left: float | None
    right: float | None
    low: float | None
    high: float | None
    runs: int


@dataclass(frozen=True)
class Gate:
    """A condition under which a comparison fails."""

    text: str
    left: Side
    sign: str
    right: Side

    @property
    def unit(self) -> str:
        """The unit of its first metric."""
        return next(MEANINGS[side.metric].unit for side in (self.left, self.right) if isinstance(side, Level))

    def judge(self, worlds: Sequence[WorldResult]) -> Verdict:
        """Whether the condition holds of the means over worlds: then the gate has failed."""
        both = zip(self.left.values(worlds), self.right.values(worlds), strict=True)
        pairs = [(a, b) for a, b in both if a is not None and b is not None]
        if not pairs:
            return Verdict(self, True, None, None, None, None, 0)
        left, right = np.array(pairs, dtype=np.float64).T
        low, high = interval(left - right)
        one, other = float(left.mean()), float(right.mean())
        return Verdict(self, OPERATORS[self.sign](one, other), one, other, low, high, len(pairs))


def gate(text: str, arms: Sequence[str], brands: Sequence[str]) -> Gate:
    """Read a gate. Raises UserError for what is none, with the nearest name for an unknown one.

    A sign may be part of a name: the first place where both sides can be read is the operator.
    """
    problems = []
    for found in SIGN.finditer(text):
        try:
            left, right = (_side(text[part], arms, brands) for part in (slice(found.start()), slice(found.end(), None)))
        except UserError as problem:
            problems.append(problem)
            continue
        if isinstance(left, Constant) and isinstance(right, Constant):
            raise UserError(f"--fail-if {text!r}: compares two numbers; name an arm and a metric, like arm.retention")
        return Gate(text, left, found.group(), right)
    if problems:
        raise UserError(f"--fail-if {text!r}: {problems[0]}")
    raise UserError(
        f"--fail-if {text!r}: has none of {', '.join(OPERATORS)}; write it like 'B.retention < A.retention'"
    )


def _side(text: str, arms: Sequence[str], brands: Sequence[str]) -> Side:
    """A side of a gate: a number, or a metric of an arm (and brand)."""
    text = text.strip()
    number = NUMBER.fullmatch(text)
    if number is not None:
        return Constant(float(number[1]) / (100 if number[2] else 1))
    arm, rest = _named(text, arms)
    if not arm:
        raise UserError(f"there is no arm {text.partition('.')[0]!r} ({nearest(text.partition('.')[0], arms)})")
    if rest in MEANINGS:
        return Level(arm, brands[0], rest)
    brand, metric = _named(rest, brands)
    if metric in MEANINGS:
        return Level(arm, brand, metric)
    raise UserError(f"there is no metric {metric!r} ({nearest(metric, MEANINGS)})")


def _named(text: str, names: Sequence[str]) -> tuple[str, str]:
    """The longest of some names that a dotted text begins with, and what follows it; else nothing and all."""
    fitting = [name for name in names if text.startswith(f"{name}.")]
    name = max(fitting, key=len, default="")
    return name, text[len(name) + 1 :] if name else text
