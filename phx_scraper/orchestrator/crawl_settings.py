"""The settings of a program's crawls: the project's, the user's, then those of the program, fit for another process."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, Settings

from phx_scraper.config.fields import Config
from phx_scraper.config.reading import read_config
from phx_scraper.config.user_settings import user_settings
from phx_scraper.errors import UsageError

OWN_MODULE = "phx_scraper.settings"
MODULE_VARIABLE = "SCRAPY_SETTINGS_MODULE"
_OWN_SPIDERS = "phx_scraper.spiders"
_USERS = SETTINGS_PRIORITIES["cmdline"] - 1
_PLAIN = (str, int, float, bool, type(None))


def portable(settings: Mapping[str, Any], arguments: Mapping[str, str]) -> dict[str, Any]:
    """A program's settings as JSON can carry them: paths as texts, classes by their place.

    `arguments` are settings that have an argument of their own, by its name. Raises UsageError for these, and for a
    value that no other process can be given.
    """
    for name in settings:
        if name in arguments:
            raise UsageError(f"settings: {name} is the argument {arguments[name]}: give it there")
        if name == "JOBDIR":
            raise UsageError("settings: JOBDIR is for commands; the catalogue knows what is done, so leave it out")
    return {str(name): _carried(str(name), value) for name, value in settings.items()}


def _carried(name: str, value: Any) -> Any:
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, type):
        return _place_of(name, value)
    if isinstance(value, Mapping | BaseSettings):
        return {_carried(name, key): _carried(name, inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_carried(name, inner) for inner in value]
    raise UsageError(f"settings: {name} holds {value!r:.60}: give numbers, texts, lists, mappings or classes")


def _place_of(name: str, value: type) -> str:
    if value.__module__ == "__main__" or "<" in value.__qualname__:
        raise UsageError(
            f"settings: {name} holds the class {value.__qualname__} of this script, which the crawl's own process"
            " cannot import: put it into a module"
        )
    return f"{value.__module__}.{value.__qualname__}"


def settings_module() -> str:
    """The module that crawls take as their project's: SCRAPY_SETTINGS_MODULE where it stands on ours, else ours.

    A program may itself be part of another Scrapy project. Raises UsageError for a module that cannot be imported.
    """
    named = os.environ.get(MODULE_VARIABLE, OWN_MODULE)
    try:
        spiders = getattr(importlib.import_module(named), "SPIDER_MODULES", ())
    except ImportError as error:
        raise UsageError(f"{MODULE_VARIABLE} is {named!r}, which cannot be imported ({error})") from error
    return named if _OWN_SPIDERS in spiders else OWN_MODULE


def config_of_crawls(given: Mapping[str, Any]) -> Config:
    """All settings as a crawl will read them. Raises UsageError."""
    settings = Settings()
    settings.setmodule(settings_module(), priority="project")
    for layer in user_settings(None, os.environ):
        settings.setdict(dict(layer.values), priority=_USERS)
    settings.setdict(dict(given), priority="cmdline")
    return read_config(settings)
