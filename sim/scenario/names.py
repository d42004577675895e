"""Names in a scenario, and the nearest one to a misspelt name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

BASELINE = "baseline"
"""The arm that changes nothing: the scenario as it stands."""

EVERYONE = "everyone"
"""All segments together, where a value may differ by segment."""

SILENCE = "silence"
"""The built-in policy that neither listens nor answers."""

MONITOR = "monitor"
"""The built-in policy that listens and never answers."""

LONGEST = 100


class RefusedError(ValueError):
    """A value that is refused, with the cure as a hint: `did you mean 'agents'?`."""

    def __init__(self, message: str, hint: str = ""):
        super().__init__(message)
        self.hint = hint


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean 'agents'?` for a misspelt word; when nothing is near, what there is (eight names)."""
    names = sorted(set(known))
    folded: dict[str, str] = {}
    for name in names:
        folded.setdefault(name.casefold(), name)
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f"did you mean {folded[close[0]]!r}?"
    if not names:
        return ""
    more = ", ..." if len(names) > 8 else ""
    return f"there is: {', '.join(names[:8])}{more}"


def named(value: str) -> str:
    """A usable name. Raises ValueError for one that is empty, too long, a number, or not printable."""
    if not value.strip() or value != value.strip():
        raise ValueError(f"a name has at least one character, and no blanks around it; got {value!r}")
    if len(value) > LONGEST:
        raise ValueError(f"a name has at most {LONGEST} characters; this one has {len(value)}")
    if not value.isprintable():
        raise ValueError(f"a name is one line of printable characters; got {value!r}")
    if value.isdigit():
        raise ValueError(f"a name cannot be a number, since {value} in a path means a place in a list")
    return value


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Name = Annotated[str, AfterValidator(named)]
"""What a brand, a segment, a cause, a policy or an arm is called."""

Names = Annotated[
    tuple[Name, ...], BeforeValidator(_one_or_many, json_schema_input_type=Name | tuple[Name, ...])
]
"""One name, or a list of names."""


def _said(value: str) -> str:
    """Something people say. Raises ValueError if it is empty, too long for a post, or not one printable line."""
    if not value.strip() or len(value) > 280 or not value.isprintable():
        raise ValueError(f"words people say are one line of 1 to 280 characters; got {value!r}")
    return value


Sayings = Annotated[
    tuple[Annotated[str, AfterValidator(_said)], ...],
    BeforeValidator(_one_or_many, json_schema_input_type=str | tuple[str, ...]),
]
"""Sentences people say about a cause, in the first person."""
