"""What happened, in words for a reader: of a statement, which of the brand's it was and how it was made."""

from __future__ import annotations

from sim.scenario.brand import Statement
from sim.scenario.schema import Scenario
from sim.world.record import Record

STATEMENT = "statement"
AS_PLANNED_HOURS = 2 / 3600
"""A statement is made in the second it was planned for, give or take the rounding."""


def texts(record: Record) -> list[str]:
    """What is said of each of the record's notes, in their order."""
    left = [list(enumerate(brand.statements)) for brand in record.scenario.brands]
    return [
        _of_statement(record.scenario, note.brand, note.time, left[note.brand]) or note.text
        if note.kind == STATEMENT
        else note.text
        for note in record.notes
    ]


def _of_statement(scenario: Scenario, brand: int, time: float, left: list[tuple[int, Statement]]) -> str:
    """Which of the brand's statements was made then, and how; nothing if none was planned. Takes it from those left."""
    for one in sorted(left, key=lambda each: each[1].at is None):
        place, made = one
        if made.at is None or abs(scenario.hours(made.at) - time) < AS_PLANNED_HOURS:
            left.remove(one)
            called = f" ({made.name})" if made.name else ""
            how = f"explanation {made.explanation:g}, ownership {made.ownership:g}, sincerity {made.sincerity:g}"
            return f"statement {place + 1} of {len(scenario.brands[brand].statements)}{called}: {how}"
    return ""
