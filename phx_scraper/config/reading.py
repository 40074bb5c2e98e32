"""The settings of a run, read from Scrapy's: all at once, and once for each crawler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from phx_scraper.config.bucket_access import reached
from phx_scraper.config.fields import FIELDS, Config, setting_of
from phx_scraper.config.unknown_names import check_own_names
from phx_scraper.errors import UsageError
from phx_scraper.model.store_place import BucketPlace


def read_config(settings: Mapping[str, Any]) -> Config:
    """Read the settings of one run. Raises UsageError naming the setting, its value and what would do."""
    check_own_names(settings, FIELDS)
    config = _values(settings)
    for field, least in (("max_delay", "min_delay"), ("max_home_delay", "max_delay")):
        _check_order(config, field, least)
    if config.originals_in_homes and not config.keep_raw:
        raise UsageError("PHX_ORIGINALS_IN_HOMES needs the originals: set PHX_KEEP_RAW to True")
    return config


def _check_order(config: Config, field: str, least: str) -> None:
    value, bound = getattr(config, field), getattr(config, least)
    if value < bound:
        raise UsageError(
            f"{setting_of(field)} is {value:g}: set it to at least {setting_of(least)}, which is {bound:g}"
        )


def _values(settings: Mapping[str, Any]) -> Config:
    written = {name: about.default for name, about in FIELDS.items()}
    written |= {name: settings[name] for name in FIELDS if name in settings}
    read = {name: about.kind.read(name, written[name]) for name, about in FIELDS.items()}
    config = Config(**{field.name: read[setting_of(field.name)] for field in fields(Config)})
    if isinstance(config.images_store, BucketPlace):
        return replace(config, images_store=reached(config.images_store, settings))
    return config


class HasSettings(Protocol):
    """A crawler, as far as it matters here."""

    @property
    def settings(self) -> Any:
        """The settings that are in force."""


_READ: WeakKeyDictionary[HasSettings, Config] = WeakKeyDictionary()


def config_of(crawler: HasSettings) -> Config:
    """The settings of one crawler: read once, when its first part asks for them. Raises UsageError."""
    if crawler not in _READ:
        _READ[crawler] = _values(crawler.settings)  # a spider that is not ours may have PHX_ names of its own
    return _READ[crawler]


def texts_with_passwords(settings: Mapping[str, Any]) -> list[str]:
    """What was written into the settings that may hold a password, whether it can be read or not."""
    return [str(settings.get(name) or "") for name, about in FIELDS.items() if about.may_hold_password]
