"""Addresses without what may be a secret: only query fields that name a home are kept."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

_KEPT = frozenset(
    {"propertyid", "listingid", "path", "location", "accesslevel", "q", "page", "streetnumber", "postalcode", "zpid"}
)


def without_secrets(url: str) -> str:
    """`url` without user name, fragment and unknown query fields; empty where it is no http address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name.lower() in _KEPT])
    place = f"{host}:{port}" if port else host
    return parts._replace(netloc=place, query=query, fragment="").geturl()
