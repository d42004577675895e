"""`sim rehearse FILE --web`: serve a moment to browsers, alone or as a class."""

from __future__ import annotations

import socket
from collections.abc import Callable

from sim.app.output import say
from sim.errors import UserError
from sim.rehearsal.load import Script
from sim.rehearsal.session import Session

MOST_WAITING = 256
"""Connections that may wait to be accepted."""


def serve(
    script: Script, begin: Callable[[str], Session], *, session: Session | None, trainee: str, group: bool, host: str,
    port: int,
) -> None:
    """Serve until interrupted. group: a class joins by link, else one trainee sits alone.

    begin: trainee's name -> their session; session: one to go on with. Raises UserError if the extra is not installed
    or the port is taken.
    """
    try:
        import uvicorn

        from sim.app.web.classroom import Classroom
        from sim.app.web.server import application, hosts_of
    except ImportError:
        raise UserError("the browser front end needs the extra web: pip install 'micro-moments[web]'") from None
    room = Classroom(script, begin, solo=not group)
    if not group:
        room.sit(trainee, session)
    listening = _listen(host, port)
    address = _address(host, listening.getsockname()[1])
    for line in links(room.tokens, [seat.token for seat in room.seats], address, group):
        say(line)
    config = uvicorn.Config(
        application(room, hosts_of(host)), log_level="warning", access_log=False, lifespan="on",
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[listening])


def links(tokens: dict[str, str], seats: list[str], address: str, group: bool) -> list[str]:
    """The links to hand out, a line each."""
    lines = [f"desk         {address}/desk?token={token}" for token in seats]
    if group:
        lines.append(f"trainees     {address}/join?token={tokens['class']}")
    lines.append(f"facilitator  {address}/control?token={tokens['facilitator']}")
    lines.append(f"observers    {address}/observe?token={tokens['observer']}")
    return [*lines, "Whoever has a link has what it opens. Ctrl-C ends; sessions can be resumed from their logs."]


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the address: who opens a link at once waits a moment. Raises UserError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(MOST_WAITING)
    except (OSError, OverflowError) as error:
        found.close()
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise UserError(f"cannot listen on {host}:{port}: {reason}; choose another --port") from None
    return found


def _address(host: str, port: int) -> str:
    """The address to show: a name people can reach where the server listens on all."""
    shown = socket.gethostname().lower() if host in ("0.0.0.0", "::") else host
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
