"""Each source's own refusals, in the shapes of its protection of 2025 and 2026."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from phx_scraper.replica.front.exchange import Answer, whole
from phx_scraper.replica.phoenix_mls.wordpress_page import FIREWALL
from phx_scraper.replica.redfin.block_pages import BLOCK_PAGES
from phx_scraper.replica.redfin.special_pages import FORBIDDEN_PAGE
from phx_scraper.replica.responses import access_denied, html
from phx_scraper.replica.zillow.block_pages import general_block_page

_RATE_LIMITED = "https://ratelimited.redfin.com/"
_RETRY_AFTER = "5"
_CLOUDFLARE = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title><meta charset="UTF-8"></head>
<body><div class="main-content">
<noscript><div class="h2">Enable JavaScript and cookies to continue</div></noscript></div>
<script>(function(){window._cf_chl_opt = {cvId: '3', cType: 'managed', cRay: '0'};})();</script></body></html>"""


def perimeterx() -> web.Response:
    """Zillow: press and hold; the header alone tells it from other pages."""
    response = html(general_block_page(), 403)
    response.headers["x-px-blocked"] = "1"
    response.headers["x-cache"] = "LambdaGeneratedResponse from cloudfront"
    return response


def waf_challenge() -> web.Response:
    """Redfin's pages: AWS WAF's challenge with status 202."""
    response = BLOCK_PAGES["redfin_challenge"]()
    response.headers["x-cache"] = "Error from cloudfront"
    response.headers["server"] = "CloudFront"
    return response


def cloudfront() -> web.Response:
    """Redfin's endpoints: the content network's 403."""
    response = html(FORBIDDEN_PAGE, 403)
    response.headers["x-cache"] = "Error from cloudfront"
    response.headers["server"] = "CloudFront"
    return response


def firewall() -> web.Response:
    """Phoenix MLS: the 403 of its web server's firewall."""
    return html(FIREWALL, 403)


def cloudflare() -> web.Response:
    """The Assessor: Cloudflare's challenge."""
    response = html(_CLOUDFLARE, 403)
    response.headers["cf-mitigated"] = "challenge"
    response.headers["server"] = "cloudflare"
    return response


def too_many() -> web.Response:
    """429 with a Retry-After."""
    response = html("<html><head><title>429 Too Many Requests</title></head></html>", 429)
    response.headers["retry-after"] = _RETRY_AFTER
    return response


def rate_limited() -> web.Response:
    """Redfin: the redirect to the host that says 429."""
    return web.Response(status=302, headers={"Location": _RATE_LIMITED})


Wall = Callable[[], web.Response]
PAGE_WALLS: dict[str, Wall] = {
    "zillow": perimeterx, "redfin": waf_challenge, "phoenix_mls": firewall, "maricopa_assessor": cloudflare,
}  # fmt: skip
ENDPOINT_WALLS: dict[str, Wall] = {**PAGE_WALLS, "redfin": cloudfront}
TOO_QUICK: dict[str, tuple[Wall, Wall]] = {
    # The first time, and while the client goes on.
    "zillow": (perimeterx, perimeterx),
    "redfin": (rate_limited, rate_limited),
    "phoenix_mls": (too_many, firewall),
    "maricopa_assessor": (too_many, cloudflare),
}
PHOTO_WALL: Wall = access_denied


def as_answer(response: web.Response) -> Answer:
    """A response of aiohttp's as the front sends it."""
    body = response.body if isinstance(response.body, bytes) else b""
    headers = [(name.lower(), value) for name, value in response.headers.items()]
    return Answer(response.status, (*headers, ("content-length", str(len(body)))), whole(body))
