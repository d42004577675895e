"""How the appraisal reads, kind by kind: each pair turns on one thing that it had missed in strangers' replies."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sim.rehearsal.appraisal import appraise

KINDS = yaml.safe_load((Path(__file__).parent / "data" / "replies_kinds.yaml").read_text(encoding="utf-8"))
PAIRS = [pytest.param(pair, id=f"{kind} {at}") for kind, pairs in KINDS.items() for at, pair in enumerate(pairs, 1)]


@pytest.mark.parametrize("pair", PAIRS)
def test_a_pair_that_turns_on_its_kind(pair: dict[str, str]) -> None:
    better, worse = (appraise(pair["complaint"], pair[which]) for which in ("better", "worse"))
    assert better.overall > worse.overall, (better.reasons, worse.reasons)
