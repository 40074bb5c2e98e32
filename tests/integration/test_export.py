"""`scrapy export`: every format holds the manifest's photos; the place is checked, and is whole or absent."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas
import pytest
from PIL import Image
from pyarrow import parquet

from phx_scraper.export.photo_rows import COLUMNS
from phx_scraper.replica import Options, running
from tests.integration.crawls import REPOSITORY, crawl, scrapy

EARLIER_FIELDS = frozenset(
    {"image_id", "property_address", "property_hash", "source", "source_url", "local_path", "original_path"}
    | {"phash", "dhash", "width", "height", "file_size_bytes", "status", "downloaded_at", "processed_at"}
    | {"is_duplicate", "duplicate_of", "content_hash", "created_by_run_id", "error_message"}
)
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
    assert row["confidence"] == known["confidence"]
    assert isinstance(row["confidence"], int)


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


def test_what_is_there_is_replaced_only_when_asked_and_only_an_export(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "4732-w-davis-rd-glendale-az-85306").mkdir(parents=True)
    (out / "4732-w-davis-rd-glendale-az-85306" / "mine.txt").write_text("mine")
    done = export(store, "folders", out)
    assert (done.code, "--replace" in done.output) == (2, True)
    done = export(store, "folders", out, "--replace")
    assert (done.code, "which no export wrote" in done.output) == (2, True)
    assert (out / "4732-w-davis-rd-glendale-az-85306" / "mine.txt").read_text() == "mine"
    shutil.rmtree(out)
    for options in ((), ("--replace",)):
        assert export(store, "folders", out, *options).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_exported_folder_describes_its_own_files(store: Path, tmp_path: Path) -> None:
    assert export(store, "folders", tmp_path / "out", "--image-format", "jpg").code == 0
    for path in (tmp_path / "out").glob("*/images_manifest.json"):
        document = json.loads(path.read_text())
        assert set(document) == {"version", "property_address", "images"}
        for image in document["images"]:
            data = (tmp_path / "out" / image["local_path"]).read_bytes()
            assert image["local_path"] == f"{path.parent.name}/{image['file']}"
            assert (image["file_size_bytes"], image["content_hash"]) == (len(data), hashlib.sha256(data).hexdigest())
            assert image.keys() >= EARLIER_FIELDS


def test_the_catalogue_is_never_replaced(store: Path, tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue.sqlite"
    shutil.copy(store / "metadata" / "catalogue.sqlite", catalogue)
    for out in (catalogue, Path(f"{catalogue}-wal")):
        done = export(store, "csv", out, "-s", f"PHX_CATALOGUE_URL={catalogue}", "--replace")
        assert (done.code, "the catalogue" in done.output) == (2, True), done.output


def test_a_killed_export_is_cleared_up_by_the_next(store: Path, tmp_path: Path) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "from phx_scraper.storage.files import temp_files as t; print(t.name(t.owner()))"],
        cwd=REPOSITORY, check=True, capture_output=True, text=True,
    )  # fmt: skip
    left = tmp_path / f".phx-export-{dead.stdout.strip()}"
    (left / "made").mkdir(parents=True)
    (left / "replaced" / "earlier").mkdir(parents=True)
    assert export(store, "csv", tmp_path / "photos.csv").code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["earlier", "photos.csv"]


def test_what_other_programs_read_has_types(store: Path, manifest: list[dict], tmp_path: Path) -> None:
    file = tmp_path / "photos.parquet"
    assert export(store, "parquet", file).code == 0
    frame = pandas.read_parquet(file)
    assert len(frame) == len(manifest)
    assert (frame["width"].dtype, frame["is_duplicate"].dtype) == ("int64", "bool")
    assert str(frame["downloaded_at"].dtype).startswith("datetime64")
    described = duckdb.sql(f"DESCRIBE SELECT * FROM '{file}'").fetchall()
    kinds = {name: kind for name, kind, *_ in described}
    assert kinds["width"] == "BIGINT"
    assert kinds["is_duplicate"] == "BOOLEAN"
    assert kinds["downloaded_at"] == "TIMESTAMP WITH TIME ZONE"
    assert kinds["listing_date"] == "DATE"
    assert kinds["confidence"] == "BIGINT"
    assert kinds["tags"] == "VARCHAR[]"


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


@pytest.mark.parametrize("damaged", [False, True])
def test_a_picture_that_is_gone_or_damaged_is_told(
    store: Path, manifest: list[dict], tmp_path: Path, damaged: bool
) -> None:
    gone = next(photo["local_path"] for photo in manifest if photo["status"] == "stored")
    moved = tmp_path / "moved"
    (store / gone).rename(moved)
    if damaged:
        (store / gone).write_bytes(moved.read_bytes()[:300])
    try:
        done = export(store, "folders", tmp_path / "out", "--image-format", "jpg")
    finally:
        moved.rename(store / gone)
    assert done.code == 1
    assert "1 picture had no file that can be read" in done.output
    numbers = [path.name for path in (tmp_path / "out").glob("*/img_001.jpg")]
    assert len(numbers) == 2


def test_a_place_that_cannot_be_written_is_one_sentence(store: Path) -> None:
    done = export(store, "csv", Path("/dev/full/photos.csv"))
    assert done.code == 2
    assert "/dev/full" in done.output
    assert "Traceback" not in done.output
