"""Scrapy's own settings and unknown names: one sentence each, before anything starts."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from phx_scraper.commands.checked_settings import check_settings
from phx_scraper.commands.status import Command
from phx_scraper.config.value_kinds import shown
from phx_scraper.errors import UsageError


def settings(**changes: Any) -> Settings:
    chosen = Settings()
    chosen.setmodule("phx_scraper.settings", priority="project")
    chosen.update(changes, priority="cmdline")
    return chosen


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOWNLOAD_TIMEOUT", "x"),
        ("DOWNLOAD_TIMEOUT", "0"),
        ("DOWNLOAD_TIMEOUT", "-3"),
        ("DOWNLOAD_TIMEOUT", "inf"),
        ("DOWNLOAD_MAXSIZE", "5e6"),
        ("DOWNLOAD_MAXSIZE", "-1"),
        ("DOWNLOAD_DELAY", "soon"),
        ("RETRY_TIMES", "-1"),
        ("RETRY_HTTP_CODES", "500,5xx"),
        ("CONCURRENT_REQUESTS", "0"),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", "many"),
        ("CONCURRENT_ITEMS", "1.5"),
        ("CLOSESPIDER_TIMEOUT", "-1"),
        ("LOGSTATS_INTERVAL", "often"),
        ("COOKIES_ENABLED", "perhaps"),
        ("DOWNLOAD_VERIFY_CERTIFICATES", "yes"),
        ("STATS_DUMP", ""),
        ("TELNETCONSOLE_ENABLED", "no"),
        ("LOG_LEVEL", "FOO"),
        ("LOG_LEVEL", ""),
        ("LOG_FILE", "no/such/folder/log"),
        ("LOG_FILE", "/"),
        ("LOG_FILE", "a\0b"),
        ("LOG_ENCODING", "utf-88"),
        ("FEED_EXPORT_ENCODING", "foo"),
        ("HTTPPROXY_AUTH_ENCODING", "foo"),
        ("HTTPERROR_ALLOWED_CODES", "200,x"),
        ("HTTPCACHE_IGNORE_HTTP_CODES", [99]),
        ("LOG_FORMAT", "%(no_such)s"),
        ("LOG_FORMAT", "%(message)q"),
        ("LOG_VERSIONS", "no-such-package"),
        ("LOG_VERSIONS", "lxml,,Platform"),
        ("LOG_VERSIONS", [3]),
    ],
)
def test_scrapys_own_settings_are_checked_too(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"^{name} is .*: set it to ") as caught:
        check_settings(settings(**{name: value}))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOWNLOAD_TIMEOUT", "0.5"),
        ("DOWNLOAD_DELAY", "1.5"),
        ("DNS_TIMEOUT", "2.5"),
        ("RETRY_HTTP_CODES", "500, 503"),
        ("COOKIES_ENABLED", "0"),
        ("STATS_DUMP", "True"),
        ("CLOSESPIDER_TIMEOUT", "60"),
        ("FEED_EXPORT_INDENT", None),
        ("FEED_EXPORT_ENCODING", None),
        ("FEED_EXPORT_ENCODING", "latin-1"),
        ("RETRY_PRIORITY_ADJUST", "-5"),
        ("BENCH_STATS_FILE", "/tmp/x"),
        ("PLAYWRIGHT_BROWSER_TYPE", "firefox"),
        ("IMAGES_EXPIRES", "30"),
        ("LOG_FORMAT", None),
        ("LOG_VERSIONS", "pyopenssl,Python,pytest"),
        ("LOG_VERSIONS", ""),
        ("LOG_VERSIONS", None),
        ("DOWNLOAD_SLOTS", {"zillow": {"concurrency": 2, "delay": 0.5, "jitter": None}}),
    ],
)
def test_values_that_scrapy_accepts_are_accepted(name: str, value: Any) -> None:
    check_settings(settings(**{name: value}))


@pytest.mark.parametrize(
    "slot", ["x", 3, {"delay": "x"}, {"concurrency": 0}, {"concurrency": 1.5}, {"delay": -1}, {"jitter": 2}]
)
def test_the_pace_of_a_slot_is_checked(slot: Any) -> None:
    with pytest.raises(UsageError, match=r"^DOWNLOAD_SLOTS of zillow[a-z, ]* is .*: set it to "):
        check_settings(settings(DOWNLOAD_SLOTS={"zillow": slot}))


def test_an_existing_log_is_not_changed_by_the_check(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("yesterday\n")
    check_settings(settings(LOG_FILE=str(tmp_path / "log")))
    assert (tmp_path / "log").read_text() == "yesterday\n"


def test_a_pid_file_that_cannot_be_written_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    command = Command()
    command.settings = settings()
    parser = argparse.ArgumentParser(conflict_handler="resolve")
    command.add_options(parser)
    with pytest.raises(SystemExit) as caught:
        command.process_options([], parser.parse_args(["--pidfile", "no/such/folder/pid"]))
    assert caught.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_level_may_be_written_in_small_letters() -> None:
    chosen = settings(LOG_LEVEL="error")
    check_settings(chosen)
    assert chosen["LOG_LEVEL"] == "ERROR"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("PHX_IMAGE_FORMT", "did you mean PHX_IMAGE_FORMAT?"),
        ("PHX_REPLICA", "did you mean PHX_REPLICA_URL?"),
        ("PHX_XYZZY", "settings.md"),
        ("IMAGE_STORE", "did you mean IMAGES_STORE?"),
        ("DOWNLOAD_TIMOUT", "did you mean DOWNLOAD_TIMEOUT?"),
        ("LOGLEVEL", "did you mean LOG_LEVEL?"),
        ("PXH_DELAY_SCALE", "did you mean PHX_DELAY_SCALE?"),
    ],
)
def test_an_unknown_setting_is_named_with_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=f"^{name} is no setting") as caught:
        check_settings(settings(**{name: "1"}))
    assert str(caught.value).endswith(hint) or hint in str(caught.value)


def test_what_a_sentence_quotes_is_short_and_no_password() -> None:
    assert "hunter2" not in shown("http://user:hun@ter:hunter2@host:1/x")
    assert len(shown("x" * 60_000)) < 100
