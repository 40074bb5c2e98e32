"""Which browsers are on their source's site already, and the one visit of a first page that the others wait for.

A browser is meant by the name of its cookie jar (`cookie_jars.py`): one source by one proxy.
"""

from __future__ import annotations

import asyncio
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
        self._failures: dict[str, tuple[set[str], Exception]] = {}

    def note_answer(self, request: Request, status: int) -> None:
        """An answer that is no refusal: a page of the site was opened, so its cookies are there."""
        if request.meta.get(FETCH) == "document" and 200 <= status < 300 and JAR in request.meta:
            self._begun.add(request.meta[JAR])

    async def begin(self, jar: str, home: str, visit: Callable[[], Awaitable[None]]) -> None:
        """Return once the session has begun, by `visit` if need be. Raises whatever that raises.

        Whoever comes meanwhile waits for the same visit. After a failure the next home tries again, these do not.
        """
        if jar in self._begun:
            return
        homes, error = self._failures.get(jar, (set(), None))
        if error is not None and home in homes:
            raise error.with_traceback(None)
        if jar not in self._visits:
            self._failures.pop(jar, None)
            self._visits[jar] = asyncio.ensure_future(visit())
        await self._conclude(self._visits[jar], jar, home)

    async def _conclude(self, visit: asyncio.Future[None], jar: str, home: str) -> None:
        await asyncio.wait({visit})
        if self._visits.get(jar) is visit:
            del self._visits[jar]
        error = visit.exception()
        if error is None:
            self._begun.add(jar)
            return
        if isinstance(error, Exception) and not isinstance(error, StoppedEarly):
            self._failures.setdefault(jar, (set(), error))[0].add(home)
        raise error.with_traceback(None)
