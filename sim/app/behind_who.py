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


def _cell(part: PartEffect) -> str:
    """What an arm did to a part: opinion with its interval, customers saved and lost."""
    between = (
        f" ({changed(part.gain_low, 'population')} to {changed(part.gain_high, 'population')})"
        if part.gain_low is not None
        else ""
    )
    gain = f"{changed(part.gain, 'population')}{between}"
    return f"{gain}; {number(part.saved, 1)} saved, {number(part.lost, 1)} lost"
