"""A class that can be loaded and is of another sort than its setting's is one sentence before a crawl."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.settings import default_settings
from scrapy.utils.misc import load_object

from phx_scraper.commands.checked_settings import check_components, check_settings
from phx_scraper.config.class_methods import ALL, ANY, BASES, lack_of
from phx_scraper.config.class_paths import BY_NAME, ORDERS
from phx_scraper.errors import UsageError
from tests.unit.config.test_class_paths import settings

FIRST = ("ADDONS", "ASYNCIO_EVENT_LOOP", "SPIDER_LOADER_CLASS", "TWISTED_REACTOR")


def refusal(name: str, path: Any) -> str:
    value = {path: 1} if name in ORDERS else {"http": path} if name in BY_NAME else path
    with pytest.raises(UsageError) as caught:
        (check_settings if name in FIRST else check_components)(settings(**{name: value}))
    return str(caught.value)


@pytest.mark.parametrize("name", [*ALL, *ANY, *BASES])
def test_a_class_of_another_sort_is_one_sentence(name: str) -> None:
    told = refusal(name, "collections.OrderedDict")
    assert told.startswith(f"{name} names 'collections.OrderedDict', which cannot stand there (it ")
    assert told.endswith("): set it to a class that can")


@pytest.mark.parametrize("name", [*ALL, *ANY, *BASES, "EXTENSIONS"])
def test_a_function_is_no_class(name: str) -> None:
    assert "(it is no class)" in refusal(name, "os.path.join")


def test_a_function_makes_the_parameters_of_feeds() -> None:
    check_components(settings(FEED_URI_PARAMS="os.path.join"))


def test_a_class_itself_is_looked_at_too() -> None:
    told = refusal("ITEM_PIPELINES", dict)
    assert told.startswith(
        "ITEM_PIPELINES names \"<class 'dict'>\", which cannot stand there (it has no process_item())"
    )


@pytest.mark.parametrize("name", [*ALL, *ANY, "RETRY_EXCEPTIONS", "TWISTED_REACTOR", "EXTENSIONS"])
def test_the_classes_of_scrapy_and_the_project_have_what_is_looked_for(name: str) -> None:
    values = [settings()[name], getattr(default_settings, f"{name}_BASE", {})]
    paths = [
        path
        for value in values
        for path in ([value] if isinstance(value, str) else value.values() if name in BY_NAME else value)
        if isinstance(path, str)
    ]
    assert paths or name == "ADDONS"
    assert {path: lack_of(name, load_object(path)) for path in paths} == dict.fromkeys(paths, "")
