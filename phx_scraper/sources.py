"""The one table of sources: who they are, how fast we may ask, and what a refusal does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Source:
    """One site we collect from.

    A delay is the shortest pause between two requests of one kind, in seconds and before `PHX_DELAY_SCALE`, where that
    is more than `PHX_MIN_DELAY` (`downloader/pauses.py`).
    """

    name: str
    letter: str
    page_hosts: frozenset[str]
    photo_hosts: frozenset[str]
    photo_concurrency: int
    priority: int
    """Lower wins when two copies of a photo are equally good."""
    robots: str
    """What the site's robots.txt asks and how this source keeps to it; README shows it."""
    refusal: str
    """What a refusal looks like; it ends the visit as blocked. README shows it."""
    page_delay: float = 0.0
    photo_delay: float = 0.0
    page_concurrency: int = 1
    first_page: str = ""
    """The page that a browser is on before it asks the site's endpoints; empty where no browser is needed."""
    agent: Literal["browser", "plain"] = "browser"
    """`plain`: a documented API, asked as a program that does not pretend to be a browser."""
    needs_browser: bool = False
    """Whether its web pages are asked for by a browser at once; else only those that say that they need one."""
    token_variable: str = ""
    """Environment variable that holds the user's own token, where the source wants one."""
    token_host: str = ""
    """The one host that the token may be sent to."""

    @property
    def hosts(self) -> frozenset[str]:
        """Every host that this source may be fetched from."""
        return self.page_hosts | self.photo_hosts


SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source(
            name="zillow",
            letter="z",
            page_hosts=frozenset({"www.zillow.com", "www.zillowstatic.com"}),
            photo_hosts=frozenset({"photos.zillowstatic.com"}),
            page_delay=2.0,
            photo_concurrency=8,
            priority=4,
            robots=(
                "only pages of homes you named, one at a time; no complete robots.txt could be read, so the pace is"
                " below a person's"
            ),
            refusal="a block page, 403, 429",
            first_page="https://www.zillow.com/",
        ),
        Source(
            name="redfin",
            letter="r",
            # Redfin's Canadian site serves the same pages; a redirect there must not look like a foreign host.
            page_hosts=frozenset({"www.redfin.com", "www.redfin.ca"}),
            photo_hosts=frozenset({"ssl.cdn-redfin.com"}),
            page_delay=1.0,
            photo_concurrency=8,
            priority=3,
            robots="only pages of homes you named; a crawl delay of one second is reported and kept",
            refusal="the rate-limit host, 429, 403, any 202, a CAPTCHA (405), a page's bare shell",
            first_page="https://www.redfin.com/",
        ),
        Source(
            name="maricopa_assessor",
            letter="m",
            page_hosts=frozenset({"mcassessor.maricopa.gov", "gis.mcassessor.maricopa.gov"}),
            # Sketches stand inside an API answer, so their addresses are of the API's host.
            photo_hosts=frozenset({"mcassessor.maricopa.gov"}),
            page_delay=1.0,
            photo_delay=1.0,
            photo_concurrency=1,
            priority=2,
            robots="the county's documented API, with your own token",
            agent="plain",
            token_variable="MARICOPA_ASSESSOR_TOKEN",  # noqa: S106 - the name of a variable, not a token
            token_host="mcassessor.maricopa.gov",  # noqa: S106
            refusal="401, 403, a web page instead of JSON: the token was refused",
        ),
        Source(
            name="phoenix_mls",
            letter="p",
            page_hosts=frozenset({"phoenixmlssearch.com", "www.phoenixmlssearch.com", "apps.flexmls.com"}),
            photo_hosts=frozenset(
                {"cdn.photos.sparkplatform.com", "cdn2.photos.sparkplatform.com", "cdn.resize.sparkplatform.com"}
            ),
            page_delay=1.0,
            photo_concurrency=8,
            priority=1,
            robots="only pages of homes you named; no robots.txt could be read",
            refusal="the firewall's 403",
            first_page="https://phoenixmlssearch.com/",
        ),
    )
}

_LAST_PRIORITY = 1000

BY_HOST: dict[str, Source] = {host: source for source in SOURCES.values() for host in source.hosts}


def source_of_host(host: str) -> Source | None:
    """The source that owns `host` (lower case, no port), or None."""
    return BY_HOST.get(host)


def source_priority(name: str) -> int:
    """Rank of a source among equally good copies, lower first; unknown sources come last."""
    source = SOURCES.get(name)
    return source.priority if source else _LAST_PRIORITY
