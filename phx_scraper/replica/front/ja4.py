"""JA4, the fingerprint of a TLS client: FoxIO's public definition.

https://github.com/FoxIO-LLC/ja4, "technical details" (JA4 itself is under the BSD 3-Clause licence; the
other JA4+ fingerprints are not, and are not here.)
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from phx_scraper.replica.front.client_hello import ClientHello, is_grease

_VERSIONS = {0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3", 0x0002: "s2"}
_SERVER_NAME, _ALPN = 0x0000, 0x0010
_NONE = "000000000000"


def ja4(hello: ClientHello) -> str:
    """The fingerprint `a_b_c` of a client over TCP: counts and versions, hash of ciphers, hash of extensions."""
    ciphers, extensions = _without_grease(hello.ciphers), _without_grease(hello.extensions)
    named = "d" if _SERVER_NAME in extensions else "i"
    counts = f"{min(len(ciphers), 99):02d}{min(len(extensions), 99):02d}"
    hashed = sorted(number for number in extensions if number not in {_SERVER_NAME, _ALPN})
    algorithms = _without_grease(hello.signature_algorithms)
    kinds = _hex(hashed) + (f"_{_hex(algorithms)}" if algorithms else "")
    beginning = f"t{_version(hello)}{named}{counts}{_first_protocol(hello)}"
    return f"{beginning}_{_hash(_hex(sorted(ciphers)))}_{_hash(kinds if hashed else '')}"


def _version(hello: ClientHello) -> str:
    offered = _without_grease(hello.supported_versions) or [hello.version]
    return _VERSIONS.get(max(offered), "00")


def _first_protocol(hello: ClientHello) -> str:
    """First and last character of the first ALPN value; of its hexadecimal form where one is not a letter or digit."""
    value = hello.alpn[0] if hello.alpn else b""
    if not value:
        return "00"
    ends = bytes((value[0], value[-1]))
    if all(chr(end).isascii() and chr(end).isalnum() for end in ends):
        return ends.decode("ascii")
    text = value.hex()
    return text[0] + text[-1]


def _without_grease(numbers: Iterable[int]) -> list[int]:
    return [number for number in numbers if not is_grease(number)]


def _hex(numbers: Iterable[int]) -> str:
    return ",".join(f"{number:04x}" for number in numbers)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12] if text else _NONE
