"""The option `--resume`: a study that was stopped goes on; its completed calls are kept until it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.app.output import count, say
from sim.errors import FileError, StoppedError

if TYPE_CHECKING:
    from sim.study.task import Task
    from sim.study.where import Where

NOUNS = {"run": "further run", "compare": "world", "calibrate": "run"}
"""What one kept call of a study is called, if not a part of it. The first of several runs is never kept."""


@contextmanager
def keeping(
    task: Task,
    out: Path,
    most: int,
    where: Where,
    *,
    resume: bool,
    quiet: bool,
    more: Mapping[str, Any] | None = None,
) -> Iterator[Where]:
    """Keep the calls of a study until it is done; if it is stopped, raise StoppedError, which says so.

    most: calls it has at most; of none, nothing is kept. more: what is asked beside the task. A study that is stopped
    before its first call is complete leaves nothing.
    """
    from sim.study.kept import Kept

    if not most:
        yield where
        return
    kept = Kept.of(task, out)
    whole = count(most, noun(task.kind))
    there = kept.count()
    if there and not quiet:
        hint = "" if resume else " (--resume would go on from them)"
        say(f"{there:,} of {whole} are there already{hint}")
    elif resume and not quiet:
        say("nothing of this study is kept (another scenario, seed or version makes another study): it begins anew")
    kept.begin(task, most, more or {})
    try:
        yield replace(where, kept=kept, resume=resume)
    except (KeyboardInterrupt, BrokenExecutor) as stopped:
        there = kept.count()
        why = _why(stopped)
        if not there and isinstance(stopped, KeyboardInterrupt):
            raise
        again = "the same command with --resume goes on" if there else "nothing is kept yet"
        kept_there = f"{there:,} of {whole} are in {kept.folder}; " if there else ""
        raise StoppedError(f"{why}: {kept_there}{again}") from None
    except (OSError, FileError):
        if there := kept.count():
            say(f"{there:,} of {whole} are in {kept.folder}; the same command with --resume goes on")
        raise
    else:
        kept.clear()
    finally:
        kept.leave()


def _why(stopped: BaseException) -> str:
    """Why a study was stopped."""
    from sim.study.cluster import LostClusterError

    if isinstance(stopped, LostClusterError):
        return f"the cluster was lost ({stopped})"
    return "interrupted" if isinstance(stopped, KeyboardInterrupt) else "a process that did runs has died"


def noun(kind: str) -> str:
    """What one kept call of a study is called."""
    return NOUNS.get(kind, "part")


def is_partial(folder: Path) -> bool:
    """Whether a folder holds completed calls of a study that is not done."""
    return (folder / "study.json").is_file()
