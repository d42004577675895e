"""Calibration: data from plain files, a known truth recovered, the held-back part, and what is honestly not known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worlds import world_of

import sim
from sim.app.calibrate import _foretells, fit_rows, summary, verdict
from sim.app.cli import answer
from sim.app.plots.calibration import calibration_figures
from sim.app.words import measure
from sim.errors import FileError, UserError
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.study.calibrate import Calibration, Runs, calibrate, freshly
from sim.study.features import named_features
from sim.study.fitted import Chosen
from sim.study.forecast import baselines, bass, bass_increments, clearly_apart, forecast
from sim.study.observed import Observed
from sim.study.observed_file import mapped, read_observed
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
    assert np.flatnonzero(np.isnan(found.values["posts"])).tolist() == [7], "not observed"
    late = "".join(f"2026-03-01 {m // 60 + 1:02}:{m % 60:02},1\n" for m in range(30, 150, 5))
    begun = read_observed(csv(tmp_path, "when,n\n" + late), {"posts": "n"}, per="hour").values["posts"]
    assert np.isnan(begun[:2]).all() and begun[2] == 12, "begun within the bin"
    daily = read_observed(csv(tmp_path, "day,n,stars\n0,4,3\n1,6,\n2,5,4\n"), {"posts": "n", "rating": "stars"})
    assert daily.per == "day" and daily.values["posts"].tolist() == [4, 6, 5]
    assert daily.values["rating"][[0, 2]].tolist() == [3, 4] and np.isnan(daily.values["rating"][1])
    assert daily.starts is None


def test_missing_values_and_other_dialects_are_read(tmp_path: Path) -> None:
    text = "day;n;stars\n0;4;NA\n1;-;3.5\n"
    told = read_observed(csv(tmp_path, text), {"posts": "n", "rating": "stars"})
    assert told.values["posts"][0] == 4 and np.isnan(told.values["posts"][1])
    assert np.isnan(told.values["rating"][0]) and told.values["rating"][1] == 3.5
    short = read_observed(csv(tmp_path, "day\tn\tm\n0\t1\t2\n1\t3\n\n2\t4\t5\n"), {"posts": "m"})
    assert short.values["posts"][[0, 2]].tolist() == [2, 5] and np.isnan(short.values["posts"][1])


@pytest.mark.parametrize(
    ("text", "per", "bins", "days"),
    [
        ("week,n\n1,5\n2,6\n4,7\n", "week", 4, 28),
        ("year,n\n1963,5\n1964,6\n1965,7\n", "year", 3, 1096),
        ("date,n\n2026-01-05,5\n2026-01-12,6\n2026-01-19,7\n", "week", 3, 21),
        ("date,n\n2026-01-31,5\n2026-02-28,6\n2026-03-31,7\n", "month", 3, 92),
        ("date,n\n2024-12-31,5\n2025-12-31,6\n", "year", 2, 731),
        ("date,n\n2026-01-05 12:00,5\n2026-01-06 12:00,6\n2026-01-07 12:00,7\n", "day", 3, 3),
    ],
)
def test_bins_fit_the_rows(tmp_path: Path, text: str, per: str, bins: int, days: int) -> None:
    found = read_observed(csv(tmp_path, text), {"adopters": "n"})
    assert (found.per, found.bins, found.days) == (per, bins, days)
    known = found.values["adopters"][np.isfinite(found.values["adopters"])]
    assert known.tolist() == [5, 6, 7][: len(known)] and known[-1] == found.values["adopters"][-1]


def test_the_column_of_time_is_found_and_told(tmp_path: Path) -> None:
    """The first column may be a mark of 0 or 1, as in the airline posts: it was taken for days."""
    rows = "\n".join(f"{k % 2},{k},2015-02-{17 + k} 10:00,{3 + k}" for k in range(8))
    found = read_observed(csv(tmp_path, f"dup,id,created_utc,n\n{rows}\n"), {"posts": "n"})
    assert found.time == "created_utc" and str(found.starts) == "2015-02-17" and found.bins == 8
    marks = "\n".join(f"{k % 2},{3 + k}" for k in range(8))
    with pytest.raises(UserError, match="no column holds dates: name that of the time with --time"):
        read_observed(csv(tmp_path, f"dup,n\n{marks}\n"), {"posts": "n"})
    with pytest.raises(FileError, match="or name another column with --time"):
        read_observed(csv(tmp_path, f"dup,n,x\n{marks.replace(',', ',x,')}\n"), {"posts": "x"}, time="n")
    numbered = "\n".join(f"{k},{3 + k}" for k in range(8))
    assert read_observed(csv(tmp_path, f"t,n\n{numbered}\n"), {"posts": "n"}).time == "t"


def test_the_page_has_the_dates_of_the_data(tmp_path: Path) -> None:
    Path(tmp_path / "s.yaml").write_text(FILE)
    data = csv(tmp_path, "date,bad\n" + "".join(f"2015-03-0{k + 1},{15 + k % 3}\n" for k in range(8)))
    found = sim.calibrate(tmp_path / "s.yaml", data, {"bad": "complaint_posts"}, points=50)
    page = found.report()
    assert "8 days of data from 1 Mar 2015 to 8 Mar 2015" in page
    assert "--data" in page and "The time is column 'date'" in summary(found.task, found.value, "data.csv")


def test_a_run_is_cut_into_the_same_bins() -> None:
    from sim.study.observed import simulated
    from sim.study.replicate import live
    from sim.study.series import flow

    record = live(world_of([{"name": "A"}, {"name": "B"}], n=60, days=22), 3).record
    hourly = flow(record, "posts", 0)
    weekly = simulated(record, 0, ("posts", "rating"), "week", 3)
    assert weekly["posts"].tolist() == [hourly[168 * k : 168 * k + 168].sum() for k in range(3)] and hourly.sum() > 0
    assert weekly["rating"][1] == simulated(record, 0, ("rating",), "day", 22)["rating"][13]


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
        ("", {"posts": "n"}, "is empty"),
        ("# a note\n\nday,n\n0,1\n1,-3\n", {"posts": "n"}, "data.csv:5: n: -3 cannot be: posts is at least 0"),
        ("day,n\n0,1\n1,inf\n", {"posts": "n"}, "data.csv:3: n: inf cannot be"),
        ("day,n\n0,6\n", {"rating": "n"}, "data.csv:2: n: 6 cannot be: rating is from 0 to 5"),
        ("day,n\n0,60\n", {"net_sentiment": "n"}, "net_sentiment is from -1 to 1"),
        ("n\n-2\n", {"ttfr_minutes": "n"}, "data.csv:2: n: -2 cannot be"),
        ("day,n\n0,\n1,NA\n", {"posts": "n"}, "n: has no number"),
        ("day,n\n0,1\n-1,2\n", {"posts": "n"}, "data.csv:3: day: -1 is no time"),
        ("day,n\nnan,1\n1,2\n", {"posts": "n"}, "data.csv:2: day: nan is no time"),
        ("day,n\n0,1\n100000,2\n", {"posts": "n"}, "spans 100,001 days from day 0"),
        ("day,n\n1425168000,1\n", {"posts": "n"}, "at most 3,660 can be simulated"),
        ("day,n,n\n0,1,2\n", {"posts": "n"}, "has 2 columns 'n'"),
        ("day,n\n0,1,200\n", {"posts": "n"}, "data.csv:2: has 3 cells, but there are 2 columns"),
        ("day,mood\n0,bad\n", {"posts": "mood:good"}, "no row has 'good' in column 'mood'"),
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


def test_two_forecasts_are_apart_no_oftener_than_chance() -> None:
    """Two rules equally wrong, with errors that last some bins: called apart in about 5 %, and a better one is seen."""

    def lasting(random: np.random.Generator) -> np.ndarray:
        fresh, found = random.normal(size=90), np.zeros(90)
        for k in range(1, 90):
            found[k] = 0.5 * found[k - 1] + fresh[k]
        return found

    said = nearer = seen = 0
    for k in range(300):
        random = np.random.default_rng([5, k])
        one, other = np.abs(lasting(random)), np.abs(lasting(random))
        said += bool(clearly_apart(one, other))
        nearer += bool(clearly_apart((one < other) * 1.0, (other < one) * 1.0))
        seen += bool(clearly_apart(np.abs(lasting(random)), 2 * np.abs(lasting(random))))
    assert 3 <= said <= 36, said
    assert 3 <= nearer <= 36, nearer
    assert seen > 250, seen
    assert clearly_apart(np.zeros(7), np.ones(7)) is None, "too few bins"


def test_a_few_enormous_errors_do_not_read_as_parity() -> None:
    """Thousands were foretold for three hours of fifty: the test of means is blind, the verdict is not."""
    random = np.random.default_rng(3)
    observed = random.poisson(30, 150).astype(float)
    worlds = [np.where(np.isin(np.arange(150), (110, 111, 112)), 9000.0, 10.0 + k) for k in range(5)]
    judged = forecast("posts", observed, 100, worlds, "hour")
    assert not judged.apart and judged.verdict == "few decide"
    assert judged.times > 20 and judged.few == 3 and judged.nearer < 10 and judged.steadily
    told = _foretells(judged, "hour")
    assert "neither better nor worse" not in told and "3 of 50 hours make nine tenths of it" in told
    assert f"nearer than the rule in {judged.nearer} of 50 hours, fewer than by chance" in told
    alike = forecast("posts", observed, 100, [np.full(150, 30.0)] * 5, "hour")
    assert alike.verdict == "alike" and "neither better nor worse" in _foretells(alike, "hour")


def test_numbers_are_read_without_powers_of_ten() -> None:
    assert [measure(x) for x in (13960.4, 526.83, 6.96, 0.4217, 8.9e-16, 0.0, -2.5)] == [
        "13,960", "526.8", "6.96", "0.4217", "0", "0", "−2.5",
    ]


def test_what_begins_in_the_part_held_back_is_told() -> None:
    late = {"at": "day 5 6:00", "brand": "A", "cause": "late", "affects": 0.1, "severity": 0.5}
    whole = scenario().changed({"incidents": [late]})
    own = {"incidents.0.severity": {"uniform": [0.2, 0.9]}, CHANCE: {"uniform": [0.1, 0.5]}}
    whole = whole.changed({"uncertain": own})
    empty = Observed(None, "hour", BINS, {name: np.ones(BINS) for name in NAMES})
    runs = Runs.of(whole, empty, None, 1.0, 5, Here(), lambda: None)
    assert runs.later(108) == {"incidents.0.severity": "day 5 06:00"}
    assert runs.later(130) == {} and runs.later(BINS) == {}


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


def test_a_choice_is_told_by_what_it_does() -> None:
    """Which policy made these first responses: with a delay of 2 h, of 10 min, or by hand within the queue."""
    policies = {"slow": {"reply_after": "2 h"}, "fast": {"reply_after": "10 min"}, "queue": {}}
    whole = scenario().changed({
        "policies": policies, "brands.A.policy": "queue",
        "uncertain": {"brands.A.policy": {"one of": list(policies)}, NOTHING: {"one of": [0.1, 0.2, 0.3]}},
    })
    empty = Observed(None, "hour", BINS, {name: np.ones(BINS) for name in ("complaint_posts", "ttfr_minutes")})
    runs = Runs.of(whole, empty, None, 1.0, 5, Here(), lambda: None)
    found = calibrate(whole, freshly(empty, runs.at(np.array([[0.5, 0.5]]), 9_000)[0]), points=60, hold_back=0)
    policy, nothing = found.fitted
    assert isinstance(policy, Chosen) and isinstance(nothing, Chosen)
    assert [value for value, _ in policy.chances] == list(policies)
    assert dict(policy.chances)["fast"] > 0.9 and policy.informed, policy
    assert not nothing.informed and max(chance for _, chance in nothing.chances) < 0.6, nothing
    assert found.uncertain == {"brands.A.policy": {"one of": found.uncertain["brands.A.policy"]["one of"]},
                               NOTHING: {"one of": [0.1, 0.2, 0.3]}}
    again = found.uncertain["brands.A.policy"]["one of"]
    assert again.count("fast") >= 0.9 * len(again) and whole.changed({"uncertain": found.uncertain}).uncertain
    rows = fit_rows(found.fitted)
    assert [row[1] for row in rows[1:4]] == list(policies) and "not told by these data" in rows[4]


def test_the_same_fit_whatever_the_processes() -> None:
    observed = made([0.6, 0.25, 0.9])
    with workers(2) as executor:
        one = calibrate(scenario(), observed, points=50, waves=1, executor=executor)
    assert repr(one) == repr(calibrate(scenario(), observed, points=50, waves=1))


def test_a_range_that_does_not_reach_the_truth_is_told() -> None:
    observed = made([0.95, 0.25, 0.9])
    short = calibrate(scenario(**{CHANCE: {"uniform": [0.01, 0.2]}}), observed, points=50, waves=2)
    assert short.fitted[0].at_end == "upper" and f"{CHANCE} presses against the upper end" in "\n".join(verdict(short))
    wide = calibrate(scenario(**{CHANCE: {"uniform": [0.05, 0.9]}}), observed, points=50, waves=2)
    assert wide.fitted[0].at_end == "" and "presses" not in "\n".join(verdict(wide))


def test_data_the_model_cannot_make_are_told() -> None:
    observed = made([0.6, 0.25, 0.9])
    values = dict(observed.values)
    values["praise_posts"] = np.where(np.arange(BINS) % 24 < 6, 400.0, 0.0)
    found = calibrate(scenario(), freshly(observed, values), points=50, waves=2)
    assert found.misfits and found.misfits[0].what.startswith("praise_posts")
    assert found.distance["praise_posts"] > 3


def test_a_level_beyond_every_run_is_told_with_its_cure() -> None:
    one = {CHANCE: {"uniform": [0.05, 0.5]}}
    observed = made([0.6], **one)
    values = {"complaint_posts": 1000 * observed.values["complaint_posts"] + 500}
    found = calibrate(scenario(**one), freshly(observed, values), points=50)
    told = "\n".join(verdict(found))
    assert scenario(**found.uncertain).uncertain, "it can be pasted"
    assert "The level of complaint_posts is not that of so many customers" in told and "--scale auto" in told


def test_what_cannot_be_fitted_is_told() -> None:
    with pytest.raises(UserError, match="nothing is uncertain"):
        calibrate(scenario().changed({"uncertain": {}}), made([0.5, 0.5, 0.5]))
    late = scenario().changed({"incidents": [{"at": "day 5 12:00", "brand": "A", "cause": "late", "affects": 0.1}]})
    with pytest.raises(UserError, match="the data span 3 days from day 0, but day 5 12:00 lies after the end"):
        calibrate(late, Observed(None, "hour", 72, {"posts": np.ones(72)}))
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
    assert answer([*words, "--accept", "0"]) == 2
    assert "above 0%" in capsys.readouterr().err


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
