"""A class that cannot be loaded is one sentence before a crawl, and no traceback in it."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings, default_settings

from phx_scraper.commands.checked_settings import check_components, check_settings
from phx_scraper.commands.status import Command
from phx_scraper.config.class_paths import BY_NAME, NONE_AT_FIRST, ORDERS
from phx_scraper.errors import UsageError
from phx_scraper.pipelines.validate import ValidatePipeline


def settings(**changes: Any) -> Settings:
    chosen = Settings()
    chosen.setmodule("phx_scraper.settings", priority="project")
    chosen.update(changes, priority="cmdline")
    return chosen


def test_the_classes_of_the_project_can_be_loaded() -> None:
    check_components(settings())


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("no.such", "ModuleNotFoundError: .No module named 'no'."),
        ("x", "ValueError: .*"),
        ("phx_scraper.no_such.Class", "ModuleNotFoundError: .*"),
        ("phx_scraper.pipelines.photos.PhotoPipeline", "AttributeError: .*no attribute 'PhotoPipeline'."),
        ("phx_scraper.settings.BOT_NAME", "TypeError: 'it is no class'"),
        ("broken_on_import.Class", "ZeroDivisionError in .*broken_on_import.py:2: .*"),
    ],
)
@pytest.mark.parametrize("name", [*ORDERS, *BY_NAME, "SCHEDULER", "STATS_CLASS", "RETRY_EXCEPTIONS", *NONE_AT_FIRST])
def test_a_class_that_cannot_be_loaded_is_one_sentence(
    name: str, path: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sys.modules.pop("broken_on_import", None)
    (tmp_path / "broken_on_import.py").write_text("\n1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    value: Any = {path: 1} if name in ORDERS else {"http": path} if name in BY_NAME else path
    with pytest.raises(UsageError) as caught:
        check_components(settings(**{name: value}))
    form = (
        f"{name} names {re.escape(repr(path))}, which cannot be loaded \\({why}\\): set it to what can be imported, .*"
    )
    assert re.fullmatch(form, str(caught.value)), str(caught.value)


def test_the_names_of_single_classes_are_those_of_scrapy() -> None:
    """Each of Scrapy's settings whose default is a class of its own is looked at, but for the referrer's policy."""
    defaults = {name: str(value) for name, value in vars(default_settings).items() if name.isupper()}
    single = {name for name, value in defaults.items() if re.match(r"(scrapy|twisted)\.", value)}
    assert len(single) > 15
    for name in single - {"REFERRER_POLICY"}:
        with pytest.raises(UsageError, match=f"^{name} names"):
            check_components(settings(**{name: "no.such"}))
    check_components(settings(REFERRER_POLICY="origin"))


@pytest.mark.parametrize("name", ["ADDONS", "SPIDER_LOADER_CLASS", "SPIDER_MODULES", "TWISTED_REACTOR"])
def test_what_scrapy_loads_first_is_looked_at_with_the_other_settings(name: str) -> None:
    with pytest.raises(UsageError, match=f"^{name} names 'no.such'"):
        check_settings(settings(**{name: {"no.such": 1} if name == "ADDONS" else "no.such"}))


def test_the_others_wait_for_the_reactor() -> None:
    """A module that imports it would install another one."""
    check_settings(settings(ITEM_PIPELINES={"no.such": 1}, SCHEDULER="no.such"))


@pytest.mark.parametrize("order", ["x", True, [1]])
def test_an_order_is_a_number(order: Any) -> None:
    with pytest.raises(UsageError, match=r"^ITEM_PIPELINES gives 'a.b' the order .*: set it to a number or None$"):
        check_settings(settings(ITEM_PIPELINES={"a.b": order}))


def test_what_is_switched_off_and_what_is_a_class_already_is_not_loaded() -> None:
    pipelines = {"no.such": None, ValidatePipeline: 1}
    check_components(settings(ITEM_PIPELINES=pipelines, DOWNLOAD_HANDLERS={"http": None}))


@pytest.mark.parametrize("name", [*ORDERS, *BY_NAME, "FEEDS", "DOWNLOAD_SLOTS"])
@pytest.mark.parametrize("value", ["x", "[1]", "1", "", "{", "[" * 10**5])
def test_what_shall_be_an_object_is_one(name: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = Command()
    command.settings = settings()
    parser = argparse.ArgumentParser(conflict_handler="resolve")
    command.add_options(parser)
    with pytest.raises(SystemExit) as caught:
        command.process_options([], parser.parse_args(["-s", f"{name}={value}"]))
    assert caught.value.code == 2
    told = capsys.readouterr().err
    assert re.fullmatch(f"scrapy status: {name} is .*: set it to a JSON object, as in .*; {{}} is none\n", told)
