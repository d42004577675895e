"""When an inject comes: a small language of conditions, parsed into a tree and walked. Nothing is ever evaluated
as Python.

    negative(10 min) > 40 and not replied(m1)
    open(m2, 15 min) or reputation() < 48

What it knows are the functions of `FUNCTIONS`: of numbers, of truths, each with the arguments it takes. An
argument is the id of an inject or a span of time. `and`, `or`, `not`, brackets, and `> >= < <= ==` between numbers
are the rest of it.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sim.model.units import hours
from sim.scenario.names import RefusedError, nearest

NUMBER, TRUTH = "a number", "true or false"
INJECT, SPAN = "an inject", "a span"
LONGEST = 500
DEEPEST = 30


@dataclass(frozen=True)
class Function:
    """What one name of the language gives, and which arguments it takes."""

    gives: str
    takes: tuple[str, ...]
    meaning: str


FUNCTIONS: dict[str, Function] = {
    "minutes": Function(NUMBER, (), "minutes since the moment began"),
    "negative": Function(NUMBER, (SPAN,), "public complaints about the brand in the last span"),
    "positive": Function(NUMBER, (SPAN,), "public praise of the brand in the last span"),
    "waiting": Function(NUMBER, (), "posts that wait in the inbox"),
    "oldest": Function(NUMBER, (), "minutes the oldest of them has waited"),
    "answered": Function(NUMBER, (), "posts answered by the trainee so far"),
    "reputation": Function(NUMBER, (), "reputation of the brand now, 0-100"),
    "views": Function(NUMBER, (INJECT,), "how often an inject was seen"),
    "shares": Function(NUMBER, (INJECT,), "how often an inject was passed on"),
    "worth": Function(NUMBER, (INJECT,), "worth 0-1 of the reply under an inject to who watches (0: none)"),
    "arrived": Function(TRUTH, (INJECT,), "an inject has come"),
    "replied": Function(TRUTH, (INJECT,), "an inject was answered, in whatever way"),
    "held": Function(TRUTH, (INJECT,), "an inject was answered with a promise to come back"),
    "broken": Function(TRUTH, (INJECT,), "a promise given to an inject was not kept in time"),
    "escalated": Function(TRUTH, (INJECT,), "an inject was handed to a specialist"),
    "open": Function(TRUTH, (INJECT, SPAN), "an inject has waited unanswered for a span"),
    "stated": Function(TRUTH, (), "the trainee has made a statement"),
}
"""Every function of the language."""

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "==": operator.eq,
}

_TOKEN = re.compile(
    r"\s*(?:(?P<span>\d+(?:\.\d+)?\s*(?:s|min|minutes?|h|hours?|days?)\b)|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_][\w-]*)|(?P<sign>>=|<=|==|[><(),])|(?P<wrong>\S))"
)


class Facts(Protocol):
    """Who can answer what a trigger asks."""

    def ask(self, function: str, inject: str, span_hours: float) -> float:
        """The value of a function now (truths as 0 or 1); inject and span are empty and 0 where it takes none."""


Range = tuple[float, float]
"""The least and the most that something can be. Of a truth: 0 and 1, or twice the same where it is always so."""


@dataclass(frozen=True)
class Call:
    """A function with its arguments."""

    name: str
    inject: str = ""
    span_hours: float = 0.0

    def value(self, facts: Facts) -> float:
        """What the function is now."""
        return facts.ask(self.name, self.inject, self.span_hours)

    def within(self, minutes: float) -> Range:
        """What it can be in a moment of so many minutes."""
        most = {"minutes": minutes, "oldest": math.inf, "reputation": 100.0, "worth": 1.0}
        return 0.0, 1.0 if FUNCTIONS[self.name].gives == TRUTH else most.get(self.name, math.inf)


@dataclass(frozen=True)
class Number:
    """A number as it is written."""

    number: float

    def value(self, facts: Facts) -> float:
        """Itself."""
        return self.number

    def within(self, minutes: float) -> Range:
        """Itself."""
        return self.number, self.number


@dataclass(frozen=True)
class Comparison:
    """Two numbers and a sign between them."""

    sign: str
    left: Tree
    right: Tree

    def value(self, facts: Facts) -> float:
        """Whether it holds."""
        return float(COMPARISONS[self.sign](self.left.value(facts), self.right.value(facts)))

    def within(self, minutes: float) -> Range:
        """Whether it can fail, and whether it can hold: both ends of either side are tried, and being equal."""
        (low, high), (least, most) = self.left.within(minutes), self.right.within(minutes)
        pairs = [(low, most), (high, least)]
        if max(low, least) <= min(high, most):
            pairs.append((max(low, least), max(low, least)))
        seen = [float(COMPARISONS[self.sign](left, right)) for left, right in pairs]
        return min(seen), max(seen)


@dataclass(frozen=True)
class Logic:
    """`and`, `or` of several truths, or `not` of one."""

    word: str
    parts: tuple[Tree, ...]

    def value(self, facts: Facts) -> float:
        """Whether it holds."""
        held = [part.value(facts) != 0 for part in self.parts]
        return float(all(held) if self.word == "and" else any(held) if self.word == "or" else not held[0])

    def within(self, minutes: float) -> Range:
        """Whether it can fail, and whether it can hold, each part by itself."""
        fails, holds = zip(*(part.within(minutes) for part in self.parts), strict=True)
        if self.word == "not":
            return 1.0 - holds[0], 1.0 - fails[0]
        return (min(fails), min(holds)) if self.word == "and" else (max(fails), max(holds))


Tree = Call | Number | Comparison | Logic


@dataclass(frozen=True)
class Trigger:
    """A condition: its text, its tree, and the injects it speaks of."""

    text: str
    tree: Tree
    injects: tuple[str, ...]

    def within(self, minutes: float) -> Range:
        """(0, 0) if it can never hold in a moment of so many minutes, (1, 1) if it always does, else (0, 1)."""
        return self.tree.within(minutes)

    def holds(self, facts: Facts) -> bool:
        """Whether the condition holds now."""
        return self.tree.value(facts) != 0

    def __str__(self) -> str:
        return self.text


def trigger(text: str) -> Trigger:
    """The condition a text states. Raises RefusedError that names the place (counted from 1) and the cure."""
    if len(text) > LONGEST:
        raise RefusedError(f"a trigger has at most {LONGEST} characters; this one has {len(text)}")
    reader = _Reader(text)
    tree, kind = reader.any_of()
    if reader.token is not None:
        raise reader.refused(f"{reader.token!r} is not expected here", "join conditions with and, or")
    if kind != TRUTH:
        raise RefusedError(f"a trigger is true or false; {text.strip()!r} is a number", "compare it: ... > 5")
    return Trigger(text, tree, tuple(dict.fromkeys(reader.injects)))


class _Reader:
    """Reads a condition from left to right: or, and, not, comparison, value."""

    def __init__(self, text: str):
        self.tokens = [
            (found.group(found.lastgroup), found.lastgroup, found.start(found.lastgroup))
            for found in _TOKEN.finditer(text)
            if found.lastgroup
        ]
        self.at = 0
        self.depth = 0
        self.length = len(text)
        self.injects: list[str] = []

    @property
    def token(self) -> str | None:
        """What comes next."""
        return self.tokens[self.at][0] if self.at < len(self.tokens) else None

    def refused(self, message: str, hint: str = "") -> RefusedError:
        """An error at the present place."""
        place = self.tokens[self.at][2] if self.at < len(self.tokens) else self.length
        return RefusedError(f"at character {place + 1}: {message}", hint)

    def take(self, *wanted: str) -> bool:
        """Step over the next token if it is one of those."""
        if self.token in wanted:
            self.at += 1
            return True
        return False

    def any_of(self) -> tuple[Tree, str]:
        return self._joined("or", self.all_of)

    def all_of(self) -> tuple[Tree, str]:
        return self._joined("and", self.negated)

    def _joined(self, word: str, part: Callable[[], tuple[Tree, str]]) -> tuple[Tree, str]:
        tree, kind = part()
        parts = [tree]
        while self.take(word):
            self._needs(TRUTH, kind, f"before {word!r}")
            tree, kind = part()
            self._needs(TRUTH, kind, f"after {word!r}")
            parts.append(tree)
        return (parts[0], kind) if len(parts) == 1 else (Logic(word, tuple(parts)), TRUTH)

    def negated(self) -> tuple[Tree, str]:
        if self.take("not"):
            self._deeper()
            tree, kind = self.negated()
            self.depth -= 1
            self._needs(TRUTH, kind, "after 'not'")
            return Logic("not", (tree,)), TRUTH
        return self.compared()

    def compared(self) -> tuple[Tree, str]:
        left, kind = self.value()
        sign = self.token
        if sign not in COMPARISONS:
            return left, kind
        self._needs(NUMBER, kind, f"before {sign!r}")
        self.at += 1
        right, kind = self.value()
        self._needs(NUMBER, kind, f"after {sign!r}")
        return Comparison(sign, left, right), TRUTH

    def value(self) -> tuple[Tree, str]:
        if self.take("("):
            self._deeper()
            tree, kind = self.any_of()
            self.depth -= 1
            if not self.take(")"):
                raise self.refused("a ')' is missing")
            return tree, kind
        if self.at >= len(self.tokens):
            raise self.refused("something is missing here")
        word, group, _ = self.tokens[self.at]
        if group == "number":
            self.at += 1
            return Number(float(word)), NUMBER
        if group == "span":
            raise self.refused(f"{word!r} is a span of time", "spans stand in brackets: negative(10 min) > 40")
        if group != "name" or word in ("and", "or"):
            raise self.refused(f"{word!r} is not expected here")
        return self._call(word)

    def _call(self, name: str) -> tuple[Tree, str]:
        if name not in FUNCTIONS:
            raise self.refused(f"there is no function {name!r}", nearest(name, FUNCTIONS))
        function = FUNCTIONS[name]
        self.at += 1
        shape = f"{name}({', '.join('m1' if kind == INJECT else '10 min' for kind in function.takes)})"
        if not self.take("("):
            raise self.refused(f"{name} is written {shape}")
        inject, span = "", 0.0
        for number, wanted in enumerate(function.takes):
            if number and not self.take(","):
                raise self.refused(f"{name} is written {shape}")
            if self.at >= len(self.tokens):
                raise self.refused(f"{name} is written {shape}")
            word, group, _ = self.tokens[self.at]
            if wanted == INJECT and group == "name":
                inject = word
                self.injects.append(word)
            elif wanted == SPAN and group == "span":
                span = hours(word)
            else:
                raise self.refused(f"{wanted} is needed here; got {word!r}", f"{name} is written {shape}")
            self.at += 1
        if not self.take(")"):
            raise self.refused(f"{name} is written {shape}")
        return Call(name, inject, span), function.gives

    def _needs(self, wanted: str, kind: str, where: str) -> None:
        if kind != wanted:
            cure = "compare it: negative(10 min) > 40" if kind == NUMBER else "leave the comparison out"
            raise self.refused(f"{where} stands {kind}; {wanted} is needed", cure)

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refused(f"nested more than {DEEPEST} levels deep")
