"""Waits until a page's scripts have done their work, and no longer than is worth it."""

from __future__ import annotations

from contextlib import suppress

from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError
from scrapy.exceptions import DownloadCancelledError

from phx_scraper.pages.block_pages import block_reason_in_body
from phx_scraper.pages.script_state import LEAST_CONTENT, STATE_MARKS

SHARE = 0.4
"""Of the request's time: the rest is for getting the page, and for reading it as it stands then."""
_POLL = 250  # milliseconds

_HAS_CONTENT = """([selector, text, least]) => [...document.querySelectorAll(selector)]
    .some(element => element.textContent.length >= least && element.textContent.includes(text))"""
_LENGTH = "() => document.documentElement ? document.documentElement.outerHTML.length : 0"


async def settle(page: Page, source: str, seconds: float) -> None:
    """Wait for the content of a page of `source`; one that never has any is left as it stands after the time.

    A block page is left at once: nothing is waited for there, and nothing tried.
    """
    mark, milliseconds = STATE_MARKS.get(source), seconds * SHARE * 1000
    if mark is None:
        with suppress(PlaywrightTimeoutError):
            await page.wait_for_load_state("networkidle", timeout=milliseconds)
        return
    argument = [mark.selector, mark.text, LEAST_CONTENT]
    if await page.evaluate(_HAS_CONTENT, argument) or block_reason_in_body((await page.content()).encode()):
        return
    with suppress(PlaywrightTimeoutError):
        await page.wait_for_function(_HAS_CONTENT, arg=argument, polling=_POLL, timeout=milliseconds)


async def check_size(page: Page, largest: int) -> None:
    """Raises DownloadCancelledError for a document of more than `largest` characters (0 = no bound): it stays there."""
    length = int(await page.evaluate(_LENGTH))
    if largest and length > largest:
        raise DownloadCancelledError(f"the rendered page has {length} characters, {largest} are taken: {page.url}")
