"""HTTP/1.1 (RFC 9112) of one connection, for clients that ask for nothing newer; header names keep their case."""

from __future__ import annotations

import asyncio
from http.client import responses

from phx_scraper.replica.front.exchange import MAX_BODY, Answer, AnswerCut, Respond, may_have_body, whole
from phx_scraper.replica.front.recorder import Connection, Recorder, Request
from phx_scraper.replica.front.tls_connection import Writer

_MAX_HEAD = 65_536
_END = b"\r\n\r\n"


class _BadRequest(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


class Http1Connection:
    """One client; requests are answered one after the other."""

    def __init__(self, connection: Connection, writer: Writer, recorder: Recorder, respond: Respond) -> None:
        self._connection, self._writer = connection, writer
        self._recorder, self._respond = recorder, respond
        self._buffer = bytearray()
        self._more = asyncio.Event()
        self._task = asyncio.ensure_future(self._serve())

    def receive(self, data: bytes) -> None:
        """Take decrypted bytes."""
        self._buffer += data
        if len(self._buffer) > _MAX_HEAD + MAX_BODY:
            self._writer.cut()
        self._more.set()

    def closed(self) -> None:
        """The connection is gone."""
        self._task.cancel()

    async def _serve(self) -> None:
        try:
            while await self._serve_one():
                pass
            self._writer.close()
        except _BadRequest as error:
            await self._send(Answer(error.status, (("content-length", "0"),), whole(b"")), True)
            self._writer.close()
        except AnswerCut:
            self._writer.cut()
        except ConnectionError:
            pass  # The client is gone.
        except Exception:
            self._writer.cut()
            raise

    async def _serve_one(self) -> bool:
        head = await self._take_head()
        request = self._request(head.decode("latin-1").split("\r\n"))
        request.body = await self._take_body(request)
        self._recorder.requests.append(request)
        async with self._respond(request) as answer:
            request.status = answer.status
            await self._send(answer, may_have_body(request, answer))
        return request.header("connection").lower() != "close"

    def _request(self, lines: list[str]) -> Request:
        words = lines[0].split(" ")
        headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
        hosts = [value for name, value in headers if name.lower() == "host"]
        if len(words) != 3 or words[2] != "HTTP/1.1" or not words[1].startswith("/") or len(hosts) != 1:
            raise _BadRequest(400)
        host = hosts[0].lower().partition(":")[0]
        return Request(self._connection, host, words[0], words[1], tuple(headers))

    async def _take_head(self) -> bytes:
        while _END not in self._buffer:
            if len(self._buffer) > _MAX_HEAD:
                raise _BadRequest(431)
            await self._wait()
        head, _, rest = bytes(self._buffer).partition(_END)
        self._buffer[:] = rest
        return head

    async def _take_body(self, request: Request) -> bytes:
        length = request.header("content-length") or "0"
        if request.header("transfer-encoding") or not length.isdecimal():
            raise _BadRequest(411)
        if int(length) > MAX_BODY:
            raise _BadRequest(413)
        while len(self._buffer) < int(length):
            await self._wait()
        body = bytes(self._buffer[: int(length)])
        del self._buffer[: int(length)]
        return body

    async def _wait(self) -> None:
        self._more.clear()
        await self._more.wait()

    async def _send(self, answer: Answer, has_body: bool) -> None:
        chunked = has_body and not any(name == "content-length" for name, _ in answer.headers)
        headers = [*answer.headers, *([("transfer-encoding", "chunked")] if chunked else [])]
        lines = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}", *(f"{name}: {value}" for name, value in headers)]
        self._writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        if not has_body:
            return
        async for chunk in answer.body:
            self._writer.write(b"%x\r\n%b\r\n" % (len(chunk), chunk) if chunked else chunk)
            await self._writer.drained()
        if chunked:
            self._writer.write(b"0\r\n\r\n")


def _phrase(status: int) -> str:
    return responses.get(status, "")
