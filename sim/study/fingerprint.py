"""The simulator itself as a hash: results of two simulators with the same one are the same, byte for byte."""

from __future__ import annotations

import functools
import hashlib
import platform
from importlib.metadata import version
from pathlib import Path

from sim import __version__

PACKAGE = Path(__file__).resolve().parent.parent
ROOMS = ("core", "model", "scenario", "study", "world")
"""The rooms of the package on which a world's numbers rest."""
LIBRARIES = ("numpy", "numba", "scipy", "simpy", "networkx")


@functools.cache
def fingerprint() -> str:
    """A hash of the simulator itself: its version, its sources, and the libraries that count."""
    made_by = [__version__, platform.python_version(), *(version(name) for name in LIBRARIES)]
    digest = hashlib.sha256(" ".join(made_by).encode())
    for source in sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py")):
        digest.update(f"\n{source.relative_to(PACKAGE).as_posix()}\n".encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()
