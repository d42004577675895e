"""How a plain function becomes a compiled loop: `njit`, what it may call, and where the machine code is kept.

Numba's cache does not notice that a function called from another file has changed: an edited rule would
silently not count. So the folder of compiled code is named after everything it rests on: the text of every
source file in the rooms that are compiled, and the versions of Numba and Python. Import `njit` from here and
nowhere else, for that folder has to be set before Numba meets the first function.

Keys of chance must enter compiled code as `np.uint64`: Numba turns int64 + uint64 into a float.
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload, register_jitable

from sim.core import arithmetic, chance

PACKAGE = Path(__file__).resolve().parent.parent
COMPILED_ROOMS = ("core", "model", "world")
"""The rooms whose functions may end up in compiled loops."""
STALE_DAYS = 30


def _fingerprint() -> str:
    """A short name for all that compiled code rests on: sources, Numba, Python."""
    digest = hashlib.sha256(f"{numba.__version__} {platform.python_version()}".encode())
    for source in sorted(path for room in COMPILED_ROOMS for path in (PACKAGE / room).rglob("*.py")):
        digest.update(f"\n{source.relative_to(PACKAGE).as_posix()}\n".encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _cache_root() -> Path:
    """Where the folders of compiled code live: $SIM_CACHE_DIR, or else the user's cache directory."""
    base = os.environ.get("SIM_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "micro-moments" / "numba"


def _prepared_cache() -> Path | None:
    """This version's folder, made and tried (and unused old ones removed); None where nothing can be kept."""
    try:
        root = _cache_root()
        folder = root / _fingerprint()
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        tempfile.TemporaryFile(dir=folder).close()
        for other in root.iterdir():
            if other.stat().st_mtime < time.time() - STALE_DAYS * 86_400:
                shutil.rmtree(other, ignore_errors=True)
    except (OSError, RuntimeError):
        return None
    return folder


CACHE: Path | None = _prepared_cache()
"""The folder of this version's compiled code. None where none can be written: each process compiles anew."""

if CACHE is not None:
    numba.config.CACHE_DIR = str(CACHE)  # type: ignore[attr-defined]


WARM = f"warm-{hashlib.sha256(str(PACKAGE).encode()).hexdigest()[:8]}"
"""The mark that the code of this checkout is compiled: Numba keeps code by the place of its source."""


def cache_is_warm() -> bool:
    """Whether the loops of a run were compiled before, so that the next run need not wait for that."""
    return CACHE is not None and (CACHE / WARM).exists()


def mark_cache_warm() -> None:
    """Note that a run's loops have all been compiled: call it once a first run has come through."""
    if CACHE is not None:
        (CACHE / WARM).touch()


njit: Callable[..., Any] = functools.partial(
    numba.njit, cache=CACHE is not None, nogil=True, error_model="numpy"
)
"""Compile a function (`@njit`), keep the result, release the interpreter lock while it runs.

Never with fast-math, which would break the exact plain-Python twin, nor with Numba's own generator, which
depends on the number of threads: draw through `sim.core.chance`.
"""

in_place: Callable[..., Any] = register_jitable(
    _nrt=False, forceinline=True, nogil=True, error_model="numpy"
)
"""A part of a compiled loop that makes no arrays: it works in place on those it is given, and is inlined by force.

Such code counts no references. Passing a world's thirty tables from one small function to the next would
otherwise cost two atomic operations a table and call, several times what the functions do (measured: 7 us an
event against 0.3 us). Only compiled code can use it; what Python calls is an `entrance`.
"""

entrance: Callable[..., Any] = functools.partial(njit, _nrt=False, forceinline=True, no_cfunc_wrapper=True)
"""Compile a function that makes no arrays, and that Python calls (compiled code may call it too).

Unpacking thirty tables that come from Python takes more code, and longer to compile, than most functions
themselves: parts that Python never calls do without it (half of the time of a first run).
"""


@intrinsic
def _prefetch(typing_context: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line of `array[index]` (first axis, C order) ahead of its use. Changes nothing else."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        laid_out = context.make_array(kind)(context, builder, arguments[0])
        stride = builder.extract_value(laid_out.strides, 0)
        place = builder.add(builder.ptrtoint(laid_out.data, stride.type), builder.mul(stride, arguments[1]))
        byte = ir.IntType(8).as_pointer()
        flag = ir.IntType(32)
        takes = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
        function = builder.module.declare_intrinsic("llvm.prefetch", [byte], takes)
        builder.call(function, [builder.inttoptr(place, byte), flag(0), flag(3), flag(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), emit


prefetch: Any = _prefetch
"""`prefetch(array, index)` in compiled code: bring a row near before it is needed."""


def use_compiled(*functions: Callable[..., Any]) -> None:
    """Let compiled loops call these plain functions; the functions themselves stay as they are."""
    for function in functions:
        register_jitable(function)


use_compiled(chance.mix, chance.keyed, chance.unit, chance.exponential, chance.gumbel, chance.normal, arithmetic.tanh)


@overload(chance.word)
def _word(number: int) -> Callable[[int], Any]:
    """In compiled code a word is a cast, and the mask of the plain function costs nothing."""

    def cast(number: int) -> Any:
        return np.uint64(number)

    return cast


@overload(arithmetic.whole)
def _whole(number: float) -> Callable[[float], Any]:
    """In compiled code `math.floor` would go through an integer and back, which `later` waits for."""

    def rounded_down(number: float) -> Any:
        return np.floor(number)

    return rounded_down
