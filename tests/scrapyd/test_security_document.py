"""docs/security.md is true: its settings exist and have the stated values, its code and tests are there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from scrapy.settings import BaseSettings, Settings, default_settings

from phx_scraper import settings as project
from phx_scraper.homes import addresses_csv, csv_rows, input_bytes
from phx_scraper.pages import html_and_json
from tests.integration.crawls import REPOSITORY

TEXT = (REPOSITORY / "docs" / "security.md").read_text(encoding="utf-8")
ENVIRONMENT = {"MARICOPA_ASSESSOR_TOKEN", "SCRAPYD_USERNAME", "SCRAPYD_PASSWORD"}


def table(heading: str) -> Iterator[list[str]]:
    """Rows of the table whose first column has this heading, without its two header lines."""
    lines = TEXT.partition(f"| {heading} |")[2].splitlines()[2:]
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


SETTINGS = {row[0].strip("`"): (row[1].strip("`"), row[2].strip("`")) for row in table("setting")}


def value_of(name: str, settings: BaseSettings) -> Any:
    """A setting, or one entry of a setting that is a table, `NAME["key"]`: None where it is switched off or absent."""
    plain, _, key = name.partition("[")
    return settings.getwithbase(plain).get(ast.literal_eval(key.removesuffix("]"))) if key else settings.get(plain)


@pytest.fixture(scope="module")
def ours() -> Settings:
    """The settings as a crawl has them."""
    settings = Settings()
    settings.setmodule(project, priority="project")
    return settings


@pytest.mark.parametrize("name", SETTINGS)
def test_the_values_are_the_projects(name: str, ours: Settings) -> None:
    plain, _, key = name.partition("[")
    assert hasattr(project, plain), f"settings.py does not set {plain}"
    assert not key or ast.literal_eval(key.removesuffix("]")) in getattr(project, plain)
    assert value_of(name, ours) == ast.literal_eval(SETTINGS[name][0])


@pytest.mark.parametrize("name", [name for name, (_, scrapys) in SETTINGS.items() if scrapys])
def test_the_values_of_scrapy_are_scrapys(name: str) -> None:
    stated, value = SETTINGS[name][1], value_of(name, Settings())
    if stated in {"on", "off"}:
        assert (value is not None) == (stated == "on")
    else:
        assert value == ast.literal_eval(stated)


def test_the_table_covers_the_required_settings() -> None:
    assert {
        "TELNETCONSOLE_ENABLED",
        "REMOTE_CONTROL_ENABLED",
        "DOWNLOAD_VERIFY_CERTIFICATES",
        "DOWNLOAD_MAXSIZE",
    } <= set(SETTINGS)
    closed = {f'DOWNLOAD_HANDLERS["{scheme}"]' for scheme, handler in project.DOWNLOAD_HANDLERS.items() if not handler}
    assert closed == {name for name in SETTINGS if name.startswith("DOWNLOAD_HANDLERS")}


def test_every_setting_named_anywhere_exists() -> None:
    named = set(re.findall(r"`([A-Z][A-Z0-9_]{3,})`", TEXT)) - ENVIRONMENT
    known = {name for module in (project, default_settings) for name in vars(module) if name.isupper()}
    assert named - known == set()


def test_the_code_and_tests_named_exist() -> None:
    paths = re.findall(r"`((?:phx_scraper|tests|deploy|docs)/[\w/.]+)`", TEXT)
    assert len(paths) > 30
    assert [path for path in paths if not (REPOSITORY / path).is_file()] == []
    for row in table("against"):
        assert re.match(r"`(phx_scraper|deploy)/", row[2]), row
        assert row[3].startswith("`tests/"), row


def test_the_bounds_in_words_are_the_codes() -> None:
    megabytes = input_bytes.MAX_BYTES // 2**20
    rows, columns = f"{addresses_csv.MAX_ROWS:,} rows", f"{csv_rows.MAX_COLUMNS:,} columns"
    assert f"({megabytes} MB, {rows}, {columns}, {addresses_csv.MAX_CELL:,} characters a cell)" in TEXT
    assert f"pages have {html_and_json.MAX_BODY // 2**20} MiB" in TEXT
