"""What the parts of a crawl share is found by its crawler, and stands in one place each."""

from __future__ import annotations

import ast
import gc
import logging
import re
import time
import weakref
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler

from phx_scraper.config.reading import config_of
from phx_scraper.downloader import meta_keys
from phx_scraper.downloader.state import state_of
from phx_scraper.errors import UsageError
from phx_scraper.run.current_run import run_of, run_or_none
from tests.faults.fault_server import FaultServer
from tests.unit.downloader.conftest import Crawl
from tests.unit.downloader.crawling import SETTINGS

PACKAGE = Path(__file__).parents[3] / "phx_scraper"
KEYS = {name: value for name, value in vars(meta_keys).items() if name.isupper()}


def crawler(**changes: Any) -> Crawler:
    return Crawler(Spider, {**SETTINGS, **changes})


def test_settings_count_that_change_while_the_crawl_is_made() -> None:
    made = crawler(PHX_MAX_RETRY_AFTER=1)
    state = state_of(made)
    made.settings.set("PHX_MAX_RETRY_AFTER", 7, priority="cmdline")  # as add-ons and spiders do
    assert state.config.max_retry_after == 7


def test_a_spider_that_is_not_ours_may_have_names_of_its_own() -> None:
    assert state_of(crawler(PHX_MINE="1")).config is not None


def test_a_crawler_has_one_state_and_each_its_own() -> None:
    one, other = crawler(PHX_MAX_RETRY_AFTER=1), crawler(PHX_MAX_RETRY_AFTER=2)
    assert state_of(one) is state_of(one)
    assert state_of(one).throttle is state_of(one).throttle
    assert state_of(one).config is config_of(one)
    assert state_of(one).gate is not state_of(other).gate
    assert [state_of(each).config.max_retry_after for each in (one, other)] == [1, 2]


def test_a_crawl_that_has_ended_is_let_go_with_all_that_its_state_holds(
    ask: Crawl, server: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    kept: list[weakref.ref[Any]] = []
    # pytest keeps every record that is told, and some of Scrapy's have their spider.
    with caplog.at_level(logging.WARNING, "scrapy"), caplog.at_level(logging.WARNING):
        ask("/ok", on_crawler=lambda crawler: kept.extend((weakref.ref(crawler), weakref.ref(state_of(crawler)))))
    until = time.monotonic() + 20
    while any(ref() for ref in kept) and time.monotonic() < until:
        gc.collect()  # the reactor's thread may still be at the last of it
    assert [ref() for ref in kept] == [None, None]


def test_a_wrong_setting_is_said_where_it_is_first_asked_for() -> None:
    with pytest.raises(UsageError, match="PHX_MAX_RETRY_AFTER is 'x'"):
        _ = state_of(crawler(PHX_MAX_RETRY_AFTER="x")).config


def test_the_run_of_another_spider_is_none() -> None:
    assert run_or_none(crawler()) is None
    with pytest.raises(LookupError, match="no list of homes"):
        run_of(crawler())


def product() -> Iterator[tuple[Path, ast.Module]]:
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] != "replica":
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_each_meta_key_is_written_once_and_says_what_it_is_for() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in product()
        if path.name != "meta_keys.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in KEYS.values()
    ]
    assert found == []
    body = ast.parse(Path(meta_keys.__file__).read_text(encoding="utf-8")).body
    explained = {
        node.targets[0].id
        for node, after in pairwise(body)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(after, ast.Expr)
    }
    assert explained == KEYS.keys()
    assert len(set(KEYS.values())) == len(KEYS) > 5


def test_slots_are_named_by_their_functions_alone() -> None:
    named = [path for path, tree in product() if ":img" in ast.unparse(tree)]
    assert [path.name for path in named] == ["slots.py"]


def test_nothing_is_hidden_in_the_crawler_or_its_spider() -> None:
    """`vars(crawler)`, `setattr(crawler, …)` and `crawler.spider.crawl` stand nowhere but where the state is held."""
    found = {
        path.name
        for path, tree in product()
        if re.search(r"\.spider\.crawl\b|(vars|setattr)\(crawler", ast.unparse(tree))
    }
    assert found == {"state.py"}


def test_scrapys_private_parts_are_touched_in_one_file() -> None:
    """Apart from methods of an exporter and of scrapy-playwright and the words of Scrapy's command line, which have no
    other place to step in; a named tuple's methods are public, and argparse's actions and lines are none of Scrapy's.
    """
    touched = set()
    for path, tree in product():
        if "scrapy" not in {name.partition(".")[0] for name in imported(tree)}:
            continue
        for node in ast.walk(tree):
            is_private = isinstance(node, ast.Attribute) and re.match(
                r"_(?!asdict|actions|split_lines)[a-z]", node.attr
            )
            if is_private and ast.unparse(node.value) != "self":
                touched.add("/".join(path.parts[-2:]))
    assert touched == {
        "commands/__init__.py",
        "downloader/scrapy_internals.py",
        "phx_scraper/exporters.py",
        "browser/guarded_contexts.py",
    }


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield str(node.module)
