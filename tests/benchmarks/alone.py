"""One contestant in a process of its own: `python -m tests.benchmarks.alone MODULE NAME N` prints JSON.

Called by `measure.run_alone`; peak memory belongs to a process, so that nobody else may have lived in it.
"""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import asdict

from .measure import GRAPH_SEED, forget_peak, resident_mib, run_once, warm_up
from .workload_b import barabasi_albert


def main(module: str, name: str, n: int) -> None:
    """Run it, and print what was measured."""
    (contestant,) = (each for each in importlib.import_module(module).CONTESTANTS if each.name == name)
    warm_up([contestant])
    graph = barabasi_albert(n, GRAPH_SEED)
    forget_peak()
    before = resident_mib("VmRSS")
    run = run_once(contestant, graph, seed=0)
    peak = resident_mib("VmHWM")
    added = None if peak is None or before is None else max(0.0, peak - before)
    print(json.dumps({**asdict(run), "peak_mib": peak, "added_mib": added}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
