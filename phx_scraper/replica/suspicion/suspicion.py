"""A source that mistrusts its clients: what it looks at, in order, before the replica may answer."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from phx_scraper.replica.front.exchange import Answer, Respond
from phx_scraper.replica.front.recorder import Request
from phx_scraper.replica.options import Options
from phx_scraper.replica.suspicion.coherence import contradiction
from phx_scraper.replica.suspicion.pace import PaceLimit
from phx_scraper.replica.suspicion.script_pages import ScriptPages
from phx_scraper.replica.suspicion.sessions import Sessions, endpoint_of
from phx_scraper.replica.suspicion.walls import ENDPOINT_WALLS, PAGE_WALLS, PHOTO_WALL, TOO_QUICK, Wall, as_answer
from phx_scraper.sources import Source, source_of_host

_API_HOST, _MAP_HOST = "mcassessor.maricopa.gov", "gis.mcassessor.maricopa.gov"


class Suspicion:
    """Answers in place of `respond` where a request makes it suspicious; the reason is noted in the request."""

    def __init__(self, respond: Respond, options: Options) -> None:
        self._respond = respond
        self._sessions = Sessions()
        self._pace = PaceLimit(options.tolerated_pace, time.monotonic)
        self._script_pages = ScriptPages(options.scripted)

    @asynccontextmanager
    async def respond(self, request: Request) -> AsyncIterator[Answer]:
        """The replica's answer, or the source's wall."""
        source = source_of_host(request.host)
        wall = self._refuses(request, source) if source else None
        async with self._answer(request, wall) as answer:
            yield answer
        if source and _is_counted(request):
            self._pace.answered(request.connection.client, source.name)

    @asynccontextmanager
    async def _answer(self, request: Request, wall: Wall | None) -> AsyncIterator[Answer]:
        written = self._script_pages.script(request)
        if wall is not None:
            yield as_answer(wall())
        elif written is not None:
            yield written
        else:
            async with self._respond(request) as answer:
                if self._script_pages.chosen(request):
                    answer = await self._script_pages.frame(request, answer)
                yield replace(answer, headers=(*answer.headers, *self._sessions.given(request)))

    def _refuses(self, request: Request, source: Source) -> Wall | None:
        endpoint = endpoint_of(request)
        if request.host in source.photo_hosts - source.page_hosts:
            return self._noted(request, contradiction(request), PHOTO_WALL)
        if source.token_host:
            found = self._noted(request, _pretence(request), PAGE_WALLS[source.name])
        else:
            reason = contradiction(request) or (self._sessions.missing(request, endpoint) if endpoint else "")
            found = self._noted(request, reason, (ENDPOINT_WALLS if endpoint else PAGE_WALLS)[source.name])
        return found or self._too_quick(request, source)

    def _too_quick(self, request: Request, source: Source) -> Wall | None:
        offences = self._pace.offences(request.connection.client, source.name) if _is_counted(request) else 0
        if not offences:
            return None
        return self._noted(request, "too many requests", TOO_QUICK[source.name][min(offences, 2) - 1])

    @staticmethod
    def _noted(request: Request, reason: str, wall: Wall) -> Wall | None:
        request.refused_for = reason
        return wall if reason else None


def _is_counted(request: Request) -> bool:
    """Pages, endpoints and programs' requests; what a page itself loads comes in a burst from any browser."""
    return request.kind == "document" or endpoint_of(request) is not None or not request.header("sec-fetch-dest")


def _pretence(request: Request) -> str:
    """The county's documentation asks programs for an agent that is no browser's; its website is for browsers."""
    if request.host == _MAP_HOST or request.path == "/":
        return ""
    if "Mozilla" in request.header("user-agent") or request.header("sec-fetch-mode"):
        return "a browser at the API for programs"
    return "" if request.header("authorization") else "no token"
