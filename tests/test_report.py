"""Pages: complete in one file, readable by everyone, honest, safe from what a scenario says, and the same each time."""

from __future__ import annotations

import contextlib
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from sim.app.assumptions import leaned_on
from sim.app.behind_comparison import flow
from sim.app.plots import compare_figures, run_figures
from sim.app.report import command, compare_report, run_report
from sim.app.unstated import unstated
from sim.core.graph_facts import facts
from sim.scenario.load import from_values, loads
from sim.study.compare import Comparison, compare
from sim.study.metrics import measure
from sim.study.replicate import live, run_arms
from sim.study.task import Subject, Task

TEXT = """
scenario: Trouble & <i>strife</i>
about: "What </style><script>alert(2)</script> does"
clock: {days: 8, warm_up: 1 day}
customers: {number: 400}
brands:
  - {name: "<script>alert(1)</script>", policy: kind, desk: {agents: 1}}
  - {name: Northair}
policies: {kind: {quality: {action: 0.6}}}
incidents: [{at: day 3 10:00, brand: "<script>alert(1)</script>", cause: "<img src=x onerror=alert(3)>", affects: 60 %}]
crowd: {reply: {threshold: 0.3}}
what_if:
  "no \\"answer\\"": {"brands.<script>alert(1)</script>.policy": silence}
  two agents: {"brands.<script>alert(1)</script>.desk.agents": 2}
"""
MUTE = """
scenario: Nobody says a word
clock: {days: 2, warm_up: 0 h}
customers: {number: 100}
brands: [{name: Mute}]
crowd: {voice: {ordinary: 0, praise: 0, complaint: 0, private: 0}}
"""


def page_of(text: str, *, told: bool = True) -> str:
    scenario = loads(text, file="trouble.yaml")
    task = Task("run", {"baseline": Subject.of(scenario)}, 1)
    lived = live(scenario, 1)
    metrics = measure(lived.record)
    figures = run_figures(lived.record, metrics)
    return run_report(lived.record, metrics, facts(lived.graph), figures, task if told else None)


def test_moves_are_said_to_be_counted_from_day_0() -> None:
    page = " ".join(page_of(TEXT).split())
    assert "They are counted from day 0 on; the settling-in before it is left out." in page


def test_two_scores_of_one_kind_have_two_names() -> None:
    page = " ".join(page_of(TEXT).split())
    assert "the key figure asks the customers of day 0, gone or not" in page
    assert "<th scope=\"col\">NPS of present customers</th>" in page and "<th scope=\"col\">NPS</th>" not in page
    assert "Net promoter score (NPS)" in page.partition('id="figures"')[2].partition("</table>")[0]


def compared() -> tuple[Comparison, Task]:
    scenario = loads(TEXT, file="trouble.yaml")
    arms = {"baseline": scenario, **scenario.arms()}
    task = Task("compare", {name: Subject.of(arm) for name, arm in arms.items()}, 1, 2)
    return compare([run_arms(arms, seed) for seed in task.seeds]), task


def page_of_comparison() -> str:
    comparison, task = compared()
    return compare_report(comparison, compare_figures(comparison), task)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    comparison, _ = compared()
    return {
        "run": page_of(TEXT),
        "comparison": page_of_comparison(),
        "mute": page_of(MUTE),
        "run without a task": page_of(TEXT, told=False),
        "comparison without a task": compare_report(comparison, compare_figures(comparison)),
    }


class Reader(HTMLParser):
    """What a page is made of: elements with their attributes, in order, and the text of headings and captions."""

    VOID = frozenset({"meta", "link", "img", "br", "hr", "input", "path", "use", "rect"})

    def __init__(self, page: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attributes}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attributes}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


EVERY = ["run", "comparison", "mute", "run without a task", "comparison without a task"]


@pytest.mark.parametrize("name", EVERY)
def test_a_page_is_whole_and_loads_nothing(pages: dict[str, str], name: str) -> None:
    read = Reader(pages[name])
    assert read.open == []
    for tag, attributes in read.elements:
        assert tag not in ("script", "link", "iframe", "object", "img", "embed", "form"), tag
        assert not [attribute for attribute in attributes if attribute.startswith("on")], attributes
        for attribute in ("href", "src", "xlink:href", "action"):
            assert attributes.get(attribute, "#").startswith("#"), attributes
    assert "@import" not in pages[name]
    assert not re.search(r"url\((?!#)", pages[name])


@pytest.mark.parametrize("name", EVERY)
def test_a_page_can_be_read_by_ear_and_by_keyboard(pages: dict[str, str], name: str) -> None:
    read = Reader(pages[name])
    assert read.all("html") == [{"lang": "en"}]
    assert [len(read.all(tag)) for tag in ("h1", "main", "header", "footer", "nav", "title")] == [1] * 6
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(read.all("caption")) == len(read.all("table")) > 0
    assert all(cell.get("scope") in ("col", "row", "rowgroup") for cell in read.all("th"))
    for box in [attributes for _, attributes in read.elements if attributes.get("class") == "scroll"]:
        assert box["tabindex"] == "0"
        assert box["aria-label"]
    for box in [attributes for _, attributes in read.elements if attributes.get("role") == "img"]:
        assert len(box["aria-label"]) > 60


@pytest.mark.parametrize("name", ["run", "comparison"])
def test_on_paper_is_every_table_that_a_screen_folds(pages: dict[str, str], name: str, tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    names = ("chromium", "chromium-browser", "google-chrome")
    if (chromium := next((found for each in names if (found := shutil.which(each))), None)) is None:
        pytest.skip("no chromium here: apt-get install chromium")
    (tmp_path / "page.html").write_text(pages[name], encoding="utf-8")
    seen = "t => t.checkVisibility({contentVisibilityAuto: true})"
    visible = f"[...document.querySelectorAll('details table')].map({seen})"
    wide = "[...document.querySelectorAll('table')].filter(t => t.scrollWidth > document.body.clientWidth + 1).length"
    with playwright.sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 680, "height": 960})
        page.goto((tmp_path / "page.html").as_uri())
        on_screen = page.evaluate(visible)
        page.emulate_media(media="print")
        with contextlib.suppress(playwright.TimeoutError):
            page.wait_for_function(f"{visible}.every(Boolean)", timeout=10_000)  # the next frame is drawn for paper
        on_paper, too_wide = page.evaluate(visible), page.evaluate(wide)
        browser.close()
    assert on_screen and not any(on_screen), "folded on a screen"
    assert all(on_paper), on_paper
    assert too_wide == 0


@pytest.mark.parametrize("name", EVERY)
def test_links_within_a_page_lead_somewhere_and_no_name_is_used_twice(pages: dict[str, str], name: str) -> None:
    read = Reader(pages[name])
    names = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(names) == len(set(names))
    for tag, attributes in read.elements:
        for attribute in ("href", "xlink:href", "aria-labelledby"):
            if attribute in attributes:
                assert attributes[attribute].removeprefix("#") in names, (tag, attributes)
    for used in re.findall(r"url\(#([^)]+)\)", pages[name]):
        assert used in names


@pytest.mark.parametrize("name", ["run", "comparison"])
def test_what_a_scenario_says_is_shown_as_it_was_written(pages: dict[str, str], name: str) -> None:
    read = Reader(pages[name])
    assert "<script>alert(1)</script>" in read.words
    assert "Trouble & <i>strife</i>" in read.words
    assert "</style><script>alert(2)</script>" in read.words
    assert "<img src=x onerror=alert(3)>" in read.words
    for raw in ("<script", "<img", "<i>", "<title><"):
        assert raw not in pages[name]


@pytest.mark.parametrize("name", ["run", "comparison"])
def test_a_page_is_the_same_each_time(pages: dict[str, str], name: str) -> None:
    again = page_of(TEXT) if name == "run" else page_of_comparison()
    assert again == pages[name]


def test_a_run_tells_answer_figures_events_assumptions_and_how_to_repeat(pages: dict[str, str]) -> None:
    words = Reader(pages["run"]).words
    assert "one possible course of events, not a forecast" in words
    assert "sim run trouble.yaml --seed 1" in words
    assert "sim compare trouble.yaml --seed 1 --runs 20" in words
    assert "incident" in words
    assert "day 3 10:00" in words
    assert "crowd.reply.threshold" in words
    assert "0.3 (set by this scenario)" in words
    assert TEXT.strip() in words


def test_a_comparison_tells_arms_intervals_and_how_to_repeat(pages: dict[str, str]) -> None:
    words = Reader(pages["comparison"]).words
    assert "sim compare trouble.yaml --seed 1 --runs 2" in words
    assert "brands.<script>alert(1)</script>.policy: silence" in words
    assert "Those who complained in public" in words
    assert "Each number is a mean over 2 simulated worlds" in words
    assert "of 2" in words


def test_where_nobody_posts_or_answers_the_page_says_so(pages: dict[str, str]) -> None:
    words = Reader(pages["mute"]).words
    assert "Nobody posted about Mute" in words
    assert "No brand answered anybody in this run" in words
    assert "Nothing befell the brands in this run" in words


def test_one_world_is_called_one_world() -> None:
    scenario = loads(TEXT, file="trouble.yaml")
    arms = {"baseline": scenario, **scenario.arms()}
    comparison = compare([run_arms(arms, 1)])
    page = compare_report(comparison, compare_figures(comparison))
    assert "This is one world: what differs in it may be chance." in page
    assert "1 world." in page


# ---------------------------------------------------------------------------------------------- assumptions


def paths_of(text: str) -> set[str]:
    return {number.path for idea in leaned_on(loads(text)) for number in idea.assumptions}


def test_only_assumptions_that_matter_are_listed() -> None:
    silent = paths_of("scenario: a\nbrands: [{name: A}]\n")
    assert "crowd.observers.influence" in silent
    assert not {path for path in silent if path.startswith(("crowd.reply.", "crowd.broadcast.", "press.", "brands."))}
    assert "graph.triad_chance" not in silent
    answering = paths_of("scenario: a\nbrands: [{name: A, policy: p}]\npolicies: {p: {}}\npress: {}\n")
    assert {"crowd.reply.threshold", "press.reach", "crowd.broadcast.comments"} <= answering
    assert "crowd.broadcast.statement_strength" not in answering


def unstated_in(text: str, *overrides: str) -> set[str]:
    return {number.path for idea in unstated(Subject.of(loads(text, overrides))) for number in idea.assumptions}


def test_settings_that_a_scenario_does_not_state_are_assumptions_too() -> None:
    silent = unstated_in("scenario: a\nbrands: [{name: A, price: 3}]\n")
    assert silent == {
        "brands.A.quality", "brands.A.failures.failure.chance", "brands.A.failures.failure.vividness",
        "brands.A.known_by", "brands.A.margin",
    }  # fmt: skip
    answering = "scenario: a\nbrands: [{name: A, policy: p, failures: {late: 2 %}, statements: [" \
        "{at: day 1, explanation: .5, ownership: .5}]}]\npolicies: {p: {quality: {action: .7}}, idle: {}}\n"
    found = unstated_in(answering, "brands.A.desk.agents=4", "brands.A.known_by=9 %")
    assert {"brands.A.desk.hours.0.hours", "policies.p.quality.ease", "brands.A.statements.0.reach"} <= found
    stated = ("desk.agents", "known_by", "failures.late.chance", "statements.0.explanation", "desk.handling_time")
    assert not found & {f"brands.A.{path}" for path in stated}
    assert not any("idle" in path or path.endswith((".after", "quality.action")) for path in found)


def test_what_no_brand_states_is_listed_once_and_the_same_from_a_result() -> None:
    text = "scenario: a\nbrands: [{name: A.B, quality: .6}, {name: C}]\nwhat_if: {known: {brands.C.margin: .4}}\n"
    armed = Subject.of(loads(text, arm="known"))
    found = {number.path for idea in unstated(armed) for number in idea.assumptions}
    assert {"brands.*.price", "brands.*.known_by", "brands.C.quality", "brands.A.B.margin"} <= found
    assert not found & {"brands.A.B.quality", "brands.C.margin", "brands.A.B.price"}
    again = Subject(from_values(armed.scenario.resolved()), armed.origin)
    assert unstated(again) == unstated(armed)


def test_desks_that_agree_are_listed_once() -> None:
    two = "scenario: a\nbrands: [{name: A, policy: p}, {name: B, policy: p%s}]\npolicies: {p: {}}\n"
    assert "brands.*.desk.handling_time" in paths_of(two % "")
    differing = paths_of(two % ", desk: {handling_time: 5 min}")
    assert {"brands.A.desk.handling_time", "brands.B.desk.handling_time"} <= differing
    assert "brands.*.desk.handling_time" not in differing


# ---------------------------------------------------------------------------------------------- commands

PLAIN = "scenario: a\nbrands: [{name: A}]\nwhat_if: {lower: {brands.A.quality: 0.5}, higher: {brands.A.quality: 0.9}}\n"


def test_a_run_is_repeated_with_its_arm_overrides_seed_and_runs() -> None:
    scenario = loads(PLAIN, ["brands.A.failures={late flight: 5 %}"], "lower", file="folder/a file.yaml")
    task = Task("run", {"lower": Subject.of(scenario)}, 7, 3)
    assert command(task) == (
        "sim run 'folder/a file.yaml' --arm lower --set 'brands.A.failures={late flight: 5 %}' --seed 7 --runs 3"
    )


@pytest.mark.parametrize(
    ("typed", "told"),
    [("../scenarios/a.yaml", "../scenarios/a.yaml"), ("./a.yaml", "a.yaml"), ("/home/me/a.yaml", "a.yaml")],
)
def test_a_file_is_told_as_it_was_typed_but_never_from_the_root(typed: str, told: str) -> None:
    task = Task("compare", {"baseline": Subject.of(loads(PLAIN, file=typed))}, 7, 3)
    assert command(task) == f"sim compare {told} --seed 7 --runs 3"


@pytest.mark.parametrize(
    ("arms", "said"),
    [
        (["baseline", "lower", "higher"], "sim compare a.yaml --seed 1 --runs 4"),
        (["baseline", "higher"], "sim compare a.yaml --arms higher --seed 1 --runs 4"),
        (["lower", "baseline", "higher"], "sim compare a.yaml --baseline lower --seed 1 --runs 4"),
    ],
)
def test_a_comparison_is_repeated_with_its_arms(arms: list[str], said: str) -> None:
    scenario = loads(PLAIN, file="a.yaml")
    task = Task("compare", {name: Subject.of(scenario.arm(name)) for name in arms}, 1, 4)
    assert command(task) == said


def test_values_are_written_as_in_a_scenario() -> None:
    assert flow([{"at": "day 11 09:00", "on": True, "by": None, "much": 0.8}]) == (
        "[{at: day 11 09:00, on: true, by: null, much: 0.8}]"
    )


def test_a_result_repeated_from_its_folder_has_the_same_page(pages: dict[str, str]) -> None:
    from sim.scenario.load import from_values

    scenario = loads(TEXT, file="trouble.yaml")
    origin = Subject.of(scenario).origin
    reopened = from_values(scenario.resolved(), file="somewhere/manifest.json")
    lived = live(reopened, 1)
    metrics = measure(lived.record)
    task = Task("run", {"baseline": Subject(reopened, origin)}, 1)
    page = run_report(lived.record, metrics, facts(lived.graph), run_figures(lived.record, metrics), task)
    assert page == pages["run"]
