"""HTTP/2 (RFC 9113) of one connection: streams answered side by side, within both sides' flow control."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RemoteSettingsChanged,
    RequestReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import H2Error
from h2.settings import SettingCodes, Settings
from hyperframe.frame import GoAwayFrame

from phx_scraper.replica.front.exchange import MAX_BODY, Answer, AnswerCut, Respond, may_have_body
from phx_scraper.replica.front.http2_frames import FirstFrames
from phx_scraper.replica.front.recorder import Connection, Recorder, Request
from phx_scraper.replica.front.tls_connection import Writer

REQUESTS_A_CONNECTION = 1000
"""Then the client is asked by GOAWAY to open another one, as common servers do."""

_SETTINGS = {
    SettingCodes.MAX_CONCURRENT_STREAMS: 128,
    SettingCodes.INITIAL_WINDOW_SIZE: 65_536,
    SettingCodes.MAX_HEADER_LIST_SIZE: 65_536,
    SettingCodes.ENABLE_CONNECT_PROTOCOL: 0,
}


@dataclass(slots=True)
class _Stream:
    request: Request
    body: bytearray = field(default_factory=bytearray)
    task: asyncio.Task[None] | None = None


class Http2Connection:
    """One client. Every stream is a task; a stream that is reset ends its own task alone."""

    def __init__(self, connection: Connection, writer: Writer, recorder: Recorder, respond: Respond) -> None:
        self._connection, self._writer = connection, writer
        self._recorder, self._respond = recorder, respond
        self._first_frames = FirstFrames(connection)
        self._streams: dict[int, _Stream] = {}
        self._window_changed = asyncio.Event()
        self._count = 0
        self._leaving = False
        # As they stand on the wire: h2 would join the cookies, and put them last.
        config = H2Configuration(client_side=False, header_encoding="latin-1", normalize_inbound_headers=False)
        self._h2 = H2Connection(config)
        self._h2.local_settings = Settings(client=False, initial_values=_SETTINGS)
        self._h2.initiate_connection()
        self._flush()

    def receive(self, data: bytes) -> None:
        """Take decrypted bytes."""
        self._first_frames.receive(data)
        try:
            events = self._h2.receive_data(data)
        except (H2Error, ValueError):
            self._flush()  # h2 has put the GOAWAY with its reason there
            self._writer.close()
            return
        for event in events:
            self._take(event)
        self._flush()

    def closed(self) -> None:
        """The connection is gone: nobody reads the answers any more."""
        for stream in list(self._streams.values()):
            if stream.task is not None:
                stream.task.cancel()
        self._streams.clear()

    def _take(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            self._begin(event)
        elif isinstance(event, DataReceived):
            self._receive_body(event)
        elif isinstance(event, StreamEnded):
            stream = self._streams.get(event.stream_id)
            if stream is not None:
                stream.task = asyncio.ensure_future(self._answer(event.stream_id, stream))
        elif isinstance(event, StreamReset):
            self._forget(event.stream_id)
        elif isinstance(event, WindowUpdated | RemoteSettingsChanged):
            waited_for, self._window_changed = self._window_changed, asyncio.Event()
            waited_for.set()
        elif isinstance(event, ConnectionTerminated):
            self._writer.close()

    def _begin(self, event: RequestReceived) -> None:
        if self._leaving:
            self._h2.reset_stream(event.stream_id, ErrorCodes.REFUSED_STREAM)
            return
        headers = [(str(name), str(value)) for name, value in event.headers]
        special = {name: value for name, value in headers if name.startswith(":")}
        updated = event.priority_updated
        request = Request(
            self._connection,
            host=special.get(":authority", "").lower().partition(":")[0],
            method=special.get(":method", ""),
            path=special.get(":path", ""),
            headers=tuple(pair for pair in headers if not pair[0].startswith(":")),
            pseudo=",".join(name[1] for name, _ in headers if name.startswith(":")),
            priority=(updated.depends_on, updated.weight, updated.exclusive) if updated else None,
        )
        self._streams[event.stream_id] = _Stream(request)
        self._recorder.requests.append(request)
        self._count += 1
        if self._count >= REQUESTS_A_CONNECTION:
            self._leave(event.stream_id)

    def _leave(self, last: int) -> None:
        """GOAWAY for streams after `last`; written here, since h2 would let no open stream send any more."""
        self._leaving = True
        self._flush()
        self._writer.write(GoAwayFrame(stream_id=0, last_stream_id=last).serialize())

    def _receive_body(self, event: DataReceived) -> None:
        self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        stream = self._streams.get(event.stream_id)
        if stream is None:
            return
        stream.body += event.data
        if len(stream.body) > MAX_BODY:
            self._reset(event.stream_id, ErrorCodes.ENHANCE_YOUR_CALM)

    async def _answer(self, number: int, stream: _Stream) -> None:
        stream.request.body = bytes(stream.body)
        try:
            async with self._respond(stream.request) as answer:
                stream.request.status = answer.status
                await self._send(number, answer, may_have_body(stream.request, answer))
        except AnswerCut:
            self._reset(number, ErrorCodes.INTERNAL_ERROR)
        except (H2Error, ConnectionError):
            pass  # The client has reset the stream, or is gone.
        except Exception:
            self._reset(number, ErrorCodes.INTERNAL_ERROR)
            raise
        finally:
            self._streams.pop(number, None)
            if self._leaving and not self._streams:
                self._writer.close()

    async def _send(self, number: int, answer: Answer, has_body: bool) -> None:
        self._h2.send_headers(number, [(":status", str(answer.status)), *answer.headers], end_stream=not has_body)
        self._flush()
        if not has_body:
            return
        async for chunk in answer.body:
            await self._send_data(number, chunk)
        self._h2.end_stream(number)
        self._flush()

    async def _send_data(self, number: int, data: bytes) -> None:
        while data:
            size = min(self._h2.local_flow_control_window(number), self._h2.max_outbound_frame_size, len(data))
            if size <= 0:
                await self._window_changed.wait()
                continue
            self._h2.send_data(number, data[:size])
            data = data[size:]
            self._flush()
            await self._writer.drained()

    def _forget(self, number: int) -> None:
        stream = self._streams.pop(number, None)
        if stream is not None and stream.task is not None:
            stream.task.cancel()

    def _reset(self, number: int, code: ErrorCodes) -> None:
        try:
            self._h2.reset_stream(number, code)
        except H2Error:
            return  # It has ended already.
        finally:
            self._streams.pop(number, None)
        self._flush()

    def _flush(self) -> None:
        self._writer.write(self._h2.data_to_send())
