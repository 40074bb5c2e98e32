"""JA4 of hellos with known fingerprints; the first is the worked example of FoxIO's definition."""

from __future__ import annotations

from dataclasses import replace

import pytest

from phx_scraper.replica.front.client_hello import ClientHello, NoClientHello, is_grease, take_hello
from phx_scraper.replica.front.ja4 import ja4

CIPHERS = "1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 009c 009d 002f 0035"
EXTENSIONS = "001b 0000 0033 0010 4469 0017 002d 000d 0005 0023 0012 002b ff01 000b 000a 0015"
ALGORITHMS = "0403 0804 0401 0503 0805 0501 0806 0601"


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(word, 16) for word in text.split())


EXAMPLE = ClientHello(
    version=0x0303,
    ciphers=(0x2A2A, *numbers(CIPHERS)),
    extensions=(0xDADA, *numbers(EXTENSIONS), 0x1A1A),
    server_name="example.com",
    alpn=(b"h2", b"http/1.1"),
    signature_algorithms=numbers(ALGORITHMS),
    supported_versions=(0x8A8A, 0x0304, 0x0303),
    groups=(),
)


def test_the_example_of_the_definition() -> None:
    assert ja4(EXAMPLE) == "t13d1516h2_8daaf6152771_e5627efa2ab1"


@pytest.mark.parametrize(
    ("change", "beginning"),
    [
        ({"extensions": numbers("0010 000d")}, "t13i1502h2_8daaf6152771_"),
        ({"supported_versions": ()}, "t12d1516h2_"),
        ({"alpn": (b"http/1.1",)}, "t13d1516h1_"),
        ({"alpn": ()}, "t13d151600_"),
        ({"alpn": (b"\xabcd\x1f",)}, "t13d1516af_"),
        ({"ciphers": ()}, "t13d0016h2_000000000000_"),
        ({"ciphers": tuple(range(0x1000, 0x1078))}, "t13d9916h2_"),
    ],
)
def test_the_first_part_says_what_is_counted(change: dict[str, object], beginning: str) -> None:
    assert ja4(replace(EXAMPLE, **change)).startswith(beginning)  # type: ignore[arg-type]


def test_order_of_ciphers_and_extensions_does_not_matter_that_of_algorithms_does() -> None:
    turned = replace(EXAMPLE, ciphers=EXAMPLE.ciphers[::-1], extensions=EXAMPLE.extensions[::-1])
    assert ja4(turned) == ja4(EXAMPLE)
    assert ja4(replace(EXAMPLE, signature_algorithms=EXAMPLE.signature_algorithms[::-1])) != ja4(EXAMPLE)


def test_without_signature_algorithms_nothing_follows_the_extensions() -> None:
    # The definition's own: sha256("0005,000a,…") without a trailing underscore.
    assert ja4(replace(EXAMPLE, signature_algorithms=())).endswith("_6d807ffa2a79")


def test_grease() -> None:
    assert [number for number in range(65_536) if is_grease(number)] == [0x0A0A + 0x1010 * n for n in range(16)]


@pytest.mark.parametrize(
    "received",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x00\x04\x02\x00\x00\x00",
        b"\x16\x03\x01\x00\x06\x01\x00\x00\x02\x03\x03",
    ],
)
def test_what_is_no_hello_is_refused(received: bytes) -> None:
    with pytest.raises(NoClientHello):
        take_hello(received)


def test_an_endless_first_message_is_refused() -> None:
    record = b"\x16\x03\x01\x40\x00" + (b"\x01\xff\xff\xff" + bytes(0x4000 - 4))
    assert take_hello(record) is None
    with pytest.raises(NoClientHello, match="does not end"):
        take_hello(record + b"\x16\x03\x01\x40\x00" * 1 + bytes(0x4000) + (b"\x16\x03\x01\x40\x00" + bytes(0x4000)) * 3)
