"""Calibration: data from plain files, a known truth recovered, the held-back part, and what is honestly not known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worlds import world_of

from sim.app.cli import answer
from sim.app.plots.calibration import calibration_figures
from sim.errors import FileError, UserError
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.study.calibrate import Calibration, Runs, calibrate, freshly
from sim.study.features import named_features
from sim.study.forecast import baselines, bass, bass_increments, forecast
from sim.study.observed import Observed, mapped, read_observed
from sim.study.priors import priors
from sim.study.workers import Here, workers

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
NAMES = ("complaint_posts", "praise_posts", "ttfr_minutes", "rating")
BINS = 6 * 24
CHANCE, TIME, NOTHING = "brands.A.failures.late.chance", "brands.A.desk.handling_time", "brands.B.margin"


def scenario(**uncertain: Any) -> Scenario:
    brands = [
        {"name": "A", "policy": "human", "failures": {"late": 0.2}, "desk": {"agents": 2, "hours": "24/7"}},
        {"name": "B"},
    ]
    given = {CHANCE: {"uniform": [0.05, 0.5]}, TIME: {"uniform": ["5 min", "60 min"]}, NOTHING: {"uniform": [0.1, 0.5]}}
    return world_of(brands, n=150, days=6, uncertain=uncertain or given)


def made(truth: list[float], seed: int = 5, **uncertain: Any) -> Observed:
    """What one world of a known truth (cumulative chances) shows."""
    empty = Observed(None, "hour", BINS, {name: np.ones(BINS) for name in NAMES})
    runs = Runs.of(scenario(**uncertain), empty, None, 1.0, seed, Here(), lambda: None)
    return freshly(empty, runs.at(np.array([truth]), 9_000)[0])


# ------------------------------------------------------------------------------------------------ files


def csv(folder: Path, text: str) -> Path:
    file = folder / "data.csv"
    file.write_text(text)
    return file


def test_values_are_put_into_bins(tmp_path: Path) -> None:
    rows = "".join(f"2026-03-0{d} {h:02}:30,{h}\n" for d in (1, 2) for h in range(24) if (d, h) != (1, 7))
    found = read_observed(csv(tmp_path, "when,n\n" + rows), {"posts": "n"}, time="when", per="hour")
    assert (str(found.starts), found.bins, found.days) == ("2026-03-01", 48, 2)
    assert found.values["posts"][24:30].tolist() == [0, 1, 2, 3, 4, 5]
    assert np.isnan(found.values["posts"][[0, 7]]).all(), "begun within the bin; not observed"
    daily = read_observed(csv(tmp_path, "day,n,stars\n0,4,3\n1,6,\n2,5,4\n"), {"posts": "n", "rating": "stars"})
    assert daily.per == "day" and daily.values["posts"].tolist() == [4, 6, 5]
    assert daily.values["rating"][[0, 2]].tolist() == [3, 4] and np.isnan(daily.values["rating"][1])
    assert daily.starts is None


def test_rows_are_counted(tmp_path: Path) -> None:
    text = "time,mood,brand\n" + "".join(
        f"2026-03-01 {h:02}:{m:02},{'bad' if m else 'good'},{'A' if h < 20 else 'B'}\n"
        for h in range(24)
        for m in (0, 20, 40)
    )
    columns = mapped(["*=posts", "mood:bad=complaint_posts"])
    found = read_observed(csv(tmp_path, text), columns, where={"brand": "A"}, per="hour")
    assert found.bins == 20
    assert found.values["posts"].tolist() == [3] * 20 and found.values["complaint_posts"].tolist() == [2] * 20
    shifted = read_observed(csv(tmp_path, text), columns, per="hour", shift=-2)
    assert str(shifted.starts) == "2026-02-28" and np.isnan(shifted.values["posts"][:22]).all()


@pytest.mark.parametrize(
    "text, columns, said",
    [
        ("day,n\n0,many\n", {"posts": "n"}, "data.csv:2: n: 'many' is no number"),
        ("day,n\nsoon,1\n", {"posts": "n"}, "data.csv:2: day: 'soon' is no date"),
        ("day,n\n", {"posts": "n"}, "has no rows"),
        ("day,n\n0,1\n", {"posts": "m"}, "has no column 'm'"),
    ],
)
def test_wrong_files_are_told(tmp_path: Path, text: str, columns: dict[str, str], said: str) -> None:
    with pytest.raises((UserError, FileError), match=said):
        read_observed(csv(tmp_path, text), columns)


@pytest.mark.parametrize("text, said", [("n=postz", "did you mean"), ("n", "column=series")])
def test_wrong_mappings_are_told(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        mapped([text])


# ------------------------------------------------------------------------------------------------ parts


@pytest.mark.parametrize(
    "given, u, value",
    [
        ({"uniform": ["6 min", "30 min"]}, 0.5, 0.3),
        ({"triangular": ["6 min", "36 min", "66 min"]}, 0.125, 0.35),
        ({"normal": ["1 h", "30 min"]}, 0.8413447, 1.5),
        ({"lognormal": ["1 h", 0.5]}, 0.8413447, np.exp(0.5)),
    ],
)
def test_uncertainties_are_numbers(given: dict[str, Any], u: float, value: float) -> None:
    (prior,) = priors(scenario(**{TIME: given}))
    assert float(prior.at(u)) == pytest.approx(value, rel=1e-5)
    assert prior.chance_below(value) == pytest.approx(u, abs=2e-3)


def test_features_tell_level_and_course() -> None:
    mask = {"posts": np.ones(96, dtype=bool)}
    flat, steep = np.full(96, 4.0), np.arange(96.0)
    told = dict(named_features({"posts": flat}, 96, "hour", mask, free=False))
    assert told["posts: level"] == pytest.approx(np.log(4), abs=0.01) and told["posts: part 3"] == pytest.approx(
        0, abs=0.05
    )
    rising = dict(named_features({"posts": steep}, 96, "hour", mask, free=True))
    assert "posts: level" not in rising
    assert rising["posts: part 8"] > 0.5 > -0.5 > rising["posts: part 1"]
    again = dict(named_features({"posts": 50 * steep}, 96, "hour", mask, free=True))
    assert again["posts: part 8"] == pytest.approx(rising["posts: part 8"], abs=0.02), "the course has no level"


def test_baselines_and_bass() -> None:
    week = np.tile([1.0, 2, 3, 4, 5, 6, 7], 3)
    told = baselines("posts", week, 9, "day")
    assert told["seasonal"].tolist() == [1, 2, 3, 4, 5, 6, 7, 1, 2]
    assert told["last value"][0] == 7 and told["mean"][0] == 4 and "Bass" not in told
    curve = bass_increments(np.arange(20), 0.02, 0.4, 1000)
    found = bass(curve[:12])
    assert found is not None and found == pytest.approx((0.02, 0.4, 1000), rel=1e-3)
    assert baselines("adopters", curve[:12], 8, "day")["Bass"] == pytest.approx(curve[12:], rel=1e-3)
    judged = forecast("adopters", curve, 12, [curve + 5, curve - 5], "day")
    assert judged.errors["simulator"] == pytest.approx(0) and judged.inside == 1 and judged.best_baseline == "Bass"


# ------------------------------------------------------------------------------------------------ the fit


@pytest.fixture(scope="module")
def found() -> Calibration:
    return calibrate(scenario(), made([0.6, 0.25, 0.9]), points=60)


def test_a_known_truth_is_recovered_and_what_does_nothing_is_told(found: Calibration) -> None:
    chance, handling, nothing = found.fitted
    assert chance.low < 0.32 < chance.high and chance.informed
    assert handling.low < (5 + 0.25 * 55) / 60 < handling.high and handling.informed
    assert not nothing.informed and nothing.width > 0.8
    assert found.uncertain[NOTHING] == {"uniform": [0.1, 0.5]}, "what is not told keeps its range"
    assert [each.series for each in found.forecasts] == ["complaint_posts", "praise_posts", "rating"]
    assert all(each.inside > 0.7 for each in found.forecasts)
    assert not found.misfits or abs(found.misfits[0].off) < 6


def test_the_ranges_can_be_pasted(found: Calibration) -> None:
    again = scenario(**found.uncertain)
    assert priors(again)[1].numbers[1] == pytest.approx(found.fitted[1].middle, rel=1e-3)
    assert float(priors(again)[0].at(0.05)) == pytest.approx(found.fitted[0].low, rel=0.1)


def test_the_same_fit_whatever_the_processes() -> None:
    observed = made([0.6, 0.25, 0.9])
    with workers(2) as executor:
        one = calibrate(scenario(), observed, points=50, waves=1, executor=executor)
    assert repr(one) == repr(calibrate(scenario(), observed, points=50, waves=1))


def test_data_the_model_cannot_make_are_told() -> None:
    observed = made([0.6, 0.25, 0.9])
    values = dict(observed.values)
    values["praise_posts"] = np.where(np.arange(BINS) % 24 < 6, 400.0, 0.0)
    found = calibrate(scenario(), freshly(observed, values), points=50, waves=2)
    assert found.misfits and found.misfits[0].what.startswith("praise_posts")
    assert found.distance["praise_posts"] > 3


def test_what_cannot_be_fitted_is_told() -> None:
    with pytest.raises(UserError, match="nothing is uncertain"):
        calibrate(scenario().changed({"uncertain": {}}), made([0.5, 0.5, 0.5]))
    with pytest.raises(UserError, match="no number to fit"):
        priors(scenario(**{"brands.A.policy": {"one of": ["human", "template"]}}))
    with pytest.raises(UserError, match="hold back less"):
        calibrate(scenario(), made([0.5, 0.5, 0.5]), hold_back=0.99)


def test_the_figure_has_a_panel_for_each_series(found: Calibration) -> None:
    figure = calibration_figures(found)["fit"]
    assert len(figure.axes) == 3 and "best simple rule" in figure.get_label()


FILE = """
scenario: A small fit
clock: {days: 2, warm_up: 0 h}
customers: {number: 80}
brands: [{name: A, failures: {late: 30 %}}]
uncertain: {brands.A.failures.late.chance: {uniform: [5 %, 60 %]}}
crowd: {journey: {uses: 1.0}, voice: {complaint: 0.9}}
"""


def test_the_verb_writes_ranges_to_paste(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(FILE)
    Path("d.csv").write_text("day,bad\n" + "".join(f"{k},{15 + k % 3}\n" for k in range(8)))
    words = ["calibrate", "s.yaml", "--data", "d.csv", "--map", "bad=complaint_posts", "--points", "50", "--jobs", "1"]
    assert answer([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "sim.calibrate/1" and told["ok"]
    folder = Path(told["data"]["output"])
    assert (folder / "figures" / "fit.svg").exists() and (folder / "forecast-complaint_posts.csv").exists()
    pasted = FILE.replace(FILE.splitlines()[5], (folder / "uncertain.yaml").read_text())
    Path("fitted.yaml").write_text(pasted)
    assert load("fitted.yaml").uncertain
    assert answer([*words, "--hold-back", "25"]) == 2
    assert "did you mean 25 %" in capsys.readouterr().err
    assert answer([*words[:5], "bad=nonsense"]) == 2


# ------------------------------------------------------------------------------------------------ real data

TALK = """
scenario: Talk about a firm
clock: {days: 6, warm_up: 1 day}
customers: {number: 400}
brands: [{name: A, failures: {trouble: 8 %}}, {name: B}]
uncertain:
  brands.A.failures.trouble.chance: {uniform: [0.02, 0.6]}
  crowd.journey.uses: {uniform: [0.05, 0.8]}
  crowd.voice.praise: {uniform: [0.02, 0.6]}
"""


@pytest.mark.skipif(not DATA.exists(), reason="the real data are not beside this checkout")
@pytest.mark.parametrize("firm", ["AMZN", "KO"])
def test_talk_about_a_firm_is_judged_against_simple_rules(firm: str, tmp_path: Path) -> None:
    (tmp_path / "talk.yaml").write_text(TALK)
    file = DATA / "crises" / f"nab_twitter_volume_{firm}.csv"
    observed = read_observed(file, {"posts": "value"}, per="hour", days=6, shift=-6)
    assert observed.bins == 144 and np.nanmin(observed.values["posts"]) > 0
    found = calibrate(load(tmp_path / "talk.yaml"), observed, scale=None, points=50, waves=2)
    (judged,) = found.forecasts
    assert set(judged.errors) == {"simulator", "last value", "mean", "seasonal"}
    assert all(np.isfinite(list(judged.errors.values())))


@pytest.mark.skipif(not DATA.exists(), reason="the real data are not beside this checkout")
def test_posts_about_an_airline_agree_with_counts_by_hand() -> None:
    file = DATA / "posts" / "airline_tweets_notext.csv"
    columns = mapped(["*=posts", "airline_sentiment:negative=complaint_posts"])
    found = read_observed(
        file, columns, time="created_pst", where={"airline": "United", "dup_of_earlier": "0"}, per="day"
    )
    share = np.nansum(found.values["complaint_posts"]) / np.nansum(found.values["posts"])
    assert share == pytest.approx(0.689, abs=0.02), "68.9 % of the posts about United are negative"
