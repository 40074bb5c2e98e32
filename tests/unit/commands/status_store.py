"""A store over an invented collection, and what `scrapy status` says of it."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

from scrapy.cmdline import execute

from phx_scraper.homes import Home, read_addresses
from tests.unit.storage.catalogue_helpers import Collector


def run(*words: str) -> tuple[int, str]:
    """Exit code and output; errors come after what was printed."""
    told, errors = io.StringIO(), io.StringIO()
    code: Any = 0
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(errors):
        try:
            execute(["scrapy", *words])
        except SystemExit as ending:
            code = ending.code
    return int(code or 0), told.getvalue() + errors.getvalue()


def told(command: str, folder: Path, *more: str) -> dict[str, Any]:
    """What a command says as JSON."""
    _, text = run(command, *more, "--json", "-s", f"IMAGES_STORE={folder}")
    value, _ = json.JSONDecoder().raw_decode(text)
    assert isinstance(value, dict)
    return value


def homes_of(path: Path) -> list[Home]:
    found, errors = read_addresses(path)
    assert not errors
    return found


def write_list(path: Path, *addresses: str) -> Path:
    path.write_text("full_address\n" + "".join(f'"{address}"\n' for address in addresses), encoding="utf-8")
    return path


def collect(folder: Path, addresses: Path, outcome: str = "ok", source: str = "zillow") -> None:
    """One run of a list, in which every visit that is due ends like that."""
    collector = Collector(folder, fsync=False, addresses=str(addresses))
    collector.begin(homes_of(addresses), [source])
    for home in homes_of(addresses):
        lease = collector.lease(home.property_hash, source)
        if lease is not None:
            collector.collect(lease, outcome) if outcome == "ok" else collector.finish(lease, outcome)
    collector.end()
