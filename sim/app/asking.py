"""What several verbs ask of the command line in the same way: known metrics, a brand of the scenario."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import UserError

MOST_RUNS = 1_000_000
"""No verb takes up more runs than this: they would not end, and the list of what is to be done has no end either."""

if TYPE_CHECKING:
    from sim.study.task import Subject, Task


def known_metrics(metrics: Sequence[str]) -> list[str]:
    """The metrics asked for. Raises UserError with the nearest name for one that does not exist."""
    if not metrics:
        return []
    from sim.scenario.names import nearest
    from sim.study.compare import MEANINGS

    for name in metrics:
        if name not in MEANINGS:
            raise UserError(f"there is no metric {name!r} ({nearest(name, MEANINGS)})")
    return list(dict.fromkeys(metrics))


def brand_of(task: Task, wanted: str | None) -> str:
    """The brand asked for, or the first one. Raises UserError with the nearest name for one that does not exist."""
    from sim.scenario.names import nearest

    brands = [brand.name for brand in next(iter(task.subjects.values())).scenario.brands]
    if wanted is not None and wanted not in brands:
        raise UserError(f"there is no brand {wanted!r} ({nearest(wanted, brands)})")
    return brands[0] if wanted is None else wanted


def subjects_of(file: Path, overrides: Sequence[str], arms: Sequence[str]) -> dict[str, Subject]:
    """The scenario of a file as it stands, and those of its arms that are wanted."""
    from sim.app.subjects import arms_of_file
    from sim.scenario.load import load
    from sim.scenario.names import BASELINE
    from sim.study.task import Subject

    return arms_of_file(file, overrides, arms) if arms else {BASELINE: Subject.of(load(file, overrides))}
