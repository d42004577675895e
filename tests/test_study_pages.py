"""The page of each study: the answer first, a table behind every figure, words for who cannot see it, and a command
that makes it again.
"""

from __future__ import annotations

import html
import re
import shlex
from pathlib import Path

import pytest
from test_cli_run import SCENARIO, Sim, contents, sim  # noqa: F401  (a fixture)
from test_resume import ASKED

STUDIES = {
    "sweep of lines": ("sweep", "late.yaml", "--vary", "brands.Acme.desk.agents=1,3", "--runs", "3"),
    "sweep of a map": (
        *("sweep", "late.yaml", "--vary", "brands.Acme.desk.agents=1,3", "--vary", "crowd.voice.praise=0.1:0.3:2"),
        *("--runs", "2", "--arms", "silence", "--metric", "retention"),
    ),
    "sweep at random": (
        *("sweep", "late.yaml", "--vary", "brands.Acme.desk.agents=1:6:6", "--vary", "crowd.voice.praise=0.1:0.3:2"),
        *("--design", "lhs", "--points", "4", "--runs", "1", "--set", "customers.number=200"),
    ),
    "morris": ("sensitivity", "late.yaml", "--points", "2", "--runs", "3"),
    "sobol": ("sensitivity", "late.yaml", "--method", "sobol", "--points", "4", "--runs", "2", "--over", "uncertain"),
    "one goal": ("optimise", "late.yaml", "--trials", "4", "--runs", "2", "--confirm-runs", "2", "--seed", "5"),
    "a front": (
        *("optimise", "late.yaml", "--trials", "6", "--runs", "2", "--confirm-runs", "2"),
        *("--goal", "retention: max", "--goal", "staff_hours: min"),
    ),
    "a fit": (
        *("calibrate", "late.yaml", "--data", "seen.csv", "--map", "n=posts", "--points", "50"),
        *("--time", "day", "--per", "hour"),
    ),
    "a robust comparison": ("compare", "late.yaml", "--runs", "9", "--robust", "retention"),
}


@pytest.mark.parametrize("asked", STUDIES.values(), ids=STUDIES)
def test_a_study_leaves_a_page(sim: Sim, tmp_path: Path, asked: tuple[str, ...]) -> None:  # noqa: F811
    (tmp_path / "late.yaml").write_text(SCENARIO + ASKED)
    (tmp_path / "seen.csv").write_text("day,n\n" + "".join(f"{hour / 24},{10 + hour % 7}\n" for hour in range(96)))
    if asked[0] == "compare":
        asked = (*asked[:-1], "--metric", asked[-1])
    said = sim(*asked)
    assert said.code == 0 and "begin with report.html" in said.err, said.err
    (file,) = tmp_path.glob("outputs/*/*/report.html")
    page = file.read_text(encoding="utf-8")
    assert "<script" not in page and not re.search(r'(?:src|href)="(?!#|data:image/png)', page)
    assert re.search(r'<p class="lead">[A-Z0-9\'a-z].{20,}</p>', page)
    figures = page.split('<div class="drawing" role="img" aria-label="')[1:]
    assert figures and all(len(words.partition('"')[0]) > 60 for words in figures), "words for each figure"
    assert all("<details>" in words and "<table" in words for words in figures), "a table behind each figure"
    drawn = {path.stem for path in file.parent.glob("figures/*.svg")}
    assert drawn == set(re.findall(r'<h2 id="([^"]+)"', page)) & drawn and drawn
    assert all(re.search(r"<th scope=.row.>[^<]+", words) for words in figures)
    (command,) = (html.unescape(text) for text in re.findall(r"<pre tabindex=.0.>(sim [^<]+)</pre>", page))
    if "--robust" in asked:
        assert "If we are wrong about the crowd" in page and "Falls short of the best by" in page
    before = contents(tmp_path / "outputs")
    again = sim(*shlex.split(command)[1:])
    assert again.code == 0, again.err
    assert contents(tmp_path / "outputs") == before, "the command on the page makes the same result"


def test_a_study_can_go_without_a_page_and_with_parquet(sim: Sim, tmp_path: Path) -> None:  # noqa: F811
    pytest.importorskip("pyarrow")
    asked = STUDIES["sweep of lines"]
    assert sim(*asked, "--no-report", "--no-figures", "--parquet").code == 0
    assert not list(tmp_path.glob("outputs/*/*/report.html")) and not list(tmp_path.glob("outputs/*/*/figures"))
    assert {path.stem for path in tmp_path.glob("outputs/*/*/*.parquet")} == {"points", "worlds"}
