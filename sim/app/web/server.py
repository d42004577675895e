"""The addresses of the classroom, and who may ask what: token, host and origin are checked at every door.

Every request carries a token (in the link, or in the header X-Token); what it opens follows from whose it is. The host
must be one the server answers for (against rebinding of names), the origin the server's own (against other pages).
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import resources
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.app.web import requests as asking
from sim.app.web.classroom import CLASS, FACILITATOR, OBSERVER, TRAINEE, Classroom, Seat
from sim.app.web.debriefs import FILES, Debriefs
from sim.errors import UserError

BEAT = 0.5
"""Seconds between two looks at the clock."""
SHARE_OF_TIME = 0.15
"""Part of the server's time that showing desks may take; with many desks each is shown less often."""
BREATH = 0.003
"""Seconds between two desks, in which whatever has been asked meanwhile is answered."""
LONGEST_BODY = 20_000
NAMES = {"json": "JSON", "csv": "a table (CSV)", "xapi": "xAPI statements"}
"""What a debrief can be taken away as, in words."""

PAGES = {
    "/desk": "desk.html", "/observe": "desk.html", "/control": "control.html", "/join": "join.html",
    "/debrief": "debrief.html",
}
ASSETS = {
    "/static/desk.js": ("desk.js", "text/javascript"), "/static/control.js": ("control.js", "text/javascript"),
    "/static/join.js": ("join.js", "text/javascript"), "/static/debrief.js": ("debrief.js", "text/javascript"),
    "/static/shared.js": ("shared.js", "text/javascript"),
    "/static/style.css": ("style.css", "text/css"),
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
}
OF_A_PAGE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
}
"""A page that is complete in itself brings its style; it has no scripts, and loads nothing."""


def application(room: Classroom, hosts: frozenset[str]) -> Starlette:
    """The web application of a classroom. hosts: names it answers for, in lower case, without port."""
    house = House(room)

    @contextlib.asynccontextmanager
    async def living(app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(house.keep_time()), asyncio.create_task(house.debriefs.work())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            house.debriefs.close()
            room.close()

    routes = [Route(path, _file(name, "text/html")) for path, name in PAGES.items()]
    routes += [Route(path, _file(name, kind)) for path, (name, kind) in ASSETS.items()]
    routes += [
        Route("/api/view", house.view), Route("/api/events", house.events), Route("/api/thread", house.thread),
        Route("/api/act", house.act, methods=["POST"]), Route("/api/control", house.control, methods=["POST"]),
        Route("/api/join", house.join, methods=["POST"]), Route("/api/compare", house.compare),
        Route("/api/debrief", house.debrief, methods=["GET", "POST"]), Route("/debrief/page", house.page),
        Route("/debrief/file", house.file),
    ]
    return Starlette(routes=routes, lifespan=living, middleware=[Middleware(Doorkeeper, hosts=hosts)])


class Doorkeeper:
    """Turns away requests for another host or from another origin, and adds the headers every answer has."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]):
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in, or not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answered.setdefault(name, value)
            await send(message)

        if not answers_for(host, self.hosts):
            await PlainTextResponse("this server does not answer for that host", 421)(scope, receive, guarded)
        elif origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            await PlainTextResponse("requests from other pages are not taken", 403)(scope, receive, guarded)
        else:
            await self.app(scope, receive, guarded)


def answers_for(host: str, hosts: frozenset[str]) -> bool:
    """Whether a Host header names this server: one of its names, or a bare address where it listens on all."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name in hosts:
        return True
    if "*" not in hosts:
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def hosts_of(host: str) -> frozenset[str]:
    """The names a server bound to `host` answers for; bound to all addresses, any bare address and its own name."""
    if host in ("0.0.0.0", "::"):
        return frozenset({"localhost", "*", socket.gethostname().lower()})
    if host in ("127.0.0.1", "::1", "localhost"):
        return frozenset({"localhost", "127.0.0.1", "::1"})
    return frozenset({host.lower()})


def _file(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        content = resources.files("sim.app.web").joinpath("static", name).read_bytes()
        return Response(content, media_type=kind)

    return serve


class RefusedError(Exception):
    """A request that is not allowed or cannot be read: status and reason."""

    def __init__(self, status: int, reason: str):
        self.status, self.reason = status, reason
        super().__init__(reason)


def answering(call: Callable[[House, Request], Awaitable[Response]]) -> Callable[[House, Request], Awaitable[Response]]:
    """Turn what a handler raises into an answer in JSON."""

    async def handle(self: House, request: Request) -> Response:
        try:
            return await call(self, request)
        except RefusedError as refused:
            return JSONResponse({"error": refused.reason}, refused.status)
        except UserError as error:
            return JSONResponse({"error": str(error)}, 409)

    return handle


class House:
    """The handlers of one classroom, its clock, and who is listening."""

    def __init__(self, room: Classroom):
        self.room = room
        self.debriefs = Debriefs(room)
        self.listeners: dict[asyncio.Queue[str], tuple[str, Seat | None, int]] = {}

    # ------------------------------------------------------------------------------------------ who asks

    def _who(self, request: Request, *allowed: str) -> tuple[str, Seat | None]:
        """Role and desk of who asks. Raises RefusedError for a wrong token, or a right one at the wrong door."""
        known = self.room.who(_token(request))
        if known is None:
            raise RefusedError(401, "this link is not valid (any more)")
        if known[0] not in allowed:
            raise RefusedError(403, f"this is not for a {known[0]}")
        return known

    async def _body(self, request: Request) -> dict[str, Any]:
        """The JSON object sent. Raises RefusedError."""
        if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            raise RefusedError(415, "send application/json")
        raw = b""
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > LONGEST_BODY:
                raise RefusedError(413, f"at most {LONGEST_BODY} bytes")
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError):
            raise RefusedError(400, "is not JSON") from None
        if not isinstance(value, dict):
            raise RefusedError(400, "send a JSON object")
        return value

    # ------------------------------------------------------------------------------------------ doors

    @answering
    async def view(self, request: Request) -> Response:
        """What there is to see, once."""
        kind, seat = self._who(request, TRAINEE, FACILITATOR, OBSERVER)
        return JSONResponse(self._shown(kind, seat, _place(request)))

    @answering
    async def events(self, request: Request) -> Response:
        """What there is to see, again and again, as server-sent events."""
        kind, seat = self._who(request, TRAINEE, FACILITATOR, OBSERVER)
        place = _place(request)
        first = json.dumps(self._shown(kind, seat, place), ensure_ascii=False)
        return StreamingResponse(
            self._stream(kind, seat, place, first), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
        )

    async def _stream(self, kind: str, seat: Seat | None, place: int, first: str) -> AsyncIterator[str]:
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=1)
        queue.put_nowait(first)
        self.listeners[queue] = (kind, seat, place)
        try:
            while True:
                try:
                    yield f"event: view\ndata: {await asyncio.wait_for(queue.get(), 15)}\n\n"
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            del self.listeners[queue]

    @answering
    async def thread(self, request: Request) -> Response:
        """A thread in full."""
        _, seat = self._who(request, TRAINEE, OBSERVER)
        desk = seat if seat is not None else self.room.seat(_place(request))
        return JSONResponse({"lines": asking.thread(desk, request.query_params.get("name", ""))})

    @answering
    async def act(self, request: Request) -> Response:
        """A trainee does something at their own desk."""
        _, seat = self._who(request, TRAINEE)
        assert seat is not None
        told = asking.act(self.room, seat, await self._body(request))
        await asyncio.to_thread(seat.session.log.sync)
        shown = json.dumps(asking.desk(self.room, seat), ensure_ascii=False)
        self._show(seat, shown)
        return Response(f'{{"view":{shown},{json.dumps(told, ensure_ascii=False)[1:]}', media_type="application/json")

    @answering
    async def control(self, request: Request) -> Response:
        """The facilitator does something."""
        self._who(request, FACILITATOR)
        asked = await self._body(request)
        self.room.control(str(asked.get("do", "")), asked)
        await asyncio.to_thread(self.room.sync)
        for seat in self.room.seats:
            self._show(seat)
        return JSONResponse(asking.control(self.room, self.debriefs))

    @answering
    async def join(self, request: Request) -> Response:
        """A trainee sits down at a desk of their own."""
        self._who(request, CLASS)
        if self.room.solo:
            raise RefusedError(409, "one trainee sits alone here: begin a class with --class")
        seat = self.room.sit(str((await self._body(request)).get("name", "")))
        return JSONResponse({"desk": f"/desk?token={seat.token}"})

    @answering
    async def compare(self, request: Request) -> Response:
        """All desks beside each other."""
        self._who(request, FACILITATOR, OBSERVER)
        return JSONResponse({"seats": self.room.compared()})

    # ------------------------------------------------------------------------------------------ debriefs

    def _to_debrief(self, request: Request) -> tuple[str, Seat]:
        """Who asks, and of which desk: a trainee of their own, the facilitator of any. Raises RefusedError."""
        kind, own = self._who(request, TRAINEE, FACILITATOR)
        seat = own if own is not None else self.room.seat(_place(request))
        if kind == TRAINEE and self.room.hidden:
            raise RefusedError(409, "the facilitator has hidden the score; your debrief is here when it is shown")
        return kind, seat

    @answering
    async def debrief(self, request: Request) -> Response:
        """How far the debrief of a desk is; asked by POST it is begun (`all`: the headlines of all that are over)."""
        if request.method == "POST" and (await self._body(request)).get("all"):
            self._who(request, FACILITATOR)
            for seat in self.room.seats:
                if seat.session.over:
                    self.debriefs.ask(seat, whole=False)
            return JSONResponse(asking.control(self.room, self.debriefs))
        kind, seat = self._to_debrief(request)
        if request.method == "POST":
            self.debriefs.ask(seat, whole=True)
        return JSONResponse(asking.debrief(self.debriefs, kind, seat))

    @answering
    async def page(self, request: Request) -> Response:
        """The debrief of a desk, as the page `sim debrief --html` writes."""
        kind, seat = self._to_debrief(request)
        back = "/desk" if kind == TRAINEE else "/control"
        who = urlencode({"token": _token(request), "seat": seat.number})
        links = [("Back", f"{back}?{urlencode({'token': _token(request)})}")]
        links += [(f"As {name}", f"/debrief/file?{who}&as={kind}") for kind, name in NAMES.items()]
        page = await asyncio.to_thread(self.debriefs.page, seat, links)
        return Response(page, media_type="text/html", headers=OF_A_PAGE)

    @answering
    async def file(self, request: Request) -> Response:
        """The debrief of a desk to take away."""
        _, seat = self._to_debrief(request)
        kind = request.query_params.get("as", "")
        text = await asyncio.to_thread(self.debriefs.file, seat, kind)
        name = f"debrief-{seat.number}.{'csv' if kind == 'csv' else 'json'}"
        return Response(text, media_type=FILES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'})

    # ------------------------------------------------------------------------------------------ time

    def _shown(self, kind: str, seat: Seat | None, place: int) -> dict[str, Any]:
        if kind == FACILITATOR:
            return asking.control(self.room, self.debriefs)
        if kind == OBSERVER:
            return asking.observed(self.room, min(place, max(1, len(self.room.seats))))
        assert seat is not None
        return asking.desk(self.room, seat)

    def _show(self, seat: Seat, shown: str = "") -> None:
        """Send a desk to whoever looks at it. shown: what its trainee sees, if that is known."""
        texts = {TRAINEE: shown} if shown else {}
        for queue, (kind, own, place) in self.listeners.items():
            if kind == FACILITATOR or (own is not seat and not (kind == OBSERVER and place == seat.number)):
                continue
            if kind not in texts:
                texts[kind] = json.dumps(self._shown(kind, own, place), ensure_ascii=False)
            _put(queue, texts[kind])

    def _show_control(self) -> None:
        waiting = [queue for queue, (kind, _, _) in self.listeners.items() if kind == FACILITATOR]
        if waiting:
            text = json.dumps(asking.control(self.room, self.debriefs), ensure_ascii=False)
            for queue in waiting:
                _put(queue, text)

    async def keep_time(self) -> None:
        """Let time pass at every desk, and show it; actions come in between any two desks."""
        since: dict[str, float] = {}
        shown, cost = time.monotonic(), 0.0
        while True:
            began = time.monotonic()
            showing = began - shown >= max(1.0, cost / SHARE_OF_TIME)
            spent = 0.0
            for seat in list(self.room.seats):
                now = time.monotonic()
                try:
                    self.room.pass_time(now - since.get(seat.token, now), seat)
                    if showing:
                        seat.sample()
                        self._show(seat)
                except Exception as error:  # one desk's fault (a full disk) must not stop the others' clocks
                    seat.fault = f"this desk has stopped: {error}"
                since[seat.token] = now
                spent += time.monotonic() - now if showing else 0.0
                await asyncio.sleep(BREATH if showing else 0)
            if showing:
                before = time.monotonic()
                self._show_control()
                cost, shown = spent + time.monotonic() - before, began
            await asyncio.sleep(max(0.02, BEAT - (time.monotonic() - began)))


def _put(queue: asyncio.Queue[str], text: str) -> None:
    """The newest is what counts: an older view nobody has fetched is dropped."""
    with contextlib.suppress(asyncio.QueueEmpty):
        queue.get_nowait()
    queue.put_nowait(text)


def _token(request: Request) -> str:
    return request.headers.get("x-token") or request.query_params.get("token", "")


def _place(request: Request) -> int:
    try:
        return int(request.query_params.get("seat", "1"))
    except ValueError:
        raise RefusedError(400, "a desk is a number") from None
