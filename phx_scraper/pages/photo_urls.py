"""Which photo URLs may be collected, and the counts of refused photos."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from phx_scraper.sources import SOURCES

# Shown in place of a photo for homes without one: Street View, or a map.
_MAP_PICTURE = re.compile(r"(?:https?:)?//maps\.(?:googleapis|google)\.com/maps/api/(?:streetview|staticmap)\b", re.I)
_UNSAFE = re.compile(r"[\x00-\x20\x7f<>\"'\\^`{|}]|[^\x00-\x7f]")


@cache
def _usual_url(source: str) -> re.Pattern[str]:
    """The form of nearly all URLs; parsing a URL is ten times slower than this match, and a page has a thousand."""
    hosts = "|".join(re.escape(host) for host in sorted(SOURCES[source].photo_hosts))
    return re.compile(rf"https://(?:{hosts})/[\w.~/-]{{0,1900}}", re.ASCII)


def owned_url(source: str, value: Any) -> str | None:
    """`value` as an `https` URL on one of the photo hosts of `source`, or None.

    Refused: other hosts and schemes, ports, user names, blanks and control characters, more than 2,000 characters.
    """
    if not isinstance(value, str) or len(value) > 2000:
        return None
    if _usual_url(source).fullmatch(value):
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
    """Whether a URL is of Google's Street View or of its map, which are not photos of the listing."""
    return isinstance(value, str) and _MAP_PICTURE.match(value.strip()[:200]) is not None


def all_map_pictures(values: Sequence[Any]) -> bool:
    """Whether there are URLs and each is of Google's Street View or of its map."""
    return bool(values) and all(map(is_map_picture, values))


class RefusedPhotos:
    """Counts refused photos by reason, each photo once."""

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}

    def add(self, reason: str, what: Any) -> None:
        """Count `what` (the URL or name of a photo) under `reason`."""
        self._seen.setdefault(reason, set()).add(str(what)[:300])

    def counts(self) -> tuple[tuple[str, int], ...]:
        """(reason, count) pairs for `Listing.refused`, by reason."""
        return tuple((reason, len(seen)) for reason, seen in sorted(self._seen.items()))


def adjusted_claim(stated: int, found: int, without_photo: int) -> int:
    """The claimed number of photos of a page that counts entries: `stated`, minus those that add no photo.

    Such entries repeat a picture or show a map; at most the missing number is subtracted.
    """
    return stated - min(max(stated - found, 0), without_photo)
