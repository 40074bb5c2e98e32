"""No log of a run contains a secret, whatever the logger and handler, as message, argument or traceback."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from phx_scraper.replica import Options, running
from tests.integration.crawls import REPOSITORY, command, environment, outcomes
from tests.integration.secret_logging_settings import OWN_FILE

HOME = "4700 W Davis Rd, Glendale, AZ 85306"
TOKEN = "tok%en+of/the'tests"
PASSWORD = "p%40ss-word"
PROXY = f"http://collector:{PASSWORD}@127.0.0.1:9"
SECRETS = (TOKEN, PASSWORD, "p@ss-word", "tok%25en", "Y29sbGVjdG9yOnBAc3Mtd29yZA==")
WHEN = ("while the crawl is made", "while the crawl runs")


@pytest.fixture(scope="module")
def url() -> object:
    with running(Options(photos=(1, 1), kinds=frozenset())) as replica:
        yield replica.url


def logs_of(store: Path, url: str, **settings: object) -> dict[str, str]:
    """Console output and files of a crawl that logs secrets."""
    store.mkdir()
    line = command("zillow", store, url, {"address": HOME}, {"PHX_PROXIES": PROXY, **settings})
    variables = {
        "SCRAPY_SETTINGS_MODULE": "tests.integration.secret_logging_settings",
        "MARICOPA_ASSESSOR_TOKEN": TOKEN,
    }
    done = subprocess.run(
        line, cwd=REPOSITORY, env=environment() | variables, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert list(outcomes(store).values()) == ["ok"]
    files = {path.name: path.read_text(encoding="utf-8") for path in store.glob("*.log")}
    return {"console": done.stdout + done.stderr, **files}


def assert_hidden(log: str) -> None:
    assert [secret for secret in SECRETS if secret in log] == []
    for when in WHEN:
        assert f"{when} a message with AUTHORIZATION: ***" in log
        assert f"{when} by http://***@127.0.0.1:9" in log
        assert f"{when} a traceback" in log
    assert "RuntimeError: refused ***" in log
    assert "ValueError: cause with http://***@127.0.0.1:9" in log


def test_the_console_and_a_handler_of_another_library(tmp_path: Path, url: str) -> None:
    logs = logs_of(tmp_path / "store", url)
    assert set(logs) == {"console", OWN_FILE}
    for log in logs.values():
        assert_hidden(log)
    assert "Logging error" not in logs["console"]


def test_a_log_file(tmp_path: Path, url: str) -> None:
    logs = logs_of(tmp_path / "store", url, LOG_FILE=tmp_path / "store" / "scrapy.log")
    assert_hidden(logs["scrapy.log"])
    assert [secret for secret in SECRETS if secret in logs["console"]] == []


def test_no_other_file_contains_the_secrets(tmp_path: Path, url: str) -> None:
    store = tmp_path / "store"
    logs_of(store, url, JOBDIR=tmp_path / "job")
    written = [path for folder in (store, tmp_path / "job") for path in folder.rglob("*") if path.is_file()]
    assert (tmp_path / "job" / "job.json") in written
    for path in written:
        assert [secret for secret in SECRETS if secret.encode() in path.read_bytes()] == [], path
