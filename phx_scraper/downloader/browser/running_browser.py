"""One Chromium with the driver that steers it: started, measured, and ended with all of its processes."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable
from contextlib import suppress

from playwright.async_api import Browser, async_playwright
from playwright.async_api import Error as PlaywrightError

from phx_scraper.downloader.browser.chromium import LAUNCH_SECONDS, find_chromium, launch_options
from phx_scraper.downloader.browser.process_memory import memory_mb
from phx_scraper.downloader.browser.virtual_display import VirtualDisplay
from phx_scraper.downloader.exceptions import BrowserUnavailable

STOP_SECONDS = 5.0
"""For each of the polite requests to end; then the processes are killed."""


class RunningBrowser:
    """Each has a driver of its own: what made a browser hang or die may have hit its driver too."""

    def __init__(self, program: str, headed: bool) -> None:
        self._program = program
        self._display = VirtualDisplay() if headed else None
        self._driver = async_playwright()
        self._browser: Browser | None = None
        self._group = 0
        self.answers = True
        """False once it did not do as it was told: it is not asked politely to end."""

    async def start(self) -> Browser:
        """Start it. Raises BrowserUnavailable, and leaves nothing running then or when cancelled."""
        try:
            async with asyncio.timeout(2 * LAUNCH_SECONDS):
                return await self._start()
        except (PlaywrightError, OSError, TimeoutError) as error:
            await self.stop()
            raise BrowserUnavailable(f"Chromium did not start: {self._program}: {_in_a_line(error)}") from error
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End browser, driver and display, by force where they do not answer; a second call finds nothing to do."""
        if self._browser is not None and self.answers:
            await _within(STOP_SECONDS, self._browser.close())
        if self._group:
            _kill_group(self._group)
        # Ends the driver too where its start was cut short.
        await _within(STOP_SECONDS, self._driver.__aexit__())
        _kill_driver(self._driver)
        if self._display is not None:
            await self._display.stop()
        self._browser, self._group = None, 0

    async def memory_mb(self) -> float:
        """Megabytes that the browser's processes use, 0 where that cannot be told."""
        return await asyncio.to_thread(memory_mb, await self._processes())

    async def _start(self) -> Browser:
        display = await self._display.start() if self._display is not None else ""
        playwright = await self._driver.start()
        self._program = find_chromium(self._program, playwright.chromium.executable_path)
        options = launch_options(self._program, display, os.environ)
        self._browser = await playwright.chromium.launch(**options)
        self._group = next(iter(await self._processes()), 0)
        return self._browser

    async def _processes(self) -> list[int]:
        """Process ids, the browser's own first; empty where it does not answer."""
        if self._browser is None:
            return []
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                session = await self._browser.new_browser_cdp_session()
                found = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
                await session.detach()
                return [int(one["id"]) for one in sorted(found, key=lambda one: one["type"] != "browser")]
        return []


async def _within(seconds: float, ending: Awaitable[None]) -> None:
    # A closed pipe to the driver shows as one of these.
    with suppress(PlaywrightError, TimeoutError, OSError):
        async with asyncio.timeout(seconds):
            await ending


def _kill_group(leader: int) -> None:
    """Kill what is left of the browser; Playwright starts it as the leader of a process group."""
    with suppress(ProcessLookupError, PermissionError):
        if os.getpgid(leader) == leader:
            os.killpg(leader, signal.SIGKILL)


def _kill_driver(driver: object) -> None:
    # Not Playwright's public interface: to be read at each upgrade.
    process = getattr(getattr(getattr(driver, "_client", None), "_transport", None), "_proc", None)
    if process is not None and process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()


def _in_a_line(error: BaseException) -> str:
    """The first line that says something; what follows are call logs."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300] if lines else f"no answer within {2 * LAUNCH_SECONDS:g} s"
