"""docs/stats.md names exactly the stats that the code counts; what the code reads or promises is one of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.utils.test import get_crawler

from tests.unit.rules.product import ROOT, docstrings, files, name, tree

PAGE = (ROOT / "docs" / "stats.md").read_text(encoding="utf-8")
COUNTING = {"count", "inc_value", "set_value", "max_value", "min_value"}
PREFIX = "phx/"


def pattern(node: ast.AST | None) -> str:
    """A key with `<>` for each part that differs; empty for what is no key of ours."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        key = node.value
    elif isinstance(node, ast.JoinedStr):
        key = "".join(str(part.value) if isinstance(part, ast.Constant) else "<>" for part in node.values)
    else:
        return ""
    return key if key.startswith(PREFIX) else ""


def counted() -> Iterator[str]:
    for path in files():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in COUNTING and node.args and (key := pattern(node.args[0])):
                yield key
            for keyword in node.keywords:
                if keyword.arg == "stats_base_key" and (start := pattern(keyword.value)):
                    yield from counted_by_scrapy(start)


def counted_by_scrapy(start: str) -> set[str]:
    """What Scrapy's retries count below a key, asked of Scrapy itself."""
    crawler = get_crawler(Spider)
    spider = Spider.from_crawler(crawler, name="any")
    for tries in (0, 99):
        get_retry_request(
            Request("http://a", meta={"retry_times": tries}), spider=spider, reason="reason", stats_base_key=start
        )
    found = crawler.stats.get_stats()
    return {re.sub(r"/reason_count/.*", "/reason_count/<>", key) for key in found if key.startswith(f"{start}/")}


def explained() -> list[str]:
    rows = re.findall(r"^\| `(phx/[^`]+)` \|", PAGE, re.MULTILINE)
    return [re.sub(r"<\w+>", "<>", key) for key in rows]


def test_the_page_has_a_row_for_each_stat_and_no_other() -> None:
    found = set(counted())
    assert len(found) > 20
    assert set(explained()) == found


def test_no_stat_is_explained_twice() -> None:
    assert len(explained()) == len(set(explained()))


def test_every_key_that_the_code_speaks_of_is_one_of_them() -> None:
    """Those that are read, as wholes or beginnings, and those of docstrings."""
    keys = set(explained())
    for path in files():
        known = docstrings(path)
        for node in ast.walk(tree(path)):
            if id(node) in known:
                said = re.findall(r"`(phx/[^`]+)`", str(getattr(node, "value", "")))
            else:
                said = [pattern(node)] if isinstance(node, ast.Constant | ast.JoinedStr) else []
            for key in filter(None, said):
                plain = re.sub(r"<\w+>", "<>", key)
                assert any(other.startswith(plain) for other in keys), f"{name(path)}: {key}"


def test_every_other_key_of_the_page_is_one_of_its_rows() -> None:
    keys = set(explained())
    for document in (PAGE, (Path(ROOT) / "README.md").read_text(encoding="utf-8")):
        for key in re.findall(r"`(phx/[^`]+)`", document):
            assert re.sub(r"<\w+>", "<>", key) in keys, key
