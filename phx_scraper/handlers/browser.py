"""scrapy-playwright with Scrapy's errors; loaded only where a crawl wants a browser."""

from __future__ import annotations

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeoutError
from scrapy import Request
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler  # type: ignore[import-untyped]


class BrowserDownloadHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Raises DownloadTimeoutError and DownloadFailedError, which Scrapy retries, in place of Playwright's own."""

    async def download_request(self, request: Request) -> Response:
        """Render the page of `request`."""
        try:
            response: Response = await super().download_request(request)
        except PlaywrightTimeoutError as error:
            raise DownloadTimeoutError(str(error)) from error
        except PlaywrightError as error:
            raise DownloadFailedError(str(error)) from error
        return response
