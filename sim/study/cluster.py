"""The workers of a Dask cluster as an executor; the extra `cluster`.

Every call says which simulator asked for it, and a worker with other sources or libraries refuses: the bytes of a
study must not depend on who did the work. Dask gives the calls of a worker that died to another one.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from sim.errors import UserError
from sim.study.fingerprint import fingerprint
from sim.study.tables import MissingExtraError
from sim.study.workers import AHEAD, Later

if TYPE_CHECKING:
    from distributed import Client

ANSWER_SECONDS = 5.0
"""A scheduler that has not answered after so long is taken to be none; a cluster that has no workers after it, too."""

P = ParamSpec("P")
T = TypeVar("T")


ADDRESS = re.compile(r"((tcp|tls|ucx|ws|wss)://)?([\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}(/\S*)?")
"""A scheduler's address: a protocol that Dask speaks (tcp if none is named), a host and a port."""


class LostClusterError(BrokenExecutor):
    """The scheduler went away, or call after call killed its worker."""


class Cluster(Executor):
    """An executor whose calls are done by the workers of a Dask scheduler. client: connected to it."""

    def __init__(self, client: Client):
        self.client = client
        self.pool = client.get_executor(pure=False)
        self.ahead = max(AHEAD, 4 * sum(client.nthreads().values()))

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A future of the cluster, whose `result()` raises LostClusterError if the cluster is lost."""
        future = self.pool.submit(same_simulator, fingerprint(), fn, args, kwargs)
        return Later(lambda: self._result(future))

    def _result(self, future: Future[T]) -> T:
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        try:
            while not future.done():  # Dask forgets some futures of a scheduler that died: ask for the client too
                wait([future], timeout=1.0)
                if self.client.status in ("closing", "closed") and not future.done():
                    raise LostClusterError("the scheduler went away")
            return future.result()
        except (CancelledError, FutureCancelledError) as error:
            raise LostClusterError("the scheduler went away") from error
        except KilledWorker as error:
            raise LostClusterError("workers died again and again of the same world") from error


def same_simulator(asked_by: str, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    """The call, done by this worker. Raises UserError if this is another simulator than the one that asked."""
    if fingerprint() != asked_by:
        import platform

        raise UserError(
            f"--cluster: the worker on {platform.node()} runs another version of the simulator or of a library it "
            "rests on: install the same there"
        )
    return fn(*args, **kwargs)


def check_cluster() -> None:
    """Raise MissingExtraError with the cure if Dask is not installed."""
    try:
        import distributed  # noqa: F401
    except ImportError:
        cure = "pip install 'micro-moments[cluster]'"
        raise MissingExtraError(f"--cluster needs an optional part of the program: {cure}") from None


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The workers of the scheduler at an address like `tcp://host:8786`.

    Raises UserError within seconds if no scheduler answers there, if it has no workers, or if these lack the simulator.
    """
    check_cluster()
    if not ADDRESS.fullmatch(address):  # Dask would answer with the traceback of a client that never came to be
        raise UserError(f"--cluster {address}: is no address of a scheduler: write one like tcp://host:8786 (or mpi)")
    from distributed import Client

    for name in logging.root.manager.loggerDict:
        if name.startswith(("distributed", "tornado")):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what goes wrong is told here, in one line
    try:
        client = Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise UserError(
            f"--cluster {address}: no scheduler answers there ({_reason(error)}); start one with `dask scheduler`, "
            "and give its address, like tcp://host:8786"
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=ANSWER_SECONDS)
        except TimeoutError:
            start = f"dask worker {address} --nthreads 1"
            raise UserError(f"--cluster {address}: the scheduler has no workers; start some with `{start}`") from None
        try:
            client.run(fingerprint)
        except ImportError as error:
            raise UserError(f"--cluster {address}: a worker lacks the simulator ({error}): install it there") from error
        yield Cluster(client)


def _reason(error: Exception) -> str:
    """The first line of what an error says."""
    return (str(error).splitlines() or [type(error).__name__])[0]
