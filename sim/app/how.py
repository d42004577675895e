"""What all verbs that run worlds share: the options that say how and where, and the frame in which a result is made.

None of these options changes a number, but for the seed.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.app.output import Json, Quiet, envelope, print_json, say, somewhere, warn
from sim.app.progress import announce_compilation, interruptible
from sim.app.resume import keeping
from sim.errors import UserError

if TYPE_CHECKING:
    from sim.errors import Problem
    from sim.study.archive import Draft
    from sim.study.task import Task
    from sim.study.where import Where

Seed = Annotated[
    str | None,
    typer.Option("--seed", metavar="N|random", help="Another seed than the scenario's; random picks and tells one."),
]
Resume = Annotated[
    bool,
    typer.Option("--resume", help="Go on with this study where it was stopped: what was completed is not repeated."),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        "-j",
        min=1,
        metavar="N",
        help="Processes for the runs; they change no result (default: as many as pay).",
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="tcp://HOST:PORT|mpi",
        help="Do the runs on the workers of a Dask scheduler, or of the MPI job at hand; they change no result.",
    ),
]
Out = Annotated[
    Path, typer.Option("--out", "-o", metavar="DIR", parser=somewhere, help="The folder that holds all results.")
]
Parquet = Annotated[bool, typer.Option("--parquet", help="Write the tables as Parquet too.")]
Figures = Annotated[bool, typer.Option("--figures/--no-figures", help="Draw figures (PNG and SVG).")]
Report = Annotated[bool, typer.Option("--report/--no-report", help="Write the page (report.html).")]

OUTPUTS = Path("outputs")
SUMMARY = "summary.txt"
REPORT = "report.html"


@dataclass(frozen=True)
class How:
    """How a verb does its runs, and what it leaves of them. A verb takes it as `how` and is marked `with_how`."""

    seed: Seed = None
    resume: Resume = False
    jobs: Jobs = None
    cluster: Cluster = None
    out: Out = OUTPUTS
    json: Json = False
    quiet: Quiet = False
    parquet: Parquet = False
    figures: Figures = True
    report: Report = True

    @property
    def silent(self) -> bool:
        """Whether nothing is told but the result."""
        return self.json or self.quiet


def with_how(verb: Callable[..., None]) -> Callable[..., None]:
    """The verb with the options of `How` behind its own, which it gets as one value, `how`."""
    own = [each for each in inspect.signature(verb, eval_str=True).parameters.values() if each.name != "how"]
    shared = inspect.signature(How, eval_str=True).parameters

    @functools.wraps(verb)
    def called(**given: Any) -> None:
        how = How(**{name: given.pop(name) for name in shared})
        verb(**given, how=how)

    called.__signature__ = inspect.Signature([*own, *shared.values()])  # type: ignore[attr-defined]
    called.__annotations__ = {}
    return called


def where_of(jobs: int | None, cluster: str | None) -> Where:
    """Where the runs are to happen. Raises UserError for two places, and for a cluster without the extra for it."""
    from sim.study.cluster import check_cluster
    from sim.study.mpi import MPI, check_mpi
    from sim.study.where import Where

    if cluster is not None:
        if jobs is not None:
            raise UserError("--jobs and --cluster: name one place for the runs")
        (check_mpi if cluster == MPI else check_cluster)()
    return Where(jobs, cluster)


def warned(task: Task, how: How) -> list[Problem]:
    """What is odd about the scenarios, though they can be run, each once; it is said, unless nothing is to be.

    Of a result that is repeated, nothing: its manifest has every key, and nobody wrote it.
    """
    from sim.scenario.cautions import cautions

    written = [subject.scenario for subject in task.subjects.values() if subject.scenario.source.text]
    each = [warning for scenario in written for warning in cautions(scenario)]
    found = list(dict.fromkeys(each))
    if not how.silent:
        warn(found)
    return found


@contextmanager
def making(
    task: Task, how: How, most: int, more: Mapping[str, Any] | None = None
) -> Iterator[tuple[Draft, Where]]:
    """The folder for the result of a task, and where its runs happen, each kept until all is done.

    most: calls it has at most (0: none is kept). more: what is asked beside the task. Raises UserError and FileError
    before anything is run, for what cannot be done so.
    """
    from sim.study.archive import draft
    from sim.study.tables import check_parquet

    where = where_of(how.jobs, how.cluster)
    if how.parquet:
        check_parquet()
    with (
        interruptible(),
        draft(task, how.out) as folder,
        keeping(task, how.out, most, where, resume=how.resume, quiet=how.silent, more=more) as there,
    ):
        announce_compilation()
        yield folder, there


def told(
    verb: str, place: Path, data: Mapping[str, Any], how: How, warnings: list[Problem], summary: str | None = None
) -> None:
    """Print what came out: the summary (default: the one that was written), or `data` as JSON; and where it all is."""
    if how.json:
        print_json(envelope(verb, {**data, "output": str(place)}, warnings))
        return
    print((place / SUMMARY).read_text(encoding="utf-8") if summary is None else summary, end="")
    if not how.quiet:
        say(f"Everything is in {place}{f' (begin with {REPORT})' if (place / REPORT).exists() else ''}")
