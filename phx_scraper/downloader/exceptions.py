"""Our errors in the form that Scrapy neither retries nor logs as a crash."""

from __future__ import annotations

from scrapy.exceptions import DownloadFailedError, IgnoreRequest

from phx_scraper.errors import PageError, PhxError, Refused, UnsafeTarget


class UnsafeRequest(UnsafeTarget, IgnoreRequest):
    """A request that must not leave; raised by `downloader` and `downloader.middlewares`.

    `reason` is one snake_case word: `scheme`, `userinfo`, `odd_host`, `host_not_listed`, `port`, `private_address`,
    `offline`.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class RefusedResponse(Refused, IgnoreRequest):
    """An answer that is the source's refusal; raised by `downloader.middlewares`."""


class FirstPageFailed(PageError, IgnoreRequest):
    """A source's first page was not had, so its endpoints are not asked; raised by `downloader.middlewares`."""


class StoppedEarly(PhxError, IgnoreRequest):
    """Unfinished work of a crawl that closes, no failure; raised by `downloader` and `downloader.middlewares`."""


class SourceBlocked(StoppedEarly):
    """A request whose source is left alone by its circuit breaker; raised by `downloader` and `run`."""


class BrowserUnavailable(PageError, IgnoreRequest):
    """No browser can be had, for a reason that trying again does not change; raised by `downloader`."""

    def __init__(self, detail: str) -> None:
        super().__init__("browser_unavailable", detail)


class BrowserFailed(PageError, DownloadFailedError):
    """The browser died or hung over a page, which is worth another try; raised by `downloader.browser`."""

    def __init__(self, detail: str) -> None:
        super().__init__("browser_failed", detail)
