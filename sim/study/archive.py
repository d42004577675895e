"""What a run leaves behind: a folder that is complete if it exists, and from which the run can be repeated.

`<out>/<scenario>/<arm>-<seed>-<hash>/` holds tables, figures, `manifest.json` (all that the result depends
on) and `timings.json` (when, how long and by which command it was made). The hash names what was run: the
same scenario, seed and version make the same folder with the same bytes, `timings.json` aside.

A folder is written under a temporary name beside its place and renamed when whole. Ctrl-C or a full disk
leave nothing; what `kill -9` leaves is removed by the next command that writes there. A graph file is copied
along, so that the folder alone is enough.
"""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import EXIT_MISMATCH, FileError, UserError
from sim.study.manifest import (
    INPUTS,
    MANIFEST,
    TIMINGS,
    as_json_text,
    damaged,
    differences,
    kept_name,
    manifest_of,
)
from sim.study.task import Task

if TYPE_CHECKING:
    from sim.study.tables import Table

UNFINISHED = ".unfinished-"
STALE_SECONDS = 86_400


class MismatchError(UserError):
    """A result that should have repeated byte for byte, and did not."""

    exit_code = EXIT_MISMATCH
    code = "mismatch"


@dataclass
class Draft:
    """A folder being written. `folder` is where; it becomes `place` when whole."""

    task: Task
    folder: Path
    place: Path
    began: float = field(default_factory=time.time)

    def write(self, name: str, text: str) -> None:
        """Write a text file; folders in its name are made."""
        self.write_pieces(name, (text,))

    def write_pieces(self, name: str, pieces: Iterable[str]) -> None:
        """Write a text file piece by piece; folders in its name are made."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(pieces)

    def write_json(self, name: str, values: Any) -> None:
        """Write plain values as JSON; what is no number (nan) is null."""
        self.write(name, as_json_text(values))

    def write_tables(self, tables: Mapping[str, Table], *, parquet: bool = False) -> None:
        """Write tables as CSV, and as Parquet too if asked."""
        from sim.study.tables import csv_pieces, write_parquet  # loads the simulator, which reading a result does not

        for name, table in tables.items():
            self.write_pieces(f"{name}.csv", csv_pieces(table))
            if parquet:
                write_parquet(table, self.folder / f"{name}.parquet")

    def finish(self, timings: Mapping[str, Any], *, must_repeat: bool = False) -> Path:
        """Add inputs, manifest and timings, and put the folder in its place; that place.

        must_repeat: refuse to replace a result that differs from this one in any file both have
        (MismatchError).
        """
        self._keep_inputs()
        self.write_json(MANIFEST, manifest_of(self.task, self.folder))
        made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.began))
        whole = {"made": made, "seconds": dict(timings), "command": sys.argv, "python": sys.executable}
        self.write_json(TIMINGS, whole)
        if must_repeat:
            differing = differences(self.folder, self.place)
            if differing:
                raise MismatchError(f"{self.place}: does not repeat: {', '.join(differing)}")
        _put(self.folder, self.place)
        return self.place

    def _keep_inputs(self) -> None:
        """Copy the graph files of the scenarios."""
        for subject in self.task.subjects.values():
            if subject.scenario.graph.file is not None:
                source = Path(subject.scenario.graph.file)
                copy = self.folder / INPUTS / kept_name(source)
                copy.parent.mkdir(exist_ok=True)
                if not copy.exists():
                    shutil.copyfile(source, copy)


@contextlib.contextmanager
def draft(task: Task, out: Path) -> Iterator[Draft]:
    """A folder for the result of a task, to be filled and finished; gone if it is left unfinished.

    Raises FileError at once if nothing can be written there, and whenever writing fails.
    """
    place = task.place(out)
    made: list[Path] = []
    folder = claim = None
    try:
        with told(place):
            if place.exists() and not (place / MANIFEST).is_file():
                raise FileError(f"{place}: is in the way: it exists and is no result of ours")
            in_the_way = [parent for parent in place.parents if parent.exists() and not parent.is_dir()]
            if in_the_way:
                raise FileError(f"{in_the_way[0]}: is a file where a folder is needed; write elsewhere with --out")
            _make(place.parent, made)
            _clear_stale(place.parent)
            folder, claim = _own_folder(place)
            folder.chmod(0o777 & ~_umask())
            yield Draft(task, folder, place)
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        if claim is not None:
            os.close(claim)
        for parent in reversed(made):
            with contextlib.suppress(OSError):
                parent.rmdir()


@contextlib.contextmanager
def told(place: Path) -> Iterator[None]:
    """Turn what the system says about writing into a FileError with the place and the cure."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise FileError(f"{place}: the disk is full; free some space or write elsewhere with --out") from error
        reason = (error.strerror or str(error)).lower()
        at = error.filename if error.filename and not _is_unfinished(error.filename) else place
        raise FileError(f"{at}: cannot be written: {reason}; write elsewhere with --out") from error


def _is_unfinished(path: Any) -> bool:
    return UNFINISHED in str(path)


def _make(folder: Path, made: list[Path]) -> None:
    """Make a folder and its parents, and note which were new."""
    if not folder.is_dir():
        if folder.parent != folder:
            _make(folder.parent, made)
        folder.mkdir(exist_ok=True)
        made.append(folder)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _clear_stale(parent: Path) -> None:
    """Remove what killed commands left: folders that nobody claims, or from days ago where nothing can be claimed."""
    for left in parent.glob(f"{UNFINISHED}*"):
        with contextlib.suppress(OSError):
            claim = _claim(left)
            if claim is None and left.stat().st_mtime > time.time() - STALE_SECONDS:
                continue
            shutil.rmtree(left, ignore_errors=True)
            if claim is not None:
                os.close(claim)


def _own_folder(place: Path) -> tuple[Path, int | None]:
    """A new folder beside a place, claimed; another one if it was cleared away before it could be."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"{UNFINISHED}{place.name}-", dir=place.parent))
        with contextlib.suppress(BlockingIOError, FileNotFoundError):
            claim = _claim(folder)
            if folder.exists():
                return folder, claim


def _claim(folder: Path) -> int | None:
    """Say that a folder is ours, for as long as this process lives or keeps the file number open; that number.

    Raises BlockingIOError if it is another's, FileNotFoundError if it is gone; None where there are no such locks.
    """
    if importlib.util.find_spec("fcntl") is None:
        return None
    import fcntl

    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(number)
        if isinstance(error, BlockingIOError):
            raise
        return None
    return number


def _put(folder: Path, place: Path) -> None:
    """Rename a whole folder to its place. Of the same result there already, only the timings are renewed."""
    if place.exists() and (place / MANIFEST).read_bytes() == (folder / MANIFEST).read_bytes() and not damaged(place):
        (folder / TIMINGS).replace(place / TIMINGS)
        return
    if not place.exists():
        folder.rename(place)
        return
    old = folder.with_name(f"{folder.name}-old")
    place.rename(old)
    try:
        folder.rename(place)
    except BaseException:
        old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)
