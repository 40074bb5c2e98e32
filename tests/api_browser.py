"""A browser at a running API: signed in, and sending what browsers send."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from tests.api_server import Answer, Api

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HTML = {"Accept": "text/html,application/xhtml+xml"}


class Browser:
    """Keeps the cookie, and sends what a browser sends."""

    def __init__(self, api: Api, key: str | None = None) -> None:
        self.api = api
        self.cookie = ""
        self.headers = {"Origin": f"http://127.0.0.1:{api.port}", "Sec-Fetch-Site": "same-origin"}
        answer = self.post("/login", {"key": key or api.key})
        assert (answer.status, answer.headers["location"]) == (303, "/operations"), answer
        self.set_cookie = answer.headers["set-cookie"]
        self.cookie = self.set_cookie.partition(";")[0]

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.api.ask("GET", path, headers={"Cookie": self.cookie, **(headers or {})}, key="")

    def post(self, path: str, values: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        sent = {**FORM, **self.headers, "Cookie": self.cookie, **(headers or {})}
        return self.api.ask("POST", path, urlencode(values).encode(), sent, key="")

    def token(self) -> str:
        found = re.search(r'name="token" value="(\w+)"', self.get("/operations").body.decode())
        assert found
        return found[1]
