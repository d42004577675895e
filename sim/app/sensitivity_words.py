"""Which of it decides, in a table and a sentence, for the terminal and for `summary.txt`."""

from __future__ import annotations

from sim.app.columns import columns
from sim.app.findings import changed, plainly, said
from sim.app.settings import said_place, short_names
from sim.app.sweep_words import topic
from sim.app.words import UNKNOWN, percent
from sim.study.compare import MEANINGS, Difference
from sim.study.replicate import EFFECTS
from sim.study.sensitivity import MUCH_LEFT, Answer, Index, OfMetric, Sensitivity


def table_of_sensitivity(found: Sensitivity) -> str:
    """A row an input, metric by metric: its range, what it does alone at its ends, its index; then luck."""
    names = short_names([each.path for each in found.plan.inputs])
    sobol = found.plan.method == "sobol"
    heads = ["alone", "with interactions"] if sobol else ["moves it by", "curves, interacts"]
    rows = [["metric", "input", "range", "at its low end", "at its high end", *heads]]
    for metric, one in found.of.items():
        called = MEANINGS[metric].label + ("" if metric in EFFECTS else f" ({said(one.level, metric)})")
        for answer in one.answers:
            ends = [_swing(end, metric) for end in (answer.low, answer.high)]
            rows.append([called, names[answer.given.path], said_range(answer), *ends, *_indices(answer, metric)])
            called = ""
        share = percent(one.luck.share) if one.luck.share is not None else UNKNOWN
        rows.append(
            ["", "luck", "", "", "", f"{share} of all" if sobol else _deviation(one), share if not sobol else ""]
        )
    note = "Indices are shares of the variance that the inputs cause; luck is its share of all variance of a run."
    if not sobol:
        note = (
            "'moves it by': mean size of effects over the whole range; of luck, one standard deviation and its share."
        )
    return f"{columns(rows, left=3)}\n{note}"


def said_range(answer: Answer) -> str:
    """`1 to 12`, an input's low and high end."""
    low, high = (said_place(answer.given.place(u), answer.given.unit) for u in answer.given.ends)
    return f"{low} to {high}"


def _swing(end: Difference, metric: str) -> str:
    if end.low is None:
        return changed(end.mean, metric)
    return f"{changed(end.mean, metric)} [{plainly(end.low, metric)}, {plainly(end.high, metric)}]"


def _indices(answer: Answer, metric: str) -> list[str]:
    if answer.first is not None and answer.total is not None:
        return [_share(answer.first), _share(answer.total)]
    return [changed(answer.weight.value, metric).removeprefix("+"), changed(answer.bend, metric).removeprefix("+")]


def _share(index: Index) -> str:
    return f"{percent(index.value)} ± {percent(index.high - index.value)}"


def _deviation(one: OfMetric) -> str:
    return changed(one.luck.deviation, one.metric).removeprefix("+")


def finding_of_sensitivity(found: Sensitivity, metric: str) -> str:
    """Which input decides a metric, how sure that is, and how much is luck, in a sentence or two."""
    one = found.of[metric]
    names = short_names([each.path for each in found.plan.inputs])
    what = topic(found.brand, metric)
    first, *others = one.answers
    if first.weight.value <= 0:
        return f"Nothing that was varied moves {what}.{_luck(found, one)}"
    decides = "decides" if one.is_clear else "may decide"
    told = f"{names[first.given.path]} {decides} {what}: {_decides(found, first, metric)}"
    if others:
        second = others[0]
        told += f"; next {names[second.given.path]}, {_decides(found, second, metric)}"
        tied = second.weight.high >= first.weight.low
        told += " (too close to call with so few points)" if tied else ""
    return f"{told}.{_luck(found, one)}"


def _decides(found: Sensitivity, answer: Answer, metric: str) -> str:
    if answer.first is not None and answer.total is not None:
        return f"{percent(answer.total.value)} of what the inputs cause ({percent(answer.first.value)} by itself)"
    return f"{changed(answer.weight.value, metric).removeprefix('+')} over its range ({said_range(answer)})"


def _luck(found: Sensitivity, one: OfMetric) -> str:
    """How much of a single run is luck, and whether there were worlds enough."""
    if one.luck.share is None:
        why = "nothing varies between runs" if len(found.seeds) > 1 else "one world does not tell luck from effect"
        return f" How much is luck is not known: {why}."
    interval = "" if one.luck.low is None else f" ({percent(one.luck.low)} to {percent(one.luck.high)})"
    told = f" Of all that varies from run to run, {percent(one.luck.share)}{interval} is luck"
    if (one.luck.shared or 0.0) > 0.005:
        told += f" ({percent(one.luck.shared)} the same at every point, which shared worlds take out)"
    if one.luck.left is not None and one.luck.left > MUCH_LEFT:
        told += f"; {percent(one.luck.left)} of what differs between points is still luck: run more worlds (--runs)"
    return f"{told}."
