"""Completed worlds on disk, so that a study that was killed goes on where it was.

Each world is one file, written under another name and renamed when whole: a file that exists is complete, also
after `kill -9` or a power cut. Its name is a hash of all that the world depends on: the sources of the simulator
and the libraries that count, every arm (a graph file by its content), and the seed. Whatever changes, the name
changes, and nothing stale is ever taken up. The folder is gone when the study is done.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, fields, is_dataclass
from importlib.metadata import version
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from sim import __version__
from sim.errors import FileError
from sim.scenario.schema import Scenario
from sim.study.manifest import as_json_text
from sim.study.replicate import WorldResult, ordered, run_arms
from sim.study.seeds import seed_of_run
from sim.study.task import Task, slug, world_of

STUDY = "study.json"
SCHEMA = "sim.partial/1"
ENDING = ".world"
PACKAGE = Path(__file__).resolve().parent.parent
ROOMS = ("core", "model", "scenario", "study", "world")
"""The rooms of the package on which a world's numbers rest."""
LIBRARIES = ("numpy", "numba", "scipy", "simpy", "networkx")


@functools.cache
def fingerprint() -> str:
    """A hash of the simulator itself: its version, its sources, and the libraries that count."""
    made_by = [__version__, platform.python_version(), *(version(name) for name in LIBRARIES)]
    digest = hashlib.sha256(" ".join(made_by).encode())
    for source in sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py")):
        digest.update(f"\n{source.relative_to(PACKAGE).as_posix()}\n".encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Kept:
    """The completed worlds of one study. folder: where they are. study: a hash of the simulator and all arms."""

    folder: Path
    study: str

    @staticmethod
    def of(task: Task, out: Path) -> Kept:
        """Where the worlds of a task are kept: beside its result, however many worlds it asks for."""
        arms = [[arm, world_of(subject.scenario)] for arm, subject in task.subjects.items()]
        text = json.dumps([fingerprint(), arms, list(task.asked)], ensure_ascii=False)
        study = hashlib.sha256(text.encode()).hexdigest()
        return Kept(out / slug(task.title) / f"{task.kind}-{task.seed}-{study[:8]}-partial", study)

    def file(self, seed: int) -> Path:
        """The file of one world."""
        name = hashlib.sha256(f"{self.study} {seed}".encode()).hexdigest()[:32]
        return self.folder / f"{name}{ENDING}"

    def begin(self, task: Task, most: int) -> None:
        """Make the folder, and say in it what is being studied (in at most so many worlds)."""
        about = {
            "schema": SCHEMA,
            "study": self.study,
            "kind": task.kind,
            "title": task.title,
            "arms": list(task.subjects),
            "seed": task.seed,
            "most": most,
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        _replace(self.folder / STUDY, as_json_text(about))

    def write(self, world: WorldResult) -> None:
        """Keep a world; nothing if it is there, or the folder is not (on another machine of a cluster)."""
        file = self.file(world.seed)
        if self.folder.is_dir() and not file.exists():
            _replace(file, json.dumps(asdict(world), default=lambda value: value.tolist()))

    def read(self, seed: int) -> WorldResult | None:
        """A world that was kept; None if there is none that can be read."""
        try:
            world = typed(WorldResult, json.loads(self.file(seed).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return world if isinstance(world, WorldResult) and world.seed == seed else None

    def count(self, seeds: Sequence[int]) -> int:
        """How many of some worlds are there."""
        return sum(self.file(seed).is_file() for seed in seeds)

    def clear(self, seeds: Sequence[int]) -> None:
        """Remove some worlds; and the folder, if no others are in it."""
        with contextlib.suppress(OSError):
            for seed in seeds:
                self.file(seed).unlink(missing_ok=True)
            if not any(self.folder.glob(f"*{ENDING}")):
                shutil.rmtree(self.folder, ignore_errors=True)


def worlds_kept(
    arms: Mapping[str, Scenario] | Mapping[int, Mapping[str, Scenario]],
    seeds: Sequence[int],
    executor: Executor,
    kept: Kept,
    *,
    resume: bool = False,
) -> Iterator[WorldResult]:
    """The world of each seed, in the order of the seeds, each kept as soon as it is complete.

    arms: the same in every world, or by seed. resume: take the worlds that are there and run the others only.
    """
    by_seed: Any = {seed: arms.get(seed, arms) for seed in seeds}  # type: ignore[call-overload]
    known = {seed: kept.read(seed) for seed in seeds} if resume else {}
    missing = [seed for seed in seeds if known.get(seed) is None]
    fresh = ordered(executor, run_and_keep, [(dict(by_seed[seed]), seed, kept) for seed in missing])
    for seed in seeds:
        world = known.get(seed)
        if world is None:
            world = next(fresh)
            kept.write(world)
        yield world


def run_and_keep(arms: Mapping[str, Scenario], seed: int, kept: Kept) -> WorldResult:
    """All arms in one world, kept by the process that ran it: what was computed is not lost with its asker."""
    kept.file(seed).unlink(missing_ok=True)
    world = run_arms(arms, seed)
    kept.write(world)
    return world


@dataclass(frozen=True)
class Partial:
    """What is there of a study that is not done: its worlds in the order of the study, and of how many at most."""

    title: str
    seed: int
    most: int
    worlds: tuple[WorldResult, ...]


def partial(folder: Path) -> Partial:
    """The part of a study that is there. Raises FileError if the folder is not one of ours."""
    try:
        about = json.loads((folder / STUDY).read_text(encoding="utf-8"))
        if about["schema"] != SCHEMA:
            raise ValueError(f"schema {about['schema']!r}")
        kept = Kept(folder, about["study"])
        found = (kept.read(seed_of_run(about["seed"], k)) for k in range(about["most"]))
        worlds = tuple(world for world in found if world is not None)
        return Partial(about["title"], about["seed"], about["most"], worlds)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileError(f"{folder / STUDY}: tells of no study ({error!r})") from error


def typed(kind: Any, value: Any) -> Any:
    """Plain values of JSON as the dataclass (or the dict, array, number) they were written from."""
    if is_dataclass(kind):
        types = get_type_hints(kind)
        return kind(**{each.name: typed(types[each.name], value[each.name]) for each in fields(kind)})  # type: ignore[operator]
    if get_origin(kind) is dict:
        return {key: typed(get_args(kind)[1], each) for key, each in value.items()}
    if get_origin(kind) in (Union, UnionType):
        return None if value is None else typed(get_args(kind)[0], value)
    return np.array(value, dtype=np.float64) if kind is np.ndarray else value


def _replace(file: Path, text: str) -> None:
    """Write a file so that it is there in full or not at all."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
