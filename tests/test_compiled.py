"""Compiled loops: they draw what plain Python draws, and their cache follows every source file."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from sim.core import chance, compiled
from sim.core.compiled import njit


@njit
def all_draws(key, n):  # type: ignore[no-untyped-def]
    """Each kind of draw for n keys: float64 [n, 4]."""
    drawn = np.empty((n, 4))
    for i in range(n):
        own = chance.keyed(key, i - 3)
        drawn[i, 0] = chance.unit(own)
        drawn[i, 1] = chance.exponential(own)
        drawn[i, 2] = chance.gumbel(own)
        drawn[i, 3] = chance.normal(own)
    return drawn


def test_compiled_draws_are_the_plain_draws_to_the_last_bit() -> None:
    key = chance.stream(5, "twin")
    kinds = (chance.unit, chance.exponential, chance.gumbel, chance.normal)
    plain = [[draw(chance.keyed(key, i - 3)) for draw in kinds] for i in range(2_000)]
    assert all_draws(np.uint64(key), 2_000).tolist() == plain
    assert all_draws(np.uint64(key + 1), 2_000).tolist() != plain, "control: another key"


def test_the_cache_is_named_after_every_source_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model").mkdir()
    rule = tmp_path / "model" / "rule.py"
    rule.write_text("x = 1\n")
    monkeypatch.setattr(compiled, "PACKAGE", tmp_path)
    before = compiled._fingerprint()
    os.utime(rule, (1, 1))
    assert compiled._fingerprint() == before, "times do not count"
    rule.write_text("x = 2\n")
    edited = compiled._fingerprint()
    assert edited != before
    rule.rename(rule.with_name("other.py"))
    assert compiled._fingerprint() != edited


def test_old_unused_folders_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIM_CACHE_DIR", str(tmp_path))
    root = tmp_path / "micro-moments" / "numba"
    for name, days in (("old", 40), ("recent", 3)):
        (root / name).mkdir(parents=True)
        (root / name / "code.nbc").touch()
        os.utime(root / name, (time.time() - days * 86_400,) * 2)
    folder = compiled._prepared_cache()
    assert folder is not None and folder.parent == root
    assert sorted(path.name for path in root.iterdir()) == sorted(["recent", folder.name])


def test_another_checkout_of_the_same_version_is_not_taken_for_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numba keeps machine code by the place of its source: there it would all be compiled again, without a word."""
    copy = tmp_path / "copy"
    shutil.copytree(compiled.PACKAGE, copy / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    said = "from sim.core import compiled; print(compiled.CACHE.name, compiled.cache_is_warm())"
    environment = {**os.environ, "SIM_CACHE_DIR": str(tmp_path / "cache")}

    def asked(where: Path, code: str) -> list[str]:
        command = [sys.executable, "-c", code]
        return subprocess.run(
            command, cwd=where, env=environment, check=True, capture_output=True, text=True
        ).stdout.split()

    asked(compiled.PACKAGE.parent, "from sim.core import compiled; compiled.mark_cache_warm()")
    here, there = asked(compiled.PACKAGE.parent, said), asked(copy, said)
    assert here[0] == there[0] and (here[1], there[1]) == ("True", "False")


def test_warmth_is_remembered_for_this_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "CACHE", tmp_path)
    assert not compiled.cache_is_warm()
    compiled.mark_cache_warm()
    assert compiled.cache_is_warm()
    monkeypatch.setattr(compiled, "CACHE", None)
    compiled.mark_cache_warm()
    assert not compiled.cache_is_warm()


def test_without_a_place_to_write_it_compiles_anew(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    code = (
        "from sim.core import compiled\n"
        "from sim.core.ties import units\n"
        "import numpy as np\n"
        "print(compiled.CACHE, compiled.cache_is_warm(), len(units(np.uint64(1), 3)))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "SIM_CACHE_DIR": str(in_the_way)},
        capture_output=True, text=True, check=True,
    )
    assert ran.stdout == "None False 3\n"
