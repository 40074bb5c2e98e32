"""Cookies that a source's pages give, and the endpoints that want them back from the same client."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from phx_scraper.replica.front.recorder import Request

_MOST_SESSIONS = 10_000
# The first of a host's cookies names the session. (Zillow and Redfin: cookies of a first visit, without their values.)
COOKIES: dict[str, tuple[str, ...]] = {
    "www.zillow.com": ("zguid", "zgsession"),
    "www.redfin.com": ("RF_BROWSER_ID", "RF_CORVAIR_LAST_VERSION", "RF_VISITED"),
    "phoenixmlssearch.com": ("flexmls_session",),
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What an endpoint wants: the kind of request, the host of the page that asks, whether its cookies go along."""

    kind: str
    page: str
    cookies: bool


# By host and the beginning of the path.
ENDPOINTS: dict[tuple[str, str], Endpoint] = {
    ("www.zillowstatic.com", "/autocomplete/"): Endpoint("fetch", "www.zillow.com", cookies=False),
    ("www.zillow.com", "/zg-graph"): Endpoint("fetch", "www.zillow.com", cookies=True),
    ("www.redfin.com", "/stingray/"): Endpoint("fetch", "www.redfin.com", cookies=True),
    ("apps.flexmls.com", "/quick_launch/"): Endpoint("script", "phoenixmlssearch.com", cookies=False),
}


def endpoint_of(request: Request) -> Endpoint | None:
    """The endpoint that is asked, None for a page or a file."""
    return next(
        (one for (host, path), one in ENDPOINTS.items() if host == request.host and request.path.startswith(path)), None
    )


class Sessions:
    """The sessions that were given out, each with the user agent that got it."""

    def __init__(self) -> None:
        self._agents: dict[str, str] = {}

    def missing(self, request: Request, endpoint: Endpoint) -> str:
        """What the endpoint misses in a request, "" for nothing."""
        if request.kind != endpoint.kind:
            return f"asked for as {request.kind}, the site's own page asks for {endpoint.kind}"
        if f"https://{endpoint.page}/" not in f"{request.header('referer')}/":
            return f"no referer of {endpoint.page}"
        if not endpoint.cookies:
            return ""
        agent = self._agents.get(self._session(request))
        if agent is None:
            return "without the cookies of the first page"
        return "" if agent == request.header("user-agent") else "cookies that another client got"

    def given(self, request: Request) -> list[tuple[str, str]]:
        """Set-Cookie headers for the answer to a page that was opened without a session."""
        names = COOKIES.get(request.host)
        if names is None or request.kind != "document" or self._session(request) in self._agents:
            return []
        values = [secrets.token_hex(12) for _ in names]
        if len(self._agents) >= _MOST_SESSIONS:
            self._agents.pop(next(iter(self._agents)))
        self._agents[values[0]] = request.header("user-agent")
        return [("set-cookie", f"{name}={value}; Path=/; Secure") for name, value in zip(names, values, strict=True)]

    @staticmethod
    def _session(request: Request) -> str:
        names = COOKIES.get(request.host, ("",))
        try:
            found = SimpleCookie(request.header("cookie")).get(names[0])
        except CookieError:
            return ""
        return found.value if found else ""
