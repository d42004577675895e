"""The pages of a run and a comparison in a real browser, as wide as a telephone: nothing is cut off without a sign."""

from __future__ import annotations

import pytest
from test_report import TEXT as TROUBLE
from test_report import page_of, page_of_comparison
from test_web_browser import browser, clean, page_at, pytestmark  # noqa: F401  (a fixture, a mark)

OUTSIDE = """[...document.querySelectorAll('table.words, table.dated, table.assumed')].flatMap(table => {
  const box = table.closest('.scroll').getBoundingClientRect()
  return [...table.querySelectorAll('tbody th, tbody td')]
    .filter(cell => cell.getBoundingClientRect().right > box.right + 1)
    .map(cell => cell.textContent)
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["run", "comparison"])
def test_tables_of_words_fold_on_a_telephone(browser, tmp_path, kind: str, scheme: str) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    file = tmp_path / "report.html"
    file.write_text(page_of(TROUBLE) if kind == "run" else page_of_comparison(), encoding="utf-8")
    page = page_at(browser, file.as_uri(), 390)
    page.emulate_media(color_scheme=scheme)
    assert page.evaluate(OUTSIDE) == []
    clean(page, f"{kind} {scheme}")
    told = "cell => getComputedStyle(cell, '::before').content"
    labels = page.evaluate(f"[...document.querySelectorAll('table.assumed td[data-of]')].map({told})")
    assert any("Worth trying" in label or label.startswith("attr(data-of)") for label in labels)
