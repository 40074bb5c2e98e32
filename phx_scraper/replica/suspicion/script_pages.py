"""Listing pages whose content appears only after a script has run: a frame first, the rest by the page's own script."""

from __future__ import annotations

import json
from collections import OrderedDict
from hashlib import sha256

from phx_scraper.replica.front.exchange import Answer, whole
from phx_scraper.replica.front.recorder import Request
from phx_scraper.replica.phoenix_mls import urls as phoenix_urls
from phx_scraper.replica.redfin import urls as redfin_urls
from phx_scraper.replica.zillow import urls as zillow_urls

_MOST_PAGES = 200
_PREFIX = "/_replica_script/"
# As large as a page with its content: Redfin's small page without state is what throttled clients get.
_STYLE = ".KeyDetailsTable .valueType { display: block; margin: 0 auto; color: #333; }\n" * 1000
_FRAMES = {
    "www.zillow.com": (zillow_urls.DETAIL, '<div id="__next"><div class="loading">Loading…</div></div>'),
    "www.redfin.com": (redfin_urls.HOME, '<div id="content"><div class="loading">Loading…</div></div>'),
    "phoenixmlssearch.com": (phoenix_urls.DETAIL, '<div class="flexmls-listing-details">Loading…</div>'),
}


class ScriptPages:
    """Makes `share` (0 to 1) of the listing pages such ones, always the same; keeps what their scripts will write."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def chosen(self, request: Request) -> bool:
        """Whether a request is for such a page."""
        form, _ = _FRAMES.get(request.host, (None, ""))
        path = request.path.partition("?")[0]
        if form is None or request.kind != "document" or not form.fullmatch(path):
            return False
        return int(_digest(request.host + path), 16) % 1000 < self._share * 1000

    async def frame(self, request: Request, answer: Answer) -> Answer:
        """The page's frame in place of the page, whose content is kept for its script; other answers as they are."""
        if answer.status != 200:
            return answer
        page = b"".join([chunk async for chunk in answer.body])
        name = _digest(request.host + request.path)
        self._kept[name] = page
        while len(self._kept) > _MOST_PAGES:
            self._kept.popitem(last=False)
        _, frame = _FRAMES[request.host]
        head = f'<meta charset="utf-8"><title>Loading…</title><style>{_STYLE}</style>'
        script = f'<script src="{_PREFIX}{name}.js"></script>'
        text = f"<!DOCTYPE html><html><head>{head}</head><body>{frame}{script}</body></html>"
        kept = tuple(pair for pair in answer.headers if pair[0] != "content-length")
        return Answer(200, kept, whole(text.encode()))

    def script(self, request: Request) -> Answer | None:
        """The script of such a page, None for any other request."""
        if not request.path.startswith(_PREFIX):
            return None
        page = self._kept.get(request.path.removeprefix(_PREFIX).removesuffix(".js"), b"")
        written = json.dumps(page.decode("utf-8", "replace")).replace("</", "<\\/")
        text = f"document.documentElement.innerHTML = {written};"
        return Answer(200, (("content-type", "text/javascript; charset=utf-8"),), whole(text.encode()))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
