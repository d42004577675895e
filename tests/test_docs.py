"""The documents say what the code does: the parameter table is the declarations', every verb is in the README."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.app.cli import VERBS
from sim.app.model_page import with_table

ROOT = Path(__file__).resolve().parent.parent


def test_the_parameter_table_is_what_is_declared() -> None:
    page = (ROOT / "docs" / "MODEL.md").read_text(encoding="utf-8")
    assert with_table(page) == page, "run `make docs`"


def test_every_verb_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [verb for verb in VERBS if f"sim {verb}" not in readme]
    assert not missing, f"README.md does not mention: {missing}"


@pytest.mark.parametrize("page", ["README.md", "docs/DESIGN.md", "docs/MODEL.md", "CHANGELOG.md"])
def test_links_between_pages_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target]
    broken = [target for target in targets if not ((ROOT / page).parent / target).exists()]
    assert not broken, f"{page} links to what is not there: {broken}"
