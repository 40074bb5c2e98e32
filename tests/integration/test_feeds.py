"""`-O items.csv` of a real crawl of pages whose captions are formulas."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.replica import Options, running
from tests.integration.crawls import REPOSITORY, command, environment
from tests.integration.rewriting_proxy import rewriting_proxy

HOME = "4700 W Davis Rd, Glendale, AZ 85306"
FORMULA = "=HYPERLINK(A1;B1)"


def hostile(page: bytes) -> bytes:
    """Every caption begins with a formula, at any depth of nested JSON."""
    for quote in (b'"', b'\\"'):
        page = page.replace(b"caption%b:%b" % (quote, quote), b"caption%b:%b%b " % (quote, quote, FORMULA.encode()))
    return page


def feeds(folder: Path, **settings: Any) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """The rows of a crawl's CSV feed, and its JSON feed."""
    plain = Options(photos=(2, 2), kinds=frozenset())
    with running(plain) as replica, rewriting_proxy(replica.url, hostile) as proxy:
        line = command("zillow", folder / "store", proxy.url, {"address": HOME}, settings)
        line += ["-O", str(folder / "items.csv"), "-O", str(folder / "items.json")]
        variables = {"SCRAPY_SETTINGS_MODULE": "tests.integration.flat_item_settings"}
        done = subprocess.run(
            line, cwd=REPOSITORY, env=environment() | variables, capture_output=True, timeout=300, check=False
        )
    assert done.returncode == 0, done.stderr.decode()
    with (folder / "items.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)), json.loads((folder / "items.json").read_text(encoding="utf-8"))


def test_formulas_are_neutral_in_csv_and_exact_in_json(tmp_path: Path) -> None:
    (row,), (item,) = feeds(tmp_path)
    assert item["caption"].startswith(f"{FORMULA} ")
    assert row["caption"] == f"'{item['caption']}"
    assert row["captions"] == f"'{','.join(item['captions'])}"
    assert row["home"] == item["home"] == HOME
    assert item["longitude"] < 0
    assert row["longitude"] == row["longitude as text"] == str(item["longitude"])
    assert row["latitude"] == str(item["latitude"])
    assert row["'=column"] == "+1"


@pytest.mark.parametrize("value", ["1", "True"])
def test_the_setting_keeps_them(tmp_path: Path, value: str) -> None:
    (row,), (item,) = feeds(tmp_path, PHX_CSV_FORMULAS=value)
    assert row["caption"] == item["caption"]
    assert row["=column"] == "+1"
