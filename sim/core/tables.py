"""Tables as compiled loops like them: rows that begin on a cache line, and longer ones when they are full."""

from __future__ import annotations

from typing import Any

import numpy as np

LINE = 64
"""Bytes that memory delivers at once."""


def rows(shape: int | tuple[int, ...], dtype: Any) -> np.ndarray:
    """Zeros that begin on a cache line, so that a row of 64 bytes is one of memory's lines and not parts of two."""
    kind = np.dtype(dtype)
    size = int(np.prod(shape)) * kind.itemsize
    memory = np.zeros(size + LINE, np.uint8)
    begin = -memory.ctypes.data % LINE
    table: np.ndarray = memory[begin : begin + size].view(kind).reshape(shape)
    return table


def longer(table: np.ndarray, length: int) -> np.ndarray:
    """A copy of the table with room for `length` rows; what was never written takes no memory."""
    wider = rows((length, *table.shape[1:]), table.dtype)
    wider[: len(table)] = table
    return wider
