"""Free text judged, fourth set: replies ranked before the judge was run on them; `second` was never gone through."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.test_appraisal_strangers import judged_of, pairs_of

SET = yaml.safe_load((Path(__file__).parent / "data" / "replies_fresh.yaml").read_text(encoding="utf-8"))
PARTS = ("first", "second")


def pairs(part: str) -> tuple[list[str], int]:
    """The pairs of a part judged the wrong way round, and how many pairs there are."""
    return pairs_of(judged_of([case for case in SET if case["part"] == part]))


@pytest.mark.parametrize("part", PARTS)
def test_the_order_given_beforehand_is_found(part: str) -> None:
    wrong, n = pairs(part)
    assert n >= 70
    assert 1 - len(wrong) / n >= 0.9, f"{n - len(wrong)} of {n} pairs; wrong:\n" + "\n".join(wrong)
