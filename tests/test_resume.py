"""A study that is stopped goes on: nothing completed is repeated, and the result is that of an undisturbed one."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from test_cli_run import PLAIN, SCENARIO, Sim, sim  # noqa: F401  (a fixture)
from test_compare import as_bytes
from worlds import storm

from sim.errors import EXIT_INCOMPLETE
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.study import kept as kept_module
from sim.study.archive import MANIFEST, TIMINGS
from sim.study.calibrate import series_in_world
from sim.study.kept import ENDING, STUDY, Keeping, Kept
from sim.study.replicate import WorldResult, run_arms
from sim.study.search import numbers_in_world
from sim.study.task import Subject, Task
from sim.study.workers import Here, ordered

RUNS = 8
STUDY_OF = ("compare", "late.yaml", "--runs", str(RUNS), "--set", "customers.number=2000", *PLAIN)


def task_of(path: Path, change: dict[str, object] | None = None) -> Task:
    scenario = load(path)
    arms = {"baseline": scenario, "silence": scenario.arm("silence").changed(change or {})}
    return Task("compare", {arm: Subject.of(each) for arm, each in arms.items()}, 1, 3)


def kept_in(folder: Path, arms: dict[str, Scenario], seeds: Sequence[int], resume: bool = False) -> list[WorldResult]:
    """The worlds of some seeds, kept in a folder."""
    here = Keeping(Here(), Kept(folder), resume)
    return list(ordered(here, run_arms, [(arms, seed) for seed in seeds]))


def test_a_kept_result_is_the_result(tmp_path: Path) -> None:
    scenario = storm(n=120)
    arms = {"human": scenario, "silence": scenario.changed({"brands.Skyline.policy": "silence"})}
    kept_in(tmp_path, arms, [1, 2])
    for seed in (1, 2):
        (again,) = Kept(tmp_path).known(run_arms, [(arms, seed)])
        assert again.people == run_arms(arms, seed).people
        assert as_bytes([again]) == as_bytes([run_arms(arms, seed)])
    assert Kept(tmp_path).known(run_arms, [(arms, 3)]) == []
    asked = ([scenario], 1, [("Skyline", "retention"), None])
    here = Keeping(Here(), Kept(tmp_path), resume=True)
    fresh = here.submit(numbers_in_world, *asked).result()
    assert repr(here.submit(numbers_in_world, *asked).result()) == repr(fresh) == repr(numbers_in_world(*asked))
    asked_of_series = (scenario, 1, 0, ("posts", "net_sentiment", "ttfr_minutes"), "hour", 48)
    fresh_series = here.submit(series_in_world, *asked_of_series).result()
    again_series = here.submit(series_in_world, *asked_of_series).result()
    for name, values in fresh_series.items():
        assert values.tobytes() == again_series[name].tobytes() and values.dtype == again_series[name].dtype


def test_only_what_is_missing_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = storm(n=60)
    arms = {"human": scenario, "silence": scenario.changed({"brands.Skyline.policy": "silence"})}
    ran: list[int] = []
    done = kept_module.done_and_kept
    monkeypatch.setattr(kept_module, "done_and_kept", lambda *of: ran.append(of[1][1]) or done(*of))
    whole = kept_in(tmp_path, arms, [5, 6, 7, 8])
    assert ran == [5, 6, 7, 8]
    kept = Kept(tmp_path)
    kept.file(run_arms, (arms, 6)).unlink()
    torn = kept.file(run_arms, (arms, 8))
    torn.write_text(torn.read_text()[:-40])
    again = kept_in(tmp_path, arms, [5, 6, 7, 8], resume=True)
    assert ran[4:] == [6, 8], "the missing one and the damaged one"
    assert as_bytes(again) == as_bytes(whole)
    kept_in(tmp_path, arms, [5])
    assert ran[6:] == [5], "without --resume everything is run"


def test_a_changed_study_takes_up_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "late.yaml"
    ties = tmp_path / "ties.txt"
    ties.write_text("1 2\n2 3\n")
    path.write_text(SCENARIO.replace("graph: {mean_degree: 8}", "graph: {file: ties.txt}"))

    def names(change: dict[str, object] | None = None) -> tuple[str, str]:
        task = task_of(path, change)
        arms = {arm: subject.scenario for arm, subject in task.subjects.items()}
        return Kept.of(task, tmp_path).folder.name, Kept(tmp_path).file(run_arms, (arms, 1)).name

    first = names()
    assert names() == first
    others = [names({"brands.Acme.desk.agents": 3})]
    ties.write_text("1 2\n2 4\n")
    others.append(names())
    monkeypatch.setattr(kept_module, "fingerprint", lambda: "another simulator")
    others.append(names())
    folders, files = zip(first, *others, strict=True)
    assert len(set(folders)) == len(set(files)) == 4


def test_resuming_what_is_not_there_is_told(sim: Sim) -> None:  # noqa: F811
    asked = ("run", "late.yaml", "--runs", "2", "--set", "customers.number=60", *PLAIN)
    assert "begins anew" in sim(*asked, "--resume").err
    assert "begins anew" not in sim(*asked).err


def whole(folder: Path) -> dict[str, bytes]:
    """The files of the one result below a folder, timings aside."""
    (manifest,) = folder.glob(f"*/*/{MANIFEST}")
    place = manifest.parent
    return {file.name: file.read_bytes() for file in place.rglob("*") if file.is_file() and file.name != TIMINGS}


def started(folder: Path, *more: str, study: tuple[str, ...] = STUDY_OF) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sim", *study, *more]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, start_new_session=True)


def stopped_after(
    folder: Path, worlds: int, how: signal.Signals, *more: str, study: tuple[str, ...] = STUDY_OF
) -> tuple[int, str]:
    """Start the study, stop it once so many worlds are kept; its exit code and last words."""
    process = started(folder, *more, study=study)
    try:
        until = time.monotonic() + 120
        while len(list(folder.rglob(f"*{ENDING}"))) < worlds and time.monotonic() < until and process.poll() is None:
            time.sleep(0.01)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        _, err = process.communicate(timeout=60)
    return process.returncode, err


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "late.yaml").write_text(SCENARIO)
    process = started(folder)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert not list(folder.rglob("*-partial")), "nothing is left of a study that is done"
    return whole(folder / "outputs")


@pytest.mark.parametrize(("worlds", "jobs"), [(0, "1"), (1, "1"), (3, "2"), (6, "1")])
def test_a_killed_study_goes_on(tmp_path: Path, worlds: int, jobs: str, undisturbed: dict[str, bytes]) -> None:
    (tmp_path / "late.yaml").write_text(SCENARIO)
    code, err = stopped_after(tmp_path, worlds, signal.SIGKILL, "--jobs", jobs)
    assert code == -signal.SIGKILL, err
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob(f"*{ENDING}")}
    assert len(before) >= worlds
    code, err = stopped_after(tmp_path, worlds + 1, signal.SIGKILL, "--resume", "--jobs", jobs)
    after = {file: file.stat().st_mtime_ns for file in tmp_path.rglob(f"*{ENDING}")}
    assert code == 0 or before.items() <= after.items(), "a completed world was run again"
    process = started(tmp_path, "--resume")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert whole(tmp_path / "outputs") == undisturbed


def test_ctrl_c_keeps_completed_worlds_and_shows_them_as_a_part(tmp_path: Path, sim: Sim) -> None:  # noqa: F811
    code, err = stopped_after(tmp_path, 2, signal.SIGINT, "--jobs", "1")
    assert code == EXIT_INCOMPLETE, err
    assert "--resume" in err and "Traceback" not in err
    (about,) = tmp_path.rglob(STUDY)
    n = len(list(tmp_path.rglob(f"*{ENDING}")))
    told = sim("show", str(about.parent))
    assert told.code == 0 and told.out.startswith(f"PARTIAL, {n} of {RUNS} worlds")
    data = sim("show", str(about.parent), "--json").data
    assert data["partial"] is True and data["done"] == data["result"]["worlds"] == n
    assert json.loads(about.read_text())["most"] == RUNS


def test_show_tells_of_a_study_that_is_not_done(tmp_path: Path, sim: Sim) -> None:  # noqa: F811
    """It denied that there was anything; a newer part beside an older whole is told, and no longer once it is older."""
    code, err = stopped_after(tmp_path, 2, signal.SIGKILL, "--jobs", "1")
    assert code == -signal.SIGKILL, err
    out = str(tmp_path / "outputs")
    (about,) = tmp_path.rglob(STUDY)
    assert sim("show", "--out", out).out.startswith("PARTIAL, ")
    assert sim("run", str(tmp_path / "late.yaml"), "--out", out, *PLAIN).code == 0
    told = sim("show", "--out", out)
    assert not told.out.startswith("PARTIAL") and "not done" not in told.err
    os.utime(about.parent, (2e9, 2e9))
    for file in about.parent.iterdir():
        os.utime(file, (2e9, 2e9))
    told = sim("show", "--out", out)
    assert not told.out.startswith("PARTIAL") and f"newer, and not done: {about.parent}" in told.err
    assert sim("show", "--out", str(tmp_path / "nothing")).code == 3


ASKED = """\
levers:
  brands.Acme.desk.agents: {from: 1, to: 40}
goals: [{retention: max}]
uncertain:
  crowd.journey.uses: {uniform: [0.3, 0.7]}
"""
BIG = ("--set", "customers.number=1200", "--no-figures", "--jobs", "1")
OTHERS = {
    "run": ("run", "late.yaml", "--runs", "10", *BIG),
    "sweep": ("sweep", "late.yaml", "--runs", "8", "--vary", "brands.Acme.desk.agents=1,3,4", *BIG),
    "sensitivity": ("sensitivity", "late.yaml", "--runs", "6", "--points", "2", *BIG),
    "optimise": ("optimise", "late.yaml", "--trials", "16", "--runs", "3", "--confirm-runs", "3", *BIG),
    "calibrate": ("calibrate", "late.yaml", "--data", "seen.csv", "--map", "posts=posts", "--points", "50", *BIG),
}


@pytest.mark.parametrize("study", OTHERS.values(), ids=OTHERS)
def test_any_killed_study_goes_on_and_is_shown_as_a_part(tmp_path: Path, sim: Sim, study: tuple[str, ...]) -> None:  # noqa: F811
    """Killed after the first whole world, batch or wave, told as a part, resumed: the bytes of an undisturbed one."""
    whole_after = {"run": 2, "sweep": 2, "sensitivity": 2, "optimise": 4, "calibrate": 60}[study[0]]
    if study[0] == "calibrate":
        study = (*study, "--hold-back", "0 %")
    for folder in ("undisturbed", "disturbed"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "late.yaml").write_text(SCENARIO + ASKED)
        (tmp_path / folder / "seen.csv").write_text("day,posts\n0,160\n1,360\n2,280\n3,240\n")
    process = started(tmp_path / "undisturbed", study=study)
    _, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    disturbed = tmp_path / "disturbed"
    code, err = stopped_after(disturbed, whole_after, signal.SIGKILL, study=study)
    assert code == -signal.SIGKILL, err
    (about,) = disturbed.rglob(STUDY)
    told = sim("show", str(about.parent))
    assert told.code == 0 and told.out.startswith("PARTIAL, ") and len(told.out.splitlines()) > 4, told.out + told.err
    data = sim("show", str(about.parent), "--json").data
    assert data["partial"] is True and whole_after <= data["done"] <= data["most"] and data["result"]
    before = {file: file.stat().st_mtime_ns for file in disturbed.rglob(f"*{ENDING}")}
    code, err = stopped_after(disturbed, len(before) + 1, signal.SIGKILL, "--resume", study=study)
    after = {file: file.stat().st_mtime_ns for file in disturbed.rglob(f"*{ENDING}")}
    assert code == 0 or before.items() <= after.items(), "what was completed was run again"
    process = started(disturbed, "--resume", study=study)
    _, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    assert not list(disturbed.rglob("*-partial"))
    assert whole(disturbed / "outputs") == whole(tmp_path / "undisturbed" / "outputs")
