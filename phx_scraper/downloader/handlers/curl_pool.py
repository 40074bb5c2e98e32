"""libcurl handles and the connections they share: one pool per source, identity and proxy."""

from __future__ import annotations

from collections.abc import Callable

from curl_cffi import AsyncCurl, Curl, CurlECode, CurlError


class CurlPool:
    """Transfers on one libcurl multi handle: connections and TLS sessions are reused, handles recycled.

    Lives on the running event loop, from which alone it may be used.
    """

    def __init__(self) -> None:
        self._multi = AsyncCurl()
        self._idle: list[Curl] = []
        self._closed = False

    async def perform(self, prepare: Callable[[Curl], None], finish: Callable[[Curl, CurlError | None], None]) -> None:
        """Run one transfer: `prepare` sets its options, `finish` reads the outcome while the handle is still its own.

        Cancelling the caller stops the transfer and closes its connection.
        """
        curl = self._idle.pop() if self._idle else Curl()
        try:
            prepare(curl)
            finish(curl, await self._outcome(curl))
        finally:
            self._recycle(curl)

    async def close(self) -> None:
        """Stop what runs, which then ends as an error, and close every connection."""
        self._closed = True
        await self._multi.close()  # type: ignore[no-untyped-call]
        while self._idle:
            self._idle.pop().close()

    async def _outcome(self, curl: Curl) -> CurlError | None:
        try:
            await self._multi.add_handle(curl)
        except CurlError as error:
            return error
        # AsyncCurl.close() lets transfers under way end as if they were whole.
        return CurlError("the crawl closed its connections", CurlECode.ABORTED_BY_CALLBACK) if self._closed else None

    def _recycle(self, curl: Curl) -> None:
        if self._closed:
            curl.close()
            return
        self._multi.remove_handle(curl)
        curl.clean_handles_and_buffers()
        curl.reset()
        self._idle.append(curl)
