"""What was observed over what the fitted worlds give, with the part that was held back."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.app.plots.look import HUES, INK, QUIET, SMALL, WIDE, drawing, tint
from sim.app.plots.sheet import ONE_LINE, Panel, sheet
from sim.study.calibrate import Calibration
from sim.study.forecast import Forecast
from sim.study.observed import SERIES

NOTE = (
    "Black: observed. Blue line: the mean of the fitted worlds; shaded: nine of ten of them. Right of the dashed line "
    "nothing was fitted: there the model foretells."
)

FORETOLD = {
    "better": "foretold better than by",
    "worse": "foretold worse than by",
    "alike": "foretold neither better nor worse than by",
    "few decide": "a few bins decide the error against",
    "too few": "too few bins to judge the forecast against",
}


def calibration_figures(found: Calibration, width: float = WIDE) -> dict[str, Figure]:
    """The figure `fit`, a panel a series over time; nothing where nothing was held back."""
    if not found.forecasts:
        return {}
    with drawing():
        return {"fit": fit(found, width)}


def fit(found: Calibration, width: float) -> Figure:
    """A panel a series: observed, fitted, foretold."""
    panels = [
        Panel(each.series.replace("_", " "), f"{SERIES[each.series][1]}, per {found.per}", 1.5, below=ONE_LINE)
        for each in found.forecasts
    ]
    page = sheet(width, title_of(found), panels, note=NOTE)
    unit = "day" if found.per == "hour" else found.per
    for axes, each in zip(page.axes, found.forecasts, strict=True):
        bins = (np.arange(len(each.observed)) + 0.5) / (24 if found.per == "hour" else 1)
        axes.fill_between(bins, each.low, each.high, color=tint(HUES[0], 0.2), linewidth=0)
        axes.plot(bins, each.mean, color=HUES[0], linewidth=1.4)
        axes.plot(bins, each.observed, color=INK, linewidth=0.9)
        begins = each.begins / (24 if found.per == "hour" else 1)
        axes.axvline(begins, color=QUIET, linestyle=(0, (3, 2)), linewidth=1)
        axes.text(
            begins, 1.0, " held back", transform=axes.get_xaxis_transform(), fontsize=SMALL, color=QUIET, va="top"
        )
        axes.set_xlim(0, bins[-1])
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{unit} {value:g}"))
        axes.yaxis.set_major_locator(MaxNLocator(4))
    return page.figure


def title_of(found: Calibration) -> str:
    """What the forecast of the first series was worth, in a sentence."""
    first: Forecast = found.forecasts[0]
    rival = first.best_baseline
    told = sum(one.informed for one in found.fitted)
    return (
        f"The data tell {told} of {len(found.fitted)} parameters; of {first.series.replace('_', ' ')}: "
        f"{FORETOLD[first.verdict]} the best simple rule ({rival})"
    )
