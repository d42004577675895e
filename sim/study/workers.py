"""Executors: who does some calls, and their results in order. All speak the protocol of `concurrent.futures`.

Work happens in this process or in others of this machine; a cluster's workers are in `cluster.py`. Which of them it is
changes no result: a call depends on its arguments alone, and results come in the order of the calls.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

WORTH_WORKERS_SECONDS = 6.0
"""Work that is done sooner than this is not worth starting other processes for."""
SECONDS_BETWEEN_LOOKS = 1.0
"""How often a process looks whether the one that started it is still there."""
AHEAD = 32
"""Calls asked for before their turn, unless the executor has an `ahead` of its own."""

P = ParamSpec("P")
T = TypeVar("T")


class Here(Executor):
    """An executor that does the work in this process, when the result is asked for."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A future that works when `result()` is called."""
        return Later(lambda: fn(*args, **kwargs))


class Later(Future[T]):
    """A future whose result is made when it is asked for."""

    def __init__(self, work: Callable[[], T]):
        super().__init__()
        self._work = work

    def result(self, timeout: float | None = None) -> T:
        """Do the work now; its result."""
        if not self.done():
            self.set_result(self._work())
        return super().result(timeout)


def jobs_for(wanted: int | None, left: int, seconds_each: float) -> int:
    """How many processes to use for `left` more calls: as many as wanted, else what the machine has if it pays."""
    most = (os.cpu_count() or 1) if wanted is None else wanted
    if wanted is None and left * seconds_each < WORTH_WORKERS_SECONDS:
        return 1
    return max(1, min(most, left))


@contextmanager
def workers(jobs: int) -> Iterator[Executor]:
    """Who does calls: this process for one job, else so many others, which are ended at once if this is left early."""
    if jobs == 1:
        yield Here()
        return
    pool = processes(jobs)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=True, kill_workers=True)
        raise
    pool.shutdown(wait=True)


def processes(jobs: int) -> Any:
    """So many other processes, as an executor; whoever asks for them ends them (`shutdown`).

    They are started here, with interrupts blocked, and stay deaf to them: Ctrl-C reaches every process of a terminal,
    and one that is just starting would print a traceback. This process hears it, and ends them. If it is killed and
    cannot, they end by themselves.
    """
    from multiprocessing import resource_tracker

    # A larger world is no leak: no worker is replaced for it (a new one would hear interrupts).
    os.environ.setdefault("LOKY_MAX_MEMORY_LEAK_SIZE", "1e18")
    from loky import ProcessPoolExecutor
    from loky.backend import resource_tracker as loky_tracker

    resource_tracker.ensure_running()  # starting either lets interrupts through again
    loky_tracker.ensure_running()
    pool = ProcessPoolExecutor(max_workers=jobs, initializer=end_with, initargs=(os.getpid(),))
    try:
        with interrupts_blocked():
            pool.submit(int).result()
    except BaseException:
        pool.shutdown(wait=True, kill_workers=True)
        raise
    return pool


def end_with(parent: int) -> None:
    """End this process soon after the one that started it is gone."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(SECONDS_BETWEEN_LOOKS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def interrupts_blocked() -> Iterator[None]:
    """Let an interrupt wait until this is left. Processes that are started meanwhile never hear one (POSIX)."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def ordered(executor: Executor, work: Callable[..., T], calls: Sequence[tuple[Any, ...]]) -> Iterator[T]:
    """The results of some calls, in their order, however many of them the executor has under way.

    Not all are asked for at once, so that results do not pile up before their turn.
    """
    ahead = getattr(executor, "ahead", AHEAD)
    waiting: deque[Future[T]] = deque()
    for call in calls:
        waiting.append(executor.submit(work, *call))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
