"""What a host's robots.txt (RFC 9309) says of the pace: the `Crawl-delay` for all robots, no part of the RFC."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser

from phx_scraper.pages.block_pages import looks_like_markup

LARGEST = 500 * 2**10
"""Bytes; RFC 9309 2.5 asks for at least so many to be read."""

_EVERYONE = "*"


@dataclass(frozen=True, slots=True)
class RobotsText:
    """Whether it could be read, else why not; `crawl_delay` in seconds, None where it names none."""

    was_read: bool
    crawl_delay: float | None = None
    reason: str = ""


def read_robots(response: Response) -> RobotsText:
    """The text in an answer; a web page (a challenge, the site's own "not found") and any other status is none."""
    if response.status != 200:
        return RobotsText(False, reason=f"http_{response.status}")
    if looks_like_markup(response.body):
        return RobotsText(False, reason="markup")
    if response.body.strip() and b"user-agent" not in response.body.lower():
        return RobotsText(False, reason="no_rules")
    delay = ProtegoRobotParser(response.body[:LARGEST], None).crawl_delay(_EVERYONE)
    usable = delay is not None and math.isfinite(delay) and delay > 0
    return RobotsText(True, delay if usable else None)
