"""Figures: true titles, labels that overlap nothing, and the same bytes whoever draws them."""

from __future__ import annotations

import hashlib
import pickle
import re
import subprocess
import sys
import warnings
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import sim.world
from sim.app.findings import ranked_arms
from sim.app.plots import (
    NARROW,
    WIDE,
    cascade,
    compare_figures,
    desk,
    forest,
    paths,
    reputation,
    run_figures,
    save,
    svg_text,
    voices,
)
from sim.app.plots.look import HUES, drawable, drawing, shortened, width_of, wrapped
from sim.app.plots.sheet import LINE, nice_range, spread
from sim.app.plots.time_axis import GLYPHS, marks_of, step_for
from sim.scenario.load import loads
from sim.study.compare import Comparison, Difference, compare
from sim.study.metrics import Metrics, measure
from sim.study.replicate import run_arms
from sim.world.build import build
from sim.world.record import Record
from sim.world.simulation import Simulation

TWO = """
scenario: Two brands
clock: {days: 8, warm_up: 1 day}
customers: {number: 600}
brands:
  - {name: Skyline, policy: kind, desk: {agents: 1}}
  - {name: Northair}
policies: {kind: {quality: {action: 0.6}}}
incidents: [{at: day 3 10:00, brand: Skyline, cause: late flight, affects: 60 %}]
"""
NASTY = """
scenario: Names that break things
clock: {days: 12, warm_up: 0 h}
customers: {number: 500}
brands:
  - {name: A Very Long Brand Name International Holdings, policy: kind, quality: 0.5}
  - {name: "<script>alert(1)</script>", policy: kind}
  - {name: "Cash$Money$ & Sons_^{2}", policy: kind}
  - {name: "东方航空", policy: kind}
  - {name: A Very Long Brand Name International Holdings Two}
  - {name: Sixth}
policies: {kind: {quality: {action: 0.6}}}
incidents:
  - {at: day 3 10:00, brand: "东方航空", cause: a cause of trouble too long to be read at a glance, affects: 40 %}
  - {at: day 3 12:00, brand: Sixth, cause: "<b>bold</b> & $x^2$", affects: 40 %}
  - {at: day 3 14:00, brand: "<script>alert(1)</script>", cause: two hours later, affects: 40 %}
  - {at: day 11 14:00, brand: "<script>alert(1)</script>", cause: late trouble, affects: 40 %}
"""
MUTE = """
scenario: Nobody says a word
clock: {days: 2, warm_up: 0 h}
customers: {number: 200}
brands: [{name: Mute}]
crowd: {voice: {ordinary: 0, praise: 0, complaint: 0, private: 0}}
"""
SILENT = """
scenario: Nobody answers
clock: {days: 400, warm_up: 1 day}
customers: {number: 120}
brands: [{name: Hush}]
incidents: [{at: day 90, brand: Hush, cause: outage, affects: 80 %}]
"""


LONG = """
scenario: Two words in half a year
clock: {days: 150, warm_up: 0 h}
customers: {number: 200}
brands:
  - name: Hush
    statements:
      - {at: day 2 12:00, explanation: 0.5, ownership: 0.5, sincerity: 0.1, reach: 50 %}
      - {at: day 3 12:00, explanation: 0.9, ownership: 0.9, sincerity: 0.9, reach: 50 %}
  - {name: Rush, policy: kind}
policies: {kind: {quality: {action: 0.6}}}
incidents: [{at: day 2 08:00, brand: Hush, cause: outage, affects: 80 %}]
"""


def lived(text: str) -> Record:
    return Simulation(build(loads(text), seed=1)).run()


@pytest.fixture(scope="module")
def records() -> dict[str, Record]:
    return {name: lived(text) for name, text in CASES.items()}


CASES = {"two": TWO, "nasty": NASTY, "mute": MUTE, "silent": SILENT, "long": LONG}


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    scenario = loads(TWO)
    arms = {
        "baseline": scenario,
        "silence": scenario.changed({"brands.Skyline.policy": "silence"}),
        "two more agents than there are today": scenario.changed({"brands.Skyline.desk.agents": 3}),
    }
    return compare([run_arms(arms, seed) for seed in (1, 2, 3)])


def all_figures(records: dict[str, Record], comparison: Comparison, width: float) -> dict[str, Figure]:
    found = {
        f"{case}, {name}": figure
        for case, record in records.items()
        for name, figure in run_figures(record, measure(record), width).items()
    }
    return found | {f"compared, {name}": figure for name, figure in compare_figures(comparison, width).items()}


# ---------------------------------------------------------------------------------------------- what is drawn


def test_a_run_has_its_five_figures(records: dict[str, Record]) -> None:
    figures = run_figures(records["two"], measure(records["two"]))
    assert list(figures) == ["reputation", "voices", "desk", "cascade", "journey"]


def test_days_in_which_all_happened_are_drawn_wide_enough_to_see_what_came_first(records: dict[str, Record]) -> None:
    """Of 150 days the first eight; not where they are no sliver of the run, nor where something happens later."""
    figure = run_figures(records["long"], measure(records["long"]))["reputation"]
    said = [text for text, _ in texts_of(figure)]
    assert "Reputation, the first 8 days" in said and "Reputation, all days" in said
    wide, whole = figure.axes[1], figure.axes[3]
    assert wide.get_xlim() == (0, 8) and whole.get_xlim() == (0, 150)
    assert wide.lines[-1].get_xdata()[-1] == 8, "every hour of them"
    for name in ("two", "silent"):
        drawn = run_figures(records[name], measure(records[name]))["reputation"]
        assert not any("the first" in text for text, _ in texts_of(drawn))


def test_what_has_nothing_to_show_is_left_out(records: dict[str, Record]) -> None:
    assert "desk" not in run_figures(records["silent"], measure(records["silent"]))
    mute = run_figures(records["mute"], measure(records["mute"]))
    assert "cascade" not in mute
    assert mute["voices"].get_label() == "Nobody posted about Mute in these 2 days"


def test_a_comparison_has_its_four_figures(comparison: Comparison) -> None:
    assert list(compare_figures(comparison)) == ["effects", "differences", "paths", "fans"]


def test_of_many_arms_the_best_is_drawn_and_those_left_out_are_named() -> None:
    """Arms with much to lose are farther from the baseline than the best; it used to have no panel."""
    scenario = loads(TWO)
    quality = "brands.Skyline.quality"
    arms = {"baseline": scenario, **{f"worse {k}": scenario.changed({quality: 0.1 + 0.02 * k}) for k in range(6)}}
    arms |= {"a little better": scenario.changed({quality: scenario.brand("Skyline").quality + 0.05})}
    many = compare([run_arms(arms, seed) for seed in (1, 2)])
    assert ranked_arms(many)[1][0] == "a little better"
    for name, left in (("fans", 4), ("paths", 2)):
        figure = compare_figures(many)[name]
        words = " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")
        assert words.count("a little better") >= 1, name
        assert "Not drawn, but in the tables:" in words, name
        told = words.partition("Not drawn, but in the tables:")[2].partition(".")[0]
        assert "a little better" not in told and told.count("'worse") == left, (name, told)
    assert "Skyline's reputation as it stands ends between" in compare_figures(many)["fans"].get_label()


def test_the_same_brand_has_the_same_colour_everywhere(records: dict[str, Record]) -> None:
    figures = run_figures(records["two"], measure(records["two"]))
    for name in ("reputation", "voices", "desk"):
        drawn = {str(line.get_color()) for axes in figures[name].axes for line in axes.get_lines()}
        assert HUES[0] in drawn, name
        assert not drawn & set(HUES[2:]), name


def test_colours_stand_out_from_paper() -> None:
    for hue in HUES:
        assert contrast(hue, "#ffffff") >= 3.0, hue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 defines it."""
    lights = []
    for colour in (one, other):
        parts = np.array(matplotlib.colors.to_rgb(colour))
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        lights.append(float(linear @ (0.2126, 0.7152, 0.0722)))
    return (max(lights) + 0.05) / (min(lights) + 0.05)


# ---------------------------------------------------------------------------------------------- true titles


def told(metrics: Metrics, **changes: Any) -> Metrics:
    """Metrics with other numbers of the first brand."""
    from dataclasses import replace

    name, brand = next(iter(metrics.brands.items()))
    return replace(metrics, brands={**metrics.brands, name: replace(brand, **changes)})


@pytest.mark.parametrize(
    ("start", "low", "end", "title"),
    [
        (
            54.9,
            53.1,
            53.7,
            "loses 1.8 points of reputation by day .* and wins 0.6 back: after 8 days it stands at 53.7",
        ),
        (54.9, 53.7, 53.7, "loses 1.2 points of reputation: after 8 days it stands at 53.7 of 100"),
        (50.0, 50.0, 58.0, "gains 8.0 points of reputation: after 8 days it stands at 58.0 of 100"),
        (50.0, 49.9, 50.1, "reputation hardly moves: after 8 days it stands at 50.1 of 100, where it began at 50.0"),
        (50.0, 40.0, 51.0, "loses 10.0 points of reputation on the way and wins them back"),
        (None, None, None, "Nobody knows Skyline"),
    ],
)
def test_the_title_says_how_reputation_moved(
    records: dict[str, Record], start: float | None, low: float | None, end: float | None, title: str
) -> None:
    from sim.study.metrics import Span

    metrics = told(measure(records["two"]), reputation=Span(start, end, low))
    assert re.search(title, reputation.headline(records["two"], metrics))


@pytest.mark.parametrize(
    ("posted", "title"), [(-0.9, "darker than"), (0.9, "brighter than"), (None, "Nobody posted about Skyline")]
)
def test_the_title_says_how_posts_differ_from_people(
    records: dict[str, Record], posted: float | None, title: str
) -> None:
    metrics = told(measure(records["two"]), net_sentiment=posted)
    assert title in voices.headline(records["two"], metrics)


def test_the_title_says_what_the_desk_did(records: dict[str, Record]) -> None:
    metrics = measure(records["two"])
    brand = metrics.brands["Skyline"]
    title = desk.headline(records["two"], metrics, 0)
    assert title.startswith(f"Skyline answered {100 * (brand.reply_rate or 0):.0f} % of complaints")
    assert f"at worst {brand.backlog.max} waited" in title
    nobody = told(metrics, reply_rate=0.0, grievances=12)
    assert desk.headline(records["two"], nobody, 0) == "Skyline answered none of 12 complaints"


@pytest.mark.parametrize(
    ("single", "most", "title"),
    [
        (0.964, 41, "Most posts go nowhere: 96.4 % are never passed on, the farthest-travelled one 40 times"),
        (0.9, 2, "Most posts go nowhere: 90 % are never passed on, the farthest-travelled one once"),
        (1.0, 1, "Stories went nowhere: of 30 posts not one was passed on"),
        (0.4, 100, "Many posts travel: 60 % are passed on, one of them 99 times"),
        (None, None, "Nobody posted"),
    ],
)
def test_the_title_says_how_far_stories_travel(single: float | None, most: int | None, title: str) -> None:
    from sim.study.cascades import CascadeMetrics

    metrics = CascadeMetrics(30, 1.1, most, 0.98, 60.0, single, 3, 1.4)
    assert cascade.headline(metrics) == title




@pytest.mark.parametrize(
    ("line", "said"),
    [
        ([0, -0.1, -0.79], "−0.79 points at the end ("),
        ([0, -0.794, -0.791], "−0.79 points on day 1, as much at the end ("),
        ([0, 0.5, 0.2], "+0.50 points on day 1, +0.20 at the end ("),
    ],
)
def test_the_title_says_once_how_far_an_arm_moves_reputation(
    comparison: Comparison, line: list[float], said: str
) -> None:
    assert f"'silence' moves reputation most: {said}" in paths.headline(comparison, {"silence": np.array(line)})


@pytest.mark.parametrize(
    ("mean", "low", "high", "wins", "said"),
    [
        (0.0, 0.0, 0.0, 0, "the same"),
        (-3e-14, -9e-14, 4e-14, 0, "the same"),
        (0.0, None, None, 0, "the same"),
        (0.2, -0.1, 0.4, 7, "nearly the same  7 of 10"),
        (0.2, -0.1, 0.6, 7, "0 h [0 h, +1 h]  7 of 10"),
    ],
)
def test_a_difference_of_nothing_is_told_in_one_way(
    mean: float, low: float | None, high: float | None, wins: int, said: str
) -> None:
    assert forest.in_words(Difference(mean, low, high, wins, 10), "staff_hours") == said


# ---------------------------------------------------------------------------------------------- labels


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_label_overlaps_another_or_leaves_the_figure(
    records: dict[str, Record], comparison: Comparison, width: float
) -> None:
    for name, figure in all_figures(records, comparison, width).items():
        boxes = texts_of(figure)
        whole = figure.bbox
        for text, box in boxes:
            inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= whole.x1 + 1 and box.y1 <= whole.y1 + 1
            assert inside, f"{name} at {width}: {text!r} leaves the figure"
        for place, (text, box) in enumerate(boxes):
            for other, against in boxes[place + 1 :]:
                assert not overlap(box, against), f"{name} at {width}: {text!r} overlaps {other!r}"


def texts_of(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every text that is drawn in a figure (the marks of what happened aside), with the box around its letters."""
    with drawing():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        drawn = list(figure.texts)
        for axes in figure.axes:
            drawn += axes.texts
            for axis in (axes.xaxis, axes.yaxis) if axes.axison else ():
                low, high = sorted(axis.get_view_interval())
                places = axis.get_majorticklocs()
                drawn += [
                    label
                    for place, label in zip(places, axis.get_majorticklabels(), strict=True)
                    if low - 1e-9 <= place <= high + 1e-9
                ]
        # of a note with an arrow or an offset, the letters alone
        boxes = [(text.get_text(), Text.get_window_extent(text, canvas.get_renderer())) for text in drawn]
        return [(words, box) for words, box in boxes if words.strip() and words not in GLYPHS.values()]


def overlap(one: Bbox, other: Bbox) -> bool:
    """Whether two boxes share more than a hair (letters have air above and below)."""
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    down = min(one.y1, other.y1) - max(one.y0, other.y0)
    return bool(across > 1.0 and down > 2.0)


@given(st.lists(st.floats(-1, 4), max_size=12), st.floats(0.5, 3))
def test_spread_labels_stay_apart_and_in_order(wanted: list[float], height: float) -> None:
    placed = spread(sorted(wanted), LINE, height)
    assert len(placed) == len(wanted)
    assert all(b - a >= LINE - 1e-9 for a, b in pairwise(placed))
    if placed and (len(placed) - 1) * LINE <= height:
        assert placed[0] >= -1e-9
        assert placed[-1] <= height + 1e-9


def test_a_label_with_room_stays_where_it_is_wanted() -> None:
    assert spread([0.5, 1.5], LINE, 2.0) == [0.5, 1.5]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=20))
def test_an_axis_holds_its_values_and_stays_in_bounds(values: list[float]) -> None:
    low, high = nice_range(values, 8, 0, 100)
    assert 0 <= low <= min(values) <= max(values) <= high <= 100
    assert high - low >= 8


@given(st.floats(0.1, 4000), st.floats(1, 7))
def test_ticks_have_room_for_their_labels(days: float, breadth: float) -> None:
    assert days / step_for(days, breadth) * 0.5 <= breadth or step_for(days, breadth) == 2000


def test_repeated_alarms_are_one_label(records: dict[str, Record]) -> None:
    from dataclasses import replace

    from sim.world.world import Note

    alarms = tuple(Note(24.0 * day, 0, "alarm", "unusually many complaints") for day in range(6))
    marks = marks_of(replace(records["two"], notes=alarms), 8.0, 5.0)
    assert [mark.words for mark in marks] == ["alarm (6 times)", "", "", "", "", ""]


def test_text_is_cut_wrapped_and_drawable() -> None:
    assert shortened("A brand with a long name", 0.6) == "A bran…"
    assert width_of(shortened("w" * 200, 1.0)) <= 1.0
    assert drawable("a\n东b") == "a □b"
    for line in wrapped("some words that need more than one line to stand in", 1.5):
        assert width_of(line) <= 1.5
    assert wrapped("wide", 1.0, taken=0.9) == ["", "wide"]


def test_names_in_any_script_and_with_any_sign_are_drawn_without_a_warning(records: dict[str, Record]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for figure in run_figures(records["nasty"], measure(records["nasty"])).values():
            svg_text(figure)


# ---------------------------------------------------------------------------------------------- bytes

DRAWN = """
import hashlib, pickle, sys
from pathlib import Path
from sim.app.plots import run_figures, save
from sim.study.metrics import measure
folder = Path(sys.argv[1])
record = pickle.loads((folder / "record").read_bytes())
for name, figure in run_figures(record, measure(record)).items():
    for file in save(figure, folder, name):
        print(file.name, hashlib.sha256(file.read_bytes()).hexdigest())
assert "matplotlib.pyplot" not in sys.modules
"""


def test_figures_have_the_same_bytes_whatever_the_hash_seed(records: dict[str, Record], tmp_path: Path) -> None:
    (tmp_path / "record").write_bytes(pickle.dumps(records["two"]))
    said = [
        subprocess.run(
            [sys.executable, "-c", DRAWN, str(tmp_path)],
            env={"PYTHONHASHSEED": seed, "MPLCONFIGDIR": str(tmp_path), "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]
    assert said[0].count("\n") == 10
    here = run_figures(records["two"], measure(records["two"]))
    for name, figure in here.items():
        for file in save(figure, tmp_path, name):
            assert f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}" in said[0]


def test_figures_do_not_heed_the_readers_settings(records: dict[str, Record]) -> None:
    metrics = measure(records["two"])
    usual = svg_text(run_figures(records["two"], metrics)["reputation"])
    with matplotlib.rc_context(
        {"font.size": 30, "axes.facecolor": "red", "svg.hashsalt": "other", "lines.linewidth": 9}
    ):
        assert svg_text(run_figures(records["two"], metrics)["reputation"]) == usual


def test_an_inlined_figure_brings_only_its_own_names_and_no_metadata(records: dict[str, Record]) -> None:
    figures = run_figures(records["nasty"], measure(records["nasty"]))
    text = svg_text(figures["reputation"], "one-")
    assert text.startswith("<svg ")
    assert text.endswith("</svg>")
    assert all(name.startswith("one-") for name in re.findall(r'\bid="([^"]+)"', text))
    assert all(name.startswith("one-") for name in re.findall(r'href="#([^"]+)"', text))
    assert all(name.startswith("one-") for name in re.findall(r"url\(#([^)]+)\)", text))
    head = text[: text.index(">")]
    assert "width=" not in head
    assert "viewBox=" in head
    for unwanted in ("<script", "<metadata", "<!--", "<text", "<title"):
        assert unwanted not in text


def test_every_kind_of_note_that_the_world_makes_has_a_mark() -> None:
    """What managers put down is found in the sources, so that a new kind of note is missed here and not on a page."""
    sources = [path.read_text() for path in (Path(sim.world.__file__).parent).glob("*.py")]
    kinds = {kind for source in sources for kind in re.findall(r"\.note\([^\n]*?, \"(\w+)\",", source)}
    assert {"incident", "press", "fix", "campaign", "turnover"} <= kinds <= set(GLYPHS)
