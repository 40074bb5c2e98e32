"""The keys of `Request.meta` that are this project's own: what one part tells another of a request."""

from __future__ import annotations

from typing import Literal

Kind = Literal["page", "photo"]

SOURCE = "phx_source"
"""Name of the source that is asked (`sources.py`): its gate, refusals, breaker, proxy and connections count by it."""

HOME = "phx_home"
"""`property_hash` of the home that it is asked for: all its requests go by one proxy."""

KIND = "phx_kind"
"""A `Kind`: which breaker and which slot it counts for."""

FETCH = "phx_fetch"
"""`document`, `photo` or `json`: in what form a browser asks for it; without it the kind decides."""

STEP = "phx_step"
"""Name of the visit's way that it is a part of (`autocomplete`, `page`, …), `photo` or `robots`: counts go by it."""

UNDER_WAY = "phx_under_way"
"""While it is under way: the way that it is counted by, `plain`, `browser` or `saved`."""

PROXY_NUMBER = "phx_proxy_number"
"""The place of its proxy in `PHX_PROXIES`, from 1 on: the proxy's URL may hold a password."""

REFERER = "phx_referer"
"""URL of the page that a browser would be on; the Referer header and `Sec-Fetch-Site` are made from it."""

HANDLER = "phx_handler"
"""`curl`, `browser` or `plain`: by which way it is fetched; without it `handlers/routing.py` chooses."""

WIRE_URL = "phx_wire_url"
"""The URL that is put on the wire in place of its own: that of a replica."""
