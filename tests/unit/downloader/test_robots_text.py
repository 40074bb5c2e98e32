"""Which answers are a robots.txt that can be read, and what pace it asks for."""

from __future__ import annotations

import pytest
from scrapy.http import Response

from phx_scraper.downloader.robots_text import LARGEST, RobotsText, read_robots

RULES = "User-agent: GPTBot\nCrawl-delay: 90\n\nUser-agent: *\nDisallow: /api/\nCrawl-delay: {}\n"


def read(body: str, status: int = 200) -> RobotsText:
    return read_robots(Response("https://www.zillow.com/robots.txt", status=status, body=body.encode()))


@pytest.mark.parametrize(
    ("body", "delay"),
    [
        (RULES.format(1), 1.0),
        (RULES.format(2.5), 2.5),
        ("\ufeffuser-AGENT: *\ncrawl-delay: 7", 7.0),
        ("User-agent: GPTBot\nCrawl-delay: 90", None),
        ("User-agent: *\nDisallow:", None),
        *((RULES.format(odd), None) for odd in ("-3", "0", "soon", "nan", "inf", "1e999", "")),
        ("", None),
        (" \n", None),
        ("User-agent: *\n" + "Disallow: /x\n" * LARGEST, None),
    ],
)
def test_the_pace_that_everyone_is_asked_to_keep(body: str, delay: float | None) -> None:
    assert read(body) == RobotsText(True, delay)


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ("<!DOCTYPE html><title>Just a moment...</title> User-agent: * Crawl-delay: 5", 200, "markup"),
        ("  <Error><Code>NoSuchKey</Code></Error>", 200, "markup"),
        ('{"error": "nothing here"}', 200, "no_rules"),
        (RULES.format(5), 403, "http_403"),
        (RULES.format(5), 404, "http_404"),
        (RULES.format(5), 500, "http_500"),
    ],
)
def test_what_is_no_robots_text_says_nothing(body: str, status: int, reason: str) -> None:
    assert read(body, status) == RobotsText(False, None, reason)
