"""Runs on a cluster of Dask workers: the bytes of one process, also when a worker is killed; and clear refusals."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path

import pytest
from test_cli_run import PLAIN, SCENARIO, Sim, contents, sim  # noqa: F401  (a fixture)

from sim.errors import EXIT_INCOMPLETE, EXIT_USAGE, UserError
from sim.study.cluster import cluster, same_simulator
from sim.study.fingerprint import fingerprint
from sim.study.kept import ENDING

pytest.importorskip("distributed", reason="runs on a cluster need the extra: pip install 'micro-moments[cluster]'")

LEVERS = """\
levers:
  brands.Acme.desk.agents: {from: 1, to: 4}
goals: [{retention: max}]
uncertain:
  crowd.journey.uses: {uniform: [0.3, 0.7]}
"""
STUDY = ("compare", "late.yaml", "--runs", "12", "--set", "customers.number=1500", *PLAIN)


class Dask:
    """A scheduler and its workers, as processes of this machine."""

    def __init__(self, folder: Path, n_workers: int):
        self.folder = folder
        self.processes = [self._started("scheduler", "--host", "127.0.0.1", "--port", "0")]
        self.address = self._address()
        worker = ("worker", self.address, "--nthreads", "1", "--no-nanny")
        self.workers = [self._started(*worker) for _ in range(n_workers)]
        self.processes += self.workers

    def _started(self, *words: str) -> subprocess.Popen[bytes]:
        more = ["--scheduler-file", str(self.folder / "scheduler.json")] if words[0] == "scheduler" else []
        command = [sys.executable, "-m", "dask", *words, "--no-dashboard", *more]
        with (self.folder / "log.txt").open("ab") as log:
            return subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)

    def _address(self) -> str:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(OSError, ValueError):
                return str(json.loads((self.folder / "scheduler.json").read_text())["address"])
            time.sleep(0.05)
        raise TimeoutError((self.folder / "log.txt").read_text())

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait(30)


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    started = Dask(tmp_path_factory.mktemp("dask"), 2)
    try:
        with cluster(started.address) as executor:
            executor.client.wait_for_workers(2, timeout=60)  # type: ignore[attr-defined]
        yield started
    finally:
        started.stop()


@pytest.mark.parametrize(
    "asked",
    [
        ("compare", "late.yaml", "--runs", "4"),
        ("run", "late.yaml", "--runs", "3"),
        ("sweep", "late.yaml", "--runs", "3", "--vary", "brands.Acme.desk.agents=1,3", "--no-figures"),
        ("sensitivity", "late.yaml", "--runs", "2", "--points", "2", "--no-figures"),
        ("optimise", "late.yaml", "--trials", "3", "--runs", "2", "--confirm-runs", "2", "--no-figures"),
    ],
    ids=lambda asked: asked[0],
)
def test_a_cluster_gives_the_bytes_of_one_process(sim: Sim, tmp_path: Path, dask: Dask, asked: tuple[str, ...]) -> None:  # noqa: F811
    (tmp_path / "late.yaml").write_text(SCENARIO + LEVERS)
    plain = PLAIN if asked[0] in ("compare", "run") else ()
    for out, more in (("one", ("--jobs", "1")), ("many", ("--cluster", dask.address))):
        said = sim(*asked, *plain, "--out", out, *more)
        assert said.code == 0, said.err
    one, many = contents(tmp_path / "one"), contents(tmp_path / "many")
    assert len(one) > 3 and one == many


def test_a_fit_on_a_cluster_gives_the_bytes_of_one_process(sim: Sim, tmp_path: Path, dask: Dask) -> None:  # noqa: F811
    (tmp_path / "late.yaml").write_text(SCENARIO + LEVERS)
    (tmp_path / "seen.csv").write_text("day,posts\n0,40\n1,90\n2,70\n3,60\n")
    asked = ("calibrate", "late.yaml", "--data", "seen.csv", "--map", "posts=posts", "--points", "50")
    asked = (*asked, "--hold-back", "0 %", "--no-figures")
    for out, more in (("one", ("--jobs", "1")), ("many", ("--cluster", dask.address))):
        said = sim(*asked, "--out", out, *more)
        assert said.code == 0, said.err
    assert contents(tmp_path / "one") == contents(tmp_path / "many")


def test_a_worker_killed_mid_study_loses_nothing(sim: Sim, tmp_path: Path) -> None:  # noqa: F811
    said = sim(*STUDY, "--out", "undisturbed", "--jobs", "1")
    assert said.code == 0, said.err
    (tmp_path / "dask").mkdir()
    dask = Dask(tmp_path / "dask", 2)
    try:
        command = [sys.executable, "-m", "sim", *STUDY, "--out", "disturbed", "--cluster", dask.address]
        study = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
        until = time.monotonic() + 120
        while len(list(tmp_path.rglob(f"*{ENDING}"))) < 2 and study.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        assert study.poll() is None, "the study was over before a worker was killed"
        os.kill(dask.workers[0].pid, signal.SIGKILL)
        _, err = study.communicate(timeout=120)
        assert study.returncode == 0, err
        assert contents(tmp_path / "disturbed") == contents(tmp_path / "undisturbed")
    finally:
        dask.stop()


def test_a_scheduler_that_dies_leaves_what_was_done(sim: Sim, tmp_path: Path) -> None:  # noqa: F811
    assert sim(*STUDY, "--out", "undisturbed").code == 0
    (tmp_path / "dask").mkdir()
    dask = Dask(tmp_path / "dask", 1)
    try:
        command = [sys.executable, "-m", "sim", *STUDY, "--out", "disturbed", "--cluster", dask.address]
        study = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
        until = time.monotonic() + 120
        while len(list(tmp_path.rglob(f"*{ENDING}"))) < 2 and study.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        dask.stop()
        _, err = study.communicate(timeout=120)
        assert study.returncode == EXIT_INCOMPLETE, err
        assert "the cluster was lost" in err and "--resume" in err and "Traceback" not in err
    finally:
        dask.stop()
    assert sim(*STUDY, "--out", "disturbed", "--resume").code == 0
    assert contents(tmp_path / "disturbed") == contents(tmp_path / "undisturbed")


def test_an_address_that_does_not_answer_is_told_within_seconds(sim: Sim) -> None:  # noqa: F811
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{unused.getsockname()[1]}"
    for wrong in (address, "nowhere", "ftp://x", "tcp://127.0.0.1", ""):
        began = time.monotonic()
        said = sim("compare", "late.yaml", "--runs", "2", "--cluster", wrong, *PLAIN)
        assert said.code == EXIT_USAGE, (wrong, said.err)
        assert "--cluster" in said.err and "Traceback" not in said.err and said.err.count("\n") <= 2, said.err
        assert time.monotonic() - began < 15
    assert not list(Path("outputs").rglob("*")), "nothing is left"
    said = sim("compare", "late.yaml", "--jobs", "2", "--cluster", address)
    assert said.code == EXIT_USAGE and "one place" in said.err


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1", "http://127.0.0.1:8786", "tcp://", "tcp://host:port"])
def test_what_is_no_address_is_told_in_one_line(address: str, tmp_path: Path) -> None:
    """Dask used to print the traceback of `Client.__del__` after it."""
    (tmp_path / "s.yaml").write_text("scenario: s\nbrands: [{name: A}]\nwhat_if: {b: {brands.A.quality: .4}}\n")
    words = [sys.executable, "-m", "sim", "compare", "s.yaml", "--cluster", address]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2 and done.stdout == ""
    told = done.stderr.splitlines()[-1]
    assert told.startswith(f"sim: --cluster {address}: is no address of a scheduler"), done.stderr
    assert "Traceback" not in done.stderr


def test_a_scheduler_without_workers_is_told(tmp_path: Path, sim: Sim) -> None:  # noqa: F811
    (tmp_path / "dask").mkdir()
    dask = Dask(tmp_path / "dask", 0)
    try:
        said = sim("compare", "late.yaml", "--runs", "2", "--cluster", dask.address, *PLAIN)
        assert said.code == EXIT_USAGE and "no workers" in said.err
    finally:
        dask.stop()


def test_a_worker_with_another_simulator_refuses(dask: Dask) -> None:
    assert same_simulator(fingerprint(), max, (3, 4), {}) == 4
    with pytest.raises(UserError, match="another version"):
        same_simulator("another", max, (3, 4), {})
    with cluster(dask.address) as executor:
        assert isinstance(executor, Executor)
        assert executor.submit(max, 3, 4).result() == 4
        with pytest.raises(ZeroDivisionError):
            executor.submit(divmod, 1, 0).result()
