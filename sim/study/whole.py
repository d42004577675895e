"""Files that are there in full or not at all: written beside their place, and renamed when whole."""

from __future__ import annotations

import os
from pathlib import Path


def put_whole(file: Path, text: str) -> None:
    """Write a text file, in place of one that is there, through to the disk. Raises OSError, all left as it was."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
