"""`scrapy export`: every format holds the manifest's photos; the place is checked, and is whole or absent."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path

import pytest
from PIL import Image
from pyarrow import parquet

from phx_scraper.export.photo_rows import COLUMNS
from phx_scraper.replica import Options, running
from tests.integration.crawls import crawl, scrapy

ADDRESSES = "4141 W Cielo Grande, Glendale, AZ 85310; 4732 W Davis Rd, Glendale, AZ 85306"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    with running(Options(photos=(2, 3), width=400, kinds=frozenset())) as replica:
        done = crawl("all", folder, replica.url, address=ADDRESSES, sources="zillow,redfin")
    assert done.code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def manifest(store: Path) -> list[dict]:
    document = json.loads((store / "metadata" / "image_manifest.json").read_text())
    return [photo for photos in document["properties"].values() for photo in photos]


def export(store: Path, form: str, out: Path, *options: str):
    return scrapy("export", store, "--format", form, "--out", str(out), *options)


def seen(path: Path) -> tuple[str | None, tuple[int, int]]:
    with Image.open(path) as picture:
        return picture.format, picture.size


def test_tables_hold_the_photos_of_the_manifest(store: Path, manifest: list[dict], tmp_path: Path) -> None:
    for form in ("csv", "jsonl", "json", "parquet"):
        assert export(store, form, tmp_path / form).code == 0
    ids = [photo["image_id"] for photo in manifest]
    with (tmp_path / "csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["image_id"] for row in rows] == ids
    lines = [json.loads(line) for line in (tmp_path / "jsonl").read_text().splitlines()]
    assert [line["image_id"] for line in lines] == ids
    document = json.loads((tmp_path / "json").read_text())
    assert [photo for photos in document["properties"].values() for photo in photos] == manifest
    assert parquet.read_table(tmp_path / "parquet")["image_id"].to_pylist() == ids


def test_parquet_has_typed_columns(store: Path, manifest: list[dict], tmp_path: Path) -> None:
    assert export(store, "parquet", tmp_path / "photos.parquet").code == 0
    row = parquet.read_table(tmp_path / "photos.parquet").to_pylist()[0]
    known = manifest[0]
    assert (row["width"], row["is_duplicate"], row["tags"]) == (known["width"], False, known.get("tags", []))
    assert isinstance(row["downloaded_at"], datetime)
    assert row["downloaded_at"].tzinfo is not None
    assert isinstance(row["listing_date"], date)
    assert json.loads(row["evidence"]) == known["evidence"]
    assert row["confidence"] is None


@pytest.mark.parametrize(("form", "kind"), [("png", "PNG"), ("jpg", "JPEG")])
def test_folders_hold_the_kept_pictures(
    store: Path, manifest: list[dict], tmp_path: Path, form: str, kind: str
) -> None:
    assert export(store, "folders", tmp_path / "out", "--image-format", form).code == 0
    kept = [photo for photo in manifest if photo["status"] == "stored"]
    pictures = sorted((tmp_path / "out").glob(f"*/img_*.{form}"))
    assert len(pictures) == len(kept)
    assert {seen(path)[0] for path in pictures} == {kind}
    listed = [
        (path.parent / image["file"], image)
        for path in (tmp_path / "out").glob("*/images_manifest.json")
        for image in json.loads(path.read_text())["images"]
    ]
    assert sorted(path for path, _ in listed) == pictures
    assert all(seen(path)[1] == (image["width"], image["height"]) for path, image in listed)


def test_only_the_homes_of_a_list(store: Path, tmp_path: Path) -> None:
    homes = tmp_path / "homes.csv"
    homes.write_text('full_address\n"4732 W Davis Rd, Glendale, AZ 85306"\n')
    assert export(store, "jsonl", tmp_path / "some", "--homes", str(homes)).code == 0
    lines = [json.loads(line) for line in (tmp_path / "some").read_text().splitlines()]
    assert {line["property_address"] for line in lines} == {"4732 W Davis Rd, Glendale, AZ 85306"}


def test_what_is_there_is_replaced_only_when_asked(store: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    done = export(store, "folders", tmp_path / "out")
    assert (done.code, "--replace" in done.output) == (2, True)
    assert export(store, "folders", tmp_path / "out", "--replace").code == 0
    assert not (tmp_path / "out" / "mine.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--format", "xml", "--out", "x"), "known are csv"),
        (("--format", "csv"), "--out"),
        (("--format", "folders", "--out", "x", "--image-format", "gif"), "png, jpg"),
        (("--format", "folders", "--out", "x", "--quality", "0"), "1 to 95"),
        (("--format", "csv", "--out", "{store}/inside.csv"), "holds the store"),
        (("--format", "folders", "--out", "{store}"), "holds the store"),
        (("--format", "folders", "--out", "/"), "holds the store"),
        (("--format", "csv", "--out", "{store}/.."), "holds the store"),
        (("--format", "csv", "--out", "x", "--homes", "absent.csv"), "absent.csv"),
    ],
)
def test_wrong_use_is_one_sentence(store: Path, options: tuple[str, ...], said: str) -> None:
    done = scrapy("export", store, *(option.format(store=store) for option in options))
    assert done.code == 2
    assert said in done.output
    assert "Traceback" not in done.output


def test_a_picture_that_is_gone_is_told(store: Path, manifest: list[dict], tmp_path: Path) -> None:
    gone = next(photo["local_path"] for photo in manifest if photo["status"] == "stored")
    moved = tmp_path / "moved"
    (store / gone).rename(moved)
    try:
        done = export(store, "folders", tmp_path / "out")
    finally:
        moved.rename(store / gone)
    assert done.code == 1
    assert "1 picture had no file" in done.output


def test_a_place_that_cannot_be_written_is_one_sentence(store: Path) -> None:
    done = export(store, "csv", Path("/dev/full/photos.csv"))
    assert done.code == 2
    assert "/dev/full" in done.output
    assert "Traceback" not in done.output
