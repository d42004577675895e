"""The language of conditions: what it reads, what it refuses and where, and that it never runs anything."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rehearsal.patterns import compiled
from sim.rehearsal.trigger import FUNCTIONS, INJECT, SPAN, trigger
from sim.scenario.names import RefusedError


class Facts:
    """Answers by a table, and remembers what it was asked."""

    def __init__(self, **known: float):
        self.known = known
        self.asked: list[tuple[str, str, float]] = []

    def ask(self, function: str, inject: str, span_hours: float) -> float:
        self.asked.append((function, inject, span_hours))
        return self.known.get(function, 0.0)


@pytest.mark.parametrize(
    ("text", "facts", "holds"),
    [
        ("negative(10 min) > 40", {"negative": 41}, True),
        ("negative(10 min) > 40", {"negative": 40}, False),
        ("negative(10 min) > 4 and not replied(m1)", {"negative": 9, "replied": 1}, False),
        ("replied(m1) or waiting() >= 3 and stated()", {"waiting": 3}, False),
        ("(replied(m1) or waiting() >= 3) and stated()", {"waiting": 3, "stated": 1}, True),
        ("not not open(m2, 15 min)", {"open": 1}, True),
        ("reputation() < 48.5", {"reputation": 48.4}, True),
        ("2 == 2", {}, True),
    ],
)
def test_a_condition_holds_as_it_reads(text: str, facts: dict[str, float], holds: bool) -> None:
    assert trigger(text).holds(Facts(**facts)) is holds


def test_spans_and_injects_reach_the_facts() -> None:
    facts = Facts(negative=1)
    condition = trigger("negative(90 s) > 0 and open(gate-2, 1.5 h)")
    condition.holds(facts)
    assert condition.injects == ("gate-2",)
    assert facts.asked == [("negative", "", 0.025), ("open", "gate-2", 1.5)]


@pytest.mark.parametrize(
    ("text", "place", "cure"),
    [
        ("negatve(10 min) > 4", 1, "did you mean 'negative'?"),
        ("waiting() > 3 and oldst() > 2", 19, "did you mean 'oldest'?"),
        ("negative(10) > 3", 10, "negative is written negative(10 min)"),
        ("replied(m1) > 3", 13, "leave the comparison out"),
        ("waiting() and replied(m1)", 15, "compare it"),
        ("(waiting() > 3", 15, ""),
        ("replied(m1) replied(m2)", 13, "join conditions"),
        ("10 min > 3", 1, "spans stand in brackets"),
        ("replied()", 9, "replied is written replied(m1)"),
        ("", 1, ""),
    ],
)
def test_a_wrong_condition_is_told_with_its_place_and_cure(text: str, place: int, cure: str) -> None:
    with pytest.raises(RefusedError, match=rf"^at character {place}:") as caught:
        trigger(text)
    assert cure in caught.value.hint


def test_a_number_alone_is_no_condition() -> None:
    with pytest.raises(RefusedError, match="is a number"):
        trigger("waiting()")


def test_every_function_can_be_written_as_its_error_says() -> None:
    """Each function parses with the arguments it takes, and is refused without them."""
    sample = {INJECT: "m1", SPAN: "10 min"}
    for name, function in FUNCTIONS.items():
        call = f"{name}({', '.join(sample[kind] for kind in function.takes)})"
        trigger(call if function.gives == "true or false" else f"{call} > 1")
        if function.takes:
            with pytest.raises(RefusedError):
                trigger(f"{name}() == 1")


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(RefusedError):
        trigger(text).holds(Facts())


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("minutes() > 29", (0, 1)), ("minutes() > 30", (0, 0)), ("minutes() >= 0", (1, 1)),
        ("reputation() > 100", (0, 0)),
        ("waiting() > 5000", (0, 1)), ("not arrived(m1)", (0, 1)), ("5 > 3", (1, 1)), ("not 5 > 3", (0, 0)),
        ("worth(m1) == 0.5", (0, 1)), ("worth(m1) == 2", (0, 0)), ("5 > 3 and minutes() > 3", (0, 1)),
        ("5 > 3 or minutes() > 3", (1, 1)), ("reputation() < 40 and 1 > 2", (0, 0)), ("minutes() == minutes()", (0, 1)),
    ],
)
def test_what_a_condition_can_be_in_a_moment_of_half_an_hour(text: str, within: tuple[float, float]) -> None:
    assert trigger(text).within(30) == within


def test_nesting_has_an_end() -> None:
    with pytest.raises(RefusedError, match="nested"):
        trigger("(" * 200 + "stated()" + ")" * 200)


# ---------------------------------------------------------------------------------------------- patterns


CATASTROPHIC = (
    r"(a+)+$", r"(a|ab)*c", r"(\w+\s?)*$", r"[a-z]*[a-z]*$", r"\w+\d*\w+x", r"(.)\1", r".*a.*a.*b", r"(a+)(a+)b",
)
SAFE = (
    r"\b(awful|stressful|let you down)\b", r"\b(I|we)('ve| have| am|'m) (just )?(rebook|re-book)\w*", r"\w+\s+\w+",
    r"\b(?=\w*\d)(?=\w*[A-Z])[A-Z0-9]{6}\b", r"\d+\s*(min|h)", r"sorry.*inconvenience", r"[^,]*,\s*x",
)


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_patterns_that_could_take_for_ever_are_refused(pattern: str) -> None:
    with pytest.raises(RefusedError, match="for ever"):
        compiled(pattern)


@pytest.mark.parametrize("pattern", SAFE)
def test_what_authors_write_passes(pattern: str) -> None:
    assert compiled(pattern).flags & re.IGNORECASE


@pytest.mark.parametrize("pattern", ["(x", "x*", "", "a" * 400])
def test_other_useless_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(RefusedError):
        compiled(pattern)
