"""The cookies of one crawl: a jar for each source and proxy, so that no proxy shows what another was given.

A jar is named in `meta["cookiejar"]`, as Scrapy does; `middlewares/cookies.py` sets the name and uses the jar.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from http.cookiejar import Cookie, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http.cookies import CookieJar

from phx_scraper.downloader import meta_keys
from phx_scraper.downloader.scrapy_internals import asked_request

JAR = "cookiejar"
LARGEST, MOST = 4096, 180
"""Characters of a cookie's name and value, and cookies of a domain, that Chrome keeps."""
OWN = "own proxy"
"""How the names of proxies begin that requests bring."""


class BrowserCookiePolicy(DefaultCookiePolicy):
    """To pages of another site only cookies marked `SameSite=None; Secure` are shown (RFC 6265bis)."""

    def set_ok(self, cookie: Cookie, request: Any) -> bool:
        """Whether a cookie of the answer to `request` is kept."""
        small = len(cookie.name) + len(cookie.value or "") <= LARGEST
        return small and _is_let_through(cookie, request) and super().set_ok(cookie, request)

    def return_ok(self, cookie: Cookie, request: Any) -> bool:
        """Whether a cookie goes along with `request`."""
        return _is_let_through(cookie, request) and super().return_ok(cookie, request)


class CookieJars:
    """The jars by name. A name tells proxies apart by number, as their URLs hold passwords: those of `PHX_PROXIES` by
    their place in it, those that requests bring by the order of their first use.
    """

    def __init__(self) -> None:
        self.by_name: defaultdict[Any, CookieJar] = defaultdict(lambda: CookieJar(BrowserCookiePolicy()))
        self._numbers: dict[str, int] = {}

    def name_for(self, request: Request) -> str:
        """The jar of the request's source and proxy; a retry, which has lost the password, keeps its own."""
        return f"{request.meta[meta_keys.SOURCE]} {self._connection(request)}"

    def drop_oldest(self, name: str) -> None:
        """Keep the jar's bounds: a site that sets ever new cookies would be sent them all."""
        jar = self.by_name[name]
        left = Counter(cookie.domain for cookie in jar)
        for cookie in list(jar):
            if left[cookie.domain] > MOST:
                left[cookie.domain] -= 1
                jar.clear(cookie.domain, cookie.path, cookie.name)

    def _connection(self, request: Request) -> str:
        proxy = str(request.meta.get("proxy") or "")
        if not proxy or request.meta.get("_scheme_proxy"):
            return "direct"  # or by the environment's one proxy, which HttpProxyMiddleware chooses later
        known, bare = request.meta.get(meta_keys.PROXY, ("", ""))
        if "@" in proxy or without_userinfo(proxy) != bare:
            known = f"{OWN} {self._numbers.setdefault(proxy, len(self._numbers) + 1)}"
            request.meta[meta_keys.PROXY] = (known, without_userinfo(proxy))
        return str(known)


def cookies_of(jars: CookieJars, request: Request) -> list[dict[str, Any]]:
    """All cookies of the request's jar, as Playwright's `BrowserContext.add_cookies` takes them."""
    return [_for_browser(cookie) for cookie in jars.by_name[request.meta.get(JAR)]]


def add_cookies(jars: CookieJars, request: Request, cookies: Iterable[Mapping[str, Any]]) -> None:
    """Put cookies, as Playwright's `BrowserContext.cookies` gives them, into the request's jar."""
    for cookie in cookies:
        jars.by_name[request.meta.get(JAR)].set_cookie(_from_browser(cookie))


def _is_let_through(cookie: Cookie, request: Any) -> bool:
    if asked_request(request).meta.get(meta_keys.COOKIES) != "third_party":
        return True
    return cookie.secure and _same_site(cookie) == "None"


def _same_site(cookie: Cookie) -> str:
    """`Strict`, `Lax` or `None`; a cookie that says nothing counts as Lax."""
    named = next((value for name, value in _attributes(cookie).items() if name.lower() == "samesite"), None)
    return {"none": "None", "strict": "Strict"}.get(str(named or "").lower(), "Lax")


def _attributes(cookie: Cookie) -> dict[str, str | None]:
    rest: dict[str, str | None] = vars(cookie)["_rest"]
    return rest


def _for_browser(cookie: Cookie) -> dict[str, Any]:
    return {
        "name": cookie.name,
        "value": cookie.value or "",
        "domain": cookie.domain,
        "path": cookie.path,
        "expires": float(cookie.expires) if cookie.expires is not None else -1.0,
        "secure": cookie.secure,
        "httpOnly": any(name.lower() == "httponly" for name in _attributes(cookie)),
        "sameSite": _same_site(cookie),
    }


def _from_browser(cookie: Mapping[str, Any]) -> Cookie:
    domain, expires = str(cookie["domain"]), float(cookie.get("expires", -1.0))
    attributes: dict[str, Any] = {"SameSite": cookie.get("sameSite", "Lax")}
    if cookie.get("httpOnly"):
        attributes["HttpOnly"] = None
    return Cookie(
        version=0,
        name=str(cookie["name"]),
        value=str(cookie["value"]),
        port=None,
        port_specified=False,
        domain=domain,
        domain_specified=domain.startswith("."),
        domain_initial_dot=domain.startswith("."),
        path=str(cookie.get("path", "/")),
        path_specified=True,
        secure=bool(cookie.get("secure")),
        expires=None if expires < 0 else int(expires),
        discard=expires < 0,
        comment=None,
        comment_url=None,
        rest=attributes,
    )


def without_userinfo(url: str) -> str:
    """A proxy's URL with scheme, but without user and password."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
