"""What claims are about beside the metrics of a run: one number each, of one brand in one record.

The metrics of every run are in `metrics.py` and `cascades.py`; groups of people are `replicate.Effects`. Here is what
only some claims need. Each function takes a record and the brand's place, and returns None where it is not defined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.model.journey import AWARE, CONSIDERING, CUSTOMER, LAPSED, UNAWARE
from sim.study import series
from sim.study.cascades import CascadeMetrics
from sim.study.catalogue import Better, Meaning, meanings
from sim.study.metrics import MEANINGS as OF_RUNS
from sim.study.replicate import EFFECTS
from sim.world import state as s
from sim.world.record import Record

Number = float | None

GROUPS = {
    "authors": "authors",
    "observers": "exposed",
    "customers": "customers",
    "prospects": "prospects",
    "population": "population",
    "authors_total": "authors_total",
    "observers_total": "exposed_total",
    "observers_stars": "exposed_stars",
}
"""Groups of people by the names a claim gives them; their values are those of `replicate.Effects`."""

POINTS_PER_STAR = 25.0
"""A star of five is half a step on a scale from -1 to 1, which is 25 points of 100."""
TOTALS = {
    "authors_total": Meaning("authors, together", "sum of the changes of attitude of all authors", "points", "higher"),
    "exposed_total": Meaning(
        "observers, together", "sum of the changes of attitude of all who saw a complaint", "points", "higher"
    ),
    "exposed_stars": Meaning(
        "observers, in stars", "mean change of attitude of those who saw a complaint", "stars of 5", "higher"
    ),
}
OF_CASCADES = {f"cascades.{name}": meaning for name, meaning in meanings(CascadeMetrics).items()}


@dataclass(frozen=True)
class Measure:
    """A number of one brand in one record, and what it says."""

    meaning: Meaning
    of: Callable[[Record, int], Number]


MEASURES: dict[str, Measure] = {}


def measure_of(
    label: str, definition: str, unit: str, better: Better = "neither"
) -> Callable[[Callable[[Record, int], Number]], Callable[[Record, int], Number]]:
    """Put a function among the measures, under its own name."""

    def add(function: Callable[[Record, int], Number]) -> Callable[[Record, int], Number]:
        MEASURES[function.__name__] = Measure(Meaning(label, definition, unit, better), function)
        return function

    return add


@cache
def known_metrics() -> Mapping[str, Meaning]:
    """Every number a claim can be about, by name."""
    extra = {name: measure.meaning for name, measure in MEASURES.items()}
    return {**EFFECTS, **TOTALS, **OF_RUNS, **OF_CASCADES, **extra}


def rate(above: float, below: float) -> Number:
    """A quotient; None by 0."""
    return float(above) / float(below) if below else None


def total(record: Record, name: str, brand: int) -> float:
    """A count over the whole run."""
    return float(series.flow(record, name, brand).sum())


# ------------------------------------------------------------------------------------------------- who speaks


def _first_posts(record: Record, brand: int, sign: int) -> int:
    """Public posts about an experience from day 0 on, praise (+1) or complaint (-1); a grievance counts once."""
    posts = record.posts
    mine = (posts["kind"] == s.PUBLIC) & (posts["brand"] == brand) & (posts["time"] >= 0) & (posts["times"] == 0)
    return int((mine & (np.sign(posts["valence"]) == sign)).sum())


@measure_of("posting, if satisfied", "public praise for each experience that satisfied", "share")
def posting_satisfied(record: Record, brand: int) -> Number:
    return rate(_first_posts(record, brand, 1), total(record, "satisfied", brand))


@measure_of("posting, if not satisfied", "public complaints for each experience that did not satisfy", "share")
def posting_dissatisfied(record: Record, brand: int) -> Number:
    below = total(record, "uses", brand) - total(record, "satisfied", brand)
    return rate(_first_posts(record, brand, -1), below)


@measure_of("public share of complaints", "public complaints, as a part of public and private ones", "share")
def public_share(record: Record, brand: int) -> Number:
    public = total(record, "complaints", brand)
    return rate(public, public + total(record, "private_complaints", brand))


# ------------------------------------------------------------------------------------------------- how far, how fast


@measure_of("views per post", "how many see a post about the brand, on average, shares included", "views")
def views_per_post(record: Record, brand: int) -> Number:
    return rate(total(record, "views", brand), total(record, "posts", brand))


def _reaches(record: Record, brand: int) -> np.ndarray:
    """Views of each complaint together with all its shares: int64."""
    posts = record.posts
    views = np.bincount(np.where(posts["root"] >= 0, posts["root"], 0), posts["views"], len(posts))
    roots = (posts["root"] == np.arange(len(posts))) & (posts["kind"] == s.PUBLIC) & (posts["time"] >= 0)
    reaches: np.ndarray = views[roots & (posts["brand"] == brand) & (posts["valence"] < 0)]
    return reaches


@measure_of("reach of a complaint", "people who see a complaint or a share of it, on average", "views")
def complaint_reach(record: Record, brand: int) -> Number:
    reach = _reaches(record, brand)
    return float(reach.mean()) if len(reach) else None


@measure_of("reach of the most seen complaint", "people who see it or a share of it", "views")
def complaint_reach_most(record: Record, brand: int) -> Number:
    reach = _reaches(record, brand)
    return float(reach.max()) if len(reach) else None


@measure_of("uneven reach", "views of the most seen hundredth of complaints, as a multiple of the median's", "times")
def complaint_reach_skew(record: Record, brand: int) -> Number:
    reach = _reaches(record, brand)
    return rate(float(np.quantile(reach, 0.99)), float(np.median(reach))) if len(reach) else None


@measure_of("swing of reputation", "largest rise or fall of reputation within one day", "points")
def reputation_swing(record: Record, brand: int) -> Number:
    level = series.reputation(record, brand)
    change = np.abs(level[24:] - level[:-24])
    return float(np.nanmax(change)) if len(change) and not np.isnan(change).all() else None


def _complaint_views(record: Record, brand: int) -> np.ndarray:
    """Complaints and shares published in each hour, as a measure of how much it is talked of: float64 [hours]."""
    return series.flow(record, "views", brand)


@measure_of("hours to the peak", "hours from the first incident to the hour with the most views of posts", "hours")
def hours_to_peak(record: Record, brand: int) -> Number:
    began = _first_incident(record, brand)
    seen = _complaint_views(record, brand)[began:]
    return float(np.argmax(seen)) if len(seen) and seen.max() > 0 else None


@measure_of("hours from peak to half", "hours after the peak of views until they are half as many for good", "hours")
def hours_to_half(record: Record, brand: int) -> Number:
    began = _first_incident(record, brand)
    seen = _complaint_views(record, brand)[began:]
    if len(seen) == 0 or seen.max() <= 0:
        return None
    peak = int(np.argmax(seen))
    above = np.flatnonzero(seen[peak:] > seen.max() / 2)
    return float(above[-1] + 1)


def _first_incident(record: Record, brand: int) -> int:
    """The hour in which the brand's first incident begins; 0 without any."""
    name = record.brands[brand]
    hours = [record.scenario.hours(each.at) for each in record.scenario.incidents if each.brand == name]
    return int(min(hours, default=0.0))


# ------------------------------------------------------------------------------------------------- what people do


@measure_of("reputation lost at the worst", "how far reputation fell below that of day 0", "points", "lower")
def reputation_lost(record: Record, brand: int) -> Number:
    level = series.reputation(record, brand)
    known = level[~np.isnan(level)]
    return float(known[0] - known.min()) if len(known) else None


@measure_of("acquired", "people who became customers", "people", "higher")
def acquired(record: Record, brand: int) -> Number:
    return total(record, "acquired", brand)


@measure_of("customers at the end", "people who are customers at the end", "people", "higher")
def customers_end(record: Record, brand: int) -> Number:
    return float((record.people["current"] == brand).sum())


@measure_of("failures", "experiences that went wrong", "failures", "lower")
def failures(record: Record, brand: int) -> Number:
    return total(record, "failures", brand)


@measure_of("mean satisfaction", "mean valence of what customers last experienced", "-1..1", "higher")
def satisfaction(record: Record, brand: int) -> Number:
    mine = (record.people["current"] == brand) & (record.opinions["satisfaction"][:, brand] != 0)
    return float(record.opinions["satisfaction"][mine, brand].mean()) if mine.any() else None


@measure_of("steps out of line", "moves of the journey that skip a stage or go back, as a part of all moves", "share")
def out_of_line(record: Record, brand: int) -> Number:
    moves = record.transitions[brand].astype(np.float64)
    forward = ((UNAWARE, AWARE), (AWARE, CONSIDERING), (CONSIDERING, CUSTOMER), (CUSTOMER, LAPSED))
    straight = sum(float(moves[step]) for step in forward)
    every = float(moves.sum() - np.trace(moves))
    return None if every == 0 else 1.0 - straight / every


@measure_of(
    "reputation 7 days after", "reputation 7 days after the brand's first incident or content", "0-100", "higher"
)
def reputation_after_week(record: Record, brand: int) -> Number:
    return _reputation_at(record, brand, _first_story(record, brand) + 7 * 24)


def _first_story(record: Record, brand: int) -> int:
    name = record.brands[brand]
    moments = [each.at for each in record.scenario.incidents if each.brand == name]
    moments += [each.at for each in record.scenario.content if each.brand == name]
    return int(min(map(record.scenario.hours, moments), default=0.0))


def _reputation_at(record: Record, brand: int, hour: int) -> Number:
    level = series.reputation(record, brand)
    return float(level[hour]) if hour < len(level) and not np.isnan(level[hour]) else None


@measure_of("Buzz at its lowest", "the lowest Buzz of all days", "-100..100", "higher")
def buzz_min(record: Record, brand: int) -> Number:
    values = series.buzz(record, brand)
    return float(np.nanmin(values)) if len(values) and not np.isnan(values).all() else None


@measure_of("posts less people", "net sentiment of posts less the mean attitude of all who know the brand", "-1..1")
def posted_less_thought(record: Record, brand: int) -> Number:
    praise, complaints = total(record, "praise", brand), total(record, "complaints", brand)
    posted = rate(praise - complaints, praise + complaints)
    level = series.reputation(record, brand)[-1]
    return None if posted is None or np.isnan(level) else posted - (float(level) / 50.0 - 1.0)


# ------------------------------------------------------------------------------------------------- firms among firms


MONTHS_COMPARED = 90.0
"""Days at the beginning and at the end of a run whose revenue is compared."""
TOP = 1 / 3
"""The part of all firms that counts as very successful."""


@measure_of("growth of revenue", "revenue of the last 90 days over that of the first 90, less one", "share", "higher")
def growth(record: Record, brand: int) -> Number:
    hourly = series.flow(record, "revenue", brand)
    span = int(min(MONTHS_COMPARED * 24, len(hourly) / 3))
    change = rate(float(hourly[-span:].sum()), float(hourly[:span].sum())) if span else None
    return None if change is None else change - 1.0


@measure_of("grew by more than a tenth", "1 if revenue grew by more than 10 %, else 0 (a mean is a share)", "share")
def grew_tenth(record: Record, brand: int) -> Number:
    grown = growth(record, brand)
    return None if grown is None else float(grown > 0.10)


@measure_of(
    "very successful", "1 for the third of brands with the best satisfaction and retention, else 0", "share", "higher"
)
def very_successful(record: Record, brand: int) -> Number:
    scores = [_success(record, b) for b in range(len(record.brands))]
    known = sorted((score for score in scores if score is not None), reverse=True)
    mine, place = scores[brand], max(1, round(TOP * len(known)))
    return None if mine is None or not known else float(mine >= known[place - 1])


def _success(record: Record, brand: int) -> Number:
    """Opinion among the customers of day 0 and their retention, both 0..1, in equal parts."""
    cohort = record.people["cohort"] == brand
    if not cohort.any():
        return None
    opinion = float((record.attitudes()[cohort, brand].mean() + 1.0) / 2.0)
    return 0.5 * (opinion + float((record.people["current"][cohort] == brand).mean()))


# ------------------------------------------------------------------------------------------ advertising, referral


@measure_of("exposures", "posts about the brand read, and advertisements of it met", "exposures")
def exposures(record: Record, brand: int) -> Number:
    return total(record, "views", brand) + total(record, "ads", brand)


@measure_of("reach of an advertisement", "people an advertisement comes to for each one it was paid to reach", "people")
def ad_reach(record: Record, brand: int) -> Number:
    posts = record.posts
    passed = np.isin(posts["root"], np.flatnonzero(posts["kind"] == s.ADVERT)) & (posts["brand"] == brand)
    met = total(record, "ads", brand)
    return rate(met + float(posts["views"][passed].sum()), met)


@measure_of("came by invitation", "people who became customers by an invitation, as a part of all who became", "share")
def referred_share(record: Record, brand: int) -> Number:
    return rate(total(record, "referred", brand), total(record, "acquired", brand))


# ------------------------------------------------------------------------------------------------- listening, mending


LAST = 60 * 24
"""Hours at the end of a run that count as its last weeks."""


def _last_weeks(record: Record, name: str, brand: int) -> float:
    return float(series.flow(record, name, brand)[-LAST:].sum())


@measure_of("failures of the last weeks", "share of experiences that went wrong in the last 60 days", "share", "lower")
def failure_rate_last(record: Record, brand: int) -> Number:
    return rate(_last_weeks(record, "failures", brand), _last_weeks(record, "uses", brand))


@measure_of("CSAT of the last weeks", "share of experiences that satisfied in the last 60 days", "share", "higher")
def csat_last(record: Record, brand: int) -> Number:
    return rate(_last_weeks(record, "satisfied", brand), _last_weeks(record, "uses", brand))


@measure_of("CSAT of the first weeks", "share of experiences that satisfied in the first 60 days", "share", "higher")
def csat_first(record: Record, brand: int) -> Number:
    satisfied, uses = (float(series.flow(record, name, brand)[:LAST].sum()) for name in ("satisfied", "uses"))
    return rate(satisfied, uses)


@measure_of("days to the first fix", "days until the brand first mends a cause of failure", "days", "lower")
def days_to_fix(record: Record, brand: int) -> Number:
    times = [note.time for note in record.notes if note.brand == brand and note.kind == "fix"]
    return min(times) / 24.0 if times else None


@measure_of("chose the true top cause", "1 if the cause first taken in hand spoils most, else 0", "share")
def chose_the_top_cause(record: Record, brand: int) -> Number:
    """What a cause spoils is its chance times what it takes from performance."""
    chosen = [note.text for note in record.notes if note.brand == brand and note.kind == "priority"]
    causes = record.scenario.brands[brand].failures
    spoils = {name: cause.chance * (cause.severity or 0.0) for name, cause in causes.items()}
    return float(bool(chosen) and chosen[0] == max(spoils, key=lambda name: spoils[name]))
