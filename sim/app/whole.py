"""Files that are there in full or not at all: written beside their place, and renamed when whole."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from sim.errors import FileError


def write_whole(file: Path, text: str) -> None:
    """Write a text file, in place of one that is there. Raises FileError, and leaves all as it was, if it cannot be."""
    if file.exists() and not file.is_file():
        _write(file, file, text)  # a device or a pipe has nothing beside it
        return
    place = file.resolve()
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        _write(draft, file, text)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)


def _write(to: Path, file: Path, text: str) -> None:
    try:
        to.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise FileError(f"{file}: cannot be written: the disk is full; free some space") from error
        raise FileError(f"{file}: cannot be written: {(error.strerror or str(error)).lower()}") from error
