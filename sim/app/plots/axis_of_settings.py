"""The axis of what is varied: numbers in their own spacing (by ratio where they span much), words side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from sim.app.plots.look import SMALL, shortened, width_of
from sim.app.settings import said_place

BY_RATIO = 20.0
"""A range whose ends differ by more than this factor is drawn by ratio."""


@dataclass(frozen=True)
class Settings:
    """The values of one path in their order, and where they stand. places: numbers, or words in the order tried."""

    places: tuple[float | str, ...]
    unit: str

    @staticmethod
    def of(values: Sequence[float | str | None], unit: str) -> Settings:
        """The distinct values of a path; numbers ascend, words keep their order."""
        known = list(dict.fromkeys(value for value in values if value is not None))
        numbers = [value for value in known if not isinstance(value, str)]
        if len(numbers) == len(known):
            return Settings(tuple(sorted(numbers)), unit)
        return Settings(tuple(known), unit)

    @property
    def is_number(self) -> bool:
        """Whether the values have distances."""
        return all(not isinstance(place, str) for place in self.places)

    @property
    def by_ratio(self) -> bool:
        """Whether the axis is spaced by ratio."""
        numbers = [place for place in self.places if not isinstance(place, str)]
        return self.is_number and min(numbers) > 0 and max(numbers) > BY_RATIO * min(numbers)

    def at(self, value: float | str | None) -> float | None:
        """Where a value stands on the axis; None for one that has no place there."""
        if value is None:
            return None
        if self.is_number:
            return None if isinstance(value, str) else float(value)
        return float(self.places.index(value)) if value in self.places else None

    def step_of(self, value: float | str | None) -> float | None:
        """Where a value stands among the values counted from 0, between two of them for a number between; None
        outside.
        """
        if not self.is_number:
            return self.at(value)
        numbers = np.array(self.places, dtype=np.float64)
        if value is None or isinstance(value, str) or not numbers[0] <= value <= numbers[-1]:
            return None
        scale = np.log if self.by_ratio else np.asarray
        return float(np.interp(scale(value), scale(numbers), np.arange(len(numbers))))

    def said(self) -> list[str]:
        """The values with their units."""
        return [said_place(place, self.unit) for place in self.places]


def settings_axis(axes: Axes, settings: Settings, breadth: float, also: Sequence[float] = ()) -> None:
    """Put the values on the horizontal axis of panels `breadth` inches wide; `also` must lie within its limits."""
    at = [place for value in settings.places if (place := settings.at(value)) is not None]
    low, high = min([*at, *also]), max([*at, *also])
    if settings.by_ratio:
        axes.set_xscale("log")
        air = (high / low) ** 0.04
        axes.set_xlim(low / air, high * air)
    else:
        air = 0.04 * (high - low) or 1.0 if settings.is_number else 0.4
        axes.set_xlim(low - air, high + air)
    ticks = _fitting(axes, at, settings.said(), breadth)
    axes.set_xticks([place for place, _ in ticks], [said for _, said in ticks])
    axes.minorticks_off()


def _fitting(axes: Axes, at: Sequence[float], said: Sequence[str], breadth: float) -> list[tuple[float, str]]:
    """The ticks whose labels fit side by side, from the left; words are cut to fit."""
    cut = [shortened(text, max(breadth / len(said) - 0.1, 0.4), SMALL) for text in said]
    scale = np.log if axes.get_xscale() == "log" else np.asarray
    low, high = (float(scale(limit)) for limit in axes.get_xlim())
    kept: list[tuple[float, str]] = []
    end = -1.0
    for place, text in zip(at, cut, strict=True):
        middle = (float(scale(place)) - low) / (high - low) * breadth
        half = width_of(text, SMALL) / 2
        if middle - half > end:
            kept.append((place, text))
            end = middle + half + 0.1
    return kept
