"""What a search found, as one value: the trials, the finalists in fresh worlds, the present setting, the winner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.study.aims import Aim
from sim.study.compare import Difference
from sim.study.levers import Dial, Setting, changes
from sim.study.search import Trial


@dataclass(frozen=True)
class Estimate:
    """A mean over fresh worlds, with its 95 % interval (Student's t over worlds)."""

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Finalist:
    """A setting tested in fresh worlds. Each tuple has one entry for each aim.

    trial: the means in the worlds of the search. against_present, against_winner: paired differences, this setting less
    the other. keeps: whether the means keep all bounds; kept: in what share of the worlds all are kept. on_front: no
    other finalist beats it.
    """

    setting: Setting
    trial: tuple[float, ...]
    confirmed: tuple[Estimate, ...]
    against_present: tuple[Difference, ...]
    against_winner: tuple[Difference, ...]
    keeps: bool
    kept: float
    on_front: bool
    cost: float

    def values(self) -> tuple[float, ...]:
        """The means over fresh worlds."""
        return tuple(estimate.mean for estimate in self.confirmed)


@dataclass(frozen=True)
class Optimum:
    """What a search found. finalists: the best first (or along the front); winner: which of them is chosen.

    whole: whether every setting there is was tried, so that nothing was left to chance but the worlds.
    """

    aims: tuple[Aim, ...]
    levers: tuple[Dial, ...]
    trials: tuple[Trial, ...]
    finalists: tuple[Finalist, ...]
    winner: int
    present: Finalist
    runs: int
    confirm_runs: int
    whole: bool

    @property
    def best(self) -> Finalist:
        """The chosen setting."""
        return self.finalists[self.winner]

    @property
    def objectives(self) -> list[int]:
        """The places of the aims that are to be as large or small as can be."""
        return [place for place, aim in enumerate(self.aims) if not aim.is_bound]

    def optimism(self, one: Finalist) -> tuple[float, ...]:
        """Trial less fresh worlds, turned so that above 0 the trial looked better than the setting is.

        Most of it is the luck of the search's worlds, which all settings share.
        """
        pairs = zip(self.aims, one.trial, one.confirmed, strict=True)
        return tuple(aim.sign * (promised - found.mean) for aim, promised, found in pairs)

    def flattery(self, one: Finalist) -> tuple[float, ...]:
        """By how much the trial overstated the gain against the present setting: above 0 it promised too much.

        The gain is paired in both sets of worlds, so that the luck all settings share cancels out: what remains is
        the winner's curse, and chance.
        """
        pairs = zip(self.optimism(one), self.optimism(self.present), strict=True)
        return tuple(mine - common for mine, common in pairs)

    @property
    def gains(self) -> bool:
        """Whether any finalist is worth a change: better than the present setting beyond chance in some objective, or
        keeping bounds that the present one breaks.
        """
        if not self.present.keeps and any(one.keeps for one in self.finalists):
            return True
        return any(self.is_better(one, place) for one in self.finalists for place in self.objectives)

    def is_better(self, one: Finalist, place: int) -> bool:
        """Whether a finalist is better than the present setting in one objective, beyond chance."""
        against = one.against_present[place]
        return against.mean is not None and self.aims[place].sign * against.mean > 0 and against.is_clear

    def is_worse(self, one: Finalist, place: int) -> bool:
        """Whether a finalist is worse than the present setting in one objective, beyond chance."""
        against = one.against_present[place]
        return against.mean is not None and self.aims[place].sign * against.mean < 0 and against.is_clear

    def changes(self) -> dict[str, Any]:
        """The chosen setting as an arm of `what_if`: paths and values."""
        return changes(self.levers, self.best.setting)

    def __str__(self) -> str:
        lines = [f"best of {len(self.trials)} settings: {self.changes()}"]
        for place, aim in enumerate(self.aims):
            found, against = self.best.confirmed[place], self.best.against_present[place]
            lines.append(f"{aim}: {found.mean:.6g} ({found.low} to {found.high}); less the present: {against}")
        return "\n".join(lines)


def as_json(found: Optimum) -> Mapping[str, Any]:
    """An optimum as plain values: goals, levers, winner, present, finalists, and the trials."""
    names = [dial.path for dial in found.levers]

    def finalist(one: Finalist) -> dict[str, Any]:
        pairs = zip(
            found.aims, one.confirmed, found.optimism(one), found.flattery(one), one.against_present, strict=True
        )
        return {
            "setting": dict(zip(names, one.setting, strict=True)),
            "cost": one.cost,
            "keeps_bounds": one.keeps,
            "kept_in": one.kept,
            "on_front": one.on_front,
            "goals": [
                {
                    "goal": str(aim),
                    "mean": value.mean,
                    "low": value.low,
                    "high": value.high,
                    "optimism": optimism,
                    "optimism_of_gain": flattery,
                    "against_present": against.as_json(),
                }
                for aim, value, optimism, flattery, against in pairs
            ],
        }

    return {
        "goals": [str(aim) for aim in found.aims],
        "levers": {
            dial.path: {"from": dial.low, "to": dial.high, "now": dial.now, "step": dial.step} for dial in found.levers
        },
        "runs": found.runs,
        "confirm_runs": found.confirm_runs,
        "every_setting_tried": found.whole,
        "gains_on_present": found.gains,
        "winner": {**finalist(found.best), "changes": found.changes()},
        "present": finalist(found.present),
        "finalists": [finalist(one) for one in found.finalists],
        "trials": [
            {
                "setting": dict(zip(names, trial.setting, strict=True)),
                "values": trial.values,
                "keeps_bounds": trial.keeps,
            }
            for trial in found.trials
        ],
    }
