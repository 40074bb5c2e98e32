"""What a cassette is recorded from, and what of it is kept: nothing secret, and nothing that differs every time."""

from __future__ import annotations

import base64
import io
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from tests.spiders.cases import Planted

TOKEN_HEADER = "AUTHORIZATION"
PLACEHOLDER = "TOKEN-OF-THE-ASSESSOR"
CALLBACK = "jQuery371_1"
"""What JSONP calls in a cassette: a crawl draws a name of its own, and a number that no cache has seen."""
# The replica's homes are as on this day (`phx_scraper.replica.property.TODAY`).
RECORDED_AT, DATE = "2026-03-01T00:00:00", "Sun, 01 Mar 2026 00:00:00 GMT"
_DRAWN = re.compile(r"\bcallback=(jQuery\d+_\d+)")
_NUMBER = re.compile(r"&_=\d+$")
_SENT_AND_KEPT = ("content-type", TOKEN_HEADER.lower())
# A live site's cookies are a session's; the rest names software and moments.
_NOT_KEPT = ("set-cookie", "server", "date")


class ReplicaAdapter(HTTPAdapter):
    """Sends to the replica what is meant for a source, or answers as planted; the cassette keeps the source's URL."""

    def __init__(self, replica_url: str, planted: Sequence[Planted]) -> None:
        super().__init__()
        self.replica_url = replica_url
        self.planted = planted
        self.given: Counter[str] = Counter()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        assert request.url is not None
        url = request.url
        answer = next((one for one in self.planted if one.part in url and self._is_left(one)), None)
        if answer is not None:
            self.given[answer.part] += 1
            return self.build_response(request, _raw(answer))
        sent = request.copy()
        sent.url = url.replace("https://", f"{self.replica_url}/")
        got = super().send(sent, *args, **kwargs)
        got.url = url
        return got

    def _is_left(self, planted: Planted) -> bool:
        return not planted.times or self.given[planted.part] < planted.times


def _raw(planted: Planted) -> HTTPResponse:
    headers = {"Content-Type": "text/html; charset=utf-8", **planted.headers}
    return HTTPResponse(io.BytesIO(planted.body.encode()), headers, planted.status, preload_content=False)


def in_cassette(url: str) -> str:
    """The URL without what a crawl draws anew each time."""
    return _NUMBER.sub("&_=1", _DRAWN.sub(f"callback={CALLBACK}", url))


def as_asked(url: str, body: bytes) -> bytes:
    """The body of a recorded answer, as the call that this crawl asked for."""
    drawn = _DRAWN.search(url)
    return body.replace(CALLBACK.encode(), drawn[1].encode(), 1) if drawn else body


def written(planted: Sequence[Planted]) -> str:
    """As text of an environment variable; `planted_in` reads it."""
    return json.dumps([asdict(one) for one in planted])


def planted_in(text: str) -> list[Planted]:
    return [Planted(**one) for one in json.loads(text)]


def clean(interaction: dict[str, Any], token: str) -> None:
    """Take out of a recorded request and its answer what must not, or need not, stand in a cassette."""
    asked, answer = interaction["request"], interaction["response"]
    asked["headers"] = {name: values for name, values in asked["headers"].items() if name.lower() in _SENT_AND_KEPT}
    for name in asked["headers"]:
        if name.lower() == TOKEN_HEADER.lower():
            asked["headers"][name] = [PLACEHOLDER]
    answer["headers"] = _kept(answer["headers"]) | {"Date": [DATE]}
    interaction["recorded_at"] = RECORDED_AT
    for part in (asked, answer):
        body = base64.b64decode(part["body"]["base64_string"])
        part["body"]["base64_string"] = base64.b64encode(_without(body, token)).decode()


def _kept(headers: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: values for name, values in headers.items() if name.lower() not in _NOT_KEPT}


def _without(body: bytes, token: str) -> bytes:
    return body.replace(token.encode(), PLACEHOLDER.encode()) if token else body
