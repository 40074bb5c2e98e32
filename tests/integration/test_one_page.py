"""`scrapy fetch`, `shell`, `parse`, `list` and `check` on this project: no traceback, with and without --spider."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration import fork_server
from tests.integration.crawls import Result, crawl, environment, rows

HOME = "4700 W Davis Rd, Glendale, AZ 85306"


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(Options(photos=(3, 3), kinds=frozenset(), width=384)) as server:
        yield server


@pytest.fixture(scope="module")
def page(replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a listing."""
    store = tmp_path_factory.mktemp("store")
    assert crawl("redfin", store, replica.url, address=HOME).code == 0
    url: str = rows(store, "SELECT url FROM listings")[0][0]
    return url


def scrapy(replica: Replica, *words: str) -> Result:
    # Scrapy's own `parse` uses what it calls deprecated.
    calm = {"PYTHONWARNINGS": "default" if words[0] == "parse" else "error"}
    line = [*words, "-s", f"PHX_REPLICA_URL={replica.url}", "-s", "PHX_DELAY_SCALE=0"]
    done = fork_server.run(line, environment() | calm, timeout=300)
    assert "Traceback" not in done.stdout + done.stderr
    return Result(done.returncode, done.stdout + done.stderr)


@pytest.mark.parametrize("spider", [(), ("--spider=redfin",), ("--spider=all",)])
def test_fetch_prints_the_page(replica: Replica, page: str, spider: tuple[str, ...]) -> None:
    done = scrapy(replica, "fetch", *spider, page)
    assert done.code == 0
    assert "</html>" in done.output


@pytest.mark.parametrize("spider", [(), ("--spider=redfin",)])
def test_shell_has_the_response(replica: Replica, page: str, spider: tuple[str, ...]) -> None:
    done = scrapy(replica, "shell", *spider, "-c", "(response.status, response.url)", page)
    assert f"(200, '{page}')" in done.output


@pytest.mark.parametrize("spider", [(), ("--spider=redfin",), ("--spider=all",)])
def test_parse_shows_what_is_read(replica: Replica, page: str, spider: tuple[str, ...]) -> None:
    done = scrapy(replica, "parse", *spider, page)
    assert done.code == 0
    assert "4700 W Davis Rd" in done.output
    assert done.output.count("'position'") == 3


def test_parse_of_a_page_that_is_no_listing_says_why(replica: Replica) -> None:
    done = scrapy(replica, "parse", "https://www.zillow.com/nothing")
    assert "'ending': 'NotFound'" in done.output


@pytest.mark.parametrize("command", ["fetch", "shell", "parse"])
def test_an_unknown_spider_is_one_sentence(replica: Replica, command: str) -> None:
    done = scrapy(replica, command, "--spider=zilow", "--nolog", "https://www.zillow.com/")
    assert done.code == 2
    known = "all, maricopa_assessor, phoenix_mls, redfin, zillow"
    assert done.output == f"scrapy {command}: there is no spider 'zilow'; did you mean zillow? Known are {known}\n"


def test_list_and_check(replica: Replica) -> None:
    assert scrapy(replica, "list").output.split() == ["all", "maricopa_assessor", "phoenix_mls", "redfin", "zillow"]
    assert scrapy(replica, "check").code == 0


def test_a_wrong_setting_is_one_sentence_of_every_command(replica: Replica, tmp_path: Path) -> None:
    for words in (
        ["fetch", "https://www.zillow.com/"],
        ["parse", "https://x.zillow.com/"],
        ["status"],
        ["retry"],
        ["reconcile"],
    ):
        done = scrapy(replica, *words, "-s", "LOG_LEVEL=FOO", "-s", f"IMAGES_STORE={tmp_path / 'store'}")
        assert done.code == 2
        assert done.output.startswith(f"scrapy {words[0]}: LOG_LEVEL is 'FOO'")
        assert len(done.output.splitlines()) == 1
