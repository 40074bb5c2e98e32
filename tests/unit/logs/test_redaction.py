from __future__ import annotations

import base64
import logging
from collections.abc import Iterator

import pytest
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from phx_scraper.logs.redaction import hide
from phx_scraper.logs.secrets import known_secrets

PROXY = "http://user:p%40ss%20word@127.0.0.1:3128"


@pytest.fixture(autouse=True)
def factory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Plain records before and after each test, and no proxies but the test's."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    before = logging.getLogRecordFactory()
    yield
    logging.setLogRecordFactory(before)


def test_a_proxys_password_in_every_spelling() -> None:
    found = known_secrets({"PHX_PROXIES": f"http://127.0.0.1:1, {PROXY}"}, {})
    basic = base64.b64encode(b"user:p@ss word").decode()
    assert found == {"user:p%40ss%20word", "user:p@ss word", basic} | {
        "p%40ss%20word",
        "p@ss word",
        "p%2540ss%2520word",
    }


def test_tokens_the_environments_proxies_and_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://other:hunter3@10.0.0.1:1")
    settings = {"PHX_CATALOGUE_URL": "postgresql://me:hunter2@host/base"}
    found = known_secrets(settings, {"MARICOPA_ASSESSOR_TOKEN": "the-token", "HOME": "/home/me"})
    assert {"the-token", "hunter2", "me:hunter2", "hunter3"} <= found
    assert not {"host", "base", "/home/me", "10.0.0.1:1"} & found


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://token-only@127.0.0.1:1", {"token-only"}),
        ("http://a:b@127.0.0.1:1", {"a:b", "YTpi"}),
        ("user:hunter2@127.0.0.1:port", {"user:hunter2", "hunter2", "dXNlcjpodW50ZXIy"}),
        ("http://127.0.0.1:1/a@b", set()),
        ("/home/me@work/catalogue.sqlite", set()),
        ("sqlite:////home/me@work/catalogue.sqlite", set()),
    ],
)
def test_what_is_a_secret_in_a_url(url: str, found: set[str]) -> None:
    assert known_secrets({"PHX_PROXIES": url}, {}) == found


def test_nothing_is_changed_where_there_is_no_secret() -> None:
    before = logging.getLogRecordFactory()
    hide(known_secrets({}, {}))
    assert logging.getLogRecordFactory() is before


def test_secrets_add_up_and_the_longest_is_hidden_whole(caplog: pytest.LogCaptureFixture) -> None:
    hide({"hunter2"})
    hide({"user:hunter2"})
    logging.getLogger("any").warning("by user:hunter2 and hunter2, %d of %s", 1, ["x"])
    assert caplog.records[0].getMessage() == "by *** and ***, 1 of ['x']"


def test_a_record_without_secrets_stays_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    hide({"hunter2"})
    try:
        raise ValueError("harmless")
    except ValueError:
        logging.getLogger("any").exception("%s", "text")
    record = caplog.records[0]
    assert (record.msg, record.args) == ("%s", ("text",))
    assert record.exc_info is not None
    assert "harmless" in caplog.text


@pytest.mark.parametrize("args", [("hunter2",), ({"a": "x", "unused": "hunter2"},), ({"a": "hunter2"},), (b"hunter2",)])
def test_no_argument_is_left(caplog: pytest.LogCaptureFixture, args: tuple[object, ...]) -> None:
    hide({"hunter2"})
    text = "%(a)s" if isinstance(args[0], dict) else "%s"
    logging.getLogger("any").warning(text, *args)
    assert "hunter2" not in repr(vars(caplog.records[0]))


def test_a_message_that_does_not_fit_its_arguments_is_logged_and_redacted(caplog: pytest.LogCaptureFixture) -> None:
    hide({"hunter2"})
    logging.getLogger("any").warning("%d", "hunter2")
    assert "'%d' does not fit its arguments ('***',)" in caplog.text


def test_secrets_are_known_before_the_crawl_is_made(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARICOPA_ASSESSOR_TOKEN", "the-token")
    settings = Settings()
    settings.setmodule("phx_scraper.settings")
    settings.set("PHX_PROXIES", PROXY, priority="cmdline")
    AsyncCrawlerRunner(settings)
    logging.getLogger("any").warning("%s and %s", PROXY, "the-token")
    assert caplog.messages == ["http://***@127.0.0.1:3128 and ***"]
