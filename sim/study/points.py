"""Settings of a scenario, and all of them run in the same worlds: what sweeps and sensitivity analyses stand on.

Every point is run in the world of every seed, so that what differs along the points is their effect. What is
tried lives in `sweep.py` and `inputs.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sim.core.compiled import mark_cache_warm
from sim.errors import Problem, ScenarioError
from sim.scenario.catalogue import find
from sim.scenario.schema import Scenario
from sim.scenario.tree import Place
from sim.scenario.trials import Trial
from sim.study.replicate import WorldResult, jobs_for, ordered, run_arms, workers

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
    jobs: int | None = 1,
    told: Callable[[float], None] | None = None,
) -> list[WorldResult]:
    """The worlds of some seeds with all arms in each; the first arm is the baseline.

    The same as `replicate.worlds`, but worlds are shared out in pieces, so that a few worlds with many arms
    keep several processes busy too, and arms that are the same scenario are run once. jobs: how many processes
    (None: as many as pay). told: told how many of the worlds are done. Results do not depend on jobs.
    """
    baseline, *names = arms
    twins = _twins({name: arms[name] for name in names})
    pieces = [twins[place : place + CHUNK] for place in range(0, len(twins), CHUNK)] or [[]]
    calls = [
        ({name: arms[name] for name in (baseline, *(same[0] for same in piece))}, seed)
        for seed in seeds
        for piece in pieces
    ]
    found: list[WorldResult] = []
    for result in _results(calls, jobs):
        found.append(result)
        if told is not None:
            told(len(found) / len(pieces))
    worlds = [found[place : place + len(pieces)] for place in range(0, len(found), len(pieces))]
    return [_whole(world, twins, tuple(arms)) for world in worlds]


def _results(calls: Sequence[tuple[dict[str, Scenario], int]], jobs: int | None) -> Iterator[WorldResult]:
    """The first call here, to see how long it takes; the others where they are done soonest."""
    began = time.perf_counter()
    yield run_arms(*calls[0])
    mark_cache_warm()
    with workers(jobs_for(jobs, len(calls) - 1, time.perf_counter() - began)) as executor:
        yield from ordered(executor, run_arms, calls[1:])


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
