"""Every PHX_ setting read, checked and typed once, at start: one table of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phx_scraper.config.locations import catalogue_place, replica_address, store_folder
from phx_scraper.config.proxy_urls import proxy_list
from phx_scraper.config.unknown_names import check_own_names
from phx_scraper.config.value_kinds import Read, choice, flag, number, whole


@dataclass(frozen=True, slots=True)
class Config:
    """The checked settings of one run; units stand beside each setting in `settings.py`."""

    images_store: Path
    catalogue_url: str
    concurrent_homes: int
    delay_scale: float
    duplicate_distance: int
    duplicate_dhash_distance: int
    duplicate_rule: str
    max_dimension: int
    image_format: str
    jpeg_quality: int
    keep_raw: bool
    min_width: int
    min_height: int
    max_pixels: int
    max_photo_bytes: int
    min_free_disk_mb: int
    image_workers: int
    decoder_timeout: float
    breaker_failures: int
    breaker_cooldown: float
    breaker_max_wait: float
    max_memory_mb: int
    stall_seconds: float
    csv_formulas: bool
    proxies: tuple[str, ...]
    browser: str
    max_retry_after: float
    replica_url: str

    @property
    def catalogue_place(self) -> str:
        """The URL or path of the catalogue: by default below the store."""
        return self.catalogue_url or str(self.images_store / "metadata" / "catalogue.sqlite")


def _workers(name: str, value: Any) -> int:
    read: int = whole(0, 256)(name, value)
    return read or os.cpu_count() or 1


FIELDS: dict[str, Read] = {
    "IMAGES_STORE": store_folder,
    "PHX_CATALOGUE_URL": catalogue_place,
    "PHX_CONCURRENT_HOMES": whole(1, 1000),
    "PHX_DELAY_SCALE": number(0, 1000),
    "PHX_DUPLICATE_DISTANCE": whole(0, 64),
    "PHX_DUPLICATE_DHASH_DISTANCE": whole(0, 64),
    "PHX_DUPLICATE_RULE": choice("verified", "plain"),
    "PHX_MAX_DIMENSION": whole(16, 20_000),
    "PHX_IMAGE_FORMAT": choice("PNG", "JPEG"),
    "PHX_JPEG_QUALITY": whole(1, 95),
    "PHX_KEEP_RAW": flag,
    "PHX_MIN_WIDTH": whole(1, 100_000),
    "PHX_MIN_HEIGHT": whole(1, 100_000),
    "PHX_MAX_PIXELS": whole(1, 2_000_000_000),
    "PHX_MAX_PHOTO_BYTES": whole(1, 2**31),
    "PHX_MIN_FREE_DISK_MB": whole(0, 10**9),
    "PHX_IMAGE_WORKERS": _workers,
    "PHX_DECODER_TIMEOUT": number(0, 86_400),
    "PHX_BREAKER_FAILURES": whole(1, 1000),
    "PHX_BREAKER_COOLDOWN": number(0, 10**7),
    "PHX_BREAKER_MAX_WAIT": number(0, 10**7),
    "PHX_MAX_MEMORY_MB": whole(0, 10**7),
    "PHX_STALL_SECONDS": number(0, 10**7),
    "PHX_CSV_FORMULAS": flag,
    "PHX_PROXIES": proxy_list,
    "PHX_BROWSER": choice("auto", "never", "always"),
    "PHX_MAX_RETRY_AFTER": number(0, 10**7),
    "PHX_REPLICA_URL": replica_address,
}
"""Each setting and how it is read; its field in `Config` is its name in small letters, without `phx_`."""


def read_config(settings: Mapping[str, Any]) -> Config:
    """Read the settings of one run. Raises UsageError naming the setting, its value and what would do."""
    check_own_names(settings, FIELDS)
    values = {field_of(name): read(name, settings.get(name)) for name, read in FIELDS.items()}
    return Config(**values)


def read_proxies(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """`PHX_PROXIES` as URLs of one form, each once. Raises UsageError, which never shows any part of an entry."""
    return proxy_list("PHX_PROXIES", settings.get("PHX_PROXIES"))


def field_of(setting: str) -> str:
    """The name of a setting's field in `Config`."""
    return setting.lower().removeprefix("phx_")
