"""A simulator of customer journeys and the micro-moments in them.

In Python: `import sim; study = sim.compare("x.yaml", runs=50)` and `sim.run("x.yaml")`. Both are loaded when they
are first asked for, so that importing the package stays light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api import Ran, Study, compare, run

__version__ = "0.1.0"
__all__ = ["Ran", "Study", "__version__", "compare", "run"]


def __getattr__(name: str) -> Any:
    """What `sim.api` offers, loaded now. Raises AttributeError for anything else."""
    if name in __all__:
        from sim import api

        return getattr(api, name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The names of the package."""
    return sorted({*globals(), *__all__})
