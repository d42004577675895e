"""Measuring contestants side by side: building apart from running, rounds, ratios, and peak memory.

Absolute times drift by tens of per cent on a shared machine, so contestants take turns within a round and
what is reported are medians of ratios within a round. Nothing here knows the workload beyond its `Graph`
and `Result`; which contestants there are is said in `workload_b_run`.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from .workload_b import Graph, IncorrectResultError, Result, barabasi_albert, check

GRAPH_SEED = 1
N_WARM_UP = 500
N_YARDSTICK_RUNS = 5
"""Runs of the yardstick beside a single run, whose median is the other side of the ratio."""

Build = Callable[[int, Graph, int], Any]
Play = Callable[[Any], Result]


@dataclass(frozen=True)
class Contestant:
    """One way to do the work: `build(n, graph, seed)` is not measured as running, `play` of what it made is.

    Up to `n_repeated` customers it takes part in all rounds; up to `n_most` it runs once; beyond that it
    runs once at `n_most` instead. `note` is printed below the table and says where its work differs.
    `is_same_work` is false for a model that is only near the workload, whose result is then not checked.
    """

    name: str
    build: Build
    play: Play
    n_repeated: int = 10_000_000
    n_most: int = 10_000_000
    note: str = ""
    is_same_work: bool = True


def contestant(name: str, run: Callable[[int, Graph, int], Result], **settings: Any) -> Contestant:
    """A contestant that is one callable, `run(n, graph, seed)`, all of which is measured."""
    return Contestant(name, lambda n, graph, seed: (n, graph, seed), lambda given: run(*given), **settings)


@dataclass(frozen=True)
class Run:
    """One run: seconds to build, seconds to run, and what came out."""

    build_seconds: float
    seconds: float
    result: Result


@dataclass
class Row:
    """A contestant at a size: its runs, and how many times the yardstick's seconds in the same round."""

    contestant: Contestant
    n_asked: int
    n_run: int
    runs: list[Run] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    peak_mib: float | None = None
    added_mib: float | None = None

    @property
    def is_single(self) -> bool:
        """Whether it ran once only, being too slow for rounds or for the size."""
        return self.n_asked > self.contestant.n_repeated

    @property
    def seconds(self) -> list[float]:
        """Seconds of each run."""
        return [run.seconds for run in self.runs]

    @property
    def fault(self) -> str | None:
        """What is wrong with a result, `None` if all are in the correct range or need not be."""
        if not self.contestant.is_same_work:
            return None
        try:
            for run in self.runs:
                check(run.result)
        except IncorrectResultError as error:
            return str(error)
        return None

    def as_record(self) -> dict[str, Any]:
        """The row as plain values, for a file."""
        result = self.runs[-1].result
        return {
            "contestant": self.contestant.name,
            "note": self.contestant.note,
            "n_asked": self.n_asked,
            "n_run": self.n_run,
            "single_run": self.is_single,
            "build_seconds": median(run.build_seconds for run in self.runs),
            "seconds": self.seconds,
            "median_seconds": median(self.seconds),
            "least_seconds": min(self.seconds),
            "ratios": self.ratios,
            "median_ratio": median(self.ratios),
            "peak_mib": self.peak_mib,
            "added_mib": self.added_mib,
            "same_work": self.contestant.is_same_work,
            "fault": self.fault,
            "events_per_customer": result.events_per_customer,
            "mean_opinion": result.mean_opinion,
            "mean_loyalty": result.mean_loyalty,
        }


def run_once(contestant: Contestant, graph: Graph, seed: int) -> Run:
    """Build and run, each on its own clock, with no garbage left over from others."""
    gc.collect()
    before = perf_counter()
    built = contestant.build(graph.n, graph, seed)
    build_seconds = perf_counter() - before
    gc.collect()
    start = perf_counter()
    result = contestant.play(built)
    return Run(build_seconds, seconds=perf_counter() - start, result=result)


def warm_up(contestants: Sequence[Contestant]) -> None:
    """Let each compile and import what it needs."""
    graph = barabasi_albert(N_WARM_UP, GRAPH_SEED)
    for each in contestants:
        run_once(each, graph, seed=0)


def measure(
    contestants: Sequence[Contestant],
    yardstick: Contestant,
    n: int,
    rounds: int,
    alone: Callable[[Contestant, int], Alone] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Row]:
    """Rows for all contestants at one size; the yardstick need not be one of them.

    With `alone`, each also runs in a process of its own, for its peak memory; a contestant that runs once
    only runs there.
    """
    rows = [Row(each, n, min(n, each.n_most)) for each in contestants]
    take_turns([row for row in rows if not row.is_single], yardstick, n, rounds, tell)
    for row in rows:
        if row.is_single:
            tell(f"{row.contestant.name}: one run at {row.n_run:,}")
            run_beside_yardstick(row, yardstick, alone)
        elif alone is not None:
            own = alone(row.contestant, n)
            row.peak_mib, row.added_mib = own.peak_mib, own.added_mib
    return rows


def take_turns(
    rows: Sequence[Row], yardstick: Contestant, n: int, rounds: int, tell: Callable[[str], None]
) -> None:
    """Rounds in which each runs once with the same seed, every round begun by another."""
    graph = barabasi_albert(n, GRAPH_SEED)
    for turn in range(rounds):
        tell(f"{n:,}: round {turn + 1} of {rounds}")
        order = list(rows[turn % len(rows) :]) + list(rows[: turn % len(rows)]) if rows else []
        for row in order:
            row.runs.append(run_once(row.contestant, graph, seed=turn))
        mine = [row.runs[-1].seconds for row in rows if row.contestant is yardstick]
        unit = mine[0] if mine else run_once(yardstick, graph, seed=turn).seconds
        for row in rows:
            row.ratios.append(row.runs[-1].seconds / unit)


def run_beside_yardstick(
    row: Row, yardstick: Contestant, alone: Callable[[Contestant, int], Alone] | None
) -> None:
    """One run of a slow contestant, between runs of the yardstick at the same size."""
    graph = barabasi_albert(row.n_run, GRAPH_SEED)
    units = [run_once(yardstick, graph, seed).seconds for seed in range(N_YARDSTICK_RUNS)]
    if alone is None:
        run = run_once(row.contestant, graph, seed=0)
    else:
        own = alone(row.contestant, row.n_run)
        run, row.peak_mib, row.added_mib = own.run, own.peak_mib, own.added_mib
    units += [run_once(yardstick, graph, seed).seconds for seed in range(N_YARDSTICK_RUNS)]
    row.runs.append(run)
    row.ratios.append(run.seconds / median(units))


@dataclass(frozen=True)
class Alone:
    """A run in a process of its own, with its peak of resident memory.

    `added_mib` is that peak less what was resident when graph and imports were ready; both are `None`
    where the system does not tell.
    """

    run: Run
    peak_mib: float | None
    added_mib: float | None


def run_alone(module: str, name: str, n: int) -> Alone:
    """Run one contestant of a module in a fresh process; raises `CalledProcessError` if it fails."""
    package = str(__package__)
    root = Path(__file__).parents[package.count(".") + 1]
    command = [sys.executable, "-m", f"{package}.alone", module, name, str(n)]
    answer = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True)
    record = json.loads(answer.stdout)
    run = Run(record["build_seconds"], record["seconds"], Result(**record["result"]))
    return Alone(run, record["peak_mib"], record["added_mib"])


def resident_mib(entry: str) -> float | None:
    """Resident memory of this process by its name in the status file: `VmRSS` now, `VmHWM` at most so far."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    sizes = [int(line.split()[1]) / 1024 for line in lines if line.startswith(entry + ":")]
    return sizes[0] if sizes else None


def forget_peak() -> None:
    """Let the peak of resident memory begin again from now, where the system can."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return
