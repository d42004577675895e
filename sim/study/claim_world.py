"""One world of a claim: every arm lived through, and what each inequality comes to in it.

How many worlds it takes, and what follows from them: `evidence.py`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.core.chance import keyed, stream
from sim.scenario.names import BASELINE
from sim.scenario.schema import Scenario
from sim.study.catalogue import flat
from sim.study.claim import Inequality
from sim.study.claims import Variant
from sim.study.inputs import inputs_of
from sim.study.measures import MEASURES, OF_CASCADES, POINTS_PER_STAR, TOTALS
from sim.study.metrics import Metrics, measure
from sim.study.replicate import EFFECTS, effects, live
from sim.world.record import Record

Value = float | None


@dataclass(frozen=True)
class Contrast:
    """An inequality in one setting of the world: what '' (as claimed), 'off' (the control) or another way's number."""

    place: int
    what: str
    inequality: Inequality
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def left(self) -> Variant:
        """The world it is about."""
        return self.inequality.arm, self.what

    @property
    def right(self) -> Variant:
        """The world it is held against."""
        return self.inequality.against or self.inequality.arm, self.what

    @property
    def is_group(self) -> bool:
        """Whether it is about people, one by one, in two worlds."""
        return self.inequality.metric in EFFECTS or self.inequality.metric in TOTALS


@dataclass(frozen=True)
class Pair:
    """What an inequality came to in one world: its number, and what that is held against (0 for a level)."""

    left: Value
    right: Value


def observe(
    variants: Mapping[Variant, Scenario], contrasts: Sequence[Contrast], seed: int, drawn: bool
) -> tuple[list[Pair], float]:
    """Every contrast in the world of one seed, and the seconds it took. drawn: draw what is uncertain in it."""
    began = time.perf_counter()
    needed = dict.fromkeys(v for each in contrasts for v in (each.right, each.left))
    kept = {v for each in contrasts if each.is_group for v in (each.left, each.right)}
    setting = draw(variants[BASELINE, ""], seed) if drawn else {}
    records: dict[Variant, Record] = {}
    levels: dict[tuple[Variant, str, str], Value] = {}
    for variant in needed:
        scenario = variants[variant].changed(setting) if setting else variants[variant]
        record = live(scenario, seed).record
        _levels(record, variant, contrasts, levels)
        if variant in kept:
            records[variant] = record
    return [_pair(each, records, levels) for each in contrasts], time.perf_counter() - began


def draw(scenario: Scenario, seed: int) -> dict[str, Any]:
    """How what is uncertain in a scenario turns out in the world of a seed: paths and values."""
    inputs = inputs_of(scenario, "uncertain")
    luck = np.random.default_rng(int(keyed(stream(seed, "plausible worlds"), 0))).random(len(inputs))
    return {each.path: each.written(float(u)) for each, u in zip(inputs, luck, strict=True)}


def _levels(
    record: Record, variant: Variant, contrasts: Sequence[Contrast], levels: dict[tuple[Variant, str, str], Value]
) -> None:
    """Note every number of a record that some contrast asks for."""
    measured: Metrics | None = None
    for each in contrasts:
        if each.is_group:
            continue
        for asked, brand, metric in _sides(each, record.brands[0]):
            if asked != variant or (variant, brand, metric) in levels:
                continue
            if metric not in MEASURES:
                measured = measured or measure(record)
            values = [_level(record, measured, name, metric) for name in each.groups.get(brand, (brand,))]
            known = [value for value in values if value is not None]
            levels[variant, brand, metric] = sum(known) / len(known) if known else None


def _level(record: Record, measured: Metrics | None, brand: str, metric: str) -> Value:
    """A number of one brand."""
    if metric in MEASURES:
        return MEASURES[metric].of(record, record.brands.index(brand))
    assert measured is not None
    if metric in OF_CASCADES:
        value: Value = getattr(measured.cascades, metric.partition(".")[2])
        return value
    return measured.of(brand)[metric]


def _sides(contrast: Contrast, first: str) -> list[tuple[Variant, str, str]]:
    """The variant, brand and metric of both sides; of one for a level."""
    asked = contrast.inequality
    left = (contrast.left, asked.brand or first, asked.metric)
    if asked.is_level:
        return [left]
    return [left, (contrast.right, asked.against_brand or left[1], asked.against_metric or asked.metric)]


def _pair(
    contrast: Contrast, records: Mapping[Variant, Record], levels: Mapping[tuple[Variant, str, str], Value]
) -> Pair:
    if not contrast.is_group:
        first = next(brand for _, brand, _ in levels) if contrast.inequality.brand is None else ""
        values = [levels[side] for side in _sides(contrast, first)]
        return Pair(values[0], values[1] if len(values) > 1 else 0.0)
    asked = contrast.inequality
    baseline, arm = records[contrast.right], records[contrast.left]
    gains, people = effects(baseline, arm)
    brand = asked.brand or arm.brands[0]
    left = _of_group(asked.metric, gains[brand], people[brand])
    return Pair(left, None if left is None else _against_group(asked, gains[brand], people[brand]))


def _of_group(metric: str, gains: Any, people: Mapping[str, int]) -> Value:
    group = metric.removesuffix("_total").removesuffix("_stars")
    gain = flat(gains)[group]
    if gain is None or metric in EFFECTS:
        return gain
    return gain / POINTS_PER_STAR if metric.endswith("_stars") else gain * people[group]


def _against_group(asked: Inequality, gains: Any, people: Mapping[str, int]) -> Value:
    return 0.0 if asked.against_metric is None else _of_group(asked.against_metric, gains, people)
