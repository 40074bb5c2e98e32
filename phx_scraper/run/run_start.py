"""What is noted of a run when it has taken up its homes: in which mode it works, what it is made of, which homes."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Sequence
from importlib import metadata

from sqlalchemy import Connection

from phx_scraper.model.run import FRESH, INCREMENTAL, RESUME, RunDetails
from phx_scraper.model.visit import VisitRow
from phx_scraper.run.differing_settings import differing_settings
from phx_scraper.run.resources import RunResources
from phx_scraper.storage.catalogue import run_details
from phx_scraper.storage.catalogue.schema import SCHEMA_VERSION

PACKAGES = ("phx-scraper", "scrapy", "twisted", "curl_cffi", "scrapy-playwright", "pillow", "numpy", "sqlalchemy")


def note_start(connection: Connection, run: RunResources, goes_on: bool, known: Sequence[VisitRow]) -> None:
    """Write it down. `goes_on`: the run takes up a stopped one; `known` are its visits as they stood at its start."""
    visited = any(visit.finished_at for visit in known)
    mode = RESUME if goes_on else INCREMENTAL if visited else FRESH
    details = RunDetails(mode, versions(), differing_settings(run.crawler.settings), {})
    run_details.begin(connection, run.run_id, details, run.property_hashes)


def versions() -> dict[str, str]:
    """Name -> version of what decides how a run goes; packages that are not installed are left out."""
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, "schema": str(SCHEMA_VERSION)}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return dict(sorted(found.items()))
