"""The workers of an MPI job as an executor; the extra `mpi`.

The job is started from outside, `mpiexec -n 9 python -m mpi4py.futures -m sim ... --cluster mpi`: the first of its
processes asks, the others work. Every call says which simulator asked for it, as on a cluster of Dask. MPI ends a job
one of whose processes died; what was completed is kept, and the same command with `--resume` goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from sim.errors import UserError
from sim.study.cluster import same_simulator
from sim.study.fingerprint import fingerprint
from sim.study.tables import MissingExtraError
from sim.study.workers import AHEAD

if TYPE_CHECKING:
    from mpi4py.futures import MPIPoolExecutor

MPI = "mpi"
"""What stands for an address where the workers are those of the MPI job that this process belongs to."""
START = "mpiexec -n 9 python -m mpi4py.futures -m sim ... --cluster mpi"

P = ParamSpec("P")
T = TypeVar("T")


class Job(Executor):
    """An executor whose calls are done by the other processes of an MPI job. pool: connected to them."""

    def __init__(self, pool: MPIPoolExecutor):
        self.pool = pool
        self.ahead = max(AHEAD, 4 * pool.num_workers)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A future of the pool."""
        future: Future[T] = self.pool.submit(same_simulator, fingerprint(), fn, args, kwargs)
        return future


def check_mpi() -> None:
    """Raise MissingExtraError with the cure if MPI is not installed, UserError if this process has no job."""
    try:
        import mpi4py.MPI
        from mpi4py.futures import _core
    except (ImportError, RuntimeError) as error:
        cure = "pip install 'micro-moments[mpi]' mpich (mpich only where the machine has no MPI of its own)"
        raise MissingExtraError(f"--cluster mpi needs an optional part of the program: {cure}") from error
    if mpi4py.MPI.COMM_WORLD.Get_size() < 2 or _core.SharedPool is None:
        raise UserError(f"--cluster mpi: this is no MPI job with workers; start it as `{START}`")


@contextmanager
def job() -> Iterator[Executor]:
    """The workers of the MPI job that this process was started in. Raises UserError if there is none."""
    check_mpi()
    from mpi4py.futures import MPIPoolExecutor

    pool = MPIPoolExecutor()
    try:
        yield Job(pool)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
