"""Lets tests import `tests.benchmarks` by that name, the one the command has.

Compiled loops are cached on disk with the name of their module; under two names they could not share it.
"""

import sys
from pathlib import Path

ROOT = str(Path(__file__).parents[2])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)
