"""The list that the crawl of a slice is given."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from phx_scraper.storage.catalogue.job_rows import NewHome


def write_list(path: Path, homes: Sequence[NewHome]) -> None:
    """Write homes as a list that a crawl reads, with the columns that theirs had."""
    columns = list(dict.fromkeys(name for home in homes for name in home.extras))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["full_address", *columns])
        writer.writerows([home.address, *(home.extras.get(name, "") for name in columns)] for home in homes)
