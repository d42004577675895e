"""A simulator of customer journeys and the micro-moments in them.

In Python: `import sim; study = sim.compare("x.yaml", runs=50)`, `sim.run("x.yaml")`, and so on for `sweep`,
`sensitivity`, `optimise` and `calibrate`. They are loaded when they are first asked for, so that importing the package
stays light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api import Ran, Study, compare, run
    from sim.api_studies import Answer, calibrate, optimise, sensitivity, sweep

__version__ = "0.1.0"
HOMES = {
    **dict.fromkeys(("Ran", "Study", "compare", "run"), "sim.api"),
    **dict.fromkeys(("Answer", "calibrate", "optimise", "sensitivity", "sweep"), "sim.api_studies"),
}
"""Where what the package offers is."""

__all__ = [
    "Answer",
    "Ran",
    "Study",
    "__version__",
    "calibrate",
    "compare",
    "optimise",
    "run",
    "sensitivity",
    "sweep",
]


def __getattr__(name: str) -> Any:
    """What the package offers, loaded now. Raises AttributeError for anything else."""
    if name in HOMES:
        import importlib

        return getattr(importlib.import_module(HOMES[name]), name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The names of the package."""
    return sorted({*globals(), *__all__})
