"""scrapy-playwright with Scrapy's errors; loaded only where a crawl wants a browser."""

from __future__ import annotations

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeoutError
from scrapy import Request
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler  # type: ignore[import-untyped]

from phx_scraper.downloader.handlers.proxy import CONTEXT, by_browser


class BrowserDownloadHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Raises DownloadTimeoutError and DownloadFailedError, which Scrapy retries, in place of Playwright's own."""

    async def download_request(self, request: Request) -> Response:
        """Render the page of `request`, by its proxy where it has one."""
        sent = by_browser(request)
        try:
            response: Response = await super().download_request(sent)
        except PlaywrightTimeoutError as error:
            raise DownloadTimeoutError(str(error)) from error
        except PlaywrightError as error:
            raise DownloadFailedError(str(error)) from error
        finally:
            learnt = {key: sent.meta[key] for key in sent.meta.keys() - request.meta.keys() - CONTEXT}
            request.meta.update(learnt)
        return response
