"""What is kept of trainees beside their logs: one SQLite file with sessions, scores, overrides, drills and their dates.

The logs are the truth about sessions: the file is an index of them that can be made again (`Store.index`), while
scores, overrides and drills stand in it alone. Write-ahead logging and immediate transactions let several processes
use it at once. A trainee's data are theirs: `export` gives all of it, `forget` deletes it for good, logs included.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.errors import FileError
from sim.rehearsal.log import read_log

NAME = "sessions.sqlite"
NOTED = ".overrides.jsonl"
"""What the name of a log's overrides ends in: a trainer's readings, a line each (`sim debrief --override`)."""
VERSION = 1
PATIENCE = 60.0
"""Seconds to wait while another process writes."""

TABLES = """
CREATE TABLE sessions (
    log TEXT PRIMARY KEY, trainee TEXT NOT NULL, moment TEXT NOT NULL, began TEXT NOT NULL, seed INTEGER NOT NULL,
    actions INTEGER NOT NULL, ended INTEGER NOT NULL, size INTEGER NOT NULL, score REAL, parts TEXT
) STRICT;
CREATE TABLE overrides (
    log TEXT NOT NULL, thread TEXT NOT NULL, quality TEXT NOT NULL, value REAL NOT NULL, note TEXT NOT NULL,
    text TEXT NOT NULL, date TEXT NOT NULL, PRIMARY KEY (log, thread, quality)
) STRICT;
CREATE TABLE cards (
    trainee TEXT NOT NULL, skill TEXT NOT NULL, due TEXT NOT NULL, card TEXT NOT NULL, PRIMARY KEY (trainee, skill)
) STRICT;
CREATE TABLE reviews (
    trainee TEXT NOT NULL, skill TEXT NOT NULL, at TEXT NOT NULL, moment TEXT NOT NULL, inject TEXT NOT NULL,
    score REAL NOT NULL, rating INTEGER NOT NULL
) STRICT;
"""


class Store:
    """The file of one folder of sessions. Made when first used; raises FileError where it cannot be used."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.path = folder / NAME

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection with a write transaction, committed if nothing is raised."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            link = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise FileError(f"{self.path}: cannot be opened: {error}") from None
        try:
            link.row_factory = sqlite3.Row
            self._write_ahead(link)
            link.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing, a power cut the last change
            link.execute("PRAGMA secure_delete = ON")
            link.execute("BEGIN IMMEDIATE")
            self._prepare(link)
            yield link
            link.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._unusable(error) from None
        finally:
            link.close()

    @staticmethod
    def _write_ahead(link: sqlite3.Connection) -> None:
        """Switch to write-ahead logging: SQLite itself does not wait while another process is doing so."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                link.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def _prepare(self, link: sqlite3.Connection) -> None:
        version = link.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            for statement in TABLES.split(";\n"):
                link.execute(statement)
            link.execute(f"PRAGMA user_version = {VERSION}")
        elif version != VERSION:
            raise FileError(f"{self.path}: was written by another version ({version}, here {VERSION})")

    def _unusable(self, error: sqlite3.Error) -> FileError:
        if "locked" in str(error):
            return FileError(f"{self.path}: another process has been writing for {PATIENCE:g} s; try again")
        cure = "move it away and it is made anew from the logs (scores and drill dates are lost)"
        return FileError(f"{self.path}: is damaged or no such file: {error}; {cure}")

    # ------------------------------------------------------------------------------------------ sessions

    def index(self) -> list[str]:
        """Take in the logs of the folder that are new or have grown, drop those that are gone; what cannot be read."""
        broken = []
        with self._open() as link:
            known = {row["log"]: row["size"] for row in link.execute("SELECT log, size FROM sessions")}
            files = sorted(self.folder.glob("*.jsonl"))
            here = {path.name: path for path in files if not path.name.endswith(NOTED)}
            for gone in known.keys() - here.keys():
                link.execute("DELETE FROM sessions WHERE log = ?", (gone,))
                link.execute("DELETE FROM overrides WHERE log = ?", (gone,))
            for name, path in here.items():
                broken += _noted(link, path)
                if known.get(name) == path.stat().st_size:
                    continue
                try:
                    self._take_in(link, name, path)
                except FileError as error:
                    broken.append(str(error))
        return broken

    def _take_in(self, link: sqlite3.Connection, name: str, path: Path) -> None:
        header, records, size = read_log(path)
        actions = sum(record.get("do") == "act" for record in records)
        ended = int(any(record.get("do") == "end" for record in records))
        values = (
            name, str(header.get("trainee", "")), str(header.get("title", "")), str(header.get("began", "")),
            int(header.get("seed", 0)), actions, ended, size,
        )
        link.execute(
            "INSERT INTO sessions (log, trainee, moment, began, seed, actions, ended, size) VALUES (?,?,?,?,?,?,?,?) "
            "ON CONFLICT (log) DO UPDATE SET actions = excluded.actions, ended = excluded.ended, size = excluded.size",
            values,
        )

    def sessions(self, trainee: str | None = None) -> list[dict[str, Any]]:
        """All sessions (of one trainee), oldest first."""
        return self._rows("sessions", "began, log", trainee)

    def scored(self, log: Path, score: float, parts: Mapping[str, float]) -> None:
        """Keep the score of a session, 0 to 100, and its parts. The log must be in the folder."""
        self.index()
        with self._open() as link:
            link.execute(
                "UPDATE sessions SET score = ?, parts = ? WHERE log = ?", (score, json.dumps(dict(parts)), log.name)
            )

    def overrides(self, log: Path | None = None) -> list[dict[str, Any]]:
        """All overrides, or those of one session: what may become exemplars.

        thread, quality, the value a trainer gave, why, of which words, and when.
        """
        with self._open() as link:
            where, of = ("WHERE log = ?", (log.name,)) if log else ("", ())
            rows = link.execute(f"SELECT * FROM overrides {where} ORDER BY log, thread, quality", of)
            return [dict(row) for row in rows]

    # ------------------------------------------------------------------------------------------ drills

    def cards(self, trainee: str) -> list[dict[str, Any]]:
        """A trainee's cards, the one that is due first in front: skill, due (ISO, UTC), card (of the scheduler)."""
        return self._rows("cards", "due, skill", trainee)

    def reviews(self, trainee: str) -> list[dict[str, Any]]:
        """A trainee's drills so far, oldest first."""
        return self._rows("reviews", "at", trainee)

    def add_card(self, trainee: str, skill: str, due: str, card: str) -> None:
        """Begin with a skill; nothing changes if it has a card."""
        with self._open() as link:
            link.execute("INSERT OR IGNORE INTO cards VALUES (?,?,?,?)", (trainee, skill, due, card))

    def reviewed(self, review: Mapping[str, Any], due: str, card: str) -> None:
        """Keep a drill that was done, and when its skill is due again."""
        with self._open() as link:
            link.execute(
                "INSERT INTO reviews VALUES (:trainee, :skill, :at, :moment, :inject, :score, :rating)", dict(review)
            )
            link.execute(
                "UPDATE cards SET due = ?, card = ? WHERE trainee = ? AND skill = ?",
                (due, card, review["trainee"], review["skill"]),
            )

    # ------------------------------------------------------------------------------------------ a trainee's data

    def trainees(self) -> list[str]:
        """The names under which anything is kept."""
        with self._open() as link:
            rows = link.execute("SELECT trainee FROM sessions UNION SELECT trainee FROM cards ORDER BY trainee")
            return [row["trainee"] for row in rows]

    def export(self, trainee: str) -> dict[str, Any]:
        """All that is kept of a trainee: rows of every table, and the logs in full."""
        self.index()
        sessions = self.sessions(trainee)
        logs = {row["log"]: (self.folder / row["log"]).read_text(encoding="utf-8") for row in sessions}
        overrides = [row for row in self.overrides() if row["log"] in logs]
        return {
            "trainee": trainee, "sessions": sessions, "overrides": overrides, "cards": self.cards(trainee),
            "reviews": self.reviews(trainee), "logs": logs,
        }

    def forget(self, trainee: str) -> int:
        """Delete all that is kept of a trainee, logs included, for good; how many sessions that were."""
        self.index()
        logs = [row["log"] for row in self.sessions(trainee)]
        for log in logs:
            (self.folder / log).unlink(missing_ok=True)
            (self.folder / (log + NOTED)).unlink(missing_ok=True)
        with self._open() as link:
            for log in logs:
                link.execute("DELETE FROM overrides WHERE log = ?", (log,))
            for table in ("sessions", "cards", "reviews"):
                link.execute(f"DELETE FROM {table} WHERE trainee = ?", (trainee,))
        self._overwrite()
        return len(logs)

    def _overwrite(self) -> None:
        """Leave nothing of what was deleted in the file or its write-ahead log."""
        link = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        try:
            link.execute("VACUUM")
            link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise self._unusable(error) from None
        finally:
            link.close()

    def _rows(self, table: str, order: str, trainee: str | None) -> list[dict[str, Any]]:
        with self._open() as link:
            where, of = ("", ()) if trainee is None else ("WHERE trainee = ?", (trainee,))
            return [dict(row) for row in link.execute(f"SELECT * FROM {table} {where} ORDER BY {order}", of)]


def _noted(link: sqlite3.Connection, log: Path) -> list[str]:
    """Take in the overrides that stand beside a log, the latest of each thread and quality; what cannot be read."""
    try:
        lines = log.with_name(log.name + NOTED).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    try:
        rows = [
            (log.name, each["thread"], each["quality"], float(each["value"]), each["note"], each["text"], each["date"])
            for each in map(json.loads, lines)
        ]
        link.executemany("INSERT OR REPLACE INTO overrides VALUES (?,?,?,?,?,?,?)", rows)
    except (ValueError, KeyError, TypeError):
        return [f"{log.name}{NOTED}: is damaged, and left out"]
    return []
