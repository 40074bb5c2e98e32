"""`PHX_PROXIES`: proxies as URLs of one form. A sentence about one names its place and shows no part of it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from phx_scraper.config.value_kinds import Kind
from phx_scraper.errors import UsageError

PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")
PROXY_FORM = (
    "write http, https, socks5 or socks5h://USER:PASSWORD@HOST:PORT, without USER:PASSWORD@ where it wants none"
)


def proxy_list() -> Kind[tuple[str, ...]]:
    """The proxies, each once. A wrong one is told by its place, and no part of it is shown."""
    return Kind("proxy URLs with commas between them, http, https, socks5 or socks5h; empty for none", _proxies)


def _proxies(name: str, value: Any) -> tuple[str, ...]:
    entries = str(value or "").split(",")
    found = [_proxy(name, number, entry.strip()) for number, entry in enumerate(entries, 1) if entry.strip()]
    return tuple(dict.fromkeys(found))


def _proxy(name: str, number: int, entry: str) -> str:
    try:
        parts = urlsplit(entry)
        problem = _proxy_problem(entry, parts)
    except ValueError:
        # Its own text quotes what is wrong, which may be the password.
        problem = "it is no URL with a host and a port"
    if problem:
        raise UsageError(f"{name}, entry {number}: {problem}; {PROXY_FORM}")
    userinfo, at, place = parts.netloc.rpartition("@")
    # Scrapy's HttpProxyMiddleware cannot read a user without a colon.
    return f"{parts.scheme}://{userinfo}{'' if ':' in userinfo or not at else ':'}{at}{place}"


def _proxy_problem(entry: str, parts: SplitResult) -> str:
    """What is wrong with an entry, without any part of it; an empty text where nothing is. Raises ValueError."""
    if not re.fullmatch(r"[\x21-\x7e]+", entry):
        return "it holds a blank or a character outside ASCII (in a password write it as %XX)"
    if parts.scheme not in PROXY_SCHEMES:
        return "its scheme is none that can be used"
    if not parts.hostname or not parts.port:
        return "its host or its port is missing"
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        return "something follows its port (in a password write / ? # and , as %2F %3F %23 and %2C)"
    if "@" in parts.netloc and not parts.username:
        return "it has a password and no user"
    try:
        unquote(f"{parts.username}{parts.password}").encode("latin-1")
    except UnicodeEncodeError:
        return "its user or password holds characters that a proxy cannot be told (only Latin-1 ones can)"
    return ""
