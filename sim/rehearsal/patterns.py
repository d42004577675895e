"""Patterns an author writes (regular expressions): compiled, and refused if they could take for ever.

A backtracking matcher takes exponential time where one text can be matched in many ways. Which patterns do is hard to
say in general; what is refused here is more than that: a repetition of something that itself repeats or branches
(`(a+)+`, `(a|ab)*`), neighbours that repeat the same characters, back references, many endless repetitions of
almost anything. What an author needs for cues never looks so.
"""

from __future__ import annotations

import re
import string
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from sim.scenario.names import RefusedError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from re import _constants as kinds  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]

LONGEST = 300
UNBOUNDED_FROM = 20
"""A repetition of so many is as bad as one without end."""
MOST_ENDLESS = 2
"""Repetitions of almost any character in one pattern: each multiplies the time by the length of the text."""
ALPHABET = frozenset(string.printable) | frozenset("éüßñ’€")
"""A sample of characters, by which overlaps of classes are judged."""
_REPEATS = (kinds.MAX_REPEAT, kinds.MIN_REPEAT)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The compiled pattern, blind to case. Raises RefusedError if it does not compile or may be catastrophic."""
    if len(pattern) > LONGEST:
        raise RefusedError(f"a pattern has at most {LONGEST} characters; this one has {len(pattern)}")
    try:
        tree = parser.parse(pattern, re.IGNORECASE)
        made = re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise RefusedError(f"is no regular expression: {error}") from None
    reason = _danger(tree, False)
    if not reason and _endless(tree) > MOST_ENDLESS:
        reason = f"more than {MOST_ENDLESS} endless repetitions of almost anything"
    if reason:
        raise RefusedError(f"could take for ever on some texts: {reason}", "repeat single words or classes only")
    if made.search("") is not None:
        raise RefusedError("matches everything, an empty text too")
    return made


def _danger(tree: Any, repeated: bool) -> str:
    """Why a parsed pattern may be catastrophic; empty if it is safe. repeated: it stands within a repetition."""
    before: frozenset[str] = frozenset()
    for kind, given in _flat(tree):
        here: frozenset[str] = frozenset()
        found = ""
        if kind in _REPEATS:
            low, high, inner = given
            many = high is kinds.MAXREPEAT or high >= UNBOUNDED_FROM
            if many and repeated:
                return "a repetition within a repetition"
            if many:
                here = _characters(inner)
                if here & before:
                    return "two repetitions of the same characters, one after the other"
            here = here | before if low == 0 else here
            found = _danger(inner, repeated or many)
        elif kind is kinds.BRANCH:
            if repeated:
                return "alternatives within a repetition"
            found = next((why for part in given[1] if (why := _danger(part, repeated))), "")
        elif kind in (kinds.ASSERT, kinds.ASSERT_NOT):
            found = _danger(given[1], repeated)
            here = before
        elif kind in (kinds.GROUPREF, kinds.GROUPREF_EXISTS):
            return "a back reference"
        elif kind is kinds.AT:
            here = before
        if found:
            return found
        before = here
    return ""


def _flat(tree: Any) -> Iterator[Any]:
    """The parts of a pattern in a row, groups opened."""
    for kind, given in tree:
        if kind is kinds.SUBPATTERN:
            yield from _flat(given[-1])
        else:
            yield kind, given


def _endless(tree: Any) -> int:
    """How many endless repetitions of almost any character a pattern has, wherever they stand."""
    count = 0
    for kind, given in tree:
        if kind in _REPEATS:
            wide = given[1] is kinds.MAXREPEAT and len(_characters(given[2])) > len(ALPHABET) / 2
            count += wide + _endless(given[2])
        elif kind is kinds.BRANCH:
            count += max(_endless(part) for part in given[1])
        elif kind is kinds.SUBPATTERN:
            count += _endless(given[-1])
        elif kind in (kinds.ASSERT, kinds.ASSERT_NOT):
            count += _endless(given[1])
    return count


def _characters(tree: Any) -> frozenset[str]:
    """The characters of a sample that a repeated part can match; all of them if it is more than one element."""
    if len(tree) != 1:
        return ALPHABET
    kind, given = tree[0]
    if kind is kinds.SUBPATTERN:
        return _characters(given[-1])
    if kind is kinds.LITERAL:
        return frozenset({chr(given).lower()})
    if kind is kinds.IN:
        matched = frozenset().union(*(_one_of(item) for item in given if item[0] is not kinds.NEGATE))
        return ALPHABET - matched if given[0][0] is kinds.NEGATE else matched
    return ALPHABET


def _one_of(item: Any) -> frozenset[str]:
    """The characters of the sample that one item of a class stands for."""
    kind, given = item
    if kind is kinds.LITERAL:
        return frozenset({chr(given).lower()})
    if kind is kinds.RANGE:
        return frozenset(char for char in ALPHABET if given[0] <= ord(char) <= given[1]) | frozenset(
            char.lower() for char in ALPHABET if given[0] <= ord(char) <= given[1]
        )
    return frozenset(char for char in ALPHABET if _CATEGORIES[given](char))


_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    kinds.CATEGORY_DIGIT: str.isdigit,
    kinds.CATEGORY_NOT_DIGIT: lambda char: not char.isdigit(),
    kinds.CATEGORY_SPACE: str.isspace,
    kinds.CATEGORY_NOT_SPACE: lambda char: not char.isspace(),
    kinds.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
    kinds.CATEGORY_NOT_WORD: lambda char: not (char.isalnum() or char == "_"),
}
