"""What Python gives where the command line has words: options as text, a place for runs, and studies that go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.app.behind_comparison import flow
from sim.app.how import OUTPUTS, where_of

if TYPE_CHECKING:
    from sim.study.task import Task
    from sim.study.where import Where

Words = str | Sequence[str] | Mapping[str, Any]
"""An option that can be repeated: one text, several, or for `name=value` a mapping."""


def texts(given: Words | None) -> list[str]:
    """An option as the command line has it, text by text."""
    if given is None:
        return []
    if isinstance(given, str):
        return [given]
    if isinstance(given, Mapping):
        return [f"{name}={flow(value)}" for name, value in given.items()]
    return [str(each) for each in given]


def text(given: object) -> str | None:
    """A single option as the command line has it; None if it is not given."""
    return None if given is None else str(given)


def where(jobs: int, cluster: str | None, executor: Executor | None) -> Where:
    """Where runs are to happen. Raises UserError as the command line does."""
    return replace(where_of(None if cluster is not None and jobs == 1 else jobs, cluster), executor=executor)


@contextmanager
def going_on(
    task: Task, place: Where, most: int, resume: bool, out: str | Path | None, more: Mapping[str, Any] | None = None
) -> Iterator[Where]:
    """Where the calls of a study are done: with `resume` each is kept under `out` until all are, and not repeated.

    What the command line has kept of the same study counts too. Without `resume` nothing is written.
    """
    if not resume or not most:
        yield place
        return
    from sim.study.kept import Kept

    kept = Kept.of(task, OUTPUTS if out is None else Path(out))
    kept.begin(task, most, more or {})
    try:
        yield replace(place, kept=kept, resume=True)
        kept.clear()
    finally:
        kept.leave()
