"""How many worlds are enough: worlds are added in batches until an interval is as narrow as was asked.

The rule is that of Chow and Robbins (1965): look at the sample's own half-width and stop once it is at most h.
Whoever stops by looking does so a little more often when the spread happens to be underestimated, so that the
interval covers a little too rarely. Three things keep it honest. The rule sees only the spread, never the mean:
for normal values these are independent, and stopping favours no answer (stopping *when the effect is clear*
would). It looks at batch ends only, and not before FIRST worlds. And once it is met, one more batch is run, a
fixed number of extra values being what restores the coverage (Simons 1968).

So `mean ± h` covers in at least 95 of 100 studies where worlds differ about normally, and the narrower t interval
in 94 to 95. Skewed differences cover in about 92; a rare all-or-nothing one, that happened in none of the first
worlds, cannot be seen by any rule of this kind. Tests measure this.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sim.errors import UserError
from sim.study.catalogue import flat
from sim.study.compare import MEANINGS, difference
from sim.study.replicate import EFFECTS, WorldResult

FIRST = 20
"""Worlds before the first look."""
BATCH = 10
"""Worlds between looks, and after the last."""
MOST = 400
"""Worlds after which the study ends all the same, unless told otherwise."""
METRIC = "population"
"""What has to be known so well, unless told otherwise."""


@dataclass(frozen=True)
class Precision:
    """How sure a comparison is to be: the 95 % interval of a metric's difference within ± half_width in every arm.

    half_width: in the metric's own unit (a share in 0..1). most: worlds after which it ends all the same.
    """

    half_width: float
    metric: str = METRIC
    most: int = MOST

    def wanted(self, worlds: Sequence[WorldResult]) -> int:
        """How many worlds there should be, given these (the first of the study, in order); no more than most.

        Equal to their number when they are enough. It depends on the worlds alone, not on where or in which
        pieces they were run.
        """
        look = FIRST
        while look <= min(len(worlds), self.most):
            if self.met(worlds[:look]):
                return min(look + BATCH, self.most)
            look += BATCH
        return min(look, self.most)

    def met(self, worlds: Sequence[WorldResult]) -> bool:
        """Whether the interval is narrow enough in every arm."""
        reached = self.reached(worlds)
        return all(width is not None and width <= self.half_width for width in reached.values())

    def reached(self, worlds: Sequence[WorldResult]) -> dict[str, float | None]:
        """By arm: the half-width of the first brand's paired t interval; None with fewer than two values."""
        baseline, *arms = worlds[0].metrics
        brand = next(iter(worlds[0].metrics[baseline].brands))
        return {arm: _half_width(worlds, baseline, arm, brand, self.metric) for arm in arms}

    def as_words(self) -> tuple[str, ...]:
        """What asks for it on a command line."""
        width, most = repr(self.half_width), str(self.most)
        return ("--runs", "auto", "--half-width", width, "--metric", self.metric, "--most", most)

    @staticmethod
    def from_words(words: Sequence[str]) -> Precision | None:
        """What was asked for by some words (`as_words`); None for none."""
        asked = dict(zip(words[::2], words[1::2], strict=True))
        if "--half-width" not in asked:
            return None
        return Precision(float(asked["--half-width"]), asked["--metric"], int(asked["--most"]))


def half_width(text: str, metric: str) -> float:
    """A half-width as a user writes it, `0.5` or `1 %`. Raises UserError for what is none for this metric."""
    found = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)\s*(%?)", text.strip())
    if found is None or float(found[1]) <= 0:
        raise UserError(f"--half-width {text}: is no number above zero (like 0.5, or 1 % for a share)")
    width = float(found[1]) / (100 if found[2] else 1)
    is_share = MEANINGS[metric].unit == "share"
    if is_share and width >= 1:
        raise UserError(f"--half-width {text}: {metric} is a share of 0 to 1; one point of a hundred is '1 %'")
    if found[2] and not is_share:
        raise UserError(f"--half-width {text}: {metric} is measured in {MEANINGS[metric].unit}; leave the % out")
    return width


def _half_width(worlds: Sequence[WorldResult], baseline: str, arm: str, brand: str, metric: str) -> float | None:
    if metric in EFFECTS:
        gains = [world.effects.get(arm, {}).get(brand) for world in worlds]
        now = [None if gain is None else flat(gain)[metric] for gain in gains]
        was: list[float | None] = [0.0] * len(now)
    else:
        was = [world.metrics[baseline].of(brand)[metric] for world in worlds]
        now = [world.metrics[arm].of(brand)[metric] for world in worlds]
    found = difference(was, now)
    return None if found.low is None or found.high is None else (found.high - found.low) / 2
