"""A run's record names the settings that are not the project's, and shows no secret of them."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.settings import Settings

from phx_scraper import settings as project
from phx_scraper.run.differing_settings import differing_settings


def made(**given: Any) -> dict[str, Any]:
    settings = Settings()
    settings.setmodule(project, priority="project")
    settings.setdict(given, priority="cmdline")
    return differing_settings(settings)


def test_the_projects_own_are_not_named() -> None:
    assert made() == {}
    assert made(JOBDIR=None) == {}
    assert made(PHX_MAX_DIMENSION=str(project.PHX_MAX_DIMENSION)) == {}, "the same value in other words"


def test_what_differs_is_named_with_its_value() -> None:
    assert made(PHX_MAX_DIMENSION="800", PHX_OFFLINE=True, LOG_LEVEL="DEBUG") == {
        "LOG_LEVEL": "DEBUG",
        "PHX_MAX_DIMENSION": "800",
        "PHX_OFFLINE": True,
    }


def test_a_setting_of_ours_that_the_project_changes_is_named_whoever_changed_it() -> None:
    settings = Settings()
    settings.setmodule(project, priority="project")
    settings.set("PHX_MIN_WIDTH", 10, priority="project")
    assert differing_settings(settings) == {"PHX_MIN_WIDTH": 10}


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("AWS_SECRET_ACCESS_KEY", "abcd", "***"),
        ("MAIL_USER", "me", "***"),
        ("PHX_PROXIES", "http://me:pass@one:1,socks5h://two:2", "http://***@one:1,socks5h://two:2"),
        ("PHX_REPLICA_URL", "http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("FEEDS", {"ftp://me:pa/s ss@host/x": {}}, "{'ftp://***@host/x': {}}"),
        ("COOKIES_ENABLED", False, False),
        ("HTTPPROXY_AUTH_ENCODING", "utf-8", "utf-8"),
    ],
)
def test_secrets_are_hidden(name: str, value: Any, shown: Any) -> None:
    assert made(**{name: value})[name] == shown
