"""What is to be run: scenarios, their origins, a seed, a number of runs; and the name all that has on disk."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim import __version__
from sim.errors import FileError
from sim.scenario.names import BASELINE
from sim.scenario.schema import ASIDE, Scenario
from sim.study.seeds import seed_of_run

LONGEST_SLUG = 60


@dataclass(frozen=True)
class Origin:
    """Where a scenario came from: its file as it was typed (`as_typed`), its text, the overrides, the arm."""

    file: str
    text: str
    overrides: tuple[str, ...] = ()
    arm: str = BASELINE

    def as_json(self) -> dict[str, Any]:
        """The origin as plain values, with the hash of the text."""
        return {
            "file": self.file,
            "sha256": hashlib.sha256(self.text.encode()).hexdigest(),
            "overrides": list(self.overrides),
            "arm": self.arm,
            "text": self.text,
        }

    @staticmethod
    def of(values: Mapping[str, Any]) -> Origin:
        """The origin that some plain values tell of (`as_json`)."""
        return Origin(values["file"], values["text"], tuple(values["overrides"]), values["arm"])


@dataclass(frozen=True)
class Subject:
    """A scenario to be run, and where it came from."""

    scenario: Scenario
    origin: Origin

    @staticmethod
    def of(scenario: Scenario) -> Subject:
        """A scenario as it was loaded."""
        source = scenario.source
        return Subject(scenario, Origin(as_typed(source.file), source.text, source.overrides, source.arm))


@dataclass(frozen=True)
class Task:
    """What a folder holds the result of: a `run` of one scenario, a `compare` of several, a `sweep` and so on.

    subjects: by arm, the baseline first. asked: what else is asked of them, as words of a command line (which
    values a sweep varies).
    """

    kind: str
    subjects: Mapping[str, Subject]
    seed: int
    runs: int = 1
    asked: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The title of the (first) scenario."""
        return next(iter(self.subjects.values())).scenario.scenario

    @property
    def seeds(self) -> list[int]:
        """The seed of each run."""
        return [seed_of_run(self.seed, k) for k in range(self.runs)]

    @cached_property
    def identity(self) -> str:
        """SHA-256 of all that the result depends on: worlds, names of arms, seed, number of runs, version."""
        worlds = [[arm, world_of(subject.scenario)] for arm, subject in self.subjects.items()]
        asked = [list(self.asked)] if self.asked else []
        text = json.dumps([__version__, self.kind, worlds, self.seed, self.runs, *asked], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def name(self) -> str:
        """The name of its folder: what, seed, number of runs (if several), and eight letters of the hash."""
        what = slug(next(iter(self.subjects))) if self.kind == "run" else self.kind
        times = f"x{self.runs}" if self.runs > 1 else ""
        return f"{what}-{self.seed}{times}-{self.identity[:8]}"

    def place(self, out: Path) -> Path:
        """Where its folder is, below the folder of all results."""
        return out / slug(self.title) / self.name


def world_of(scenario: Scenario) -> dict[str, Any]:
    """All that a scenario's world is made of, as plain values; a graph file counts by its content, not its
    name.
    """
    values = {key: value for key, value in scenario.resolved().items() if key not in ASIDE}
    if scenario.graph.file is not None:
        values["graph"] = {**values["graph"], "file": sha256_of(Path(scenario.graph.file))}
    return values


def as_typed(file: str | Path) -> str:
    """The path of a file as a result tells it, to be typed again, but of one from the root its name alone."""
    path = Path(file)
    return path.name if path.is_absolute() else path.as_posix()


def slug(name: str) -> str:
    """A name as part of a path: letters and digits of any script in small letters, all else a hyphen."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")[:LONGEST_SLUG].rstrip("-") or "scenario"


def sha256_of(file: Path) -> str:
    """The hash of a file. Raises FileError if it cannot be read."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise FileError(f"{file}: cannot be read: {(error.strerror or str(error)).lower()}") from error
