"""A sweep drawn: lines for one value varied, a map for two, a panel each for more; the present setting marked.

Everything drawn is the difference from the present setting in the same worlds, so that a line is an effect. A
panel says in its heading where the present setting stands.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.app.findings import changed, said
from sim.app.plots.axis_of_settings import Settings, settings_axis
from sim.app.plots.look import FAINT, HUES, INK, PAPER, QUIET, SMALL, Look, look_of, tint, width_of
from sim.app.plots.sheet import ONE_LINE, End, Panel, Sheet, label_ends, left_margin, room_for, sheet
from sim.app.settings import said_place, short_names
from sim.app.sweep_words import ranked_points, topic
from sim.app.words import MINUS, capital, number, plural
from sim.scenario.names import BASELINE
from sim.study.compare import MEANINGS
from sim.study.replicate import EFFECTS
from sim.study.sweep import Point, Sweep

MOST_THIN = 20
"""Single worlds drawn as thin lines."""
UNITS = {"0-100": "points of 100", "points": "points of 100", "share": "percentage points", "stars of 5": "stars"}
NOTE = (
    "Thick: mean over worlds; band: its 95 % interval; thin: single worlds. All are differences from the present "
    "setting (the line at zero) in the same world."
)
MAP_NOTE = (
    "Mean difference from the present setting in the same worlds; lines join equal differences. A dot marks cells "
    "whose 95 % interval leaves zero out."
)
DOTS_NOTE = (
    "A dot is a setting, its bar the 95 % interval of the mean difference from the present setting in the same "
    "worlds; the other values vary along."
)
LINE_NOTE = " The line is the mean of settings with one value."


def draw(found: Sweep, brand: str, metrics: Sequence[str], width: float) -> dict[str, Figure]:
    """The figures of a sweep by name; those of metrics that are nowhere defined are left out."""
    known = [metric for metric in metrics if ranked_points(found, brand, metric)]
    if not known:
        return {}
    if len(found.paths) == 1:
        return {"lines": lines(found, brand, known, width)}
    if len(found.paths) == 2 and is_grid(found):
        return {_file("map", metric): heatmap(found, brand, metric, width) for metric in known}
    return {_file("settings", metric): multiples(found, brand, metric, width) for metric in known}


def _file(name: str, metric: str) -> str:
    return f"{name}-{metric.replace('.', '-').replace('_', '-')}"


def is_grid(found: Sweep) -> bool:
    """Whether every value of each path was tried with every value of the others."""
    tried = found.of_arm(BASELINE)
    each = [{point.places[path] for point in tried} for path in found.paths]
    return len({tuple(point.places.values()) for point in tried}) == int(np.prod([len(values) for values in each]))


def axis_of(found: Sweep, path: str) -> Settings:
    """The values tried of one path."""
    return Settings.of([point.places[path] for point in found.points if not point.is_present], found.units[path])


def factor(metric: str) -> float:
    """By what values are multiplied on the axis: shares become percentage points."""
    return 100.0 if MEANINGS[metric].unit == "share" else 1.0


def about(found: Sweep, brand: str, metric: str) -> str:
    """What is on the vertical axis: the unit, which way is better, where the present setting stands."""
    meaning = MEANINGS[metric]
    parts = [f"change in {UNITS.get(meaning.unit, meaning.unit)}"]
    if meaning.better != "neither":
        parts.append(f"{meaning.better} is better")
    if metric not in EFFECTS:
        parts.append(f"now {said(found.level(found.present, brand, metric).mean, metric)}")
    return ", ".join(parts)


def _title(found: Sweep, brand: str, metric: str) -> str:
    """What the best setting does, in a sentence."""
    best = ranked_points(found, brand, metric)[0]
    names = short_names(found.paths)
    at = " and ".join(f"{names[path]} {said_place(best.places[path], found.units[path])}" for path in found.paths)
    gain = found.effect(best, brand, metric)
    worlds = plural(len(found.comparison.worlds), "world")
    arm = "" if best.arm == BASELINE else f" with '{best.arm}'"
    return f"{capital(topic(brand, metric))} is best at {at}{arm}: {changed(gain.mean, metric)} against now ({worlds})"


# ------------------------------------------------------------------------------------------------- one path


def lines(found: Sweep, brand: str, metrics: Sequence[str], width: float) -> Figure:
    """A panel a metric: the difference along one path, with its interval, single worlds and the present setting."""
    (path,) = found.paths
    axis = axis_of(found, path)
    now = axis.at(found.present.places[path])
    panels = [Panel(capital(MEANINGS[m].label), about(found, brand, m), 1.5, 0.08) for m in metrics]
    panels[-1] = Panel(panels[-1].head, panels[-1].about, 1.5, ONE_LINE + 0.2)
    ends = [[_end(found, brand, metric, arm) for arm in found.arms] for metric in metrics]
    cut, right = room_for([end for row in ends for end in row], width) if len(found.arms) > 1 else ([], 0.15)
    page = sheet(width, _title(found, brand, metrics[0]), panels, right=right, left=_left(width), note=NOTE)
    for place, (axes, metric) in enumerate(zip(page.axes, metrics, strict=True)):
        settings_axis(axes, axis, page.breadth, [] if now is None else [now])
        for k, arm in enumerate(found.arms):
            _line(axes, found, brand, metric, arm, axis, look_of(k))
        _present(axes, page, now, f"now {said_place(found.present.places[path], axis.unit)}", first=place == 0)
        _values_axis(axes)
        if axes is not page.axes[-1]:
            axes.set_xticklabels([])
        if cut:
            label_ends(page, axes, cut[place * len(found.arms) : (place + 1) * len(found.arms)])
    page.axes[-1].set_xlabel(short_names(found.paths)[path], fontsize=SMALL, color=INK)
    return page.figure


def _left(width: float) -> float:
    """Room for signed numbers beside the vertical axis."""
    return left_margin(width) + 0.12


def _end(found: Sweep, brand: str, metric: str, arm: str) -> End:
    """The label of an arm's line."""
    last = next((p for p in reversed(found.of_arm(arm)) if found.effect(p, brand, metric).mean is not None), None)
    mean = found.effect(last, brand, metric).mean if last is not None else None
    value = float("nan") if mean is None else mean * factor(metric)
    called = "as it stands" if arm == BASELINE else arm
    return End(value, look_of(found.arms.index(arm)), called, "")


def _line(axes: Axes, found: Sweep, brand: str, metric: str, arm: str, axis: Settings, look: Look) -> None:
    """One arm along the path: thin worlds, band, mean."""
    points = sorted(found.of_arm(arm), key=lambda point: axis.at(point.places[found.paths[0]]) or 0.0)
    at = np.array([axis.at(point.places[found.paths[0]]) for point in points], dtype=np.float64)
    by = factor(metric)
    change = by * _changes(found, points, brand, metric)
    for world in change.T[:MOST_THIN]:
        axes.plot(at, world, color=tint(look.colour, 0.35), linewidth=0.6, zorder=1.5)
    effects = [found.effect(point, brand, metric) for point in points]
    low, mean, high = (
        by * np.array([getattr(one, name) for one in effects], dtype=np.float64) for name in ("low", "mean", "high")
    )
    if axis.is_number:
        axes.fill_between(at, low, high, color=tint(look.colour, 0.3), alpha=0.75, linewidth=0, zorder=2)
    else:
        axes.vlines(at, low, high, color=look.colour, linewidth=2.2, zorder=2)
    dashes = look.dashes if axis.is_number else "none"
    axes.plot(at, mean, color=look.colour, linestyle=dashes, marker=look.marker, markersize=4.5, zorder=3)


def _changes(found: Sweep, points: Sequence[Point], brand: str, metric: str) -> np.ndarray:
    """The difference from the present setting, world by world: float64 [points, worlds], nan where undefined."""
    now = np.array(found.values(found.present, brand, metric), dtype=np.float64)
    return np.array([found.values(point, brand, metric) for point in points], dtype=np.float64) - now


def _present(axes: Axes, page: Sheet, now: float | None, words: str, *, first: bool) -> None:
    """Mark the present setting: zero, and the value it has now if it has a place on the axis."""
    axes.axhline(0, color=QUIET, linewidth=1.0, zorder=1)
    if now is None:
        return
    axes.axvline(now, color=INK, linewidth=1.0, linestyle=(0, (2, 2)), zorder=1)
    axes.plot(now, 0, "D", color=INK, markersize=6, markerfacecolor=PAPER, zorder=4)
    if first:
        right = axes.transLimits.transform(axes.transScale.transform((now, 0)))[0] > 0.75
        axes.annotate(
            words, (now, 1), (-4 if right else 4, -2), xycoords=("data", "axes fraction"), textcoords="offset points",
            fontsize=SMALL, color=INK, ha="right" if right else "left", va="top",
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.8}, zorder=5,
        )  # fmt: skip


def _values_axis(axes: Axes) -> None:
    """Few numbers, with their signs."""
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))


def tick(value: float) -> str:
    """A difference on an axis, with its sign and as many digits as it needs."""
    digits = next((digits for digits in range(4) if abs(value - round(value, digits)) < 1e-9), 4)
    text = number(value, digits)
    return f"+{text}" if value > 1e-12 and not text.startswith(MINUS) else text


# ------------------------------------------------------------------------------------------------- two paths


def heatmap(found: Sweep, brand: str, metric: str, width: float) -> Figure:
    """Two paths across each other, for the scenario as it stands: a cell a setting, with lines of equal difference."""
    across, up = sorted((axis_of(found, path) for path in found.paths), key=lambda axis: -len(axis.places))
    paths = sorted(found.paths, key=lambda path: -len(axis_of(found, path).places))
    names = short_names(found.paths)
    values, clear = _cells(found, brand, metric, paths, (across, up))
    left = 0.3 + max(width_of(text, SMALL) for text in up.said()) + 0.12
    height = min(max(0.42 * len(up.places), 1.4), 4.5)
    panel = Panel(capital(MEANINGS[metric].label), about(found, brand, metric), height, ONE_LINE + 0.2)
    page = sheet(width, _title(found, brand, metric), [panel], left=left, right=0.85, note=_map_note(found, paths))
    (axes,) = page.axes
    axes.grid(False)
    image = axes.imshow(values, cmap="cividis", aspect="auto", origin="lower", interpolation="nearest")
    if across.is_number and up.is_number:
        _contours(axes, values)
    _cell_words(axes, image, values, clear, page, height)
    axes.set_xticks(*_thinned(across, page.breadth))
    axes.set_yticks(range(len(up.places)), up.said())
    axes.set_xlabel(names[paths[0]], fontsize=SMALL, color=INK)
    axes.set_ylabel(names[paths[1]], fontsize=SMALL, color=INK)
    now = [axis.step_of(found.present.places[path]) for axis, path in zip((across, up), paths, strict=True)]
    if now[0] is not None and now[1] is not None:
        for colour, thick in ((PAPER, 3.6), (HUES[1], 2.0)):
            axes.plot(
                now[0],
                now[1],
                "D",
                markersize=26,
                markerfacecolor="none",
                markeredgecolor=colour,
                markeredgewidth=thick,
                zorder=6,
            )
    _scale(page, axes, image)
    return page.figure


def _cells(
    found: Sweep, brand: str, metric: str, paths: Sequence[str], axes: tuple[Settings, Settings]
) -> tuple[np.ndarray, np.ndarray]:
    """Mean differences and whether they are clear: [up, across], nan where undefined."""
    shape = (len(axes[1].places), len(axes[0].places))
    values, clear = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    for point in found.of_arm(BASELINE):
        x, y = (
            axis.places.index(place)
            for axis, path in zip(axes, paths, strict=True)
            if (place := point.places[path]) is not None
        )
        one = found.effect(point, brand, metric)
        if one.mean is not None:
            values[y, x], clear[y, x] = one.mean * factor(metric), one.is_clear
    return values, clear


def _contours(axes: Axes, values: np.ndarray) -> None:
    """Lines of equal difference, where there is enough to draw them through."""
    if min(values.shape) < 2 or not np.isfinite(values).all() or np.ptp(values) == 0:
        return
    levels = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(values.min(), values.max())
    lines = axes.contour(values, levels=levels, colors=PAPER, linewidths=1.1, linestyles="solid")
    for path in lines.get_paths():
        path.should_simplify = False


def _cell_words(
    axes: Axes, image: AxesImage, values: np.ndarray, clear: np.ndarray, page: Sheet, height: float
) -> None:
    """The number in each cell, if there is room, else a dot in cells that are more than chance."""
    digits = 2 if np.nanmax(np.abs(values)) < 3 else 1 if np.nanmax(np.abs(values)) < 100 else 0
    room = page.breadth / values.shape[1]
    fits = room > width_of(number(-88.88, digits), SMALL) + 0.12 and height / values.shape[0] > 0.24
    middle = (np.nanmin(values) + np.nanmax(values)) / 2
    for (y, x), value in np.ndenumerate(values):
        if not np.isfinite(value):
            continue
        colour = PAPER if value < middle else INK
        told = ("• " if clear[y, x] else "") + (_signed(value, digits) if fits else "")
        behind = {"facecolor": image.cmap(image.norm(value)), "edgecolor": "none", "pad": 1.0} if told else None
        axes.text(x, y, told.strip(), color=colour, fontsize=SMALL - 0.5, ha="center", va="center", bbox=behind)


def _signed(value: float, digits: int) -> str:
    text = number(value, digits)
    return f"+{text}" if value > 0 and float(text.replace(",", "")) != 0 else text


def _thinned(axis: Settings, breadth: float) -> tuple[list[int], list[str]]:
    """Ticks under the cells, as many as fit."""
    words = axis.said()
    widest = max(width_of(text, SMALL) for text in words) + 0.1
    step = max(1, int(np.ceil(widest * len(words) / breadth)))
    return list(range(0, len(words), step)), words[::step]


def _map_note(found: Sweep, paths: Sequence[str]) -> str:
    names = short_names(found.paths)
    told = [f"{names[path]} {said_place(found.present.places[path], found.units[path])}" for path in paths]
    return f"{MAP_NOTE} The present setting (diamond, if it lies here): {', '.join(told)}."


def _scale(page: Sheet, axes: Axes, image: AxesImage) -> None:
    """The colour scale, right of the map."""
    box = axes.get_position()
    place = page.figure.add_axes((box.x1 + 0.12 / page.width, box.y0, 0.13 / page.width, box.height))
    bar = page.figure.colorbar(image, cax=place)
    bar.outline.set_visible(False)
    place.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    place.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    place.grid(False)


# ------------------------------------------------------------------------------------------------- more paths


def multiples(found: Sweep, brand: str, metric: str, width: float) -> Figure:
    """A panel a path, all with one vertical axis: every setting by its value there."""
    names = short_names(found.paths)
    heads = [Panel(names[path], about(found, brand, metric), 1.25, ONE_LINE) for path in found.paths]
    page = sheet(width, _title(found, brand, metric), heads, left=_left(width), note=dots_note(found))
    spread = [
        factor(metric) * value
        for point in found.points
        for value in (found.effect(point, brand, metric).low, found.effect(point, brand, metric).high)
        if value is not None
    ]
    for axes, path in zip(page.axes, found.paths, strict=True):
        axis = axis_of(found, path)
        now = axis.at(found.present.places[path])
        settings_axis(axes, axis, page.breadth, [] if now is None else [now])
        for place, arm in enumerate(found.arms):
            _dots(axes, found, brand, metric, arm, path, axis, look_of(place))
        _present(axes, page, now, f"now {said_place(found.present.places[path], axis.unit)}", first=True)
        if spread:
            air = 0.06 * (max(spread) - min(spread)) or 1.0
            axes.set_ylim(min(*spread, 0) - air, max(*spread, 0) + air)
        _values_axis(axes)
    return page.figure


def dots_note(found: Sweep) -> str:
    """How to read the dots; of the line only where values come again, since else none is drawn."""
    tried = found.of_arm(found.arms[0])
    again = any(1 < len({point.places[path] for point in tried}) < len(tried) for path in found.paths)
    return DOTS_NOTE + (LINE_NOTE if again else "")


def _dots(axes: Axes, found: Sweep, brand: str, metric: str, arm: str, path: str, axis: Settings, look: Look) -> None:
    """The settings of an arm in one panel, and the mean of those with one value."""
    by = factor(metric)
    means: dict[float, list[float]] = {}
    for point in found.of_arm(arm):
        one, at = found.effect(point, brand, metric), axis.at(point.places[path])
        if one.mean is None or at is None:
            continue
        means.setdefault(at, []).append(by * one.mean)
        if one.low is not None and one.high is not None:
            axes.plot([at, at], [by * one.low, by * one.high], color=FAINT, linewidth=1.0, zorder=1.5)
        axes.plot(at, by * one.mean, look.marker, color=look.colour, markersize=3.6, zorder=2)
    if any(len(values) > 1 for values in means.values()) and len(means) > 1:
        places = sorted(means)
        axes.plot(places, [np.mean(means[each]) for each in places], color=look.colour, linestyle=look.dashes, zorder=3)
