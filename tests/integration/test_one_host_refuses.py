"""A source with several hosts, one of which refuses while another responds: the refusals still count."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from phx_scraper.replica import Options, running
from tests.faults.fault_routes import ReceivedRequest, block, write_response
from tests.faults.intercepting_proxy import InterceptingProxy
from tests.integration.crawls import crawl, rows

HOMES = "; ".join(f"{number} W Davis Rd, Glendale, AZ 85306" for number in range(4700, 4716))


class WalledPages(InterceptingProxy):
    """The MLS site refuses every page; its autocomplete, of another host, knows every second home."""

    async def respond(self, request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
        if "phoenixmlssearch.com" in request.target.split("/")[1]:
            return await block(request, writer)
        number = re.search(r"\b47\d\d\b", request.query.get("_q", ""))
        if number and int(number[0]) % 2:
            body = f'/**/ {request.query["callback"]}({{"D":{{"Success":true,"Results":[]}}}});'
            return write_response(request, writer, 200, body.encode(), Content_Type="text/javascript")
        return await super().respond(request, writer)


def test_the_breaker_opens_even_if_another_host_responds_meanwhile(tmp_path: Path) -> None:
    with running(Options(kinds=frozenset())) as replica, WalledPages(replica.url) as proxy:
        done = crawl("phoenix_mls", tmp_path, proxy.url(), {"PHX_CONCURRENT_HOMES": 1}, address=HOMES)
        refused = [request.target for request in proxy.log.requests if "phoenixmlssearch" in request.target]
    assert done.code == 1
    assert "phoenix_mls is left alone until" in done.output
    assert "at phoenixmlssearch.com" in done.output
    ends = dict(rows(tmp_path, "SELECT outcome, count(*) FROM visits GROUP BY outcome"))
    assert ends["blocked"] == 3
    assert ends["pending"] >= 8, "the rest is asked for when the site answers again"
    # Each of the three homes may request the page and the search once.
    assert len(refused) <= 6


class WalledHomes(InterceptingProxy):
    """Redfin refuses the homes' pages and the API behind them, and serves lookups on the same host."""

    unknown = ""

    async def respond(self, request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
        if re.search(r"/home/\d+$|/stingray/api/", request.target):
            return await block(request, writer)
        if self.unknown and re.search(self.unknown, request.query.get("location", "")):
            body = b'{}&&{"version":660,"errorMessage":"Success","resultCode":0,"payload":{"sections":[]}}'
            return write_response(request, writer, 200, body, Content_Type="application/json")
        return await super().respond(request, writer)


class WalledHalf(WalledHomes):
    """Which knows every second home only."""

    unknown = r"\b47\d[13579]\b"


@pytest.mark.parametrize("walled", [WalledHomes, WalledHalf])
def test_the_breaker_opens_even_if_lookups_of_the_same_host_respond_meanwhile(
    walled: type[WalledHomes], tmp_path: Path
) -> None:
    with running(Options(kinds=frozenset())) as replica, walled(replica.url) as proxy:
        done = crawl("redfin", tmp_path, proxy.url(), {"PHX_CONCURRENT_HOMES": 1}, address=HOMES)
        refused = [request.target for request in proxy.log.requests if re.search(r"/home/\d+$", request.target)]
    assert done.code == 1
    assert "redfin is left alone until" in done.output
    ends = dict(rows(tmp_path, "SELECT outcome, count(*) FROM visits GROUP BY outcome"))
    assert ends["blocked"] == len(refused) == 3
    assert ends["pending"] >= 8


def test_a_successful_lookup_ends_no_trial_while_the_page_is_refused(tmp_path: Path) -> None:
    short = {"PHX_CONCURRENT_HOMES": 1, "PHX_BREAKER_COOLDOWN": 1, "PHX_BREAKER_MAX_WAIT": 3}
    with running(Options(kinds=frozenset())) as replica, WalledHomes(replica.url) as proxy:
        done = crawl("redfin", tmp_path, proxy.url(), short, address=HOMES)
    assert "redfin is tried again with one home" in done.output
    assert "redfin answers again" not in done.output
