"""`scrapy categorise`: a correction stays over a crawl that collects everything anew; wrong use is one sentence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.replica import Options, running
from tests.integration.crawls import crawl, scrapy

ADDRESS = "4141 W Cielo Grande, Glendale, AZ 85310"
OPTIONS = Options(photos=(4, 5), width=400, kinds=frozenset())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collected, its first picture corrected, collected anew."""
    folder = tmp_path_factory.mktemp("categorise")
    with running(OPTIONS) as replica:
        for more in ({}, {"fresh": "1"}):
            done = crawl("all", folder, replica.url, address=ADDRESS, sources="zillow,redfin", **more)
            assert done.code == 0, done.output
            if not more:
                said = scrapy("categorise", folder, "--set", ADDRESS, "1", "Water-Heater", "--json")
                assert json.loads(said.output)["shows"] == "sys/water_heater", said.output
    return folder


def photos(store: Path) -> list[dict[str, Any]]:
    manifest = json.loads((store / "metadata" / "image_manifest.json").read_text(encoding="utf-8"))
    return [entry for home in manifest["properties"].values() for entry in home]


def test_a_correction_stays_on_every_copy(store: Path) -> None:
    corrected = [entry for entry in photos(store) if entry["signal"] == "correction"]
    assert {entry["source"] for entry in corrected} == {"zillow", "redfin"}
    assert {(entry["location"], entry["subject"], entry["confidence"]) for entry in corrected} == {
        ("sys", "water_heater", 100)
    }
    label = corrected[0]["property_hash"]
    [path] = (store / "categorised" / "sys" / "water_heater").iterdir()
    assert path.name.startswith(f"{label}_sys_water_heater_100_")


def test_tags_and_captions_of_pages_are_what_is_said(store: Path) -> None:
    assert {entry["signal"] for entry in photos(store)} >= {"correction", "tag"}
    assert all(entry["subject"] != "unknown" for entry in photos(store) if entry["signal"] == "tag")


def test_nothing_is_stale_after_a_crawl(store: Path) -> None:
    done = scrapy("categorise", store, "--json")
    told = json.loads(done.output)
    assert (done.code, told["homes"], told["seen"], told["changed"]) == (0, 0, 0, 0)


def test_a_few_pictures_teach_nothing(store: Path) -> None:
    """Either there is no model, which is said, or there are too few pictures to learn from."""
    done = scrapy("categorise", store, "--learn")
    assert done.code in {0, 2}
    assert "Nothing is learned" in done.output or "not looked at" in done.output
    assert not (store / "metadata" / "category_heads.json").exists()


def test_the_report_counts_the_kept_pictures(store: Path) -> None:
    told = json.loads(scrapy("categorise", store, "--report", "--json").output)
    kept = sum(entry["status"] == "stored" for entry in photos(store))
    assert told["pictures"] == kept == sum(row["pictures"] for row in told["rows"])
    text = scrapy("categorise", store, "--report").output
    assert "sys/water_heater" in text
    assert f"of {kept} pictures" in text


def test_a_picture_is_named_by_its_key_as_pages_do(store: Path) -> None:
    known = next(entry for entry in photos(store) if entry["status"] == "stored" and entry["signal"] == "correction")
    name = f"{known['source']}:{known['image_id'].split('_', 2)[2]}"
    done = scrapy("categorise", store, "--set", ADDRESS, name, "water_heater", "--json")
    assert json.loads(done.output)["shows"] == "sys/water_heater", done.output


def test_a_correction_stays_when_the_catalogue_is_made_anew(store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(store, copy)
    (copy / "metadata" / "catalogue.sqlite").unlink()
    done = scrapy("reconcile", copy, "--rebuild")
    assert done.code == 0, done.output
    scrapy("categorise", copy)
    corrected = [entry["subject"] for entry in photos(copy) if entry["signal"] == "correction"]
    assert set(corrected) == {"water_heater"}
    assert len(corrected) == sum(entry["signal"] == "correction" for entry in photos(store))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", ADDRESS, "1", "kitchn"], "did you mean kitchen?"),
        (["--set", ADDRESS, "1", "ext/kitchen"], "kitchen is int/kitchen and not ext/kitchen"),
        (["--set", ADDRESS, "77", "kitchen"], "none is 77"),
        (["--set", ADDRESS, "0", "kitchen"], "none is 0"),
        (["--set", ADDRESS, "one", "kitchen"], "none is one"),
        (["--set", "4141 W Cielo Grade, Glendale, AZ 85310", "1", "pool"], f"the nearest that it knows is {ADDRESS}"),
        (["--set", "nowhere", "1", "pool"], "no readable address"),
        (["--set", ADDRESS, "1"], "expected 3 arguments"),
        (["--report", "--set", ADDRESS, "1", "pool"], "one of them"),
        (["homes.csv", "--report"], "one of them"),
    ],
)
def test_wrong_use_is_one_sentence(store: Path, arguments: list[str], said: str) -> None:
    done = scrapy("categorise", store, *arguments)
    assert done.code == 2
    assert said in done.output
    assert "Traceback" not in done.output
