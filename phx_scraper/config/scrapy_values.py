"""Scrapy's own settings: it reads them where it needs them, in the middle of a run, and stumbles over them there."""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Collection, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from phx_scraper.config.locations import log_file
from phx_scraper.config.value_kinds import Kind, choice, number, read_object, whole, wrong_value

MOST = 2**31
LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")

# Tighter than their types say, or of another type than their default.
BOUNDS: dict[str, Kind[int] | Kind[float]] = {
    "CONCURRENT_ITEMS": whole(1, 100_000),
    "CONCURRENT_REQUESTS": whole(1, 100_000),
    "CONCURRENT_REQUESTS_PER_DOMAIN": whole(1, 100_000),
    "DNS_TIMEOUT": number(0.001, 86_400),
    "DOWNLOAD_DELAY": number(0, 86_400),
    "DOWNLOAD_MAXSIZE": whole(1, MOST),
    "DOWNLOAD_TIMEOUT": number(0.001, 86_400),
    "REACTOR_THREADPOOL_MAXSIZE": whole(1, 10_000),
    "RETRY_TIMES": whole(0, 100),
}
SLOT_BOUNDS: dict[str, Kind[int] | Kind[float]] = {
    "concurrency": whole(1, 100_000),
    "delay": number(0, 86_400),
    "jitter": number(0, 1),
}
CODES = ("RETRY_HTTP_CODES", "HTTPERROR_ALLOWED_CODES", "HTTPCACHE_IGNORE_HTTP_CODES")
ENCODINGS = ("LOG_ENCODING", "FEED_EXPORT_ENCODING", "HTTPPROXY_AUTH_ENCODING")
FRACTIONS = {"DNS_TIMEOUT", "DOWNLOAD_DELAY", "DOWNLOAD_TIMEOUT"}


def log_level(settings: Mapping[str, Any]) -> str:
    """The name of a level, in capitals, which is what Scrapy wants. Raises UsageError."""
    return choice(*LEVELS).read("LOG_LEVEL", settings.get("LOG_LEVEL"))


def check_scrapy_values(settings: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
    """Each setting that has a switch or a number for a default must be one; status codes, encodings, the pace of slots
    and the log's form, versions and file must be usable. Raises UsageError naming it.
    """
    for name, default in defaults.items():
        # Deprecated ones among the others warn when they are read.
        if isinstance(default, int | float):
            value = settings.get(name)
            if value != default and (value is not None or name in BOUNDS):
                _check(name, value, default)
    for name in CODES:
        codes = settings.get(name) or ()
        for code in codes.split(",") if isinstance(codes, str) else codes:
            whole(100, 599).read(name, code)
    for name in ENCODINGS:
        _check_encoding(name, settings.get(name))
    _check_slots(settings.get("DOWNLOAD_SLOTS") or {})
    _check_log_format(settings.get("LOG_FORMAT"))
    _check_packages("LOG_VERSIONS", settings.get("LOG_VERSIONS") or (), defaults["LOG_VERSIONS"])
    log_file("LOG_FILE", settings.get("LOG_FILE"))


def _check(name: str, value: Any, default: float) -> None:
    if isinstance(default, bool) or name == "TELNETCONSOLE_ENABLED":
        _check_switch(name, value)
    else:
        if isinstance(default, int) and name not in FRACTIONS:
            _check_digits(name, value)
        BOUNDS.get(name, number(-MOST if "PRIORITY" in name else 0, MOST)).read(name, value)


def _check_slots(slots: Any) -> None:
    for slot, written in read_object("DOWNLOAD_SLOTS", slots).items():
        values = read_object(f"DOWNLOAD_SLOTS of {slot}", written)
        for name, kind in SLOT_BOUNDS.items():
            if values.get(name) is not None:
                kind.read(f"DOWNLOAD_SLOTS of {slot}, {name},", values[name])


def _check_log_format(value: Any) -> None:
    try:
        logging.Formatter(value).format(logging.makeLogRecord({}))
    except (KeyError, TypeError, ValueError):
        raise wrong_value(
            "LOG_FORMAT", value, "a format of Python's logging, as in %(levelname)s %(message)s"
        ) from None


def _check_encoding(name: str, value: Any) -> None:
    try:
        codecs.lookup(str(value or "utf-8"))
    except (LookupError, ValueError):
        raise wrong_value(name, value, "an encoding, for example utf-8") from None


def _check_packages(name: str, written: Any, known: Collection[str]) -> None:
    """Scrapy lists the versions of these at its start; those that it knows itself are not all packages."""
    for package in written.split(",") if isinstance(written, str) else written:
        if str(package).lower() not in {one.lower() for one in known}:
            try:
                version(package)
            except (PackageNotFoundError, TypeError, ValueError):
                raise wrong_value(name, package, "names of installed packages, with commas between them") from None


def _check_switch(name: str, value: Any) -> None:
    if not re.fullmatch(r"[Tt]rue|[Ff]alse|\d+", str(value)):
        raise wrong_value(name, value, "True or False")


def _check_digits(name: str, value: Any) -> None:
    """Scrapy takes no 5e6 for a whole number."""
    if not re.fullmatch(r"\s*[+-]?\d+\s*", str(value)):
        raise wrong_value(name, value, "a whole number, written in digits")
