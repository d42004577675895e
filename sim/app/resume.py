"""The option `--resume`: a study that was stopped goes on, and what is there of it is told as a part."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.app.output import count, say
from sim.errors import EXIT_INCOMPLETE, UserError

if TYPE_CHECKING:
    from sim.study.kept import Kept, Partial
    from sim.study.task import Task

Resume = Annotated[
    bool,
    typer.Option("--resume", help="Go on with this study where it was stopped: completed worlds are not repeated."),
]


@contextmanager
def keeping(task: Task, out: Path, most: int, *, resume: bool, quiet: bool) -> Iterator[Kept]:
    """Keep the worlds of a study until it is done; if it is stopped, say so and leave with exit code 4.

    most: worlds it has at most. A study that is stopped before its first world leaves nothing.
    """
    from sim.study.kept import Kept
    from sim.study.seeds import seed_of_run

    kept = Kept.of(task, out)
    seeds = [seed_of_run(task.seed, k) for k in range(most)]
    there = kept.count(seeds)
    if there and not quiet:
        hint = "" if resume else " (--resume would go on from them)"
        say(f"{there} of {count(most, 'world')} are there already{hint}")
    kept.begin(task, most)
    try:
        yield kept
    except (KeyboardInterrupt, BrokenExecutor) as stopped:
        there = kept.count(seeds)
        if not there:
            raise
        why = "interrupted" if isinstance(stopped, KeyboardInterrupt) else "a process that ran worlds has died"
        say(f"{why}: {there} of {count(most, 'world')} are in {kept.folder}; the same command with --resume goes on")
        raise typer.Exit(EXIT_INCOMPLETE) from None
    else:
        kept.clear(seeds)
    finally:
        kept.clear([])


def is_partial(folder: Path) -> bool:
    """Whether a folder holds completed worlds of a study that is not done."""
    return (folder / "study.json").is_file()


def partial_summary(part: Partial) -> str:
    """What is there of a study that is not done, labelled so: a table, and a sentence."""
    from sim.app.findings import finding_of_comparison, table_of_comparison
    from sim.study.compare import compare

    comparison = compare(part.worlds)
    done = f"{len(part.worlds)} of {count(part.most, 'world')}"
    head = f"PARTIAL, {done}. {part.title}: {comparison.brands[0]}, seed {part.seed}, against {comparison.baseline}."
    told = f"PARTIAL, {done}: {finding_of_comparison(comparison)}"
    return "\n".join([head, "", table_of_comparison(comparison), "", told, ""])


def partial_as_json(folder: Path) -> dict[str, Any]:
    """The numbers of what is there, marked as partial."""
    from sim.study.compare import compare
    from sim.study.kept import partial

    part = partial(folder)
    numbers = compare(part.worlds).as_json() if part.worlds else None
    return {"output": str(folder), "partial": True, "worlds": len(part.worlds), "most": part.most, "result": numbers}


def show_partial(folder: Path) -> None:
    """Print what is there of a study that is not done. Raises UserError before its first world."""
    from sim.study.kept import partial

    part = partial(folder)
    if not part.worlds:
        raise UserError(f"{folder}: has no completed world yet")
    print(partial_summary(part), end="")
