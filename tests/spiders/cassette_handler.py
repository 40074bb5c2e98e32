"""A download handler around a betamax session: a whole crawl recorded once, replayed with no server at all."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import requests
from betamax import Betamax
from betamax.cassette import Cassette, Interaction
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Headers, HtmlResponse, Response
from scrapy.responsetypes import responsetypes

from phx_scraper.sources import SOURCES
from tests.spiders.recording import TOKEN_HEADER, ReplicaAdapter, as_asked, clean, in_cassette, planted_in

FIRST_PAGES = {source.first_page for source in SOURCES.values()}
"""Opened once before the endpoints; nothing of them is read, so no cassette holds them."""

CASSETTES = Path(__file__).parents[1] / "cassettes"


class CassetteDownloadHandler(BaseDownloadHandler):
    """PHX_CASSETTE names the cassette; PHX_CASSETTE_RECORD is none, replica or live; the requests go to
    PHX_CASSETTE_LOG, a line each.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.turn = asyncio.Lock()
        self.log = Path(os.environ["PHX_CASSETTE_LOG"])
        self.session = requests.Session()
        mode, name = os.environ["PHX_CASSETTE_RECORD"], os.environ["PHX_CASSETTE"]
        if mode == "replica":
            planted = planted_in(os.environ["PHX_CASSETTE_PLANTED"])
            self.session.mount("https://", ReplicaAdapter(os.environ["PHX_CASSETTE_REPLICA"], planted))
        if mode != "none":
            # An empty cassette in mode "once" keeps repeated requests apart; mode "all" would keep the last one only.
            (CASSETTES / f"{name}.json").unlink(missing_ok=True)
            Cassette.hooks["before_record"] = [_clean]
        options = {"preserve_exact_body_bytes": True}
        self.recorder = Betamax(self.session, cassette_library_dir=str(CASSETTES), default_cassette_options=options)
        self.recorder.use_cassette(name, record="none" if mode == "none" else "once")
        self.recorder.start()

    async def download_request(self, request: Request) -> Response:
        if request.url in FIRST_PAGES:
            return HtmlResponse(request.url, body=b"<html><title>Start</title></html>")
        async with self.turn:
            answer = await asyncio.to_thread(self._ask, request)
        headers = Headers({name: value for name, value in answer.headers.items() if name.lower() != "content-encoding"})
        body = as_asked(request.url, answer.content)
        kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
        return kind(url=request.url, status=answer.status_code, headers=headers, body=body)

    def _ask(self, request: Request) -> requests.Response:
        url = in_cassette(request.url)
        token = (request.headers.get(TOKEN_HEADER) or b"").decode()
        headers = {"Content-Type": "application/json"} if request.body else {}
        headers |= {TOKEN_HEADER: token} if token else {}
        status = None
        try:
            answer = self.session.request(
                request.method, url, data=request.body, headers=headers, allow_redirects=False, timeout=30
            )
            status = answer.status_code
            return answer
        finally:
            line = json.dumps({"url": url, "has_token": bool(token), "status": status})
            with self.log.open("a", encoding="utf-8") as log:
                log.write(f"{line}\n")

    async def close(self) -> None:
        self.recorder.stop()
        self.session.close()


def _clean(interaction: Interaction, cassette: Cassette) -> None:
    clean(interaction.data, os.environ.get("MARICOPA_ASSESSOR_TOKEN", ""))
