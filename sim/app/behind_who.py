"""Who was saved or lost, as tables of words: a row a part of the people, a column an arm."""

from __future__ import annotations

from sim.app.behind import Table
from sim.app.findings import changed
from sim.app.words import number
from sim.study.compare import Comparison
from sim.study.who import PartEffect, affected

KINDS = {"segment": "by segment", "reach": "by number of followers"}


def tables(comparison: Comparison) -> list[Table]:
    """A table for each brand and each way to tell people apart."""
    found = affected(comparison.worlds)
    arms = [arm for arm in comparison.arms if arm in found]
    return [
        Table(
            f"Who was saved or lost: {brand}, {called} (opinion in points of 100; customers saved and lost a world)",
            ["Who", "People", *arms],
            [
                [name, number(part.people), *(_cell(found[arm][brand][kind][name]) for arm in arms)]
                for name, part in found[arms[0]][brand][kind].items()
            ],
        )
        for brand in comparison.brands
        if arms and all(brand in found[arm] for arm in arms)
        for kind, called in KINDS.items()
    ]


def in_a_line(comparison: Comparison) -> str:
    """Customers of the first brand saved and lost in each arm, in a line; nothing where no arm has the same people."""
    brand = comparison.brands[0]
    found = {arm: of[brand]["segment"] for arm, of in affected(comparison.worlds).items() if brand in of}
    if not found:
        return ""
    whole = number(sum(part.customers for part in next(iter(found.values())).values()))
    told = []
    for arm, parts in found.items():
        saved, lost = sum(part.saved for part in parts.values()), sum(part.lost for part in parts.values())
        told.append(f"'{arm}' {number(saved, 1)} and {number(lost, 1)}")
    return f"Customers saved and lost a world, of {whole} on day 0: {', '.join(told)}."


def most_touched(comparison: Comparison) -> str:
    """Whose opinion which arm moves most, in a line; nothing where nobody's differs beyond chance."""
    brand = comparison.brands[0]
    parts = [
        (abs(part.gain), arm, name, part)
        for arm, of in affected(comparison.worlds).items()
        if brand in of
        for name, part in of[brand]["segment"].items()
        if part.gain is not None and part.gain_low is not None and part.gain_low * (part.gain_high or 0.0) > 0
    ]
    if not parts:
        return ""
    _, arm, name, part = max(parts, key=lambda each: each[0])
    return f"Most touched: {name}, by '{arm}' ({changed(part.gain, 'population')} points of 100)."


def _cell(part: PartEffect) -> str:
    """What an arm did to a part: opinion with its interval, customers saved and lost."""
    between = (
        f" ({changed(part.gain_low, 'population')} to {changed(part.gain_high, 'population')})"
        if part.gain_low is not None
        else ""
    )
    gain = f"{changed(part.gain, 'population')}{between}"
    return f"{gain}; {number(part.saved, 1)} saved, {number(part.lost, 1)} lost"
