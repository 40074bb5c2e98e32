"""What Playwright raises as the exceptions that Scrapy's retry list names."""

from __future__ import annotations

from playwright.async_api import TimeoutError as PlaywrightTimeoutError
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, DownloadTimeoutError

from phx_scraper.downloader.browser.checking_proxy import CheckingProxy
from phx_scraper.downloader.exceptions import BrowserFailed

# What Playwright says where browser, context, page or driver went away under it.
_GONE = ("Target page, context or browser has been closed", "Target crashed", "Page crashed", "Connection closed")


def as_scrapy_error(error: Exception, host: str, proxy: CheckingProxy | None) -> Exception:
    """The Scrapy exception of an error over a page of `host`, which connected by `proxy`.

    What the proxy knows of the page's own host says more than "the tunnel failed".
    """
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    if proxy is not None and proxy.is_over_limit:
        return DownloadCancelledError(f"a page of {host}, with what it loads, has more than the bytes that are taken")
    if isinstance(error, DownloadTimeoutError):
        return error
    if any(sign in str(error) for sign in _GONE):
        return BrowserFailed(text)
    if proxy is not None and proxy.troubles:
        return proxy.troubles.get(host) or list(proxy.troubles.values())[-1]
    return DownloadTimeoutError(text) if isinstance(error, PlaywrightTimeoutError) else DownloadFailedError(text)
