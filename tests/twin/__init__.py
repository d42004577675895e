"""The twin: the engine's world once more, in plain Python, written to be read.

`Twin(build(scenario, seed)).run()` lives through the same events as the compiled loops, with the rules of
`sim.model` and the draws of `sim.core.chance`; `differences` says in which bits the two worlds part (none).
Read it in this order: `things` (what there is), `crowd` (what happens to people), `desk` (what happens to
complaints), `managers` (shifts, alarms, statements, incidents, the press), `world` (the books), and `ground` for
how it begins.

The engine differs in how it stores things and in what it does for speed, never in what happens.
"""

from twin.compare import differences
from twin.world import Twin

__all__ = ["Twin", "differences"]
