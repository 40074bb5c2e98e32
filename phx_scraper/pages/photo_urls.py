"""Which photo addresses may be collected at all, and the tally of those that may not."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from phx_scraper.sources import SOURCES

# Stands in for a photo at homes that have none: the street by its address, or the lot from above.
_MAP_PICTURE = re.compile(r"(?:https?:)?//maps\.(?:googleapis|google)\.com/maps/api/(?:streetview|staticmap)\b", re.I)
_UNSAFE = re.compile(r"[\x00-\x20\x7f<>\"'\\^`{|}]|[^\x00-\x7f]")


@cache
def _ordinary(source: str) -> re.Pattern[str]:
    """What nearly all addresses look like: taking a URL apart costs ten times this match, and a page has a thousand."""
    hosts = "|".join(re.escape(host) for host in sorted(SOURCES[source].photo_hosts))
    return re.compile(rf"https://(?:{hosts})/[\w.~/-]{{0,1900}}", re.ASCII)


def owned_url(source: str, value: Any) -> str | None:
    """`value` as an `https` URL on one of the photo hosts of `source`, or None.

    Refused: other hosts and schemes, ports, user names, blanks and control characters, more than 2,000 characters.
    """
    if not isinstance(value, str) or len(value) > 2000:
        return None
    if _ordinary(source).fullmatch(value):
        return value
    url = "https:" + value if value.startswith("//") else value
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    plain = parts.scheme in ("http", "https") and port is None and "@" not in parts.netloc and not _UNSAFE.search(url)
    if not plain or parts.netloc.lower() not in SOURCES[source].photo_hosts:
        return None
    return parts._replace(scheme="https", netloc=parts.netloc.lower(), fragment="").geturl()


def is_map_picture(value: Any) -> bool:
    """Whether an address is of Google's Street View or of its map: a picture that is nobody's photo of the home."""
    return isinstance(value, str) and _MAP_PICTURE.match(value.strip()[:200]) is not None


class Tally:
    """Photos left out on purpose, counted once each by reason however often a page repeats them."""

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}

    def add(self, reason: str, what: Any) -> None:
        """Count `what` (the address or name of a photo) under `reason`."""
        self._seen.setdefault(reason, set()).add(str(what)[:300])

    def counts(self) -> tuple[tuple[str, int], ...]:
        """(reason, count) pairs for `Listing.refused`, by reason."""
        return tuple((reason, len(seen)) for reason, seen in sorted(self._seen.items()))


def fair_claim(said: int, found: int, without_photo: int) -> int:
    """The number of photos that a page claims where it counts entries: `said`, less those that add no photo.

    Such entries repeat a picture or show a map; they explain what is missing of the claim, and no more than that.
    """
    return said - min(max(said - found, 0), without_photo)
