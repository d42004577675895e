"""Free text judged, second set: deeds above promises above looking into it, down to harm; no trap in a good reply."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path
from statistics import mean

import pytest
import yaml

from sim.rehearsal.appraisal import appraise

SET = yaml.safe_load((Path(__file__).parent / "data" / "replies_levels.yaml").read_text(encoding="utf-8"))
LEVELS = ("done", "promised", "looking", "asks", "policy", "canned", "harmful")
GOOD = LEVELS[:4]

Scored = dict[str, list[tuple[float, str]]]


def scored(part: str) -> dict[str, Scored]:
    """By complaint and level: what each reply is worth, and the reply."""
    return {
        case["id"]: {
            level: [(appraise(case["complaint"], reply).overall, reply) for reply in case[level]] for level in LEVELS
        }
        for case in SET
        if case["part"] == part
    }


def pairs(part: str) -> tuple[list[str], int]:
    """The pairs of different levels judged the wrong way round, and how many pairs there are."""
    wrong, n = [], 0
    for name, found in scored(part).items():
        for above, below in itertools.combinations(LEVELS, 2):
            for better, worse in itertools.product(found[above], found[below]):
                n += 1
                if better[0] <= worse[0]:
                    said = f"{above} {better[1]!r} {better[0]:.2f} should beat {below} {worse[1]!r} {worse[0]:.2f}"
                    wrong.append(f"{name}: {said}")
    return wrong, n


def means(part: str) -> dict[str, float]:
    """What the replies of each level are worth on average, over all complaints."""
    found = scored(part).values()
    return {level: mean(worth for case in found for worth, _ in case[level]) for level in LEVELS}


def steps_up(part: str) -> tuple[int, int]:
    """In how many complaints' tables a level is on average worth no more than the next lower one, and of how many."""
    tables = [[mean(worth for worth, _ in case[level]) for level in LEVELS] for case in scored(part).values()]
    steps = [above > below for table in tables for above, below in itertools.pairwise(table)]
    return steps.count(False), len(steps)


def false_alarms(part: str) -> tuple[Counter[str], int]:
    """How often each trap fell on a good reply, and how many good replies there are."""
    alarms: Counter[str] = Counter()
    n = 0
    for case in SET:
        for level in GOOD if case["part"] == part else ():
            for reply in case[level]:
                n += 1
                alarms.update(
                    reason.why for reason in appraise(case["complaint"], reply).reasons if reason.quality == "all"
                )
    return alarms, n


def test_the_second_set_is_large_and_split_by_complaint() -> None:
    assert all(set(LEVELS) <= set(case) for case in SET)
    assert sum(len(case[level]) for case in SET for level in GOOD) >= 80
    assert sum(len(case[level]) for case in SET for level in LEVELS[4:]) >= 80
    assert Counter(case["part"] for case in SET) == {"tune": 10, "held": 10}
    assert len({case["complaint"] for case in SET}) == len(SET)


@pytest.mark.parametrize("part", ["tune", "held"])
def test_a_higher_level_is_worth_more(part: str) -> None:
    wrong, n = pairs(part)
    assert n >= 300
    assert 1 - len(wrong) / n >= 0.93, f"{n - len(wrong)} of {n} pairs; wrong:\n" + "\n".join(wrong)


@pytest.mark.parametrize("part", ["tune", "held"])
def test_the_table_of_levels_falls(part: str) -> None:
    found = list(means(part).values())
    assert all(above > below + 0.02 for above, below in itertools.pairwise(found)), found
    up, n = steps_up(part)
    assert up <= 0.2 * n, f"{up} of {n} steps go up"


@pytest.mark.parametrize("part", ["tune", "held"])
def test_harmful_replies_are_worth_next_to_nothing(part: str) -> None:
    worths = [worth for case in scored(part).values() for worth, _ in case["harmful"]]
    assert mean(worths) < 0.05, worths


@pytest.mark.parametrize("part", ["tune", "held"])
def test_no_trap_falls_on_a_good_reply(part: str) -> None:
    alarms, n = false_alarms(part)
    assert n >= 50 and sum(alarms.values()) <= 0.02 * n, alarms
