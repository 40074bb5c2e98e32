"""Listens at the wire: every answer and failure of a request that a probe sends, refused ones too."""

from __future__ import annotations

from dataclasses import dataclass, field

from scrapy import Request
from scrapy.http import Response

from phx_scraper.downloader.handlers.connection_trace import ConnectionTrace
from phx_scraper.downloader.meta_keys import TRACE


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that was sent, and its answer; without one, `status` is 0 and `failure` says why."""

    method: str
    url: str
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    protocol: str = ""
    failure: str = ""


class Observation(ConnectionTrace):
    """What became of one request of a probe, redirects and all."""

    def __init__(self) -> None:
        super().__init__()
        self.exchanges: list[Exchange] = []


class ObserverMiddleware:
    """The one next to the wire; requests without an Observation pass unheard."""

    async def process_response(self, request: Request, response: Response) -> Response:
        """Note the answer."""
        observation = request.meta.get(TRACE)
        if isinstance(observation, Observation):
            observation.exchanges.append(_answered(request, response))
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """Note that there was none."""
        observation = request.meta.get(TRACE)
        if isinstance(observation, Observation):
            failure = f"{type(exception).__name__}: {exception}"
            observation.exchanges.append(Exchange(request.method, request.url, failure=failure))


def _answered(request: Request, response: Response) -> Exchange:
    headers = (
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    return Exchange(
        request.method, request.url, response.status, tuple(headers), response.body, response.protocol or ""
    )
