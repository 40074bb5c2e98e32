"""Which browsers are on their source's site already, and the one visit of a first page that the others wait for.

A browser is meant by the name of its cookie jar (`cookie_jars.py`): one source by one proxy.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

from scrapy import Request

from phx_scraper.downloader.cookie_jars import JAR
from phx_scraper.downloader.exceptions import StoppedEarly
from phx_scraper.downloader.meta_keys import FETCH


class Sessions:
    """The sessions of one crawl; each begins with a page of the site, the first page or any other."""

    def __init__(self) -> None:
        self._begun: set[str] = set()
        self._visits: dict[str, asyncio.Future[None]] = {}
        self._failures: defaultdict[str, dict[str, Exception]] = defaultdict(dict)

    def note_answer(self, request: Request, status: int) -> None:
        """An answer that is no refusal: a page of the site was opened, so its cookies are there."""
        if request.meta.get(FETCH) == "document" and 200 <= status < 300 and JAR in request.meta:
            self._begun.add(request.meta[JAR])

    async def begin(self, jar: str, home: str, visit: Callable[[], Awaitable[None]]) -> None:
        """Return once the session has begun, by `visit` if need be. Raises whatever that raises.

        Whoever comes meanwhile waits for the same visit. A failure is that of one home, which does not try again; the
        next home that waits does: were it the failure of all, one page would count as many in a row.
        """
        while jar not in self._begun:
            if home in self._failures[jar]:
                raise self._failures[jar][home].with_traceback(None)
            if jar in self._visits:
                await self._wait(self._visits[jar])
            else:
                await self._open(jar, home, visit)

    async def _open(self, jar: str, home: str, visit: Callable[[], Awaitable[None]]) -> None:
        opening = self._visits[jar] = asyncio.ensure_future(visit())
        try:
            await asyncio.wait({opening})
        finally:
            del self._visits[jar]
        error = opening.exception()
        if error is None:
            self._begun.add(jar)
            self._failures.pop(jar, None)
            return
        if isinstance(error, Exception) and not isinstance(error, StoppedEarly):
            self._failures[jar][home] = error
        raise error.with_traceback(None)

    async def _wait(self, opening: asyncio.Future[None]) -> None:
        """Raises StoppedEarly where it ends with that: then nobody needs to try."""
        await asyncio.wait({opening})
        error = opening.exception()
        if isinstance(error, StoppedEarly):
            raise error.with_traceback(None)
