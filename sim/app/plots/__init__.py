"""Figures of a run and of a comparison: matplotlib's objects, never its global state; the same bytes each time.

A figure's label is its title, a sentence that says what is seen. `WIDE` suits a page, `NARROW` a telephone.
"""

from __future__ import annotations

from matplotlib.figure import Figure

from sim.app.plots import cascade, desk, fans, forest, journey, paths, reputation, voices
from sim.app.plots.files import save, svg_text
from sim.app.plots.look import NARROW, WIDE, drawing
from sim.study.compare import Comparison
from sim.study.metrics import Metrics
from sim.world.record import Record

__all__ = ["NARROW", "WIDE", "compare_figures", "run_figures", "save", "svg_text"]


def run_figures(record: Record, metrics: Metrics, width: float = WIDE) -> dict[str, Figure]:
    """The figures of a run by name, in the order of a page; what has nothing to show is left out.

    `desk` is missing where nobody answers, `cascade` where nobody posts, `journey` where nobody moves.
    """
    with drawing():
        drawn = {
            "reputation": reputation.draw(record, metrics, width),
            "voices": voices.draw(record, metrics, width),
            "desk": desk.draw(record, metrics, width),
            "cascade": cascade.draw(record, metrics, width),
            "journey": journey.draw(record, width),
        }
    return {name: figure for name, figure in drawn.items() if figure is not None}


def compare_figures(comparison: Comparison, width: float = WIDE) -> dict[str, Figure]:
    """The figures of a comparison by name, all about the first brand; what cannot be told is left out."""
    with drawing():
        drawn = {
            "effects": forest.effects(comparison, width),
            "differences": forest.differences(comparison, width),
            "paths": paths.draw(comparison, width),
            "fans": fans.draw(comparison, width),
        }
    return {name: figure for name, figure in drawn.items() if figure is not None}
