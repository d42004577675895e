"""Completed calls on disk, so that a study that was killed goes on where it was.

The result of each call is one file, written under another name and renamed when whole: a file that exists is
complete, also after `kill -9` or a power cut. Its name is a hash of all that the result depends on: the sources of the
simulator and the libraries that count, what is called, and its arguments (scenarios by their worlds, a graph file by
its content). Whatever changes, the name changes, and nothing stale is ever taken up. The folder is gone when the study
is done.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from sim.errors import FileError
from sim.scenario.load import from_values
from sim.scenario.schema import Scenario
from sim.study.fingerprint import fingerprint
from sim.study.manifest import as_json_text
from sim.study.task import Origin, Subject, Task, sha256_of, slug, world_of
from sim.study.whole import put_whole
from sim.study.workers import AHEAD, Later

STUDY = "study.json"
SCHEMA = "sim.partial/2"
ENDING = ".done"

P = ParamSpec("P")
T = TypeVar("T")


class NotThereError(LookupError):
    """A call whose result is not kept."""


@dataclass(frozen=True)
class Kept:
    """The completed calls of one study. folder: where they are. touched: the files of those that were asked for."""

    folder: Path
    touched: set[Path] = field(default_factory=set, compare=False, repr=False)

    @staticmethod
    def of(task: Task, out: Path) -> Kept:
        """Where the calls of a task are kept: beside its result, however many worlds it asks for."""
        arms = [[arm, world_of(subject.scenario)] for arm, subject in task.subjects.items()]
        text = json.dumps([fingerprint(), arms, list(task.asked)], ensure_ascii=False)
        study = hashlib.sha256(text.encode()).hexdigest()
        return Kept(out / slug(task.title) / f"{task.kind}-{task.seed}-{study[:8]}-partial")

    def file(self, work: Callable[..., Any], call: Sequence[Any]) -> Path:
        """The file of one call."""
        text = json.dumps([fingerprint(), f"{work.__module__}.{work.__qualname__}", _plain(call)], ensure_ascii=False)
        return self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}{ENDING}"

    def begin(self, task: Task, most: int, more: Mapping[str, Any]) -> None:
        """Make the folder, and say in it what is being studied, in at most so many calls. more: what else is asked."""
        arms = {
            arm: {"origin": subject.origin.as_json(), "scenario": subject.scenario.resolved()}
            for arm, subject in task.subjects.items()
        }
        about = {
            "schema": SCHEMA,
            "kind": task.kind,
            "title": task.title,
            "seed": task.seed,
            "runs": task.runs,
            "asked": list(task.asked),
            "most": most,
            "more": dict(more),
            "arms": arms,
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        put_whole(self.folder / STUDY, as_json_text(about))

    def count(self) -> int:
        """How many completed calls are there."""
        return sum(1 for _ in self.folder.glob(f"*{ENDING}"))

    def known(self, work: Callable[..., T], calls: Sequence[tuple[Any, ...]]) -> list[T]:
        """The results of those of some calls that are kept, in their order."""
        there, found = Keeping(Nowhere(), self, resume=True), []
        for call in calls:
            with contextlib.suppress(NotThereError):
                found.append(there.submit(work, *call).result())
        return found

    def clear(self) -> None:
        """Remove the calls that this study asked for; and the folder, if no others are in it."""
        with contextlib.suppress(OSError):
            for file in self.touched:
                file.unlink(missing_ok=True)
            self.leave()

    def leave(self) -> None:
        """Remove the folder if no completed call is in it."""
        if not self.count():
            shutil.rmtree(self.folder, ignore_errors=True)


class Keeping(Executor):
    """An executor that keeps the result of each call as soon as it is complete.

    The process that did the call keeps it, so that what was computed is not lost with its asker; on another machine,
    where the folder is not, the asker does. resume: results that are there are taken, and only the others computed.
    """

    def __init__(self, executor: Executor, kept: Kept, resume: bool):
        self.executor, self.kept, self.resume = executor, kept, resume
        self.ahead = getattr(executor, "ahead", AHEAD)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A future of the result that is there, or else of one that will be kept."""
        if kwargs:
            raise TypeError("a call that is kept has no keywords")
        file = self.kept.file(fn, args)
        self.kept.touched.add(file)
        if self.resume:
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                known = typed(get_type_hints(fn)["return"], json.loads(file.read_text(encoding="utf-8")))
                return Later(lambda: known)
        future = self.executor.submit(done_and_kept, fn, args, file.absolute())
        return Later(lambda: _and_keep(future.result(), file))


class Nowhere(Executor):
    """An executor that does nothing: what is kept is there, all else raises NotThereError."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A future without a result."""
        future: Future[T] = Future()
        future.set_exception(NotThereError(fn.__qualname__))
        return future


def done_and_kept(work: Callable[..., T], call: Sequence[Any], file: Path) -> T:
    """The result of a call, kept by the process that did it."""
    file.unlink(missing_ok=True)
    return _and_keep(work(*call), file)


def _and_keep(value: T, file: Path) -> T:
    """A result, now in its file; not if it is there, or its folder is not (on another machine of a cluster)."""
    if file.parent.is_dir() and not file.exists():
        plain = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
        put_whole(file, json.dumps(plain, default=lambda each: each.tolist()))
    return value


def _plain(value: Any) -> Any:
    """The arguments of a call as plain values; a scenario by all that its world is made of."""
    if isinstance(value, Scenario):
        ties = value.graph.file
        return [value.digest, None if ties is None else _content(Path(ties), Path(ties).stat().st_mtime_ns)]
    if isinstance(value, Mapping):
        return [[key, _plain(each)] for key, each in value.items()]
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise TypeError(f"a call that is kept has no {type(value).__name__} among its arguments")


@functools.lru_cache(maxsize=64)
def _content(file: Path, changed: int) -> str:
    """The hash of a file as it was when it was last changed."""
    return sha256_of(file)


# ---------------------------------------------------------------------------------------------- reading


@dataclass(frozen=True)
class Partial:
    """A study that is not done. there: completed calls, of at most so many. more: what else was asked."""

    task: Task
    kept: Kept
    there: int
    most: int
    more: Mapping[str, Any]


def newest(out: Path) -> Path | None:
    """The folder of the newest study below a folder that is not done, and of which something is kept; None without."""
    found = {}
    for study in out.glob(f"*/*/{STUDY}"):
        kept = [file.stat().st_mtime_ns for file in study.parent.glob(f"*{ENDING}")]
        if kept:
            found[study.parent] = max(kept)
    return max(found, key=lambda folder: (found[folder], folder.name), default=None)


def partial(folder: Path) -> Partial:
    """The part of a study that is there. Raises FileError if the folder is not one of ours."""
    file = folder / STUDY
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
        if about["schema"] != SCHEMA:
            raise ValueError(f"schema {about['schema']!r}")
        subjects = {
            arm: Subject(from_values(held["scenario"], file=str(file)), Origin.of(held["origin"]))
            for arm, held in about["arms"].items()
        }
        task = Task(about["kind"], subjects, about["seed"], about["runs"], tuple(about["asked"]))
        kept = Kept(folder)
        return Partial(task, kept, kept.count(), about["most"], about["more"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileError(f"{file}: tells of no study ({error!r})") from error


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
