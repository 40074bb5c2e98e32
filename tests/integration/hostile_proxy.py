"""A proxy that replaces responses at chosen steps of chosen homes by failures of live sites."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.faults.fault_routes import ReceivedRequest, silence, write_response
from tests.faults.intercepting_proxy import InterceptingProxy
from tests.integration.hostile_steps import HomeIndex

Responder = Callable[[ReceivedRequest, asyncio.StreamWriter, bytes], Awaitable[bool]]
"""Writes a response in place of the true one, which is given whole; True: the connection stays open."""

NOT_KNOWN = "none"
HTML, JSON, XML = "text/html; charset=utf-8", "application/json", "application/xml"
_FORBIDDEN = b"<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1></body></html>"
_DENIED = b"<?xml version='1.0'?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
_MISSING = b"<!DOCTYPE html><html><head><title>Not found</title></head><body><h1>Not found</h1></body></html>"
_OTHER_JSON = b'{"status": "ok", "data": {"items": [1, 2, 3]}, "message": null}'


def fixed_response(status: int, body: bytes, content_type: str, **headers: str) -> Responder:
    """A fixed response."""

    async def replace(request: ReceivedRequest, writer: asyncio.StreamWriter, _true: bytes) -> bool:
        return write_response(request, writer, status, body, Content_Type=content_type, **headers)

    return replace


async def truncated(_ask: ReceivedRequest, writer: asyncio.StreamWriter, true: bytes) -> bool:
    """The first half of the true response; then the connection closes."""
    head, _, body = true.partition(b"\r\n\r\n")
    writer.write(head + b"\r\n\r\n" + body[: len(body) // 2])
    return False


async def redirect_home(request: ReceivedRequest, writer: asyncio.StreamWriter, _true: bytes) -> bool:
    """302 to the start page of the same host."""
    return write_response(request, writer, 302, b"", Location=f"https://{request.host}/")


async def hang(request: ReceivedRequest, writer: asyncio.StreamWriter, _true: bytes) -> bool:
    """No response."""
    return await silence(request, writer)


async def not_known(request: ReceivedRequest, writer: asyncio.StreamWriter, _true: bytes) -> bool:
    """The response of a lookup that understood the query and has no such home."""
    if request.host == "apps.flexmls.com":
        body = f'/**/ {request.query["callback"]}({{"D":{{"Success":true,"Results":[]}}}});'.encode()
        return write_response(request, writer, 200, body, Content_Type="text/javascript")
    body = _NOT_KNOWN_AT[request.host]
    return write_response(request, writer, 200, body, Content_Type=HTML if body.startswith(b"<") else JSON)


_NOT_KNOWN_AT = {
    "www.redfin.com": b'{}&&{"version":660,"errorMessage":"Success","resultCode":0,"payload":{"sections":[]}}',
    "www.zillowstatic.com": b'{"results": []}',
    "phoenixmlssearch.com": (
        b"<html><head><title>Property Search</title></head><body class='flexmls-page'>"
        b"<div class='flexmls_connect__sr_matches'><span class='flexmls_connect__sr_matches_count'>0</span>"
        b" matches found</div></body></html>"
    ),
}

RESPONSES: dict[str, Responder] = {
    "403 html": fixed_response(403, _FORBIDDEN, HTML),
    "403 xml": fixed_response(403, _DENIED, XML),
    "404 html": fixed_response(404, _MISSING, HTML),
    "404 json": fixed_response(404, b'{"message": "Not Found"}', JSON),
    "429": fixed_response(429, b"<html><body>Too Many Requests</body></html>", HTML),
    "429 retry-after": fixed_response(429, b"<html><body>Too Many Requests</body></html>", HTML, Retry_After="1"),
    "500": fixed_response(500, b"<html><body>Internal Server Error</body></html>", HTML),
    "502": fixed_response(502, b"<html><body>Bad Gateway</body></html>", HTML),
    "empty 200": fixed_response(200, b"", HTML),
    "other json": fixed_response(200, _OTHER_JSON, JSON),
    "truncated": truncated,
    "redirect home": redirect_home,
    "timeout": hang,
}


@dataclass
class InjectionPlan:
    """(home, source, step) -> the name of the response that replaces the true one; `used` were requested."""

    replaced: dict[tuple[str, str, str], str]
    used: set[tuple[str, str, str]] = field(default_factory=set)


class HostileProxy(InterceptingProxy):
    """Used as PHX_REPLICA_URL."""

    def __init__(self, replica_url: str, homes: HomeIndex, plan: InjectionPlan) -> None:
        super().__init__(replica_url)
        self._homes, self._plan = homes, plan

    async def respond(self, request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
        """The injected response of the home and the step, else the replica's."""
        home = self._homes.of(request)
        for source, step in self._homes.steps(request, home) if home else []:
            named = self._plan.replaced.get((home, source, step))
            if named:
                self._plan.used.add((home, source, step))
                true = await self.fetched(request) if named == "truncated" else b""
                return await (not_known if named == NOT_KNOWN else RESPONSES[named])(request, writer, true)
        return await super().respond(request, writer)
