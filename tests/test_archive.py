"""Folders of results: whole or absent, the same bytes on repeat, enough to repeat the run from."""

from __future__ import annotations

import csv
import errno
import io
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worlds import run, storm

from sim.errors import FileError, UserError
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.study import tables
from sim.study.archive import Draft, MismatchError, draft
from sim.study.manifest import MANIFEST, TIMINGS, damaged, latest, read_manifest, reopen
from sim.study.task import Subject, Task, slug
from sim.world.record import Record

TEXT = """\
scenario: Late again, and again!
clock: {days: 3, warm_up: 1 day}
graph: {file: friends.txt}
brands:
  - {name: Acme, failures: {late train: 20 %, lost bag: 2 %}, policy: monitor}
  - {name: Zenith}
"""
FRIENDS = "# who knows whom\nann bob\nbob cem\ncem dan\ndan ann\nann cem\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A scenario beside the graph it reads."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "friends.txt").write_text(FRIENDS)
    (folder / "late.yaml").write_text(TEXT)
    return folder / "late.yaml"


def task_of(file: Path, *overrides: str, seed: int = 1, runs: int = 1) -> Task:
    return Task("run", {"baseline": Subject.of(load(file, overrides))}, seed, runs)


def kept(task: Task, out: Path, text: str = "some numbers\n", **how: Any) -> Path:
    """A result with one file."""
    with draft(task, out) as folder:
        folder.write("numbers.txt", text)
        return folder.finish({"run": 1.5}, **how)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != TIMINGS
    }


# ------------------------------------------------------------------------------------- whole or absent


def test_a_folder_is_where_its_name_says(file: Path, tmp_path: Path) -> None:
    task = task_of(file, seed=7)
    place = kept(task, tmp_path / "out")
    assert place == tmp_path / "out" / "late-again-and-again" / f"baseline-7-{task.identity[:8]}"
    assert sorted(contents(place))[1:] == ["manifest.json", "numbers.txt"]
    assert [path.name for path in place.parent.iterdir()] == [place.name]
    assert damaged(place) == []


def test_the_same_task_makes_the_same_bytes(file: Path, tmp_path: Path) -> None:
    assert contents(kept(task_of(file), tmp_path / "one")) == contents(kept(task_of(file), tmp_path / "two"))


def test_timings_are_the_only_file_with_the_time(file: Path, tmp_path: Path) -> None:
    place = kept(task_of(file), tmp_path / "out")
    timings = json.loads((place / TIMINGS).read_text())
    assert timings["seconds"] == {"run": 1.5} and timings["command"]
    assert timings["made"][:4] not in (place / MANIFEST).read_text().replace(TEXT, "").replace("2026-01-05", "")


@pytest.mark.parametrize(
    "break_off",
    [
        KeyboardInterrupt(),
        ValueError("our fault"),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EACCES, "Permission denied", "/somewhere/file"),
        SystemExit(1),
    ],
    ids=["interrupted", "fault", "full", "forbidden", "exit"],
)
def test_what_is_broken_off_leaves_nothing(file: Path, tmp_path: Path, break_off: BaseException) -> None:
    out = tmp_path / "new" / "out"
    expected = FileError if isinstance(break_off, OSError) else type(break_off)
    with pytest.raises(expected) as caught, draft(task_of(file), out) as folder:
        folder.write("figures/one.txt", "half of it")
        raise break_off
    assert not (tmp_path / "new").exists(), "folders made for it are gone too"
    if isinstance(break_off, OSError) and break_off.errno == errno.ENOSPC:
        assert "the disk is full" in str(caught.value) and "\n" not in str(caught.value)


def test_what_a_killed_command_left_is_cleared_by_the_next_and_what_another_writes_is_not(
    file: Path, tmp_path: Path
) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "sys.path.insert(0, sys.argv[3]); from test_archive import draft, task_of\n"
        "with draft(task_of(Path(sys.argv[1])), Path(sys.argv[2])) as folder:\n"
        "    folder.write('half.txt', 'half'); print('there', flush=True); sys.stdin.read()\n"
    )
    arguments = [sys.executable, "-c", code, str(file), str(tmp_path), str(Path(__file__).parent)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "there\n"
        place = kept(task_of(file), tmp_path)
        left = [path for path in place.parent.iterdir() if path != place]
        assert len(left) == 1 and (left[0] / "half.txt").exists(), "another command is still writing there"
        other.kill()
    assert left[0].exists(), "kill -9 leaves it"
    kept(task_of(file), tmp_path)
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_what_is_broken_off_leaves_an_older_result_as_it_was(file: Path, tmp_path: Path) -> None:
    place = kept(task_of(file), tmp_path, "old\n")
    before = contents(place)
    with pytest.raises(KeyboardInterrupt), draft(task_of(file), tmp_path) as folder:
        folder.write("numbers.txt", "new\n")
        raise KeyboardInterrupt
    assert contents(place) == before
    assert [path.name for path in place.parent.iterdir()] == [place.name]


@pytest.mark.parametrize("step", ["rename", "open"])
def test_a_disk_that_fills_at_the_last_moment_leaves_nothing(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    real: Callable[..., Any] = getattr(Path, step)

    def full(path: Path, *arguments: Any, **named: Any) -> Any:
        if step == "rename" or path.name == MANIFEST:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return real(path, *arguments, **named)

    with pytest.raises(FileError, match="the disk is full"), draft(task_of(file), tmp_path / "out") as folder:
        folder.write("numbers.txt", "text")
        monkeypatch.setattr(Path, step, full)
        folder.finish({})
    assert not (tmp_path / "out").exists()


def test_an_unwritable_place_is_told_before_anything_is_run(file: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with (
        pytest.raises(FileError, match="taken: is a file where a folder is needed"),
        draft(task_of(file), tmp_path / "taken"),
    ):
        pytest.fail("the run must not begin")
    if os.geteuid() != 0:
        (tmp_path / "locked").mkdir(mode=0o500)
        with pytest.raises(FileError, match="permission denied"), draft(task_of(file), tmp_path / "locked" / "out"):
            pytest.fail("the run must not begin")


def test_a_folder_of_something_else_is_never_replaced(file: Path, tmp_path: Path) -> None:
    place = task_of(file).place(tmp_path)
    place.mkdir(parents=True)
    (place / "diary.txt").write_text("mine")
    with pytest.raises(FileError, match="is no result of ours"), draft(task_of(file), tmp_path):
        pytest.fail("the run must not begin")
    assert (place / "diary.txt").read_text() == "mine"


def test_the_same_result_is_kept_and_another_replaced(file: Path, tmp_path: Path) -> None:
    place = kept(task_of(file), tmp_path)
    first = (place / "numbers.txt").stat().st_ino
    kept(task_of(file), tmp_path)
    assert (place / "numbers.txt").stat().st_ino == first
    kept(task_of(file), tmp_path, "other numbers\n")
    assert (place / "numbers.txt").read_text() == "other numbers\n"
    (place / "numbers.txt").write_text("damaged")
    assert damaged(place) == ["numbers.txt"]
    kept(task_of(file), tmp_path, "other numbers\n")
    assert damaged(place) == []


def test_a_result_that_must_repeat_and_does_not_is_kept(file: Path, tmp_path: Path) -> None:
    place = kept(task_of(file), tmp_path)
    kept(task_of(file), tmp_path, must_repeat=True)
    with pytest.raises(MismatchError, match=r"does not repeat: numbers\.txt"):
        kept(task_of(file), tmp_path, "other numbers\n", must_repeat=True)
    assert (place / "numbers.txt").read_text() == "some numbers\n"


# ------------------------------------------------------------------------------------- what is in a name


def test_the_name_tells_results_apart(file: Path, tmp_path: Path) -> None:
    here = task_of(file).identity
    assert task_of(file, "scenario=Another title").identity == here
    assert task_of(file, seed=2).identity != here
    assert task_of(file, runs=2).identity != here
    assert task_of(file, "brands.Acme.quality=0.7").identity != here
    moved = file.parent / "amis.txt"
    moved.write_text(FRIENDS)
    assert task_of(file, f"graph.file={moved}").identity == here, "a graph counts by what is in its file"
    moved.write_text(FRIENDS + "ann eve\n")
    assert task_of(file, f"graph.file={moved}").identity != here


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Flight cancelled at six", "flight-cancelled-at-six"),
        ("../../etc/passwd", "etc-passwd"),
        ("Größe & Maß", "grösse-mass"),
        ("  ...  ", "scenario"),
        ("中文 名字", "中文-名字"),
        ("x" * 200, "x" * 60),
    ],
)
def test_slugs(name: str, expected: str) -> None:
    assert slug(name) == expected


# ------------------------------------------------------------------------------------- from the folder alone


def test_a_result_is_enough_to_repeat_it(file: Path, tmp_path: Path) -> None:
    task = task_of(file, "brands.Acme.quality=0.6", seed=3, runs=2)
    place = kept(task, tmp_path / "out")
    (file.parent / "friends.txt").unlink()
    file.unlink()
    again, manifest = reopen(place)
    assert (again.seed, again.runs, again.kind) == (3, 2, "run")
    assert again.identity == task.identity == manifest["identity"]
    assert again.subjects["baseline"].origin == task.subjects["baseline"].origin
    assert again.subjects["baseline"].origin.text == TEXT
    assert contents(kept(again, tmp_path / "again")) == contents(place)
    once_more, _ = reopen(tmp_path / "again" / "late-again-and-again" / place.name / MANIFEST)
    assert once_more.identity == task.identity


def test_arms_are_kept_with_their_names_in_their_order(tmp_path: Path) -> None:
    scenario = storm()
    arms = {name: scenario.changed({"brands.Skyline.policy": name}) for name in ("template", "silence", "human")}
    task = Task("compare", {name: Subject.of(arm) for name, arm in arms.items()}, 5, 20)
    again, _ = reopen(kept(task, tmp_path))
    assert list(again.subjects) == ["template", "silence", "human"]
    assert {name: subject.scenario for name, subject in again.subjects.items()} == arms
    assert task.name.startswith("compare-5x20-")


def test_a_changed_graph_is_not_mistaken_for_the_old_one(file: Path, tmp_path: Path) -> None:
    place = kept(task_of(file), tmp_path)
    (graph,) = (place / "inputs").iterdir()
    graph.write_text("ann eve\n")
    with pytest.raises(FileError, match="not the graph"):
        reopen(place)
    graph.unlink()
    with pytest.raises(FileError, match="cannot be read"):
        reopen(place)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"schema": "sim.manifest/9"}', '{"schema": "sim.manifest/1"}'])
def test_what_is_no_manifest_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(UserError) as caught:
        reopen(tmp_path)
    assert str(tmp_path) in str(caught.value) and "\n" not in str(caught.value)


def test_the_latest_result_is_the_one_made_last(file: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no results yet"):
        latest(tmp_path / "out")
    one = kept(task_of(file), tmp_path / "out")
    two = kept(task_of(file, seed=2), tmp_path / "out")
    for age, place in enumerate([two, one]):
        os.utime(place / TIMINGS, (1e9 - age, 1e9 - age))
    assert latest(tmp_path / "out") == two
    kept(task_of(file), tmp_path / "out")
    assert latest(tmp_path / "out") == one, "repeating a result makes it the latest"


def test_the_manifest_says_what_it_was_made_with(file: Path, tmp_path: Path) -> None:
    manifest = read_manifest(kept(task_of(file, "brands.Acme.quality=0.6"), tmp_path))
    assert {"python", "numpy", "numba", "simpy", "platform", "version"} <= set(manifest["made_by"])
    origin = manifest["arms"]["baseline"]["origin"]
    assert origin["text"] == TEXT and origin["file"] == "late.yaml"
    assert origin["overrides"] == ["brands.Acme.quality=0.6"]
    assert manifest["arms"]["baseline"]["scenario"]["brands"][0]["quality"] == 0.6
    assert set(manifest["files"]) >= {"numbers.txt"} and manifest["seed"] == 1


# ------------------------------------------------------------------------------------- tables


@pytest.fixture(scope="module")
def record() -> Record:
    return run(storm())


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def written(table: tables.Table) -> list[dict[str, str]]:
    return read("".join(tables.csv_pieces(table)))


def test_tables_hold_what_happened(record: Record) -> None:
    told = {name: written(table) for name, table in tables.tables(record).items()}
    assert len(told["hourly"]) == 2 * 96 and len(told["daily"]) == 2 * 5
    assert all(float(row["time"]) >= 0 for row in told["posts"])
    first = told["posts"][0]
    row = record.posts[int(first["post"])]
    assert float(first["time"]) == row["time"]
    assert np.float32(first["valence"]) == row["valence"]
    assert record.brands[row["brand"]] == first["brand"]
    complaints = [row for row in told["posts"] if row["kind"] == "post" and float(row["valence"]) < 0]
    unanswered = [row for row in complaints if row["first_reply"] == ""]
    assert 0 < len(unanswered) < len(complaints)
    assert sum(float(row["posts"]) for row in told["hourly"]) == sum(
        row["kind"] in ("post", "comment") for row in told["posts"]
    )
    assert sum(int(row["size"]) for row in told["cascades"]) >= len(told["cascades"])
    assert {row["kind"] for row in told["happenings"]} >= {"incident", "statement"}
    assert len(told["replies"]) == (record.replies["time"] >= 0).sum()
    shares = [row for row in told["posts"] if row["kind"] == "share"]
    assert all(row["parent"] != "" for row in shares) and told["posts"][0]["parent"] != "-1"


def test_numbers_in_csv_read_back_exactly() -> None:
    values = np.array([0.1, 1 / 3, 1e30, -0.0, 3.0, math.nan, math.inf, 123456789.123456789])
    rows = written({"a": values, "b": values.astype(np.float32)})
    for value, row in zip(values, rows, strict=True):
        if math.isfinite(value):
            assert float(row["a"]) == value
            assert np.float32(row["b"]) == np.float32(value)
        else:
            assert row["a"] == row["b"] == ""
    assert rows[4]["a"] == "3"


def test_names_with_commas_and_quotes_survive() -> None:
    names = np.array(['Ann, Bob & "Co"', "中文", None], dtype=object)
    assert [row["name"] for row in written({"name": names})] == ['Ann, Bob & "Co"', "中文", ""]


def test_a_long_table_is_written_in_pieces_and_loses_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS_A_PIECE", 4)
    for length in (0, 1, 4, 9):
        table = {"n": np.arange(length), "half": np.arange(length) / 2}
        assert len(list(tables.csv_pieces(table))) == math.ceil(length / 4) + 1
        assert [int(row["n"]) for row in written(table)] == list(range(length))


def test_parquet_says_the_same_as_csv(record: Record, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    tables.check_parquet()
    for name, table in tables.tables(record).items():
        tables.write_parquet(table, tmp_path / f"{name}.parquet")
        tables.write_parquet(table, tmp_path / "again.parquet")
        assert (tmp_path / f"{name}.parquet").read_bytes() == (tmp_path / "again.parquet").read_bytes()
        held = parquet.read_table(tmp_path / f"{name}.parquet")
        assert held.column_names == list(table) and held.num_rows == len(next(iter(table.values())))
    posts = parquet.read_table(tmp_path / "posts.parquet").to_pydict()
    assert None in posts["parent"]
    assert posts["valence"] == tables.posts_table(record)["valence"].tolist()


def test_without_the_extra_parquet_is_refused_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    with pytest.raises(UserError, match=r"pip install 'micro-moments\[parquet\]'") as caught:
        tables.check_parquet()
    assert caught.value.exit_code == 2


def test_a_draft_makes_folders_as_needed(tmp_path: Path) -> None:
    scenario: Scenario = storm()
    folder = Draft(Task("run", {"baseline": Subject.of(scenario)}, 1), tmp_path, tmp_path / "place")
    folder.write("a/b/c.txt", "ü\n")
    assert (tmp_path / "a" / "b" / "c.txt").read_bytes() == b"\xc3\xbc\n"
    folder.write_json("nan.json", {"a": [math.nan, math.inf, 1.5]})
    assert json.loads((tmp_path / "nan.json").read_text()) == {"a": [None, None, 1.5]}
