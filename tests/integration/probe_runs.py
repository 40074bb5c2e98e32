"""Probes of many replicas in one process: `python -m tests.integration.probe_runs < TABLE`, as JSON lines.

A line of TABLE is a JSON list: name, source, address, options of the replica and `times_out`. Replica and probe share
one event loop, so that a hundred kinds cost no hundred starts.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from aiohttp import web
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.project import get_project_settings
from scrapy.utils.reactor import install_reactor

QUICK = {
    "PHX_BROWSER": "never",
    "PHX_DELAY_SCALE": 0,
    "PHX_DECODER_TIMEOUT": 0,
    "LOG_ENABLED": False,
}
TIMEOUT, SHORT_TIMEOUT = 60.0, 2.5
"""Seconds: more than a busy machine needs, and what a case waits for that is to time out."""


def main() -> None:
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor

    table = [json.loads(line) for line in sys.stdin]
    reactor.callWhenRunning(lambda: reactor._asyncioEventloop.create_task(_run(table, reactor)))  # type: ignore[attr-defined]
    reactor.run()  # type: ignore[attr-defined]


async def _run(table: Sequence[Any], reactor: Any) -> None:
    try:
        for name, source, address, options in table:
            async with replica(address, options) as url:
                timeout = SHORT_TIMEOUT if options["times_out"] else TIMEOUT
                (report,) = await probe(address, [source], {"PHX_REPLICA_URL": url, "DOWNLOAD_TIMEOUT": timeout})
            sys.stdout.write(json.dumps([name, report]) + "\n")
            sys.stdout.flush()
    finally:
        reactor.stop()


@asynccontextmanager
async def replica(address: str, options: Mapping[str, Any]) -> AsyncIterator[str]:
    """A replica in this process that knows one home, by the words of its options; `url` stands for one that is not."""
    if "url" in options:
        yield options["url"]
        return
    from phx_scraper.replica.options import Options
    from phx_scraper.replica.presented_sources import PRESENTED_SOURCES
    from phx_scraper.replica.server import build_app
    from phx_scraper.replica.state import State

    lists = {key: tuple(map(tuple, value)) for key, value in options.items() if key in ("refuse", "stub", "slow")}
    scheme = options.get("scheme", "http")
    named = {key: value for key, value in options.items() if key not in ("scheme", "only", "times_out")}
    chosen = {"photos": (4, 4), "width": 384, "kinds": frozenset(), **named, **lists}
    state = State.start(Options(**chosen, only=tuple(options.get("only", ()))))
    for source in PRESENTED_SOURCES.values():
        source.register_address(state, address)
    runner = web.AppRunner(build_app(state), access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        state.store.close()
        await runner.cleanup()


async def probe(address: str, sources: Sequence[str], settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The reports of one probe."""
    from phx_scraper.homes import parse_inline
    from phx_scraper.probe.probe_spider import ProbeSpider

    done: list[Any] = []
    chosen = get_project_settings()
    chosen.update({**QUICK, **settings}, priority="cmdline")
    runner = AsyncCrawlerRunner(chosen)
    await runner.crawl(ProbeSpider, home=parse_inline(address)[0][0], sources=sources, done=done)
    return [asdict(one.report) | {"result": one.report.result} for one in done]


if __name__ == "__main__":
    os.environ.setdefault("MARICOPA_ASSESSOR_TOKEN", "token-of-the-tests")
    main()
