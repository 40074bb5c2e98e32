"""Keeps what sources answered to the newest probes, without what is personal: heads, bodies and the report."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from phx_scraper.probe.observer import Exchange
from phx_scraper.probe.personal_data import without_personal_data
from phx_scraper.storage.files.store import FileStore

FOLDER = "metadata/probe"
KEPT_PROBES = 10
MOST_EXCHANGES = 40
"""Of one source in one probe."""
MOST_BODY_BYTES = 2 * 2**20

# Values that name nobody; of every other header only the name is kept.
_HARMLESS = re.compile(
    r"accept-ranges|age|cache-control|cf-cache-status|cf-mitigated|connection|content-(?:encoding|language|length|type)"
    r"|date|etag|expires|last-modified|location|retry-after|server|transfer-encoding|vary|via|x-amzn-waf-action|x-cache"
)
_QUERY_VALUE = re.compile(r"(?<==)[^&#]+")
_FOLDER_NAME = re.compile(r"\d{8}_\d{6}(?:_\d+)?")


def keep_evidence(
    files: FileStore,
    moment: datetime,
    exchanges: Mapping[str, Sequence[Exchange]],
    report: Mapping[str, Any],
    secrets: Iterable[str],
) -> str:
    """Write one probe's folder, drop the oldest; returns its path in the store. Raises StorageError."""
    hidden = sorted(secrets, key=len, reverse=True)
    folder = _free_folder(files, moment)
    for source, all_of_it in exchanges.items():
        for number, exchange in enumerate(all_of_it[:MOST_EXCHANGES], 1):
            place = f"{folder}/{source}-{number:02d}"
            files.replace(f"{place}.head.txt", [without_personal_data(_head(exchange), hidden)])
            if exchange.body and not _is_picture(exchange):
                body = without_personal_data(exchange.body[:MOST_BODY_BYTES], hidden)
                files.replace(f"{place}.body.gz", [gzip.compress(body, mtime=0)])
    files.replace(f"{folder}/report.json", [without_personal_data(json.dumps(report, indent=1).encode(), hidden)])
    _drop_oldest(files)
    return folder


def _head(exchange: Exchange) -> bytes:
    lines = [f"{exchange.method} {exchange.url}", ""]
    if exchange.status:
        lines += [f"{exchange.protocol or 'HTTP'} {exchange.status}", *_headers(exchange.headers)]
        lines += ["", f"{len(exchange.body)} bytes"]
    else:
        lines.append(f"no answer: {exchange.failure}")
    return ("\n".join(lines) + "\n").encode()


def _headers(headers: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in headers:
        plain = name.lower()
        if plain == "set-cookie":
            yield f"{name}: {value.partition('=')[0].strip()}=(left out)"
        elif plain == "location":
            yield f"{name}: {_QUERY_VALUE.sub('(left out)', value)}"
        else:
            yield f"{name}: {value if _HARMLESS.fullmatch(plain) else '(left out)'}"


def _is_picture(exchange: Exchange) -> bool:
    """A photo tells nothing that its size and type do not."""
    kind = next((value for name, value in exchange.headers if name.lower() == "content-type"), "")
    return kind.startswith("image/") and exchange.body.lstrip()[:1] != b"<"


def _free_folder(files: FileStore, moment: datetime) -> str:
    """Two probes may begin in the same second."""
    stamp, taken = f"{moment:%Y%m%d_%H%M%S}", set(files.names(FOLDER))
    names = (stamp if number == 1 else f"{stamp}_{number}" for number in range(1, len(taken) + 2))
    return f"{FOLDER}/{next(name for name in names if name not in taken)}"


def _drop_oldest(files: FileStore) -> None:
    """What has another name than a probe's folder is a person's, and stays."""
    probes = sorted(name for name in files.names(FOLDER) if _FOLDER_NAME.fullmatch(name))
    for name in probes[:-KEPT_PROBES]:
        folder = f"{FOLDER}/{name}"
        for file in files.names(folder):
            files.remove(f"{folder}/{file}")
        files.remove_folder(folder)
