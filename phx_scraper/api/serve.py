"""The API's life: a socket, the application, and an end that lets answers be finished."""

from __future__ import annotations

import ipaddress
import logging
import signal
import socket
from dataclasses import dataclass
from types import FrameType

import uvicorn

from phx_scraper.api import connection_limit
from phx_scraper.api.api_context import ApiContext
from phx_scraper.api.app import make_app
from phx_scraper.api.http_protocol import TimedProtocol
from phx_scraper.api.request_log import log_as_json
from phx_scraper.errors import UsageError
from phx_scraper.service import api_keys

logger = logging.getLogger(__name__)

SECONDS_TO_END = 10
_HEAD_BYTES = 32 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen; port 0: any that is free."""

    host: str
    port: int


def listen(context: ApiContext, place: Place) -> socket.socket:
    """The socket. Raises UsageError for a place that others reach while there is no key, and for one that is taken."""
    if not _is_loopback(place.host) and not any(key.revoked_at is None for key in api_keys.listed(context.catalogue)):
        raise UsageError(
            f"PHX_API_HOST is {place.host!r}, which other machines may reach, and there is no key yet: make one with"
            " `scrapy keys create NAME`, or listen at 127.0.0.1"
        )
    try:
        family, _, _, _, address = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)[0]
        bound = socket.create_server(address[:2], family=family, backlog=1024)
    except OSError as error:
        raise UsageError(
            f"the API cannot listen at {place.host} port {place.port} ({error.strerror or error}): set PHX_API_HOST"
            " and PHX_API_PORT to a place of this machine that is free"
        ) from error
    # asyncio does it for sockets that it makes itself. Without it an answer's body waits 40 ms for the client to
    # acknowledge its head.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return bound


def serve(context: ApiContext, bound: socket.socket) -> None:
    """Answer until asked to leave by SIGTERM or SIGINT; a second one ends at once."""
    log_as_json()
    host, port = bound.getsockname()[:2]
    logger.info("The API listens at http://%s:%s", f"[{host}]" if ":" in host else host, port)
    most = TimedProtocol.most_connections = connection_limit.allowed()
    if most < connection_limit.MOST_CONNECTIONS:
        logger.warning("%d connections are served: more need a higher limit of open files (ulimit -n)", most)
    make_server(context).run([bound])


def make_server(context: ApiContext) -> Server:
    """The server, not yet running."""
    config = uvicorn.Config(
        make_app(context),
        http=TimedProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        h11_max_incomplete_event_size=_HEAD_BYTES,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=SECONDS_TO_END,
    )
    return Server(config, context)


class Server(uvicorn.Server):
    """uvicorn's own, which tells streams of events that it ends."""

    def __init__(self, config: uvicorn.Config, context: ApiContext) -> None:
        super().__init__(config)
        self._context = context

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Streams of events end by themselves when they see it.

        The signal is not sent once more when all is over, as uvicorn does: to leave when asked to is no failure.
        """
        self.force_exit = self._context.streams.is_leaving
        self._context.streams.is_leaving = self.should_exit = True
        logger.info("Asked to leave by %s", signal.Signals(sig).name)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the application also where nothing is waited for: uvicorn leaves it to be cancelled, with a traceback."""
        await super().shutdown(sockets)
        if self.force_exit:
            for task in self.server_state.tasks:
                task.cancel()
            await self.lifespan.shutdown()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
