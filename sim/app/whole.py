"""What users have written to a file of their own is there in full, or they are told why not."""

from __future__ import annotations

import errno
from pathlib import Path

from sim.errors import FileError
from sim.study.whole import put_whole


def write_whole(file: Path, text: str) -> None:
    """Write a text file, in place of one that is there. Raises FileError, and leaves all as it was, if it cannot be."""
    try:
        if file.exists() and not file.is_file():
            file.write_text(text, encoding="utf-8", newline="\n")  # a device or a pipe has nothing beside it
        else:
            put_whole(file.resolve(), text)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise FileError(f"{file}: cannot be written: the disk is full; free some space") from error
        raise FileError(f"{file}: cannot be written: {(error.strerror or str(error)).lower()}") from error
