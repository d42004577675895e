"""The numbers of a run: each against a count by hand in plain Python, on the raw tables of what happened."""

from __future__ import annotations

import dataclasses
import json
import math
import statistics
from typing import Any

import numpy as np
import pytest
from worlds import run, storm, world_of

from sim.model.attitude import likelihood_to_recommend
from sim.model.journey import UNAWARE
from sim.study import series
from sim.study.catalogue import mean_of
from sim.study.metrics import (
    DISCOUNT_PER_YEAR,
    MEANINGS,
    BrandMetrics,
    Metrics,
    Span,
    grievances,
    lifetime_value,
    measure,
    span,
)
from sim.world import state as s
from sim.world.build import build
from sim.world.record import Record
from sim.world.simulation import Simulation

OF_THE_ISSUE = {
    "reputation": {"start", "end", "min"},
    "ttfr_minutes": {"median", "p90"},
    **dict.fromkeys(
        (
            "retention",
            "nps",
            "net_sentiment",
            "market_share",
            "posts",
            "praise_posts",
            "complaint_posts",
            "replies",
            "reply_rate",
            "staff_hours",
        )
    ),
}


@pytest.fixture(scope="module")
def record() -> Record:
    return run(storm())


@pytest.fixture(scope="module")
def metrics(record: Record) -> Metrics:
    return measure(record)


@pytest.fixture(scope="module", params=[0, 1], ids=["Skyline", "Northair"])
def brand(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


def posts(record: Record, brand: int) -> list[dict[str, Any]]:
    """The rows of the posts of a brand that appeared from day 0 on, as plain values, with their places."""
    names = record.posts.dtype.names
    return [
        {"place": place, **dict(zip(names, row, strict=True))}
        for place, row in enumerate(record.posts.tolist())
        if row[names.index("brand")] == brand and 0 <= row[names.index("time")] < record.now
    ]


def of(metrics: Metrics, brand: int) -> BrandMetrics:
    return list(metrics.brands.values())[brand]


# ------------------------------------------------------------------------------------- what was said


def test_posts_are_public_posts_and_comments(record: Record, metrics: Metrics, brand: int) -> None:
    public = [post for post in posts(record, brand) if post["kind"] in (s.PUBLIC, s.COMMENT)]
    measured = of(metrics, brand)
    assert measured.posts == len(public) > 20
    assert measured.praise_posts == sum(post["valence"] >= 0 for post in public) > 0
    assert measured.complaint_posts == sum(post["valence"] < 0 for post in public) > 0
    assert measured.shares == sum(post["kind"] == s.SHARE for post in posts(record, brand)) > 0
    assert measured.private_complaints == sum(post["kind"] == s.PRIVATE for post in posts(record, brand)) > 0
    net = (measured.praise_posts - measured.complaint_posts) / measured.posts
    assert measured.net_sentiment == pytest.approx(net)


def test_the_warm_up_is_left_out(record: Record, metrics: Metrics, brand: int) -> None:
    public = np.isin(record.posts["kind"], (s.PUBLIC, s.COMMENT)) & (record.posts["brand"] == brand)
    before = public & (record.posts["time"] < 0)
    assert before.sum() > 0, "without posts in the warm-up this test tests nothing"
    everything = record.hourly[:, brand, s.H_POSTS].sum()
    assert of(metrics, brand).posts == everything - before.sum()
    assert record.replies["time"].min() < 0
    replies = record.replies[(record.replies["brand"] == brand) & (record.replies["time"] >= 0)]
    assert of(metrics, brand).replies == len(replies)


def test_events_are_those_of_all_brands(record: Record, metrics: Metrics) -> None:
    assert metrics.events.shares == sum(brand.shares for brand in metrics.brands.values())
    assert metrics.events.views == sum(brand.views for brand in metrics.brands.values())
    assert metrics.events.moments == record.moments
    assert sum(brand.share_of_voice or 0 for brand in metrics.brands.values()) == pytest.approx(1)
    assert metrics.customers == len(record.people)


# ------------------------------------------------------------------------------------- what the desk did


def test_grievances_are_counted_once_however_often_repeated(record: Record, metrics: Metrics, brand: int) -> None:
    waited: dict[int, float] = {}
    for post in posts(record, brand):
        first = post["kind"] in (s.PUBLIC, s.PRIVATE) and post["valence"] < 0 and post["grievance"] == post["place"]
        if first:
            waited[post["place"]] = post["first_reply"] - post["time"]
    answered = [60 * hours for hours in waited.values() if math.isfinite(hours)]
    measured = of(metrics, brand)
    repeated = [post for post in posts(record, brand) if post["times"] > 0]
    assert repeated, "without repeated complaints this test tests nothing"
    assert (
        measured.grievances
        == len(waited)
        < sum(post["valence"] < 0 and post["kind"] in (s.PUBLIC, s.PRIVATE) for post in posts(record, brand))
    )
    assert measured.reply_rate == pytest.approx(len(answered) / len(waited))
    assert measured.ttfr_minutes.median == pytest.approx(statistics.median(answered))
    assert measured.ttfr_minutes.p90 == pytest.approx(statistics.quantiles(answered, n=10, method="inclusive")[-1])


def test_a_first_reply_is_the_earliest_reply_to_any_post_of_the_grievance(record: Record, brand: int) -> None:
    earliest: dict[int, float] = {}
    for reply in record.replies:
        grievance = int(record.posts["grievance"][reply["post"]])
        earliest[grievance] = min(earliest.get(grievance, math.inf), float(reply["time"]))
    heard = grievances(record, brand)
    for place, waited in zip(heard.posts.tolist(), heard.waited.tolist(), strict=True):
        assert waited == earliest.get(place, math.inf) - record.posts["time"][place]


def test_resolution_asks_for_a_reply_that_helps() -> None:
    def resolution(policy: str) -> tuple[float | None, float | None]:
        brands = [{"name": "A", "policy": policy, "quality": 0.4, "desk": {"agents": 3, "hours": "24/7"}}]
        measured = of(measure(run(world_of(brands))), 0)
        return measured.reply_rate, measured.resolution

    rate, resolved = resolution("human")
    assert rate == resolved and rate is not None and rate > 0.5
    rate, resolved = resolution("template")
    assert rate is not None and rate > 0.5 and resolved == 0.0


def test_a_pinned_delay_is_the_time_to_first_reply() -> None:
    brands = [{"name": "A", "policy": "pinned", "quality": 0.4, "desk": {"notice_delay": "1 s"}}]
    measured = of(measure(run(world_of(brands))), 0)
    assert measured.ttfr_minutes.median == pytest.approx(45, abs=0.01)


def test_silence_answers_nothing() -> None:
    measured = of(measure(run(world_of([{"name": "A", "quality": 0.4}]))), 0)
    assert measured.grievances > 0
    assert measured.replies == 0 and measured.reply_rate == 0.0 and measured.resolution == 0.0
    assert measured.ttfr_minutes.median is None and measured.ttfr_minutes.p90 is None
    assert measured.staff_hours == 0.0


def test_staff_hours_are_the_roster() -> None:
    desk = {"agents": 2, "hours": "08:00-20:00", "listens": 0}
    brands = [{"name": "A", "policy": "human", "failures": {"late": 0}, "quality": 1, "desk": desk}]
    crowd = {"voice": {"private": 0, "complaint": 0}}
    assert of(measure(run(world_of(brands, crowd=crowd))), 0).staff_hours == pytest.approx(2 * 12 * 3)


# ------------------------------------------------------------------------------------- what people think and do


def test_reputation_ends_where_everyones_attitude_is(record: Record, metrics: Metrics, brand: int) -> None:
    knows = record.opinions["stage"][:, brand] != UNAWARE
    mine = record.people["current"] == brand
    attitudes = record.attitudes()[:, brand]
    measured = of(metrics, brand)
    for found, who in (
        (measured.reputation, knows),
        (measured.reputation_customers, mine),
        (measured.reputation_prospects, knows & ~mine),
    ):
        assert found.end == pytest.approx(50 * (1 + attitudes[who].mean()), abs=1e-4)
        assert found.min is not None and found.start is not None and found.end is not None
        assert found.min <= min(found.start, found.end)


def test_reputation_starts_at_the_end_of_the_warm_up() -> None:
    scenario = storm()
    world = Simulation(build(scenario, seed=1))
    early = world.run(until=1e-9)
    start = measure(world.run()).brands["Skyline"].reputation.start
    knows = early.opinions["stage"][:, 0] != UNAWARE
    assert start == pytest.approx(50 * (1 + early.attitudes()[knows, 0].mean()), abs=1e-4)


def test_loyalty_is_asked_of_the_customers_of_day_0(record: Record, metrics: Metrics, brand: int) -> None:
    asked = record.scenario.crowd.attitude

    def score(people: list[int]) -> float:
        answers = [
            round(likelihood_to_recommend(attitude, asked.recommend_centre, asked.recommend_scale))
            for attitude in record.attitudes()[people, brand]
        ]
        return 100 * (sum(answer >= 9 for answer in answers) - sum(answer <= 6 for answer in answers)) / len(answers)

    cohort = [who for who, person in enumerate(record.people) if person["cohort"] == brand]
    now = [who for who, person in enumerate(record.people) if person["current"] == brand]
    kept = [who for who in cohort if who in now]
    measured = of(metrics, brand)
    assert 0 < len(kept) < len(cohort) and set(now) != set(kept)
    assert measured.retention == pytest.approx(len(kept) / len(cohort))
    anyone = [person for person in record.people if person["current"] >= 0]
    assert len(anyone) < len(record.people)
    assert measured.market_share == pytest.approx(len(now) / len(anyone))
    assert measured.nps == pytest.approx(score(cohort))
    assert measured.nps_customers == pytest.approx(score(now))


def test_the_last_survey_agrees_with_the_state_at_the_end(record: Record, metrics: Metrics, brand: int) -> None:
    measured = of(metrics, brand)
    assert series.days(record).tolist() == [0, 1, 2, 3, 4]
    assert series.nps(record, brand)[-1] == pytest.approx(measured.nps_customers)
    assert series.nps(record, brand, "all")[-1] == pytest.approx(measured.nps_known)
    assert series.retention(record, brand)[-1] == pytest.approx(measured.retention)
    assert series.retention(record, brand)[0] == 1
    assert series.reputation(record, brand)[-1] == measured.reputation.end


def test_a_column_called_as_a_metric_is_that_metric_at_the_end(record: Record, metrics: Metrics, brand: int) -> None:
    measured, brands = metrics.of(record.brands[brand]), len(record.brands)
    ends = {name: column[brand - brands] for name, column in series.daily_table(record).items() if name in measured}
    assert {"retention", "nps_customers", "nps_known", "buzz"} <= set(ends)
    assert ends == pytest.approx({name: measured[name] for name in ends})
    assert series.hours(record).tolist() == list(range(97))


def test_buzz_and_csat(record: Record, metrics: Metrics, brand: int) -> None:
    knows = record.opinions["stage"][:, brand] != UNAWARE
    heard = record.opinions[knows, brand]
    good, bad = (record.now - heard[name] <= 14 * 24 for name in ("heard_good", "heard_bad"))
    measured = of(metrics, brand)
    assert measured.buzz == pytest.approx(100 * (good.mean() - bad.mean()))
    uses, satisfied = (record.series(name, brand).sum() for name in ("uses", "satisfied"))
    assert measured.csat == pytest.approx(satisfied / uses)
    assert measured.rating is not None and 1 <= measured.rating <= 5


def test_churn_is_departures_per_customer_month(record: Record, metrics: Metrics, brand: int) -> None:
    departures = record.series("churned", brand).sum()
    months = record.series("customers", brand).mean() * 4 / 30
    assert departures > 0
    assert of(metrics, brand).churn == pytest.approx(departures / months)


@pytest.mark.parametrize("retention", [0.0, 0.5, 0.8, 1.0])
def test_lifetime_value_is_the_sum_of_discounted_years(retention: float) -> None:
    margin = 12.0
    years = sum(margin * (retention / (1 + DISCOUNT_PER_YEAR)) ** year for year in range(1, 500))
    assert lifetime_value(margin, retention) == pytest.approx(years)
    assert lifetime_value(margin, 0.8) < lifetime_value(margin, 0.81)


# ------------------------------------------------------------------------------------- what is not defined


def test_a_silent_crowd_leaves_rates_undefined() -> None:
    mute = {"ordinary": 0, "praise": 0, "complaint": 0, "private": 0}
    found = measure(run(world_of([{"name": "A"}], crowd={"voice": mute})))
    measured = of(found, 0)
    assert measured.posts == measured.grievances == 0
    assert measured.net_sentiment is measured.reply_rate is measured.share_of_voice is measured.resolution is None
    assert found.cascades.count == 0
    assert measured.reputation.end is not None and measured.buzz == 0.0


def test_a_brand_that_nobody_knows_has_no_reputation() -> None:
    unknown = {"name": "B", "known_by": 0, "start": {"share": 0}}
    still = {"journey": {"discoveries": 0, "searches": 0}, "voice": {"ordinary": 0, "praise": 0, "complaint": 0}}
    found = measure(run(world_of([{"name": "A"}, unknown], crowd=still)))
    measured = of(found, 1)
    assert measured.reputation == measured.reputation_customers == Span(None, None, None)
    assert measured.retention is measured.nps is measured.csat is measured.clv is measured.churn is None
    assert measured.market_share == 0.0
    assert json.loads(json.dumps(found.as_json(), allow_nan=False))["brands"]["B"]["nps"] is None


def test_without_a_warm_up_the_run_starts_with_its_first_hour() -> None:
    record = run(storm(clock={"days": 4, "warm_up": "0 h"}))
    found = measure(record)
    reputation = series.reputation(record, 0)
    assert len(reputation) == 97 and found.brands["Skyline"].reputation.start in reputation[:2].tolist()
    assert found.brands["Skyline"].retention is not None


def test_a_run_that_is_not_over_can_be_measured() -> None:
    simulation = Simulation(build(storm(), seed=1))
    whole = measure(run(storm()))
    for until in (-12.0, 0.0, 24.0, 30.5, 96.0):
        record = simulation.run(until)
        measured = of(measure(record), 0)
        assert len(series.days(record)) == len(record.daily)
        assert series.days(record).tolist() == list(range(len(record.daily)))
        assert measured.posts <= whole.brands["Skyline"].posts
    assert measure(record) == whole


def test_span_leaves_undefined_hours_out() -> None:
    assert span(np.array([math.nan, 50.0, 40.0, 45.0, math.nan])) == Span(50.0, 45.0, 40.0)


# ------------------------------------------------------------------------------------- the form of it


def test_the_json_holds_what_other_programs_read(metrics: Metrics) -> None:
    told = json.loads(json.dumps(metrics.as_json(), allow_nan=False))
    assert set(told) == {"brands", "cascades", "customers", "events"}
    for values in told["brands"].values():
        for name, parts in OF_THE_ISSUE.items():
            assert name in values
            assert parts is None or set(values[name]) == parts
    assert {"count", "mean_size", "max_size", "share_within_one_step", "view_half_life_minutes"} <= set(
        told["cascades"]
    )
    assert set(told["events"]) == {"moments", "views", "shares"}


def test_every_number_says_what_it_is(metrics: Metrics) -> None:
    assert set(MEANINGS) == set(metrics.of("Skyline"))
    assert all(meaning.label and meaning.definition and meaning.unit for meaning in MEANINGS.values())
    assert len({meaning.definition for meaning in MEANINGS.values()}) == len(MEANINGS)
    lower = {name for name, meaning in MEANINGS.items() if meaning.better == "lower"}
    assert {"churn", "staff_hours", "ttfr_minutes.median", "views_unanswered"} <= lower
    assert MEANINGS["complaint_posts"].better == "neither", "complaint counts are no measure of success"


def test_a_mean_over_runs_leaves_out_what_is_not_defined(metrics: Metrics) -> None:
    name = "Skyline"
    silent = dataclasses.replace(metrics.brands[name], reply_rate=None, replies=0, clv=None)
    known = dataclasses.replace(metrics.brands[name], reply_rate=0.5, replies=3, clv=None)
    one, other = (dataclasses.replace(metrics, brands={**metrics.brands, name: values}) for values in (silent, known))
    mean = mean_of([one, other]).brands[name]
    assert mean.reply_rate == 0.5
    assert mean.replies == 1.5
    assert mean.clv is None
    assert mean.posts == silent.posts
    assert mean_of([one]) == one


def test_a_mean_over_unlike_runs_is_refused(metrics: Metrics) -> None:
    other = dataclasses.replace(metrics, brands={"Skyline": metrics.brands["Skyline"]})
    with pytest.raises(ValueError, match="one shape"):
        mean_of([metrics, other])
    with pytest.raises(ValueError, match="at least one"):
        mean_of([])
