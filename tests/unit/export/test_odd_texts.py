"""Tables take every text and date that a page or a list may hold."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from pyarrow import parquet

from phx_scraper.export.tables import WRITERS
from phx_scraper.homes import Home
from phx_scraper.model.listing import Evidence
from phx_scraper.storage.catalogue import listings
from phx_scraper.storage.catalogue.gallery import galleries
from tests.catalogue_calls import write
from tests.unit.storage.catalogue_helpers import Collector, Shown, homes, listing

HALF = "\ud83c"


@pytest.fixture
def odd(tmp_path: Path) -> Collector:
    collector = Collector(tmp_path / "data", fsync=False)
    home: Home = replace(homes()[0], extras={"Notes": f"=1+1 {HALF}", "Agent": "@SUM(A1)"})
    collector.begin([home])
    held = collector.lease(home.property_hash, "zillow")
    assert held is not None
    photos = listing("zillow", [Shown("a", "front")]).photos
    photos = tuple(replace(photo, caption="=HYPERLINK(1)", tags=(f"pool{HALF}",)) for photo in photos)
    found = listing("zillow", [], photos=photos, listing_date="2026-02-30", evidence=(Evidence("address", HALF, "a"),))
    for photo in write(collector.catalogue, listings.record, held, found, 1.0):
        collector.fetch(photo)
    collector.finish(held)
    return collector


def export(collector: Collector, form: str, path: Path, formulas: bool = False) -> Path:
    with collector.catalogue.reading() as tx:
        WRITERS[form](path, galleries(tx), formulas)
    collector.catalogue.close()
    return path


def test_parquet(odd: Collector, tmp_path: Path) -> None:
    (row,) = parquet.read_table(export(odd, "parquet", tmp_path / "out")).to_pylist()
    assert (row["tags"], row["listing_date"]) == (["pool?"], None)
    assert json.loads(row["extras"]) == {"Notes": "=1+1 ?", "Agent": "@SUM(A1)"}


def test_no_cell_of_csv_runs(odd: Collector, tmp_path: Path) -> None:
    with export(odd, "csv", tmp_path / "out").open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["caption"] == "'=HYPERLINK(1)"
    assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert json.loads(row["extras"])["Agent"] == "@SUM(A1)"


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json(odd: Collector, tmp_path: Path, form: str) -> None:
    document = json.loads(export(odd, form, tmp_path / "out").read_text(encoding="utf-8"))
    row = document if form == "jsonl" else next(iter(document["properties"].values()))[0]
    assert row["extras"]["Agent"] == "@SUM(A1)"
