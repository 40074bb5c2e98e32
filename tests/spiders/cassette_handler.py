"""A download handler around a betamax session: a whole crawl recorded once, replayed with no server at all."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import requests
from betamax import Betamax
from requests.adapters import HTTPAdapter
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Headers, HtmlResponse, Response
from scrapy.responsetypes import responsetypes

from phx_scraper.sources import SOURCES

FIRST_PAGES = {source.first_page for source in SOURCES.values()}
"""Opened once before the endpoints; nothing of them is read, so no cassette holds them."""

CASSETTES = Path(__file__).parents[1] / "cassettes"


class ReplicaAdapter(HTTPAdapter):
    """Sends to the replica what is meant for a source; the cassette keeps the source's own URL."""

    def __init__(self, replica_url: str) -> None:
        super().__init__()
        self.replica_url = replica_url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        sent = request.copy()
        assert sent.url is not None
        sent.url = sent.url.replace("https://", f"{self.replica_url}/")
        return super().send(sent, *args, **kwargs)


class CassetteDownloadHandler(BaseDownloadHandler):
    """PHX_CASSETTE names the cassette; PHX_CASSETTE_RECORD is none, replica or live."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.turn = asyncio.Lock()
        self.session = requests.Session()
        mode = os.environ["PHX_CASSETTE_RECORD"]
        if mode == "replica":
            self.session.mount("https://", ReplicaAdapter(os.environ["PHX_CASSETTE_REPLICA"]))
        if mode != "none":
            # An empty cassette in mode "once" keeps repeated requests apart; mode "all" would keep the last one only.
            (CASSETTES / f"{os.environ['PHX_CASSETTE']}.json").unlink(missing_ok=True)
        self.recorder = Betamax(
            self.session,
            cassette_library_dir=str(CASSETTES),
            default_cassette_options={"preserve_exact_body_bytes": True},
        )
        self.recorder.use_cassette(os.environ["PHX_CASSETTE"], record="none" if mode == "none" else "once")
        self.recorder.start()

    async def download_request(self, request: Request) -> Response:
        if request.url in FIRST_PAGES:
            return HtmlResponse(request.url, body=b"<html><title>Start</title></html>")
        async with self.turn:
            answer = await asyncio.to_thread(self._ask, request)
        headers = Headers({name: value for name, value in answer.headers.items() if name.lower() != "content-encoding"})
        kind = responsetypes.from_args(headers=headers, url=request.url, body=answer.content)
        return kind(url=request.url, status=answer.status_code, headers=headers, body=answer.content)

    def _ask(self, request: Request) -> requests.Response:
        headers = {"Content-Type": "application/json"} if request.body else {}
        return self.session.request(
            request.method, request.url, data=request.body, headers=headers, allow_redirects=False, timeout=30
        )

    async def close(self) -> None:
        self.recorder.stop()
        self.session.close()
