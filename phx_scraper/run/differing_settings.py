"""The settings of a run that are not as the project has them, for its record: nothing secret is among the values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from phx_scraper.config.fields import FIELDS
from phx_scraper.model.run import HIDDEN

_SECRET_NAME = re.compile(r"PASS|SECRET|TOKEN|KEY|CREDENTIAL|AUTH|COOKIE(?!S_)|_USER", re.IGNORECASE)
_CARRIERS = frozenset({"HTTPPROXY_AUTH_ENCODING", "COOKIES_ENABLED", "COOKIES_DEBUG"})
"""Names that look like a secret's and hold none."""


def differing_settings(settings: BaseSettings) -> dict[str, Any]:
    """Our settings whose value is not the default, and those of Scrapy that the command line gave; by name.

    Values as they were written: numbers and flags stay what they are, all else is text.
    """
    return dict(sorted([*_ours(settings), *_scrapys(settings)]))


def _ours(settings: BaseSettings) -> Iterator[tuple[str, Any]]:
    for name, about in FIELDS.items():
        written = settings.get(name, about.default)
        if about.kind.read(name, written) != about.kind.read(name, about.default):
            yield name, _shown(written)


def _scrapys(settings: BaseSettings) -> Iterator[tuple[str, Any]]:
    for name in settings:
        priority = settings.getpriority(name)
        is_given = priority is not None and priority >= SETTINGS_PRIORITIES["cmdline"]
        if name not in FIELDS and is_given and settings[name] is not None:
            secret = name not in _CARRIERS and _SECRET_NAME.search(name)
            yield name, HIDDEN if secret else _shown(settings[name])


def _shown(value: Any) -> Any:
    """What may be a URL's user and password is left out: all that stands before the last `@`, but the scheme."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value.copy_to_dict() if isinstance(value, BaseSettings) else value)
    before, at, after = text.rpartition("@")
    scheme, slashes, _ = before.partition("//")
    return f"{scheme if slashes else ''}{slashes}{HIDDEN}@{after}" if at else text
