"""What of Scrapy is not its public interface and is used all the same: to be read at each upgrade.

One more stands in `exporters.py`, which steps into the writing of an XML element.
"""

from __future__ import annotations

from collections.abc import Iterable

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http.cookies import WrappedRequest
from twisted.python.failure import Failure


def is_closing(crawler: Crawler) -> bool:
    """Whether the spider is being closed: by a signal, by itself or by an extension (Scrapy has no signal for that)."""
    engine = crawler._engine
    if engine is None or not engine.running:
        return True
    return engine._slot is None or engine._slot.closing is not None


def drop_queued(crawler: Crawler, error: Exception, names: Iterable[str] | None = None) -> None:
    """Fail the requests that wait in these slots (default: all) for their turn."""
    for name, slot in crawler.engine.downloader.slots.items():
        while slot.queue and (names is None or name in names):
            slot.queue.popleft()[1].errback(Failure(error))  # type: ignore[no-untyped-call]


def asked_request(wrapped: WrappedRequest) -> Request:
    """The request that Scrapy's cookie jar shows to a cookie policy."""
    return wrapped.request


def skip_certificate_check(handler: HTTP11DownloadHandler) -> None:
    """Accept any certificate in this handler alone, whatever the setting says."""
    handler._contextFactory._verify_certificates = False


class RedirectsWithoutReferer(RedirectMiddleware):
    """Scrapy's redirects, which look for no RefererMiddleware when the engine starts."""

    def _engine_started(self) -> None:
        """Nothing to find: `handle_referer` is the subclass's own."""
