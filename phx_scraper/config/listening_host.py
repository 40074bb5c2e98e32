"""The setting that says where the API listens."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import Any

from phx_scraper.config.value_kinds import Kind, wrong_value

_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
_MOST_CHARACTERS = 253


def listening_host() -> Kind[str]:
    """An IP address or a name of this machine."""
    allowed = "an IP address or a name of this machine, as 127.0.0.1, without a port"

    def read(name: str, value: Any) -> str:
        text = str(value or "").strip().lower().removeprefix("[").removesuffix("]")
        try:
            known = bool(IPv6Address(text)) if ":" in text else bool(_HOST.fullmatch(text))
        except ValueError:
            known = False
        if not known or len(text) > _MOST_CHARACTERS:
            raise wrong_value(name, value, allowed)
        return text

    return Kind(allowed, read)
