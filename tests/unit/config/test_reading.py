"""Settings are read here alone, all of them, and once for each crawler."""

from __future__ import annotations

import ast
import gc
import importlib.util
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from scrapy.settings import Settings

from phx_scraper.config.fields import FIELDS
from phx_scraper.config.reading import config_of, read_config, texts_with_passwords
from phx_scraper.errors import UsageError

ROOT = Path(__file__).parents[3]


class Crawling:
    """A crawler, as far as its settings go."""

    def __init__(self, **changes: Any) -> None:
        self.settings = Settings()
        self.settings.setmodule("phx_scraper.settings")
        self.settings.update(changes)


def test_the_settings_of_the_project_are_usable() -> None:
    config = read_config(Crawling().settings)
    assert (config.concurrent_homes, config.delay_scale, config.image_format) == (3, 1.0, "PNG")
    assert (config.duplicate_distance, config.duplicate_dhash_distance) == (8, 12)
    assert config.images_store.is_absolute()


def test_what_is_not_set_has_its_default_and_none_is_no_value() -> None:
    assert read_config({}) == read_config({name: about.default for name, about in FIELDS.items()})
    with pytest.raises(UsageError, match="PHX_STALL_SECONDS is 'None': set it to"):
        read_config({"PHX_STALL_SECONDS": None})


@pytest.mark.parametrize(
    ("name", "near"), [("PHX_IMAGE_FORMT", "PHX_IMAGE_FORMAT"), ("PHX_STALLS_SECOND", "PHX_STALL_SECONDS")]
)
def test_a_name_that_is_none_of_ours_is_told_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(UsageError, match=f"^{name} is no setting of this project; did you mean {near}\\?$"):
        read_config({name: "1"})


def test_a_name_that_is_near_to_none_leads_to_the_page_that_has_them_all() -> None:
    with pytest.raises(UsageError, match=r"^PHX_XYZZY is no setting of this project; docs/settings\.md has them all$"):
        read_config({"PHX_XYZZY": "1"})


def test_each_crawler_is_read_once_and_has_its_own() -> None:
    one, other = Crawling(PHX_MAX_RETRY_AFTER=1), Crawling(PHX_MAX_RETRY_AFTER="2")
    config = config_of(one)
    one.settings.set("PHX_MAX_RETRY_AFTER", 3, priority="cmdline")
    assert config_of(one) is config
    assert (config.max_retry_after, config_of(other).max_retry_after) == (1, 2)


def test_a_crawler_that_has_ended_is_let_go() -> None:
    crawler = Crawling()
    config_of(crawler)
    gone = weakref.ref(crawler)
    del crawler
    gc.collect()
    assert gone() is None


def test_what_may_hold_a_password_is_given_as_it_was_written() -> None:
    written = {"PHX_PROXIES": "user:pw", "PHX_REPLICA_URL": "http://u:p@h", "PHX_IMAGE_FORMAT": "JPEG"}
    assert texts_with_passwords(written) == ["", "", "user:pw", "http://u:p@h"]


def raw_reads(path: Path) -> Iterator[str]:
    """Where a setting of the project is asked for by its name: `get…("PHX_…")` and `…["PHX_…"]`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        asked: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith("get"):
            asked = node.args[:1]
        elif isinstance(node, ast.Subscript):
            asked = [node.slice]
        for word in asked:
            if isinstance(word, ast.Constant) and word.value in FIELDS:
                yield f"{path.relative_to(ROOT)}:{word.lineno} {word.value}"


def test_nothing_else_reads_settings_of_the_project(tmp_path: Path) -> None:
    package = ROOT / "phx_scraper"
    # settings.py takes one of them from the environment.
    others = [
        path for path in package.rglob("*.py") if path.parent != package / "config" and path.name != "settings.py"
    ]
    assert len(others) > 200
    assert [read for path in others for read in raw_reads(path)] == []


def test_a_raw_read_would_be_seen() -> None:
    assert len(list(raw_reads(ROOT / "phx_scraper" / "settings.py"))) == 1


@pytest.fixture(scope="module")
def documents() -> ModuleType:
    spec = importlib.util.spec_from_file_location("document_settings", ROOT / "scripts" / "document_settings.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_settings_is_that_of_the_fields(documents: ModuleType) -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == documents.page()


def test_the_table_of_the_readme_is_that_of_the_fields(documents: ModuleType) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme == documents.with_short_table(readme)
