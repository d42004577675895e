"""The numbers behind the figures and on the pages, as tables of words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.app.findings import NOT_DEFINED, defined, steps_between
from sim.app.plots import cascade as plotted
from sim.app.plots import desk as answering
from sim.app.plots import journey as stages
from sim.app.plots import voices as spoken
from sim.app.plots.look import shown
from sim.app.words import UNKNOWN, capital, date, day, number, percent, signed, span
from sim.core.graph_facts import GraphFacts
from sim.study import happenings, series
from sim.study.cascades import cascades
from sim.study.metrics import MEANINGS, BrandMetrics, Metrics
from sim.world.record import Record

MOST_ROWS = 62
"""Rows of a table in time: longer runs are told every few days."""


@dataclass(frozen=True)
class Table:
    """A table of words: what it holds, its columns, its rows. The first cell of a row is its name."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    explained: Sequence[str] = field(default=())
    """For each row what its name means, in a sentence; empty where nothing is explained."""


# ------------------------------------------------------------------------------------------------ key figures

KEY: tuple[tuple[str, str, Callable[[BrandMetrics], str]], ...] = (
    (
        "Reputation",
        "What all who know the brand think of it, from 0 (the worst) to 100 (the best); 50 is neutral. Measured in "
        "everyone, not only in those who post.",
        lambda brand: _reputation(brand),
    ),
    (
        "Customers kept (retention)",
        "Of those who were customers on day 0, how many still are at the end.",
        lambda brand: percent(brand.retention, 1),
    ),
    (
        "Net promoter score (NPS)",
        "Of the customers of day 0: the percentage who would recommend the brand warmly (9 or 10 of 10) less the "
        "percentage who would not (0 to 6). From −100 to 100.",
        lambda brand: number(brand.nps),
    ),
    (
        "Market share",
        "Its part of all customers of any brand at the end.",
        lambda brand: percent(brand.market_share, 1),
    ),
    (
        "Posts",
        "What people posted in public about the brand. More complaints are not a measure of failure: many never speak.",
        lambda brand: f"{number(brand.praise_posts)} praise, {number(brand.complaint_posts)} complain",
    ),
    (
        "Net sentiment of posts",
        "Praise less complaints, as a part of both: −1 is all complaint, 1 is all praise. It describes those who post, "
        "who are not everyone.",
        lambda brand: signed(brand.net_sentiment, 2),
    ),
    (
        "Complaints answered",
        "Of all matters complained of, in public or private, how many got any reply by the end.",
        lambda brand: percent(brand.reply_rate),
    ),
    (
        "Time to first reply (TTFR)",
        "From the first complaint about a matter to the first reply. The first time: half of the answered had their "
        "reply by then; the second: nine of ten had.",
        lambda brand: f"{span(brand.ttfr_minutes.median)} (nine of ten: {span(brand.ttfr_minutes.p90)})",
    ),
    (
        "Complaints read unanswered",
        "How often someone read a complaint while no reply stood under it.",
        lambda brand: number(brand.views_unanswered),
    ),
    ("Staff hours", "Hours of people on duty at the desk.", lambda brand: number(brand.staff_hours)),
)


def _reputation(brand: BrandMetrics) -> str:
    stands = brand.reputation
    return f"{number(stands.end, 1)} (began at {number(stands.start, 1)}, lowest {number(stands.min, 1)})"


def key_figures(metrics: Metrics) -> Table:
    """The figures that matter most, a column a brand, each explained to who never heard of it."""
    return Table(
        "Key figures of each brand over the run",
        ["", *metrics.brands],
        [[name, *(words(brand) for brand in metrics.brands.values())] for name, _, words in KEY],
        [meaning for _, meaning, _ in KEY],
    )


def all_figures(metrics: Metrics) -> Table:
    """Every number that was measured, as it is defined."""
    values = {name: metrics.of(name) for name in metrics.brands}
    return Table(
        "Every number measured, as it is in metrics.json",
        ["Number (unit)", *metrics.brands],
        [
            [f"{capital(meaning.label)} ({meaning.unit})", *(_plain(values[brand][name]) for brand in metrics.brands)]
            for name, meaning in MEANINGS.items()
        ],
        [capital(meaning.definition) for meaning in MEANINGS.values()],
    )


def _plain(value: float | None) -> str:
    """A number with about four digits."""
    if value is None or value != value:
        return UNKNOWN
    size = abs(value)
    return number(value, 0 if size >= 1000 or size == round(size) else 1 if size >= 100 else 2 if size >= 1 else 3)


# -------------------------------------------------------------------------------------------- behind the figures


def happened(record: Record) -> Table:
    """What happened when, in the order of time."""
    kinds = {"content": "published", "press": "in the press", "fix": "mended", "priority": "to be mended next"}
    rows = [
        [
            day(note.time),
            _date(record, note.time),
            record.brands[note.brand],
            kinds.get(note.kind, note.kind),
            text,
        ]
        for note, text in sorted(
            zip(record.notes, happenings.texts(record), strict=True),
            key=lambda said: (said[0].time, said[0].brand, said[0].kind),
        )
        if note.time >= 0
    ]
    return Table("What happened, in the order of time", ["When", "Date", "Brand", "What", "In words"], rows)


def _date(record: Record, hours: float) -> str:
    return date(record.scenario, hours)


def _stretch(record: Record) -> int:
    """Days between two rows of a table in time."""
    return -(-record.scenario.clock.days // MOST_ROWS)


def reputation(record: Record) -> Table:
    """Reputation, retention and NPS of present customers at the midnights."""
    brands = shown(len(record.brands))
    lines = {
        b: (series.reputation(record, b)[::24], series.retention(record, b), series.nps(record, b)) for b in brands
    }
    asked = {int(which): place for place, which in enumerate(series.days(record))}
    head = ["Midnight of"]
    for b in brands:
        head += [f"{record.brands[b]}: reputation", "customers kept", "NPS of present customers"]
    rows = []
    for which in range(0, record.scenario.clock.days + 1, _stretch(record)):
        row = [f"day {which}, {_date(record, 24 * which)}"]
        for b in brands:
            known, kept, nps = lines[b]
            place = asked.get(which)
            row.append(number(known[which], 1) if which < len(known) else UNKNOWN)
            row.append(UNKNOWN if place is None else percent(kept[place], 1))
            row.append(UNKNOWN if place is None else number(nps[place]))
        rows.append(row)
    return Table("Reputation and loyalty at the midnights", head, rows)


def voices(record: Record) -> Table:
    """Praise and complaints by the day."""
    brands, every = shown(len(record.brands)), _stretch(record)
    head = ["From"]
    columns = []
    for b in brands:
        head += [f"{record.brands[b]}: praise", "complaints"]
        for name in ("praise", "complaints"):
            daily = series.per_day(series.flow(record, name, b))
            columns.append(np.add.reduceat(daily, np.arange(0, len(daily), every)))
    rows = [
        [f"day {k * every}, {_date(record, 24 * k * every)}", *(number(column[k]) for column in columns)]
        for k in range(len(columns[0]))
    ]
    return Table(f"Posts {'each day' if every == 1 else f'every {every} days'}", head, rows)


def sentiment(record: Record, metrics: Metrics) -> Table:
    """Those who post against all who know the brand, over the whole run."""
    rows = []
    for b, name in enumerate(record.brands):
        posted, everyone = spoken.overall(record, metrics, b)
        rows.append([name, signed(posted, 2), signed(everyone, 2)])
    head = ["Brand", "Net sentiment of posts", "Mean attitude of all who know it"]
    return Table("Those who post, and all who know the brand (both from −1 to 1)", head, rows)


def desk(record: Record) -> Table:
    """Complaints and first replies by the day, of the brands with a desk."""
    every = _stretch(record)
    brands = answering.with_desk(record)
    found = {b: {int(row[0]): row for row in answering.per_day(record, b, every)} for b in brands}
    head = ["Complaints made from"]
    for b in brands:
        head += [f"{record.brands[b]}: complaints", "answered", "half within", "nine of ten within"]
    rows = []
    for which in range(0, record.scenario.clock.days, every):
        row = [f"day {which}, {_date(record, 24 * which)}"]
        for b in brands:
            _, median, p90, answered, made = found[b].get(which, (0, None, None, 0, 0))
            row += [number(made), number(answered), span(median), span(p90)]
        rows.append(row)
    return Table(f"First replies, {'day by day' if every == 1 else f'every {every} days'}", head, rows)


def reach(record: Record) -> Table:
    """How often posts were passed on."""
    rows = [[words, number(count), percent(share, 1)] for words, count, share in plotted.reach(cascades(record))]
    return Table("How often posts were passed on", ["Passed on", "Posts", "Share"], rows)


def shares(record: Record) -> Table:
    """Who passed on the post that went farthest, from whom, when."""
    root = cascades(record).largest()
    assert root is not None
    tree = plotted.tree_of(record, root)
    who = record.posts["author"][tree.posts]
    rows = [
        [
            f"customer {who[k]}",
            f"customer {who[tree.parent[k]]}",
            day(float(record.posts["time"][tree.posts[k]])),
            number(int(record.followers[who[k]])),
        ]
        for k in range(1, min(len(tree.posts), MOST_ROWS))
    ]
    more = "" if tree.shares < MOST_ROWS else f" (the first {MOST_ROWS - 1} of {number(tree.shares)})"
    return Table(f"Who passed the post on{more}", ["Who", "Seen with", "When", "Followers"], rows)


def journey(record: Record) -> Table:
    """Moves between the stages, brand by brand."""
    brands = shown(len(record.brands))
    ways = np.argwhere(sum(record.transitions[b] for b in brands) > 0)
    rows = [
        [stages.words_of(int(a), int(b)), *(number(int(record.transitions[brand, a, b])) for brand in brands)]
        for a, b in ways
    ]
    return Table("Moves between stages", ["Move", *(record.brands[b] for b in brands)], rows)


def graph(facts: GraphFacts) -> Table:
    """Who knows whom, in numbers with their meaning."""
    who = "followers" if facts.directed else "ties"
    told = [
        ("People", number(facts.nodes), ""),
        ("Follows" if facts.directed else "Ties", number(facts.edges), "Connections along which posts are seen."),
        (
            f"{capital(who)} of a person",
            f"{number(facts.mean_degree, 1)} on average, {number(facts.median_degree)} in the middle, "
            f"{number(facts.max_degree)} at most",
            "A few people reach many; most reach few.",
        ),
        ("Clustering", defined(facts.clustering, ".2f"), "Chance that two people whom one knows know each other."),
        (
            "Assortativity",
            NOT_DEFINED if facts.assortativity != facts.assortativity else signed(facts.assortativity, 2),
            "Above 0, well-connected people know each other; not defined where all know equally many.",
        ),
        ("Steps between two people", steps_between(facts, 1), "On average, along the shortest way."),
        ("People without any tie", number(facts.isolated), ""),
    ]
    return Table(
        "The social graph", ["", "Value"], [[name, value] for name, value, _ in told], [words for _, _, words in told]
    )
