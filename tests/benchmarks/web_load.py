"""A hundred trainees in one class on loopback: how long an action's answer takes, and whether one is lost.

    python -m tests.benchmarks.web_load [--seats 100] [--seconds 120]

Each trainee listens to their desk and acts every three seconds on average: an option of a thread that waits, own words,
a thread left alone. Afterwards every action that was accepted is looked up in the logs. Prints one JSON object, with
the processor time the server took in all (start, clocks and views included), which other work on the machine moves
less than the waits; exit code 1 if an action was lost or done twice, or p95 is 250 ms or more.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.web_server import served

PACE = 10
"""Simulated seconds in a second, as in the moment itself."""


class Trainee:
    """One browser: it listens to its desk and acts on what it sees."""

    def __init__(self, client: httpx.AsyncClient, token: str, number: int):
        self.client, self.headers, self.number = client, {"X-Token": token}, number
        self.chance = random.Random(number)
        self.view: dict[str, Any] = {}
        self.waits: list[float] = []
        self.accepted: list[str] = []
        self.refused: Counter[str] = Counter()
        self.heard = 0

    async def listen(self, until: float) -> None:
        """Follow the desk's stream of views."""
        timeout = httpx.Timeout(30)
        async with self.client.stream("GET", "/api/events", headers=self.headers, timeout=timeout) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    self.view = json.loads(line[6:])
                    self.heard += 1
                if time.monotonic() > until:
                    return

    async def act(self, until: float) -> None:
        """Do something every three seconds or so."""
        await asyncio.sleep(self.chance.random() * 3)
        while time.monotonic() < until:
            body = self.chosen()
            if body is not None:
                began = time.perf_counter()
                answer = await self.client.post("/api/act", json=body, headers=self.headers)
                self.waits.append(time.perf_counter() - began)
                if answer.status_code == 200:
                    self.accepted.append(body["on"])
                else:
                    self.refused[answer.json().get("error", "")[:40]] += 1
            await asyncio.sleep(self.chance.expovariate(1 / 3))

    def chosen(self) -> dict[str, Any] | None:
        """What to do about one of the threads that wait; None if nothing waits."""
        inbox = self.view.get("inbox", [])
        if not inbox:
            return None
        item = self.chance.choice(inbox)
        number = f"{self.number}-{len(self.waits)}"
        kind = self.chance.random()
        if kind < 0.5 and item["options"]:
            option = self.chance.choice(item["options"])["id"]
            return {"do": "choose", "on": item["name"], "option": option, "id": number}
        if kind < 0.7 and item["own_words"]:
            text = f"I am on it and write to you here at 19:{self.chance.randrange(10, 60)}. Jo"
            return {"do": "reply", "on": item["name"], "text": text, "id": number}
        return {"do": "ignore", "on": item["name"], "id": number}


async def play(links: dict[str, str], seats: int, seconds: float) -> tuple[list[Trainee], float]:
    """Let so many trainees play for so long; they, and how long it took them all to sit down."""
    base = links["trainees"].split("/join")[0]
    tokens = {kind: parse_qs(urlsplit(link).query)["token"][0] for kind, link in links.items()}
    limits = httpx.Limits(max_connections=3 * seats, max_keepalive_connections=3 * seats)
    async with httpx.AsyncClient(base_url=base, limits=limits, timeout=60) as client:
        began, trainees = time.perf_counter(), []
        for number in range(seats):
            door = {"X-Token": tokens["trainees"]}
            answer = await client.post("/api/join", json={"name": f"t{number}"}, headers=door)
            answer.raise_for_status()
            token = parse_qs(urlsplit(answer.json()["desk"]).query)["token"][0]
            trainees.append(Trainee(client, token, number))
        sat = time.perf_counter() - began
        steer = {"X-Token": tokens["facilitator"]}
        for body in ({"do": "start"}, {"do": "pause", "paused": False}, {"do": "pace", "speed": PACE}):
            (await client.post("/api/control", json=body, headers=steer)).raise_for_status()
        until = time.monotonic() + seconds
        listening = [asyncio.create_task(trainee.listen(until)) for trainee in trainees]
        await asyncio.gather(*(trainee.act(until) for trainee in trainees))
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        return trainees, sat


def lost_and_doubled(trainees: list[Trainee], folder: Path) -> tuple[int, int]:
    """Accepted actions that are not in the log of their desk, and actions in it that were not accepted."""
    lost = doubled = 0
    for trainee in trainees:
        log = next(folder.glob(f"*-t{trainee.number}-1.jsonl"))
        records = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()[1:]]
        done = Counter(record["action"]["on"] for record in records if record["do"] == "act")
        asked = Counter(trainee.accepted)
        lost += sum((asked - done).values())
        doubled += sum((done - asked).values())
    return lost, doubled


def main() -> int:
    """Serve, play, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seats", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=120)
    asked = parser.parse_args()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        with served(Path(folder), "--class") as links:
            trainees, sat = asyncio.run(play(links, asked.seats, asked.seconds))
        lost, doubled = lost_and_doubled(trainees, Path(folder))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    waits = sorted(1000 * wait for trainee in trainees for wait in trainee.waits)
    p95 = waits[int(0.95 * len(waits))]
    found = {
        "seats": asked.seats, "seconds": asked.seconds, "actions": len(waits),
        "accepted": sum(len(trainee.accepted) for trainee in trainees), "lost": lost, "doubled": doubled,
        "p50_ms": round(waits[len(waits) // 2], 1), "p95_ms": round(p95, 1), "longest_ms": round(waits[-1], 1),
        "server_processor_seconds": round(used, 1), "processor_ms_per_action": round(1000 * used / len(waits), 1),
        "seconds_to_sit_down": round(sat, 1),
        "views_heard_per_desk": round(sum(trainee.heard for trainee in trainees) / len(trainees)),
        "refused": dict(sum((trainee.refused for trainee in trainees), Counter())),
    }
    print(json.dumps(found, indent=2))
    return int(bool(lost or doubled or p95 >= 250))


if __name__ == "__main__":
    sys.exit(main())
