"""A source of several hosts, one of which refuses while another answers on: the one that answers proves nothing."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from phx_scraper.replica import Options, running
from tests.faults.between import Between
from tests.faults.routes import Ask, answer, block
from tests.integration.crawls import crawl, rows

HOMES = "; ".join(f"{number} W Davis Rd, Glendale, AZ 85306" for number in range(4700, 4716))


class WalledPages(Between):
    """The MLS site refuses every page; its autocomplete, of another host, knows every second home."""

    async def respond(self, ask: Ask, writer: asyncio.StreamWriter) -> bool:
        if "phoenixmlssearch.com" in ask.target.split("/")[1]:
            return await block(ask, writer)
        number = re.search(r"\b47\d\d\b", ask.query.get("_q", ""))
        if number and int(number[0]) % 2:
            body = f'/**/ {ask.query["callback"]}({{"D":{{"Success":true,"Results":[]}}}});'
            return answer(ask, writer, 200, body.encode(), Content_Type="text/javascript")
        return await super().respond(ask, writer)


def test_the_breaker_opens_though_another_host_answers_in_between(tmp_path: Path) -> None:
    with running(Options(kinds=frozenset())) as replica, WalledPages(replica.url) as between:
        done = crawl("phoenix_mls", tmp_path, between.url(), {"PHX_CONCURRENT_HOMES": 1}, address=HOMES)
        refused = [ask.target for ask in between.log.asks if "phoenixmlssearch" in ask.target]
    assert done.code == 1
    assert "phoenix_mls is left alone until" in done.output
    assert "at phoenixmlssearch.com" in done.output
    ends = dict(rows(tmp_path, "SELECT outcome, count(*) FROM visits GROUP BY outcome"))
    assert ends["blocked"] == 3
    assert ends["pending"] >= 8, "the rest is asked for when the site answers again"
    # Each of the three homes may try the pages' and the search's door once.
    assert len(refused) <= 6
