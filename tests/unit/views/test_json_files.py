"""The JSON files under metadata/: the fields and meanings that their readers rely on."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from phx_scraper.errors import StorageError
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo
from phx_scraper.storage.catalogue import listings, restart_visits, runs
from phx_scraper.views import write_all, write_manifest
from phx_scraper.views.documents import document, timestamp
from phx_scraper.views.photo_entry import image_id
from phx_scraper.views.run_record import write_run_record
from tests.catalogue_calls import open_galleries, read, write
from tests.unit.storage.catalogue_helpers import SOURCES, Collector, Shown, finish_visit, homes

DAVIS = "4732 W Davis Rd, Glendale, AZ 85306"
FIELDS = frozenset(
    [
        "image_id",
        "property_address",
        "property_hash",
        "source",
        "source_url",
        "local_path",
        "original_path",
        "phash",
        "dhash",
        "width",
        "height",
        "file_size_bytes",
        "status",
        "downloaded_at",
        "processed_at",
        "is_duplicate",
        "duplicate_of",
        "content_hash",
        "created_by_run_id",
        "error_message",
        "position",
        "caption",
        "listing_url",
        "listing_date",
        "mls_number",
        "location",
        "subject",
        "confidence",
        "signal",
        "raw_sha256",
        "original_width",
        "original_height",
        "original_format",
        "evidence",
    ]
)
NAMES = ("image_manifest", "hash_index", "extraction_state", "address_folder_lookup", "url_tracker")


def json_file(collector: Collector, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(collector.files.read(f"metadata/{name}.json"))
    return found


@pytest.fixture
def done(collector: Collector) -> Collector:
    collector.begin(homes(2))
    for source in SOURCES:
        held = collector.lease(homes()[0].property_hash, source)
        assert held is not None
        collector.collect(held)
    write_all(collector.catalogue, collector.files, 1_700_000_000.0)
    return collector


def test_the_manifest_has_the_promised_fields(done: Collector) -> None:
    manifest = json_file(done, "image_manifest")
    assert set(manifest) == {"version", "last_updated", "properties"}
    assert manifest["last_updated"] == "2023-11-14T22:13:20Z"
    assert list(manifest["properties"]) == [DAVIS], "a home that was not visited yet is not an empty one"
    entries = manifest["properties"][DAVIS]
    assert len(entries) == 12
    assert all(set(entry) == FIELDS | {"kind", "also_at"} for entry in entries)


def test_the_manifest_agrees_with_the_files(done: Collector) -> None:
    entries = json_file(done, "image_manifest")["properties"][DAVIS]
    by_id = {entry["image_id"]: entry for entry in entries}
    assert len(by_id) == 12
    for entry in entries:
        if entry["status"] == "stored":
            data = done.files.read(entry["local_path"])
            assert hashlib.sha256(data).hexdigest() == entry["content_hash"]
            assert len(data) == entry["file_size_bytes"]
            assert entry["duplicate_of"] is None
        elif entry["status"] == "duplicate":
            assert entry["local_path"] is None
            assert entry["is_duplicate"] is True
            assert by_id[entry["duplicate_of"]]["status"] == "stored"
            assert hashlib.sha256(done.files.read(entry["original_path"])).hexdigest() == entry["raw_sha256"]
        else:
            assert (entry["status"], entry["error_message"]) == ("failed", "decode_error")
            assert entry["content_hash"] is None
    assert sorted(entry["status"] for entry in entries) == ["duplicate"] * 4 + ["failed"] * 3 + ["stored"] * 5


def test_an_entry_says_where_it_comes_from(done: Collector) -> None:
    entries = json_file(done, "image_manifest")["properties"][DAVIS]
    (entry,) = (entry for entry in entries if entry["image_id"] == "686067a4_z_z1")
    assert entry["source"] == "zillow"
    assert entry["source_url"] == "https://zillow.example/front/1536/z1"
    assert entry["listing_url"] == "https://zillow.example/home"
    assert entry["evidence"] == [{"kind": "address", "asked": "a", "found": "a"}]
    assert entry["created_by_run_id"] == done.run_id


def test_a_removed_photo_is_named_as_such(done: Collector) -> None:
    home = homes()[0].property_hash
    write(done.catalogue, restart_visits.requeue, [home], ["phoenix_mls"])
    done.show = lambda source: [Shown("p1", "front", 1024)]
    held = done.lease(home, "phoenix_mls")
    assert held is not None
    done.collect(held)
    write_all(done.catalogue, done.files)
    entries = json_file(done, "image_manifest")["properties"][DAVIS]
    removed = {entry["image_id"]: entry for entry in entries if entry["status"] == "removed"}
    assert set(removed) == {image_id(home, "phoenix_mls", key) for key in ("p2", "p3", "p4")}
    for entry in removed.values():
        assert entry["local_path"] is None or done.files.exists(entry["local_path"])


def test_all_files_are_written_and_agree(done: Collector) -> None:
    assert {name for name in done.files.names("metadata") if name.endswith(".json")} == {f"{n}.json" for n in NAMES}
    entries = json_file(done, "image_manifest")["properties"][DAVIS]
    stored = {entry["image_id"]: entry for entry in entries if entry["status"] == "stored"}
    index = json_file(done, "hash_index")["images"]
    assert {name: value["content_hash"] for name, value in index.items()} == {
        name: entry["content_hash"] for name, entry in stored.items()
    }
    assert json_file(done, "address_folder_lookup")["mappings"] == {
        DAVIS: {"folder": "homes/4732-w-davis-rd-glendale-az-85306", "property_hash": "686067a4", "pictures": 5}
    }
    urls = json_file(done, "url_tracker")["urls"]
    assert {value["image_id"]: (url, value["state"]) for url, value in urls.items()} == {
        entry["image_id"]: (entry["source_url"], entry["status"]) for entry in entries
    }
    state = json_file(done, "extraction_state")["properties"]
    assert list(state) == sorted(home.address for home in homes(2))
    assert {source: visit["outcome"] for source, visit in state[DAVIS]["sources"].items()} == dict.fromkeys(
        SOURCES, "ok"
    )


def test_writing_twice_gives_the_same_bytes(done: Collector) -> None:
    first = {name: done.files.read(f"metadata/{name}.json") for name in NAMES}
    write_all(done.catalogue, done.files, 1_700_000_000.0)
    assert {name: done.files.read(f"metadata/{name}.json") for name in NAMES} == first


def test_an_empty_catalogue_gives_valid_files(collector: Collector) -> None:
    write_all(collector.catalogue, collector.files)
    assert json_file(collector, "image_manifest")["properties"] == {}
    assert all(len(json_file(collector, name)) == 3 + (name == "url_tracker") for name in NAMES)


HOSTILE = '</script>"\\\u202e\x00\ud800 =1+1'


def test_hostile_texts_come_out_as_data(collector: Collector) -> None:
    collector.begin(homes(1), ["zillow"])
    held = collector.lease(homes()[0].property_hash, "zillow")
    assert held is not None
    shown = (
        Photo("../../k", 1, "https://x/broken/1/1", caption=HOSTILE),
        Photo("half\ud800", 2, "https://x/broken/1/1", caption=HOSTILE),
    )
    listing = Listing("zillow", "javascript:alert(1)", HOSTILE, {HOSTILE: HOSTILE}, "for_sale", None, 10**30, shown)
    for photo in write(collector.catalogue, listings.record, held, listing, 1.0):
        collector.fetch(photo)
    collector.finish(held)
    write_manifest(collector.catalogue, collector.files)
    first, second = json_file(collector, "image_manifest")["properties"][DAVIS]
    assert (first["image_id"], second["image_id"]) == ("686067a4_z_../../k", "686067a4_z_half?")
    assert first["caption"] == second["caption"] == HOSTILE.replace("\ud800", "?").replace("\x00", "?")
    write(collector.catalogue, restart_visits.requeue, [homes()[0].property_hash], ["zillow"])
    held = collector.lease(homes()[0].property_hash, "zillow")
    assert held is not None
    assert len(write(collector.catalogue, listings.record, held, listing, 2.0)) == 2, "the same two again, no more"


def test_documents_are_written_piece_by_piece() -> None:
    pieces = document("things", ((str(number), [{"n": number}] * 3) for number in range(5000)), 0.0)
    assert max(len(piece) for piece in pieces) < 200


def test_times_are_utc() -> None:
    assert timestamp(0.9) == "1970-01-01T00:00:00Z"
    assert timestamp(None) is None


def test_a_run_record_says_what_a_run_did(done: Collector) -> None:
    home = homes(2)[1].property_hash
    held = done.lease(home, "zillow")
    assert held is not None
    finish_visit(done.catalogue, held, "blocked", "captcha", lambda images: [], 50.0, 350.0)
    run = read(done.catalogue, runs.get, done.run_id)
    assert run is not None
    write(done.catalogue, runs.finish, done.run_id, "finished", {"homes": 2}, run.started_at + 12.3456)
    path = write_run_record(done.catalogue, done.files, done.run_id)
    assert path.startswith("metadata/runs/run_")
    assert path.endswith(f"_{done.run_id}.json")
    record = json.loads(done.files.read(path))
    assert (record["ending"], record["duration_seconds"], record["totals"]) == ("finished", 12.346, {"homes": 2})
    assert record["arguments"] == {"addresses": "homes.csv"}
    zillow = record["sources"]["zillow"]
    assert zillow["visits"] == {"blocked": 1, "ok": 1}
    assert zillow["photos"]["found"] == 4
    assert zillow["photos"]["failures"] == {"decode_error": 1}
    assert record["homes"][DAVIS]["redfin"]["changes"] == {"new": 4}
    assert record["homes"][DAVIS]["redfin"]["outcome"] == "ok"
    assert record["errors"] == [
        {
            "address": homes(2)[1].address,
            "source": "zillow",
            "outcome": "blocked",
            "reason": "captcha",
            "not_before": "1970-01-01T00:05:50Z",
        }
    ]


def test_an_unknown_run_has_no_record(collector: Collector) -> None:
    with pytest.raises(StorageError, match="no run"):
        write_run_record(collector.catalogue, collector.files, "ffffffff")


def test_decisions_are_shown_with_their_kept_photo(collector: Collector) -> None:
    collector.show = lambda source: [Shown("a", "front"), Shown("b", "front", 500)]
    collector.begin(homes(1), ["zillow"])
    held = collector.lease(homes()[0].property_hash, "zillow")
    assert held is not None
    collector.collect(held)
    with open_galleries(collector.catalogue) as galleries:
        kept, copy = next(galleries).photos
    assert (kept.duplicate_of, copy.duplicate_of, copy.duplicate_kind, copy.distance) == (
        None,
        ("zillow", "a"),
        "near",
        2,
    )
