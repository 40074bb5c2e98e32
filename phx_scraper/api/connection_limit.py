"""How many connections are served: one more is told so, and where even those are many it is not answered."""

from __future__ import annotations

import contextlib
import resource

from starlette.types import ASGIApp, Receive, Scope, Send

from phx_scraper.api.problems import problem
from phx_scraper.api.requests import Requests

MOST_CONNECTIONS = 2000
MOST_TOLD = 200
"""Connections beyond those that are served, which are told so; of more than that nothing is read."""
_OTHER_FILES = 200
"""What the process has open besides: the catalogue, pictures, Redis."""
_TOO_MANY = "more connections are open than this API serves: close those that are idle, and try again"


def allowed() -> int:
    """Connections that the files which this process may have open are enough for; it takes as many as it may have."""
    wanted = MOST_CONNECTIONS + MOST_TOLD + _OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    room = wanted if soft == resource.RLIM_INFINITY else soft
    return max(1, min(MOST_CONNECTIONS, room - MOST_TOLD - _OTHER_FILES))


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    name = scope["state"]["request_id"]
    await problem(name, 503, _TOO_MANY, {"Retry-After": "5", "Connection": "close"})(scope, receive, send)


refuse: ASGIApp = Requests(_refuse)
"""The application of a connection beyond the limit."""
