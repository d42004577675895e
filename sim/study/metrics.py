"""What a run amounts to: the numbers practitioners use, each defined once, here. How it came about:
`series.py`.

The warm-up is left out of all of it. What is not defined (a mean over nobody, a rate of nothing) is None.
Shares are 0..1; net scores (NPS, Buzz) are differences of percentages, -100..100.

Those who post are not the population: net sentiment is what was posted, reputation what people think.
Complaint counts are no measure of success.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from sim.model.attitude import DETRACTOR, PROMOTER, attitude_answering
from sim.model.journey import UNAWARE
from sim.study import series
from sim.study.cascades import CascadeMetrics, cascades, measure_cascades
from sim.study.catalogue import flat, group, mean_of, meanings, number
from sim.study.message import message_match
from sim.world import state as s
from sim.world.record import Record

DAYS_PER_YEAR = 365.0
DAYS_PER_MONTH = 30.0
DISCOUNT_PER_YEAR = 0.10
"""By how much money a year later is worth less (assumed, as Gupta & Lehmann 2003 do)."""


@dataclass(frozen=True)
class Span:
    """A level at hour 0, at the end, and at its lowest of all full hours."""

    start: float | None = number(" at the start", "on day 0", "")
    end: float | None = number(" at the end", "at the end", "")
    min: float | None = number(" at its lowest", "its lowest value on the way", "")


@dataclass(frozen=True)
class Waiting:
    """Times waited: half were shorter than the median, nine of ten shorter than p90."""

    median: float | None = number(", median", "median", "")
    p90: float | None = number(", 9 of 10", "90th percentile", "")


@dataclass(frozen=True)
class Backlog:
    """Posts that wait at a desk, over all full hours."""

    mean: float | None = number(", mean", "mean", "")
    max: float | None = number(", most", "most", "")


@dataclass(frozen=True, kw_only=True)
class BrandMetrics:
    """One brand in numbers. A grievance is one matter complained of, in public or private, however often."""

    reputation: Span = field(
        metadata=group("reputation", "50 * (1 + mean attitude) of all who know the brand", "0-100", "higher")
    )
    retention: float | None = number(
        "retention", "share of the customers of day 0 who are customers at the end", "share", "higher"
    )
    nps: float | None = number(
        "NPS",
        "% promoters (9-10) less % detractors (0-6) at the end among the customers of day 0, gone or not",
        "-100..100",
        "higher",
    )
    net_sentiment: float | None = number(
        "net sentiment of posts",
        "public posts that praise less those that complain, as a share of both",
        "-1..1",
        "higher",
    )
    market_share: float | None = number(
        "market share", "its part of all customers of any brand at the end", "share", "higher"
    )
    posts: float = number("posts", "public posts and comments about the brand (shares not counted)", "posts")
    praise_posts: float = number("praising posts", "those of them that praise", "posts")
    complaint_posts: float = number("complaining posts", "those of them that complain", "posts")
    replies: float = number("replies", "replies given", "replies")
    reply_rate: float | None = number("reply rate", "share of grievances answered by the end", "share", "higher")
    ttfr_minutes: Waiting = field(
        metadata=group(
            "time to first reply",
            "a grievance's first post to its first reply, if answered",
            "minutes",
            "lower",
        )
    )
    staff_hours: float = number("staff hours", "hours of people on duty at the desk", "hours", "lower")
    reputation_customers: Span = field(
        metadata=group("reputation among customers", "reputation among the brand's customers", "0-100", "higher")
    )
    reputation_prospects: Span = field(
        metadata=group(
            "reputation among prospects",
            "reputation among those who know the brand without having it",
            "0-100",
            "higher",
        )
    )
    nps_customers: float | None = number(
        "NPS of present customers",
        "NPS among whoever is a customer at the end (losing the angry raises it)",
        "-100..100",
        "higher",
    )
    nps_known: float | None = number(
        "NPS of all who know it", "NPS among all who know the brand at the end", "-100..100", "higher"
    )
    churn: float | None = number("churn a month", "departures per customer and 30 days", "share", "lower")
    csat: float | None = number("CSAT", "share of experiences that satisfied", "share", "higher")
    revenue: float = number("revenue", "price times uses", "money", "higher")
    clv: float | None = number(
        "customer lifetime value",
        "yearly margin of a customer * r / (1 + discount - r), r a year's retention at the run's rate",
        "money",
        "higher",
    )
    referred: float = number("referred customers", "customers who came by invitation", "customers", "higher")
    spent: float = number(
        "spent on growth", "money for advertisements met and rewards for invitations", "money", "lower"
    )
    cost_per_kept: float | None = number(
        "cost per customer kept",
        "wages of the desk and money spent on growth, for each customer of day 0 who is one at the end",
        "money",
        "lower",
    )
    share_of_voice: float | None = number(
        "share of voice", "the brand's part of the public posts on all brands", "share"
    )
    buzz: float | None = number(
        "Buzz",
        "% who heard good less % who heard bad in the last 14 days, of all who know the brand",
        "-100..100",
        "higher",
    )
    rating: float | None = number("public rating", "public rating at the end", "stars of 5", "higher")
    message_match: float | None = number(
        "match of messages",
        "how well the posts about the brand's content say what that was meant to say",
        "0..1",
        "higher",
    )
    views: float = number("views", "times a post was read, in the feed or in a search", "views")
    views_unanswered: float = number(
        "views while unanswered", "times a complaint was read with no reply under it", "views", "lower"
    )
    shares: float = number("shares", "times a post was passed on", "shares")
    private_complaints: float = number("private complaints", "complaints made in private", "complaints")
    grievances: float = number("grievances", "matters complained of, in public or private", "grievances")
    resolution: float | None = number(
        "resolution",
        "share of grievances with a reply worth more than the threshold below which replies do harm",
        "share",
        "higher",
    )
    backlog: Backlog = field(metadata=group("backlog", "posts waiting at the desk", "posts", "lower"))
    care_cost: float = number(
        "cost of care", "wages of the desk and what was put right (desk.wage, desk.compensation)", "money", "lower"
    )
    care_cost_per_kept: float | None = number(
        "cost of care per customer kept", "it, by the customers of day 0 who are customers at the end", "money", "lower"
    )
    profit: float = number(
        "profit", "the margin on revenue less the cost of care, advertisements and rewards", "money", "higher"
    )


@dataclass(frozen=True)
class EventMetrics:
    """How much happened, all brands together."""

    moments: float = number("micro-moments", "micro-moments that people had", "moments")
    views: float = number("views", "times a post was read", "views")
    shares: float = number("shares", "times a post was passed on", "shares")


@dataclass(frozen=True)
class Metrics:
    """A run (or the mean over runs) in numbers."""

    customers: float
    brands: dict[str, BrandMetrics]
    cascades: CascadeMetrics
    events: EventMetrics

    def as_json(self) -> dict[str, Any]:
        """The numbers as plain values: brands, cascades, customers, events."""
        return {
            "brands": {name: asdict(brand) for name, brand in self.brands.items()},
            "cascades": asdict(self.cascades),
            "customers": self.customers,
            "events": asdict(self.events),
        }

    def of(self, brand: str) -> dict[str, float | None]:
        """One brand's numbers by name, those of groups with dots: `reputation.end`."""
        return flat(self.brands[brand])

    def __str__(self) -> str:
        return "\n".join(f"{name}: {brand}" for name, brand in self.brands.items())


MEANINGS = meanings(BrandMetrics)
"""What each number of a brand says, its unit and which way is better, by name: `reputation.end`."""


def mean_metrics(runs: list[Metrics]) -> Metrics:
    """Number by number the mean over runs; None is left out, and remains where every run has None."""
    return mean_of(runs)


def measure(record: Record) -> Metrics:
    """The numbers of a run."""
    found = cascades(record)
    attitudes = record.attitudes()
    brands = {name: measure_brand(record, b, attitudes[:, b]) for b, name in enumerate(record.brands)}
    return Metrics(
        customers=len(record.people),
        brands=brands,
        cascades=measure_cascades(record, found),
        events=EventMetrics(
            moments=record.moments,
            views=sum(brand.views for brand in brands.values()),
            shares=sum(brand.shares for brand in brands.values()),
        ),
    )


def measure_brand(record: Record, brand: int, attitudes: np.ndarray) -> BrandMetrics:
    """The numbers of one brand (by its place in the scenario). attitudes: float64 [people], to it, at the end."""
    counted = dict(zip(series.FLOWS, series.totals(record, brand).tolist(), strict=True))
    loyalty = _loyalty(record, brand, attitudes)
    return BrandMetrics(
        **_standing(record, brand),
        **loyalty,
        **_talk(record, brand, counted),
        **_care(record, brand, counted),
        **_trade(record, brand, counted, loyalty["retention"]),
    )


def _standing(record: Record, brand: int) -> dict[str, Any]:
    """What people think of the brand."""
    rating = series.level(record, "rating", brand)
    return {
        "reputation": span(series.reputation(record, brand)),
        "reputation_customers": span(series.reputation(record, brand, "customers")),
        "reputation_prospects": span(series.reputation(record, brand, "prospects")),
        "buzz": _last(series.buzz(record, brand)),
        "rating": None if len(rating) == 0 else 3.0 + 2.0 * float(rating[-1]),
    }


def _loyalty(record: Record, brand: int, attitude: np.ndarray) -> dict[str, Any]:
    """Who stays, who leaves, who would recommend."""
    people = record.people
    cohort, customers = people["cohort"] == brand, people["current"] == brand
    return {
        "retention": _mean(customers[cohort]),
        "market_share": _rate(int(customers.sum()), int((people["current"] != s.NO_BRAND).sum())),
        "nps": net_promoters(record, attitude[cohort]),
        "nps_customers": net_promoters(record, attitude[customers]),
        "nps_known": net_promoters(record, attitude[record.opinions["stage"][:, brand] != UNAWARE]),
    }


def _talk(record: Record, brand: int, counted: dict[str, float]) -> dict[str, Any]:
    """What was said in public, and who saw it."""
    everyone = sum(float(series.flow(record, "posts", b).sum()) for b in range(len(record.brands)))
    return {
        "net_sentiment": _rate(counted["praise"] - counted["complaints"], counted["praise"] + counted["complaints"]),
        "share_of_voice": _rate(counted["posts"], everyone),
        "message_match": message_match(record, record.brands[brand]),
        "posts": round(counted["posts"]),
        "praise_posts": round(counted["praise"]),
        "complaint_posts": round(counted["complaints"]),
        "views": round(counted["views"]),
        "views_unanswered": round(counted["views_unanswered"]),
        "shares": round(counted["shares"]),
    }


def _care(record: Record, brand: int, counted: dict[str, float]) -> dict[str, Any]:
    """What the desk heard and did."""
    heard = grievances(record, brand)
    line = series.level(record, "waiting", brand)
    return {
        "private_complaints": round(counted["private_complaints"]),
        "grievances": len(heard.posts),
        "replies": round(counted["replies"]),
        "reply_rate": _mean(heard.answered),
        "resolution": _mean(heard.resolved),
        "ttfr_minutes": waiting(60.0 * heard.waited[heard.answered]),
        "backlog": Backlog(_mean(line), None if len(line) == 0 else round(float(np.nanmax(line)))),
        "staff_hours": counted["staff_hours"],
        **_money(record, brand, counted),
    }


def _money(record: Record, brand: int, counted: dict[str, float]) -> dict[str, Any]:
    """What care costs, and what is earned after it."""
    settings = record.scenario.brands[brand]
    given = record.replies[(record.replies["brand"] == brand) & (record.replies["time"] >= 0)]
    cost = counted["staff_hours"] * settings.desk.wage
    cost += settings.desk.compensation * float(given["action"].sum(dtype=np.float64))
    kept = int(((record.people["cohort"] == brand) & (record.people["current"] == brand)).sum())
    return {
        "care_cost": cost,
        "care_cost_per_kept": _rate(cost, kept),
        "profit": counted["revenue"] * settings.margin - cost - counted["spent"],
    }


def _trade(record: Record, brand: int, counted: dict[str, float], kept: float | None) -> dict[str, Any]:
    """What customers used, paid, and are worth."""
    customer_days = float(series.level(record, "customers", brand)[1:].sum()) / 24.0
    days = record.now / 24.0
    yearly = _rate(counted["revenue"] * record.scenario.brands[brand].margin * DAYS_PER_YEAR, customer_days)
    return {
        "csat": _rate(counted["satisfied"], counted["uses"]),
        "revenue": counted["revenue"],
        "referred": round(counted["referred"]),
        "spent": counted["spent"],
        "cost_per_kept": _rate(
            counted["staff_hours"] * record.scenario.brands[brand].desk.wage + counted["spent"],
            int(((record.people["cohort"] == brand) & (record.people["current"] == brand)).sum()),
        ),
        "churn": _rate(counted["churned"] * DAYS_PER_MONTH, customer_days),
        "clv": None
        if yearly is None or kept is None or days <= 0
        else lifetime_value(yearly, kept ** (DAYS_PER_YEAR / days)),
    }


def span(level: np.ndarray) -> Span:
    """Start, end and minimum of a level given at full hours; hours at which it is not defined (nan) are left
    out.
    """
    known = level[~np.isnan(level)]
    if len(known) == 0:
        return Span(None, None, None)
    return Span(float(known[0]), float(known[-1]), float(known.min()))


def waiting(times: np.ndarray) -> Waiting:
    """Median and 90th percentile (linear between the two nearest) of some times."""
    if len(times) == 0:
        return Waiting(None, None)
    median, p90 = np.percentile(times, (50, 90))
    return Waiting(float(median), float(p90))


def net_promoters(record: Record, attitudes: np.ndarray) -> float | None:
    """% of people who would answer 9-10 less % who would answer 0-6, from their attitudes, -100..100."""
    asked = record.scenario.crowd.attitude
    promoter, detractor = (
        attitude_answering(answer, asked.recommend_centre, asked.recommend_scale) for answer in (PROMOTER, DETRACTOR)
    )
    net = (attitudes >= promoter).astype(np.float64) - (attitudes < detractor)
    return None if len(attitudes) == 0 else 100.0 * float(net.mean())


def lifetime_value(margin_per_year: float, retention_per_year: float) -> float:
    """What a customer will yet earn the brand: margin * r / (1 + discount - r) (Gupta & Lehmann 2003)."""
    return margin_per_year * retention_per_year / (1.0 + DISCOUNT_PER_YEAR - retention_per_year)


@dataclass(frozen=True)
class Grievances:
    """The matters that people complained of from day 0 on, one entry each, in the order of their first posts.

    posts: int64, the row of the first post (public or private). answered: bool, whether any reply came by the
    end. waited: float64, hours from the first post to the first reply, inf where there is none. resolved:
    bool, whether a reply was worth more than the threshold.
    """

    posts: np.ndarray
    answered: np.ndarray
    waited: np.ndarray
    resolved: np.ndarray


def grievances(record: Record, brand: int) -> Grievances:
    """A brand's grievances. Comments on press and content are no grievances: nobody waits for an answer to
    them.
    """
    posts = record.posts
    first = np.flatnonzero(
        np.isin(posts["kind"], (s.PUBLIC, s.PRIVATE))
        & (posts["brand"] == brand)
        & (posts["valence"] < 0)
        & (posts["grievance"] == np.arange(len(posts)))
        & (posts["time"] >= 0)
        & (posts["time"] < record.now)
    )
    good = record.replies[record.replies["worth"] > record.scenario.crowd.reply.threshold]
    waited = posts["first_reply"][first] - posts["time"][first]
    return Grievances(
        posts=first,
        answered=np.isfinite(waited),
        waited=waited,
        resolved=np.isin(first, posts["grievance"][good["post"]]),
    )


def _mean(values: np.ndarray) -> float | None:
    """The mean of what is defined; None of nothing."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None


def _rate(above: float, below: float) -> float | None:
    """A quotient; None by 0."""
    return above / below if below else None


def _last(values: np.ndarray) -> float | None:
    """The last value, if there is one and it is defined."""
    return float(values[-1]) if len(values) and not np.isnan(values[-1]) else None
