"""Pictures that stand in a saved page itself, as `data:` URLs: one-file saves replace the address by the bytes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Any

from phx_scraper.model.photo import Photo

_DATA = re.compile(r"\s*data:image/(?:jpe?g|png|webp|avif);base64,", re.I)
_SMALLEST = 2000
"""Bytes; smaller ones are placeholders of pictures that were not loaded."""


def embedded_picture(value: Any, page_url: str) -> Photo | None:
    """The picture of a `data:` URL, None for every other text and for placeholders.

    Its address is lost, and with it the source's own key. So its key is of its bytes: it says no more than that these
    very bytes were shown, and `url` names the place on the page and is not to be fetched.
    """
    match = _DATA.match(value[:100]) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        data = base64.b64decode(value[match.end() :], validate=False)
    except (binascii.Error, ValueError):
        return None
    if len(data) < _SMALLEST:
        return None
    name = hashlib.sha256(data).hexdigest()[:32]
    return Photo(f"embedded/{name}", 1, f"{page_url.partition('#')[0]}#embedded={name}", data=data)
