"""Settings that name classes of Scrapy's or the user's: each can be loaded, before a crawl is made of them."""

from __future__ import annotations

import re
import traceback
from collections.abc import Collection, Iterator, Mapping
from importlib import import_module
from typing import Any

from phx_scraper.config.class_methods import lack_of
from phx_scraper.config.value_kinds import read_object, shown, wrong_value
from phx_scraper.errors import UsageError

ORDERS = (
    "ADDONS",
    "DOWNLOADER_MIDDLEWARES",
    "EXTENSIONS",
    "ITEM_PIPELINES",
    "SPIDER_CONTRACTS",
    "SPIDER_MIDDLEWARES",
)
"""Classes with their order, or with None."""
BY_NAME = ("DOWNLOAD_HANDLERS", "FEED_EXPORTERS", "FEED_STORAGES")
"""Names with their classes, or with None."""
LISTS = ("RETRY_EXCEPTIONS", "SPIDER_MODULES")
NONE_AT_FIRST = ("ASYNCIO_EVENT_LOOP", "FEED_URI_PARAMS")
# A policy's own name may stand there too.
NO_CLASS = ("REFERRER_POLICY",)
MAY_BE_EMPTY = ("FEED_URI_PARAMS", "HTTPCACHE_POLICY", "HTTPCACHE_STORAGE")
LOADED_FIRST = ("ADDONS", "ASYNCIO_EVENT_LOOP", "SPIDER_LOADER_CLASS", "SPIDER_MODULES", "TWISTED_REACTOR")
"""What Scrapy loads before it installs a reactor; a module of the others may need it to be there."""


def check_classes(settings: Mapping[str, Any], defaults: Mapping[str, Any], names: Collection[str] = ()) -> None:
    """Load what these settings name (all of them by default), but for Scrapy's own choices. Raises UsageError."""
    known = {path for value in defaults.values() for path in _strings(value) if path}
    for name, path in _paths(settings, defaults):
        if not isinstance(path, str):
            if path is not None and not callable(path):
                raise wrong_value(name, path, "paths of classes, as in package.module.Class")
            if path is not None:
                _check_use(name, path, path)
        elif path not in known and (path or name not in MAY_BE_EMPTY) and (name in names or not names):
            _load(name, path)


def _paths(settings: Mapping[str, Any], defaults: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in ORDERS:
        for path, order in read_object(name, settings[name]).items():
            if order is not None and (isinstance(order, bool) or not isinstance(order, int | float)):
                raise UsageError(f"{name} gives {shown(path)} the order {shown(order)}: set it to a number or None")
            if order is not None:
                yield name, path
    for name in BY_NAME:
        yield from ((name, path) for path in read_object(name, settings[name]).values())
    for name in LISTS:
        value = settings[name] or ()
        yield from ((name, path) for path in (value.split(",") if isinstance(value, str) else value))
    single = [name for name, value in defaults.items() if re.fullmatch(r"(scrapy|twisted)(\.\w+)+", str(value))]
    for name in (*single, *NONE_AT_FIRST):
        if name not in NO_CLASS:
            yield name, settings[name]


def _check_use(name: str, path: Any, found: Any) -> None:
    """Raises UsageError for a class of another sort than the setting's."""
    lack = lack_of(name, found)
    if lack:
        raise UsageError(f"{name} names {shown(path)}, which cannot stand there ({lack}): set it to a class that can")


def _load(name: str, path: str) -> None:
    try:
        module, _, attribute = path.rpartition(".")
        found = import_module(path) if name == "SPIDER_MODULES" else getattr(import_module(module), attribute)
        if not callable(found) and name != "SPIDER_MODULES":
            raise TypeError("it is no class")
    except Exception as error:
        raise UsageError(
            f"{name} names {shown(path)}, which cannot be loaded ({_why(error)}): set it to what can be imported, as in"
            " package.module.Class"
        ) from error
    if name != "SPIDER_MODULES":
        _check_use(name, path, found)


def _why(error: Exception) -> str:
    """The error in one line, with the place of the user's own code that raised it."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    inside = (
        "" if "importlib" in frame.filename or frame.filename == __file__ else f" in {frame.filename}:{frame.lineno}"
    )
    return f"{type(error).__name__}{inside}: {shown(str(error).partition(chr(10))[0])}"


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for pair in value.items():
            yield from (one for one in pair if isinstance(one, str))
