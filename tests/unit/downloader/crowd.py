"""A fault server for what is asked for at once: a crowd comes about however seldom the machine lets anybody work."""

from __future__ import annotations

import asyncio

from tests.faults.fault_routes import ReceivedRequest
from tests.faults.fault_server import FaultServer


class Crowd(FaultServer):
    """Answers nobody before so many requests wait; from then on as ever."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number, self._gathered = number, asyncio.Event()

    async def respond(self, request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
        if len(self.log.requests) >= self._number:
            self._gathered.set()
        await self._gathered.wait()
        return await super().respond(request, writer)
