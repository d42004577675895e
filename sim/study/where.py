"""Where the runs of a study happen, and what is kept of them, as one value. None of it changes a result."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sim.core.compiled import mark_cache_warm
from sim.scenario.schema import Scenario
from sim.study.cluster import cluster
from sim.study.kept import Keeping, Kept
from sim.study.mpi import MPI, job
from sim.study.replicate import live
from sim.study.workers import Here, jobs_for, ordered, workers

T = TypeVar("T")


@dataclass(frozen=True)
class Where:
    """Where calls are done: by `executor` if there is one, else by a cluster, else by `jobs` processes.

    jobs: None for as many as pay. cluster: the address of a Dask scheduler, or `mpi` for the MPI job at hand. kept:
    where each completed call is kept; resume: take from there what is there.
    """

    jobs: int | None = 1
    cluster: str | None = None
    executor: Executor | None = None
    kept: Kept | None = None
    resume: bool = False

    @property
    def is_elsewhere(self) -> bool:
        """Whether calls are done by workers that this process need not start."""
        return self.executor is not None or self.cluster is not None

    @contextmanager
    def opened(self, left: int, seconds_each: float) -> Iterator[Executor]:
        """An executor for `left` calls that take about so long each. One that was given is left open."""
        if self.executor is not None:
            yield self._keeping(self.executor)
            return
        if self.cluster is not None:
            with job() if self.cluster == MPI else cluster(self.cluster) as pool:
                yield self._keeping(pool)
            return
        with workers(jobs_for(self.jobs, left, seconds_each)) as pool:
            yield self._keeping(pool)

    @contextmanager
    def begun(self, work: Callable[..., T], call: tuple[Any, ...], left: int) -> Iterator[tuple[T, Executor]]:
        """The result of a first call, and an executor for `left` more like it.

        The first is done here, unless there are workers already: how long it takes tells how many pay.
        """
        if self.is_elsewhere:
            with self.opened(left, 0.0) as executor:
                yield executor.submit(work, *call).result(), executor
            return
        known = self.resume and self.kept is not None and self.kept.file(work, call).is_file()
        began = time.perf_counter()
        first = self._keeping(Here()).submit(work, *call).result()
        mark_cache_warm()
        seconds = math.inf if known else time.perf_counter() - began
        with self.opened(left, seconds) as executor:
            yield first, executor

    def results(self, work: Callable[..., T], calls: Sequence[tuple[Any, ...]]) -> Iterator[T]:
        """The results of some calls, in their order."""
        with self.begun(work, calls[0], len(calls) - 1) as (first, executor):
            yield first
            yield from ordered(executor, work, calls[1:])

    def seconds_of_run(self, scenario: Scenario, seed: int) -> float:
        """About how long a run takes here, where that decides anything (else 0); what is compiled is then there."""
        if self.is_elsewhere:
            return 0.0
        live(scenario, seed)  # the first run of a process loads what is compiled: it tells no time
        mark_cache_warm()
        began = time.perf_counter()
        if self.jobs is None:
            live(scenario, seed)
        return time.perf_counter() - began

    def _keeping(self, executor: Executor) -> Executor:
        return executor if self.kept is None else Keeping(executor, self.kept, self.resume)
