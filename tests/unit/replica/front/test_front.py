"""The front on the wire: both protocols, flow control, many streams, endings, and clients that misbehave."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
from collections.abc import Iterator
from urllib.request import urlopen

import h2.events
import pytest

from phx_scraper.errors import UsageError
from phx_scraper.replica import Options, Replica, running
from phx_scraper.replica.options import Options as ReplicaOptions
from tests.unit.replica.front.clients import HOST, Http2Client, tls

HOME = "/homedetails/1200-N-37th-Way-Phoenix-AZ-85032/14884528_zpid/"
PHOTOS = "photos.zillowstatic.com"


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(Options(photos=(3, 3), width=384, only=("photo_cut_once",), tls_port=0)) as replica:
        yield replica


def same_by_http(replica: Replica, path: str) -> bytes:
    with urlopen(f"{replica.url}/{HOST}{path}", timeout=60) as answer:
        return bytes(answer.read())


def test_http2_brings_the_replicas_answer(replica: Replica) -> None:
    with tls(replica, "h2") as connection:
        client = Http2Client(connection)
        stream = client.ask(HOME)
        client.until(h2.events.StreamEnded)
        assert client.body(stream) == same_by_http(replica, HOME)


def test_http1_brings_it_too_and_keeps_the_connection(replica: Replica) -> None:
    replica.reset()
    with tls(replica, "http/1.1") as connection:
        for _ in range(2):
            connection.sendall(f"GET {HOME} HTTP/1.1\r\nHost: {HOST}\r\nX-First: 1\r\naccept: */*\r\n\r\n".encode())
            assert read_http1(connection) == same_by_http(replica, HOME)
    (first, second) = replica.requests()
    assert first["connection"]["protocol"] == second["connection"]["protocol"] == "http/1.1"
    assert first["headers"] == [["Host", HOST], ["X-First", "1"], ["accept", "*/*"]]


def read_http1(connection: ssl.SSLSocket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65_536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65_536)
    return body


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: www.zillow.com\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nHost: www.zillow.com\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000, b"431"),
    ],
)
def test_bad_http1_requests_are_refused_by_name(replica: Replica, sent: bytes, status: bytes) -> None:
    with tls(replica, "http/1.1") as connection:
        connection.sendall(sent)
        assert connection.recv(65_536).split(b" ")[1] == status


def test_a_hundred_streams_are_answered_side_by_side(replica: Replica) -> None:
    with tls(replica, "h2") as connection:
        client = Http2Client(connection)
        client.until(h2.events.RemoteSettingsChanged)
        streams = [client.ask("/") for _ in range(100)]
        client.until(h2.events.StreamEnded, len(streams))
        assert {client.body(stream) for stream in streams} == {same_by_http(replica, "/")}


def test_no_more_is_sent_than_the_client_has_room_for(replica: Replica) -> None:
    whole = same_by_http(replica, HOME)
    assert len(whole) > 20_000
    with tls(replica, "h2") as connection:
        client = Http2Client(connection)
        client.h2.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 10_000})
        client.flush()
        client.until(h2.events.SettingsAcknowledged)
        stream = client.ask(HOME)
        other = client.ask("/")
        ended = client.until(h2.events.StreamEnded, acknowledge=False)
        assert [event.stream_id for event in ended] == [other], "the blocked stream holds up no other"
        assert client.body(stream) == whole[:10_000]
        client.h2.increment_flow_control_window(100_000, stream)
        client.flush()
        client.until(h2.events.StreamEnded, 2)
        assert client.body(stream) == whole


def test_a_reset_stream_ends_alone(replica: Replica) -> None:
    with tls(replica, "h2") as connection:
        client = Http2Client(connection)
        client.h2.reset_stream(client.ask(HOME))
        stream = client.ask("/")
        client.until(h2.events.StreamEnded)
        assert client.body(stream) == same_by_http(replica, "/")


def test_a_cut_answer_is_a_reset_stream(replica: Replica) -> None:
    replica.reset()
    page = same_by_http(replica, HOME).decode()
    photos = sorted(set(re.findall(rf"https://{re.escape(PHOTOS)}(/fp/[^\"\\]+_384\.jpg)", page)))
    with tls(replica, "h2", PHOTOS) as connection:
        client = Http2Client(connection)
        first = [client.ask(photo, PHOTOS) for photo in photos]
        (cut,) = client.until(h2.events.StreamReset)
        client.until(h2.events.StreamEnded, len(photos) - 1)
        again = client.ask(photos[first.index(cut.stream_id)], PHOTOS)
        client.until(h2.events.StreamEnded, len(photos))
        assert 0 < len(client.body(cut.stream_id)) < len(client.body(again))


def test_a_body_that_is_too_large_is_stopped(replica: Replica) -> None:
    with tls(replica, "h2") as connection:
        client = Http2Client(connection)
        client.until(h2.events.RemoteSettingsChanged)
        stream, sent = client.ask("/zg-graph", method="POST", end=False), 0
        while not client.count(h2.events.StreamReset) and sent < 4 << 20:
            room = min(client.h2.local_flow_control_window(stream), 16_384)
            if room:
                client.h2.send_data(stream, bytes(room))
                client.flush()
                sent += room
            else:
                client.until(
                    h2.events.WindowUpdated, 1 + sum(isinstance(e, h2.events.WindowUpdated) for e in client.events)
                )
        assert sent < 2 << 20


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff", bytes(100), b""])
def test_what_is_no_tls_is_hung_up_on(replica: Replica, sent: bytes) -> None:
    host, port = replica.tls_url.rpartition("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=60) as plain:
        plain.sendall(sent)
        plain.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            assert len(plain.recv(100)) < 20, "no more than an alert"


def test_a_broken_http2_frame_ends_the_connection_with_its_reason(replica: Replica) -> None:
    with tls(replica, "h2") as connection:
        client = Http2Client(connection)
        connection.sendall(b"\x00\x00\x05\x04\x00\x00\x00\x00\x0012345")  # SETTINGS of five bytes
        assert client.until(h2.events.ConnectionTerminated)


@pytest.mark.parametrize(("asked", "shown"), [(HOST, HOST), ("example.com", "localhost")])
def test_each_host_has_a_certificate_of_its_own(replica: Replica, asked: str, shown: str) -> None:
    from cryptography import x509

    with tls(replica, "h2", asked) as connection:
        certificate = x509.load_der_x509_certificate(connection.getpeercert(binary_form=True) or b"")
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [shown]


def test_a_port_that_is_taken_is_one_sentence(replica: Replica) -> None:
    port = int(replica.tls_url.rpartition(":")[2])
    with pytest.raises(UsageError, match="did not start"), running(Options(tls_port=port)):
        pass


@pytest.mark.parametrize(
    "wrong",
    [{"tls_port": 70_000}, {"suspicious": True}, {"tolerated_pace": -1.0}, {"scripted": 1.5, "tls_port": 0}],
)
def test_wrong_options_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        ReplicaOptions(**wrong)  # type: ignore[arg-type]
