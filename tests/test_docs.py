"""The documents say what the code does: the parameter table is the declarations', every verb is in the README."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from sim.app.cli import VERBS
from sim.app.model_page import with_table
from sim.study.claims import load_claim

ROOT = Path(__file__).resolve().parent.parent


def test_the_parameter_table_is_what_is_declared() -> None:
    page = (ROOT / "docs" / "MODEL.md").read_text(encoding="utf-8")
    assert with_table(page) == page, "run `make docs`"


def test_every_verb_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [verb for verb in VERBS if f"sim {verb}" not in readme]
    assert not missing, f"README.md does not mention: {missing}"


PAGES = ["README.md", "CHANGELOG.md", *(f"docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md")))]


@pytest.mark.parametrize("page", PAGES)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target]
    broken = [target for target in targets if not ((ROOT / page).parent / target).exists()]
    assert not broken, f"{page} links to what is not there: {broken}"


def test_the_claim_that_the_page_shows_is_a_claim(tmp_path: Path) -> None:
    """Whoever copies it beside the shipped ones can run it."""
    page = (ROOT / "docs" / "EVIDENCE.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(claim: .*?)```", page, re.DOTALL)
    shutil.copytree(ROOT / "scenarios" / "claims" / "worlds", tmp_path / "worlds")
    (tmp_path / "Z01_mine.yaml").write_text(shown, encoding="utf-8")
    assert load_claim(tmp_path / "Z01_mine.yaml").claim.negative_control is not None
