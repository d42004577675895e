"""The log of a session: one JSON object a line, appended and synced as things happen; all else is recomputed.

The first line says what is played (moment, scenario, seed, trainee); each other line is one thing that was done, at
its second, with a digest of the state after it. A line that was torn by a crash is dropped when the log is opened.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from sim.errors import FileError

SCHEMA = "sim.session/1"


class Log:
    """A file that is only ever appended to. `path` None: nothing is kept."""

    def __init__(self, path: Path | None):
        self.path = path
        self.syncs = True
        """Whether each deed is seen onto the disk as it is appended; else whoever appends calls `sync`."""
        self._file: IO[bytes] | None = None

    def begin(self, header: Mapping[str, Any]) -> None:
        """Begin a new log. Raises FileError if there is a file of that name, or it cannot be made."""
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("xb")
        except FileExistsError:
            raise FileError(f"{self.path}: exists already; resume it, or choose another name") from None
        except OSError as error:
            raise FileError(f"{self.path}: cannot be written: {(error.strerror or str(error)).lower()}") from error
        self.append(header)

    def continue_at(self, size: int) -> None:
        """Go on with an existing log, of which the first `size` bytes are whole lines."""
        assert self.path is not None
        try:
            self._file = self.path.open("r+b")
            self._file.truncate(size)
            self._file.seek(size)
        except OSError as error:
            raise FileError(f"{self.path}: cannot be written: {(error.strerror or str(error)).lower()}") from error

    def append(self, record: Mapping[str, Any]) -> None:
        """Add one line, which a killed process does not lose; a deed is also seen onto the disk (time alone is not)."""
        if self._file is None:
            return
        self._file.write(line_of(record))
        self._file.flush()
        if self.syncs and record.get("do") != "clock":
            os.fsync(self._file.fileno())

    def sync(self) -> None:
        """See everything appended so far onto the disk."""
        if self._file is not None:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def line_of(record: Mapping[str, Any]) -> bytes:
    """A record as its line."""
    return (json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def read_log(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]], int]:
    """The header, the records, and the bytes they take (a torn last line is left out).

    Raises FileError if it cannot be read, or is no log of a session.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else (error.strerror or str(error)).lower()
        raise FileError(f"{path}: {reason}") from error
    whole = raw[: raw.rfind(b"\n") + 1]
    records = []
    for number, line in enumerate(whole.splitlines(), 1):
        try:
            record = json.loads(line)
        except ValueError:
            raise FileError(f"{path}: line {number} is damaged: no JSON") from None
        if not isinstance(record, dict):
            raise FileError(f"{path}: line {number} is damaged: no object")
        records.append(record)
    if not records or records[0].get("schema") != SCHEMA:
        raise FileError(f"{path}: is no log of a session (it does not begin with {SCHEMA})")
    return records[0], records[1:], len(whole)
