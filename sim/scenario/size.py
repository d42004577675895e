"""How much memory a world takes, before it is built."""

from __future__ import annotations

import os

from sim.scenario.schema import Scenario

MEMORY_PART = 0.8
BYTES_PER_OPINION = 64
BYTES_PER_PERSON = 64
BYTES_PER_TIE = 12
"""Of each person's ties, both directions counted, with half as much again for what is due along them."""


def memory_needed(scenario: Scenario) -> int:
    """Bytes a scenario's world takes, roughly: opinions, people, ties, and what is due along them."""
    return memory_of(scenario, scenario.customers.number)


def memory_of(scenario: Scenario, people: int) -> int:
    """The same for another number of people."""
    degree = people - 1 if scenario.graph.kind == "complete" else scenario.graph.mean_degree
    each = BYTES_PER_OPINION * len(scenario.brands) + BYTES_PER_PERSON + BYTES_PER_TIE * degree
    return int(people * each)


def most_people(scenario: Scenario, limit: int) -> int:
    """The largest number of people whose world fits into some bytes."""
    low, high = 0, scenario.customers.number
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if memory_of(scenario, middle) <= limit else (low, middle - 1)
    return low


def memory_limit() -> int:
    """Bytes a world may take: 80 % of the machine's memory."""
    return int(MEMORY_PART * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def in_bytes(count: int) -> str:
    """A number of bytes for people: `1.5 GB`."""
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB", "TB", "PB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:,.0f} EB"
