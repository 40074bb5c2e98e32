"""The cookies of a source and proxy, shared by its plain requests and its browser context: the jar is the truth."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from playwright.async_api import BrowserContext
from playwright.async_api import Error as PlaywrightError
from scrapy import Request

from phx_scraper.downloader.cookie_jars import CookieJars, add_cookies, cookies_of


async def give_cookies(jars: CookieJars, request: Request, context: BrowserContext, at_http: bool) -> None:
    """Show the context what the jar holds; `at_http`: to a replica without TLS, which Chromium shows no secure one."""
    for cookie in cookies_of(jars, request):
        shown: Any = cookie | {"secure": False, "sameSite": "Lax"} if at_http else cookie
        with suppress(PlaywrightError):  # one that Chromium does not take is no cookie of a browser
            await context.add_cookies([shown])


async def take_cookies(jars: CookieJars, request: Request, context: BrowserContext) -> None:
    """Keep what the page and its scripts have set. Raises Playwright's errors."""
    add_cookies(jars, request, [dict(cookie) for cookie in await context.cookies()])
