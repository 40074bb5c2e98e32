"""Checks the targets of feeds before the crawl: at its end it would be too late."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from scrapy.settings import BaseSettings

from phx_scraper.config.value_kinds import read_object
from phx_scraper.errors import UsageError
from phx_scraper.extensions.feed_export import has_own_pipeline
from phx_scraper.views.feed_records import VISIT

# Formats with one document a file: an appended second one makes it unreadable.
DOCUMENTS = {"json", "xml"}
MAX_HEADER = 2**16


def check_feeds(settings: BaseSettings, addresses: str) -> None:
    """Check that each feed on this machine can be written. Raises UsageError."""
    formats = settings.getwithbase("FEED_EXPORTERS")
    for target, options in settings.getdict("FEEDS").items():
        suffix = Path(str(target)).suffix.removeprefix(".")
        if read_object(f"FEEDS of {target}", options).get("format", suffix) not in formats:
            raise UsageError(f"FEEDS of {target} names no known format: set it to one of {', '.join(sorted(formats))}")
        path = _path(str(target))
        if path is None:
            continue
        if addresses and path.exists() and Path(addresses).exists() and path.samefile(addresses):
            raise UsageError(f"the feed {path} is the list of homes itself: name another file")
        _check_place(path)
        if not options.get("overwrite") and path.is_file() and path.stat().st_size:
            _check_append(path, options, settings)


def _check_append(path: Path, options: Mapping[str, Any], settings: BaseSettings) -> None:
    kind = options.get("format")
    if kind in DOCUMENTS:
        raise UsageError(
            f"-o {path}: nothing can be appended to a {kind} document; -O writes it anew with every home, and"
            " -o with a name ending in .jsonl or .csv appends"
        )
    has_own_columns = options.get("fields") or settings.get("FEED_EXPORT_FIELDS") or has_own_pipeline(settings)
    if kind == "csv" and not has_own_columns and not _has_our_header(path):
        raise UsageError(
            f"-o {path}: this file has other columns than our feeds; name another one, or -O to replace it"
        )


def _has_our_header(path: Path) -> bool:
    with path.open("rb") as file:
        return file.readline(MAX_HEADER).startswith(VISIT[0].encode())


def _path(target: str) -> Path | None:
    """The file of a target; None for standard output, other machines, and names with placeholders."""
    scheme = urlsplit(target).scheme
    if scheme not in {"", "file"} or target.startswith("stdout:") or "%(" in target or target == "-":
        return None
    return Path(unquote(urlsplit(target).path) if scheme == "file" else target)


def _check_place(path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"the feed {path} is a folder: name a file")
    folder = next((parent for parent in path.absolute().parents if parent.exists()), Path("/"))
    if not folder.is_dir():
        raise UsageError(f"the feed {path} cannot be written, because {folder} is no folder")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise UsageError(f"the feed {path} cannot be written: name a file that this user may write")
