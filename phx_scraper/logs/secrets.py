"""The secrets of a run, in all spellings in which a text may contain them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote
from urllib.request import getproxies

from phx_scraper.config.reading import texts_with_passwords
from phx_scraper.sources import SOURCES

S3_SECRETS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
MIN_LENGTH = 4
"""Characters; a shorter password may be ordinary text, so it is redacted only together with its user."""


def known_secrets(settings: Mapping[str, Any], environment: Mapping[str, str]) -> frozenset[str]:
    """The sources' tokens, an S3 server's secrets, users with passwords of proxies, catalogue and replica."""
    tokens = [environment.get(source.token_variable, "") for source in SOURCES.values() if source.token_variable]
    tokens += [str(settings.get(name) or environment.get(name, "")) for name in S3_SECRETS]
    urls = [url for text in texts_with_passwords(settings) for url in {text, *text.split(",")}]
    found = {spelling for token in tokens for spelling in _spellings(token)}
    for url in (*urls, *getproxies().values()):
        found.update(_of_url(url))
    return frozenset(found)


def _of_url(url: str) -> Iterator[str]:
    """Not by urlsplit, because an error message may show a URL that urlsplit cannot parse."""
    userinfo, at, _ = re.split(r"[/?#]", url.partition("://")[2] or url)[0].rpartition("@")
    if not at or not userinfo:
        return
    user, colon, password = userinfo.partition(":")
    if not password:
        # The user is a token.
        yield from _spellings(user)
        return
    plain = f"{unquote(user)}{colon}{unquote(password)}"
    yield from (userinfo, plain, base64.b64encode(plain.encode("latin-1", "replace")).decode())
    yield from _spellings(password)


def _spellings(secret: str) -> Iterator[str]:
    """As given, percent-decoded, percent-encoded, and as `repr` and JSON escape it."""
    for plain in dict.fromkeys((secret, unquote(secret))):
        spellings = (plain, quote(plain, safe=""), repr(plain)[1:-1], plain.replace("\\", "\\\\").replace('"', '\\"'))
        yield from (spelling for spelling in spellings if len(spelling) >= MIN_LENGTH)
