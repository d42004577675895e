"""Runs in an MPI job: the bytes of one process, also when the job dies and is resumed; and clear refusals."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_cli_run import PLAIN, SCENARIO, Sim, contents, sim  # noqa: F401  (a fixture)

from sim.errors import EXIT_GATE, EXIT_USAGE
from sim.study.kept import ENDING

MPIEXEC = shutil.which("mpiexec") or shutil.which("mpiexec", path=Path(sys.executable).parent)
STUDY = ("compare", "late.yaml", "--runs", "12", "--set", "customers.number=1500", *PLAIN)


def job(*words: str) -> list[str]:
    """The command of a job of one process that asks and two that work."""
    pytest.importorskip("mpi4py", reason="an MPI job needs the extra: pip install 'micro-moments[mpi]'")
    if MPIEXEC is None:
        pytest.skip("an MPI job needs mpiexec: pip install mpich")
    return [MPIEXEC, "-n", "3", sys.executable, "-m", "mpi4py.futures", "-m", "sim", *words, "--cluster", "mpi"]


def test_a_job_gives_the_bytes_of_one_process(sim: Sim, tmp_path: Path) -> None:  # noqa: F811
    never = ("--fail-if", "silence.posts < 0", "--fail-if", "silence.staff_hours < baseline.staff_hours")
    assert sim(*STUDY, "--out", "one", "--jobs", "1").code == 0
    command = job(*STUDY, *never, "--out", "many")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == EXIT_GATE, done.stderr
    assert "silence.staff_hours" in done.stderr and "Traceback" not in done.stderr
    assert contents(tmp_path / "many") == contents(tmp_path / "one")


def test_a_job_that_dies_is_resumed(sim: Sim, tmp_path: Path) -> None:  # noqa: F811
    assert sim(*STUDY, "--out", "undisturbed", "--jobs", "1").code == 0
    with (tmp_path / "log.txt").open("w") as log:
        study = subprocess.Popen(job(*STUDY, "--out", "disturbed"), cwd=tmp_path, stderr=log, start_new_session=True)
        until = time.monotonic() + 300
        while len(list(tmp_path.rglob(f"*{ENDING}"))) < 3 and study.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        assert study.poll() is None, "the study was over before it was killed"
        os.killpg(study.pid, signal.SIGKILL)
        study.wait(60)
    there = {file: file.stat().st_mtime_ns for file in tmp_path.rglob(f"*{ENDING}")}
    assert len(there) >= 3
    again = subprocess.run(job(*STUDY, "--out", "disturbed", "--resume"), cwd=tmp_path, capture_output=True, text=True)
    assert again.returncode == 0 and f"{len(there)} of 12 worlds are there already" in again.stderr, again.stderr
    assert contents(tmp_path / "disturbed") == contents(tmp_path / "undisturbed")


def test_without_a_job_the_way_to_start_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "late.yaml").write_text(SCENARIO)
    pytest.importorskip("mpi4py", reason="an MPI job needs the extra: pip install 'micro-moments[mpi]'")
    command = [sys.executable, "-m", "sim", *STUDY, "--cluster", "mpi"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert said.returncode == EXIT_USAGE, said.stderr
    assert "mpiexec -n 9 python -m mpi4py.futures" in said.stderr or "pip install" in said.stderr
    assert "Traceback" not in said.stderr and not (tmp_path / "outputs").exists()


def test_without_mpi_the_way_to_install_it_is_told(sim: Sim, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    said = sim(*STUDY, "--cluster", "mpi")
    assert said.code == EXIT_USAGE and "pip install 'micro-moments[mpi]'" in said.err
