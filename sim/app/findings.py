"""What came out, in a short table and one sentence of plain words, for the terminal and for `summary.txt`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.app.columns import columns
from sim.app.words import UNKNOWN, day, number, percent, plural, signed, span
from sim.core.graph_facts import GraphFacts
from sim.scenario.names import BASELINE
from sim.study import series
from sim.study.compare import HEADLINES, MEANINGS, Comparison, Difference
from sim.study.metrics import BrandMetrics, Metrics
from sim.world.record import Record

NOT_DEFINED = "not defined"
"""What is said of a number of the graph that does not exist: in a graph of equals nobody is better connected."""

HOURS_AROUND = 72.0
"""What happened so many hours before the lowest point is named with it."""


# ---------------------------------------------------------------------------------------------- a run


def table_of_run(metrics: Metrics) -> str:
    """A row a brand, as a table of words."""
    return columns(rows_of_run(metrics))


def rows_of_run(metrics: Metrics) -> list[list[str]]:
    """A row a brand, after the heads: reputation, loyalty, what was said, and how it was answered."""
    head = [
        "brand",
        "reputation",
        "lowest",
        "customers kept",
        "NPS",
        "posts",
        "praise : complaint",
        "answered",
        "first reply",
        "9 of 10 in",
        "staff",
    ]
    rows = [head]
    for name, brand in metrics.brands.items():
        rows.append(
            [
                name,
                f"{number(brand.reputation.start, 1)} → {number(brand.reputation.end, 1)}",
                number(brand.reputation.min, 1),
                percent(brand.retention, 1),
                number(brand.nps),
                number(brand.posts),
                f"{number(brand.praise_posts)} : {number(brand.complaint_posts)}",
                percent(brand.reply_rate),
                span(brand.ttfr_minutes.median),
                span(brand.ttfr_minutes.p90),
                f"{number(brand.staff_hours)} h",
            ]
        )
    return rows


def finding_of_run(metrics: Metrics, record: Record | None = None) -> str:
    """What happened to the first brand, in a sentence. record: of a single run, to say when and after what."""
    name, brand = next(iter(metrics.brands.items()))
    return f"{_reputation(name, brand, record)}; {_kept(brand)}; {_answered(brand)}."


def _reputation(name: str, brand: BrandMetrics, record: Record | None) -> str:
    start, end, lowest = brand.reputation.start, brand.reputation.end, brand.reputation.min
    if start is None or end is None or lowest is None:
        return f"Nobody knows {name}"
    change = number(end, 1) != number(start, 1)
    moved = f"went from {number(start, 1)} to {number(end, 1)}" if change else f"stayed at {number(end, 1)}"
    if number(lowest, 1) in (number(start, 1), number(end, 1)):
        return f"{name}'s reputation {moved} of 100"
    return f"{name}'s reputation {moved} of 100, lowest at {number(lowest, 1)}{_when(record)}"


def _when(record: Record | None) -> str:
    """When the first brand's reputation was lowest, and what had happened to it shortly before."""
    if record is None:
        return ""
    level = series.reputation(record, 0)
    hour = float(np.nanargmin(level))
    before = [
        note
        for note in record.notes
        if note.brand == 0 and note.kind in ("incident", "content") and hour - HOURS_AROUND <= note.time <= hour
    ]
    after = f", after {before[-1].text}" if before else ""
    return f" on {day(hour)}{after}"


def _kept(brand: BrandMetrics) -> str:
    if brand.retention is None:
        return "it had no customers on day 0"
    return f"{percent(brand.retention, 1)} of its customers stayed"


def _answered(brand: BrandMetrics) -> str:
    if brand.reply_rate is None:
        return "nobody complained"
    made = f"{plural(brand.grievances, 'complaint')}, public or private,"
    if brand.replies == 0:
        return f"none of {made} was answered"
    within = f", half of them within {span(brand.ttfr_minutes.median)}" if brand.ttfr_minutes.median else ""
    return f"{percent(brand.reply_rate)} of {made} got an answer{within}"


def about_graph(facts: GraphFacts) -> str:
    """A graph in a line or two."""
    what, who = ("follows", "followers") if facts.directed else ("ties", "ties")
    sampled = "" if facts.exact_clustering else " (sampled)"
    return (
        f"Graph: {facts.nodes:,} people, {facts.edges:,} {what}; {who} a person: mean {facts.mean_degree:.2f}, "
        f"median {facts.median_degree:g}, 99th percentile {facts.p99_degree:.0f}, most {facts.max_degree:,};\n"
        f"  clustering {defined(facts.clustering, '.4f')}, transitivity {defined(facts.transitivity, '.4f')}{sampled}, "
        f"assortativity {defined(facts.assortativity, '+.3f')}, mean path {steps_between(facts, 2)}."
    )


def defined(value: float, form: str) -> str:
    """A number of a graph in one of Python's formats; words where it is not defined."""
    return f"{value:{form}}" if value == value else NOT_DEFINED


def steps_between(facts: GraphFacts, digits: int) -> str:
    """The steps between two people, `about` where paths were measured from some of them only."""
    if facts.mean_path != facts.mean_path:
        return NOT_DEFINED
    sampled = facts.path_sources < round(facts.largest_component * facts.nodes)
    return f"{'about ' if sampled else ''}{number(facts.mean_path, digits)} steps"


# ---------------------------------------------------------------------------------------------- a comparison


def table_of_comparison(comparison: Comparison, metrics: Sequence[str] = (), brand: str | None = None) -> str:
    """Metric by metric and arm by arm: the mean difference from the baseline, its interval, in how many
    worlds.

    metrics: which (default: the headlines that are defined). brand: whose (default: the first).
    """
    brand = comparison.brands[0] if brand is None else brand
    rows = [["metric", "arm", "difference", "95 % interval", "better in"]]
    for metric in metrics or _defined(comparison, brand):
        called = f"{MEANINGS[metric].label}{_level(comparison, brand, metric)}"
        for arm in comparison.arms:
            found = comparison.differences[arm].get(brand, {}).get(metric)
            if found is not None:
                rows.append([called, arm, *_cells(found, metric)])
                called = ""
    return columns(rows, left=2)


def _defined(comparison: Comparison, brand: str) -> list[str]:
    """The headlines that are defined in some arm."""
    return [
        metric
        for metric in HEADLINES
        if any(found.get(brand, {}).get(metric, NONE).runs for found in comparison.differences.values())
    ]


NONE = Difference(None, None, None, 0, 0)


def _level(comparison: Comparison, brand: str, metric: str) -> str:
    """The baseline's own value of a metric, in brackets; nothing for an effect."""
    values = comparison.levels[comparison.baseline].of(brand)
    return f" ({said(values[metric], metric)})" if metric in values else ""


def _cells(found: Difference, metric: str) -> list[str]:
    """A difference as cells of a table."""
    interval = "" if found.low is None else f"{plainly(found.low, metric)} to {plainly(found.high, metric)}"
    wins = f"{found.wins} of {found.runs}" if found.runs else UNKNOWN
    return [changed(found.mean, metric), interval, wins]


def said(value: float | None, metric: str) -> str:
    """A value of a metric, with its unit."""
    unit = MEANINGS[metric].unit
    if unit == "share":
        return percent(value, 1)
    if unit == "minutes":
        return span(value)
    return f"{number(value, _digits(unit))}{' h' if unit == 'hours' and value is not None else ''}"


def changed(value: float | None, metric: str) -> str:
    """A change of a metric, with its sign and unit; shares in percentage points."""
    ends = {"share": " pt", "minutes": " min", "hours": " h"}
    return UNKNOWN if value is None else f"{plainly(value, metric)}{ends.get(MEANINGS[metric].unit, '')}"


def plainly(value: float | None, metric: str) -> str:
    """A change of a metric, with its sign and without its unit."""
    unit = MEANINGS[metric].unit
    if unit == "share":
        return signed(None if value is None else 100 * value, 2)
    return signed(value, _digits(unit, finer=1))


def _digits(unit: str, finer: int = 0) -> int:
    """Decimals worth showing, and of a difference `finer` ones."""
    if unit in ("-1..1", "stars of 5"):
        return 2
    if unit in ("views", "hours", "money"):
        return 0
    return finer + (1 if unit in ("0-100", "points") else 0)


def about_pairing(comparison: Comparison, metric: str = "reputation.end") -> str:
    """How much it saved to compare in the same worlds, in a sentence; nothing where that is not defined."""
    brand = comparison.brands[0]
    found = [of[brand][metric].pairing for of in comparison.differences.values() if brand in of]
    known = sorted(value for value in found if value is not None)
    if not known:
        return ""
    most = f" to {number(known[-1])}" if number(known[-1]) != number(known[0]) else ""
    return (
        f"Arms shared their worlds: without that, as narrow intervals for {MEANINGS[metric].label} "
        f"would take {number(known[0])}{most} times as many worlds."
    )


def ranked_arms(comparison: Comparison) -> tuple[str, list[str]]:
    """By which metric arms are ranked for the first brand, and those for which it is defined, the best first."""
    brand = comparison.brands[0]
    metric = "population" if "population" in _defined(comparison, brand) else "reputation.end"
    found = {arm: of[brand][metric] for arm, of in comparison.differences.items() if metric in of.get(brand, {})}
    known = [arm for arm, difference in found.items() if difference.runs]
    return metric, sorted(known, key=lambda arm: -(found[arm].mean or 0.0))


def finding_of_comparison(comparison: Comparison) -> str:
    """Which arm does most for the first brand, and which least, in a sentence."""
    brand = comparison.brands[0]
    metric, ranked = ranked_arms(comparison)
    if not ranked:
        return f"Nobody knows {brand} in two arms: there is nothing to compare."
    found = {arm: comparison.differences[arm][brand] for arm in ranked}
    against = "the scenario as it stands" if comparison.baseline == BASELINE else f"'{comparison.baseline}'"
    best, worst = found[ranked[0]], found[ranked[-1]]
    gains, costs = (best[metric].mean or 0.0) >= 0, (worst[metric].mean or 0.0) < 0
    if len(ranked) == 1:
        return f"Against {against}, '{ranked[0]}' does this for {brand}: {_moved(best, metric)}."
    told = [
        f"'{ranked[0]}' {'does most for' if gains else 'costs least'} {brand}: {_moved(best, metric)}",
        f"'{ranked[-1]}' {'costs most' if costs else 'does least'}: {_moved(worst, metric)}",
    ]
    return f"Against {against}, {'; '.join(told)}."


def _moved(found: Mapping[str, Difference], metric: str) -> str:
    """How an arm moved those who complained, those who saw it, and all, with the interval of the last."""
    groups = {"authors": "those who complained", "exposed": "those who saw it"}
    parts = [
        f"{who} {changed(found[group].mean, group)}"
        for group, who in groups.items()
        if metric == "population" and found[group].runs
    ]
    whole = found[metric]
    parts.append(f"all who know it {changed(whole.mean, metric)} points of 100")
    if whole.low is None:
        return f"{', '.join(parts)} (one world: no interval)"
    chance = "" if whole.is_clear else ", which may be chance"
    interval = f"{changed(whole.low, metric)} to {changed(whole.high, metric)}"
    return f"{', '.join(parts)} (95 % interval {interval}{chance}; better in {whole.wins} of {whole.runs} worlds)"
