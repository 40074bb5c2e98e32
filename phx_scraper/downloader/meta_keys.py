"""The keys of `Request.meta` that are this project's own: what one part tells another of a request."""

from __future__ import annotations

from typing import Literal

Kind = Literal["page", "photo"]
PageWay = Literal["saved", "plain", "browser"]

SOURCE = "phx_source"
"""Name of the source that is asked (`sources.py`): its gate, refusals, breaker, proxy and connections count by it."""

HOME = "phx_home"
"""`property_hash` of the home that it is asked for: all its requests go by one proxy."""

KIND = "phx_kind"
"""A `Kind`: which breaker and which slot it counts for."""

FETCH = "phx_fetch"
"""`document`, `photo`, `fetch` or `script`: how a browser asks for it (`request_kinds.py`); else the kind decides."""

WAY = "phx_way"
"""A `PageWay`: how this page is had; `browser` has it rendered, without the key it is `plain`."""

STEP = "phx_step"
"""The visit's way that it is a part of (`autocomplete`, …), `photo`, `robots` or `first page`: counts go by it."""

UNDER_WAY = "phx_under_way"
"""While it is under way: the way that it is counted by, `plain`, `browser` or `saved`."""

REFERER = "phx_referer"
"""URL of the page that a browser would be on; Referer, Origin and `Sec-Fetch-Site` are made from it."""

COOKIES = "phx_cookies"
"""`all`, `third_party` or `none`: which cookies a browser sends with it and keeps of its answer."""

PROXY = "phx_proxy"
"""Which proxy it goes by, told without its password: a name and the URL of `meta["proxy"]`."""

SAVED = "phx_saved"
"""A `SavedPage`: the answer is read from its file, and nothing is sent."""

HANDLER = "phx_handler"
"""`curl`, `browser` or `plain`: by which way it is fetched; without it `handlers/routing.py` chooses."""

WIRE_URL = "phx_wire_url"
"""The URL that is put on the wire in place of its own: that of a replica."""

CONNECT_TO = "phx_connect_to"
"""`https://HOST:PORT` of a replica to which the connection goes, while URL and host stay as they are."""

TRACE = "phx_trace"
"""A `ConnectionTrace` that hears how the connection comes about; only `scrapy probe` sets one."""
