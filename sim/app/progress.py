"""How far a run is, on stderr: a bar with the time left on a terminal, a line now and then in a log, else
nothing.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Protocol

from sim.app.output import say

SECONDS_BETWEEN_LINES = 5.0


class Progress(Protocol):
    """What a verb tells about its progress: so many units of the whole are done."""

    def reached(self, done: float) -> None:
        """Say that `done` units of the whole are done."""


class Silent:
    """Says nothing."""

    def reached(self, done: float) -> None:
        """Say nothing."""
        heeded()


class Lines:
    """A line every few seconds, for logs."""

    def __init__(self, what: str, total: float):
        self.what, self.total = what, total
        self.said = time.monotonic()
        self.first: tuple[float, float] | None = None
        """When it was first heard of, and how far it was then: what came before (compiling) tells nothing."""

    def reached(self, done: float) -> None:
        """Say how far it is and how long it will take, if nothing was said for some seconds."""
        heeded()
        now = time.monotonic()
        began, begun = self.first = self.first or (now, done)
        if now - self.said >= SECONDS_BETWEEN_LINES and begun < done < self.total:
            self.said = now
            left = (now - began) * (self.total - done) / (done - begun)
            say(f"{self.what}: {done / self.total:.0%}, about {left:.0f} s left")


@contextmanager
def progress(what: str, total: float, *, quiet: bool) -> Iterator[Progress]:
    """Progress of `what` in `total` units. Quiet: nothing at all."""
    if quiet:
        yield Silent()
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with _bar(what, total) as bar:
            yield bar
    else:
        yield Lines(what, total)


@contextmanager
def _bar(what: str, total: float) -> Iterator[Progress]:
    """A bar that disappears when all is done."""
    from rich import progress as rich_progress
    from rich.console import Console

    columns = (
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.TaskProgressColumn(),
        rich_progress.TimeRemainingColumn(),
    )
    with rich_progress.Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)

        class Bar:
            def reached(self, done: float) -> None:
                heeded()
                shown.update(task, completed=done)

        yield Bar()


def announce_compilation() -> None:
    """Say that the first run takes longer, if this is one."""
    from sim.core.compiled import CACHE, cache_is_warm

    if not cache_is_warm():
        kept = "once" if CACHE is not None else "each time, as no folder can be written for it: set SIM_CACHE_DIR"
        say(f"First run of this version: the simulator is compiled, which takes about a minute ({kept}).")


@contextmanager
def interruptible() -> Iterator[None]:
    """See to it that Ctrl-C is never lost.

    Python drops an interrupt that falls into some corners of an import, or into the loading of compiled code, and
    prints that it did; it is raised again the next time that progress is told (`heeded`), and nothing is printed.
    """
    try:
        before = signal.signal(signal.SIGINT, _interrupted)
    except ValueError:  # not the main thread: interrupts go elsewhere
        yield
        return
    _interrupts.clear()
    told, sys.unraisablehook = sys.unraisablehook, _unless_interrupted(sys.unraisablehook)
    try:
        yield
        heeded()
    finally:
        _interrupts.clear()
        sys.unraisablehook = told
        signal.signal(signal.SIGINT, before)


def _unless_interrupted(told: Callable[[Any], None]) -> Callable[[Any], None]:
    """What tells of exceptions that could not be raised, except of interrupts: those are heeded later."""

    def tell(unraisable: Any) -> None:
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            told(unraisable)

    return tell


_interrupts: list[int] = []


def _interrupted(number: int, frame: FrameType | None) -> None:
    _interrupts.append(number)
    raise KeyboardInterrupt


def heeded() -> None:
    """Raise KeyboardInterrupt if one was asked for and lost."""
    if _interrupts:
        raise KeyboardInterrupt
