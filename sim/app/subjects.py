"""From what stands on the command line to what is to be run: a scenario file, an arm of it, or a result's
folder.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from sim.app.output import say
from sim.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from sim.study.task import Subject, Task

RANDOM = "random"

DEFAULT_RUNS = 20
"""Worlds of a comparison, unless the command line says otherwise."""


def seed_from(text: str | None, own: int) -> int:
    """The seed asked for, or the scenario's own; a random one is told. Raises UserError for what is no
    number.
    """
    if text is None:
        return own
    if text == RANDOM:
        seed = secrets.randbelow(2**31)
        say(f"seed {seed}")
        return seed
    try:
        return int(text.replace("_", ""))
    except ValueError:
        raise UserError(f"--seed {text}: is no whole number (nor random)") from None


def run_of(
    file: Path, overrides: Sequence[str], arm: str | None, seed: str | None, runs: int | None
) -> tuple[Task, bool]:
    """What `sim run` is to do, and whether it repeats a result (whose folder or manifest was given)."""
    from sim.scenario.load import load
    from sim.scenario.names import BASELINE
    from sim.study.manifest import is_result, reopen
    from sim.study.task import Subject, Task

    if is_result(file):
        if overrides or arm or seed or runs:
            raise UserError(f"{file}: a result is repeated as it was; to change something, run its scenario")
        task, _ = reopen(file)
        if task.kind != "run":
            raise UserError(f"{file}: is the result of a comparison; repeat it with `sim compare {file}`")
        return task, True
    scenario = load(file, overrides, arm)
    name = BASELINE if arm is None else arm
    return Task("run", {name: Subject.of(scenario)}, seed_from(seed, scenario.seed), runs or 1), False


def compare_of(
    files: Sequence[Path],
    overrides: Sequence[str],
    arms: Sequence[str],
    baseline: str | None,
    seed: str | None,
    runs: int | None,
) -> tuple[Task, bool]:
    """What `sim compare` is to do, and whether it repeats a result (whose folder or manifest was given)."""
    from sim.study.manifest import is_result, reopen
    from sim.study.task import Task

    if any(is_result(file) for file in files):
        if len(files) > 1 or overrides or arms or baseline or seed or runs:
            raise UserError(f"{files[0]}: a result is repeated as it was, alone and without other options")
        task, _ = reopen(files[0])
        if task.kind != "compare":
            raise UserError(f"{files[0]}: is the result of a run; repeat it with `sim run {files[0]}`")
        return task, True
    subjects = arms_of_file(files[0], overrides, arms) if len(files) == 1 else arms_of_files(files, overrides, arms)
    if baseline is not None:
        subjects = first(baseline, subjects)
    own = next(iter(subjects.values())).scenario.seed
    return Task("compare", subjects, seed_from(seed, own), DEFAULT_RUNS if runs is None else runs), False


def arms_of_file(file: Path, overrides: Sequence[str], wanted: Sequence[str]) -> dict[str, Subject]:
    """The scenario as it stands (`baseline`), and its arms: those wanted, or all. Raises UserError without any."""
    from sim.scenario.load import load
    from sim.scenario.names import BASELINE
    from sim.study.task import Subject

    scenario = load(file, overrides)
    names = [part for name in wanted for part in _listed(name, scenario.what_if)]
    arms = [name for name in names or scenario.what_if if name != BASELINE]
    if not arms:
        raise UserError(f"{file}: has nothing to compare: give it arms under what_if, or compare several files")
    return {name: Subject.of(scenario.arm(name)) for name in (BASELINE, *dict.fromkeys(arms))}


def arms_of_files(files: Sequence[Path], overrides: Sequence[str], wanted: Sequence[str]) -> dict[str, Subject]:
    """Several scenarios as arms, called as their files are; the first is the baseline."""
    from sim.scenario.load import load
    from sim.study.task import Subject

    if wanted:
        raise UserError("--arms chooses arms of one file: give one file, or leave --arms out")
    stems = [file.stem for file in files]
    names = [file.stem if stems.count(file.stem) == 1 else str(file) for file in files]
    if len(set(names)) < len(names):
        raise UserError(f"the same file is given twice: {', '.join(names)}")
    return {name: Subject.of(load(file, overrides)) for name, file in zip(names, files, strict=True)}


def first(name: str, subjects: dict[str, Subject]) -> dict[str, Subject]:
    """The same subjects with one of them in front. Raises UserError with the nearest name if it is not there."""
    from sim.scenario.names import nearest

    if name not in subjects:
        raise UserError(f"there is no arm {name!r} to compare with ({nearest(name, subjects)})")
    return {name: subjects[name], **subjects}


def _listed(text: str, known: Container[str]) -> list[str]:
    """`a,b` as two names, unless that is the name of one arm."""
    return [text] if text in known else [part.strip() for part in text.split(",") if part.strip()]
