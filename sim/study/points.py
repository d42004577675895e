"""Settings of a scenario, and all of them run in the same worlds: what sweeps and sensitivity analyses stand on.

Every point is run in the world of every seed, so that what differs along the points is their effect. What is
tried lives in `sweep.py` and `inputs.py`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sim.errors import Problem, ScenarioError
from sim.scenario.catalogue import find
from sim.scenario.schema import Scenario
from sim.scenario.tree import Place
from sim.scenario.trials import Trial
from sim.study.kept import Kept, NotThereError, Nowhere
from sim.study.replicate import WorldResult, run_arms
from sim.study.where import Where

CHUNK = 12
"""Points that one process runs in a world before it asks for more work."""

Settings = Mapping[str, Any]
"""By path, a value as a scenario writes it."""


def scenarios_at(scenario: Scenario, points: Mapping[str, Settings]) -> dict[str, Scenario]:
    """The scenario with the settings of each point, by the names of the points.

    Raises ScenarioError with everything that is wrong at any of them, each with its path and value.
    """
    made: dict[str, Scenario] = {}
    problems: dict[str, Problem] = {}
    for name, settings in points.items():
        try:
            made[name] = scenario.changed(settings) if settings else scenario
        except ScenarioError as error:
            problems.update({str(problem): problem for problem in error.problems})
    if problems:
        raise ScenarioError(list(problems.values()))
    return made


def number_at(scenario: Scenario, path: str, value: Any) -> float:
    """What the engine sees when `value` is written at a path: hours for a duration, 0..1 for a share.

    Raises ScenarioError if the scenario cannot take the value, or if no number stands at the path.
    """
    other = scenario.changed({path: value})
    place = Place(f"{path}={value}")
    refused = Trial(path, place, (), number=path).no_number()
    seen: Any = None if refused else seen_at(other, path)
    if not is_number(seen):
        raise ScenarioError(refused or [place.problem(path, "only a number can be varied so", code="value")])
    return float(seen)


def seen_at(scenario: Scenario, path: str) -> Any:
    """What the engine sees at a path; None for nothing."""
    try:
        return scenario.value(path)
    except KeyError:
        return None


def is_number(value: Any) -> bool:
    """Whether what the engine sees is a number (true and false are none)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def unit_of(path: str) -> str:
    """The unit of the numbers at a path, as the engine sees them (`h`, `share`, ...); empty if there is none."""
    entry = find(path)
    return entry.unit if entry is not None else ""


# ---------------------------------------------------------------------------------------------- runs


def in_worlds(
    arms: Mapping[str, Scenario],
    seeds: Sequence[int],
    where: Where | None = None,
    told: Callable[[float], None] | None = None,
) -> list[WorldResult]:
    """The worlds of some seeds with all arms in each; the first arm is the baseline.

    Worlds are shared out in pieces, so that a few worlds with many arms keep several processes busy too, and arms that
    are the same scenario are run once. where: None for this process; it changes no result. told: told how many of the
    worlds are done.
    """
    baseline, *_ = arms
    twins, pieces = _pieces(arms)
    calls = [
        ({name: arms[name] for name in (baseline, *(same[0] for same in piece))}, seed)
        for seed in seeds
        for piece in pieces
    ]
    found: list[WorldResult] = []
    for result in (where or Where()).results(run_arms, calls):
        found.append(result)
        if told is not None:
            told(len(found) / len(pieces))
    worlds = [found[place : place + len(pieces)] for place in range(0, len(found), len(pieces))]
    return [_whole(world, twins, tuple(arms)) for world in worlds]


def completed(arms: Mapping[str, Scenario], seeds: Sequence[int], kept: Kept) -> dict[int, WorldResult]:
    """By seed: those of the worlds of `in_worlds` of which every piece is kept. Nothing is run."""
    there = Where(executor=Nowhere(), kept=kept, resume=True)
    found = {}
    for seed in seeds:
        with contextlib.suppress(NotThereError):
            found[seed] = in_worlds(arms, [seed], there)[0]
    return found


def n_calls(arms: Mapping[str, Scenario], runs: int) -> int:
    """In how many calls `in_worlds` shares out so many worlds."""
    return runs * len(_pieces(arms)[1])


def _pieces(arms: Mapping[str, Scenario]) -> tuple[list[list[str]], list[list[list[str]]]]:
    """The arms beside the first, the same ones together; and these in pieces."""
    _, *names = arms
    twins = _twins({name: arms[name] for name in names})
    return twins, [twins[place : place + CHUNK] for place in range(0, len(twins), CHUNK)] or [[]]


def _twins(arms: Mapping[str, Scenario]) -> list[list[str]]:
    """Names of arms, those with the same world together, in order."""
    same: dict[str, list[str]] = {}
    for name, scenario in arms.items():
        same.setdefault(scenario.digest, []).append(name)
    return list(same.values())


def _whole(pieces: Sequence[WorldResult], twins: Sequence[Sequence[str]], arms: Sequence[str]) -> WorldResult:
    """One world from its pieces, with the arms in their order."""
    model = {name: same[0] for same in twins for name in same}

    def joined(part: str) -> dict[str, Any]:
        known = {name: value for piece in pieces for name, value in getattr(piece, part).items()}
        return {name: known[model.get(name, name)] for name in arms if model.get(name, name) in known}

    return WorldResult(
        pieces[0].seed, *(joined(part) for part in ("metrics", "effects", "people", "untainted", "reputation"))
    )
