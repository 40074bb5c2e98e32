"""Every PHX_ setting read, checked and typed once, at start."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from phx_scraper.errors import UsageError

PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")
PROXY_FORM = (
    "write http, https, socks5 or socks5h://USER:PASSWORD@HOST:PORT, without USER:PASSWORD@ where it wants none"
)


@dataclass(frozen=True, slots=True)
class CrawlOptions:
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
    breaker_failures: int
    breaker_cooldown: float
    breaker_max_wait: float
    max_memory_mb: int
    stall_seconds: float
    csv_formulas: bool
    proxies: tuple[str, ...]
    replica_url: str

    @property
    def catalogue_place(self) -> str:
        """The URL or path of the catalogue: by default below the store."""
        return self.catalogue_url or str(self.images_store / "metadata" / "catalogue.sqlite")


def read_options(settings: Mapping[str, Any]) -> CrawlOptions:
    """Read the settings of one run. Raises UsageError naming the setting, its value and what would do."""
    read = _Reader(settings)
    return CrawlOptions(
        images_store=_store_path(str(settings.get("IMAGES_STORE") or "")),
        catalogue_url=_catalogue_url(str(settings.get("PHX_CATALOGUE_URL") or "")),
        concurrent_homes=read.whole("PHX_CONCURRENT_HOMES", 1, 1000),
        delay_scale=read.number("PHX_DELAY_SCALE", 0, 1000),
        duplicate_distance=read.whole("PHX_DUPLICATE_DISTANCE", 0, 64),
        duplicate_dhash_distance=read.whole("PHX_DUPLICATE_DHASH_DISTANCE", 0, 64),
        duplicate_rule=read.choice("PHX_DUPLICATE_RULE", ("verified", "plain")),
        max_dimension=read.whole("PHX_MAX_DIMENSION", 16, 20_000),
        image_format=read.choice("PHX_IMAGE_FORMAT", ("PNG", "JPEG")),
        jpeg_quality=read.whole("PHX_JPEG_QUALITY", 1, 95),
        keep_raw=read.flag("PHX_KEEP_RAW"),
        min_width=read.whole("PHX_MIN_WIDTH", 1, 100_000),
        min_height=read.whole("PHX_MIN_HEIGHT", 1, 100_000),
        max_pixels=read.whole("PHX_MAX_PIXELS", 1, 2_000_000_000),
        max_photo_bytes=read.whole("PHX_MAX_PHOTO_BYTES", 1, 2**31),
        min_free_disk_mb=read.whole("PHX_MIN_FREE_DISK_MB", 0, 10**9),
        image_workers=read.whole("PHX_IMAGE_WORKERS", 0, 256) or os.cpu_count() or 1,
        breaker_failures=read.whole("PHX_BREAKER_FAILURES", 1, 1000),
        breaker_cooldown=read.number("PHX_BREAKER_COOLDOWN", 0, 10**7),
        breaker_max_wait=read.number("PHX_BREAKER_MAX_WAIT", 0, 10**7),
        max_memory_mb=read.whole("PHX_MAX_MEMORY_MB", 0, 10**7),
        stall_seconds=read.number("PHX_STALL_SECONDS", 0, 10**7),
        csv_formulas=read.flag("PHX_CSV_FORMULAS"),
        proxies=read_proxies(settings),
        replica_url=_replica_url(str(settings.get("PHX_REPLICA_URL") or "")),
    )


def read_proxies(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """`PHX_PROXIES` as URLs of one form, each once. Raises UsageError, which never shows any part of an entry."""
    entries = str(settings.get("PHX_PROXIES") or "").split(",")
    found = [_proxy(number, entry.strip()) for number, entry in enumerate(entries, 1) if entry.strip()]
    return tuple(dict.fromkeys(found))


class _Reader:
    """Reads one setting at a time and names it when it cannot be used."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings

    def whole(self, name: str, low: int, high: int) -> int:
        return self._between(name, lambda text: int(float(text)), low, high, "a whole number")

    def number(self, name: str, low: float, high: float) -> float:
        return self._between(name, float, low, high, "a number")

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        value = str(self.settings.get(name)).strip()
        for option in allowed:
            if value.lower() == option.lower():
                return option
        raise UsageError(f"{name} is {value!r}: set it to {' or '.join(allowed)}")

    def flag(self, name: str) -> bool:
        value = str(self.settings.get(name)).strip().lower()
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off", "", "none"}:
            return False
        raise UsageError(f"{name} is {value!r}: set it to True or False")

    def _between(self, name: str, convert: Callable[[str], Any], low: float, high: float, kind: str) -> Any:
        value = self.settings.get(name)
        try:
            number = convert(str(value))
        except (ValueError, OverflowError):
            number = None
        if number is None or not low <= number <= high:
            raise UsageError(f"{name} is {value!r}: set it to {kind} from {low} to {high}")
        return number


def _store_path(value: str) -> Path:
    if not value:
        raise UsageError("IMAGES_STORE is empty: set it to the folder that shall hold the pictures")
    if "://" in value:
        raise UsageError(f"IMAGES_STORE is {value!r}: only a folder of this machine can be used so far")
    return Path(value).expanduser().absolute()


def _replica_url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme != "http" or not parts.hostname or parts.path.strip("/") or parts.query):
        raise UsageError(f"PHX_REPLICA_URL is {value!r}: set it to http://HOST:PORT of a running replica")
    return value.rstrip("/")


def _catalogue_url(value: str) -> str:
    place = value.removeprefix("sqlite:///")
    if "://" in place:
        shown = re.sub(r"//[^/?#]*@", "//***@", value)
        raise UsageError(f"PHX_CATALOGUE_URL is {shown!r}: only SQLite files can be used so far, sqlite:///PATH")
    return value


def _proxy(number: int, entry: str) -> str:
    try:
        parts = urlsplit(entry)
        problem = _proxy_problem(entry, parts)
    except ValueError:
        # Its own text quotes what is wrong, which may be the password.
        problem = "it is no URL with a host and a port"
    if problem:
        raise UsageError(f"PHX_PROXIES, entry {number}: {problem}; {PROXY_FORM}")
    userinfo, at, place = parts.netloc.rpartition("@")
    # Scrapy's HttpProxyMiddleware cannot read a user without a colon.
    return f"{parts.scheme}://{userinfo}{'' if ':' in userinfo or not at else ':'}{at}{place}"


def _proxy_problem(entry: str, parts: SplitResult) -> str:
    """What is wrong with an entry, without any part of it; an empty text where nothing is. Raises ValueError."""
    if not re.fullmatch(r"[\x21-\x7e]+", entry):
        return "it holds a blank or a character outside ASCII (in a password write it as %XX)"
    if parts.scheme not in PROXY_SCHEMES:
        return "its scheme is none that can be used"
    if not parts.hostname or not parts.port:
        return "its host or its port is missing"
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        return "something follows its port (in a password write / ? # and , as %2F %3F %23 and %2C)"
    if "@" in parts.netloc and not parts.username:
        return "it has a password and no user"
    try:
        unquote(f"{parts.username}{parts.password}").encode("latin-1")
    except UnicodeEncodeError:
        return "its user or password holds characters that a proxy cannot be told (only Latin-1 ones can)"
    return ""
