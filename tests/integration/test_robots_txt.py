"""A host's robots.txt is asked for once a run, and its Crawl-delay is kept to where it is larger."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from aiohttp import web

from phx_scraper.replica import Options, running
from tests.integration.crawls import crawl, outcomes
from tests.integration.rewriting_proxy import rewriting_proxy

HOMES = "; ".join(f"{number} W Davis Rd, Glendale, AZ 85306" for number in range(4700, 4702))
# Pauses of milliseconds: a crawl that pauses, and waits for nothing that matters.
QUICK = {"PHX_DELAY_SCALE": 0.001}
ZILLOW, STATIC, PHOTOS = "www.zillow.com", "www.zillowstatic.com", "photos.zillowstatic.com"


def crawled(store: Path, settings: dict[str, Any], own: dict[str, web.Response]) -> tuple[dict[str, Any], Counter[str]]:
    """What the run record says of robots.txt, and how often each host was asked for it."""
    with (
        running(Options(photos=(2, 2), width=384, kinds=frozenset())) as replica,
        rewriting_proxy(replica.url, own={f"{host}/robots.txt": answer for host, answer in own.items()}) as proxy,
    ):
        done = crawl("zillow", store, proxy.url, settings, address=HOMES)
        asked = Counter(path.partition("/")[0] for path in proxy.asked if path.endswith("/robots.txt"))
    assert done.code == 0, done.output
    assert set(outcomes(store).values()) <= {"ok", "empty", "not_found"}
    (record,) = (json.loads(path.read_text(encoding="utf-8")) for path in (store / "metadata" / "runs").glob("*.json"))
    assert all(one["step"] == "robots" for one in record["refusals"])
    return record, asked


def rules(delay: float) -> web.Response:
    return web.Response(text=f"User-agent: *\nCrawl-delay: {delay}\n", content_type="text/plain")


def test_each_host_is_asked_once_and_the_record_says_what_it_answered(tmp_path: Path) -> None:
    wall = web.Response(text="<title>Just a moment...</title>", status=403, content_type="text/html")
    record, asked = crawled(tmp_path, QUICK, {ZILLOW: rules(7.5), STATIC: wall, PHOTOS: rules(500)})
    assert asked == {ZILLOW: 1, STATIC: 1, PHOTOS: 1}
    assert record["totals"]["robots"] == {
        ZILLOW: {"read": True, "reason": None, "crawl_delay": 7.5, "kept": 7.5},
        STATIC: {"read": False, "reason": "http_403", "crawl_delay": None, "kept": None},
        PHOTOS: {"read": True, "reason": None, "crawl_delay": 500.0, "kept": 120.0},
    }
    (met,) = record["refusals"]
    assert (met["host"], met["captcha"]) == (STATIC, True)
    (step,) = (step for step in record["steps"]["zillow"] if step["step"] == "robots")
    assert (step["asked"], step["answered"], step["refused"]) == (3, 2, 1)


def test_where_nothing_pauses_nobody_is_asked(tmp_path: Path) -> None:
    record, asked = crawled(tmp_path, {"PHX_DELAY_SCALE": 0}, {})
    assert asked == {}
    assert record["totals"]["robots"] == {}
