"""An X display without a screen (Xvfb) for a headed browser, started and ended with it."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import suppress

from phx_scraper.downloader.exceptions import BrowserUnavailable

START_SECONDS = 15.0
STOP_SECONDS = 3.0


class VirtualDisplay:
    """One Xvfb. It ends by itself once its only client, the browser, is gone: a killed crawl leaves none behind."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> str:
        """Start it and return its name, such as `:99`. Raises BrowserUnavailable."""
        program = shutil.which("Xvfb")
        if program is None:
            raise BrowserUnavailable("PHX_BROWSER_HEADED needs Xvfb: as root, apt-get install xvfb; or leave it off")
        # -displayfd: it takes a free number and writes it there once it listens; -terminate: it ends with its client.
        arguments = ("-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-terminate")
        self._process = await asyncio.create_subprocess_exec(
            program, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(START_SECONDS):
                number = await self._process.stdout.readline()
        except TimeoutError:
            number = b""
        if not number.strip().isdigit():
            await self.stop()
            raise BrowserUnavailable(f"Xvfb did not start within {START_SECONDS:g} s, so there is no headed browser")
        return f":{int(number)}"

    async def stop(self) -> None:
        """End it where it has not ended."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
