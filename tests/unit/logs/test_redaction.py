from __future__ import annotations

import base64
import logging
from collections.abc import Iterator

import pytest
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from phx_scraper.logs.redaction import RedactedRecords, Redaction, hide
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
        ("http://me:pa:ss@127.0.0.1:1", {"me:pa:ss", "pa:ss", "pa%3Ass", "bWU6cGE6c3M="}),
        ("http://me:pa@ss@127.0.0.1:1", {"me:pa@ss", "pa@ss", "pa%40ss", "bWU6cGFAc3M="}),
        ("http://m%65:x@127.0.0.1:1", {"m%65:x", "me:x", "bWU6eA=="}),
        ("http://me:four@127.0.0.1:1", {"me:four", "four", "bWU6Zm91cg=="}),
        (
            "http://me:t%C3%BCr%E2%82%AC@h",
            {
                "me:t%C3%BCr%E2%82%AC",
                "me:tür€",
                "bWU6dPxyPw==",
                "t%C3%BCr%E2%82%AC",
                "t%25C3%25BCr%25E2%2582%25AC",
                "tür€",
            },
        ),
        ("http://@127.0.0.1:1", set()),
        ("http://127.0.0.1:1?a=b@c", set()),
        ("http://127.0.0.1:1#a@b", set()),
        ("http://127.0.0.1:1/a@b", set()),
        ("/home/me@work/catalogue.sqlite", set()),
        ("sqlite:////home/me@work/catalogue.sqlite", set()),
    ],
)
def test_what_is_a_secret_in_a_url(url: str, found: set[str]) -> None:
    for setting in ("PHX_PROXIES", "PHX_CATALOGUE_URL", "PHX_REDIS_URL", "PHX_REPLICA_URL"):
        assert known_secrets({setting: url}, {}) == found


@pytest.mark.parametrize("unset", [{}, {"PHX_PROXIES": None, "PHX_CATALOGUE_URL": None, "PHX_REPLICA_URL": None}])
def test_where_nothing_is_set_nothing_is_secret(unset: dict[str, None]) -> None:
    assert known_secrets(unset, {}) == frozenset()


def test_a_secret_is_known_as_logs_and_json_escape_it() -> None:
    found = known_secrets({}, {"MARICOPA_ASSESSOR_TOKEN": 'ab\\c"d/\n'})
    assert found == {'ab\\c"d/\n', "ab%5Cc%22d%2F%0A", 'ab\\\\c"d/\\n', 'ab\\\\c\\"d/\n'}


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


def record_of(**more: object) -> logging.LogRecord:
    values = {"name": "any", "level": 30, "pathname": "x.py", "lineno": 1, "msg": "m", "args": (), "exc_info": None}
    return logging.getLogRecordFactory()(**{**values, **more})


def test_a_traceback_is_hidden_and_its_exception_with_it(caplog: pytest.LogCaptureFixture) -> None:
    hide({"hunter2"})
    try:
        raise ValueError("no proxy at user:hunter2@host")
    except ValueError:
        logging.getLogger("any").exception("failed")
    record = caplog.records[0]
    assert record.exc_info is None
    assert record.exc_text is not None
    assert record.exc_text.endswith("ValueError: no proxy at user:***@host")
    assert record.exc_text.startswith("Traceback (most recent call last):")


def test_a_stack_is_hidden_and_stays_otherwise() -> None:
    hide({"hunter2"})
    assert record_of(sinfo="in f\n  connect('hunter2')").stack_info == "in f\n  connect('***')"
    assert record_of(sinfo="in f").stack_info == "in f"
    assert record_of().stack_info is None


def test_what_logging_gives_where_there_is_no_exception_is_left_alone() -> None:
    hide({"hunter2"})
    record = record_of(exc_info=(None, None, None))
    assert (record.exc_info, record.exc_text) == ((None, None, None), None)


def test_of_a_record_with_a_secret_no_arguments_are_left() -> None:
    hide({"hunter2"})
    record = record_of(msg="%s and %s", args=("hunter2", 5))
    assert (record.msg, record.args) == ("*** and 5", None)
    broken = record_of(msg="%d", args=("hunter2",))
    assert broken.args is None
    assert broken.msg == "'%d' does not fit its arguments ('***',): %d format: a real number is required, not str"
    unseen = record_of(msg="%(a)s", args=({"a": "x", "unused": "hunter2"},))
    assert (unseen.msg, unseen.args) == ("x", None)
    plain = record_of(msg="%(a)s", args=({"a": 5, "unused": 6},))
    assert (plain.msg, plain.args) == ("%(a)s", {"a": 5, "unused": 6})


def test_without_secrets_records_are_made_as_before() -> None:
    record = RedactedRecords(logging.LogRecord)("any", 30, "x.py", 1, "%s", ("XX",), None)
    assert (record.msg, record.args, record.getMessage()) == ("%s", ("XX",), "XX")


def test_secrets_are_looked_for_as_they_are_written() -> None:
    hide({"a.c|x"})
    assert record_of(msg="abc a.c|x x").msg == "abc *** x"


def test_what_spider_and_job_folder_bring_is_hidden_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARICOPA_ASSESSOR_TOKEN", "the-token")
    Redaction().update_settings(Settings({"PHX_CATALOGUE_URL": "postgresql://me:hunter2@host/base"}))
    assert record_of(msg="hunter2 the-token").msg == "*** ***"
