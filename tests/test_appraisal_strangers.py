"""Free text judged, third set: replies by three strangers, each of whom gave ranks 0-100; development material."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
import yaml

from sim.rehearsal.appraisal import Appraisal, appraise

SET = yaml.safe_load((Path(__file__).parent / "data" / "replies_strangers.yaml").read_text(encoding="utf-8"))
AUTHORS = ("a", "b", "c")
APART = 15
"""Ranks that differ by less make no pair."""

Judged = list[tuple[dict[str, Any], Appraisal]]


def judged(author: str) -> Iterator[tuple[str, Judged]]:
    """Each complaint of an author, with its replies and what the judge says of them."""
    yield from judged_of([case for case in SET if case["author"] == author])


def judged_of(cases: list[dict[str, Any]]) -> Iterator[tuple[str, Judged]]:
    """Each complaint, with its replies and what the judge says of them."""
    for case in cases:
        yield case["complaint"], [(reply, appraise(case["complaint"], reply["text"])) for reply in case["replies"]]


def pairs(author: str) -> tuple[list[str], int]:
    """The pairs of an author judged the wrong way round, and how many pairs there are."""
    return pairs_of(judged(author))


def pairs_of(cases: Iterable[tuple[str, Judged]]) -> tuple[list[str], int]:
    """The pairs judged the wrong way round, and how many pairs there are; what cannot be judged is the worse one."""
    wrong, n = [], 0
    for complaint, found in cases:
        for one, other in itertools.combinations(found, 2):
            (better, above), (worse, below) = sorted((one, other), key=lambda each: -each[0]["rank"])
            if better["rank"] - worse["rank"] < APART:
                continue
            n += 1
            if not (above.judged and (not below.judged or above.overall > below.overall)):
                wrong.append(
                    f"{complaint[:60]!r}: {better['rank']} {better['text']!r} {above.overall:.2f} should beat "
                    f"{worse['rank']} {worse['text']!r} {below.overall:.2f}"
                )
    return wrong, n


def worth_of(low: int, high: int) -> float:
    """What replies of a rank from low up to high are worth on average, over all authors."""
    found = [
        appraisal.overall
        for author in AUTHORS
        for _, replies in judged(author)
        for reply, appraisal in replies
        if low <= reply["rank"] < high
    ]
    return mean(found)


def test_the_third_set_is_of_three_authors() -> None:
    assert {case["author"] for case in SET} == set(AUTHORS)
    assert sum(len(case["replies"]) for case in SET) >= 300
    assert len({case["complaint"] for case in SET}) == len(SET)
    assert all(0 <= reply["rank"] <= 100 for case in SET for reply in case["replies"])


@pytest.mark.parametrize(("author", "share"), [("a", 0.92), ("b", 0.88), ("c", 0.92)])
def test_the_order_of_strangers_is_found(author: str, share: float) -> None:
    wrong, n = pairs(author)
    assert n >= 150
    assert 1 - len(wrong) / n >= share, f"{n - len(wrong)} of {n} pairs; wrong:\n" + "\n".join(wrong)


def test_worth_follows_rank() -> None:
    found = [worth_of(low, low + 20) for low in (80, 60, 40, 20, 0)]
    assert all(above > below + 0.05 for above, below in itertools.pairwise(found)), found
    assert found[0] > 0.72 and found[-1] < 0.15, found


@pytest.mark.parametrize("longer", [True, False])
def test_the_better_is_found_whether_longer_or_shorter(longer: bool) -> None:
    right = n = 0
    for author in AUTHORS:
        for _, replies in judged(author):
            for one, other in itertools.combinations(replies, 2):
                (better, above), (worse, below) = sorted((one, other), key=lambda each: -each[0]["rank"])
                if better["rank"] - worse["rank"] >= APART and (len(better["text"]) > len(worse["text"])) == longer:
                    n += 1
                    right += above.overall > below.overall
    assert n > 200 and right / n >= 0.88, f"{right} of {n}"
